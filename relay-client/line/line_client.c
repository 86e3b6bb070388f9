/* A call to LINE:
 *   1. without an access token that is good for another minute, one is issued; calls wait
 *   2. the request goes out, with the token (line_call.c)
 *   3. its answer is told
 * What can go wrong:
 *   - LINE issues no token: that answer is everybody's who waits
 *   - 401 with a token of ours that was good when it was issued: a new one, once
 *   - LINE cannot be reached: `why`, and nothing is tried again
 *   - we are closed: what is under way and what waits ends with ERR_CANCELLED */
#include "relay-client/line/line_client.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/line/line_call.h"
#include "relay-client/line/line_token.h"

#define CALLS_MAX   64u
#define TOKEN_EARLY 60000u /* ms: renewed so long before it expires */

struct line_client {
    struct loop *loop;
    struct line_client_options options;
    struct handler *line;       /* owned: connections to LINE */
    struct bytes token;         /* issued; empty: none.  Wiped when it goes */
    uint64_t token_until_ms;    /* monotonic */
    struct line_call *issuing;  /* the request for one; NULL: none is under way */
    struct list calls, waiting; /* under way; for a token */
    size_t calls_len;           /* of both */
    bool is_closing, is_line_closed;
    void (*on_closed)(void *owner);
    void *owner;
};

static void issue_token(struct line_client *c);

/* --- the end --- */

static void free_when_alone(struct line_client *c)
{
    if (!c->is_line_closed || c->calls_len > 0)
        return;
    line_token_forget(&c->token);
    bytes_fini(&c->token);
    c->on_closed(c->owner);
    mem_free(c);
}

static void on_line_closed(void *owner)
{
    struct line_client *c = owner;

    c->is_line_closed = true;
    free_when_alone(c);
}

/* Those that wait are told when the request for a token ends, which it does now. */
void line_client_close(struct line_client *c, void (*on_closed)(void *owner), void *owner)
{
    if (c->is_closing)
        return;
    c->is_closing = true;
    c->on_closed = on_closed;
    c->owner = owner;
    handler_close(c->line, on_line_closed, c);
}

/* --- step 3 --- */

static bool may_renew(const struct line_client *c, const struct line_call *call)
{
    return call->answer.why == OK && call->answer.status == 401 && !call->is_again &&
           !c->is_closing && c->options.access_token.len == 0;
}

static void on_over(struct line_call *call)
{
    struct line_client *c = call->client;

    if (may_renew(c, call)) {
        call->is_again = true;
        line_call_reset(call);
        list_remove(&call->in_client);
        list_append(&c->waiting, &call->in_client);
        issue_token(c);
        return;
    }
    call->request.done(call->request.owner, &call->answer);
    line_call_free(call);
    c->calls_len--;
    free_when_alone(c);
}

/* --- step 2 --- */

static struct span token_of(const struct line_client *c)
{
    return c->options.access_token.len > 0 ? c->options.access_token : bytes_span(&c->token);
}

/* --- step 1 --- */

static bool has_token(const struct line_client *c)
{
    return c->options.access_token.len > 0 ||
           (bytes_len(&c->token) > 0 && loop_now_ms(c->loop) < c->token_until_ms);
}

static enum err take_token(struct line_client *c, const struct line_answer *answer)
{
    uint64_t life_ms = 0;
    enum err rc = answer->why != OK || answer->status != 200
                      ? ERR_DENIED
                      : line_token_parse(answer->body, &c->token, &life_ms);

    if (life_ms > TOKEN_EARLY)
        life_ms -= TOKEN_EARLY;
    c->token_until_ms = loop_now_ms(c->loop) + life_ms;
    return rc;
}

/* The refusal of a token is the answer to what it was for. */
static void end_like(struct line_call *call, const struct line_answer *answer)
{
    enum err rc = bytes_append_span(&call->answer_body, answer->body);

    call->answer.status = answer->status;
    line_call_end(call, rc == OK ? answer->why : rc, answer->why == OK ? "" : answer->detail);
}

