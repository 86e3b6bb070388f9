#include "relay-client/line/line_channel.h"

#include "base/mem.h"
#include "base/text.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"

#include <stdio.h>
#include <string.h>

#define ENDPOINT_PATH "/v2/bot/channel/webhook/endpoint"
#define TEST_PATH     "/v2/bot/channel/webhook/test"
#define JSON_MAX      ((size_t)16 * 1024)

struct channel_call {
    struct line_channel_ask ask;
    void (*take)(struct line_channel_answer *out, const struct json_value *root);
    struct line_channel_answer answer;
};

/* --- what LINE says --- */

static void copy(char *out, size_t size, const struct json_value *root, const char *name)
{
    const char *text = json_string(json_member(root, name));

    (void)snprintf(out, size, "%s", text ? text : "");
}

static void take_bot(struct line_channel_answer *out, const struct json_value *root)
{
    const char *mode = json_string(json_member(root, "chatMode"));

    copy(out->bot_id, sizeof out->bot_id, root, "userId");
    copy(out->basic_id, sizeof out->basic_id, root, "basicId");
    copy(out->name, sizeof out->name, root, "displayName");
    out->is_chat_on = mode && strcmp(mode, "chat") == 0;
}

static void take_webhook(struct line_channel_answer *out, const struct json_value *root)
{
    copy(out->url, sizeof out->url, root, "endpoint");
    (void)json_bool(json_member(root, "active"), &out->is_active);
    if (!*out->url)
        out->why = ERR_NOT_FOUND;
}

static void take_test(struct line_channel_answer *out, const struct json_value *root)
{
    (void)json_bool(json_member(root, "success"), &out->is_good);
    copy(out->reason, sizeof out->reason, root, "reason");
    copy(out->reason_detail, sizeof out->reason_detail, root, "detail");
}

static void take_nothing(struct line_channel_answer *out, const struct json_value *root)
{
    (void)out;
    (void)root;
}

/* LINE's own words: {"message"} or {"error", "error_description"}. */
static const char *words_of(const struct json_value *root)
{
    const char *text = json_string(json_member(root, "message"));

    if (!text)
        text = json_string(json_member(root, "error_description"));
    return text ? text : "no reason given";
}

static enum err kind_of(const struct line_answer *a, const struct json_value *root)
{
    if (a->status == 401 || a->status == 403 || json_member(root, "error"))
        return ERR_DENIED;
    if (a->status == 404)
        return ERR_NOT_FOUND;
    if (a->status == 429)
        return ERR_LIMIT;
    return a->status == 400 ? ERR_CONFIG : ERR_FAILED;
}

static void say(struct line_channel_answer *out, unsigned status, const char *words)
{
    static const struct {
        enum err why;
        const char *advice;
    } table[] = {
        {ERR_DENIED,
         "Are channel id and channel secret (or the access token) those of one "
         "Messaging API channel, and still valid? They stand in the LINE Developers "
         "console, in \"Basic settings\" and \"Messaging API\"."},
        {ERR_NOT_FOUND, "`hookline webhook set URL` sets one."},
        {ERR_LIMIT, "LINE counts by the hour here; try again later."},
        {ERR_CONFIG, "It must be https, with a name that the public can look up, and have at "
                     "most 500 characters."},
        {ERR_FAILED, "Try again in a moment."},
    };
    char shown[200];

    text_escape(shown, sizeof shown, span_text(words));
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].why == out->why)
            (void)snprintf(out->detail, sizeof out->detail, "LINE answers %u: %s. %s", status,
                           shown, table[i].advice);
}

static void read_answer(struct channel_call *call, const struct line_answer *a)
{
    struct line_channel_answer *out = &call->answer;
    struct json_doc doc = {0};
    enum err rc = json_parse(&doc, a->body, LINE_CLIENT_BODY_MAX);
    const struct json_value *root = rc == OK ? json_root(&doc) : NULL;

    if (a->status >= 200 && a->status <= 299 && json_kind(root) == JSON_OBJECT) {
        call->take(out, root);
    } else if (a->status >= 400) {
        out->why = kind_of(a, root);
        say(out, a->status, words_of(root));
    } else {
        out->why = ERR_PROTOCOL;
        (void)snprintf(
            out->detail, sizeof out->detail,
            "LINE's answer (%u) is not understood; is something between this machine "
            "and LINE?",
            a->status);
    }
    json_fini(&doc);
}

/* ERR_IO whatever it was: what ERR_NOT_FOUND and others say here are words of LINE. */
static void say_unreached(struct line_channel_answer *out, enum err why, const char *detail)
{
    const char *words = detail;

    out->why = ERR_IO;
    if (why == ERR_NOT_FOUND)
        words = "its name could not be looked up; is this machine online?";
    else if (why == ERR_REFUSED)
        words = "nothing takes the connection; is there a proxy or a firewall?";
    else if (why == ERR_TIMEOUT)
        words = "there was no answer in time; try again in a moment";
    else if (why == ERR_EOF)
        words = "the connection was closed before there was an answer; try again in a moment";
    (void)snprintf(out->detail, sizeof out->detail, "LINE could not be asked: %s", words);
}

static void on_answer(void *owner, const struct line_answer *a)
{
    struct channel_call *call = owner;

    if (a->why == OK)
        read_answer(call, a);
    else
        say_unreached(&call->answer, a->why, a->detail);
    call->ask.done(call->ask.owner, &call->answer);
    mem_free(call);
}

/* --- what is asked --- */

static enum err start(const struct line_channel_ask *ask, const struct line_request *request,
                      void (*take)(struct line_channel_answer *out,
                                   const struct json_value *root))
{
    struct channel_call *call = mem_alloc(sizeof *call);

    if (!call)
        return ERR_NOMEM;
    struct line_request r = *request;
    r.done = on_answer;
    r.owner = call;
    call->ask = *ask;
    call->take = take;
    enum err rc = line_client_call(ask->client, &r);
    if (rc != OK)
        mem_free(call);
    return rc;
}

enum err line_channel_bot(const struct line_channel_ask *ask)
{
    return start(ask, &(struct line_request){.method = "GET", .path = "/v2/bot/info"},
                 take_bot);
}

enum err line_channel_webhook(const struct line_channel_ask *ask)
{
    return start(ask, &(struct line_request){.method = "GET", .path = ENDPOINT_PATH},
                 take_webhook);
}

/* {"endpoint": url}, or {} without one. */
static enum err start_with(const struct line_channel_ask *ask, const char *method,
                           const char *path, const char *url)
{
    struct line_request request = {.method = method, .path = path};
    struct json_writer w;
    struct bytes json;

    bytes_init(&json, JSON_MAX);
    json_writer_init(&w, &json);
    json_writer_object(&w);
    if (url)
        json_writer_member_text(&w, "endpoint", url);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    if (rc == OK)
        rc = bytes_append(&json, "", 1);
    request.json = (const char *)bytes_peek(&json);
    if (rc == OK)
        rc = start(ask, &request, strcmp(method, "PUT") == 0 ? take_nothing : take_test);
    bytes_fini(&json);
    return rc;
}

enum err line_channel_set(const struct line_channel_ask *ask, const char *url)
{
    return start_with(ask, "PUT", ENDPOINT_PATH, url);
}

enum err line_channel_test(const struct line_channel_ask *ask, const char *url)
{
    return start_with(ask, "POST", TEST_PATH, url);
}
