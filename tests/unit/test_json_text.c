#include "unit/check.h"

#include "base/mem.h"
#include "base/random.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"

static const char document[] =
    " {\"destination\" : \"U1\",\n \"events\":[ {\"type\":\"message\",\"message\":{\"text\":"
    "\"a\\\"b\", \"id\":7, \"a.b\":[true,null]} }, -1.5e3 ],\"te\\u0078t\":[[1,[2]]],"
    "\"events\":\"second\"} ";

static void check_find(const char *path, const char *want)
{
    struct span text = span_text(document);
    struct span found = {0};

    CHECK_EQ(json_text_find(text, span_text(path), &found), OK);
    CHECK(span_is(found, span_text(want)));
    CHECK(found.ptr >= text.ptr && found.ptr + found.len <= text.ptr + text.len);
}

static void check_find_fails(const char *path, enum err want)
{
    struct span found = SPAN("untouched");

    CHECK_EQ(json_text_find(span_text(document), span_text(path), &found), want);
    CHECK(span_is(found, SPAN("untouched")));
}

static void test_find(void)
{
    check_find("destination", "\"U1\"");
    check_find("events[0].type", "\"message\"");
    check_find("events[0].message.text", "\"a\\\"b\"");
    check_find("events[0].message.id", "7");
    check_find("events[0].message[\"a.b\"][1]", "null");
    check_find("[\"events\"][1]", "-1.5e3");
    check_find("[\"ev\\u0065nts\"][1]", "-1.5e3");
    check_find("text[0][1][0]", "2");
    check_find("text", "[[1,[2]]]");
    CHECK_EQ(json_text_find(SPAN(" 1 "), (struct span){0}, &(struct span){0}), OK);
}

static void test_find_fails(void)
{
    const char *nowhere[] = {"x",
                             "events[2]",
                             "events.type",
                             "destination.x",
                             "text.x",
                             "destination[0]",
                             "[0]",
                             "events[0][0]",
                             "Events",
                             "destinatio",
                             "events[99999999999]",
                             "[\"\"]"};
    const char *malformed[] = {".",        "a..b",     "a.",        "events[",
                               "events[]", "[x]",      "[-1]",      "[1",
                               "[\"a\"",   "[\"a\"x]", "[\"\\x\"]", "a]",
                               "a\"b",     "[0]a",     "x[",        "[99999999999999999999]",
                               "[\"a\n\"]"};

    for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++)
        check_find_fails(nowhere[i], ERR_NOT_FOUND);
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
        check_find_fails(malformed[i], ERR_SYNTAX);
    CHECK_EQ(json_text_find(SPAN("{"), SPAN("a"), &(struct span){0}), ERR_SYNTAX);
}

/* Cut at every byte: found, absent or malformed, never read past the end. */
static void test_every_prefix_of_a_path(void)
{
    struct span path = SPAN("events[0].message[\"a.b\"][1]");

    for (size_t len = 0; len < path.len; len++) {
        char *cut = malloc(len > 0 ? len : 1);
        struct span found;

        memcpy(cut, path.ptr, len);
        enum err e = json_text_find(span_text(document), span_of(cut, len), &found);
        CHECK(e == OK || e == ERR_NOT_FOUND || e == ERR_SYNTAX);
        free(cut);
    }
}

static void test_path_limit(void)
{
    char path[520];

    memset(path, 'x', sizeof(path));
    CHECK_EQ(json_text_find(SPAN("{}"), span_of(path, 512), &(struct span){0}), ERR_NOT_FOUND);
    CHECK_EQ(json_text_find(SPAN("{}"), span_of(path, 513), &(struct span){0}), ERR_SYNTAX);
}

static void check_replace(const char *path, const char *value, const char *want)
{
    struct bytes out;

    bytes_init(&out, 1000);
    CHECK_EQ(json_text_replace(SPAN(" {\"a\" : [1,{\"b\":\"x\"} ],\"c\":2}\n"), span_text(path),
                               span_text(value), &out),
             OK);
    CHECK(span_is(bytes_span(&out), span_text(want)));
    bytes_fini(&out);
}

static void test_replace(void)
{
    check_replace("a[1].b", "\"y\"", " {\"a\" : [1,{\"b\":\"y\"} ],\"c\":2}\n");
    check_replace("a[0]", "{ }", " {\"a\" : [{ },{\"b\":\"x\"} ],\"c\":2}\n");
    check_replace("c", "null", " {\"a\" : [1,{\"b\":\"x\"} ],\"c\":null}\n");
    check_replace("", "1", " 1\n");
}

