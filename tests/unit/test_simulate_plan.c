/* Simulated webhooks: how many, in which order, with what in them, and how they are signed. */
#include "relay-client/simulate/simulate_plan.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "codec/line/line_event.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#define NOW   1795305600123u
#define FIRST "0123456789abcdef0123456789abcdef"
#define OLDER "fedcba9876543210fedcba9876543210"
#define BOT   "U8e742f61d673b39c7fff3cecb7536ef0"

static struct random_seeded random_;
static struct line_mint mint;
static struct secrets secrets;
static struct simulate_plan plan;
static struct replay_request request; /* the last one */
static struct line_batch batch;       /* what it says */

static const struct simulate_event three[] = {
    {.text = {"{\"type\":\"follow\"}", 17}, .user = "Ua"},
    {.text = {"{\"type\":\"unfollow\"}", 19}, .user = "Ub"},
    {.text = {"{\"type\":\"join\"}", 15}, .user = "Uc", .group = "Cc"},
};

static void add_secret(const char *provider, const char *secret)
{
    secrets.list[secrets.len++] =
        (struct signature_secret){.provider = signature_provider_named(span_text(provider)),
                                  .secret = span_text(secret),
                                  .label = provider};
}

static void begin(size_t events)
{
    char why[256];

    random_seeded_init(&random_, 5);
    (void)scratch_folder_make();
    CHECK_EQ(line_mint_open(&mint, scratch_folder_path("key"), &random_.base, why), OK);
    secrets = (struct secrets){0};
    add_secret("github", "another");
    add_secret("line", FIRST);
    add_secret("line", OLDER);
    plan = (struct simulate_plan){.events = three,
                                  .events_len = events,
                                  .destination = BOT,
                                  .mint = &mint,
                                  .random = &random_.base,
                                  .secrets = &secrets,
                                  .times = 1,
                                  .path = "/callback"};
    request = (struct replay_request){0};
    batch = (struct line_batch){0};
}

static void forget(void)
{
    line_batch_fini(&batch);
    batch = (struct line_batch){0};
    replay_request_fini(&request);
}

static void end(void)
{
    forget();
    simulate_plan_fini(&plan);
    line_mint_close(&mint);
    scratch_folder_remove();
}

static enum err make(unsigned n)
{
    forget();
    return simulate_plan_make(&plan, n, NOW, &request);
}

static void check_made(unsigned n)
{
    CHECK_EQ(make(n), OK);
    CHECK_EQ(json_scan(request.body, NULL), OK);
    CHECK_EQ(line_batch_parse(&batch, request.body), OK);
    CHECK_EQ(batch.kind, LINE_BODY_LINE);
    CHECK_STR(batch.destination, BOT);
}

/* The users of its events, by their letters. */
static const char *who(unsigned n)
{
    static char letters[8];

    check_made(n);
    for (size_t i = 0; i < batch.events_len; i++)
        letters[i] = batch.events[i].user_id[0] ? batch.events[i].user_id[1]
                                                : batch.events[i].source_id[1];
    letters[batch.events_len] = '\0';
    return letters;
}

/* --- which --- */

static void test_all_in_one(void)
{
    begin(3);
    CHECK_EQ(simulate_plan_len(&plan), 1);
    CHECK_STR(who(0), "abc");
    CHECK(batch.events[0].timestamp_ms < batch.events[1].timestamp_ms);
    CHECK_EQ(batch.events[2].timestamp_ms, NOW);
    end();
}

static void test_one_each(void)
{
    begin(3);
    plan.is_each = true;
    plan.times = 2;
    CHECK_EQ(simulate_plan_len(&plan), 6);
    for (unsigned n = 0; n < 6; n++)
        CHECK_EQ(who(n)[0], "abcabc"[n]);
    end();
}

static void test_orders(void)
{
    bool is_seen[3] = {false};

    begin(3);
    plan.order = SIMULATE_REVERSED;
    CHECK_STR(who(0), "cba");
    CHECK(batch.events[0].timestamp_ms > batch.events[1].timestamp_ms);
    plan.order = SIMULATE_SHUFFLED;
    for (unsigned i = 0; i < 50; i++) {
        const char *letters = who(0);
        CHECK(strchr(letters, 'a') && strchr(letters, 'b') && strchr(letters, 'c'));
        is_seen[letters[0] - 'a'] = true;
    }
    CHECK(is_seen[0] && is_seen[1] && is_seen[2]);
    end();
}

