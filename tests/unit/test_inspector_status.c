/* What the page's head line shows: link, bot, counts; when it is told.  A thread-test: the
 * journal and the reader have one each. */
#include "codec/json/json.h"
#include "relay-client/inspector/inspector_impl.h"
#include "unit/check.h"
#include "unit/support/feed_page.h"

static struct json_doc doc;
static char text[65536];

static void begin(const char *handler)
{
    inspector_rig_open();
    inspector_rig_add(handler);
    inspector_rig_add("--target=dev=http://127.0.0.1:4000/hook");
    CHECK_EQ(inspector_rig_start(), OK);
}

static void end(void)
{
    json_fini(&doc);
    doc = (struct json_doc){0};
    inspector_rig_close();
}

static const struct json_value *ask(void)
{
    CHECK_EQ(inspector_rig_get("/api/status"), 200);
    (void)snprintf(text, sizeof text, "%s", inspector_rig_body());
    json_fini(&doc);
    CHECK_EQ(json_parse(&doc, span_text(text), sizeof text), OK);
    return json_root(&doc);
}

static const struct json_value *at(const struct json_value *v, const char *a, const char *b)
{
    return json_member(json_member(v, a), b);
}

static const char *text_at(const struct json_value *v, const char *a, const char *b)
{
    return json_string(at(v, a, b));
}

static int64_t number_at(const struct json_value *v, const char *a, const char *b)
{
    int64_t n = -1;

    (void)json_i64(at(v, a, b), &n);
    return n;
}

/* --- the schema --- */

static void test_before_anything(void)
{
    begin("--echo");
    const struct json_value *s = ask();
    CHECK_STR(json_string(json_member(s, "version")), HOOKLINE_VERSION);
    CHECK_STR(text_at(s, "tunnel", "name"), "mybot");
    CHECK_EQ(json_kind(at(s, "tunnel", "webhook_url")), JSON_NULL);
    CHECK_STR(text_at(s, "link", "state"), "connecting");
    CHECK_EQ(number_at(s, "link", "since"), JOURNAL_RIG_NOW_MS);
    CHECK_EQ(json_kind(at(s, "link", "rtt_ms")), JSON_NULL);
    CHECK_EQ(json_kind(at(s, "link", "next_try_at")), JSON_NULL);
    CHECK_EQ(json_kind(at(s, "link", "reason")), JSON_NULL);
    CHECK_EQ(number_at(s, "link", "attempts"), 1);
    CHECK_EQ(number_at(s, "inbox", "count"), 0);
    CHECK_STR(text_at(s, "handler", "kind"), "echo");
    CHECK_STR(text_at(s, "handler", "state"), "unknown");
    CHECK_EQ(json_kind(at(s, "handler", "last_status")), JSON_NULL);
    CHECK_EQ(json_kind(at(s, "handler", "last_ms")), JSON_NULL);
    CHECK_EQ(json_kind(at(s, "handler", "since")), JSON_NULL);
    CHECK_STR(json_string(json_member(s, "answer_mode")), "guard");
    CHECK_STR(json_string(json_member(s, "offline_mode")), "keep");
    CHECK_EQ(number_at(s, "counts", "all"), 0);
    CHECK_EQ(number_at(s, "counts", "pinned"), 0);
    CHECK(number_at(s, "journal", "bytes") > 4096);
    CHECK_EQ(json_kind(at(s, "journal", "oldest_at")), JSON_NULL);
    CHECK_EQ(number_at(s, "journal", "keep_ms"), 30LL * 24 * 3600 * 1000);
    CHECK_EQ(number_at(s, "journal", "keep_bytes"), 1 << 30);
    CHECK_EQ(json_len(json_member(s, "secrets")), 0);
    CHECK_STR(json_string(json_first(json_member(s, "targets"))), "dev");
    CHECK_EQ(json_kind(json_member(s, "last_error")), JSON_NULL);
    end();
}

static void test_handlers(void)
{
    begin("--forward=http://127.0.0.1:3000/callback");
    CHECK_STR(text_at(ask(), "handler", "kind"), "forward");
    end();
    begin("--exec=cat");
    CHECK_STR(text_at(ask(), "handler", "kind"), "exec");
    end();
}

static void test_secrets(void)
{
    static struct signature_secret list[2];

    begin("--echo");
    const struct signature_provider *line = signature_provider_named(SPAN("line"));
    list[0] = (struct signature_secret){.provider = line,
                                        .secret = SPAN("0123456789abcdef0123456789abcdef"),
                                        .label = "line 1"};
    list[1] = (struct signature_secret){
        .provider = line, .secret = SPAN("not-a-secret-canary"), .label = "line 2"};
    memcpy(inspector_rig.secrets.list, list, sizeof list);
    inspector_rig.secrets.len = 2;
    const struct json_value *first = json_first(json_member(ask(), "secrets"));
    bool is_plausible = false;
    CHECK_STR(json_string(json_member(first, "label")), "line 1");
    CHECK_STR(json_string(json_member(first, "provider")), "line");
    CHECK(json_bool(json_member(first, "plausible"), &is_plausible) && is_plausible);
    CHECK(json_bool(json_member(json_next(first), "plausible"), &is_plausible));
    CHECK(!is_plausible);
    CHECK(!strstr(text, "0123456789abcdef") && !strstr(text, "canary"));
    end();
}

/* --- the link --- */

