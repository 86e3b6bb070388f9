/* Events that are made whole: what is put into them, what stays as it was given, and what is
 * never made up. */
#include "relay-client/simulate/event_dress.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#define NOW   1795305600123u
#define USER  "U4af4980629a1b2c3d4e5f60718293a4b"
#define GROUP "Ca56f94637c0123456789abcdef012345"
#define ROOM  "R0123456789abcdef0123456789abcdef"

static struct random_seeded random_;
static struct line_mint mint;
static struct event_dress context;
static struct bytes out;
static char detail[EVENT_DRESS_DETAIL];

static void begin(void)
{
    char why[256];

    random_seeded_init(&random_, 5);
    (void)scratch_folder_make();
    CHECK_EQ(line_mint_open(&mint, scratch_folder_path("key"), &random_.base, why), OK);
    context = (struct event_dress){.mint = &mint, .now_ms = NOW};
    bytes_init(&out, (size_t)1024 * 1024);
}

static void end(void)
{
    bytes_fini(&out);
    line_mint_close(&mint);
    scratch_folder_remove();
}

static struct span dress(const char *event)
{
    bytes_clear(&out);
    CHECK_EQ(event_dress_make(&context, span_text(event), &out, detail), OK);
    CHECK_EQ(json_scan(bytes_span(&out), NULL), OK);
    return bytes_span(&out);
}

static struct span value_at(const char *path)
{
    struct span value;

    return json_text_find(bytes_span(&out), span_text(path), &value) == OK ? value
                                                                           : (struct span){0};
}

static bool is_at(const char *path, const char *want)
{
    return span_is(value_at(path), span_text(want));
}

static bool is_own(const char *path, enum line_mint_kind kind)
{
    struct span literal = value_at(path);

    return literal.len > 2 &&
           line_mint_is_own(&mint, kind, span_slice(literal, 1, literal.len - 1));
}

/* Names of the members, in order. */
static const char *members(struct span object)
{
    static char names[400];
    struct json_text_walk walk;
    struct json_text_item item;

    names[0] = '\0';
    CHECK(json_text_walk_init(&walk, object));
    while (json_text_walk_next(&walk, &item)) {
        size_t len = strlen(names);
        CHECK(len + item.name.len < sizeof names);
        (void)snprintf(names + len, sizeof names - len, "%s%.*s", len > 0 ? " " : "",
                       (int)item.name.len - 2, item.name.ptr + 1);
    }
    return names;
}

/* --- ids --- */

static void test_ids_are_the_mints(void)
{
    begin();
    (void)dress("{\"type\":\"message\",\"message\":{\"type\":\"text\"}}");
    CHECK(is_own("webhookEventId", LINE_MINT_EVENT_ID));
    CHECK(is_own("replyToken", LINE_MINT_REPLY_TOKEN));
    CHECK(is_own("source.userId", LINE_MINT_USER));
    CHECK(is_own("message.id", LINE_MINT_MESSAGE_ID));
    CHECK(is_own("message.quoteToken", LINE_MINT_QUOTE_TOKEN));
    CHECK(is_own("message.markAsReadToken", LINE_MINT_READ_TOKEN));
    CHECK(value_at("message.text").len > 2); /* no text message lacks it */
    (void)dress("{\"type\":\"unsend\"}");
    CHECK(is_own("unsend.messageId", LINE_MINT_MESSAGE_ID));
    context.message = "123";
    (void)dress("{\"type\":\"unsend\"}");
    CHECK(is_at("unsend.messageId", "\"123\""));
    end();
}

static void test_each_time_others(void)
{
    char first[2048];

    begin();
    struct span made = dress("{\"type\":\"follow\"}");
    (void)snprintf(first, sizeof first, "%.*s", (int)made.len, made.ptr);
    made = dress("{\"type\":\"follow\"}");
    CHECK(!span_is(made, span_text(first)));
    end();
}

/* --- where it came from --- */

