#include "relay-client/inspector/simulate/chat_lease.h"

#include "codec/digest.h"
#include "codec/json/json_writer.h"
#include "relay-client/inspector/edit/edit_request.h"
#include "relay-client/inspector/inspector_reply.h"
#include "relay-client/lineapi/push_guard.h"

static struct push_guard *guard_of(struct inspector_request *request)
{
    return inspector_options_of(inspector_request_owner(request))->agent_options->guard;
}

/* Who holds it: this page (`holder`, a word of its own) in this chat. */
static uint64_t holder_of(struct inspector_request *request)
{
    const struct inspector_params *params = inspector_request_params(request);
    const char *chat = inspector_param(params, "chat");
    const char *word = inspector_param(params, "holder");
    const struct span parts[] = {span_text(chat), SPAN("\n"), span_text(word)};
    uint8_t digest[DIGEST_SHA256_LEN];
    uint64_t holder;

    digest_hash_parts(DIGEST_SHA256, parts, 3, digest);
    memcpy(&holder, digest, sizeof holder);
    return holder;
}

/* An object that says nothing, or nothing at all. */
static bool is_understood(struct inspector_request *request)
{
    struct json_doc doc;

    if (inspector_request_body(request).len == 0)
        return true;
    if (!edit_request_parse(request, &doc))
        return false;
    json_fini(&doc);
    return true;
}

/* Nobody guards: there is no LINE API port in this process. */
static void refuse(struct inspector_request *request)
{
    inspector_reply_problem(
        inspector_request_prepare(request), 503, "busy",
        "the LINE API port is closed: nothing that the bot says comes here");
    inspector_request_reply(request);
}

void chat_lease_hold(struct inspector_request *request)
{
    struct loop *l = inspector_loop(inspector_request_owner(request));
    struct push_guard *guard = guard_of(request);
    struct json_writer w;

    if (!is_understood(request))
        return;
    if (!guard) {
        refuse(request);
        return;
    }
    push_guard_lease(guard, holder_of(request), CHAT_LEASE_MS);
    struct inspector_reply *reply = inspector_request_prepare(request);
    json_writer_init(&w, &reply->body);
    json_writer_object(&w);
    json_writer_member_u64(&w, "until", clock_wall_ms(loop_clock(l)) + CHAT_LEASE_MS);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    if (rc != OK)
        inspector_reply_error(reply, rc, NULL);
    inspector_request_reply(request);
}

void chat_lease_end(struct inspector_request *request)
{
    struct push_guard *guard = guard_of(request);

    if (!is_understood(request))
        return;
    if (!guard) {
        refuse(request);
        return;
    }
    push_guard_lease(guard, holder_of(request), 0);
    inspector_request_prepare(request)->status = 204;
    inspector_request_reply(request);
}
