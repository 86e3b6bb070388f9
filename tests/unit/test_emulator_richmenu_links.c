/* Who sees which rich menu of the emulated account: links, batches, aliases. */
#include "unit/check.h"
#include "unit/support/richmenu_rig.h"

/* --- who sees which --- */

static void test_default(void)
{
    emulator_rig_open_and_start();
    richmenu_rig_create(0, false);
    richmenu_rig_create(1, true);
    CHECK_EQ(emulator_rig_get(DEFAULT), 404);
    richmenu_rig_check_refused(404, "no default richmenu");
    CHECK_EQ(
        emulator_rig_post(richmenu_rig_target(DEFAULT "/%s", richmenu_rig_ids[0], ""), NULL),
        400);
    richmenu_rig_check_refused(400, "must upload richmenu image before applying it to user");
    CHECK_EQ(emulator_rig_post(richmenu_rig_target(DEFAULT "/%s", UNKNOWN, ""), NULL), 404);
    CHECK_STR(richmenu_rig_seen_by(EMULATOR_RIG_USER), "");
    CHECK_EQ(
        emulator_rig_post(richmenu_rig_target(DEFAULT "/%s", richmenu_rig_ids[1], ""), NULL),
        200);
    CHECK_EQ(emulator_rig_get(DEFAULT), 200);
    CHECK_STR(emulator_rig_text("richMenuId"), richmenu_rig_ids[1]);
    CHECK_STR(richmenu_rig_seen_by(EMULATOR_RIG_USER), richmenu_rig_ids[1]);
    CHECK_EQ(emulator_rig_ask("DELETE", DEFAULT, NULL), 200);
    CHECK_EQ(emulator_rig_get(DEFAULT), 404);
    CHECK_EQ(
        emulator_rig_post(richmenu_rig_target(DEFAULT "/%s", richmenu_rig_ids[1], ""), NULL),
        200);
    CHECK_EQ(emulator_rig_ask("DELETE",
                              richmenu_rig_target(MENUS "/%s", richmenu_rig_ids[1], ""), NULL),
             200);
    CHECK_EQ(emulator_rig_get(DEFAULT), 404);
    emulator_rig_close();
}

static void test_link(void)
{
    const char *mine = "/v2/bot/user/" EMULATOR_RIG_USER "/richmenu";

    emulator_rig_open_and_start();
    richmenu_rig_create(0, true);
    richmenu_rig_create(1, true);
    CHECK_EQ(emulator_rig_get(mine), 404);
    richmenu_rig_check_refused(404, "the user has no richmenu");
    CHECK_EQ(emulator_rig_post(richmenu_rig_target("%s/%s", mine, richmenu_rig_ids[0]), NULL),
             200);
    CHECK_EQ(emulator_rig_post(richmenu_rig_target("%s/%s", mine, richmenu_rig_ids[1]), NULL),
             200);
    CHECK_EQ(emulator_rig_get(mine), 200);
    CHECK_STR(emulator_rig_text("richMenuId"), richmenu_rig_ids[1]);
    CHECK_STR(richmenu_rig_seen_by(EMULATOR_RIG_USER), richmenu_rig_ids[1]);
    CHECK_EQ(
        emulator_rig_post(richmenu_rig_target(DEFAULT "/%s", richmenu_rig_ids[0], ""), NULL),
        200);
    CHECK_EQ(emulator_rig_ask("DELETE", mine, NULL), 200);
    CHECK_EQ(emulator_rig_ask("DELETE", mine, NULL), 200);
    CHECK_EQ(emulator_rig_get(mine), 404);
    CHECK_STR(richmenu_rig_seen_by(EMULATOR_RIG_USER), richmenu_rig_ids[0]);
    CHECK_EQ(emulator_rig_post(richmenu_rig_target("%s/%s", mine, UNKNOWN), NULL), 404);
    CHECK_EQ(emulator_rig_get("/v2/bot/user/Uxyz/richmenu"), 400);
    emulator_rig_check_message(400, "The value for the 'userId' parameter is invalid");
    CHECK_EQ(emulator_rig_post(richmenu_rig_target("/v2/bot/user/%s/richmenu/%s", "Uxyz",
                                                   richmenu_rig_ids[0]),
                               NULL),
             400);
    emulator_rig_close();
}