static void test_sources(void)
{
    begin();
    context.user = USER;
    (void)dress("{\"type\":\"postback\"}");
    CHECK(is_at("source", "{\"type\":\"user\",\"userId\":\"" USER "\"}"));
    context.group = GROUP;
    (void)dress("{\"type\":\"postback\"}");
    CHECK(is_at("source",
                "{\"type\":\"group\",\"groupId\":\"" GROUP "\",\"userId\":\"" USER "\"}"));
    (void)dress("{\"type\":\"follow\"}"); /* never from a group */
    CHECK(is_at("source", "{\"type\":\"user\",\"userId\":\"" USER "\"}"));
    (void)dress("{\"type\":\"leave\"}");
    CHECK(is_at("source", "{\"type\":\"group\",\"groupId\":\"" GROUP "\"}"));
    (void)dress("{\"type\":\"memberLeft\"}");
    CHECK(is_at("left", "{\"members\":[{\"type\":\"user\",\"userId\":\"" USER "\"}]}"));
    context.group = NULL;
    context.room = ROOM;
    (void)dress("{\"type\":\"unsend\"}");
    CHECK(
        is_at("source", "{\"type\":\"room\",\"roomId\":\"" ROOM "\",\"userId\":\"" USER "\"}"));
    end();
}

static void test_no_group_is_named(void)
{
    begin();
    (void)dress("{\"type\":\"join\"}");
    CHECK(is_own("source.groupId", LINE_MINT_GROUP));
    context.room = ROOM; /* edits are in groups alone */
    (void)dress("{\"type\":\"messageEdited\"}");
    CHECK(is_own("source.groupId", LINE_MINT_GROUP));
    end();
}

/* --- what was given stays --- */

static void test_bytes_stay(void)
{
    static const char given[] =
        " { \"type\" : \"message\", \"replyToken\":\"mine\" ,\"timestamp\":1.50,\n"
        "\"message\" : { \"id\":\"\\u0031\", \"type\":\"te\\u0078t\" , \"text\":\"\\/ "
        "\xe3\x81\x82\" }, "
        "\"mode\":null,\"source\":7, \"deliveryContext\": { }, \"webhookEventId\":[] } ";

    begin();
    struct span made = dress(given);
    CHECK(span_starts(made, SPAN("{ \"type\" : \"message\", \"replyToken\":\"mine\" "
                                 ",\"timestamp\":1.50,\n\"message\" : { \"id\":\"\\u0031\", "
                                 "\"type\":\"te\\u0078t\" , \"text\":\"\\/ \xe3\x81\x82\" "
                                 ",\"quoteToken\":\"")));
    CHECK(is_at("deliveryContext", "{ \"isRedelivery\":false}"));
    CHECK_STR(members(made), "type replyToken timestamp message mode source deliveryContext "
                             "webhookEventId");
    CHECK_STR(members(value_at("message")), "id type text quoteToken markAsReadToken");
    end();
}

static void test_details_of_another_kind(void)
{
    begin();
    CHECK(span_ends(dress("{\"type\":\"message\",\"message\":[1]}"), SPAN("\"active\"}")));
    CHECK(is_at("message", "[1]"));
    (void)dress("{\"type\":\"message\",\"message\":\"x\",\"deliveryContext\":0}");
    CHECK(is_at("message", "\"x\""));
    CHECK(is_at("deliveryContext", "0"));
    end();
}

static void test_a_kind_that_nobody_knows(void)
{
    begin();
    (void)dress("{\"type\":\"message\",\"message\":{\"type\":\"hologram\"}}");
    CHECK_STR(members(value_at("message")), "type id markAsReadToken");
    CHECK(is_own("replyToken", LINE_MINT_REPLY_TOKEN));
    (void)dress("{\"type\":\"membership\",\"membership\":{\"type\":\"left\"}}");
    CHECK_STR(members(value_at("membership")), "type membershipId");
    (void)dress("{\"type\":\"module\",\"module\":{\"type\":\"detached\"}}");
    CHECK_STR(members(value_at("module")), "type reason botId");
    end();
}

static void test_a_type_that_nobody_knows(void)
{
    begin();
    CHECK_STR(members(dress("{\"type\":\"wave\",\"wave\":{}}")),
              "type wave webhookEventId deliveryContext timestamp source mode");
    CHECK_STR(members(dress("{}")), "webhookEventId deliveryContext timestamp source mode");
    CHECK_STR(members(dress("{\"type\":5}")),
              "type webhookEventId deliveryContext timestamp source mode");
    end();
}

