/* Paths and queries of the inspector's API: what fits which pattern, and what is decoded. */
#include "relay-client/inspector/inspector_param.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/inspector/inspector_router.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"

static struct inspector_params params;

static enum err read_all(const char *pattern, const char *path, const char *query)
{
    return inspector_param_read(pattern, span_text(path), span_text(query), &params);
}

/* --- decoding --- */

static void check_decoded(struct span text, bool plus, const char *want)
{
    char *got = NULL;

    CHECK_EQ(inspector_param_decode(text, plus, &got), OK);
    CHECK_STR(got, want);
    mem_free(got);
}

static void check_refused(struct span text)
{
    char *got = NULL;
    unsigned long live = mem_live();

    CHECK_EQ(inspector_param_decode(text, true, &got), ERR_SYNTAX);
    CHECK(got == NULL);
    CHECK_EQ(mem_live(), live);
}

static void test_decoding(void)
{
    check_decoded(SPAN(""), true, "");
    check_decoded(SPAN("a+b"), true, "a b");
    check_decoded(SPAN("a+b"), false, "a+b");
    check_decoded(SPAN("a%2Bb%20c"), true, "a+b c");
    check_decoded(SPAN("%E5%A4%AA%e9%83%8e"), true, "\xe5\xa4\xaa\xe9\x83\x8e");
    check_decoded(SPAN("%2e%2e%2F"), false, "../");
    check_decoded(SPAN("%25%32%35"), false, "%25"); /* once only */
    check_refused(SPAN("%"));
    check_refused(SPAN("%2"));
    check_refused(SPAN("%2g"));
    check_refused(SPAN("%g2"));
    check_refused(SPAN("% 2"));
    check_refused(SPAN("%+2"));
    check_refused(SPAN("%-1"));
    check_refused(SPAN("%00"));
    check_refused(SPAN("a\0b"));
    check_refused(SPAN("%ff"));
    check_refused(SPAN("%c0%af"));       /* overlong */
    check_refused(SPAN("%ed%a0%80"));    /* a surrogate */
    check_refused(SPAN("%f4%90%80%80")); /* over U+10FFFF */
    check_refused(SPAN("%E5%A4"));
    check_refused(SPAN("\xe5"));
}

/* --- patterns --- */

static void test_patterns(void)
{
    const char *one = "/api/exchanges/{id}";

    CHECK(inspector_param_path_fits(one, SPAN("/api/exchanges/17")));
    CHECK(inspector_param_path_fits(one, SPAN("/api/exchanges/%2e%2e")));
    CHECK(!inspector_param_path_fits(one, SPAN("/api/exchanges/")));
    CHECK(!inspector_param_path_fits(one, SPAN("/api/exchanges")));
    CHECK(!inspector_param_path_fits(one, SPAN("/api/exchanges/17/")));
    CHECK(!inspector_param_path_fits(one, SPAN("/api/exchanges/17/marks")));
    CHECK(!inspector_param_path_fits(one, SPAN("//api/exchanges/17")));
    CHECK(!inspector_param_path_fits(one, SPAN("/API/exchanges/17")));
    CHECK(!inspector_param_path_fits(one, SPAN("/api/../api/exchanges/17")));
    CHECK(inspector_param_path_fits("/api/status", SPAN("/api/status")));
    CHECK(!inspector_param_path_fits("/api/status", SPAN("/api/statuses")));
    CHECK(!inspector_param_path_fits("/api/status", SPAN("/api/%73tatus")));
    CHECK_EQ(inspector_param_literals(one), 2);
    CHECK_EQ(inspector_param_literals("/api/exchanges/{id}/har"), 3);
}

static void test_parameters(void)
{
    uint64_t number = 7;

    CHECK_EQ(read_all("/api/{a}/b/{c}", "/api/1%2F2/b/%E5%A4%AA", "q=x+y&&limit=20&flag&e="),
             OK);
    CHECK_EQ(params.len, 6);
    CHECK_STR(inspector_param(&params, "a"), "1/2");
    CHECK_STR(inspector_param(&params, "c"), "\xe5\xa4\xaa");
    CHECK_STR(inspector_param(&params, "q"), "x y");
    CHECK_STR(inspector_param(&params, "flag"), "");
    CHECK_STR(inspector_param(&params, "e"), "");
    CHECK(inspector_param(&params, "none") == NULL);
    CHECK(inspector_param_u64(&params, "limit", &number));
    CHECK_EQ(number, 20);
    CHECK(!inspector_param_u64(&params, "q", &number));
    CHECK(!inspector_param_u64(&params, "e", &number));
    CHECK(!inspector_param_u64(&params, "none", &number));
    CHECK_EQ(number, 20);
    inspector_param_free(&params);
    CHECK_EQ(params.len, 0);
}

