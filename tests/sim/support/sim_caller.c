#include "sim/support/sim_caller.h"

#include "relay-server/problem_table.h"
#include "unit/check.h"

#define PIECE_MAX ((size_t)64 * 1024)

static struct public_client *client_of(const struct sim_caller *c)
{
    return front_rig_client(c->rig, c->place);
}

/* --- what is heard --- */

static bool is_connection_over(const struct public_client *p)
{
    if (p->is_h2)
        return !p->h2 || p->is_lost;
    return !p->peer.stream || p->peer.ended;
}

static bool mentions(const struct public_answer *a, const char *text)
{
    return a->body && memmem(a->body, a->body_len, text, strlen(text)) != NULL;
}

/* A plain request is answered with its own body. */
static void check_echo(const struct sim_sent *s, const struct public_answer *a)
{
    if (!s->is_webhook && a->status == s->bot_status && a->status < 300)
        sim_sent_check_body(s, span_of(a->body, a->body_len));
}

static void finish(struct sim_caller *c)
{
    const struct public_answer *a = &client_of(c)->answer;
    struct sim_sent *s = c->sent;

    s->is_over = true;
    s->status = a->status;
    s->is_whole = a->is_complete;
    s->says_kept = a->status == 502 && mentions(a, problem_link_broke.title);
    CHECK(!s->is_webhook || a->interims == 0);
    if (a->is_complete)
        check_echo(s, a);
    c->sent = NULL;
}

static bool says_close(const struct public_client *p)
{
    const char *value = public_client_field(p, "connection");

    return value && strcmp(value, "close") == 0;
}

void sim_caller_poll(struct sim_caller *c)
{
    struct public_client *p = client_of(c);

    if (c->sent && (public_client_look(p) || p->is_aborted || is_connection_over(p))) {
        bool is_usable =
            p->is_h2 || (!c->is_sending && p->answer.is_complete && !says_close(p));

        finish(c);
        if (!is_usable)
            public_client_close(p);
    }
    if (!c->sent && is_connection_over(p))
        public_client_close(p);
}

bool sim_caller_is_away(const struct sim_caller *c)
{
    return public_client_is_closed(client_of(c)) && !c->rig->callers[c->place].conn;
}

bool sim_caller_is_idle(const struct sim_caller *c)
{
    const struct public_client *p = client_of(c);

    if (c->sent || is_connection_over(p) || p->x)
        return false;
    return p->is_h2 || stream_is_open(p->peer.stream);
}

/* --- what is said --- */

void sim_caller_connect(struct sim_caller *c, size_t chunk, bool is_h2)
{
    CHECK(sim_caller_is_away(c) && !c->sent);
    c->rig->chunk = chunk;
    CHECK(front_rig_connect(c->rig, c->place, is_h2));
}

void sim_caller_begin(struct sim_caller *c, struct sim_sent *sent, const char *host,
                      bool chunked)
{
    char fields[128];
    struct public_request request = {
        .method = sent->len > 0 || sent->is_webhook ? "POST" : "GET",
        .authority = host,
        .target = "/callback",
        .fields = fields,
        .body.len = sent->len,
        .has_body = sent->len > 0 || sent->is_webhook,
        .chunked = chunked,
        .is_begun = true,
    };

    (void)snprintf(fields, sizeof fields, SIM_FIELD ": %u\n%s", sent->number,
                   sent->is_webhook ? "x-line-signature: c2lnbmF0dXJl\n" : "");
    c->sent = sent;
    c->at = 0;
    c->is_sending = request.has_body;
    if (!public_client_send(client_of(c), &request))
        sim_caller_leave(c, true);
    else if (c->is_sending)
        sim_caller_go_on(c, 0);
}

static bool send_piece(struct sim_caller *c, size_t len)
{
    static uint8_t piece[PIECE_MAX];

    if (len > c->sent->len - c->at)
        len = c->sent->len - c->at;
    if (len > PIECE_MAX)
        len = PIECE_MAX;
    sim_sent_fill(c->sent, c->at, piece, len);
    c->at += len;
    return public_client_more(client_of(c), piece, len);
}

void sim_caller_go_on(struct sim_caller *c, size_t len)
{
    bool ok = send_piece(c, len);

    if (ok && c->at == c->sent->len) {
        c->is_sending = false;
        ok = public_client_end(client_of(c));
    }
    if (!ok) /* the relay has had enough of it: look at its answer */
        c->is_sending = false;
}

void sim_caller_set_reading(struct sim_caller *c, bool on)
{
    struct public_client *p = client_of(c);

    if (p->is_h2 || !p->peer.stream)
        return;
    if (on)
        stream_resume(p->peer.stream);
    else
        stream_pause(p->peer.stream);
}

void sim_caller_leave(struct sim_caller *c, bool all)
{
    struct public_client *p = client_of(c);

    if (c->sent) {
        (void)public_client_look(p);
        finish(c);
    }
    if (p->is_h2 && !all)
        public_client_reset(p);
    else
        public_client_close(p);
}
