#include "relay-client/journal/writer/journal_backlog.h"

#include "base/container.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/writer/journal_stored.h"

#define ADVANCE_ROWS 4096u

/* A webhook that no answer was recorded of; x is its exchange. */
#define IS_UNANSWERED                                                                          \
    "x.webhook <> 0 AND x.replay_of = 0 AND x.simulated = 0"                                   \
    " AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.exchange = x.id)"

/* What is not known yet of an answer; its outcome is the parameter 2. */
#define EMPTY_ANSWER(crashes, error)                                                           \
    "INSERT INTO answer (exchange, verdict, provider, secret_label, explanation, handler,"     \
    "  status, error, stored_us, handler_us, total_us, body_truncated, body, answered_by,"     \
    "  outcome, attempts, crashes)"                                                            \
    " SELECT x.id, 0, '', '', '', '', x.answered, " error ", 0, 0, 0, 0, x'',"                 \
    "  CASE WHEN x.answered > 0 THEN 4 ELSE 0 END, ?2, " crashes ", " crashes                  \
    " FROM exchange x"

_Static_assert(JOURNAL_PENDING == 1 && JOURNAL_ASIDE == 2 && JOURNAL_DROPPED == 3 &&
                   JOURNAL_BY_INBOX == 4 && JOURNAL_CRASHES_MAX == 3,
               "SQL says them literally");

static enum err read_answered_up_to(struct journal_backlog *b)
{
    enum err rc =
        statement_query_u64(b->db, "SELECT answered_up_to FROM progress", &b->answered_up_to);

    return rc == ERR_NOT_FOUND ? ERR_CORRUPT : rc;
}

enum err journal_backlog_init(struct journal_backlog *b, struct database *db,
                              struct journal_derived *derived)
{
    const struct {
        struct statement *statement;
        const char *sql;
    } all[] = {
        {&b->state,
         "SELECT x.webhook <> 0 AND x.replay_of = 0 AND x.simulated = 0, a.exchange, a.outcome"
         "  FROM exchange x LEFT JOIN answer a ON a.exchange = x.id WHERE x.id = ?"},
        {&b->begin, "UPDATE answer SET trying = 1, attempts = ?2 WHERE exchange = ?1"},
        {&b->load, JOURNAL_STORED_SQL},
    };
    enum err rc = OK;

    *b = (struct journal_backlog){.db = db, .derived = derived};
    for (size_t i = 0; !rc && i < ARRAY_LEN(all); i++)
        rc = statement_init(all[i].statement, db, all[i].sql);
    return rc ? rc : read_answered_up_to(b);
}

void journal_backlog_fini(struct journal_backlog *b)
{
    statement_fini(&b->state);
    statement_fini(&b->begin);
    statement_fini(&b->load);
}

static enum err note_change(struct journal_backlog *b, uint64_t exchange)
{
    enum err rc = journal_derived_update(b->derived, exchange, false);

    return rc ? rc : journal_changes_add(b->derived->changes, exchange);
}

/* Runs it to its end; its one column tells whose answer has changed. */
static enum err run_changes(struct journal_backlog *b, struct statement *s,
                            struct journal_backlog_sweep *sweep)
{
    bool has_row = true;
    enum err rc = statement_step(s, &has_row);

    while (!rc && has_row) {
        uint64_t exchange = statement_u64(s, 0);

        sweep->after = exchange > sweep->after ? exchange : sweep->after;
        sweep->count++;
        rc = note_change(b, exchange);
        if (!rc)
            rc = statement_step(s, &has_row);
    }
    return rc;
}

/* ---- a start ---- */

static enum err recover_unanswered(struct journal_backlog *b)
{
    struct journal_backlog_sweep all = {0};
    struct statement s;
    enum err rc =
        statement_init(&s, b->db,
                       EMPTY_ANSWER("1", "'Hookline ended before the bot had answered'") //
                       " WHERE x.id > ?1 AND " IS_UNANSWERED " RETURNING exchange");

    if (!rc) {
        statement_bind_u64(&s, 1, b->answered_up_to);
        statement_bind_u64(&s, 2, JOURNAL_PENDING);
        rc = run_changes(b, &s, &all);
    }
    statement_fini(&s);
    return rc;
}

static enum err recover_trying(struct journal_backlog *b)
{
    struct journal_backlog_sweep all = {0};
    struct statement s;
    enum err rc =
        statement_init(&s, b->db,
                       "UPDATE answer SET trying = 0, next_ms = 0, crashes = crashes + 1,"
                       "  outcome = CASE WHEN crashes >= 2 THEN 2 ELSE 1 END,"
                       "  error = CASE WHEN crashes >= 2"
                       "    THEN 'set aside: Hookline ended three times while the bot had it'"
                       "    ELSE 'Hookline ended before the bot had answered' END"
                       "  WHERE outcome IN (1, 2) AND outcome = 1 AND trying = 1"
                       "  RETURNING exchange");

