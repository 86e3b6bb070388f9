#ifndef CLIENT_LINEAPI_EMULATED_CALL_H
#define CLIENT_LINEAPI_EMULATED_CALL_H

#include "base/bytes.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"
#include "relay-client/lineapi/given_events.h"
#include "relay-client/lineapi/lineapi_operation.h"
#include "relay-client/lineapi/validate/lineapi_problems.h"

/* One call that is answered by us as LINE would: made by who got it, answered by
 * emulator_answer, which has looked at access token, rate, size, content type and JSON before
 * the operation's own function comes.  That answers at once, or says later.  Of LINE WORKS'
 * operations only the JSON is read, and not complained about: its errors look different.
 *
 * Life: emulated_call_init -> emulator_answer (-> emulated_call_finish) -> done -> fini */

#define EMULATED_BODY_MAX   ((size_t)2 * 1024 * 1024) /* of JSON: LINE's limit, 413 */
#define EMULATED_ANSWER_MAX ((size_t)64 * 1024 * 1024)

/* One more field of the answer, of LINE WORKS mostly. */
#define EMULATED_FIELDS_MAX 4u
struct emulated_field {
    const char *name; /* a literal */
    char value[128];
};

struct emulated_call {
    /* the request, borrowed until `done` */
    struct emulator *emulator;
    const struct lineapi_operation *operation; /* never NULL */
    struct span params[LINEAPI_PARAMS_MAX];
    struct span query;
    const struct http_head *head;
    struct span body;
    struct given_event *event; /* that its reply token belongs to; NULL: unknown */
    uint64_t now_ms;           /* wall clock */
    const char *request_id;    /* of x-line-request-id: a UUID */

    struct json_doc doc;           /* owned, of LINEAPI_JSON */
    const struct json_value *root; /* an object, or NULL */

    /* the answer */
    unsigned status;           /* 200 unless set */
    const char *content_type;  /* "application/json" unless set; static, or of the emulator */
    struct bytes answer;       /* "{}" if it stays empty with JSON */
    bool is_empty;             /* no body at all */
    char accepted_request[40]; /* x-line-accepted-request-id, or "" */
    char retry_key[40];        /* of X-Line-Retry-Key, or "": set before `emulate` */
    struct emulated_field fields[EMULATED_FIELDS_MAX];
    size_t fields_len;

    /* what the inspector says of it: "token_used", "rate", ... or NULL; static */
    const char *problem;

    bool is_later;                         /* emulated_call_finish is to come */
    void (*done)(struct emulated_call *c); /* set by the maker; never inside emulator_answer */
};

void emulated_call_init(struct emulated_call *c);
void emulated_call_fini(struct emulated_call *c);

/* For operations. */
/* Ends what was written to `answer`; if that could not be, the answer is 500. */
void emulated_call_written(struct emulated_call *c, struct json_writer *w);
/* {"message": ...}, printf.  `problem` is what such a status usually means. */
__attribute__((format(printf, 3, 4))) void
emulated_call_refuse(struct emulated_call *c, unsigned status, const char *message, ...);
/* "The request body has N error(s)" with its details. */
void emulated_call_refuse_problems(struct emulated_call *c,
                                   const struct lineapi_problems *problems);
/* {"error": ..., "error_description": ...}, as the token endpoints do. */
void emulated_call_refuse_oauth(struct emulated_call *c, const char *error,
                                const char *description);
/* One value of the query, percent-decoded, into `out`; false: absent or longer. */
bool emulated_call_query(const struct emulated_call *c, const char *name, char *out,
                         size_t size);
/* The same for a form in the body. */
bool emulated_call_form(const struct emulated_call *c, const char *name, char *out,
                        size_t size);
/* Of an operation that has set is_later. */
void emulated_call_finish(struct emulated_call *c);

#endif
