#include "tests/unit/support/reading_rig.h"

#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "relay-client/inspector/inspector_param.h"
#include "relay-client/inspector/inspector_reply.h"
#include "relay-client/inspector/inspector_router.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

void reading_rig_begin(struct reading_rig *rig)
{
    *rig = (struct reading_rig){0};
    (void)journal_rig_make_folder();
    journal_rig_start(&rig->journal, NULL);
}

void reading_rig_start(struct reading_rig *rig)
{
    rig->secrets.list[0] =
        (struct signature_secret){.provider = signature_provider_named(SPAN("line")),
                                  .secret = SPAN(READING_RIG_SECRET),
                                  .label = "line 1"};
    rig->secrets.len = 1;
    clock_fake_init(&rig->clock, JOURNAL_RIG_NOW_MS);
    rig->facts = (struct inspector_facts){.secrets = &rig->secrets, .clock = &rig->clock.base};
    rig->reader = journal_rig_reader();
    inspector_reply_init(&rig->reply);
}

void reading_rig_end(struct reading_rig *rig)
{
    inspector_reply_fini(&rig->reply);
    journal_reader_close(rig->reader);
    if (rig->journal.journal)
        journal_rig_stop(&rig->journal);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), 0);
}

/* ---- what is recorded ---- */

uint64_t reading_rig_record(struct reading_rig *rig, const struct journal_request *request)
{
    uint64_t id = 0;

    CHECK_EQ(journal_rig_record(&rig->journal, request, &id), OK);
    CHECK(id > 0);
    return id;
}

uint64_t reading_rig_store(struct reading_rig *rig, const char *delivery, const char *body)
{
    return journal_rig_store(&rig->journal, delivery, body);
}

void reading_rig_answer(struct reading_rig *rig, uint64_t exchange)
{
    struct journal_answer a = journal_rig_answer(exchange);

    a.by = JOURNAL_BY_BOT;
    a.attempts = 1;
    journal_rig_store_answer(&rig->journal, &a);
}

/* ---- what is asked ---- */

static const struct inspector_route *find(struct span path)
{
    char allowed[32];
    const struct inspector_route *route = inspector_router_find(SPAN("GET"), path, allowed);

    CHECK(route && route->read);
    return route;
}

enum err reading_rig_try(struct reading_rig *rig, const char *target)
{
    struct span all = span_text(target);
    size_t end = span_find(all, '?');
    struct span path = span_slice(all, 0, end);
    const struct inspector_route *route = find(path);
    struct inspector_params params = {0};
    struct inspector_reading reading = {.facts = &rig->facts,
                                        .params = &params,
                                        .public_url = "",
                                        .reader = rig->reader,
                                        .reply = &rig->reply};

    inspector_reply_fini(&rig->reply);
    inspector_reply_init(&rig->reply);
    enum err rc =
        inspector_param_read(route->pattern, path, span_slice(all, end + 1, all.len), &params);
    if (!rc)
        rc = route->read(&reading);
    inspector_param_free(&params);
    return rc;
}

void reading_rig_get(struct reading_rig *rig, const char *target)
{
    enum err rc = reading_rig_try(rig, target);

    if (rc || rig->reply.code)
        (void)fprintf(stderr, "%s: %s %s\n", target, err_text(rc), rig->reply.detail);
    CHECK_EQ(rc, OK);
    CHECK_STR(rig->reply.code, NULL);
    CHECK_EQ(rig->reply.status, 200);
    CHECK_STR(rig->reply.type, "application/json");
    CHECK_EQ(json_scan(bytes_span(&rig->reply.body), NULL), OK);
}

void reading_rig_exchange(struct reading_rig *rig, uint64_t id)
{
    char target[64];

    (void)snprintf(target, sizeof(target), "/api/exchanges/%llu", (unsigned long long)id);
    reading_rig_get(rig, target);
}

void reading_rig_refused(struct reading_rig *rig, const char *target, unsigned status,
                         const char *code)
{
    enum err rc = reading_rig_try(rig, target);

    if (rc)
        inspector_reply_error(&rig->reply, rc, NULL);
    CHECK_STR(rig->reply.code, code);
    CHECK_EQ(rig->reply.status, status);
    CHECK(rig->reply.detail[0] != '\0');
}

struct span reading_rig_at(const struct reading_rig *rig, const char *path)
{
    struct span found;
    enum err rc = json_text_find(bytes_span(&rig->reply.body), span_text(path), &found);

    if (rc)
        (void)fprintf(stderr, "%s: %s\n%.*s\n", path, err_text(rc),
                      (int)bytes_len(&rig->reply.body),
                      (const char *)bytes_peek(&rig->reply.body));
    CHECK_EQ(rc, OK);
    return found;
}

void reading_rig_check(const struct reading_rig *rig, const char *path, const char *json)
{
    struct span found = reading_rig_at(rig, path);

    if (span_is(found, span_text(json)))
        return;
    (void)fprintf(stderr, "%s is %.*s, not %s\n", path, (int)found.len, found.ptr, json);
    abort();
}

size_t reading_rig_len(const struct reading_rig *rig, const char *path)
{
    struct json_text_walk walk;
    struct json_text_item item;
    size_t len = 0;

    CHECK(json_text_walk_init(&walk, reading_rig_at(rig, path)));
    while (json_text_walk_next(&walk, &item))
        len++;
    return len;
}