static void test_link(void)
{
    struct agent_status news = {.state = AGENT_LINKED,
                                .url = "https://mybot.relay.example.com",
                                .detail = "",
                                .rtt_us = 23400,
                                .attempt = 1,
                                .kept = 7};

    begin("--echo");
    inspector_rig_advance(5000);
    inspector_status(inspector_rig.inspector, &news);
    const struct json_value *s = ask();
    CHECK_STR(text_at(s, "link", "state"), "linked");
    CHECK_EQ(number_at(s, "link", "since"), JOURNAL_RIG_NOW_MS + 5000);
    CHECK(strstr(text, "\"rtt_ms\":23.4,") != NULL);
    CHECK_STR(text_at(s, "tunnel", "webhook_url"), "https://mybot.relay.example.com/callback");
    CHECK_EQ(number_at(s, "inbox", "count"), 7);
    inspector_rig_advance(1000); /* the same state */
    inspector_status(inspector_rig.inspector, &news);
    CHECK_EQ(number_at(ask(), "link", "since"), JOURNAL_RIG_NOW_MS + 5000);
    news.state = AGENT_WAITING;
    news.detail = "the relay is gone";
    news.retry_ms = 4000;
    news.attempt = 3;
    inspector_status(inspector_rig.inspector, &news);
    s = ask();
    CHECK_STR(text_at(s, "link", "state"), "waiting");
    CHECK_STR(text_at(s, "link", "reason"), "the relay is gone");
    CHECK_EQ(number_at(s, "link", "since"), JOURNAL_RIG_NOW_MS + 6000);
    CHECK_EQ(number_at(s, "link", "next_try_at"), JOURNAL_RIG_NOW_MS + 10000);
    CHECK_EQ(number_at(s, "link", "attempts"), 3);
    end();
}

/* --- the bot --- */

static void finish(const char *delivery, unsigned status, bool is_unreachable)
{
    uint64_t id = journal_rig_store(&inspector_rig.journal, delivery,
                                    journal_rig_body(delivery, "hello"));
    struct journal_answer a = journal_rig_answer(id);
    struct http_head head;

    http_head_init_response(&head, status);
    a.head = status > 0 ? &head : NULL;
    a.status = status;
    a.by = status > 0 ? JOURNAL_BY_BOT : JOURNAL_BY_AGENT;
    a.error = status > 0 ? "" : "connection refused";
    a.attempts = 1;
    a.is_unreachable = is_unreachable;
    journal_rig_store_answer(&inspector_rig.journal, &a);
}

static void test_bot(void)
{
    begin("--echo");
    finish("01KAAAAAAAAAAAAAAAAAAAAAA1", 200, false);
    const struct json_value *s = ask();
    CHECK_STR(text_at(s, "handler", "state"), "ok");
    CHECK_EQ(number_at(s, "handler", "last_status"), 200);
    CHECK_EQ(number_at(s, "handler", "since"), JOURNAL_RIG_NOW_MS);
    CHECK(number_at(s, "counts", "all") >= 1); /* the rig has records of its own */
    CHECK_EQ(number_at(s, "journal", "oldest_at"), JOURNAL_RIG_NOW_MS - 40);
    finish("01KAAAAAAAAAAAAAAAAAAAAAA2", 500, false);
    s = ask();
    CHECK_STR(text_at(s, "handler", "state"), "error");
    CHECK_EQ(number_at(s, "handler", "last_status"), 500);
    finish("01KAAAAAAAAAAAAAAAAAAAAAA3", 0, true);
    s = ask();
    CHECK_STR(text_at(s, "handler", "state"), "unreachable");
    CHECK_EQ(json_kind(at(s, "handler", "last_status")), JSON_NULL);
    CHECK(number_at(s, "counts", "problem") >= 2);
    end();
}

/* --- news on the stream --- */

static void test_at_most_once_a_second(void)
{
    static struct feed_page page;
    struct agent_status news = {.state = AGENT_LINKED, .url = "", .detail = "", .attempt = 1};

    begin("--echo");
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    feed_page_wait(&page, "event: status", 1);
    inspector_rig_advance(2000);
    for (int i = 0; i < 50; i++) { /* in a tenth of a second */
        news.kept = (uint64_t)i;
        inspector_status(inspector_rig.inspector, &news);
        inspector_rig_advance(2);
        for (int turn = 0; turn < 5; turn++)
            loop_turn(inspector_rig.journal.loop, false);
    }
    CHECK(feed_page_count(&page, "event: status") <= 2);
    feed_page_wait(&page, "\"inbox\":{\"count\":49}", 1); /* the last one is not lost */
    CHECK(feed_page_count(&page, "event: status") <= 3);
    feed_page_close(&page);
    end();
}

/* --- what can go wrong --- */

static void test_no_journal(void)
{
    begin("--echo");
    inspector_rig.inspector->reader.journal_path = "/nonexistent/journal.db";
    (void)inspector_rig_get("/api/status");
    inspector_rig_check_problem(503, "journal");
    inspector_rig.inspector->reader.journal_path = journal_rig_path();
    CHECK_EQ(inspector_rig_get("/api/status"), 200);
    end();
}

CHECK_MAIN(TEST(test_before_anything), TEST(test_handlers), TEST(test_secrets), TEST(test_link),
           TEST(test_bot), TEST(test_at_most_once_a_second), TEST(test_no_journal))