    if (!rc)
        rc = run_changes(b, &s, &all);
    statement_fini(&s);
    return rc;
}

/* A replay or a plain request that had no answer when we died gets none. */
static enum err recover_running(struct journal_backlog *b)
{
    struct statement s;
    enum err rc = statement_init(&s, b->db,
                                 "UPDATE summary SET flags = flags & ~?2 WHERE exchange > ?1"
                                 "  AND flags & ?2 <> 0 AND flags & ?3 = 0");

    if (!rc) {
        statement_bind_u64(&s, 1, b->answered_up_to);
        statement_bind_u64(&s, 2, JOURNAL_FLAG_RUNNING);
        statement_bind_u64(&s, 3, JOURNAL_FLAG_PENDING);
        rc = statement_run(&s);
    }
    statement_fini(&s);
    return rc;
}

static enum err set_answered_up_to(struct database *db, uint64_t id)
{
    struct statement s;
    enum err rc = statement_init(&s, db, "UPDATE progress SET answered_up_to = ?");

    if (!rc) {
        statement_bind_u64(&s, 1, id);
        rc = statement_run(&s);
    }
    statement_fini(&s);
    return rc;
}

enum err journal_backlog_recover(struct journal_backlog *b)
{
    uint64_t newest = 0;
    enum err rc = statement_query_u64(b->db, "SELECT max(id) FROM exchange", &newest);

    if (!rc)
        rc = recover_unanswered(b);
    if (!rc)
        rc = recover_trying(b);
    if (!rc)
        rc = recover_running(b);
    if (!rc && newest > b->answered_up_to)
        rc = set_answered_up_to(b->db, newest);
    return rc;
}

/* ---- looking ---- */

enum err journal_backlog_find(struct journal_backlog *b, uint64_t after, size_t max,
                              struct journal_pending *out, size_t *len)
{
    struct statement s;
    bool has_row = true;
    enum err rc =
        statement_init(&s, b->db,
                       "SELECT a.exchange, a.attempts, a.crashes, x.arrived_ms, a.next_ms"
                       "  FROM answer a CROSS JOIN exchange x ON x.id = a.exchange"
                       "  WHERE a.outcome IN (1, 2) AND a.outcome = 1 AND a.exchange > ?1"
                       "  ORDER BY a.exchange LIMIT ?2");

    *len = 0;
    if (!rc) {
        statement_bind_u64(&s, 1, after);
        statement_bind_u64(&s, 2, max);
        rc = statement_step(&s, &has_row);
    }
    for (; !rc && has_row && *len < max; rc = statement_step(&s, &has_row))
        out[(*len)++] = (struct journal_pending){
            .exchange = statement_u64(&s, 0),
            .attempts = (unsigned)statement_u64(&s, 1),
            .crashes = (unsigned)statement_u64(&s, 2),
            .arrived_ms = statement_u64(&s, 3),
            .next_ms = statement_u64(&s, 4),
        };
    statement_fini(&s);
    return rc;
}

enum err journal_backlog_count(struct journal_backlog *b, struct journal_unfinished *out)
{
    struct journal_unfinished n;
    enum err rc = statement_query_u64(
        b->db, "SELECT count(*) FROM answer WHERE outcome IN (1, 2) AND outcome = 1",
        &n.pending);

    if (!rc)
        rc = statement_query_u64(
            b->db, "SELECT count(*) FROM answer WHERE outcome IN (1, 2) AND outcome = 2",
            &n.aside);
    if (!rc)
        *out = n;
    return rc;
}

/* ---- one exchange ---- */

enum state { STATE_NONE, STATE_UNANSWERED, STATE_PENDING, STATE_ASIDE, STATE_OVER };

static enum state state_of_row(const struct statement *s)
{
    bool is_delivery = statement_u64(s, 0) != 0;

    if (statement_is_null(s, 1))
        return is_delivery ? STATE_UNANSWERED : STATE_OVER;
    if (statement_u64(s, 2) == JOURNAL_PENDING)
        return STATE_PENDING;
    return statement_u64(s, 2) == JOURNAL_ASIDE ? STATE_ASIDE : STATE_OVER;
}

static enum err find_state(struct journal_backlog *b, uint64_t exchange, enum state *out)
{
    bool has_row = false;

    statement_bind_u64(&b->state, 1, exchange);
    enum err rc = statement_step(&b->state, &has_row);
    *out = !rc && has_row ? state_of_row(&b->state) : STATE_NONE;
    statement_reset(&b->state);
    return rc;
}

/* One without an answer needs no mark: a start counts it anyway. */
enum err journal_backlog_begin(struct journal_backlog *b, uint64_t exchange, unsigned attempts,
                               enum err *verdict)
{
    enum state state;
    enum err rc = find_state(b, exchange, &state);

