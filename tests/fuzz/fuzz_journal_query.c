/* A filter, parsed and put into SQL that SQLite takes. */
#include "unit/check.h"

#include "relay-client/journal/journal_schema_table.h"
#include "relay-client/journal/query/query_match.h"
#include "relay-client/journal/query/query_sql.h"
#include "relay-client/journal/query/query_text.h"

#define NOW_MS 1795289105123u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct database *database(void)
{
    static struct database *db; /* for all inputs, never closed */
    const struct database_options options = {
        .path = ":memory:", .schema = &journal_schema, .clock = clock_system()};
    char detail[DETAIL_MAX];

    if (!db) {
        CHECK_EQ(database_open(&options, &db, detail), OK);
        CHECK_EQ(query_match_define(db), OK);
    }
    return db;
}

static void check_sql(const struct journal_query *q, enum query_sql_way way)
{
    struct statement s;
    struct bytes sql;
    bool has_row;

    bytes_init(&sql, QUERY_SQL_MAX);
    CHECK_EQ(bytes_append_text(&sql, "SELECT count(*)"), OK);
    CHECK_EQ(query_sql_append(q, way, 3, &sql), OK);
    CHECK_EQ(bytes_append(&sql, "", 1), OK);
    CHECK_EQ(statement_init(&s, database(), (const char *)bytes_peek(&sql)), OK);
    query_sql_bind(q, 3, &s);
    CHECK_EQ(statement_step(&s, &has_row), OK);
    CHECK(has_row && statement_u64(&s, 0) == 0);
    statement_fini(&s);
    bytes_fini(&sql);
}

/* What can be looked at alone is a query. */
static void check_parts(const struct journal_query *q)
{
    struct span parts[JOURNAL_QUERY_TERMS];
    size_t len = journal_query_parts(q, parts, JOURNAL_QUERY_TERMS);

    for (size_t i = 0; i < len; i++) {
        struct journal_query_error error;
        struct journal_query *part;

        CHECK_EQ(journal_query_parse(parts[i], NOW_MS, &part, &error), OK);
        journal_query_free(part);
    }
}

static void check_error(struct span text, const struct journal_query_error *error)
{
    size_t units = query_text_units(text, text.len);

    CHECK(error->code != NULL && error->code[0] != '\0');
    CHECK(error->offset <= units && error->length <= units - error->offset);
    CHECK(memchr(error->hint, '\0', sizeof(error->hint)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of(data, size);
    struct journal_query_error error = {0};
    struct journal_query *q = NULL;
    enum err e = journal_query_parse(text, NOW_MS, &q, &error);

    if (e) {
        CHECK_EQ(e, ERR_SYNTAX);
        check_error(text, &error);
        return 0;
    }
    check_sql(q, QUERY_SQL_ROWS);
    check_sql(q, QUERY_SQL_SETS);
    check_parts(q);
    journal_query_free(q);
    return 0;
}
