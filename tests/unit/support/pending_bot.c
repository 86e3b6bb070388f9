#include "unit/support/pending_bot.h"

#include "base/container.h"
#include "unit/check.h"

struct pending_bot pending_bot;

static void on_request(struct spy_handler *s)
{
    char name = s->delivery[ULID_LEN - 1];
    size_t len = strlen(pending_bot.asked);

    CHECK(len + 1 < sizeof pending_bot.asked);
    pending_bot.asked[len] = name;
    s->fails = pending_bot.fate[(unsigned char)name];
}

void pending_bot_resume(void)
{
    agent_rig.spy.on_request = on_request;
    CHECK(agent_rig_link(4096));
}

void pending_bot_open(void)
{
    memset(&pending_bot, 0, sizeof pending_bot);
    agent_rig_open();
    pending_bot_resume();
}

struct agent_rig_request pending_bot_request(char name)
{
    static char ids[4][ULID_LEN + 1];
    static unsigned next;
    char *id = ids[next++ % ARRAY_LEN(ids)];

    (void)snprintf(id, sizeof ids[0], "01KAAAAAAAAAAAAAAAAAAAAAA%c", name);
    return (struct agent_rig_request){.delivery = id, .body = SPAN("{\"events\":[]}")};
}

void pending_bot_send(char name)
{
    struct agent_rig_request r = pending_bot_request(name);

    exchange_log_fini(&pending_bot.log);
    memset(&pending_bot.log, 0, sizeof pending_bot.log);
    CHECK_EQ(agent_rig_send(&pending_bot.log, &r), OK);
    agent_rig_finish(&pending_bot.log);
}

void pending_bot_check_unanswered(unsigned status)
{
    struct span all = bytes_span(&pending_bot.log.text);

    CHECK_EQ(pending_bot.log.interims, 1);
    CHECK_EQ(pending_bot.log.status, status);
    CHECK(span_find_span(all, SPAN("hookline-unanswered=1")) < all.len);
}

void pending_bot_check_asked(const char *want)
{
    CHECK_STR(pending_bot.asked, want);
    memset(pending_bot.asked, 0, sizeof pending_bot.asked);
}

void pending_bot_pass(uint64_t ms)
{
    agent_rig_advance(ms);
    agent_rig_quiet();
}

struct fence {
    struct journal_pending_query query;
    int found;
};

static void on_found(struct journal_pending_query *q, enum err rc,
                     const struct journal_pending *found, size_t len)
{
    (void)found, (void)len;
    CHECK_EQ(rc, OK);
    CONTAINER_OF(q, struct fence, query)->found = 1;
}

void pending_bot_fence(void)
{
    struct fence f = {.query = {.max = 1, .found = on_found}};

    CHECK_EQ(journal_pending_find(agent_rig.journal, &f.query), OK);
    agent_rig_wait(&f.found, 1);
}

void pending_bot_check_row(uint64_t id, enum journal_outcome outcome, unsigned attempts)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, id);
    struct journal_exchange *x = agent_rig_read(text);
    CHECK_EQ(journal_exchange_row(x)->outcome, outcome);
    CHECK_EQ(journal_exchange_row(x)->attempts, attempts);
    journal_exchange_free(x);
}

struct settling {
    struct journal_settle settle;
    enum err rc;
    uint64_t count;
    int settled;
};

static void on_settled(struct journal_settle *base, enum err rc, uint64_t count)
{
    struct settling *s = CONTAINER_OF(base, struct settling, settle);

    if (rc == OK)
        pending_queue_settled(&agent_rig.queue, base->exchange, base->decision);
    s->rc = rc;
    s->count = count;
    s->settled = 1;
}

enum err pending_bot_settle(uint64_t exchange, enum journal_decision decision, uint64_t *count)
{
    struct settling s = {
        .settle = {.exchange = exchange, .decision = decision, .settled = on_settled}};

    CHECK_EQ(journal_pending_settle(agent_rig.journal, &s.settle), OK);
    agent_rig_wait(&s.settled, 1);
    *count = s.count;
    return s.rc;
}

void pending_bot_stop(void)
{
    exchange_log_fini(&pending_bot.log);
    memset(&pending_bot.log, 0, sizeof pending_bot.log);
    agent_rig_stop();
}

void pending_bot_stop_and_end(void)
{
    pending_bot_stop();
    agent_rig_end();
}
