#include "store/statement.h"

#include "tests/unit/check.h"
#include "tests/unit/support/notebook.h"

static void test_values(void)
{
    struct database *db = notebook_open(":memory:", false);
    struct statement s;
    bool has_row;

    CHECK_EQ(statement_init(&s, db, "SELECT ?1, ?2, ?3, ?4, ?5, typeof(?2), length(?3)"), OK);
    statement_bind_u64(&s, 1, UINT64_MAX);
    statement_bind_text(&s, 2, (struct span){0});
    statement_bind_blob(&s, 3, span_of("a\0b", 3));
    statement_bind_text(&s, 4, SPAN("\xe8\xbf\x94\xe9\x87\x91"));
    CHECK_EQ(statement_step(&s, &has_row), OK);
    CHECK(has_row);
    CHECK_EQ(statement_u64(&s, 0), INT64_MAX);
    CHECK_EQ(statement_span(&s, 1).len, 0);
    CHECK(!statement_is_null(&s, 1));
    CHECK_EQ(statement_span(&s, 2).len, 3);
    CHECK_MEM(statement_span(&s, 2).ptr, "a\0b", 3);
    CHECK(span_is(statement_span(&s, 3), SPAN("\xe8\xbf\x94\xe9\x87\x91")));
    CHECK(statement_is_null(&s, 4));
    CHECK_EQ(statement_u64(&s, 4), 0);
    CHECK_EQ(statement_span(&s, 4).len, 0);
    CHECK(span_is(statement_span(&s, 5), SPAN("text")));
    CHECK_EQ(statement_u64(&s, 6), 3);
    CHECK_EQ(statement_step(&s, &has_row), OK);
    CHECK(!has_row);
    statement_reset(&s);
    CHECK_EQ(statement_step(&s, &has_row), OK);
    CHECK(statement_is_null(&s, 0)); /* nothing stays bound */
    statement_fini(&s);
    statement_fini(&s);

    uint64_t value;
    CHECK_EQ(statement_query_u64(db, "SELECT id FROM note", &value), ERR_NOT_FOUND);
    CHECK_EQ(statement_query_u64(db, "SELECT nothing FROM nowhere", &value), ERR_CORRUPT);
    CHECK_EQ(statement_query_u64(db, "SELECT -5", &value), OK);
    CHECK_EQ(value, 0);
    database_close(db);
}

CHECK_MAIN(TEST(test_values))
