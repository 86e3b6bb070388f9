#include "tests/unit/support/inbox_rig.h"

#include "base/container.h"
#include "codec/http/http_head_text.h"
#include "loop/deadline.h"
#include "relay-server/inbox/sqlite/inbox_schema_table.h"
#include "store/statement.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

/* ---- life ---- */

static char file_path[512];

const char *inbox_rig_make_folder(void)
{
    (void)scratch_folder_make();
    (void)snprintf(file_path, sizeof(file_path), "%s", scratch_folder_path("inbox.db"));
    return file_path;
}

const char *inbox_rig_path(void)
{
    return file_path;
}

enum err inbox_rig_try_start(struct inbox_rig *rig, const struct inbox_options *options)
{
    struct inbox_options own = options ? *options : (struct inbox_options){0};

    *rig = (struct inbox_rig){0};
    clock_fake_init(&rig->clock, INBOX_RIG_NOW_MS);
    enum err rc = loop_new(&rig->clock.base, &rig->loop);
    if (rc)
        return rc;
    if (!own.path)
        own.path = file_path;
    rc = inbox_open(rig->loop, &own, &rig->inbox, rig->detail);
    if (rc) {
        loop_run(rig->loop); /* what failed may still close itself */
        loop_free(rig->loop);
        rig->loop = NULL;
    }
    return rc;
}

void inbox_rig_start(struct inbox_rig *rig, const struct inbox_options *options)
{
    enum err rc = inbox_rig_try_start(rig, options);

    if (rc)
        (void)fprintf(stderr, "%s\n", rig->detail);
    CHECK_EQ(rc, OK);
}

static void on_closed(void *owner)
{
    struct inbox_rig *rig = owner;

    rig->inbox = NULL;
}

void inbox_rig_stop(struct inbox_rig *rig)
{
    if (rig->inbox)
        inbox_close(rig->inbox, on_closed, rig);
    while (rig->inbox)
        loop_turn(rig->loop, true);
    loop_run(rig->loop);
    loop_free(rig->loop);
}

/* ---- putting ---- */

static void on_stored(struct inbox_ticket *base, enum err rc)
{
    struct inbox_rig_ticket *t = CONTAINER_OF(base, struct inbox_rig_ticket, base);
    static unsigned answers;

    CHECK(!t->is_answered);
    t->is_answered = true;
    t->rc = rc;
    t->order = ++answers;
}

void inbox_rig_wait(struct inbox_rig *rig, struct inbox_rig_ticket *t)
{
    while (!t->is_answered)
        loop_turn(rig->loop, true);
}

struct inbox_delivery inbox_rig_delivery(uint64_t seq, const char *body)
{
    static struct http_head head;
    struct inbox_delivery d = {
        .seq = seq,
        .tunnel = "mybot",
        .received_ms = INBOX_RIG_NOW_MS + seq,
        .head = &head,
        .body = span_text(body),
        .answered = 200,
    };

