#ifndef TESTS_UNIT_SUPPORT_READING_RIG_H
#define TESTS_UNIT_SUPPORT_READING_RIG_H

#include "relay-client/inspector/inspector_route.h"
#include "tests/unit/support/journal_rig.h"

/* A reading route of the inspector called as its thread calls it, and the journal that it
 * reads, in the scratch folder.
 *
 * Life: reading_rig_begin -> record ... -> reading_rig_start -> reading_rig_get ... ->
 *       reading_rig_end */
struct reading_rig {
    struct journal_rig journal;
    struct secrets secrets;
    struct clock_fake clock;
    struct inspector_facts facts;
    struct journal_reader *reader;
    struct inspector_reply reply; /* of the last get */
};

/* It has one secret of LINE, "line 1": READING_RIG_SECRET. */
#define READING_RIG_SECRET "0123456789abcdef0123456789abcdef"
void reading_rig_begin(struct reading_rig *rig);
/* Opens the reader, also of a journal that somebody else made there. */
void reading_rig_start(struct reading_rig *rig);
/* Nothing may be lost then. */
void reading_rig_end(struct reading_rig *rig);

/* Its id. */
uint64_t reading_rig_record(struct reading_rig *rig, const struct journal_request *request);
uint64_t reading_rig_store(struct reading_rig *rig, const char *delivery, const char *body);
/* The bot answers with 200. */
void reading_rig_answer(struct reading_rig *rig, uint64_t exchange);

/* "/api/exchanges?limit=3": finds the route, reads the parameters, runs it. */
enum err reading_rig_try(struct reading_rig *rig, const char *target);
/* ... and it must be answered, with JSON. */
void reading_rig_get(struct reading_rig *rig, const char *target);
/* /api/exchanges/ID, and what stands behind. */
void reading_rig_exchange(struct reading_rig *rig, uint64_t id);
/* ... with this problem. */
void reading_rig_refused(struct reading_rig *rig, const char *target, unsigned status,
                         const char *code);

/* What stands at `path` ("items[0].first.text") of the last answer, as JSON text. */
struct span reading_rig_at(const struct reading_rig *rig, const char *path);
/* It must be this JSON text. */
void reading_rig_check(const struct reading_rig *rig, const char *path, const char *json);
/* Elements of the array there. */
size_t reading_rig_len(const struct reading_rig *rig, const char *path);

#endif
