#include "relay-client/lineapi/emulate/emulated_members.h"
#include "relay-client/lineapi/emulate/people/people.h"
#include "relay-client/lineapi/emulate/people/people_operations.h"

/* --- loading animation --- */

#define SECONDS_MIN  5
#define SECONDS_MAX  60
#define SECONDS_STEP 5

static bool is_whole_number(struct emulated_call *c)
{
    const struct json_value *seconds = json_member(c->root, "loadingSeconds");
    int64_t value;

    if (json_kind(seconds) != JSON_NUMBER || json_i64(seconds, &value))
        return true;
    emulated_members_refuse(c, "loadingSeconds");
    return false;
}

static void check_seconds(const struct emulated_call *c, struct lineapi_problems *problems)
{
    int64_t seconds;

    if (!json_i64(json_member(c->root, "loadingSeconds"), &seconds))
        return;
    if (seconds < SECONDS_MIN || seconds > SECONDS_MAX)
        lineapi_problems_add(problems, NULL, "loadingSeconds", "Must be between %d and %d",
                             SECONDS_MIN, SECONDS_MAX);
    if (seconds % SECONDS_STEP != 0)
        lineapi_problems_add(problems, NULL, "loadingSeconds", "must be a multiple of five");
}

void emulate_attention_loading(struct emulated_call *c)
{
    static const struct emulated_member members[] = {
        {"chatId", JSON_STRING},
        {"loadingSeconds", JSON_NUMBER},
        {NULL, JSON_NONE},
    };
    const char *chat = json_string(json_member(c->root, "chatId"));
    struct lineapi_problems problems = {.len = 0};

    if (!emulated_members_check(c, members) || !is_whole_number(c))
        return;
    if (!chat || !*chat)
        lineapi_problems_add(&problems, NULL, "chatId", "May not be empty");
    else if (!people_is_id(span_text(chat), "U"))
        lineapi_problems_add(&problems, NULL, "chatId",
                             "Only user id is acceptable, please confirm if there are any "
                             "group/room ids or illegal ids.");
    check_seconds(c, &problems);
    if (problems.total > 0)
        emulated_call_refuse_problems(c, &problems);
    else
        c->status = 202;
}

/* --- read marks --- */

#define TOKEN_MIN 16u

/* LINE's own cannot be told from one that was made up, except by what is in it. */
static bool is_read_token(struct span token)
{
    for (size_t i = 0; i < token.len; i++) {
        char c = token.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              strchr("+/-_=.", c)))
            return false;
    }
    return token.len >= TOKEN_MIN;
}

void emulate_attention_read(struct emulated_call *c)
{
    static const struct emulated_member members[] = {
        {"markAsReadToken", JSON_STRING},
        {NULL, JSON_NONE},
    };
    const char *token = json_string(json_member(c->root, "markAsReadToken"));
    struct lineapi_problems problems = {.len = 0};

    if (!emulated_members_check(c, members))
        return;
    if (!token || !*token) {
        lineapi_problems_add(&problems, NULL, "markAsReadToken", "May not be empty");
        emulated_call_refuse_problems(c, &problems);
    } else if (!is_read_token(span_text(token))) {
        emulated_call_refuse(c, 400,
                             "Invalid markAsReadToken. Tokens must be used by the bot that "
                             "received them via Webhook.");
    }
}

void emulate_attention_read_of_user(struct emulated_call *c)
{
    static const struct emulated_member members[] = {
        {"chat", JSON_OBJECT},
        {NULL, JSON_NONE},
    };
    const struct json_value *user = json_member(json_member(c->root, "chat"), "userId");

    if (!emulated_members_check(c, members))
        return;
    if (people_is_id(span_text(json_string(user)), "U"))
        return;
    emulated_members_refuse(c, "chat.userId");
    if (json_kind(user) == JSON_STRING)
        c->problem = "refused";
}
