#ifndef TESTS_UNIT_SUPPORT_LINE_CALL_RIG_H
#define TESTS_UNIT_SUPPORT_LINE_CALL_RIG_H

#include "relay-client/journal/lookup/journal_calls.h"
#include "tests/unit/support/journal_rig.h"

/* Calls of a bot to LINE's API for a journal: a reply with one text message that was accepted
 * here, until a test changes it.
 *
 * Life: line_call_rig_init -> change -> line_call_rig_record ... */
struct line_call_rig {
    struct journal_call call;
    struct http_head request, answer;
    const char *chats[4];
};

void line_call_rig_init(struct line_call_rig *c, uint64_t exchange, const char *chat);
void line_call_rig_field(struct line_call_rig *c, const char *name, const char *value);
/* On disk when this returns. */
void line_call_rig_record(struct journal_rig *rig, const struct line_call_rig *c);
void line_call_rig_person(struct journal_rig *rig, const struct journal_person *p);
/* Everything that was recorded so far is on the disk. */
void line_call_rig_settle(struct journal_rig *rig);

/* What a reader tells of calls: how many, the ids of the first ones, and the last one with
 * copies of what it points to. */
struct line_call_rig_found {
    size_t len;
    uint64_t ids[64];
    size_t stop_at;
    struct journal_call_whole last; /* spans point into `copies` */
    char said_text[512], said_type[64], target[256], problem[64], user_agent[64];
    char head[4096], request_body[4096], answer_body[4096];
};

bool line_call_rig_take(void *owner, const struct journal_call_whole *call);
bool line_call_rig_take_row(void *owner, const struct journal_call_row *row);
struct line_call_rig_found line_call_rig_of_exchange(uint64_t exchange);
struct line_call_rig_found line_call_rig_since(uint64_t after, size_t max);
struct line_call_rig_found line_call_rig_in_chat(const char *chat, uint64_t before,
                                                 uint64_t below, size_t max);
struct line_call_rig_found line_call_rig_get(uint64_t id, enum err expected);

#endif
