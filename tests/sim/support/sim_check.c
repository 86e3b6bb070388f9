#include "sim/support/sim_check.h"

#include "relay-client/journal/journal_reader.h"
#include "unit/check.h"

#define ROWS_MAX 2000u
/* A body that fits into one frame of HTTP/2 cannot be overtaken by another such one.  A
 * large one can, and an empty one, which ends with its head, overtakes any. */
#define ONE_FRAME 16000u

struct reading {
    struct sim_world *w;
    struct journal_reader *reader;
    size_t agent;
    uint64_t ids[ROWS_MAX];
    size_t ids_len;
    /* per link: the last small webhook's delivery */
    char last[200][ULID_LEN + 1];
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

/* What came over one link, each in one frame, is recorded in the order in which the relay
 * had it whole: its ids ascend. */
static void check_order(struct reading *r, const struct sim_sent *s, struct span delivery)
{
    char *last;

    CHECK_EQ(delivery.len, ULID_LEN);
    if (!s->is_webhook || s->len == 0 || s->len > ONE_FRAME)
        return;
    CHECK(s->link < sizeof r->last / sizeof r->last[0]);
    last = r->last[s->link];
    CHECK(memcmp(last, delivery.ptr, ULID_LEN) < 0);
    memcpy(last, delivery.ptr, ULID_LEN);
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
    if (row->status >= 200 && row->status < 300)
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

static void check_success(const struct sim_sent *s)
{
    CHECK_EQ(s->calls, 1);
    CHECK_EQ(s->bot_status, s->status);
    CHECK_EQ(s->rows, 1);
}

static void check_sent(const struct sim_sent *s)
{
    CHECK(s->is_over);
    if (s->status >= 200 && s->status < 300)
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
