#include "relay-client/journal/journal_call.h"

#include "relay-client/journal/journal_impl.h"

enum err journal_call_record(struct journal *j, const struct journal_call *call)
{
    struct journal_entry *e;
    enum err rc = journal_admit(j, JOURNAL_ENTRY_CALL);

    if (!rc)
        rc = journal_entry_new_call(call, &e);
    return rc ? rc : journal_submit(j, e);
}

enum err journal_call_person(struct journal *j, const struct journal_person *p)
{
    struct journal_entry *e;
    enum err rc = journal_admit(j, JOURNAL_ENTRY_PERSON);

    if (!rc)
        rc = journal_entry_new_person(p, &e);
    if (rc)
        return rc;
    e->wall_ms = clock_wall_ms(loop_clock(j->loop));
    return journal_submit(j, e);
}
