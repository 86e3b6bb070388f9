#include "unit/support/fake_relay.h"

#include "net/tcp_listener.h"
#include "net/tls/tls_stream.h"
#include "unit/check.h"
#include "unit/support/test_pki.h"

static void hang_up(struct fake_relay_link *link)
{
    if (link->stream)
        stream_close(link->stream);
    if (link->session)
        link_session_close(link->session);
}

/* --- the link --- */

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    (void)owner, (void)x, (void)head, (void)end;
    CHECK(false); /* an agent asks for nothing */
}

static void on_goaway(void *owner, bool taken_over)
{
    (void)taken_over;
    ((struct fake_relay_link *)owner)->goaways++;
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct fake_relay_link *link = owner;

    (void)why, (void)detail;
    link->lost++;
    link_session_close(link->session);
}

static void on_session_closed(void *owner)
{
    struct fake_relay_link *link = owner;

    link->session = NULL;
    link->closed++;
    link->relay->closed++;
}

static const struct link_session_events session_events = {
    .on_request = on_request,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_session_closed,
};

static void accept_link(struct fake_relay_link *link)
{
    struct stream *stream = link->stream;

    if (stream_write(stream, FAKE_RELAY_WELCOME, sizeof FAKE_RELAY_WELCOME - 1) != OK ||
        link_session_open(link->relay->loop, stream, LINK_RELAY, &session_events, link,
                          &link->session) != OK) {
        hang_up(link);
        return;
    }
    link->stream = NULL;
    link->relay->linked++;
}

/* --- before it --- */

static void say(struct fake_relay_link *link, size_t len)
{
    const struct fake_relay *relay = link->relay;

    if (stream_write(link->stream, relay->says + link->said, len) != OK) {
        hang_up(link);
        return;
    }
    link->said += len;
    if (link->said == relay->says_len && relay->manner == FAKE_RELAY_SAYS_AND_CLOSES)
        stream_finish(link->stream);
}

static void answer(struct fake_relay_link *link)
{
    const struct fake_relay *relay = link->relay;

    switch (relay->manner) {
    case FAKE_RELAY_ACCEPTS:
        accept_link(link);
        break;
    case FAKE_RELAY_SAYS:
    case FAKE_RELAY_SAYS_AND_CLOSES:
        say(link, relay->cut > 0 ? relay->cut : relay->says_len);
        break;
    case FAKE_RELAY_SILENT:
    case FAKE_RELAY_DEAF:
        break;
    }
}

static void on_open(void *owner)
{
    (void)owner;
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct fake_relay_link *link = owner;

    if (link->is_asked) /* what an agent says over what is no link */
        return;
    CHECK(len < sizeof link->head - link->head_len);
    memcpy(link->head + link->head_len, data, len);
    link->head_len += len;
    if (!strstr(link->head, "\r\n\r\n"))
        return;
    link->is_asked = true;
    link->relay->asked++;
    answer(link);
}

static void on_drain(void *owner)
{
    struct fake_relay_link *link = owner;

    if (link->is_asked && link->said > 0 && link->said < link->relay->says_len)
        say(link, link->relay->says_len - link->said);
}

static void on_end(void *owner, enum err why)
{
    (void)why;
    hang_up(owner);
}

static void on_closed(void *owner)
{
    struct fake_relay_link *link = owner;

    link->stream = NULL;
    link->closed++;
    link->relay->closed++;
}

static const struct stream_events stream_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_drain,
    .on_end = on_end,
    .on_closed = on_closed,
};

static void on_accept(void *owner, struct stream *stream)
{
    struct fake_relay *relay = owner;
    struct fake_relay_link *link = &relay->links[relay->accepted];
    struct stream *tls = stream;

    CHECK(relay->accepted < (int)FAKE_RELAY_LINKS_MAX);
    if (relay->manner != FAKE_RELAY_DEAF &&
        tls_stream_wrap(relay->loop, stream, relay->tls, NULL, &tls) != OK) {
        stream_let_go(stream);
        return;
    }
    relay->accepted++;
    *link = (struct fake_relay_link){.relay = relay, .stream = tls};
    stream_own(tls, &stream_events, link);
}

/* --- life --- */

void fake_relay_listen(struct fake_relay *relay)
{
    static const struct tcp_listener_events events = {on_accept};
    char address[32];
    struct tcp_listener_options options = {.address = address};

    (void)snprintf(address, sizeof address, "127.0.0.1:%u", relay->port);
    CHECK_EQ(tcp_listener_open(relay->loop, &options, &events, relay, &relay->listener), OK);
    relay->port = tcp_listener_port(relay->listener);
}

void fake_relay_open(struct fake_relay *relay, struct loop *l)
{
    relay->loop = l;
    if (!relay->tls)
        relay->tls = test_pki_server(NULL, NULL);
    fake_relay_listen(relay);
}

void fake_relay_say(struct fake_relay *relay, const char *text)
{
    relay->says = text;
    relay->says_len = strlen(text);
}

void fake_relay_stop_listening(struct fake_relay *relay)
{
    if (relay->listener)
        tcp_listener_close(relay->listener);
    relay->listener = NULL;
}

void fake_relay_close(struct fake_relay *relay)
{
    fake_relay_stop_listening(relay);
    for (int i = 0; i < relay->accepted; i++)
        hang_up(&relay->links[i]);
    tls_context_put(relay->tls);
    relay->tls = NULL;
}

struct fake_relay_link *fake_relay_last(struct fake_relay *relay)
{
    CHECK(relay->accepted > 0);
    return &relay->links[relay->accepted - 1];
}

enum err fake_relay_request(struct fake_relay_link *link, struct exchange_log *log,
                            const struct http_head *head, const char *body)
{
    enum err rc = ERR_CLOSED;

    if (link->session)
        rc = link_session_request(link->session, head, !body, &exchange_log_events, log,
                                  &log->x);
    if (rc == OK && body)
        rc = exchange_send_body(log->x, body, strlen(body));
    if (rc == OK && body)
        rc = exchange_send_end(log->x);
    return rc;
}