static void test_replace_fails(void)
{
    struct span text = SPAN("{\"a\":1}");
    struct bytes out;

    bytes_init(&out, 7);
    CHECK_EQ(json_text_replace(text, SPAN("a"), SPAN("1 2"), &out), ERR_SYNTAX);
    CHECK_EQ(json_text_replace(text, SPAN("a"), SPAN(""), &out), ERR_SYNTAX);
    CHECK_EQ(json_text_replace(text, SPAN("b"), SPAN("1"), &out), ERR_NOT_FOUND);
    CHECK_EQ(json_text_replace(text, SPAN("a"), SPAN("12"), &out), ERR_LIMIT);
    CHECK_EQ(bytes_len(&out), 0);
    mem_fail_at(1);
    CHECK_EQ(json_text_replace(text, SPAN("a"), SPAN("2"), &out), ERR_NOMEM);
    CHECK_EQ(json_text_replace(text, SPAN("a"), SPAN("2"), &out), OK);
    CHECK(span_is(bytes_span(&out), SPAN("{\"a\":2}")));
    bytes_fini(&out);
    CHECK_EQ(mem_live(), 0);
}

static void test_walk(void)
{
    struct json_text_walk w;
    struct json_text_item item;

    CHECK(json_text_walk_init(&w, SPAN("{ \"a\" :1 ,\"b\":[ ] }")));
    CHECK(json_text_walk_next(&w, &item));
    CHECK(span_is(item.name, SPAN("\"a\"")) && span_is(item.value, SPAN("1")));
    CHECK(json_text_walk_next(&w, &item));
    CHECK(span_is(item.name, SPAN("\"b\"")) && span_is(item.value, SPAN("[ ]")));
    CHECK(!json_text_walk_next(&w, &item));
    CHECK(!json_text_walk_next(&w, &item));
    CHECK(json_text_walk_init(&w, SPAN("[]")) && !json_text_walk_next(&w, &item));
    CHECK(json_text_walk_init(&w, SPAN("[ 1,2 ]")) && json_text_walk_next(&w, &item));
    CHECK_EQ(item.name.len, 0);
    CHECK(!json_text_walk_init(&w, SPAN("1")) && !json_text_walk_next(&w, &item));
    CHECK(!json_text_walk_init(&w, (struct span){0}) && !json_text_walk_next(&w, &item));
}

static void check_unescape(const char *literal, const char *want, size_t want_len)
{
    char out[100];
    struct span s = span_text(literal);

    CHECK_EQ(json_text_unescape(s, out), want_len);
    CHECK_MEM(out, want, want_len);
    CHECK(want_len <= s.len - 2);
    CHECK(json_text_string_is(s, span_of(want, want_len)));
    CHECK(!json_text_string_is(s, span_of("?", 1)));
    if (want_len > 0)
        CHECK(!json_text_string_is(s, span_of(want, want_len - 1)));
}

