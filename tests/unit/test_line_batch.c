#include "unit/check.h"

#include "base/mem.h"
#include "codec/line/line_event.h"

#define MIB ((size_t)1024 * 1024)

static struct line_batch batch;

static void parse(struct span body, enum line_body_kind want)
{
    CHECK_EQ(line_batch_parse(&batch, body), OK);
    CHECK_EQ(batch.kind, want);
    CHECK_EQ(batch.problem[0] == '\0', want == LINE_BODY_LINE || want == LINE_BODY_WORKS);
    CHECK(batch.destination != NULL);
}

static void done(void)
{
    line_batch_fini(&batch);
    CHECK_EQ(mem_live(), 0);
}

static const struct line_event *only_event(const char *body)
{
    parse(span_text(body), LINE_BODY_LINE);
    CHECK_EQ(batch.events_len, 1);
    CHECK_EQ(batch.events_total, 1);
    return &batch.events[0];
}

static void test_message(void)
{
    const struct line_event *e = only_event(
        "{\"destination\":\"U0b\",\"events\":[{\"type\":\"message\",\"mode\":\"active\","
        "\"timestamp\":1700000000123,\"source\":{\"type\":\"group\",\"groupId\":\"C01\","
        "\"userId\":\"U02\"},\"webhookEventId\":\"01HF0000000000000000000001\","
        "\"deliveryContext\":{\"isRedelivery\":true},\"replyToken\":\"r1\",\"message\":"
        "{\"type\":\"text\",\"id\":\"444573844083572737\",\"quoteToken\":\"q\",\"text\":"
        "\"\xe3\x81\x82\\n\\uD83E\\uDD28\"}}]}");

    CHECK_STR(batch.destination, "U0b");
    CHECK_STR(e->type, "message");
    CHECK_STR(e->mode, "active");
    CHECK_EQ(e->timestamp_ms, 1700000000123);
    CHECK_STR(e->source_type, "group");
    CHECK_STR(e->source_id, "C01");
    CHECK_STR(e->user_id, "U02");
    CHECK_STR(e->webhook_event_id, "01HF0000000000000000000001");
    CHECK_STR(e->reply_token, "r1");
    CHECK(e->is_redelivery);
    CHECK_STR(e->message_id, "444573844083572737");
    CHECK_STR(e->message_type, "text");
    CHECK_STR(e->text, "\xe3\x81\x82\n\xf0\x9f\xa4\xa8");
    done();
}

static void check_blank(const struct line_event *e)
{
    CHECK_STR(e->type, "");
    CHECK_STR(e->mode, "");
    CHECK_EQ(e->timestamp_ms, 0);
    CHECK_STR(e->source_type, "");
    CHECK_STR(e->source_id, "");
    CHECK_STR(e->user_id, "");
    CHECK_STR(e->webhook_event_id, "");
    CHECK_STR(e->reply_token, "");
    CHECK(!e->is_redelivery);
    CHECK_STR(e->message_id, "");
    CHECK_STR(e->message_type, "");
    CHECK_STR(e->text, "");
}

/* Every known field with a wrong type counts as absent. */
static void test_wrong_types(void)
{
    const char *events[] = {
        "{}",
        "7",
        "null",
        "\"message\"",
        "[{\"type\":\"message\"}]",
        "{\"type\":1,\"mode\":[],\"timestamp\":\"1\",\"source\":\"U\",\"webhookEventId\":{},"
        "\"deliveryContext\":true,\"replyToken\":null,\"message\":\"text\",\"unsend\":[1]}",
        "{\"timestamp\":-1,\"source\":{\"type\":{},\"userId\":1,\"groupId\":2},"
        "\"deliveryContext\":"
        "{\"isRedelivery\":\"true\"},\"message\":{\"type\":[],\"id\":5,\"text\":\"x\"},"
        "\"unsend\":"
        "{\"messageId\":1}}",
        "{\"timestamp\":1.5e12,\"message\":{}}",
        "{\"timestamp\":99999999999999999999}",
        "{\"deliveryContext\":{\"isRedelivery\":1},\"message\":null}"};

    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        char body[600];

        (void)snprintf(body, sizeof(body), "{\"destination\":\"U\",\"events\":[%s]}",
                       events[i]);
        check_blank(only_event(body));
        done();
    }
}

static void check_text(const char *event, const char *type, const char *want)
{
    char body[1000];

    (void)snprintf(body, sizeof(body), "{\"destination\":\"U\",\"events\":[{\"type\":%s}]}",
                   event);
    const struct line_event *e = only_event(body);
    CHECK_STR(e->type, type);
    CHECK_STR(e->text, want);
    done();
}