static void test_bad_parameters(void)
{
    unsigned long live = mem_live();

    CHECK_EQ(read_all("/api/{id}", "/api/17", "id=18"), ERR_SYNTAX); /* which one? */
    CHECK_EQ(read_all("/api/a", "/api/a", "q=1&q=2"), ERR_SYNTAX);
    CHECK_EQ(read_all("/api/a", "/api/a", "q=1&%71=2"), ERR_SYNTAX);
    CHECK_EQ(read_all("/api/a", "/api/a", "q=%"), ERR_SYNTAX);
    CHECK_EQ(read_all("/api/a", "/api/a", "%=q"), ERR_SYNTAX);
    CHECK_EQ(read_all("/api/{id}", "/api/%00", ""), ERR_SYNTAX);
    CHECK_EQ(params.len, 0);
    CHECK_EQ(mem_live(), live);
}

static void test_their_number(void)
{
    char query[INSPECTOR_PARAMS_MAX * 8 + 8] = "";
    size_t len = 0;

    for (unsigned i = 0; i <= INSPECTOR_PARAMS_MAX; i++) {
        len += (size_t)snprintf(query + len, sizeof query - len, "p%u=1&", i);
        enum err rc = read_all("/api/a", "/api/a", query);
        CHECK_EQ(rc, i < INSPECTOR_PARAMS_MAX ? OK : ERR_LIMIT);
        CHECK_EQ(params.len, rc == OK ? i + 1 : 0);
        inspector_param_free(&params);
    }
}

static void test_no_memory(void)
{
    unsigned long live = mem_live();

    for (unsigned long n = 1;; n++) {
        mem_fail_at(n);
        enum err rc = read_all("/api/{a}", "/api/1", "b=2&c=3");
        if (mem_sweep_is_over(n)) {
            CHECK_EQ(rc, OK);
            break;
        }
        CHECK_EQ(rc, ERR_NOMEM);
        CHECK_EQ(params.len, 0);
        CHECK_EQ(mem_live(), live);
    }
    inspector_param_free(&params);
    CHECK_EQ(mem_live(), live);
}

/* --- the router --- */

static void check_route(const char *method, const char *path, const char *pattern)
{
    char allowed[32];
    const struct inspector_route *r =
        inspector_router_find(span_text(method), span_text(path), allowed);

    CHECK_STR(r ? r->pattern : NULL, pattern);
}

static void check_no_route(const char *method, const char *path, const char *want)
{
    char allowed[32];

    CHECK(inspector_router_find(span_text(method), span_text(path), allowed) == NULL);
    CHECK_STR(allowed, want);
}

static void test_router(void)
{
    check_route("GET", "/api/session", "/api/session");
    check_route("HEAD", "/api/session", "/api/session");
    check_route("POST", "/api/session", "/api/session");
    check_route("GET", "/api/stream", "/api/stream");
    check_no_route("DELETE", "/api/session", "GET, HEAD, POST");
    check_no_route("GET", "/api/nothing", "");
    check_no_route("GET", "/api", "");
    check_no_route("GET", "/api/", "");
    check_no_route("GET", "/api/session/", "");
}

/* No two routes of all rooms answer the same. */
static void test_routes(void)
{
    static const struct inspector_route *const rooms[] = {
        inspector_status_routes, inspector_exchange_routes, inspector_edit_routes,
        inspector_filter_routes, inspector_chat_routes,     inspector_replay_routes,
        inspector_export_routes, inspector_doctor_routes,
    };
    char allowed[32];

    for (size_t i = 0; i < ARRAY_LEN(rooms); i++)
        for (const struct inspector_route *r = rooms[i]; r->method; r++) {
            CHECK((r->read != NULL) != (r->act != NULL));
            CHECK(strncmp(r->pattern, "/api/", 5) == 0);
            CHECK(inspector_router_find(span_text(r->method), span_text(r->pattern), allowed) ==
                  r);
        }
}

CHECK_MAIN(TEST(test_decoding), TEST(test_patterns), TEST(test_parameters),
           TEST(test_bad_parameters), TEST(test_their_number), TEST(test_no_memory),
           TEST(test_router), TEST(test_routes))
