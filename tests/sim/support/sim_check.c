#include "sim/support/sim_check.h"

#include "relay-client/journal/journal_reader.h"
#include "unit/check.h"

#define ROWS_MAX 2000u

struct reading {
    struct sim_world *w;
    struct journal_reader *reader;
    size_t agent;
    uint64_t ids[ROWS_MAX];
    size_t ids_len;
    char last[ULID_LEN + 1]; /* delivery of the last webhook that LINE had a 2xx for */
};

/* --- the journal --- */

static bool on_row(void *owner, const struct journal_row *row)
{
    struct reading *r = owner;

    CHECK(r->ids_len < ROWS_MAX);
    if (!span_is(row->delivery, SPAN(SIM_MARK)))
        r->ids[r->ids_len++] = row->id;
    return true;
}

static bool is_success(const struct sim_sent *s)
{
    return s->status >= 200 && s->status < 300;
}

/* I4: recorded in the order in which the relay had them whole: their ids ascend. */
static void check_order(struct reading *r, const struct sim_sent *s, struct span delivery)
{
    CHECK(span_is(delivery, span_text(s->id)));
    if (!s->is_webhook || !is_success(s) || s->was_aside)
        return;
    CHECK(memcmp(r->last, delivery.ptr, ULID_LEN) < 0);
    memcpy(r->last, delivery.ptr, ULID_LEN);
}

static void check_row(struct reading *r, uint64_t id)
{
    struct journal_exchange *x;
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, id);
    CHECK_EQ(journal_reader_get(r->reader, span_text(text), &x), OK);
    const struct journal_row *row = journal_exchange_row(x);
    struct sim_sent *s = sim_ledger_find(&r->w->ledger, journal_exchange_request(x));
    sim_world_note(r->w, "row", s->number, row->status);
    CHECK_EQ(++s->rows, 1);
    CHECK_EQ(s->tunnel, r->agent);
    CHECK(s->link > 0);
    CHECK_EQ(row->webhook, s->is_webhook);
    CHECK(!row->body_truncated);
    sim_sent_check_body(s, journal_exchange_request_body(x));
    check_order(r, s, row->delivery);
    if (row->by == JOURNAL_BY_BOT)
        CHECK_EQ(row->status, s->bot_status);
    journal_exchange_free(x);
}

static void check_journal(struct sim_world *w, size_t agent)
{
    static struct reading r;
    struct journal_filter all = {.limit = ROWS_MAX + 1, .oldest_first = true};
    char detail[512];

    memset(&r, 0, sizeof r);
    r.w = w;
    r.agent = agent;
    CHECK_EQ(journal_reader_open(w->agents[agent].path, &r.reader, detail), OK);
    CHECK_EQ(journal_reader_list(r.reader, &all, on_row, &r), OK);
    for (size_t i = 0; i < r.ids_len; i++)
        check_row(&r, r.ids[i]);
    journal_reader_close(r.reader);
}

void sim_check_journals(struct sim_world *w)
{
    for (size_t i = 0; i < SIM_AGENTS; i++)
        check_journal(w, i);
}

/* --- the ledger --- */

/* I1: it is in the journal.  200 may be the relay's own word, anything else is the bot's. */
static void check_success(const struct sim_sent *s)
{
    CHECK_EQ(s->rows, 1);
    CHECK(s->status == s->bot_status || (s->status == 200 && s->is_webhook));
}

static void check_sent(const struct sim_sent *s)
{
    CHECK(s->is_over);
    if (is_success(s))
        check_success(s);
    if (s->calls > 0 || (s->says_kept && s->is_webhook))
        CHECK_EQ(s->rows, 1); /* recorded before the bot is called, or the relay says so */
    if (s->bot_status > 0)
        CHECK_EQ(s->calls, 1);
    if (s->rows > 0)
        CHECK(s->link > 0);
}

void sim_check_ledger(struct sim_world *w)
{
    for (size_t i = 0; i < w->ledger.len; i++) {
        const struct sim_sent *s = &w->ledger.sent[i];

        sim_world_note(w, "over", s->number, s->status);
        check_sent(s);
    }
}
