#ifndef CLIENT_LINEAPI_LINEAPI_OPERATION_H
#define CLIENT_LINEAPI_LINEAPI_OPERATION_H

#include "base/span.h"
#include "codec/http/http_head.h"

#include <stdbool.h>
#include <stdint.h>

/* What can be asked of LINE (and LINE WORKS): one row for each operation of LINE's OpenAPI
 * description, emulated or not. */

struct emulated_call;

enum lineapi_host {
    LINEAPI_HOST_API,     /* api.line.me */
    LINEAPI_HOST_DATA,    /* api-data.line.me */
    LINEAPI_HOST_MANAGER, /* manager.line.biz: never passed on */
    LINEAPI_HOST_WORKS,   /* auth.worksmobile.com, www.worksapis.com: likewise */
};

enum lineapi_flag {
    /* No person can notice it, so it may be passed on while push_guard.h says that others may
     * not.  So may GETs; every other row without this may not. */
    LINEAPI_HARMLESS = 1 << 0,
    LINEAPI_REPLY = 1 << 1,         /* by reply token */
    LINEAPI_SENDS = 1 << 2,         /* messages: the conversation shows them */
    LINEAPI_RETRY_KEY = 1 << 3,     /* takes X-Line-Retry-Key; others refuse it */
    LINEAPI_OPEN = 1 << 4,          /* needs no access token (it issues them) */
    LINEAPI_JSON = 1 << 5,          /* takes a JSON object */
    LINEAPI_FORM = 1 << 6,          /* takes application/x-www-form-urlencoded */
    LINEAPI_BYTES = 1 << 7,         /* takes a file */
    LINEAPI_BODY_OPTIONAL = 1 << 8, /* with LINEAPI_JSON: no body is {} */
};

struct lineapi_operation {
    const char *name; /* operationId: "pushMessage" */
    const char *method;
    const char *pattern; /* "/v2/bot/message/{messageId}/content" */
    enum lineapi_host host;
    unsigned flags;                           /* enum lineapi_flag */
    unsigned rate;                            /* calls, 0: no limit of its own ... */
    uint64_t rate_ms;                         /* ... in this time, by a token bucket */
    void (*emulate)(struct emulated_call *c); /* NULL: not emulated */
};

#define LINEAPI_PARAMS_MAX 3u
struct lineapi_match {
    const struct lineapi_operation *operation; /* NULL: LINE has no such path */
    bool is_method_wrong;                      /* it has the path, by other methods */
    struct span params[LINEAPI_PARAMS_MAX];    /* in order; borrow from `storage` */
    struct span query;                         /* behind "?", as it came */
    char storage[512];                         /* percent-decoded */
};
/* By the path as it stands: only what LINE itself would take for this operation.  Literal
 * segments win over parameters. */
void lineapi_operation_find(struct span method, struct span target, struct lineapi_match *out);
/* By what methods LINE has the path, for an Allow field (RFC 9110 §10.2.1): "GET, DELETE". */
#define LINEAPI_METHODS_SIZE 40u
void lineapi_operation_methods(struct span target, char out[static LINEAPI_METHODS_SIZE]);
bool lineapi_operation_is_harmless(const struct lineapi_operation *o);

/* The rows by room; each ends with a zeroed one. */
extern const struct lineapi_operation emulate_message_operations[]; /* reply, push, ... */
extern const struct lineapi_operation emulate_people_operations[];  /* profiles, groups, ... */
extern const struct lineapi_operation emulate_content_operations[];
extern const struct lineapi_operation
    emulate_account_operations[]; /* info, quota, webhook, ... */
extern const struct lineapi_operation emulate_richmenu_operations[];
extern const struct lineapi_operation emulate_coupon_operations[];
extern const struct lineapi_operation emulate_token_operations[]; /* oauth */
extern const struct lineapi_operation emulate_works_operations[]; /* LINE WORKS */
extern const struct lineapi_operation lineapi_other_operations[]; /* not emulated */
/* All of them, in the order of the tables; `each` returns false to stop. */
void lineapi_operation_each(bool (*each)(void *owner, const struct lineapi_operation *o),
                            void *owner);

#endif
