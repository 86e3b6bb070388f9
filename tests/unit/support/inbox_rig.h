#ifndef TESTS_UNIT_SUPPORT_INBOX_RIG_H
#define TESTS_UNIT_SUPPORT_INBOX_RIG_H

#include "relay-server/inbox/inbox.h"

/* An inbox on a loop of its own, under a clock that only the test moves.
 *
 * Life: inbox_rig_make_folder -> inbox_rig_start -> ... -> inbox_rig_stop ->
 *       scratch_folder_remove */
struct inbox_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct inbox *inbox;     /* NULL once closed */
    char detail[DETAIL_MAX]; /* of inbox_open */
};

#define INBOX_RIG_NOW_MS 1795894305000u
#define INBOX_RIG_MAX    64u /* records in a list */

/* A scratch folder; the path of inbox.db in it. */
const char *inbox_rig_make_folder(void);
const char *inbox_rig_path(void);
/* `options` may be NULL, and so may its path: inbox.db in the scratch folder. */
void inbox_rig_start(struct inbox_rig *rig, const struct inbox_options *options);
enum err inbox_rig_try_start(struct inbox_rig *rig, const struct inbox_options *options);
/* Closes the inbox and waits for it, then the loop. */
void inbox_rig_stop(struct inbox_rig *rig);

/* --- putting --- */

struct inbox_rig_ticket {
    struct inbox_ticket base;
    bool is_answered;
    enum err rc;
    unsigned order; /* of all answers of this process, from 1 */
};
void inbox_rig_wait(struct inbox_rig *rig, struct inbox_rig_ticket *t);
/* A delivery of the tunnel "mybot", filled in but for what a test wants to change; its
 * id is made of the seq. */
struct inbox_delivery inbox_rig_delivery(uint64_t seq, const char *body);
enum err inbox_rig_try_put(struct inbox_rig *rig, const struct inbox_delivery *d,
                           struct inbox_rig_ticket *t);
/* Must be taken. */
void inbox_rig_submit(struct inbox_rig *rig, const struct inbox_delivery *d,
                      struct inbox_rig_ticket *t);
enum err inbox_rig_put(struct inbox_rig *rig, const struct inbox_delivery *d);
/* Must work; takes the next seq, and returns it. */
uint64_t inbox_rig_keep(struct inbox_rig *rig, const char *tunnel, const char *body);
/* What it counts in a quota. */
uint64_t inbox_rig_size(const struct inbox_delivery *d);

/* --- reading --- */

/* What a fetch gave, copied. */
struct inbox_rig_record {
    uint64_t seq, received_ms;
    unsigned attempts, answered;
    char tunnel[64], id[ULID_LEN + 1], body[256], reason[DETAIL_MAX], target[64];
    size_t fields_len, body_len;
};
struct inbox_rig_list {
    struct inbox_fetch fetch; /* to be filled in, but for `fetched` */
    bool is_answered;
    enum err rc;
    struct inbox_rig_record records[INBOX_RIG_MAX];
    size_t len;
};
/* Must be taken. */
void inbox_rig_begin_fetch(struct inbox_rig *rig, struct inbox_rig_list *list);
/* And waits. */
void inbox_rig_fetch(struct inbox_rig *rig, struct inbox_rig_list *list);
/* All kept, or set aside, of a tunnel (NULL: of all) from the beginning on. */
void inbox_rig_list(struct inbox_rig *rig, const char *tunnel, bool aside,
                    struct inbox_rig_list *list);
/* "1 2 3" of what inbox_rig_list gives. */
const char *inbox_rig_seqs(struct inbox_rig *rig, const char *tunnel, bool aside);

/* Moves the clock and runs what is due. */
void inbox_rig_pass(struct inbox_rig *rig, uint64_t ms);
/* Turns the loop until changes that were made are on the disk. */
void inbox_rig_settle(struct inbox_rig *rig);

/* Of inbox.db, closed or open: integrity_check, and no row without its record. */
bool inbox_rig_is_intact(void);
/* SQL that changes the closed inbox.db. */
void inbox_rig_change_file(const char *sql);
/* The same, although an inbox has it open: the lock is no hindrance to whoever ignores it. */
void inbox_rig_change_open_file(const char *sql);
/* The number that a query gives, from the open or closed file. */
uint64_t inbox_rig_query(const char *sql);

#endif