static void test_bulk(void)
{
    const char *two = "[\"" EMULATOR_RIG_USER "\",\"" OTHER "\"]";

    emulator_rig_open_and_start();
    richmenu_rig_create(0, true);
    richmenu_rig_create(1, false);
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link", richmenu_rig_bulk(richmenu_rig_ids[0], two)),
             202);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_STR(richmenu_rig_seen_by(OTHER), richmenu_rig_ids[0]);
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/unlink",
                               richmenu_rig_bulk(richmenu_rig_ids[0], "[\"" OTHER "\"]")),
             202);
    CHECK_STR(richmenu_rig_seen_by(OTHER), "");
    CHECK_STR(richmenu_rig_seen_by(EMULATOR_RIG_USER), richmenu_rig_ids[0]);

    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link", richmenu_rig_bulk("x", two)), 400);
    emulator_rig_check_detail("richMenuId", "invalid richMenuId");
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link", richmenu_rig_bulk(UNKNOWN, two)), 404);
    richmenu_rig_check_refused(404, "richmenu not found");
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link", richmenu_rig_bulk(richmenu_rig_ids[1], two)),
             400);
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link",
                               richmenu_rig_bulk(richmenu_rig_ids[0],
                                                 "[\"" OTHER "\",\"" EMULATOR_RIG_GROUP "\"]")),
             400);
    emulator_rig_check_message(
        400, "The property, 'userIds[1]', in the request body is invalid (line: -, column: -)");
    CHECK_EQ(
        emulator_rig_post(MENUS "/bulk/unlink", richmenu_rig_bulk(richmenu_rig_ids[0], "[]")),
        400);
    emulator_rig_check_detail("userIds", "Size must be between 1 and 500");
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/unlink", "{}"), 400);
    emulator_rig_check_detail("userIds", "must be specified");
    emulator_rig_close();
}

static void test_bulk_limit(void)
{
    static char body[501 * 40];
    size_t len = 0;

    emulator_rig_open_and_start();
    for (unsigned i = 0; i < 501; i++) {
        len += (size_t)snprintf(body + len, sizeof body - len, "%s\"U%032x\"",
                                i == 0 ? "{\"userIds\":[" : ",", i);
        if (i == 499 || i == 500) {
            (void)snprintf(body + len, sizeof body - len, "]}");
            CHECK_EQ(emulator_rig_post(MENUS "/bulk/unlink", body), i == 499 ? 202 : 400);
        }
    }
    emulator_rig_close();
}

/* --- batches --- */

static const char *link_operation(const char *from, const char *to)
{
    static char texts[2][256];
    static int next;
    char *text = texts[next++ % 2];

    (void)snprintf(text, sizeof texts[0], "{\"type\":\"link\",\"from\":\"%s\",\"to\":\"%s\"}",
                   from, to);
    return text;
}

static unsigned batch(const char *path, const char *first, const char *second)
{
    char body[1024];

    (void)snprintf(body, sizeof body, "{\"operations\":[%s%s%s]}", first, *second ? "," : "",
                   second);
    return emulator_rig_post(path, body);
}

static void test_batch_changes_places(void)
{
    emulator_rig_open_and_start();
    richmenu_rig_create(0, true);
    richmenu_rig_create(1, true);
    CHECK_EQ(
        emulator_rig_post(MENUS "/bulk/link", richmenu_rig_bulk(richmenu_rig_ids[0],
                                                                "[\"" EMULATOR_RIG_USER "\"]")),
        202);
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link",
                               richmenu_rig_bulk(richmenu_rig_ids[1], "[\"" OTHER "\"]")),
             202);
    CHECK_EQ(batch(MENUS "/batch", link_operation(richmenu_rig_ids[0], richmenu_rig_ids[1]),
                   link_operation(richmenu_rig_ids[1], richmenu_rig_ids[0])),
             202);
    CHECK_STR(richmenu_rig_seen_by(EMULATOR_RIG_USER), richmenu_rig_ids[1]);
    CHECK_STR(richmenu_rig_seen_by(OTHER), richmenu_rig_ids[0]);

    char progress[128];
    (void)snprintf(progress, sizeof progress, MENUS "/progress/batch?requestId=%s",
                   emulator_rig.request_id);
    CHECK_EQ(emulator_rig_get(progress), 200);
    CHECK_STR(emulator_rig_text("phase"), "succeeded");
    CHECK_STR(emulator_rig_text("acceptedTime"), "2026-11-22T05:30:00.000Z");
    CHECK(emulator_rig_knows("GET", progress, NULL));
    CHECK_EQ(emulator_rig_get(MENUS "/progress/batch?requestId=x"), 404);
    CHECK_EQ(emulator_rig_get(MENUS "/progress/batch"), 400);

    char unlink[128];
    (void)snprintf(unlink, sizeof unlink, "{\"type\":\"unlink\",\"from\":\"%s\"}",
                   richmenu_rig_ids[0]);
    CHECK_EQ(batch(MENUS "/batch", unlink, ""), 202);
    CHECK_STR(richmenu_rig_seen_by(OTHER), "");
    CHECK_EQ(batch(MENUS "/batch", "{\"type\":\"unlinkAll\"}", ""), 202);
    CHECK_STR(richmenu_rig_seen_by(EMULATOR_RIG_USER), "");
    CHECK_EQ(batch(MENUS "/batch", "{\"type\":\"unlinkAll\"}", ""), 429);
    emulator_rig_close();
}

