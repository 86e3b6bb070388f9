/* An agent's end of a link in a test: takes requests from the relay, writes them down in
 * plain memory (so that it works while allocations fail), and answers as told. */
#ifndef TESTS_UNIT_SUPPORT_FAKE_AGENT_H
#define TESTS_UNIT_SUPPORT_FAKE_AGENT_H

#include "link/link_handshake.h"
#include "link/link_session.h"

#define FAKE_AGENT_CALLS 2048u

enum fake_agent_event { FAKE_HEAD, FAKE_BODY, FAKE_COMPLETE, FAKE_ABORT, FAKE_CLOSED };

struct fake_agent;

/* One request. */
struct fake_call {
    struct fake_agent *agent;
    struct exchange *x; /* NULL after on_closed */
    char method[16], authority[256], target[256];
    char fields[8192]; /* "name: value\n" */
    uint8_t *body;
    size_t body_len;
    bool is_complete, is_aborted;
    bool is_stored;   /* 102 was sent */
    bool is_answered; /* a final head and all of its body were sent */
    enum err why;     /* of the abort */
};

struct fake_agent {
    struct link_session *session; /* NULL after on_closed */
    struct fake_call *calls[FAKE_AGENT_CALLS];
    size_t calls_len;
    unsigned goaways, takeovers, losts;
    enum err why; /* it was lost */
    /* What becomes of a complete request: 102 (if `stores`), then `status` with the body
     * "ok" (unless 0).  The exchange is closed when it is answered or aborted. */
    bool stores;
    unsigned status;
    /* After the event was written down, instead of the above; may be NULL. */
    void (*hook)(struct fake_call *call, enum fake_agent_event event);
    void *context; /* of the hook */
};

/* stores, 200 */
void fake_agent_init(struct fake_agent *a);
/* Takes the stream over; false: memory is out, and the stream is let go.  `early`: what came
 * behind the 101. */
bool fake_agent_sit(struct fake_agent *a, struct loop *l, struct stream *s, struct span early);
/* False if it cannot be sent any more. */
bool fake_call_store(struct fake_call *call);
bool fake_call_answer(struct fake_call *call, unsigned status, const char *body);
bool fake_call_send_head(struct fake_call *call, unsigned status, bool end);
/* What usually becomes of it: see above. */
void fake_call_finish(struct fake_call *call);
/* The value of a field (name in lower case), or NULL; until the next call. */
const char *fake_call_field(const struct fake_call *call, const char *name);
size_t fake_call_count(const struct fake_call *call, const char *name);
/* Closes the link, if there still is one. */
void fake_agent_close(struct fake_agent *a);
bool fake_agent_is_closed(const struct fake_agent *a);
void fake_agent_fini(struct fake_agent *a);

#endif
