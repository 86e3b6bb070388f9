/* A relay on a port of its own, over TLS: reads what an agent asks for and does as it is
 * told.  Memory that runs out costs it the connection, not the test. */
#ifndef TESTS_UNIT_SUPPORT_FAKE_RELAY_H
#define TESTS_UNIT_SUPPORT_FAKE_RELAY_H

#include "link/link_session.h"
#include "net/tls/tls_context.h"
#include "unit/support/exchange_log.h"

#define FAKE_RELAY_LINKS_MAX 512u
#define FAKE_RELAY_URL       "https://mybot.relay.example.com"
#define FAKE_RELAY_WELCOME                                                                     \
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: hookline/1\r\n"       \
    "Hookline-Url: " FAKE_RELAY_URL "\r\nHookline-Session: 0123456789abcdef\r\n"               \
    "Hookline-Kept: 3\r\n\r\n"

enum fake_relay_manner {
    FAKE_RELAY_ACCEPTS, /* 101, and a link; what comes over it is the test's */
    FAKE_RELAY_SAYS,    /* `says` as it stands, and waits */
    FAKE_RELAY_SAYS_AND_CLOSES,
    FAKE_RELAY_SILENT,
    FAKE_RELAY_DEAF, /* no TLS: takes the connection and does nothing */
};

/* One connection. */
struct fake_relay_link {
    struct fake_relay *relay;
    struct stream *stream;        /* NULL when it belongs to the session, or is gone */
    struct link_session *session; /* NULL before the 101, and once closed */
    char head[2048];              /* the request */
    size_t head_len;
    bool is_asked;
    size_t said; /* of `says` */
    int goaways, lost, closed;
};

struct fake_relay {
    struct loop *loop;
    struct tcp_listener *listener; /* NULL: nobody listens */
    struct tls_context *tls;       /* owned */
    unsigned port;
    enum fake_relay_manner manner;
    const char *says;
    size_t says_len;
    size_t cut; /* `says` goes out in two pieces, the first of this length; 0: in one */
    int accepted, asked, linked, closed;
    struct fake_relay_link links[FAKE_RELAY_LINKS_MAX];
};

/* `relay` is zeroed but for `tls`, which is test_pki_server() if NULL. */
void fake_relay_open(struct fake_relay *relay, struct loop *l);
void fake_relay_say(struct fake_relay *relay, const char *text);
/* "127.0.0.1:0" again, on the same port. */
void fake_relay_listen(struct fake_relay *relay);
void fake_relay_stop_listening(struct fake_relay *relay);
/* Closes everything; it is gone when the loop has run. */
void fake_relay_close(struct fake_relay *relay);
/* The last connection that asked. */
struct fake_relay_link *fake_relay_last(struct fake_relay *relay);
/* A request over the link, with this body (NULL: none) and its length. */
enum err fake_relay_request(struct fake_relay_link *link, struct exchange_log *log,
                            const struct http_head *head, const char *body);

#endif
