/* Requests to an emulated account, one after the other, with a record separator between them:
 * a line of method and target, lines of fields, an empty one, a body.  Whatever is asked, the
 * answer has a status that the operation may have, and is what it says it is. */
#include "unit/check.h"
#include "unit/support/emulator_rig.h"

#include "codec/json/json_text.h"

#define SEPARATOR   '\x1e'
#define REQUESTS    16u
#define METHOD_SIZE 16u
#define TARGET_SIZE 2048u
#define FIELD_SIZE  512u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* --- statuses --- */

/* Besides 200, and what every operation may say: 400, 401, 413, 429, 501. */
static const struct {
    const char *begin; /* of the operation's name */
    const char *statuses;
} more[] = {
    {"pushMessage", "409"},
    {"multicast", "409"},
    {"broadcast", "409"},
    {"narrowcast", "202 403 409"},
    {"showLoadingAnimation", "202"},
    {"getMessageContent", "202 404 410"},
    {"linkRichMenuIdToUsers", "202 404"},
    {"unlinkRichMenuIdFromUsers", "202"},
    {"richMenuBatch", "202 404"},
    {"validateRichMenuBatchRequest", "404"},
    {"setRichMenuImage", "404 415"},
    {"closeCoupon", "404 410"},
    {"works", "201 403 404"},
    {"get", "404"}, /* those that look one thing up */
    {"set", "404"},
    {"test", "404"},
    {"delete", "404"},
    {"update", "404"},
    {"leave", "404"},
    {"link", "404"},
    {"issue", "404"},
    {"", ""},
};

static bool is_documented(const struct lineapi_operation *o, unsigned status)
{
    static const unsigned common[] = {200, 400, 401, 413, 429, 501};
    char text[8];
    size_t i = 0;

    for (size_t at = 0; at < sizeof common / sizeof common[0]; at++)
        if (status == common[at])
            return true;
    while (!span_starts(span_text(o->name), span_text(more[i].begin)))
        i++;
    (void)snprintf(text, sizeof text, "%u", status);
    return strstr(more[i].statuses, text) != NULL;
}

/* --- one request --- */

static bool take_line(struct span *text, char *out, size_t size)
{
    struct span line = span_slice(*text, 0, span_find(*text, '\n'));

    *text = span_slice(*text, line.len + 1, text->len);
    if (line.len >= size || span_find(line, '\0') < line.len)
        return false;
    if (line.len > 0)
        memcpy(out, line.ptr, line.len);
    out[line.len] = '\0';
    return true;
}

/* "name: value", until an empty line; those that no request could have are left out. */
static void take_fields(struct span *text, char lines[EMULATOR_RIG_FIELDS][FIELD_SIZE])
{
    size_t len = 0;

    while (len < EMULATOR_RIG_FIELDS && take_line(text, lines[len], FIELD_SIZE) &&
           *lines[len] != '\0') {
        char *colon = strchr(lines[len], ':');
        if (!colon)
            continue;
        *colon = '\0';
        struct span value = span_trim(span_text(colon + 1));
        if (!http_is_token(span_text(lines[len])) || !http_is_field_value(value))
            continue;
        if (span_is_nocase(span_text(lines[len]), SPAN("authorization")))
            emulator_rig.authorization = NULL;
        if (span_is_nocase(span_text(lines[len]), SPAN("content-type")))
            emulator_rig.content_type = "";
        emulator_rig_field(lines[len], colon + 1);
        len++;
    }
}

static void check_answer(void)
{
    const struct emulated_call *c = &emulator_rig.call;
    struct span body = span_text(emulator_rig.body);

    CHECK(is_documented(c->operation, c->status));
    CHECK(c->content_type && *c->content_type);
    if (c->status < 400 || c->operation->host == LINEAPI_HOST_WORKS)
        return;
    CHECK_STR(c->content_type, "application/json");
    CHECK(json_text_is_string(json_text_member(body, "message")) ||
          json_text_is_string(json_text_member(body, "error")));
}

static void ask(struct span request)
{
    static char lines[EMULATOR_RIG_FIELDS][FIELD_SIZE];
    static char first[TARGET_SIZE];
    struct lineapi_match match;

    emulator_rig.authorization = "Bearer some-token";
    emulator_rig.content_type = NULL;
    if (!take_line(&request, first, sizeof first) || !strchr(first, ' '))
        return;
    char *target = strchr(first, ' ') + 1;
    target[-1] = '\0';
    lineapi_operation_find(span_text(first), span_text(target), &match);
    if (!match.operation)
        return;
    take_fields(&request, lines);
    CHECK(emulator_rig_ask_span(first, target, request) != 0);
    check_answer();
    (void)emulator_knows(emulator_rig.emulator, &emulator_rig.match, &emulator_rig.head,
                         request);
    emulator_rig_advance(400);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of(data, size);

    emulator_rig_open();
    emulator_rig.options.quota = 20;
    emulator_rig_start();
    emulator_rig_message(GIVEN_BY_LINE, EMULATOR_RIG_TOKEN, "text", "1");
    emulator_rig_message(GIVEN_BY_LINE, "", "image", "2");
    emulator_rig_message(GIVEN_BY_LINE, "", "video", "3");
    emulator_rig_group_event("join", EMULATOR_RIG_USER);
    for (unsigned i = 0; i < REQUESTS && text.len > 0; i++) {
        struct span request = span_slice(text, 0, span_find(text, SEPARATOR));
        ask(request);
        text = span_slice(text, request.len + 1, text.len);
    }
    emulator_rig_close();
    return 0;
}
