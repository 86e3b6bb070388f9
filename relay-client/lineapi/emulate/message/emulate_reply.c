/* A reply (Messaging API reference, "Send reply message"): the messages are looked at first,
 * so one that is refused for what it says has not used its token. */
#include "relay-client/lineapi/emulate/emulated_members.h"
#include "relay-client/lineapi/emulate/message/message_operations.h"
#include "relay-client/lineapi/emulate/message/message_sending.h"

#include "codec/line/line_reply_token.h"
#include "relay-client/lineapi/validate/message_check.h"

static const struct emulated_member members[] = {
    {"replyToken", JSON_STRING},
    {"messages", JSON_ARRAY},
    {"notificationDisabled", JSON_BOOL},
    {NULL, JSON_NONE},
};

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Could LINE have made it?  32 hexadecimal digits today, 30 letters and digits before. */
static bool looks_like_token(struct span token)
{
    for (size_t i = 0; i < token.len; i++)
        if (!is_letter_or_digit(token.ptr[i]))
            return false;
    return token.len >= 30 && token.len <= 32;
}

/* That of a replayed event is as if the event had just come. */
static bool is_dead(const struct given_event *event, uint64_t now_ms)
{
    if (event->origin == GIVEN_BY_REPLAY)
        return line_reply_token_is_dead(0, false, event->bot_ms, now_ms);
    return line_reply_token_is_dead(event->event_ms, event->is_redelivery, event->given_ms,
                                    now_ms);
}

/* What is wrong with the token; NULL: nothing. */
static const char *problem_of(const struct emulated_call *c, const struct given_event *event,
                              struct span token)
{
    const struct emulator_options *o = &c->emulator->options;
    bool is_own = line_mint_is_own(o->mint, LINE_MINT_REPLY_TOKEN, token);

    if (event && event->used_ms > 0)
        return "token_used";
    if (event)
        return !o->is_relaxed && is_dead(event, c->now_ms) ? "token_expired" : NULL;
    if (is_own) /* of an event before the thousands that are known, or of another day */
        return "token_expired";
    return looks_like_token(token) ? "token_foreign" : "token_unknown";
}

static bool is_fine(struct emulated_call *c, const struct given_event *event, const char *token)
{
    const struct message_check check = {
        .is_group = event && strcmp(event->chat_type, "user") != 0,
        .is_to_one_chat = true,
        .body = c->body,
    };
    struct lineapi_problems problems = {.len = 0};

    if (!token || !*token)
        lineapi_problems_add(&problems, NULL, "replyToken", "May not be empty");
    message_check_list(&check, json_member(c->root, "messages"), &problems);
    if (problems.total > 0)
        emulated_call_refuse_problems(c, &problems);
    return problems.total == 0;
}

void emulate_reply(struct emulated_call *c)
{
    const char *text = json_string(json_member(c->root, "replyToken"));
    struct span token = span_text(text);
    struct given_event *event = given_events_by_token(c->emulator->options.given, token);

    if (!emulated_members_check(c, members) || !is_fine(c, event, text))
        return;
    const char *problem = problem_of(c, event, token);
    if (problem) {
        emulated_call_refuse(c, 400, "Invalid reply token");
        c->problem = problem;
    } else if (message_sending_accept(c, SENT_REPLY, 1)) {
        event->used_ms = c->now_ms > 0 ? c->now_ms : 1;
    }
}
