#include "relay-client/journal/writer/journal_report.h"

#include "base/mem.h"

void journal_report_fini(struct journal_report *r)
{
    mem_free(r->failure);
    mem_free(r->notice);
    *r = (struct journal_report){0};
}