/* --- wishes --- */

static void test_standby_has_no_token(void)
{
    begin();
    (void)dress("{\"type\":\"follow\",\"mode\":\"standby\"}");
    CHECK_EQ(value_at("replyToken").len, 0);
    context.is_standby = true;
    (void)dress("{\"type\":\"message\",\"message\":{\"type\":\"text\"}}");
    CHECK_EQ(value_at("replyToken").len, 0);
    CHECK(is_at("mode", "\"standby\""));
    (void)dress("{\"type\":\"follow\",\"replyToken\":\"x\"}"); /* an explicit wish */
    CHECK(is_at("replyToken", "\"x\""));
    end();
}

static void test_redelivery(void)
{
    begin();
    context.is_redelivery = true;
    (void)dress("{\"type\":\"follow\"}");
    CHECK(is_at("deliveryContext", "{\"isRedelivery\":true}"));
    end();
}

static void test_extra_members(void)
{
    begin();
    context.has_extra = true;
    (void)dress("{\"type\":\"follow\"}");
    CHECK(value_at("addedLater.tags[0]").len > 0);
    CHECK(value_at("follow.addedLater").len > 0);
    end();
}

/* --- what can go wrong --- */

static void test_cut_anywhere(void)
{
    static const char text[] = "{\"type\":\"message\",\"message\":{\"type\":\"text\",\"text\":"
                               "\"\\u3042\xe3\x81\x82\"},"
                               "\"deliveryContext\":{}}";

    begin();
    for (size_t len = 0; len < sizeof text - 1; len++) {
        char *copy = mem_alloc(len + 1); /* the sanitizer sees its end */
        CHECK(copy);
        memcpy(copy, text, len);
        bytes_clear(&out);
        CHECK_EQ(event_dress_make(&context, span_of(copy, len), &out, detail), ERR_SYNTAX);
        CHECK(*detail);
        mem_free(copy);
    }
    (void)dress(text);
    end();
}

static void test_no_objects(void)
{
    static const char *const texts[] = {"[]", "5", "null", "\"x\"", " ", "{} {}"};

    begin();
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        CHECK_EQ(event_dress_make(&context, span_text(texts[i]), &out, detail), ERR_SYNTAX);
        CHECK(*detail);
    }
    end();
}

static void check_length(size_t len, enum err want)
{
    char *text = mem_alloc(len + 1);

    CHECK(text);
    memset(text, ' ', len);
    text[0] = '{';
    text[len - 1] = '}';
    bytes_clear(&out);
    CHECK_EQ(event_dress_make(&context, span_of(text, len), &out, detail), want);
    mem_free(text);
}

static void test_lengths(void)
{
    begin();
    check_length(EVENT_DRESS_MAX - 1, OK);
    check_length(EVENT_DRESS_MAX, OK);
    check_length(EVENT_DRESS_MAX + 1, ERR_LIMIT);
    CHECK(*detail);
    bytes_fini(&out);
    bytes_init(&out, 40);
    CHECK_EQ(event_dress_make(&context, SPAN("{}"), &out, detail), ERR_LIMIT);
    CHECK(*detail);
    end();
}

static void test_memory(void)
{
    bool is_over = false;

    begin();
    for (unsigned long n = 1; !is_over; n++) {
        bytes_fini(&out);
        bytes_init(&out, (size_t)1024 * 1024);
        mem_fail_at(n);
        enum err rc = event_dress_make(&context, SPAN("{\"type\":\"beacon\"}"), &out, detail);
        is_over = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_over ? OK : ERR_NOMEM);
    }
    end();
}

CHECK_MAIN(TEST(test_ids_are_the_mints), TEST(test_each_time_others), TEST(test_sources),
           TEST(test_no_group_is_named), TEST(test_bytes_stay),
           TEST(test_details_of_another_kind), TEST(test_a_kind_that_nobody_knows),
           TEST(test_a_type_that_nobody_knows), TEST(test_standby_has_no_token),
           TEST(test_redelivery), TEST(test_extra_members), TEST(test_cut_anywhere),
           TEST(test_no_objects), TEST(test_lengths), TEST(test_memory))
