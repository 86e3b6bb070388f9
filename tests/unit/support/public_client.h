/* Whoever calls a relay's public port in a test: HTTP/1.1 byte by byte, or HTTP/2, over any
 * stream.  One request at a time.
 *
 * It keeps what it hears in plain memory, not in mem_alloc's, so it can be asked while
 * allocations fail.  Sending does not complain when the relay is gone: the answer, or that
 * there is none, is what a test looks at. */
#ifndef TESTS_UNIT_SUPPORT_PUBLIC_CLIENT_H
#define TESTS_UNIT_SUPPORT_PUBLIC_CLIENT_H

#include "http/h2/h2_conn.h"
#include "http/problem.h"
#include "unit/support/net_peer.h"

struct public_answer {
    unsigned status; /* of the final head; 0: there was none */
    unsigned interims;
    char fields[4096]; /* "name: value\n", names in lower case */
    uint8_t *body;
    size_t body_len, body_cap;
    bool is_complete;
};

struct public_request {
    const char *method, *authority, *target;
    const char *fields; /* "name: value\n" each, NULL: none */
    struct span body;
    bool has_body; /* though `body` may be empty */
    bool chunked;  /* HTTP/1; else Content-Length */
    bool is_begun; /* the rest of the body comes by public_client_more */
};

struct public_client {
    struct loop *loop;
    bool is_h2, chunked, is_head;
    struct net_peer peer; /* HTTP/1 */
    size_t used;          /* HTTP/1: bytes of peer.got that are the answer */
    struct h2_conn *h2;   /* HTTP/2; NULL after on_closed */
    struct exchange *x;   /* HTTP/2: of the request; NULL after on_closed */
    struct public_answer answer;
    bool is_aborted, is_lost; /* HTTP/2 */
    enum err why;
};

/* Takes the stream over; it may still be opening.  False: memory is out, the stream is let
 * go. */
bool public_client_sit(struct public_client *c, struct loop *l, struct stream *s, bool is_h2);
/* Forgets the answer before.  False: it could not be sent. */
bool public_client_send(struct public_client *c, const struct public_request *request);
bool public_client_more(struct public_client *c, const void *data, size_t len);
bool public_client_end(struct public_client *c);
/* Takes in what was heard; true: there is a whole answer in c->answer. */
bool public_client_look(struct public_client *c);
/* The value of a field of the answer (name in lower case), or NULL; until the next call. */
const char *public_client_field(const struct public_client *c, const char *name);
/* The answer is this problem: status, JSON, Retry-After; and it is complete. */
void public_client_check_problem(struct public_client *c, const struct problem *want);
/* HTTP/1, after a 101: gives the stream up.  `early` is what came behind the head; borrowed
 * until the next request or public_client_fini. */
struct stream *public_client_take(struct public_client *c, struct span *early);
/* HTTP/2: gives the request up. */
void public_client_reset(struct public_client *c);
/* Closes the connection, if there still is one. */
void public_client_close(struct public_client *c);
bool public_client_is_closed(const struct public_client *c);
void public_client_fini(struct public_client *c);

#endif
