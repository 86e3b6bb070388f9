#include "unit/support/handler_bot.h"

#include "net/tcp_listener.h"
#include "net/tls/tls_stream.h"
#include "unit/check.h"

#define BODY_MAX ((size_t)64 * 1024 * 1024)

/* Out of memory is part of some tests: a bot that cannot go on hangs up. */

void handler_bot_hang_up(struct handler_bot_connection *c)
{
    if (c->stream)
        stream_close(c->stream);
}

void handler_bot_write(struct handler_bot_connection *c, const void *data, size_t len)
{
    if (c->stream && stream_write(c->stream, data, len) != OK)
        handler_bot_hang_up(c);
}

/* --- requests --- */

static void echo(struct handler_bot_connection *c)
{
    char head[128];
    int len = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                       bytes_len(&c->body));

    handler_bot_write(c, head, (size_t)len);
    handler_bot_write(c, bytes_peek(&c->body), bytes_len(&c->body));
}

static void answer(struct handler_bot_connection *c)
{
    const struct handler_bot *bot = c->bot;

    switch (bot->manner) {
    case HANDLER_BOT_ECHO:
        echo(c);
        break;
    case HANDLER_BOT_ECHOES_ONCE:
        if (c->requests > 1)
            handler_bot_hang_up(c);
        else
            echo(c);
        break;
    case HANDLER_BOT_SILENT:
        break;
    case HANDLER_BOT_SAYS:
    case HANDLER_BOT_SAYS_AND_CLOSES:
        handler_bot_write(c, bot->says, bot->says_len);
        if (bot->manner == HANDLER_BOT_SAYS_AND_CLOSES && c->stream)
            stream_finish(c->stream);
        break;
    case HANDLER_BOT_CLOSES:
        handler_bot_hang_up(c);
        break;
    case HANDLER_BOT_RESETS:
        stream_reset(c->stream);
        break;
    }
}

/* What every client says on its own connection. */
static bool is_usual(const struct http_field *f)
{
    return span_is_nocase(f->name, SPAN("connection")) && span_is(f->value, SPAN("keep-alive"));
}

static void write_down(struct handler_bot_connection *c, const struct http_head *h)
{
    int used = snprintf(c->head, sizeof c->head, "%.*s %.*s\nhost: %.*s\n", (int)h->method.len,
                        h->method.ptr, (int)h->target.len, h->target.ptr, (int)h->authority.len,
                        h->authority.ptr);

    for (size_t i = 0; i < h->fields_len && used < (int)sizeof c->head; i++) {
        const struct http_field *f = &h->fields[i];

        if (is_usual(f))
            continue;
        used += snprintf(c->head + used, sizeof c->head - (size_t)used, "%.*s: %.*s\n",
                         (int)f->name.len, f->name.ptr, (int)f->value.len, f->value.ptr);
    }
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct handler_bot_connection *c = owner;

    (void)end;
    write_down(c, head);
    bytes_clear(&c->body);
    c->bot->heads++;
    if (c->bot->at_head)
        answer(c);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct handler_bot_connection *c = owner;

    if (bytes_append(&c->body, data, len) != OK)
        handler_bot_hang_up(c);
}

static void on_complete(void *owner)
{
    struct handler_bot_connection *c = owner;

    c->requests++;
    c->bot->requests++;
    if (!c->bot->at_head)
        answer(c);
}

static const struct h1_events codec_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
};

/* --- connections --- */

static void on_open(void *owner)
{
    struct handler_bot_connection *c = owner;

    if (c->bot->is_deaf)
        stream_pause(c->stream);
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct handler_bot_connection *c = owner;

    while (len > 0) {
        size_t used;

        if (h1_codec_feed(&c->codec, data, len, &used) != OK) {
            handler_bot_hang_up(c);
            return;
        }
        data += used;
        len -= used;
    }
}

static void on_drain(void *owner)
{
    struct handler_bot_connection *c = owner;

    c->drained++;
}

static void on_end(void *owner, enum err why)
{
    struct handler_bot_connection *c = owner;

    (void)why;
    c->ended++;
    stream_close(c->stream);
}

static void on_closed(void *owner)
{
    struct handler_bot_connection *c = owner;

    c->stream = NULL;
    c->bot->closed++;
    h1_codec_fini(&c->codec);
    bytes_fini(&c->body);
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
    struct handler_bot *bot = owner;
    struct handler_bot_connection *c = &bot->connections[bot->accepted];
    struct stream *tls;

    CHECK(bot->accepted < (int)HANDLER_BOT_CONNECTIONS);
    if (bot->tls) {
        if (tls_stream_wrap(bot->loop, stream, bot->tls, NULL, &tls) != OK) {
            stream_let_go(stream);
            return;
        }
        stream = tls;
    }
    bot->accepted++;
    *c = (struct handler_bot_connection){.bot = bot, .stream = stream};
    bytes_init(&c->body, BODY_MAX);
    h1_codec_init(&c->codec, H1_SERVER, &codec_events, c);
    stream_own(stream, &stream_events, c);
    if (bot->is_deaf)
        stream_pause(stream);
}

/* --- life --- */

void handler_bot_open(struct handler_bot *bot, struct loop *l)
{
    static const struct tcp_listener_events events = {on_accept};
    struct tcp_listener_options options = {.address = "127.0.0.1:0"};

    bot->loop = l;
    CHECK_EQ(tcp_listener_open(l, &options, &events, bot, &bot->listener), OK);
    bot->port = tcp_listener_port(bot->listener);
}

void handler_bot_stop_listening(struct handler_bot *bot)
{
    if (bot->listener)
        tcp_listener_close(bot->listener);
    bot->listener = NULL;
}

void handler_bot_close(struct handler_bot *bot)
{
    handler_bot_stop_listening(bot);
    for (int i = 0; i < bot->accepted; i++)
        handler_bot_hang_up(&bot->connections[i]);
    if (bot->tls)
        tls_context_put(bot->tls);
    bot->tls = NULL;
}

const char *handler_bot_url(const struct handler_bot *bot, const char *path)
{
    static char url[256];

    (void)snprintf(url, sizeof url, "http%s://%s:%u%s", bot->tls ? "s" : "",
                   bot->tls ? "localhost" : "127.0.0.1", bot->port, path);
    return url;
}

void handler_bot_say(struct handler_bot *bot, const char *text)
{
    bot->says = text;
    bot->says_len = strlen(text);
}

const char *handler_bot_body(struct handler_bot_connection *c)
{
    CHECK_EQ(bytes_append(&c->body, "", 1), OK);
    c->body.tail--;
    return (const char *)bytes_peek(&c->body);
}
