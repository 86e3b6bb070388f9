#include "relay-client/journal/journal_exchange.h"
#include "relay-client/journal/journal_reader_impl.h"
#include "relay-client/journal/journal_row.h"

#define PREFIX_MAX 255u /* no delivery id is longer */

/* Rows are (id, is it certain): what is not certain must be the only one. */
static enum err find(struct statement *s, uint64_t *out)
{
    bool has_row, has_second = false;
    enum err rc = statement_step(s, &has_row);

    if (rc)
        return rc;
    if (!has_row)
        return ERR_NOT_FOUND;
    uint64_t id = statement_u64(s, 0);
    if (statement_u64(s, 1) == 0)
        rc = statement_step(s, &has_second);
    if (rc)
        return rc;
    if (has_second)
        return ERR_CONFLICT;
    *out = id;
    return OK;
}

static enum err find_number(struct database *db, const char *sql, uint64_t number,
                            uint64_t *out)
{
    struct statement s;
    enum err rc = statement_init(&s, db, sql);

    if (!rc) {
        statement_bind_u64(&s, 1, number);
        rc = find(&s, out);
    }
    statement_fini(&s);
    return rc;
}

/* A whole id is certain, even if it begins longer ones. */
static enum err find_delivery(struct database *db, struct span prefix, uint64_t *out)
{
    struct statement s;
    char behind[PREFIX_MAX]; /* the first text that does not begin so */

    if (prefix.len == 0 || prefix.len > PREFIX_MAX || prefix.ptr[prefix.len - 1] == '\xff')
        return ERR_NOT_FOUND;
    memcpy(behind, prefix.ptr, prefix.len);
    behind[prefix.len - 1]++;
    enum err rc = statement_init(&s, db,
                                 "SELECT x.id, x.delivery = ?1 FROM exchange x"
                                 "  WHERE x.delivery >= ?1 AND x.delivery < ?2"
                                 "  AND " JOURNAL_ROW_IS_THERE " ORDER BY x.delivery");
    if (!rc) {
        statement_bind_text(&s, 1, prefix);
        statement_bind_text(&s, 2, span_of(behind, prefix.len));
        rc = find(&s, out);
    }
    statement_fini(&s);
    return rc;
}

/* The last one is number 1. */
static enum err find_from_end(struct database *db, uint64_t number, uint64_t *out)
{
    if (number == 0)
        return ERR_NOT_FOUND;
    return find_number(db,
                       "SELECT x.id, 1 FROM exchange x WHERE " JOURNAL_ROW_IS_THERE
                       " ORDER BY x.id DESC LIMIT 1 OFFSET ?",
                       number - 1, out);
}

static enum err find_id(struct database *db, struct span text, uint64_t *out)
{
    uint64_t number = 0;
    enum err rc = ERR_NOT_FOUND;

    if (span_is(text, SPAN("last")))
        return find_from_end(db, 1, out);
    if (span_starts(text, SPAN("-")) && span_parse_u64(span_slice(text, 1, text.len), &number))
        return find_from_end(db, number, out);
    if (span_parse_u64(text, &number))
        rc = find_number(
            db, "SELECT x.id, 1 FROM exchange x WHERE x.id = ? AND " JOURNAL_ROW_IS_THERE,
            number, out);
    return rc == ERR_NOT_FOUND ? find_delivery(db, text, out) : rc;
}

static enum err read_exchange(struct database *db, uint64_t id, struct journal_exchange **out)
{
    struct statement s;
    bool has_row = false;
    enum err rc = statement_init(&s, db,
                                 "SELECT " JOURNAL_ROW_COLUMNS ", " JOURNAL_EXCHANGE_COLUMNS
                                 " FROM " JOURNAL_ROW_TABLES " " JOURNAL_EXCHANGE_TABLES
                                 " WHERE x.id = ? AND " JOURNAL_ROW_IS_THERE);

    if (!rc) {
        statement_bind_u64(&s, 1, id);
        rc = statement_step(&s, &has_row);
    }
    if (!rc)
        rc = has_row ? journal_exchange_new(&s, out) : ERR_NOT_FOUND; /* just deleted */
    statement_fini(&s);
    return rc;
}

enum err journal_reader_get(struct journal_reader *r, struct span id,
                            struct journal_exchange **out)
{
    uint64_t number = 0;
    enum err rc = find_id(r->db, id, &number);

    return rc ? rc : read_exchange(r->db, number, out);
}
