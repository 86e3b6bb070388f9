/* The webhook's address.  A test:
 *   1. the address is looked at, then the bot is sent a webhook without events
 *   2. on_tested: what came of it is the answer, always with 200
 * What can go wrong: there is no bot to be asked, or no memory to ask; said at once. */
#include "relay-client/lineapi/emulate/account/account_operations.h"

#include "base/text.h"
#include "codec/url.h"
#include "relay-client/lineapi/emulate/emulated_members.h"
#include "relay-client/lineapi/emulate/emulator_impl.h"

#include <stdio.h>

static const char *address_of(const struct emulator *e)
{
    if (*e->endpoint)
        return e->endpoint;
    return e->options.webhook_url ? e->options.webhook_url : "";
}

static bool is_address(const char *text)
{
    struct url url;

    return strlen(text) < EMULATOR_ENDPOINT_SIZE &&
           url_parse(span_text(text), &url, NULL) == OK && url.is_https;
}

static const struct emulated_member members[] = {
    {"endpoint", JSON_STRING},
    {NULL, JSON_NONE},
};

void emulate_endpoint_get(struct emulated_call *c)
{
    const char *address = address_of(c->emulator);
    struct json_writer w;

    if (!*address) {
        emulated_call_refuse(c, 404, "Webhook endpoint not found");
        return;
    }
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "endpoint", address);
    json_writer_member_bool(&w, "active", true);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

void emulate_endpoint_set(struct emulated_call *c)
{
    const char *address = json_string(json_member(c->root, "endpoint"));

    if (!emulated_members_check(c, members))
        return;
    if (address && is_address(address))
        (void)snprintf(c->emulator->endpoint, sizeof c->emulator->endpoint, "%s", address);
    else
        emulated_call_refuse(c, 400, "Invalid webhook endpoint URL");
}

/* --- the test --- */

struct outcome {
    bool is_success;
    unsigned status;
    const char *reason;
    char detail[EMULATOR_ENDPOINT_SIZE + 64];
};

static void write(struct emulated_call *c, const struct outcome *o)
{
    struct json_writer w;
    char time[40];

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_bool(&w, "success", o->is_success);
    json_writer_member_text(&w, "timestamp", text_time(time, sizeof time, c->now_ms));
    json_writer_member_u64(&w, "statusCode", o->status);
    json_writer_member_text(&w, "reason", o->reason);
    json_writer_member_text(&w, "detail", o->detail);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

static void judge_status(struct outcome *o, unsigned status)
{
    o->is_success = status >= 200 && status <= 299;
    o->status = status;
    o->reason = o->is_success ? "OK" : "ERROR_STATUS_CODE";
    (void)snprintf(o->detail, sizeof o->detail, "%u", status);
}

/* LINE's words for it (Messaging API documentation, "Check webhook error causes"). */
static const char *words_of(enum err why)
{
    if (why == ERR_TLS)
        return "TLS handshake failure";
    if (why == ERR_NOT_FOUND)
        return "Unknown host";
    return "Connection failed";
}

static void judge_failure(struct outcome *o, const char *address, enum err why)
{
    if (why == ERR_TIMEOUT) {
        o->reason = "REQUEST_TIMEOUT";
        (void)snprintf(o->detail, sizeof o->detail, "Request timeout");
    } else if (why == ERR_NOMEM || why == ERR_CANCELLED || why == ERR_UNSUPPORTED) {
        o->reason = "UNCLASSIFIED";
        (void)snprintf(o->detail, sizeof o->detail, "Unclassified webhook dispatch error");
    } else {
        o->reason = "COULD_NOT_CONNECT";
        (void)snprintf(o->detail, sizeof o->detail, "%s: %s", words_of(why), address);
    }
}

static const char *tested_address(const struct emulated_call *c)
{
    const char *asked = json_string(json_member(c->root, "endpoint"));

    return asked ? asked : address_of(c->emulator);
}

static void conclude(struct emulated_call *c, unsigned status, enum err why)
{
    struct outcome o = {.is_success = false};

    if (status > 0)
        judge_status(&o, status);
    else
        judge_failure(&o, tested_address(c), why);
    write(c, &o);
}

static void on_tested(void *call, unsigned status, enum err why)
{
    struct emulated_call *c = call;

    conclude(c, status, why);
    emulated_call_finish(c);
}

void emulate_endpoint_test(struct emulated_call *c)
{
    const struct emulator_options *o = &c->emulator->options;
    const char *address = tested_address(c);
    enum err rc = ERR_UNSUPPORTED;

    if (!emulated_members_check(c, members))
        return;
    if (!*address) {
        emulated_call_refuse(c, 404, "Webhook endpoint not found");
        return;
    }
    if (!is_address(address)) {
        emulated_call_refuse(c, 400, "Invalid webhook endpoint URL");
        return;
    }
    if (o->test_webhook)
        rc = o->test_webhook(o->owner, on_tested, c);
    if (rc == OK)
        c->is_later = true;
    else
        conclude(c, 0, rc);
}
