#include "unit/check.h"

#include "base/text.h"
#include "relay-client/lineapi/validate/lineapi_problems.h"

static void test_places(void)
{
    struct lineapi_problems p = {.len = 0};
    struct lineapi_place messages = {.name = "messages"};
    struct lineapi_place second = {.parent = &messages, .index = 1};
    struct lineapi_place template = {.parent = &second, .name = "template"};
    struct lineapi_place actions = {.parent = &template, .name = "actions"};
    struct lineapi_place tenth = {.parent = &actions, .index = 10};

    lineapi_problems_add(&p, NULL, "to", "%s", "a");
    lineapi_problems_add(&p, NULL, NULL, "b");
    lineapi_problems_add(&p, &messages, NULL, "Size must be between %u and %u", 1u, 5u);
    lineapi_problems_add(&p, &second, NULL, "c");
    lineapi_problems_add(&p, &second, "text", "d");
    lineapi_problems_add(&p, &tenth, "label", "e");
    CHECK_EQ(p.len, 6);
    CHECK_EQ(p.total, 6);
    CHECK_STR(p.list[0].property, "to");
    CHECK_STR(p.list[0].message, "a");
    CHECK_STR(p.list[1].property, "");
    CHECK_STR(p.list[1].message, "b");
    CHECK_STR(p.list[2].property, "messages");
    CHECK_STR(p.list[2].message, "Size must be between 1 and 5");
    CHECK_STR(p.list[3].property, "messages[1]");
    CHECK_STR(p.list[4].property, "messages[1].text");
    CHECK_STR(p.list[5].property, "messages[1].template.actions[10].label");
}

static void test_all_are_counted(void)
{
    struct lineapi_problems p = {.len = 0};

    for (unsigned i = 0; i < LINEAPI_PROBLEMS_MAX + 3; i++)
        lineapi_problems_add(&p, NULL, "x", "%u", i);
    CHECK_EQ(p.len, LINEAPI_PROBLEMS_MAX);
    CHECK_EQ(p.total, LINEAPI_PROBLEMS_MAX + 3);
    CHECK_STR(p.list[LINEAPI_PROBLEMS_MAX - 1].message, "19");
}

/* Long ones are cut, at the border of a character. */
static void test_cut(void)
{
    static const char letters[] = "あいうえおかきくけこ";

    for (size_t len = 100; len < 200; len++) {
        struct lineapi_problems p = {.len = 0};
        struct lineapi_place place = {.name = "x"};
        char text[256];

        memset(text, 'a', len);
        (void)snprintf(text + len, sizeof(text) - len, "%s", letters);
        lineapi_problems_add(&p, &place, text, "%s", text);
        CHECK(text_is_utf8(span_text(p.list[0].property)));
        CHECK(text_is_utf8(span_text(p.list[0].message)));
        CHECK(strncmp(p.list[0].property, "x.aaaa", 6) == 0);
        CHECK(strlen(p.list[0].message) == len + sizeof(letters) - 1 ||
              strlen(p.list[0].message) + 4 > sizeof(p.list[0].message));
        CHECK(strncmp(p.list[0].message, text, strlen(p.list[0].message)) == 0);
    }
}

CHECK_MAIN(TEST(test_places), TEST(test_all_are_counted), TEST(test_cut))
