#ifndef TESTS_UNIT_SUPPORT_EDIT_RIG_H
#define TESTS_UNIT_SUPPORT_EDIT_RIG_H

#include "relay-client/journal/journal_edit.h"
#include "tests/unit/support/journal_rig.h"

/* A journal in a folder of its own, and the calls of journal_edit.h, each one awaited. */

void edit_rig_start(struct journal_rig *rig);
/* The file must be intact. */
void edit_rig_stop(struct journal_rig *rig);
void edit_rig_answer(struct journal_rig *rig, const struct journal_answer *answer);
/* One that the bot has answered; its id. */
uint64_t edit_rig_store(struct journal_rig *rig, const char *delivery, const char *text);
size_t edit_rig_count_text(const char *text);

enum err edit_rig_pin(struct journal_rig *rig, uint64_t exchange, bool pinned);
enum err edit_rig_note(struct journal_rig *rig, uint64_t exchange, const char *note);

struct edit_rig_deleted {
    enum err rc;
    uint64_t undo;
    size_t count, left;
};
struct edit_rig_deleted edit_rig_delete(struct journal_rig *rig, const uint64_t *ids,
                                        size_t len);
enum err edit_rig_undo(struct journal_rig *rig, uint64_t undo, size_t *count);
enum err edit_rig_import(struct journal_rig *rig, const struct journal_request *request,
                         struct journal_answer *answer, uint64_t *id);
/* Everything that was asked for so far is on the disk. */
void edit_rig_settle(struct journal_rig *rig);

#endif
