#ifndef CLIENT_LINEAPI_EMULATOR_H
#define CLIENT_LINEAPI_EMULATOR_H

#include "loop/loop.h"
#include "relay-client/lineapi/emulate/emulated_call.h"
#include "relay-client/lineapi/line_mint.h"
#include "relay-client/secrets.h"

/* An account of LINE that lives in this process: what it has sent, its rich menus, coupons,
 * tokens, contents and people.  No I/O, no thread; ends with the process.
 *
 * Life: emulator_new -> emulator_answer ... -> emulator_free */
struct emulator;

struct emulator_options {
    struct line_mint *mint; /* all borrowed until emulator_free */
    struct given_events *given;
    struct random *random;
    const struct clock *clock;
    const struct secrets *secrets; /* of LINE: a channel's */
    const char *channel_id;        /* NULL: any is right */
    /* Who may sign for a token (token/assertion_keys.h); NULL: nobody. */
    const struct assertion_keys *keys;
    uint64_t quota; /* messages in a month, 0: no limit */
    bool is_relaxed;
    /* A signed webhook without events to the bot, for webhook/test; NULL: it cannot be tried.
     * `done` from the loop with the bot's status, or 0 and why. */
    enum err (*test_webhook)(void *owner,
                             void (*done)(void *call, unsigned status, enum err why),
                             void *call);
    void *owner;
    const char *webhook_url; /* the tunnel's, or "": what GET webhook/endpoint says at first */
};

MUST_CHECK enum err emulator_new(const struct emulator_options *options, struct emulator **out);
void emulator_free(struct emulator *e);
const struct emulator_options *emulator_options_of(const struct emulator *e);
/* For the rooms' own calls (emulator_rooms.h). */
struct emulator_rooms *emulator_rooms_of(struct emulator *e);
/* Whether or not it has answered before this returns, `done` comes from emulated_call_finish
 * alone; so look at is_later. */
void emulator_answer(struct emulator *e, struct emulated_call *c);

/* What must be emulated whatever the access token says, for it never was LINE's: a retry key, a
 * rich menu, a message, an access token, a request id that this one has given out or taken. */
bool emulator_knows(const struct emulator *e, const struct lineapi_match *match,
                    const struct http_head *head, struct span body);

/* What a simulated message contains, for `content`; `bytes` is copied, at most
 * EMULATOR_CONTENT_MAX; all together EMULATOR_CONTENTS_MAX, the oldest go.  `ready_ms`: until
 * then 202 and "processing" (video, audio). */
#define EMULATOR_CONTENT_MAX  ((size_t)10 * 1024 * 1024)
#define EMULATOR_CONTENTS_MAX ((size_t)64 * 1024 * 1024)
struct emulator_content {
    struct span message_id, type, bytes; /* type: "image/png" */
    uint64_t ready_ms;
};
MUST_CHECK enum err emulator_put_content(struct emulator *e, const struct emulator_content *c);
/* Somebody or some group that profile calls know; made up otherwise for every id that is our
 * mint's or was in an event. */
struct emulator_person {
    struct span id, name, language, picture_url, status_message;
};
MUST_CHECK enum err emulator_put_person(struct emulator *e, const struct emulator_person *p);
/* The name that a profile call would say, into `out`; always there. */
void emulator_name(const struct emulator *e, struct span id, char *out, size_t size);

#endif
