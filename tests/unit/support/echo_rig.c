#include "unit/support/echo_rig.h"

#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/rsa_keys.h"
#include "unit/support/scratch_folder.h"

struct echo_rig echo_rig;

/* --- life --- */

void echo_rig_open(void)
{
    struct echo_rig *r = &echo_rig;

    (void)rsa_keys_private(0); /* made before blocks are counted */
    memset(r, 0, sizeof *r);
    lineapi_rig_open();
    lineapi_rig.options.is_configured = false;
    r->handler.loop = lineapi_rig.journal.loop;
    handler_bot_open(&r->works, r->handler.loop);
}

static const char *keep(const char *before, const char *after)
{
    struct echo_rig *r = &echo_rig;

    CHECK(r->texts_len < 8);
    char *text = r->texts[r->texts_len++];
    CHECK(snprintf(text, sizeof r->texts[0], "%s%s", before, after) < (int)sizeof r->texts[0]);
    return text;
}

void echo_rig_add_secret(const char *key, const char *secret)
{
    char before[64];

    (void)snprintf(before, sizeof before, "--%s-file=", key);
    lineapi_rig_add(keep(before, scratch_folder_write_text(key, secret, 0600)));
}

void echo_rig_add_works(void)
{
    struct echo_rig *r = &echo_rig;

    lineapi_rig_add("--works-client-id=app");
    echo_rig_add_secret("works-client-secret", "app-secret");
    lineapi_rig_add("--works-service-account=s.serviceaccount@x");
    lineapi_rig_add(keep("--works-key=",
                         scratch_folder_write_text("works.pem", rsa_keys_private(0), 0600)));
    lineapi_rig_add(keep("--works-auth-url=", handler_bot_url(&r->works, "")));
    lineapi_rig_add(keep("--works-api-url=", handler_bot_url(&r->works, "")));
}

enum err echo_rig_start(void)
{
    struct echo_rig *r = &echo_rig;
    enum err rc = lineapi_rig_start();

    if (rc != OK)
        return rc;
    return handler_open_echo_bot(r->handler.loop, lineapi_rig.lineapi, &r->handler.handler,
                                 r->detail);
}

void echo_rig_open_and_start(void)
{
    echo_rig_open();
    CHECK_EQ(echo_rig_start(), OK);
}

void echo_rig_close_handler(void)
{
    handler_rig_close_handler(&echo_rig.handler);
}

void echo_rig_close(void)
{
    echo_rig_close_handler();
    handler_bot_close(&echo_rig.works);
    lineapi_rig_close();
}

/* --- stand-ins --- */

void echo_rig_say(struct handler_bot *bot, const char *status, const char *body)
{
    static char texts[4][2048];
    static unsigned next;
    char *text = texts[next++ % 4];

    (void)snprintf(
        text, sizeof texts[0],
        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n"
        "%s",
        status, strlen(body), body);
    bot->manner = HANDLER_BOT_SAYS;
    handler_bot_say(bot, text);
}

void echo_rig_wait(const struct handler_bot *bot, int requests)
{
    while (bot->requests < requests)
        lineapi_rig_turn();
    CHECK_EQ(bot->requests, requests);
}

const struct lineapi_rig_record *echo_rig_wait_records(size_t len)
{
    size_t now;

    while ((now = lineapi_rig_records()) < len)
        loop_turn(lineapi_rig.journal.loop, false);
    CHECK_EQ(now, len);
    return lineapi_rig_record();
}

/* --- webhooks --- */

void echo_rig_webhook(const struct echo_rig_webhook *w)
{
    struct handler_call call;
    struct http_head head;
    const struct handler_request request = {
        .head = &head,
        .webhook = true,
        .verdict = w->verdict,
        .replay_of = w->replay_of,
    };

    handler_call_init(&call, &echo_rig.handler);
    http_head_init_request(&head, SPAN("POST"), SPAN("/webhook"));
    if (w->bot_id)
        CHECK_EQ(http_head_add(&head, SPAN("X-WORKS-BotId"), span_text(w->bot_id)), OK);
    CHECK_EQ(handler_call_start(&call, &request), OK);
    CHECK_EQ(handler_call_body(&call, w->body, strlen(w->body)), OK);
    CHECK_EQ(handler_call_end(&call), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 200);
    handler_call_fini(&call);
}

void echo_rig_line(enum given_origin origin)
{
    lineapi_rig_give(1, origin, ECHO_RIG_TOKEN);
    echo_rig_webhook(&(struct echo_rig_webhook){
        .body = "{\"destination\":\"Ub0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0\",\"events\":[{\"type\":"
                "\"message\",\"mode\":\"active\",\"source\":{\"type\":\"user\",\"userId\":"
                "\"" LINEAPI_RIG_USER "\"},\"replyToken\":\"" ECHO_RIG_TOKEN "\","
                "\"message\":{\"type\":\"text\",\"id\":\"100000000000000001\",\"text\":"
                "\"\\u3042\"}}]}"});
}

void echo_rig_works(enum verdict verdict, const char *channel)
{
    char body[512];

    (void)snprintf(body, sizeof body,
                   "{\"type\":\"message\",\"source\":{\"userId\":\"u-1\",%s%s%s\"domainId\":1},"
                   "\"issuedTime\":\"2026-11-21T19:24:05.123Z\",\"content\":{\"type\":\"text\","
                   "\"text\":\"hi\"}}",
                   channel ? "\"channelId\":\"" : "", channel ? channel : "",
                   channel ? "\"," : "");
    echo_rig_webhook(
        &(struct echo_rig_webhook){.body = body, .bot_id = "2000001", .verdict = verdict});
}
