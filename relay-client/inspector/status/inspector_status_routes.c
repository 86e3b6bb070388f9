#include "base/mem.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"
#include "relay-client/inspector/inspector_impl.h"
#include "relay-client/inspector/inspector_request.h"

#include <stdio.h>

#define SIGN_IN_MAX ((size_t)8 * 1024)

/* --- /api/session --- */

static enum err write_session(const struct inspector *i, struct bytes *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "token", i->session.token);
    json_writer_member_text(&w, "version", HOOKLINE_VERSION);
    json_writer_member_bool(&w, "password", i->session.password.len > 0);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}

static void answer_session(struct inspector_request *r)
{
    struct inspector_reply *reply = inspector_request_prepare(r);

    if (write_session(inspector_request_owner(r), &reply->body) != OK)
        inspector_reply_problem(reply, 503, "out_of_memory", "try again in a moment");
    inspector_request_reply(r);
}

/* False: `reply` says why not. */
static bool sign_in(struct inspector *i, const struct json_value *root,
                    struct inspector_reply *reply)
{
    const char *key = json_string(json_member(root, "key"));
    const char *password = json_string(json_member(root, "password"));

    if (key && inspector_session_is_key(&i->session, span_text(key)))
        return true;
    if (!password) {
        inspector_reply_problem(reply, 401, "no_session",
                                "this is not the key of this agent: open the address that "
                                "`hookline up` or `hookline status` prints");
        return false;
    }
    enum err rc = inspector_session_try(&i->session, span_text(password), loop_now_ms(i->loop));
    if (rc == ERR_BUSY)
        inspector_reply_problem(reply, 429, "too_many",
                                "%u wrong passwords in a minute; wait for one",
                                INSPECTOR_SESSION_TRIES);
    else if (rc != OK)
        inspector_reply_problem(reply, 401, "bad_password", "the password is wrong");
    return rc == OK;
}

static void open_session(struct inspector_request *r)
{
    struct inspector *i = inspector_request_owner(r);
    char cookie[INSPECTOR_SESSION_SET_COOKIE];
    struct json_doc doc;
    enum err rc = json_parse(&doc, inspector_request_body(r), SIGN_IN_MAX);
    struct inspector_reply *reply = inspector_request_prepare(r);

    if (rc == OK && sign_in(i, json_root(&doc), reply)) {
        inspector_session_set_cookie(&i->session, cookie);
        inspector_request_set_cookie(r, cookie);
        mem_wipe(cookie, sizeof cookie);
        rc = write_session(i, &reply->body);
    }
    json_fini(&doc);
    if (rc == ERR_NOMEM)
        inspector_reply_problem(reply, 503, "out_of_memory", "try again in a moment");
    else if (rc != OK)
        inspector_reply_problem(reply, 400, "bad_request",
                                "send {\"key\": ...} or {\"password\": ...}");
    inspector_request_reply(r);
}

const struct inspector_route inspector_status_routes[] = {
    {.method = "GET", .pattern = "/api/session", .act = answer_session},
    {.method = "POST", .pattern = "/api/session", .act = open_session, .body_max = SIGN_IN_MAX},
    {.method = "GET", .pattern = "/api/status", .act = inspector_status_answer},
    {.method = "GET", .pattern = "/api/stream", .act = feed_hub_open},
    {0},
};