static void test_batch_refuses(void)
{
    char want[256];

    emulator_rig_open_and_start();
    richmenu_rig_create(0, true);
    richmenu_rig_create(1, false);
    CHECK_EQ(batch(MENUS "/validate/batch", link_operation("x", richmenu_rig_ids[0]), ""), 400);
    emulator_rig_check_detail("operations[0].from", "invalid richMenuId");
    CHECK_EQ(batch(MENUS "/validate/batch",
                   link_operation(richmenu_rig_ids[0], richmenu_rig_ids[1]), ""),
             400);
    (void)snprintf(want, sizeof want, "'to' richmenu (%s) must have image but it doesn't",
                   richmenu_rig_ids[1]);
    emulator_rig_check_detail("operations[0].to", want);
    CHECK_EQ(batch(MENUS "/validate/batch",
                   link_operation(richmenu_rig_ids[1], richmenu_rig_ids[0]),
                   link_operation(richmenu_rig_ids[1], richmenu_rig_ids[0])),
             400);
    (void)snprintf(want, sizeof want, "from richmenu (%s) is duplicated", richmenu_rig_ids[1]);
    emulator_rig_check_detail("operations[].from", want);
    CHECK_EQ(batch(MENUS "/validate/batch",
                   link_operation(richmenu_rig_ids[1], richmenu_rig_ids[0]),
                   "{\"type\":\"unlinkAll\"}"),
             400);
    emulator_rig_check_detail("operations[].type",
                              "'unlinkAll' type can't be combined with other type");
    CHECK_EQ(batch(MENUS "/validate/batch", link_operation(richmenu_rig_ids[0], UNKNOWN), ""),
             404);
    CHECK_STR(emulator_rig_text("details[0].message"), "Richmenu (" UNKNOWN ") is not found");
    CHECK_STR(emulator_rig_text("details[0].property"), "operations[0].to");
    CHECK_EQ(batch(MENUS "/validate/batch", "{\"type\":\"link\"}", ""), 400);
    CHECK_EQ(batch(MENUS "/validate/batch", "{\"type\":\"jump\"}", ""), 400);
    CHECK_EQ(emulator_rig_post(MENUS "/validate/batch", "{}"), 400);
    CHECK_EQ(emulator_rig_post(MENUS "/validate/batch",
                               "{\"operations\":[{\"type\":\"unlinkAll\"}],"
                               "\"resumeRequestKey\":\"a b\"}"),
             400);
    CHECK_EQ(emulator_rig_post(MENUS "/validate/batch",
                               "{\"operations\":[{\"type\":\"unlinkAll\"}],"
                               "\"resumeRequestKey\":\"a_B-9\"}"),
             200);
    CHECK_EQ(batch(MENUS "/validate/batch",
                   link_operation(richmenu_rig_ids[1], richmenu_rig_ids[0]), ""),
             200);
    emulator_rig_close();
}

/* --- aliases --- */

static const char *alias(const char *id, const char *menu)
{
    static char body[256];

    (void)snprintf(body, sizeof body, "{\"richMenuAliasId\":\"%s\",\"richMenuId\":\"%s\"}", id,
                   menu);
    return body;
}

