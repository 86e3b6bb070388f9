/* The samples of all types: whole when dressed, with exactly the members that LINE sends. */
#include "relay-client/simulate/event_dress.h"

#include "base/container.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "codec/line/line_event.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

#define NOW 1795305600123u

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

/* --- what each type has --- */

#define WITH_TOKEN(details)                                                                    \
    "type " details "webhookEventId deliveryContext timestamp source replyToken mode"
#define NO_TOKEN(details) "type " details "webhookEventId deliveryContext timestamp source mode"

static const struct {
    const char *name, *event, *path, *details;
} types[] = {
    {"text", WITH_TOKEN("message "), "message", "type text id quoteToken markAsReadToken"},
    {"text.mention", WITH_TOKEN("message "), "message",
     "type text mention id quoteToken markAsReadToken"},
    {"text.emoji", WITH_TOKEN("message "), "message",
     "type text emojis id quoteToken markAsReadToken"},
    {"image", WITH_TOKEN("message "), "message",
     "type contentProvider id quoteToken markAsReadToken"},
    {"image.external", WITH_TOKEN("message "), "message.contentProvider",
     "type originalContentUrl previewImageUrl"},
    {"image.set", WITH_TOKEN("message "), "message",
     "type contentProvider imageSet id quoteToken markAsReadToken"},
    {"video", WITH_TOKEN("message "), "message",
     "type duration contentProvider id quoteToken markAsReadToken"},
    {"audio", WITH_TOKEN("message "), "message",
     "type duration contentProvider id markAsReadToken"},
    {"file", WITH_TOKEN("message "), "message", "type fileName fileSize id markAsReadToken"},
    {"location", WITH_TOKEN("message "), "message",
     "type title address latitude longitude id markAsReadToken"},
    {"sticker", WITH_TOKEN("message "), "message",
     "type packageId stickerId stickerResourceType keywords id quoteToken markAsReadToken"},
    {"sticker.message", WITH_TOKEN("message "), "message",
     "type packageId stickerId stickerResourceType text id quoteToken markAsReadToken"},
    {"messageEdited", WITH_TOKEN("message "), "message", "type text id quoteToken"},
    {"unsend", NO_TOKEN("unsend "), "unsend", "messageId"},
    {"postback", WITH_TOKEN("postback "), "postback", "data"},
    {"postback.date", WITH_TOKEN("postback "), "postback.params", "date"},
    {"postback.time", WITH_TOKEN("postback "), "postback.params", "time"},
    {"postback.datetime", WITH_TOKEN("postback "), "postback.params", "datetime"},
    {"postback.richmenu", WITH_TOKEN("postback "), "postback.params",
     "newRichMenuAliasId status"},
    {"follow", WITH_TOKEN("follow "), "follow", "isUnblocked"},
    {"unfollow", NO_TOKEN(""), "deliveryContext", "isRedelivery"},
    {"videoPlayComplete", WITH_TOKEN("videoPlayComplete "), "videoPlayComplete", "trackingId"},
    {"beacon", WITH_TOKEN("beacon "), "beacon", "hwid type"},
    {"accountLink", WITH_TOKEN("link "), "link", "result nonce"},
    {"accountLink.failed", "type link webhookEventId deliveryContext timestamp mode", "link",
     "result nonce"},
    {"membership", WITH_TOKEN("membership "), "membership", "type membershipId"},
    {"join", WITH_TOKEN(""), "source", "type groupId"},
    {"leave", NO_TOKEN(""), "source", "type groupId"},
    {"memberJoined", WITH_TOKEN("joined "), "joined.members[0]", "type userId"},
    {"memberLeft", NO_TOKEN("left "), "left.members[0]", "type userId"},
    {"botSuspended", NO_TOKEN(""), "source", "type userId"},
    {"botResumed", NO_TOKEN(""), "source", "type userId"},
    {"module", NO_TOKEN("module "), "module", "type scopes botId"},
    {"module.detached", NO_TOKEN("module "), "module", "type reason botId"},
    {"activated", NO_TOKEN("chatControl "), "chatControl", "expireAt"},
    {"deactivated", NO_TOKEN(""), "source", "type userId"},
    {"delivery", NO_TOKEN("delivery "), "delivery", "data"},
};

static void test_every_type(void)
{
    begin();
    CHECK_EQ(ARRAY_LEN(types), event_template_list_len);
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        const struct event_template *t = event_template_named(span_text(types[i].name));
        CHECK(t);
        (void)dress(t->sample);
        CHECK_STR(members(bytes_span(&out)), types[i].event);
        CHECK_STR(members(value_at(types[i].path)), types[i].details);
        CHECK_EQ(value_at("replyToken").len > 0, strstr(types[i].event, "replyToken") != NULL);
    }
    end();
}

/* What the agent reads of it is what was meant. */
static void test_every_type_is_read(void)
{
    char body[8192];
    struct line_batch batch;

    begin();
    for (size_t i = 0; i < event_template_list_len; i++) {
        struct span event = dress(event_template_list[i].sample);
        int len = snprintf(body, sizeof body, "{\"destination\":\"\",\"events\":[%.*s]}",
                           (int)event.len, event.ptr);
        CHECK(len > 0 && (size_t)len < sizeof body);
        CHECK_EQ(line_batch_parse(&batch, span_text(body)), OK);
        CHECK_EQ(batch.kind, LINE_BODY_LINE);
        CHECK_EQ(batch.events_len, 1);
        CHECK_STR(batch.events[0].type, event_template_list[i].type);
        CHECK_STR(batch.events[0].mode, "active");
        CHECK_EQ(batch.events[0].timestamp_ms, NOW);
        line_batch_fini(&batch);
    }
    end();
}

static void test_every_row_is_whole(void)
{
    for (size_t i = 0; i < event_template_list_len; i++) {
        const struct event_template *t = &event_template_list[i];
        struct span value;

        CHECK_EQ(json_scan(span_text(t->sample), NULL), OK);
        CHECK(event_template_named(span_text(t->name)) == t);
        CHECK(event_template_of(span_text(t->type)));
        CHECK(t->flags & (EVENT_FROM_ANY | EVENT_FROM_NOBODY));
        CHECK(!t->main || event_template_field(t, span_text(t->main)));
        for (const struct event_field *f = t->fields; f->path; f++) {
            CHECK(strchr(f->path, '.'));
            CHECK_EQ(f->kind == EVENT_FIELD_CHOICE, f->choices != NULL);
            CHECK(!f->is_required ||
                  json_text_find(span_text(t->sample), span_text(f->path), &value) == OK);
        }
        for (size_t other = 0; other < i; other++)
            CHECK(strcmp(t->type, event_template_list[other].type) != 0 ||
                  strcmp(t->sub, event_template_list[other].sub) != 0);
    }
    CHECK(!event_template_named(SPAN("message")));
    CHECK(!event_template_of(SPAN("")));
}

CHECK_MAIN(TEST(test_every_type), TEST(test_every_type_is_read), TEST(test_every_row_is_whole))
