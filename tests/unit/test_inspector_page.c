/* The page's files: which path is which, and what is said of them.  A thread-test: the journal
 * has one. */
#include "relay-client/inspector/inspector_page.h"

#include "unit/check.h"
#include "unit/support/inspector_rig.h"

static void begin(void)
{
    inspector_rig_open();
    inspector_rig_add("--echo");
    CHECK_EQ(inspector_rig_start(), OK);
}

static void test_rooms(void)
{
    static const char *const rooms[] = {
        "/",         "/x",      "/x/17",    "/x/17/events", "/compare/1/2",     "/chat",
        "/chat/U12", "/doctor", "/?q=late", "/x/%2e%2e/y",  "/x/../api/status",
    };
    static const char *const strangers[] = {
        "/xy",
        "/chats",
        "/favicon.svgz",
        "/index.htm",
        "/assets/",
        "/assets/none.js",
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "//",
        "/.",
        "/apis",
        "/index.html/",
    };
    char body[4096];

    begin();
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        CHECK_EQ(inspector_rig_ask("GET", rooms[i], "", NULL), 200);
        CHECK_STR(inspector_rig_field("content-type"), "text/html; charset=utf-8");
        if (i == 0)
            (void)snprintf(body, sizeof body, "%s", inspector_rig_body());
        CHECK(strncmp(inspector_rig_body(), body, strlen(body)) == 0);
    }
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        CHECK_EQ(inspector_rig_ask("GET", strangers[i], "", NULL), 404);
        inspector_rig_check_problem(404, "not_found");
    }
    inspector_rig_close();
}

static void check_file(const struct inspector_page_file *f)
{
    char fields[200];

    CHECK_EQ(inspector_rig_ask("GET", f->path, "", NULL), 200);
    CHECK_EQ(inspector_rig.client.answer.body_len, f->len);
    CHECK(memcmp(inspector_rig.client.answer.body, f->data, f->len) == 0);
    CHECK_STR(inspector_rig_field("content-type"), f->type);
    CHECK_STR(inspector_rig_field("content-encoding"), NULL);
    CHECK_EQ(strstr(inspector_rig_field("cache-control"), "immutable") != NULL,
             f->is_immutable);
    CHECK_EQ(inspector_rig_ask("GET", f->path, "accept-encoding: br, gzip;q=0.8\n", NULL), 200);
    CHECK_STR(inspector_rig_field("content-encoding"), f->gzip ? "gzip" : NULL);
    CHECK_EQ(inspector_rig_ask("GET", f->path, "accept-encoding: gzip;q=0\n", NULL), 200);
    CHECK_STR(inspector_rig_field("content-encoding"), NULL);
    (void)snprintf(fields, sizeof fields, "if-none-match: \"x\", %s\n", f->etag);
    CHECK_EQ(inspector_rig_ask("GET", f->path, fields, NULL), 304);
    CHECK_EQ(inspector_rig.client.answer.body_len, 0);
    CHECK_EQ(inspector_rig_ask("HEAD", f->path, "", NULL), 200);
    CHECK_EQ(inspector_rig.client.answer.body_len, 0);
}

static void test_page_files(void)
{
    begin();
    for (const struct inspector_page_file *f = inspector_page_files; f->path; f++)
        check_file(f);
    CHECK_EQ(inspector_rig_ask("HEAD", "/", "", NULL), 200);
    CHECK(inspector_rig_field("content-length") != NULL);
    CHECK(inspector_rig_field("etag") != NULL);
    inspector_rig_close();
}

CHECK_MAIN(TEST(test_rooms), TEST(test_page_files))
