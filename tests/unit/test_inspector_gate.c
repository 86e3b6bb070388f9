/* Who may ask the inspector what (threats E2, E3, E9): tables of Origins and fields. */
#include "relay-client/inspector/inspector_gate.h"

#include "base/container.h"
#include "unit/check.h"
#include "unit/support/site_rig.h"

static struct site_rig rig;

static void add(struct http_head *head, const char *name, const char *value)
{
    CHECK_EQ(http_head_add(head, span_text(name), span_text(value)), OK);
}

/* NULL: it may pass. */
static const char *code_of(const struct http_head *head)
{
    const struct inspector_gate_refusal *why =
        inspector_gate_check(&rig.site, &rig.session, head);

    return why ? why->code : NULL;
}

/* --- E3: Origin and Sec-Fetch-Site --- */

static void check_origin(const char *origin, bool may_pass)
{
    struct http_head head = site_rig_head("GET", "127.0.0.1:4649", "/");

    add(&head, "Origin", origin);
    if ((code_of(&head) == NULL) != may_pass)
        (void)fprintf(stderr, "Origin: %s\n", origin);
    CHECK_STR(code_of(&head), may_pass ? NULL : "bad_origin");
}

static void test_origins(void)
{
    static const char *const strangers[] = {
        "null",
        "http://localhost:4649",
        "http://evil.test",
        "http://127.0.0.1",
        "https://127.0.0.1:4649",
        "http://127.0.0.1:4649/",
        "http://127.0.0.1:4649.evil.test",
        "http://localhost.evil:4649",
        "HTTP://127.0.0.1:4649",
        "http://127.0.0.1:3000",
        "127.0.0.1:4649",
        "http://",
        "",
        "file://",
        "http://127.0.0.1:4649 http://evil.test",
        "\xff\xfe",
    };

    site_rig_open(&rig, "127.0.0.1:0", 4649);
    check_origin("http://127.0.0.1:4649", true);
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++)
        check_origin(strangers[i], false);
    struct http_head head = site_rig_head("GET", "127.0.0.1:4649", "/");
    add(&head, "Origin", "http://127.0.0.1:4649");
    add(&head, "Origin", "http://127.0.0.1:4649");
    CHECK_STR(code_of(&head), "bad_origin");
    site_rig_close(&rig);
}

static void check_fetch(const char *target, const char *at, const char *mode, const char *dest,
                        bool may_pass)
{
    struct http_head head = site_rig_head("GET", "127.0.0.1:4649", target);

    add(&head, "Authorization", "Bearer x");
    add(&head, "Sec-Fetch-Site", at);
    if (mode)
        add(&head, "Sec-Fetch-Mode", mode);
    if (dest)
        add(&head, "Sec-Fetch-Dest", dest);
    const char *code = code_of(&head);
    CHECK_EQ(!code || strcmp(code, "bad_origin") != 0, may_pass);
}

static void test_fetch_site(void)
{
    site_rig_open(&rig, "127.0.0.1:0", 4649);
    check_fetch("/api/status", "same-origin", "cors", "empty", true);
    check_fetch("/api/status", "none", NULL, NULL, true);
    check_fetch("/api/status", "same-site", "no-cors", "script", false); /* another port */
    check_fetch("/api/status", "cross-site", "no-cors", "image", false);
    check_fetch("/api/status", "cross-site", "navigate", "document", false);
    check_fetch("/api/status", "", NULL, NULL, false);
    check_fetch("/", "cross-site", "navigate", "document", true); /* somebody's link */
    check_fetch("/", "cross-site", "navigate", "iframe", false);
    check_fetch("/", "cross-site", "no-cors", "script", false);
    check_fetch("/assets/a.js", "same-site", "no-cors", "script", false);
    site_rig_close(&rig);
}

/* --- E2: what changes something --- */

static void sign_in(struct http_head *head)
{
    static char cookie[200];

    (void)snprintf(cookie, sizeof cookie, "a=b; %s=%s; c=d", rig.session.cookie_name,
                   rig.session.cookie);
    add(head, "Cookie", cookie);
}

static struct http_head change(const char *method)
{
    struct http_head head = site_rig_head(method, "127.0.0.1:4649", "/api/undo");

    sign_in(&head);
    return head;
}

static void test_changes_with_a_cookie(void)
{
    static const char *const methods[] = {"POST", "DELETE"};

    site_rig_open(&rig, "127.0.0.1:0", 4649);
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct http_head head = change(methods[i]);
        CHECK_STR(code_of(&head), "not_json");
        add(&head, "Content-Type", "application/json");
        CHECK_STR(code_of(&head), "bad_token");
        add(&head, "Hookline-Token", rig.session.key); /* that is another secret */
        CHECK_STR(code_of(&head), "bad_token");
        http_head_remove(&head, "hookline-token");
        add(&head, "Hookline-Token", rig.session.token);
        CHECK_STR(code_of(&head), NULL);
        add(&head, "Origin", "null");
        CHECK_STR(code_of(&head), "bad_origin");
    }
    site_rig_close(&rig);
}

static void check_type(const char *type, bool may_pass)
{
    struct http_head head = change("POST");

    add(&head, "Hookline-Token", rig.session.token);
    add(&head, "Content-Type", type);
    CHECK_STR(code_of(&head), may_pass ? NULL : "not_json");
}

