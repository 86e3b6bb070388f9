#include "unit/support/message_rig.h"

#include "unit/check.h"

#include "base/bytes.h"
#include "base/mem.h"

#define TEXT_MAX ((size_t)8 * 1024 * 1024)

/* ---- short JSON to JSON ---- */

static void append(struct bytes *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        CHECK_EQ(bytes_append(out, text[i] == '\'' ? "\"" : text + i, 1), OK);
}

/* "<3*ab>"; how long that is, or 0. */
static size_t append_repeated(struct bytes *out, const char *text)
{
    char *star;
    unsigned long times = strtoul(text + 1, &star, 10);
    const char *end = strchr(text, '>');

    if (star == text + 1 || *star != '*' || !end)
        return 0;
    for (unsigned long i = 0; i < times; i++)
        append(out, star + 1, (size_t)(end - star - 1));
    return (size_t)(end - text) + 1;
}

static void append_short(struct bytes *out, const char *text, const char *inside)
{
    while (*text) {
        size_t len = *text == '<' ? append_repeated(out, text) : 0;

        if (len == 0 && *text == '@' && inside)
            append_short(out, inside, NULL);
        else if (len == 0)
            append(out, text, 1);
        text += len > 0 ? len : 1;
    }
}

char *message_rig_expand(const char *frame, const char *json)
{
    struct bytes out;

    bytes_init(&out, TEXT_MAX);
    append_short(&out, frame, json);
    struct span text = bytes_span(&out);
    char *copy = mem_text(text.ptr, text.len);
    CHECK(copy);
    bytes_fini(&out);
    return copy;
}

/* ---- what is found, and what is wanted, as one text ---- */

static void print_problems(const struct lineapi_problems *found, char *out, size_t size)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < found->len && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, "%s%s: %s", i ? " | " : "",
                                found->list[i].property, found->list[i].message);
}

static void print_wanted(const char *want, const char *place, char *out, size_t size)
{
    size_t len = 0;

    out[0] = '\0';
    for (; *want && len + 1 < size; want++)
        len += (size_t)snprintf(out + len, size - len, "%.*s",
                                *want == '~' ? (int)strlen(place) : 1,
                                *want == '~' ? place : want);
}

static void compare(const struct lineapi_problems *found, const char *want, const char *place,
                    const char *json)
{
    char got[8192];
    char wanted[8192];

    print_problems(found, got, sizeof(got));
    print_wanted(want, place, wanted, sizeof(wanted));
    if (strcmp(got, wanted) != 0)
        (void)fprintf(stderr, "%.2000s\n", json);
    CHECK_STR(got, wanted);
    CHECK_EQ(found->total, found->len);
}

static void parse(struct json_doc *doc, const char *text)
{
    if (json_parse(doc, span_text(text), TEXT_MAX) != OK)
        (void)fprintf(stderr, "%.2000s\n%s\n", text, doc->detail);
    CHECK(json_root(doc));
}

void message_rig_check_one(const struct message_rig_frame *frame, const char *json,
                           const char *want)
{
    unsigned long alive = mem_live();
    char *text = message_rig_expand(frame->json, json);
    struct lineapi_problems found = {.len = 0};
    struct message_check check = frame->check;
    struct json_doc doc;

    parse(&doc, text);
    check.body = span_text(text);
    message_check_list(&check, json_member(json_root(&doc), "messages"), &found);
    compare(&found, want, frame->place, text);
    json_fini(&doc);
    mem_free(text);
    CHECK_EQ(mem_live(), alive);
}

void message_rig_check(const struct message_rig_frame *frame,
                       const struct message_rig_case *cases)
{
    for (; cases->json; cases++)
        message_rig_check_one(frame, cases->json, cases->want);
}

void message_rig_check_menu(const struct message_rig_frame *frame,
                            const struct message_rig_case *cases)
{
    for (; cases->json; cases++) {
        char *text = message_rig_expand(frame->json, cases->json);
        struct lineapi_problems found = {.len = 0};
        struct json_doc doc;

        parse(&doc, text);
        richmenu_check(json_root(&doc), &found);
        compare(&found, cases->want, frame->place, text);
        json_fini(&doc);
        mem_free(text);
        CHECK_EQ(mem_live(), 0);
    }
}
