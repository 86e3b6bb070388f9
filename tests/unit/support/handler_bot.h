/* A bot on a port of its own: reads requests, writes them down, and answers as told. */
#ifndef TESTS_UNIT_SUPPORT_HANDLER_BOT_H
#define TESTS_UNIT_SUPPORT_HANDLER_BOT_H

#include "codec/h1/h1_codec.h"
#include "loop/loop.h"
#include "net/stream.h"
#include "net/tls/tls_context.h"

struct handler_bot;

#define HANDLER_BOT_CONNECTIONS 256u

struct handler_bot_connection {
    struct handler_bot *bot;
    struct stream *stream; /* NULL once closed */
    struct h1_codec codec;
    int requests;      /* complete ones */
    char head[4096];   /* of the last: "POST /path HTTP\n", then a field a line */
    struct bytes body; /* of the last */
    int drained, ended;
};

enum handler_bot_manner {
    HANDLER_BOT_ECHO,        /* 200 with the request's body */
    HANDLER_BOT_ECHOES_ONCE, /* on each connection, then it closes */
    HANDLER_BOT_SILENT,      /* nothing */
    HANDLER_BOT_SAYS,        /* `says`, as it stands */
    HANDLER_BOT_SAYS_AND_CLOSES,
    HANDLER_BOT_CLOSES,
    HANDLER_BOT_RESETS,
};

struct handler_bot {
    struct loop *loop;
    struct tcp_listener *listener;
    struct tls_context *tls; /* set before open: it speaks TLS; put at close */
    unsigned port;
    enum handler_bot_manner manner;
    const char *says;
    size_t says_len;
    bool at_head; /* answers when the head is there, not the body */
    bool is_deaf; /* reads nothing */
    int accepted, requests, heads, closed;
    struct handler_bot_connection connections[HANDLER_BOT_CONNECTIONS];
};

/* `bot` is zeroed but for what was set before. */
void handler_bot_open(struct handler_bot *bot, struct loop *l);
/* Closes port and connections; they are gone when the loop has run. */
void handler_bot_close(struct handler_bot *bot);
/* Only the port: nobody listens any more. */
void handler_bot_stop_listening(struct handler_bot *bot);
/* "http://127.0.0.1:PORT" and `path`; one at a time. */
const char *handler_bot_url(const struct handler_bot *bot, const char *path);
void handler_bot_say(struct handler_bot *bot, const char *text);
/* On a connection that is open. */
void handler_bot_write(struct handler_bot_connection *c, const void *data, size_t len);
void handler_bot_hang_up(struct handler_bot_connection *c);
/* The body of the last request, until the next call. */
const char *handler_bot_body(struct handler_bot_connection *c);

#endif