static void test_text_of_events(void)
{
    check_text(
        "\"messageEdited\",\"message\":{\"type\":\"text\",\"id\":\"1\",\"text\":\"new\"}",
        "messageEdited", "new");
    check_text("\"follow\",\"follow\":{\"isUnblocked\":true}", "follow", "");
    check_text("\"unfollow\"", "unfollow", "");
    check_text("\"join\",\"replyToken\":\"r\"", "join", "");
    check_text("\"leave\"", "leave", "");
    check_text(
        "\"memberJoined\",\"joined\":{\"members\":[{\"type\":\"user\",\"userId\":\"U1\"},"
        "{\"type\":\"user\",\"userId\":\"U2\"},7]}",
        "memberJoined", "U1 U2");
    check_text("\"memberLeft\",\"left\":{\"members\":[{\"userId\":\"U1\"}]}", "memberLeft",
               "U1");
    check_text("\"postback\",\"postback\":{\"data\":\"a=1&b=2\",\"params\":{\"datetime\":"
               "\"2026-11-21T10:00\"}}",
               "postback", "a=1&b=2 2026-11-21T10:00");
    check_text("\"postback\",\"postback\":{\"data\":\"d\",\"params\":{\"newRichMenuAliasId\":"
               "\"menu-b\",\"status\":\"SUCCESS\"}}",
               "postback", "d menu-b SUCCESS");
    check_text("\"videoPlayComplete\",\"videoPlayComplete\":{\"trackingId\":\"t-1\"}",
               "videoPlayComplete", "t-1");
    check_text(
        "\"beacon\",\"beacon\":{\"hwid\":\"d41d8cd98f\",\"type\":\"enter\",\"dm\":\"00ff\"}",
        "beacon", "enter d41d8cd98f 00ff");
    check_text("\"accountLink\",\"link\":{\"result\":\"ok\",\"nonce\":\"secret\"}",
               "accountLink", "ok");
    check_text("\"membership\",\"membership\":{\"type\":\"renewed\",\"membershipId\":3189}",
               "membership", "renewed 3189");
    check_text(
        "\"module\",\"module\":{\"type\":\"attached\",\"botId\":\"U9\",\"scopes\":[\"a\"]}",
        "module", "attached U9");
    check_text("\"activated\",\"chatControl\":{\"expireAt\":1}", "activated", "");
    check_text("\"deactivated\"", "deactivated", "");
    check_text("\"botSuspended\"", "botSuspended", "");
    check_text("\"botResumed\"", "botResumed", "");
    check_text(
        "\"delivery\",\"delivery\":{\"data\":\"15034552939884E28681A7D668CEA94C147C716C\"}",
        "delivery", "15034552939884E28681A7D668CEA94C147C716C");
    check_text("\"someday\",\"someday\":{\"text\":\"?\"}", "someday", "");
}

static void check_message(const char *message, const char *type, const char *want)
{
    char body[1000];

    (void)snprintf(body, sizeof(body),
                   "{\"destination\":\"U\",\"events\":[{\"type\":\"message\",\"message\":%s}]}",
                   message);
    const struct line_event *e = only_event(body);
    CHECK_STR(e->message_type, type);
    CHECK_STR(e->text, want);
    done();
}

static void test_text_of_messages(void)
{
    check_message("{\"type\":\"image\",\"id\":\"1\",\"contentProvider\":{\"type\":\"line\"}}",
                  "image", "");
    check_message("{\"type\":\"image\",\"contentProvider\":{\"type\":\"external\","
                  "\"originalContentUrl\":\"https://example.com/a.png\"}}",
                  "image", "https://example.com/a.png");
    check_message("{\"type\":\"video\",\"duration\":60000}", "video", "");
    check_message("{\"type\":\"audio\",\"duration\":60000}", "audio", "");
    check_message("{\"type\":\"file\",\"fileName\":\"a b.txt\",\"fileSize\":2138}", "file",
                  "a b.txt");
    check_message(
        "{\"type\":\"location\",\"title\":\"t\",\"address\":\"Tokyo 1-2\",\"latitude\":"
        "35.6,\"longitude\":139.7}",
        "location", "t Tokyo 1-2");
    check_message("{\"type\":\"location\",\"address\":\"Tokyo\"}", "location", "Tokyo");
    check_message(
        "{\"type\":\"sticker\",\"packageId\":\"446\",\"keywords\":[\"cony\",\"\",\"hi\"],"
        "\"text\":\"hello\"}",
        "sticker", "cony hi hello");
    check_message("{\"type\":\"hologram\",\"text\":\"?\"}", "hologram", "");
    check_message("{\"type\":\"text\",\"text\":{\"not\":\"a text\"}}", "text", "");
}

