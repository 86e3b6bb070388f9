/* The body of a request that sends messages, or of one that creates a rich menu: any JSON. */
#include "unit/check.h"

#include "base/text.h"
#include "relay-client/lineapi/validate/message_check.h"
#include "relay-client/lineapi/validate/richmenu_check.h"

#define BODY_MAX (2u * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_problems(const struct lineapi_problems *found)
{
    CHECK(found->len <= LINEAPI_PROBLEMS_MAX && found->len <= found->total);
    CHECK(found->len == found->total || found->len == LINEAPI_PROBLEMS_MAX);
    for (size_t i = 0; i < found->len; i++) {
        CHECK(found->list[i].message[0] != '\0');
        CHECK(text_is_utf8(span_text(found->list[i].property)));
        CHECK(text_is_utf8(span_text(found->list[i].message)));
    }
}

static size_t count_problems(const struct json_value *root, struct message_check check)
{
    struct lineapi_problems found = {.len = 0};

    message_check_list(&check, json_member(root, "messages"), &found);
    check_problems(&found);
    return found.total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct message_check check = {.is_to_one_chat = true, .body = span_of(data, size)};
    struct lineapi_problems menu = {.len = 0};
    struct json_doc doc;

    if (json_parse(&doc, check.body, BODY_MAX) == OK) {
        const struct json_value *root = json_root(&doc);
        size_t alone = count_problems(root, check);

        /* The size of the JSON can only add problems. */
        check.body = (struct span){0};
        CHECK(count_problems(root, check) <= alone);
        check.is_group = true;
        (void)count_problems(root, check);
        richmenu_check(root, &menu);
        check_problems(&menu);
        (void)message_check_is_quotable(root);
    }
    json_fini(&doc);
    return 0;
}
