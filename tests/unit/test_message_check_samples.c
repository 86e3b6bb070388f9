/* Whole requests: good ones of every kind, the same with each member missing or of another
 * type, and without memory. */
#include "unit/check.h"

#include "base/bytes.h"
#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "relay-client/lineapi/validate/message_check.h"

#define TEXT_MAX ((size_t)1024 * 1024)

static const char *const names[] = {"text", "media", "template", "flex"};
#define NAMES_LEN (sizeof(names) / sizeof(names[0]))

static void read_sample(const char *name, struct bytes *out)
{
    char path[512];
    char piece[4096];
    size_t len;

    (void)snprintf(path, sizeof(path), FIXTURES_DIR "/messages/%s.json", name);
    bytes_init(out, TEXT_MAX);
    FILE *f = fopen(path, "rb");
    CHECK(f);
    while ((len = fread(piece, 1, sizeof(piece), f)) > 0)
        CHECK_EQ(bytes_append(out, piece, len), OK);
    (void)fclose(f);
}

static void find_problems(struct span text, bool is_group, struct lineapi_problems *found)
{
    struct message_check check = {.is_group = is_group, .is_to_one_chat = true, .body = text};
    struct json_doc doc;

    found->len = found->total = 0;
    CHECK_EQ(json_parse(&doc, text, TEXT_MAX), OK);
    message_check_list(&check, json_member(json_root(&doc), "messages"), found);
    json_fini(&doc);
}

static bool is_for_groups(const char *name)
{
    return strcmp(name, "text") == 0; /* it mentions somebody */
}

static void test_good(void)
{
    for (size_t i = 0; i < NAMES_LEN; i++) {
        struct lineapi_problems found;
        struct bytes text;

        read_sample(names[i], &text);
        find_problems(bytes_span(&text), is_for_groups(names[i]), &found);
        if (found.len > 0)
            (void)fprintf(stderr, "%s: %s: %s\n", names[i], found.list[0].property,
                          found.list[0].message);
        CHECK_EQ(found.total, 0);
        bytes_fini(&text);
    }
    CHECK_EQ(mem_live(), 0);
}

/* The text with [from, to) replaced. */
static void replace(struct span text, size_t from, size_t to, const char *by, struct bytes *out)
{
    bytes_init(out, TEXT_MAX);
    CHECK_EQ(bytes_append(out, text.ptr, from), OK);
    CHECK_EQ(bytes_append(out, by, strlen(by)), OK);
    CHECK_EQ(bytes_append(out, text.ptr + to, text.len - to), OK);
}

/* Every problem is a place below messages, and a sentence. */
static void check_sane(const struct lineapi_problems *found)
{
    for (size_t i = 0; i < found->len; i++) {
        CHECK(strncmp(found->list[i].property, "messages", 8) == 0);
        CHECK(found->list[i].message[0] != '\0');
    }
    CHECK(found->total >= found->len);
    CHECK(found->total == found->len || found->len == LINEAPI_PROBLEMS_MAX);
}

/* The value at `from` becomes something that no property takes. */
static void break_value(struct span text, size_t from, bool is_group)
{
    static const char *const values[] = {"[[7]]", "{\"type\":\"\"}", "-1.5"};
    struct lineapi_problems found;
    struct bytes broken;

    for (size_t i = 0; i < 3; i++) {
        replace(text, from, json_scan_value_end(text, from), values[i], &broken);
        if (json_scan(bytes_span(&broken), NULL) == OK) {
            find_problems(bytes_span(&broken), is_group, &found);
            check_sane(&found);
            CHECK(found.total > 0 || i > 0);
        }
        bytes_fini(&broken);
    }
}

static void break_values(struct span text, bool is_group)
{
    size_t at = 0;

    while ((at += span_find(span_slice(text, at, text.len), ':') + 1) < text.len) {
        size_t from = json_scan_space_end(text, at);
        if (from < text.len && text.ptr[at - 2] == '"' && text.ptr[at] == ' ')
            break_value(text, from, is_group);
    }
}

static void test_every_value_broken(void)
{
    for (size_t i = 0; i < NAMES_LEN; i++) {
        struct bytes text;

        read_sample(names[i], &text);
        break_values(bytes_span(&text), is_for_groups(names[i]));
        bytes_fini(&text);
    }
    CHECK_EQ(mem_live(), 0);
}

/* The checks themselves take no memory: every failure is the parser's. */
static void test_without_memory(void)
{
    struct message_check check = {.is_to_one_chat = true};
    struct lineapi_problems found = {.len = 0};
    struct json_doc doc;
    struct bytes text;
    enum err rc = ERR_NOMEM;

    read_sample("flex", &text);
    check.body = bytes_span(&text);
    for (unsigned long n = 1; rc == ERR_NOMEM; n++) {
        mem_fail_at(n);
        rc = json_parse(&doc, check.body, TEXT_MAX);
        mem_fail_at(0);
        if (rc != OK)
            json_fini(&doc);
    }
    CHECK_EQ(rc, OK);
    unsigned long alive = mem_live();
    mem_fail_at(1);
    message_check_list(&check, json_member(json_root(&doc), "messages"), &found);
    CHECK_EQ(mem_live(), alive);
    CHECK(!mem_alloc(1)); /* nobody has met the failure before */
    mem_fail_at(0);
    CHECK_EQ(found.total, 0);
    json_fini(&doc);
    bytes_fini(&text);
    CHECK_EQ(mem_live(), 0);
}

CHECK_MAIN(TEST(test_good), TEST(test_every_value_broken), TEST(test_without_memory))
