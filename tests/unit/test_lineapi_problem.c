/* What LINE's answers mean, in the words of docs/line-api.md. */
#include "relay-client/lineapi/lineapi_problem.h"

#include "unit/check.h"

#define REFUSED "{\"message\":\"Invalid reply token\"}"

static const struct lineapi_operation reply = {
    .name = "replyMessage", .method = "POST", .flags = LINEAPI_REPLY};
static const struct lineapi_operation push = {.name = "pushMessage", .method = "POST"};

static const char *problem(unsigned status, const struct lineapi_operation *o)
{
    const struct lineapi_answered a = {.operation = o, .status = status};

    return lineapi_problem_of(&a);
}

static void test_by_status(void)
{
    static const struct {
        unsigned status;
        const char *problem;
    } rows[] = {
        {400, "refused"},      {401, "unauthorized"}, {403, "refused"},    {404, "refused"},
        {405, "wrong_method"}, {409, "retry_key"},    {413, "too_large"},  {415, "wrong_type"},
        {429, "line_rate"},    {500, "line_error"},   {503, "line_error"},
    };

    for (unsigned status = 100; status < 400; status++)
        CHECK(problem(status, &push) == NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_STR(problem(rows[i].status, &push), rows[i].problem);
    CHECK_STR(problem(404, NULL), "unknown_path");
    const struct lineapi_answered wrong = {.status = 404, .is_method_wrong = true};
    CHECK_STR(lineapi_problem_of(&wrong), "wrong_method");
}

static const char *of_token(const struct given_event *event, uint64_t now_ms)
{
    const struct lineapi_answered a = {.operation = &reply,
                                       .event = event,
                                       .status = 400,
                                       .body = SPAN(REFUSED),
                                       .now_ms = now_ms};

    return lineapi_problem_of(&a);
}

static void test_reply_tokens(void)
{
    struct given_event event = {.given_ms = 1000};

    CHECK_STR(of_token(NULL, 1000), "token_unknown");
    CHECK_STR(of_token(&event, 61000), "token_foreign");
    CHECK_STR(of_token(&event, 61001), "token_expired");
    event.used_ms = 1;
    CHECK_STR(of_token(&event, 61001), "token_used");
    CHECK_STR(problem(400, &reply), "refused"); /* for another reason */
    const struct lineapi_answered a = {
        .operation = &push, .status = 400, .body = SPAN(REFUSED)};
    CHECK_STR(lineapi_problem_of(&a), "refused");
}

/* Whole sentences, whatever went wrong. */
static void test_unreachable(void)
{
    char text[512];

    for (enum err why = OK + 1; why <= ERR_FAILED; why++) {
        lineapi_problem_unreachable(text, sizeof text, "https://api.line.me", why);
        CHECK(strstr(text, "on to LINE (https://api.line.me): ") != NULL);
        CHECK(strstr(text, "?.") == NULL);
        CHECK(strstr(text, "..") == NULL);
        CHECK(strstr(text, " Nothing was tried again.") != NULL);
    }
    lineapi_problem_unreachable(text, sizeof text, "https://api.line.me", ERR_REFUSED);
    CHECK_STR(text, "Hookline could not pass this call on to LINE (https://api.line.me): the "
                    "connection was refused: is there a firewall or a proxy? Nothing was tried "
                    "again.");
}

CHECK_MAIN(TEST(test_by_status), TEST(test_reply_tokens), TEST(test_unreachable))