static void on_token(void *owner, const struct line_answer *answer)
{
    struct line_client *c = owner;
    struct list_node *n;

    c->issuing = NULL;
    line_token_forget(&c->token);
    enum err rc = take_token(c, answer);
    while ((n = list_first(&c->waiting))) {
        struct line_call *call = CONTAINER_OF(n, struct line_call, in_client);
        list_remove(n);
        list_append(&c->calls, n);
        if (c->is_closing)
            line_call_end(call, ERR_CANCELLED, "");
        else if (rc == OK)
            line_call_send(call, c->line, token_of(c));
        else if (rc == ERR_DENIED)
            end_like(call, answer);
        else
            line_call_end(call, rc, "LINE's answer has no access token that could be used");
    }
}

static enum err new_call(struct line_client *c, const struct line_request *request,
                         struct line_call **out)
{
    enum err rc = c->calls_len < CALLS_MAX ? line_call_new(c->loop, request, out) : ERR_BUSY;

    if (rc != OK)
        return rc;
    (*out)->client = c;
    (*out)->on_over = on_over;
    c->calls_len++;
    return OK;
}

static enum err ask_for_token(struct line_client *c, struct bytes *form)
{
    enum err rc =
        line_token_format(form, span_text(c->options.channel_id), c->options.channel_secret);
    const struct line_request request = {.method = "POST",
                                         .path = LINE_TOKEN_PATH,
                                         .json = (const char *)bytes_peek(form),
                                         .done = on_token,
                                         .owner = c};

    if (rc == OK)
        rc = new_call(c, &request, &c->issuing);
    if (rc != OK)
        return rc;
    c->issuing->type = LINE_TOKEN_TYPE;
    c->issuing->is_again = true; /* a 401 to it is its answer */
    list_append(&c->calls, &c->issuing->in_client);
    line_call_send(c->issuing, c->line, SPAN(""));
    return OK;
}

static void issue_token(struct line_client *c)
{
    struct bytes form;

    if (c->issuing)
        return;
    bytes_init(&form, LINE_TOKEN_MAX);
    enum err rc = ask_for_token(c, &form);
    line_token_forget(&form);
    bytes_fini(&form);
    if (rc != OK)
        on_token(c, &(struct line_answer){.why = rc, .detail = err_text(rc)});
}

enum err line_client_call(struct line_client *c, const struct line_request *request)
{
    struct line_call *call;
    enum err rc = c->is_closing ? ERR_CLOSED : new_call(c, request, &call);

    if (rc != OK)
        return rc;
    if (has_token(c)) {
        list_append(&c->calls, &call->in_client);
        line_call_send(call, c->line, token_of(c));
    } else {
        list_append(&c->waiting, &call->in_client);
        issue_token(c);
    }
    return OK;
}

/* --- the beginning --- */

bool line_client_read_settings(const struct settings *settings, const struct secrets *secrets,
                               struct line_client_options *out)
{
    const struct signature_secret *secret =
        secrets_for(secrets, signature_provider_named(SPAN("line")));

    *out = (struct line_client_options){
        .url = settings_text(settings, "line-url"),
        .ca_file = settings_text(settings, "line-ca-file"),
        .access_token = settings_secret(settings, "access-token", 0),
        .channel_id = settings_text(settings, "channel-id"),
        .channel_secret = secret ? secret->secret : SPAN(""),
    };
    return out->access_token.len > 0 || (out->channel_id && out->channel_secret.len > 0);
}

enum err line_client_open(struct loop *l, const struct line_client_options *options,
                          struct line_client **out, char detail[static 256])
{
    const struct forward_handler_options forward = {
        .url = options->url,
        .ca_file = options->ca_file,
        .rewrite_host = true,
        .answer_ms = LINE_CLIENT_MS,
        .connections_max = 4,
    };
    struct line_client *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->loop = l;
    c->options = *options;
    bytes_init(&c->token, LINE_TOKEN_MAX);
    list_init(&c->calls);
    list_init(&c->waiting);
    enum err rc = handler_open_forward(l, &forward, &c->line, detail);
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    *out = c;
    return OK;
}
