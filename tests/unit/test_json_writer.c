#include "unit/check.h"

#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_writer.h"

static void check_text(struct json_writer *w, const char *want)
{
    CHECK_EQ(json_writer_end(w), OK);
    CHECK(span_is(bytes_span(w->out), span_text(want)));
    CHECK_EQ(json_scan(bytes_span(w->out), NULL), OK);
    bytes_clear(w->out);
}

static void write_everything(struct json_writer *w)
{
    json_writer_object(w);
    json_writer_member_text(w, "text", "a\"\n");
    json_writer_member_text(w, "none", NULL);
    json_writer_member_string(w, "bytes", SPAN("\xff\0"));
    json_writer_member_u64(w, "u", UINT64_MAX);
    json_writer_key(w, "i");
    json_writer_i64(w, INT64_MIN);
    json_writer_member_bool(w, "yes", true);
    json_writer_member_bool(w, "no", false);
    json_writer_member_null(w, "null");
    json_writer_key_span(w, SPAN("k\"ey"));
    json_writer_array(w);
    json_writer_double(w, 1.5);
    json_writer_array(w);
    json_writer_array_end(w);
    json_writer_object(w);
    json_writer_object_end(w);
    json_writer_raw(w, SPAN("{ \"as\": [1] }"));
    json_writer_u64(w, 0);
    json_writer_array_end(w);
    json_writer_object_end(w);
}

static const char everything[] =
    "{\"text\":\"a\\\"\\n\",\"none\":null,\"bytes\":\"\xef\xbf\xbd\\u0000\","
    "\"u\":18446744073709551615,\"i\":-9223372036854775808,\"yes\":true,\"no\":false,"
    "\"null\":null,\"k\\\"ey\":[1.5,[],{},{ \"as\": [1] },0]}";

static void test_everything(void)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 10000);
    json_writer_init(&w, &out);
    write_everything(&w);
    check_text(&w, everything);
    json_writer_init(&w, &out);
    json_writer_text(&w, "alone");
    check_text(&w, "\"alone\"");
    bytes_fini(&out);
}

static void test_limit_at_every_byte(void)
{
    for (size_t max = 0; max <= strlen(everything); max++) {
        struct json_writer w;
        struct bytes out;

        bytes_init(&out, max);
        json_writer_init(&w, &out);
        write_everything(&w);
        CHECK_EQ(json_writer_end(&w), max == strlen(everything) ? OK : ERR_LIMIT);
        bytes_fini(&out);
    }
}

static void test_memory_runs_out(void)
{
    enum err e = ERR_NOMEM;

    for (unsigned long n = 1; e != OK; n++) {
        struct json_writer w;
        struct bytes out;

        bytes_init(&out, 10000);
        json_writer_init(&w, &out);
        mem_fail_at(n);
        write_everything(&w);
        e = json_writer_end(&w);
        CHECK(e == OK || e == ERR_NOMEM);
        mem_fail_at(0);
        bytes_fini(&out);
    }
    CHECK_EQ(mem_live(), 0);
}

static void check_depth(unsigned depth, enum err want)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 10000);
    json_writer_init(&w, &out);
    for (unsigned i = 0; i < depth; i++)
        json_writer_array(&w);
    for (unsigned i = 0; i < depth; i++)
        json_writer_array_end(&w);
    CHECK_EQ(json_writer_end(&w), want);
    bytes_fini(&out);
}

static void test_depth(void)
{
    check_depth(JSON_WRITER_DEPTH_MAX - 1, OK);
    check_depth(JSON_WRITER_DEPTH_MAX, OK);
    check_depth(JSON_WRITER_DEPTH_MAX + 1, ERR_LIMIT);
    check_depth(1000, ERR_LIMIT);
}

/* Each letter is a call: objects, arrays, a key, a value. */
static enum err play(const char *calls)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 10000);
    json_writer_init(&w, &out);
    for (; *calls; calls++) {
        switch (*calls) {
        case '{':
            json_writer_object(&w);
            break;
        case '}':
            json_writer_object_end(&w);
            break;
        case '[':
            json_writer_array(&w);
            break;
        case ']':
            json_writer_array_end(&w);
            break;
        case 'k':
            json_writer_key(&w, "k");
            break;
        case 'v':
            json_writer_u64(&w, 1);
            break;
        default:
            json_writer_raw(&w, SPAN("1 2"));
            break;
        }
    }
    enum err e = json_writer_end(&w);
    CHECK(e || json_scan(bytes_span(&out), NULL) == OK);
    bytes_fini(&out);
    return e;
}

static void test_misuse(void)
{
    const char *wrong[] = {"",   "{",   "[",    "}",    "]",    "{]",    "[}",   "{v}",
                           "k",  "[k]", "{k}",  "{kk",  "{k[}", "vv",    "{}v",  "{}{}",
                           "[v", "{kv", "[v]]", "{k{}", "[{]}", "{kvv}", "[]kv", "[x]"};
    const char *right[] = {"v", "{}", "[]", "{kv}", "{kvkv}", "[vv]", "{k{k[v{}]}}", "[[][]]"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CHECK_EQ(play(wrong[i]), ERR_SYNTAX);
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
        CHECK_EQ(play(right[i]), OK);
}

CHECK_MAIN(TEST(test_everything), TEST(test_limit_at_every_byte), TEST(test_memory_runs_out),
           TEST(test_depth), TEST(test_misuse))
