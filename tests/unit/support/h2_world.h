/* Two h2_conns over a pipe, on one loop with a clock that only moves by hand.  The
 * server answers each complete request with `answer` bytes; both sides close an
 * exchange when it is complete or aborted, unless they are told to keep it. */
#ifndef TESTS_UNIT_SUPPORT_H2_WORLD_H
#define TESTS_UNIT_SUPPORT_H2_WORLD_H

#include "base/clock.h"
#include "http/h2/h2_conn.h"
#include "net/pipe_stream.h"

#define H2_CALLS_MAX 256

struct h2_side;

/* One end of an exchange. */
struct h2_call {
    struct exchange *x; /* NULL after on_closed */
    struct h2_side *side;
    char target[64]; /* server */
    unsigned status; /* client: the last one */
    unsigned interims;
    size_t received;
    size_t left; /* still to send */
    unsigned drains;
    bool is_begun; /* our message */
    bool is_complete, is_aborted, is_closing;
    enum err why;
    char detail[96];
};

struct h2_side {
    struct h2_world *world;
    struct h2_conn *conn; /* NULL after on_closed */
    struct h2_call calls[H2_CALLS_MAX];
    size_t calls_len;
    size_t answer;  /* server */
    bool keeps;     /* leaves closing to the test */
    bool is_silent; /* server: does not answer */
    bool pauses;    /* pauses every exchange at its beginning */
    unsigned goaways, heard, pongs, lost;
    enum err why;
    char detail[96];
};

struct h2_world {
    struct clock_fake clock;
    struct loop *loop;
    struct h2_side client, server;
    struct h2_options client_options, server_options; /* change before h2_world_open */
    unsigned events;                                  /* of any kind, so far */
    unsigned act_at;                                  /* at this event ... */
    void (*act)(struct h2_world *w, struct h2_side *side, struct h2_call *call);
};

void h2_world_init(struct h2_world *w);
/* False: memory is out.  Either way h2_world_close cleans up. */
bool h2_world_open(struct h2_world *w, size_t chunk);
/* Only the server is an h2_conn; the other end of its pipe is the caller's. */
struct stream *h2_world_open_server(struct h2_world *w);
/* Closes both sides, waits for everything, checks that nothing is left. */
void h2_world_close(struct h2_world *w);

/* Turns of the loop until nothing happens any more. */
void h2_world_settle(struct h2_world *w);
/* Time passes in steps of a second, each followed by what is due. */
void h2_world_pass(struct h2_world *w, unsigned seconds);

/* NULL: refused, with the reason in *why unless that is NULL. */
struct h2_call *h2_world_request(struct h2_world *w, const char *target, size_t body,
                                 enum err *why);
/* The head alone: the test sends the body. */
struct h2_call *h2_world_begin(struct h2_world *w, const char *target);
/* The server's end of the request for `target`; NULL if it never came. */
struct h2_call *h2_world_find(struct h2_world *w, const char *target);
/* Answers with status 200 and `len` bytes. */
void h2_world_answer(struct h2_call *call, size_t len);
void h2_world_end(struct h2_call *call);

#endif