static void test_unsend_names_the_message(void)
{
    const struct line_event *e =
        only_event("{\"destination\":\"U\",\"events\":[{\"type\":\"unsend\",\"unsend\":"
                   "{\"messageId\":\"325708\"}}]}");

    CHECK_STR(e->message_id, "325708");
    done();
}

static void check_source(const char *source, const char *type, const char *id, const char *user)
{
    char body[300];

    (void)snprintf(body, sizeof(body), "{\"destination\":\"U\",\"events\":[{\"source\":%s}]}",
                   source);
    const struct line_event *e = only_event(body);
    CHECK_STR(e->source_type, type);
    CHECK_STR(e->source_id, id);
    CHECK_STR(e->user_id, user);
    done();
}

static void test_source(void)
{
    check_source("{\"type\":\"user\",\"userId\":\"U1\"}", "user", "U1", "U1");
    check_source("{\"type\":\"group\",\"groupId\":\"C1\"}", "group", "C1", "");
    check_source("{\"type\":\"room\",\"roomId\":\"R1\",\"userId\":\"U1\"}", "room", "R1", "U1");
    check_source("{\"type\":\"planet\"}", "planet", "", "");
}

static void test_verify_button(void)
{
    parse(SPAN("{\"destination\":\"U8e\",\"events\":[]}"), LINE_BODY_LINE);
    CHECK_STR(batch.destination, "U8e");
    CHECK_EQ(batch.events_len, 0);
    CHECK_EQ(batch.events_total, 0);
    done();
    parse(SPAN(" {\"events\" : [ ] }\n"), LINE_BODY_LINE);
    CHECK_STR(batch.destination, "");
    done();
}

static void check_other(const char *body, const char *problem)
{
    parse(span_text(body), LINE_BODY_OTHER_JSON);
    CHECK_STR(batch.problem, problem);
    CHECK_EQ(batch.events_len, 0);
    done();
}

static void test_other_json(void)
{
    check_other("{\"zen\":\"x\"}", "an object without \"events\", as no webhook of LINE is");
    check_other("{\"events\":{}}", "its \"events\" are not an array");
    check_other("{\"events\":[{\"name\":\"channel_occupied\"}]}",
                "its \"events\" are not those of LINE");
    check_other("{\"events\":[1]}", "its \"events\" are not those of LINE");
    check_other("[{\"events\":[]}]", "JSON, but not an object");
    check_other("null", "JSON, but not an object");
    check_other("{\"type\":\"message\",\"source\":{}}",
                "an object without \"events\", as no webhook of LINE is");
    /* Without destination, but unmistakable. */
    parse(SPAN("{\"events\":[{\"type\":\"join\",\"source\":{}}]}"), LINE_BODY_LINE);
    done();
}

static void check_not_json(struct span body, const char *problem)
{
    parse(body, LINE_BODY_NOT_JSON);
    CHECK_STR(batch.problem, problem);
    done();
}

static void test_not_json(void)
{
    check_not_json((struct span){0}, "the body is empty");
    check_not_json(SPAN("a=1&b=2"), "a value is expected at byte 0");
    check_not_json(SPAN("{\"events\":[]"), "the text ends too early at byte 12");
    check_not_json(SPAN("{\"a\":\"\xff\"}"), "invalid UTF-8 at byte 6");
    check_not_json(SPAN("{\"a\":NaN}"), "a value is expected at byte 5");
    check_not_json(SPAN("\xef\xbb\xbf{\"events\":[]}"), "a byte order mark at byte 0");
    check_not_json(SPAN("{\"events\":[]}\0"), "something follows the value at byte 13");
    check_not_json(SPAN("{\"a\":\"\0\"}"), "a control character inside a string at byte 6");
}

/* Lone surrogates and NULs are the user's text: the event stays. */
static void test_strange_characters(void)
{
    const struct line_event *e =
        only_event("{\"destination\":\"U\",\"events\":[{\"type\":\"message\",\"message\":"
                   "{\"type\":\"text\",\"text\":\"a\\uD83Eb\\u0000c\\uDD28\"}}]}");

    CHECK_STR(e->text, "a\xef\xbf\xbd"
                       "b\xef\xbf\xbd"
                       "c\xef\xbf\xbd");
    done();
}

