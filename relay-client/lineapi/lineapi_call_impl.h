#ifndef CLIENT_LINEAPI_CALL_IMPL_H
#define CLIENT_LINEAPI_CALL_IMPL_H

#include "http/splice.h"
#include "relay-client/lineapi/emulate/emulated_call.h"
#include "relay-client/lineapi/lineapi_facts.h"
#include "relay-client/lineapi/lineapi_impl.h"

/* What a call under way is made of.  Only for lineapi_call.c, _emulate.c, _pass.c and
 * _record.c. */

/* Given to the emulator, and one piece more, so that it sees what is too large; anything but
 * files: EMULATED_BODY_MAX. */
#define LINEAPI_FILE_MAX ((size_t)10 * 1024 * 1024)

enum lineapi_call_state {
    LINEAPI_CALL_READING,
    LINEAPI_CALL_EMULATED, /* the emulator has it */
    LINEAPI_CALL_PASSED,   /* the splice has both exchanges */
    LINEAPI_CALL_OVER,
};

struct lineapi_call {
    struct lineapi *api; /* held */
    enum lineapi_call_state state;
    struct exchange *server; /* owned until the splice has it; NULL once it is gone */
    struct http_head head;   /* spans point into `storage` */
    char *storage;           /* owned */
    struct lineapi_match match;
    struct bytes body; /* of the request: all of it until it is decided, later what is kept */
    size_t body_max;
    bool is_whole;    /* it has come to its end */
    bool is_body_cut; /* not all of it was kept */
    bool is_decided;
    struct lineapi_facts facts;
    struct lineapi_decision decision;
    struct emulated_call emulated;
    struct splice *splice; /* owned while it is passed on */
    uint64_t at_ms, began_us, took_us;
    enum journal_call_mode mode;
    struct list_node in_backlog;
    uint64_t waits_until_ms; /* in it */
    char request_id[40];     /* of an answer of ours */
    /* the answer, for the record */
    struct http_head answer; /* status 0: none */
    char *answer_storage;    /* owned */
    struct bytes answer_body;
    bool is_answer_cut;
    const char *problem;   /* static, or NULL */
    char explanation[512]; /* or "" */
};

/* lineapi_emulate.c */
void lineapi_emulate_start(struct lineapi_call *c);
/* {"message": ...} of ours, instead of an answer; then the call is over. */
void lineapi_emulate_refuse(struct lineapi_call *c, unsigned status, const char *problem,
                            const char *message);
/* lineapi_pass.c */
void lineapi_pass_start(struct lineapi_call *c);
/* lineapi_call.c: it is recorded, at once or soon, and then freed. */
void lineapi_call_end(struct lineapi_call *c, enum journal_call_mode mode);
void lineapi_call_free(struct lineapi_call *c);

#endif