static void test_unescape(void)
{
    check_unescape("\"\"", "", 0);
    check_unescape("\"plain\"", "plain", 5);
    check_unescape("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8);
    check_unescape("\"\\u0041\\u00e9\\u3042\"", "A\xc3\xa9\xe3\x81\x82", 6);
    check_unescape("\"\\uD83D\\uDE00x\"", "\xf0\x9f\x98\x80x", 5);
    check_unescape("\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80", 4);
    check_unescape("\"\\u0000\"", "\0", 1);
    /* lone surrogates */
    check_unescape("\"\\uD83D\"", "\xef\xbf\xbd", 3);
    check_unescape("\"\\uDE00\\uD83D\"", "\xef\xbf\xbd\xef\xbf\xbd", 6);
    check_unescape("\"\\uD83Dx\"", "\xef\xbf\xbdx", 4);
    check_unescape("\"\\uD83D\\n\"", "\xef\xbf\xbd\n", 4);
    check_unescape("\"\\uD83D\\u0041\"",
                   "\xef\xbf\xbd"
                   "A",
                   4);
    CHECK(!json_text_string_is(SPAN("1"), SPAN("1")));
}

/* Every character there is: escaped, decoded, encoded and decoded again. */
static void test_every_character(void)
{
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        char escaped[20];
        char utf8[4];
        size_t at = 0;

        if (c < 0x10000)
            (void)snprintf(escaped, sizeof(escaped), "\\u%04x", c);
        else
            (void)snprintf(escaped, sizeof(escaped), "\\u%04X\\u%04X",
                           0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
        CHECK_EQ(json_text_next_char(span_text(escaped), &at), c);
        CHECK_EQ(at, strlen(escaped));
        size_t len = json_text_put_char(c, utf8);
        CHECK_EQ(json_scan_utf8_len(utf8, len), len);
        if (c == '\\')
            continue;
        at = 0;
        uint32_t again = json_text_next_char(span_of(utf8, len), &at);
        CHECK_EQ(again, c >= 0xd800 && c <= 0xdfff ? 0xfffd : c);
        CHECK_EQ(at, len);
    }
}

static void test_member(void)
{
    struct span object = SPAN("{\"a\":1,\"a\":2,\"\":3}");

    CHECK(span_is(json_text_member(object, "a"), SPAN("1"))); /* the first counts */
    CHECK(span_is(json_text_member(object, ""), SPAN("3")));
    CHECK_EQ(json_text_member(object, "b").len, 0);
    CHECK_EQ(json_text_member(SPAN("[1]"), "a").len, 0);
    CHECK_EQ(json_text_member((struct span){0}, "a").len, 0);
}

/* Grows random JSON and, for one value of it, the path that leads there. */
struct grower {
    struct random_seeded random;
    struct bytes text;
    char path[512];  /* of the chosen value */
    char here[512];  /* of the value being written */
    size_t from, to; /* range of the chosen value */
    unsigned values;
};

static unsigned pick(struct grower *g, unsigned bound)
{
    return (unsigned)random_below(&g->random.base, bound);
}

static void put(struct grower *g, const char *text)
{
    CHECK_EQ(bytes_append_text(&g->text, text), OK);
}

static void put_space(struct grower *g)
{
    static const char *const spaces[] = {"", "", "", " ", "\n\t", "\r\n"};

    put(g, spaces[pick(g, 6)]);
}

static void put_scalar(struct grower *g)
{
    static const char *const scalars[] = {"0",
                                          "-1.5e+30",
                                          "true",
                                          "null",
                                          "\"\"",
                                          "\"]\"",
                                          "\"\\\\\"",
                                          "\"\\\"}{,:\"",
                                          "\"\\uD83E\xe3\x81\x82\"",
                                          "123456789012345678901"};

    put(g, scalars[pick(g, 10)]);
}

static void grow_value(struct grower *g, unsigned depth);

static void grow_children(struct grower *g, unsigned depth, bool is_object)
{
    size_t here_len = strlen(g->here);
    unsigned count = pick(g, 4);

    put(g, is_object ? "{" : "[");
    for (unsigned i = 0; i < count; i++) {
        char name[32];

        if (i > 0)
            put(g, ",");
        put_space(g);
        if (is_object) {
            (void)snprintf(name, sizeof(name), "\"k%u\"", i);
            put(g, name);
            put_space(g);
            put(g, ":");
        }
        (void)snprintf(name, sizeof(name), is_object ? "[\"k%u\"]" : "[%u]", i);
        (void)snprintf(g->here + here_len, sizeof(g->here) - here_len, "%s", name);
        put_space(g);
        grow_value(g, depth + 1);
        g->here[here_len] = '\0';
        put_space(g);
    }
    put(g, is_object ? "}" : "]");
}

static void grow_value(struct grower *g, unsigned depth)
{
    unsigned kind = depth == 0 ? 1 + pick(g, 2) : pick(g, 3);
    size_t from = bytes_len(&g->text);
    char here[512];

    memcpy(here, g->here, sizeof(here));
    if (depth > 5 || kind == 0)
        put_scalar(g);
    else
        grow_children(g, depth, kind == 1);
    if (pick(g, ++g->values) != 0)
        return;
    memcpy(g->path, here, sizeof(here));
    g->from = from;
    g->to = bytes_len(&g->text);
}

static void check_splice(uint64_t seed)
{
    struct grower g = {0};
    struct bytes out;
    struct span found;

    random_seeded_init(&g.random, seed);
    bytes_init(&g.text, 1u << 20);
    bytes_init(&out, 1u << 20);
    put_space(&g);
    grow_value(&g, 0);
    put_space(&g);
    struct span text = bytes_span(&g.text);
    CHECK_EQ(json_text_find(text, span_text(g.path), &found), OK);
    CHECK_EQ(found.ptr - text.ptr, g.from);
    CHECK_EQ(found.len, g.to - g.from);
    CHECK_EQ(json_text_replace(text, span_text(g.path), SPAN("{\"new\":[1]}"), &out), OK);
    struct span now = bytes_span(&out);
    CHECK_EQ(json_scan(now, NULL), OK);
    CHECK_EQ(now.len, text.len - found.len + 11);
    CHECK_MEM(now.ptr, text.ptr, g.from);
    CHECK_MEM(now.ptr + g.from, "{\"new\":[1]}", 11);
    CHECK_MEM(now.ptr + g.from + 11, text.ptr + g.to, text.len - g.to);
    bytes_fini(&out);
    bytes_fini(&g.text);
}

static void test_splice_changes_only_its_range(void)
{
    for (uint64_t seed = 1; seed <= 3000; seed++)
        check_splice(seed);
    CHECK_EQ(mem_live(), 0);
}

CHECK_MAIN(TEST(test_find), TEST(test_find_fails), TEST(test_every_prefix_of_a_path),
           TEST(test_path_limit), TEST(test_replace), TEST(test_replace_fails), TEST(test_walk),
           TEST(test_unescape), TEST(test_every_character), TEST(test_member),
           TEST(test_splice_changes_only_its_range))