static void test_duplicate_members(void)
{
    const struct line_event *e = only_event(
        "{\"destination\":\"first\",\"events\":[{\"type\":\"a\",\"type\":\"b\","
        "\"timestamp\":1,\"timestamp\":2}],\"events\":[],\"destination\":\"second\"}");

    CHECK_STR(batch.destination, "first");
    CHECK_STR(e->type, "a");
    CHECK_EQ(e->timestamp_ms, 1);
    done();
}

static void test_escaped_names(void)
{
    const struct line_event *e = only_event(
        "{\"destin\\u0061tion\":\"U\",\"\\u0065vents\":[{\"t\\u0079pe\":\"join\"}]}");

    CHECK_STR(e->type, "join");
    done();
}

static void check_works(const char *body, const char *source_type, const char *source_id,
                        const char *text)
{
    parse(span_text(body), LINE_BODY_WORKS);
    CHECK_EQ(batch.events_len, 1);
    CHECK_EQ(batch.events_total, 1);
    CHECK_STR(batch.destination, "");
    CHECK_STR(batch.events[0].source_type, source_type);
    CHECK_STR(batch.events[0].source_id, source_id);
    CHECK_STR(batch.events[0].text, text);
}

static void test_works(void)
{
    check_works(
        "{\"type\":\"message\",\"source\":{\"userId\":\"u-1\",\"channelId\":\"ch-2\","
        "\"domainId\":40029600},\"issuedTime\":\"2026-11-21T19:24:05.123Z\",\"content\":"
        "{\"type\":\"text\",\"text\":\"hello\",\"postback\":\"start\"}}",
        "channel", "ch-2", "hello start");
    CHECK_STR(batch.events[0].type, "message");
    CHECK_STR(batch.events[0].user_id, "u-1");
    CHECK_STR(batch.events[0].message_type, "text");
    CHECK_EQ(batch.events[0].timestamp_ms, 1795289045123);
    done();
    check_works("{\"type\":\"postback\",\"data\":\"d=1\",\"source\":{\"userId\":\"u\"},"
                "\"issuedTime\":\"2026-11-21T19:24:05Z\"}",
                "user", "u", "d=1");
    CHECK_EQ(batch.events[0].timestamp_ms, 1795289045000);
    done();
    check_works(
        "{\"type\":\"joined\",\"source\":{\"channelId\":\"c\"},\"members\":[\"a\",\"b\"],"
        "\"issuedTime\":\"\"}",
        "channel", "c", "a b");
    CHECK_EQ(batch.events[0].timestamp_ms, 0);
    done();
    check_works(
        "{\"type\":\"message\",\"source\":{},\"issuedTime\":\"x\",\"content\":{\"type\":"
        "\"location\",\"address\":\"Seoul\",\"latitude\":1}}",
        "", "", "Seoul");
    done();
}

/* A LINE body with `count` events. */
static struct span body_of(size_t count)
{
    static char body[6000];
    size_t used = (size_t)snprintf(body, sizeof(body), "{\"destination\":\"U\",\"events\":[");

    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(body + used, sizeof(body) - used, "%s{\"type\":\"t%zu\"}",
                                 i > 0 ? "," : "", i);
    used += (size_t)snprintf(body + used, sizeof(body) - used, "]}");
    return span_of(body, used);
}

static void test_number_of_events(void)
{
    const size_t counts[] = {2, LINE_EVENTS_MAX - 1, LINE_EVENTS_MAX, LINE_EVENTS_MAX + 1, 250};

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        size_t want = counts[i] < LINE_EVENTS_MAX ? counts[i] : LINE_EVENTS_MAX;
        char last[16];

        parse(body_of(counts[i]), LINE_BODY_LINE);
        CHECK_EQ(batch.events_total, counts[i]);
        CHECK_EQ(batch.events_len, want);
        (void)snprintf(last, sizeof(last), "t%zu", want - 1);
        CHECK_STR(batch.events[want - 1].type, last);
        done();
    }
}

CHECK_MAIN(TEST(test_message), TEST(test_wrong_types), TEST(test_text_of_events),
           TEST(test_text_of_messages), TEST(test_unsend_names_the_message), TEST(test_source),
           TEST(test_verify_button), TEST(test_other_json), TEST(test_not_json),
           TEST(test_strange_characters), TEST(test_duplicate_members),
           TEST(test_escaped_names), TEST(test_works), TEST(test_number_of_events))