static void test_duplicates_and_redeliveries(void)
{
    char first[4096], id[40], token[80];

    begin(3);
    plan.is_each = true;
    plan.is_duplicate = plan.is_redelivered = true;
    plan.redeliver_after_ms = 3000;
    plan.every_ms = 20;
    plan.times = 2;
    CHECK_EQ(simulate_plan_len(&plan), 18);
    check_made(0);
    (void)snprintf(first, sizeof first, "%.*s", (int)request.body.len, request.body.ptr);
    (void)snprintf(id, sizeof id, "%s", batch.events[0].webhook_event_id);
    (void)snprintf(token, sizeof token, "%s", batch.events[0].reply_token);
    check_made(1);
    CHECK(span_is(request.body, span_text(first)));
    CHECK_STR(who(2), "b");
    CHECK_STR(who(5), "c");
    CHECK(!batch.events[0].is_redelivery);
    CHECK_STR(who(6), "a");
    CHECK(batch.events[0].is_redelivery);
    CHECK_STR(batch.events[0].webhook_event_id, id);
    CHECK_STR(batch.events[0].reply_token, token);
    CHECK_STR(who(8), "c");
    CHECK_STR(who(9), "a"); /* the next round */
    CHECK(strcmp(batch.events[0].webhook_event_id, id) != 0);
    CHECK(strcmp(batch.events[0].reply_token, token) != 0);
    for (unsigned n = 0; n < 18; n++)
        CHECK_EQ(simulate_plan_maker.pause_ms(&plan, n), n % 9 == 6 ? 3000 : 20);
    end();
}

/* --- what is in them --- */

static void test_the_head(void)
{
    begin(1);
    check_made(0);
    CHECK(span_is(request.head.method, SPAN("POST")));
    CHECK(span_is(request.head.target, SPAN("/callback")));
    CHECK(span_is(http_head_value(&request.head, "content-type"),
                  SPAN("application/json; charset=utf-8")));
    CHECK(span_is(http_head_value(&request.head, "user-agent"), SPAN("LineBotWebhook/2.0")));
    CHECK(span_is(http_head_value(&request.head, "hookline-simulated"), SPAN("1")));
    CHECK(!http_head_find(&request.head, "hookline-target"));
    plan.target = "other";
    check_made(0);
    CHECK(span_is(http_head_value(&request.head, "hookline-target"), SPAN("other")));
    end();
}

static void test_publicly(void)
{
    begin(1);
    plan.public_authority = SPAN("relay.example.com:8443");
    plan.public_prefix = SPAN("/mybot");
    check_made(0);
    CHECK(span_is(request.head.target, SPAN("/mybot/callback")));
    CHECK(span_is(request.head.authority, SPAN("relay.example.com:8443")));
    CHECK(!http_head_find(&request.head, "hookline-simulated")); /* as if LINE sent it */
    plan.public_prefix = SPAN("");
    check_made(0);
    CHECK(span_is(request.head.target, SPAN("/callback")));
    end();
}

static void test_late_events(void)
{
    begin(1);
    plan.delay_ms = 90000;
    check_made(0);
    CHECK_EQ(batch.events[0].timestamp_ms, NOW - 90000);
    plan.delay_ms = UINT64_MAX / 2; /* older than time */
    check_made(0);
    CHECK_EQ(batch.events[0].timestamp_ms, 0);
    end();
}

static void test_wishes(void)
{
    begin(1);
    plan.is_standby = plan.has_extra = plan.is_redelivery = true;
    check_made(0);
    CHECK_STR(batch.events[0].mode, "standby");
    CHECK_STR(batch.events[0].reply_token, "");
    CHECK(batch.events[0].is_redelivery);
    CHECK(span_find_span(request.body, SPAN("addedLater")) < request.body.len);
    end();
}

static struct {
    size_t len, last;
} told;

static void on_event(void *owner, size_t index, struct span event)
{
    CHECK(owner == &told);
    CHECK(json_text_is_object(event));
    CHECK_EQ(json_scan(event, NULL), OK);
    told.len++;
    told.last = index;
}

static void test_who_makes_them_is_told(void)
{
    begin(3);
    told.len = 0;
    plan.is_duplicate = true;
    plan.on_event = on_event;
    plan.owner = &told;
    check_made(0);
    CHECK_EQ(told.len, 3);
    CHECK_EQ(told.last, 2);
    check_made(1); /* the same bytes */
    CHECK_EQ(told.len, 3);
    end();
}

static void test_a_destination_of_any_text(void)
{
    begin(1);
    plan.destination = "\"\\\n\xff";
    CHECK_EQ(make(0), OK);
    CHECK_EQ(json_scan(request.body, NULL), OK);
    end();
}