static void test_alias(void)
{
    emulator_rig_open_and_start();
    richmenu_rig_create(0, true);
    richmenu_rig_create(1, true);
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a-1", richmenu_rig_ids[0])), 200);
    CHECK_EQ(emulator_rig_get(MENUS "/alias/a-1"), 200);
    CHECK_STR(emulator_rig_text("richMenuId"), richmenu_rig_ids[0]);
    CHECK_EQ(emulator_rig_post(MENUS "/alias/a-1", alias("", richmenu_rig_ids[1])), 200);
    CHECK_EQ(emulator_rig_get(MENUS "/alias/list"), 200);
    CHECK_STR(emulator_rig_text("aliases[0].richMenuAliasId"), "a-1");
    CHECK_STR(emulator_rig_text("aliases[0].richMenuId"), richmenu_rig_ids[1]);
    CHECK(emulator_rig_knows("GET", MENUS "/alias/a-1", NULL));
    CHECK_EQ(emulator_rig_ask("DELETE", MENUS "/alias/a-1", NULL), 200);
    CHECK_EQ(emulator_rig_ask("DELETE", MENUS "/alias/a-1", NULL), 404);
    richmenu_rig_check_refused(404, "richmenu alias not found");
    CHECK_EQ(emulator_rig_get(MENUS "/alias/a-1"), 404);
    CHECK_EQ(emulator_rig_post(MENUS "/alias/a-1", alias("", richmenu_rig_ids[1])), 404);
    emulator_rig_close();
}

static void test_alias_refuses(void)
{
    emulator_rig_open_and_start();
    richmenu_rig_create(0, true);
    richmenu_rig_create(1, false);
    CHECK_EQ(emulator_rig_post(MENUS "/alias",
                               alias("abcdefghijklmnopqrstuvwxyz012345", richmenu_rig_ids[0])),
             200);
    CHECK_EQ(emulator_rig_post(MENUS "/alias",
                               alias("abcdefghijklmnopqrstuvwxyz0123456", richmenu_rig_ids[0])),
             400);
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("A", richmenu_rig_ids[0])), 400);
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("", richmenu_rig_ids[0])), 400);
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a", "menu")), 400);
    emulator_rig_check_detail("richMenuId", "invalid richMenuId");
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a", UNKNOWN)), 400);
    richmenu_rig_check_refused(400, "richmenu not found");
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a", richmenu_rig_ids[1])), 400);
    richmenu_rig_check_refused(400, "richmenu not found");
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a", richmenu_rig_ids[0])), 200);
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a", richmenu_rig_ids[0])), 400);
    richmenu_rig_check_refused(400, "conflict richmenu alias id");
    emulator_rig_close();
}

/* --- limits and memory --- */

static void test_links_limit(void)
{
    struct richmenu_store *s;
    struct richmenu *m;
    char user[40];

    CHECK_EQ(richmenu_store_new(&s), OK);
    CHECK_EQ(richmenu_store_add(s, "richmenu-1", SPAN("{}"), &m), OK);
    for (unsigned i = 0; i < RICHMENU_LINKS_MAX; i++) {
        (void)snprintf(user, sizeof user, "U%032x", i);
        CHECK_EQ(richmenu_store_link(s, span_text(user), m), OK);
    }
    CHECK_EQ(richmenu_store_link(s, SPAN("Ux"), m), ERR_LIMIT);
    CHECK_EQ(richmenu_store_link(s, span_text(user), m), OK);
    CHECK_EQ(richmenu_store_link(s, span_text(user), NULL), OK);
    CHECK_EQ(richmenu_store_link(s, SPAN("Ux"), m), OK);
    richmenu_store_free(s);
    richmenu_store_free(NULL);
}

static void test_aliases_limit(void)
{
    struct richmenu_store *s;
    struct richmenu *m;
    char id[16];

    CHECK_EQ(richmenu_store_new(&s), OK);
    CHECK_EQ(richmenu_store_add(s, "richmenu-1", SPAN("{}"), &m), OK);
    for (unsigned i = 0; i < RICHMENU_ALIASES_MAX; i++) {
        (void)snprintf(id, sizeof id, "a%u", i);
        CHECK_EQ(richmenu_store_add_alias(s, span_text(id), m), OK);
    }
    CHECK_EQ(richmenu_store_add_alias(s, SPAN("b"), m), ERR_LIMIT);
    CHECK_EQ(richmenu_store_add_alias(s, SPAN("a7"), m), ERR_CONFLICT);
    richmenu_store_free(s);
}

CHECK_MAIN(TEST(test_default), TEST(test_link), TEST(test_bulk), TEST(test_bulk_limit),
           TEST(test_batch_changes_places), TEST(test_batch_refuses), TEST(test_alias),
           TEST(test_alias_refuses), TEST(test_links_limit), TEST(test_aliases_limit))
