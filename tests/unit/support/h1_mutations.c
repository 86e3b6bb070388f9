#include "unit/support/h1_mutations.h"

#include "unit/check.h"
#include "unit/support/h1_record.h"

static void check_one(const struct h1_mutations *m, const struct h1_mutation *mutation)
{
    struct h1_feeding how = {.role = m->role, .eof = m->eof};
    struct h1_record r;
    struct bytes input;

    bytes_init(&input, 1 << 20);
    CHECK_EQ(bytes_append_text(&input, m->before), OK);
    CHECK_EQ(bytes_append(&input, mutation->text, mutation->len), OK);
    CHECK_EQ(bytes_append_text(&input, m->after), OK);
    how.input = bytes_span(&input);
    h1_record_sweep(&r, &how);
    if (r.result != mutation->want)
        (void)fprintf(stderr, "\"%s\": %s\n", mutation->text, r.detail);
    CHECK_EQ(r.result, mutation->want);
    CHECK_EQ(r.messages, r.result ? 0 : 1 + m->followers);
    CHECK((r.result == OK) == (strlen(r.detail) == 0));
    h1_record_fini(&r);
    bytes_fini(&input);
}

void h1_mutations_check(const struct h1_mutations *m)
{
    for (size_t i = 0; i < m->len; i++)
        check_one(m, &m->list[i]);
}