/* --- signatures --- */

static enum verdict verdict(size_t *matched)
{
    struct signature_check check;

    CHECK_EQ(
        signature_verify(&request.head, request.body, secrets.list, secrets.len, NOW, &check),
        OK);
    *matched = check.matched;
    return check.verdict;
}

static void test_signatures(void)
{
    size_t matched;

    begin(1);
    check_made(0);
    CHECK_EQ(verdict(&matched), VERDICT_VALID);
    CHECK_EQ(matched, 1);
    plan.sign = SIMULATE_SIGN_PREVIOUS;
    check_made(0);
    CHECK_EQ(verdict(&matched), VERDICT_VALID);
    CHECK_EQ(matched, 2);
    plan.sign = SIMULATE_SIGN_WRONG;
    check_made(0);
    CHECK_EQ(verdict(&matched), VERDICT_INVALID);
    CHECK_EQ(http_head_value(&request.head, "x-line-signature").len, 44);
    plan.sign = SIMULATE_SIGN_MISSING;
    check_made(0);
    CHECK_EQ(verdict(&matched), VERDICT_MISSING);
    end();
}

static void test_no_secret(void)
{
    begin(1);
    secrets.len = 2;
    plan.sign = SIMULATE_SIGN_PREVIOUS;
    CHECK_EQ(make(0), ERR_NOT_FOUND);
    CHECK(*request.detail);
    secrets.len = 1; /* of another provider */
    plan.sign = SIMULATE_SIGN_RIGHT;
    CHECK_EQ(make(0), ERR_NOT_FOUND);
    CHECK(*request.detail);
    secrets.len = 0; /* nobody checks */
    check_made(0);
    CHECK(!http_head_find(&request.head, "x-line-signature"));
    end();
}

/* --- what can go wrong --- */

static void test_an_event_that_is_none(void)
{
    static const struct simulate_event broken[] = {{.text = {"{\"type\":\"follow\"}", 17}},
                                                   {.text = {"[]", 2}}};

    begin(1);
    plan.events = broken;
    plan.events_len = 2;
    CHECK_EQ(make(0), ERR_SYNTAX);
    CHECK(*request.detail);
    CHECK_EQ(make(0), ERR_SYNTAX); /* nothing half made is left */
    end();
}

/* A body of 1 MiB and no byte more. */
static void test_body_limits(void)
{
    static char big[2][EVENT_DRESS_MAX];
    struct simulate_event two[2];

    begin(1);
    for (size_t i = 0; i < 2; i++) {
        memset(big[i], ' ', sizeof big[i]);
        big[i][0] = '{';
    }
    plan.events = two;
    plan.events_len = 2;
    big[0][sizeof big[0] - 1] = '}';
    two[0] = (struct simulate_event){.text = {big[0], sizeof big[0]}};
    big[1][9] = '}';
    two[1] = (struct simulate_event){.text = {big[1], 10}};
    CHECK_EQ(make(0), OK);
    size_t room = SIMULATE_BODY_MAX - request.body.len;
    for (size_t more = room - 1; more <= room + 1; more++) {
        memset(big[1] + 1, ' ', sizeof big[1] - 1);
        two[1].text.len = 10 + more;
        big[1][two[1].text.len - 1] = '}';
        CHECK_EQ(make(0), more <= room ? OK : ERR_LIMIT);
        CHECK(more <= room ? request.body.len <= SIMULATE_BODY_MAX : *request.detail != 0);
    }
    end();
}

static void test_memory(void)
{
    bool is_over = false;

    begin(3);
    plan.is_each = plan.is_redelivered = true;
    plan.public_authority = SPAN("relay.example.com");
    for (unsigned long n = 1; !is_over; n++) {
        mem_fail_at(n);
        enum err rc = make(0);
        if (rc == OK)
            rc = make(4);
        is_over = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_over ? OK : ERR_NOMEM);
        forget();
        simulate_plan_fini(&plan);
    }
    end();
}

CHECK_MAIN(TEST(test_all_in_one), TEST(test_one_each), TEST(test_orders),
           TEST(test_duplicates_and_redeliveries), TEST(test_the_head), TEST(test_publicly),
           TEST(test_late_events), TEST(test_wishes), TEST(test_who_makes_them_is_told),
           TEST(test_a_destination_of_any_text), TEST(test_signatures), TEST(test_no_secret),
           TEST(test_an_event_that_is_none), TEST(test_body_limits), TEST(test_memory))
