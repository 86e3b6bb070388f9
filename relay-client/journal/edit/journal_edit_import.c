#include "relay-client/journal/journal_edit.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/journal_impl.h"

struct import {
    struct journal_ticket ticket;
    struct journal_import *caller; /* borrowed until `done` */
};

static void on_imported(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    struct import *import = CONTAINER_OF(t, struct import, ticket);
    struct journal_import *caller = import->caller;

    mem_free(import);
    caller->id = exchange;
    if (caller->answer)
        caller->answer->exchange = exchange;
    caller->done(caller, rc);
}

/* A webhook without an answer would be taken for one that the bot still has to get. */
enum err journal_edit_import(struct journal *j, struct journal_import *i)
{
    struct journal_answer answer = i->answer ? *i->answer : (struct journal_answer){0};
    struct import *import = mem_alloc(sizeof(*import));

    if (!import)
        return ERR_NOMEM;
    answer.outcome = JOURNAL_FINAL;
    answer.is_sender_only = false;
    import->ticket.stored = on_imported;
    import->caller = i;
    i->id = 0;
    enum err rc = journal_record_import(j, i->request, &answer, &import->ticket);
    if (rc)
        mem_free(import);
    return rc;
}