static void test_content_types(void)
{
    site_rig_open(&rig, "127.0.0.1:0", 4649);
    check_type("application/json", true);
    check_type("Application/JSON", true);
    check_type("application/json; charset=utf-8", true);
    check_type("application/json ; x=y", true);
    check_type("text/plain", false);
    check_type("text/plain; application/json", false);
    check_type("text/plain, application/json", false);
    check_type("application/json, text/plain", false);
    check_type("application/x-www-form-urlencoded", false);
    check_type("multipart/form-data; boundary=application/json", false);
    check_type("application/jsonp", false);
    check_type("", false);
    struct http_head head = change("POST");
    add(&head, "Hookline-Token", rig.session.token);
    add(&head, "Content-Type", "application/json");
    add(&head, "Content-Type", "text/plain");
    CHECK_STR(code_of(&head), "not_json");
    site_rig_close(&rig);
}

static void test_methods(void)
{
    static const char *const others[] = {"OPTIONS", "PUT", "PATCH", "TRACE",
                                         "CONNECT", "get", "QUERY"};

    site_rig_open(&rig, "127.0.0.1:0", 4649);
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct http_head api = site_rig_head(others[i], "127.0.0.1:4649", "/api/status");
        struct http_head page = site_rig_head(others[i], "127.0.0.1:4649", "/");
        CHECK_STR(code_of(&api), "method");
        CHECK_STR(code_of(&page), "method");
    }
    struct http_head post = site_rig_head("POST", "127.0.0.1:4649", "/");
    CHECK_STR(code_of(&post), "method"); /* the page takes nothing */
    struct http_head head = site_rig_head("HEAD", "127.0.0.1:4649", "/");
    CHECK_STR(code_of(&head), NULL);
    site_rig_close(&rig);
}

/* --- E9: who may read --- */

static void check_key(const char *authorization, bool may_pass)
{
    struct http_head head = site_rig_head("GET", "127.0.0.1:4649", "/api/status");

    add(&head, "Authorization", authorization);
    CHECK_STR(code_of(&head), may_pass ? NULL : "no_session");
    sign_in(&head); /* a wrong key is not made up for */
    CHECK_STR(code_of(&head), may_pass ? NULL : "no_session");
}

static void test_reading(void)
{
    char text[100];

    site_rig_open(&rig, "127.0.0.1:0", 4649);
    struct http_head head = site_rig_head("GET", "127.0.0.1:4649", "/api/status");
    CHECK_STR(code_of(&head), "no_session");
    sign_in(&head);
    CHECK_STR(code_of(&head), NULL);
    (void)snprintf(text, sizeof text, "Bearer %s", rig.session.key);
    check_key(text, true);
    (void)snprintf(text, sizeof text, "bearer %s", rig.session.key);
    check_key(text, true);
    (void)snprintf(text, sizeof text, "Bearer %s ", rig.session.key);
    check_key(text, false);
    (void)snprintf(text, sizeof text, "Bearer %.42s", rig.session.key);
    check_key(text, false);
    (void)snprintf(text, sizeof text, "Bearer %s", rig.session.token);
    check_key(text, false);
    (void)snprintf(text, sizeof text, "Basic %s", rig.session.key);
    check_key(text, false);
    check_key("Bearer ", false);
    check_key("", false);
    site_rig_close(&rig);
}

/* With the key no token is needed: no browser sends it by itself. */
static void test_changing_with_the_key(void)
{
    char text[100];

    site_rig_open(&rig, "127.0.0.1:0", 4649);
    struct http_head head = site_rig_head("POST", "127.0.0.1:4649", "/api/undo");
    (void)snprintf(text, sizeof text, "Bearer %s", rig.session.key);
    add(&head, "Authorization", text);
    CHECK_STR(code_of(&head), "not_json");
    add(&head, "Content-Type", "application/json");
    CHECK_STR(code_of(&head), NULL);
    add(&head, "Authorization", text);
    CHECK_STR(code_of(&head), "no_session"); /* twice */
    site_rig_close(&rig);
}

static void test_signing_in_needs_no_session(void)
{
    site_rig_open(&rig, "127.0.0.1:0", 4649);
    struct http_head head = site_rig_head("POST", "127.0.0.1:4649", "/api/session");
    CHECK_STR(code_of(&head), "not_json");
    add(&head, "Content-Type", "application/json");
    CHECK_STR(code_of(&head), NULL);
    head.target = SPAN("/api/session?");
    CHECK_STR(code_of(&head), "no_session");
    head.target = SPAN("/api/sessions");
    CHECK_STR(code_of(&head), "no_session");
    head.target = SPAN("/api/session");
    head.method = SPAN("DELETE");
    CHECK_STR(code_of(&head), "no_session");
    site_rig_close(&rig);
}

static void test_api_paths(void)
{
    CHECK(inspector_gate_is_api(SPAN("/api")));
    CHECK(inspector_gate_is_api(SPAN("/api/")));
    CHECK(inspector_gate_is_api(SPAN("/api/status?a=b")));
    CHECK(!inspector_gate_is_api(SPAN("/apis")));
    CHECK(!inspector_gate_is_api(SPAN("/x/api/status")));
    CHECK(!inspector_gate_is_api(SPAN("/")));
}

CHECK_MAIN(TEST(test_origins), TEST(test_fetch_site), TEST(test_changes_with_a_cookie),
           TEST(test_content_types), TEST(test_methods), TEST(test_reading),
           TEST(test_changing_with_the_key), TEST(test_signing_in_needs_no_session),
           TEST(test_api_paths))