    http_head_init_request(&head, SPAN("POST"), SPAN("/callback?from=line"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot.relay.example.com");
    CHECK_EQ(http_head_add(&head, SPAN("content-type"), SPAN("application/json")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("x-line-signature"), SPAN("c2lnbmF0dXJl")), OK);
    (void)snprintf(d.id, sizeof(d.id), "01K%023llu", (unsigned long long)seq);
    return d;
}

enum err inbox_rig_try_put(struct inbox_rig *rig, const struct inbox_delivery *d,
                           struct inbox_rig_ticket *t)
{
    *t = (struct inbox_rig_ticket){.base = {on_stored}};
    enum err rc = inbox_put(rig->inbox, d, &t->base);
    CHECK(!t->is_answered); /* never from inside the call */
    return rc;
}

void inbox_rig_submit(struct inbox_rig *rig, const struct inbox_delivery *d,
                      struct inbox_rig_ticket *t)
{
    CHECK_EQ(inbox_rig_try_put(rig, d, t), OK);
}

enum err inbox_rig_put(struct inbox_rig *rig, const struct inbox_delivery *d)
{
    struct inbox_rig_ticket t;

    inbox_rig_submit(rig, d, &t);
    inbox_rig_wait(rig, &t);
    return t.rc;
}

uint64_t inbox_rig_keep(struct inbox_rig *rig, const char *tunnel, const char *body)
{
    struct inbox_delivery d = inbox_rig_delivery(inbox_next_seq(rig->inbox), body);

    d.tunnel = tunnel;
    CHECK_EQ(inbox_rig_put(rig, &d), OK);
    return d.seq;
}

uint64_t inbox_rig_size(const struct inbox_delivery *d)
{
    return http_head_text_size(d->head) + d->body.len + INBOX_RECORD_EXTRA;
}

/* ---- reading ---- */

static void copy(char *out, size_t size, struct span s)
{
    (void)snprintf(out, size, "%.*s", (int)s.len, s.ptr ? s.ptr : "");
}

static void on_fetched(struct inbox_fetch *f, enum err rc, const struct inbox_record *records,
                       size_t len)
{
    struct inbox_rig_list *list = CONTAINER_OF(f, struct inbox_rig_list, fetch);

    CHECK(!list->is_answered);
    CHECK(len <= INBOX_RIG_MAX);
    list->is_answered = true;
    list->rc = rc;
    list->len = len;
    for (size_t i = 0; i < len; i++) {
        const struct inbox_delivery *d = &records[i].delivery;
        struct inbox_rig_record *r = &list->records[i];

        CHECK(d->head == &records[i].head);
        *r = (struct inbox_rig_record){.seq = d->seq,
                                       .received_ms = d->received_ms,
                                       .attempts = d->attempts,
                                       .answered = d->answered,
                                       .fields_len = d->head->fields_len,
                                       .body_len = d->body.len};
        copy(r->tunnel, sizeof(r->tunnel), span_text(d->tunnel));
        copy(r->id, sizeof(r->id), span_text(d->id));
        copy(r->body, sizeof(r->body), d->body);
        copy(r->reason, sizeof(r->reason), span_text(records[i].reason));
        copy(r->target, sizeof(r->target), d->head->target);
    }
}

void inbox_rig_begin_fetch(struct inbox_rig *rig, struct inbox_rig_list *list)
{
    list->is_answered = false;
    list->fetch.fetched = on_fetched;
    CHECK_EQ(inbox_fetch(rig->inbox, &list->fetch), OK);
    CHECK(!list->is_answered); /* never from inside the call */
}

void inbox_rig_fetch(struct inbox_rig *rig, struct inbox_rig_list *list)
{
    inbox_rig_begin_fetch(rig, list);
    while (!list->is_answered)
        loop_turn(rig->loop, true);
}

void inbox_rig_list(struct inbox_rig *rig, const char *tunnel, bool aside,
                    struct inbox_rig_list *list)
{
    list->fetch = (struct inbox_fetch){.tunnel = tunnel,
                                       .aside = aside,
                                       .records_max = INBOX_RIG_MAX,
                                       .bytes_max = 16 * 1024 * 1024};
    inbox_rig_fetch(rig, list);
}

const char *inbox_rig_seqs(struct inbox_rig *rig, const char *tunnel, bool aside)
{
    static struct inbox_rig_list list;
    static char text[1024];
    size_t at = 0;

    inbox_rig_list(rig, tunnel, aside, &list);
    CHECK_EQ(list.rc, OK);
    text[0] = '\0';
    for (size_t i = 0; i < list.len; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, i ? " %llu" : "%llu",
                               (unsigned long long)list.records[i].seq);
    return text;
}

/* ---- time ---- */

void inbox_rig_pass(struct inbox_rig *rig, uint64_t ms)
{
    clock_fake_advance(&rig->clock, ms * 1000);
    deadline_run_due(rig->loop);
}

/* What an engine does, it does in the order of the calls. */
void inbox_rig_settle(struct inbox_rig *rig)
{
    struct inbox_rig_list list = {.fetch = {.records_max = 1}};

    inbox_rig_fetch(rig, &list);
}

/* ---- the file ---- */

static struct database *open_file(bool is_reader)
{
    struct database_options options = {.path = file_path,
                                       .schema = &inbox_schema,
                                       .clock = clock_system(),
                                       .is_reader = is_reader};
    struct database *db = NULL;
    char detail[DETAIL_MAX];
    enum err rc = database_open(&options, &db, detail);

    if (rc)
        (void)fprintf(stderr, "%s\n", detail);
    CHECK_EQ(rc, OK);
    return db;
}

uint64_t inbox_rig_query(const char *sql)
{
    struct database *db = open_file(true);
    uint64_t value = 0;

    CHECK_EQ(statement_query_u64(db, sql, &value), OK);
    database_close(db);
    return value;
}

bool inbox_rig_is_intact(void)
{
    return inbox_rig_query("SELECT count(*) FROM pragma_integrity_check"
                           "  WHERE integrity_check <> 'ok'") == 0 &&
           inbox_rig_query("SELECT count(*) FROM record"
                           "  WHERE seq NOT IN (SELECT seq FROM content)") == 0 &&
           inbox_rig_query("SELECT count(*) FROM content"
                           "  WHERE seq NOT IN (SELECT seq FROM record)") == 0 &&
           inbox_rig_query("SELECT count(*) FROM note"
                           "  WHERE seq NOT IN (SELECT seq FROM record)") == 0;
}

void inbox_rig_change_file(const char *sql)
{
    struct database *db = open_file(false);

    CHECK_EQ(database_exec(db, sql), OK);
    database_close(db);
}

void inbox_rig_change_open_file(const char *sql)
{
    char lock[600], hidden[700];

    (void)snprintf(lock, sizeof(lock), "%s.lock", file_path);
    (void)snprintf(hidden, sizeof(hidden), "%s.hidden", lock);
    CHECK_EQ(rename(lock, hidden), 0);
    inbox_rig_change_file(sql);
    CHECK_EQ(rename(hidden, lock), 0);
}
