#ifndef TESTS_UNIT_SUPPORT_JOURNAL_RIG_H
#define TESTS_UNIT_SUPPORT_JOURNAL_RIG_H

#include "relay-client/journal/journal.h"
#include "relay-client/journal/journal_reader.h"

/* A journal on a loop of its own, under a clock that only the test moves, and a reader's
 * view of the file.
 *
 * Life: journal_rig_make_folder -> journal_rig_start -> ... -> journal_rig_stop ->
 *       scratch_folder_remove */
struct journal_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct journal *journal; /* NULL once closed */
    char detail[512];        /* of journal_open */
};

#define JOURNAL_RIG_NOW_MS 1795894305000u

/* A scratch folder; the path of journal.db in it. */
const char *journal_rig_make_folder(void);
const char *journal_rig_path(void);
/* ... or a file elsewhere, in a scratch folder of the test's own. */
void journal_rig_use(const char *path);
/* `options->path` may be NULL: journal.db in the scratch folder.  It must work. */
void journal_rig_start(struct journal_rig *rig, const struct journal_options *options);
enum err journal_rig_try_start(struct journal_rig *rig, const struct journal_options *options);
/* Closes the journal and waits for it, then the loop. */
void journal_rig_stop(struct journal_rig *rig);

/* One request that awaits its answer. */
struct journal_rig_ticket {
    struct journal_ticket base;
    bool is_answered;
    enum err rc;
    uint64_t exchange;
    unsigned order; /* of all answers of this process, from 1 */
};
void journal_rig_ticket_init(struct journal_rig_ticket *t);
void journal_rig_wait(struct journal_rig *rig, struct journal_rig_ticket *t);

/* A webhook with this body, filled in but for what a test wants to change. */
struct journal_request journal_rig_request(const char *delivery, const char *body);
/* What a bot answers with 200. */
struct journal_answer journal_rig_answer(uint64_t exchange);
/* Submits without waiting; it must be taken. */
void journal_rig_submit(struct journal_rig *rig, const struct journal_request *request,
                        struct journal_rig_ticket *t);
/* Submits and waits. */
enum err journal_rig_record(struct journal_rig *rig, const struct journal_request *request,
                            uint64_t *exchange);
/* A webhook that must be stored; its id. */
uint64_t journal_rig_store(struct journal_rig *rig, const char *delivery, const char *body);
/* An answer that is on disk when this returns. */
void journal_rig_store_answer(struct journal_rig *rig, const struct journal_answer *answer);
/* Moves the clock and waits for the chore, which must be due then: a second after the
 * first of new traffic, an hour after a quiet one. */
void journal_rig_chore(struct journal_rig *rig, uint64_t after_ms);

/* The body of a LINE webhook with one text message, in a ring of four buffers. */
const char *journal_rig_body(const char *webhook_event_id, const char *text);

/* The journal in the scratch folder as a reader sees it. */
struct journal_reader *journal_rig_reader(void);
size_t journal_rig_count(const struct journal_filter *filter);
/* How many exchanges have this delivery. */
size_t journal_rig_count_delivery(struct journal_reader *r, const char *delivery);
/* PRAGMA integrity_check, and no row without its exchange. */
bool journal_rig_is_intact(void);

#endif