    if (rc)
        return rc;
    *verdict = state == STATE_NONE ? ERR_NOT_FOUND : OK;
    if (state == STATE_ASIDE || state == STATE_OVER)
        *verdict = ERR_CONFLICT;
    if (state != STATE_PENDING)
        return OK;
    statement_bind_u64(&b->begin, 1, exchange);
    statement_bind_u64(&b->begin, 2, attempts);
    return statement_run(&b->begin);
}

#define RETRY_SQL "UPDATE answer SET outcome = 1, crashes = 0, next_ms = 0, trying = 0"
#define DROP_SQL  "UPDATE answer SET outcome = 3, next_ms = 0, trying = 0"

static const char *sql_for(enum journal_decision decision, enum state state)
{
    if (state == STATE_UNANSWERED) /* to retry it is as good as pending */
        return decision == JOURNAL_RETRY ? NULL : EMPTY_ANSWER("0", "''") " WHERE x.id = ?1";
    return decision == JOURNAL_RETRY ? RETRY_SQL " WHERE exchange = ?1"
                                     : DROP_SQL " WHERE exchange = ?1";
}

enum err journal_backlog_settle(struct journal_backlog *b, uint64_t exchange,
                                enum journal_decision decision, enum err *verdict)
{
    struct statement s;
    enum state state;
    enum err rc = find_state(b, exchange, &state);

    if (rc)
        return rc;
    *verdict = state == STATE_NONE ? ERR_NOT_FOUND : state == STATE_OVER ? ERR_CONFLICT : OK;
    const char *sql = *verdict ? NULL : sql_for(decision, state);
    if (!sql)
        return OK;
    rc = statement_init(&s, b->db, sql);
    if (!rc) {
        statement_bind_u64(&s, 1, exchange);
        if (state == STATE_UNANSWERED)
            statement_bind_u64(&s, 2, JOURNAL_DROPPED);
        rc = statement_run(&s);
    }
    statement_fini(&s);
    return rc ? rc : note_change(b, exchange);
}

/* ---- all ---- */

#define SOME_SQL                                                                               \
    " WHERE exchange IN (SELECT exchange FROM answer WHERE outcome IN (1, 2)"                  \
    "  AND outcome = ?1 AND exchange > ?2 ORDER BY exchange LIMIT ?3) RETURNING exchange"

/* Pending ones first: what a retry makes pending is not met again. */
enum err journal_backlog_settle_step(struct journal_backlog *b, enum journal_decision decision,
                                     struct journal_backlog_sweep *sweep)
{
    struct journal_backlog_sweep next = *sweep;
    struct statement s;
    enum err rc = statement_init(
        &s, b->db, decision == JOURNAL_RETRY ? RETRY_SQL SOME_SQL : DROP_SQL SOME_SQL);

    if (!rc) {
        statement_bind_u64(&s, 1, sweep->has_pending ? JOURNAL_ASIDE : JOURNAL_PENDING);
        statement_bind_u64(&s, 2, sweep->after);
        statement_bind_u64(&s, 3, JOURNAL_BACKLOG_STEP);
        rc = run_changes(b, &s, &next);
    }
    statement_fini(&s);
    if (next.count - sweep->count < JOURNAL_BACKLOG_STEP) {
        next.is_over = next.has_pending;
        next.has_pending = true;
        next.after = 0;
    }
    if (!rc)
        *sweep = next;
    return rc;
}

/* ---- between ---- */

/* The last one before the first without an answer. */
static enum err find_answered(struct journal_backlog *b, uint64_t *out)
{
    struct statement s;
    bool has_row = true;
    enum err rc = statement_init(&s, b->db,
                                 "SELECT x.id, " IS_UNANSWERED " FROM exchange x"
                                 "  WHERE x.id > ?1 ORDER BY x.id LIMIT ?2");

    *out = b->answered_up_to;
    if (!rc) {
        statement_bind_u64(&s, 1, b->answered_up_to);
        statement_bind_u64(&s, 2, ADVANCE_ROWS);
        rc = statement_step(&s, &has_row);
    }
    for (; !rc && has_row && statement_u64(&s, 1) == 0; rc = statement_step(&s, &has_row))
        *out = statement_u64(&s, 0);
    statement_fini(&s);
    return rc;
}

static bool is_far_behind(const struct journal_backlog *b, uint64_t newest)
{
    return newest > b->answered_up_to && newest - b->answered_up_to >= ADVANCE_ROWS;
}

/* A start may have raised it since, in a transaction of which nobody knows here whether it
 * was committed. */
enum err journal_backlog_advance(struct journal_backlog *b, uint64_t newest)
{
    uint64_t answered = 0;

    if (!is_far_behind(b, newest))
        return OK;
    enum err rc = read_answered_up_to(b);
    if (rc || !is_far_behind(b, newest))
        return rc;
    rc = find_answered(b, &answered);
    if (rc || answered - b->answered_up_to < ADVANCE_ROWS / 2)
        return rc;
    return set_answered_up_to(b->db, answered);
}
