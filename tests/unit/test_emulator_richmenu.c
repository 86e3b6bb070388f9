/* Rich menus of the emulated account. */
#include "relay-client/lineapi/emulate/emulator_rooms.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_picture.h"
#include "unit/check.h"
#include "unit/support/emulator_rig.h"
#include "unit/support/mem_sweep.h"

#define MENUS   "/v2/bot/richmenu"
#define DEFAULT "/v2/bot/user/all/richmenu"
#define OTHER   "U44444444444444444444444444444444"
#define UNKNOWN "richmenu-00000000000000000000000000000000"
#define MENU                                                                                   \
    "{\"size\":{\"width\":2500,\"height\":1686},\"selected\":false,\"name\":\"Menu\","         \
    "\"chatBarText\":\"Tap\",\"areas\":[{\"bounds\":{\"x\":0,\"y\":0,\"width\":2500,"          \
    "\"height\":1686},\"action\":{\"type\":\"message\",\"text\":\"hi\"}}]}"

static char ids[4][64];

static struct richmenu_store *store(void)
{
    return emulator_rooms_of(emulator_rig.emulator)->richmenus;
}

/* Each "%s" in turn. */
static const char *target(const char *format, const char *a, const char *b)
{
    static char text[256];
    size_t len = 0;

    while (*format) {
        if (strncmp(format, "%s", 2) != 0) {
            text[len++] = *format++;
            continue;
        }
        len += (size_t)snprintf(text + len, sizeof text - len, "%s", a);
        a = b;
        format += 2;
    }
    text[len] = '\0';
    return text;
}

/* --- pictures --- */

/* The header of a PNG of this size. */
static struct span png(uint32_t width, uint32_t height)
{
    static char bytes[33];

    memcpy(bytes, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    for (int i = 0; i < 4; i++) {
        bytes[16 + i] = (char)(width >> (24 - 8 * i));
        bytes[20 + i] = (char)(height >> (24 - 8 * i));
    }
    return span_of(bytes, sizeof bytes);
}

/* A JPEG with an APP0 segment and a fill byte before its frame of 2500 x 1686. */
static const char jpeg[] = "\xff\xd8\xff\xe0\0\x04xx\xff\xff\xc2\0\x0b\x08\x06\x96\x09\xc4\x01"
                           "\x01\x11\0";

static unsigned upload(const char *id, const char *type, struct span picture)
{
    emulator_rig.content_type = type;
    unsigned status =
        emulator_rig_ask_span("POST", target(MENUS "/%s/content", id, ""), picture);
    emulator_rig.content_type = NULL;
    return status;
}

static void create(int i, bool with_image)
{
    CHECK_EQ(emulator_rig_post(MENUS, MENU), 200);
    (void)snprintf(ids[i], sizeof ids[i], "%s", emulator_rig_text("richMenuId"));
    CHECK(strncmp(ids[i], "richmenu-", 9) == 0 && strlen(ids[i]) == 41);
    if (with_image)
        CHECK_EQ(upload(ids[i], "image/png", png(2500, 1686)), 200);
}

static void test_pictures(void)
{
    struct richmenu_picture p;
    struct span all = span_of(jpeg, sizeof jpeg - 1);

    CHECK(richmenu_picture_read(png(2500, 843), &p));
    CHECK(p.is_png && p.width == 2500 && p.height == 843);
    CHECK(richmenu_picture_read(all, &p));
    CHECK(!p.is_png && p.width == 2500 && p.height == 1686);
    /* Cut at every byte: never read beyond, the frame whole or not at all. */
    for (size_t i = 0; i < 33; i++)
        CHECK(!richmenu_picture_read(span_slice(png(800, 250), 0, i), &p));
    for (size_t i = 0; i <= all.len; i++)
        CHECK_EQ(richmenu_picture_read(span_slice(all, 0, i), &p), i >= 18);
    CHECK(!richmenu_picture_read(SPAN("\xff\xd8\xff\xc4\0\x02\xff\xc8\0\x02zzzzzzzzz"), &p));
    CHECK(!richmenu_picture_read(SPAN("GIF89a"), &p));
}

static void check_fits(uint32_t width, uint32_t height, bool fits)
{
    const struct richmenu_picture p = {true, width, height};

    CHECK_EQ(richmenu_picture_fits(&p), fits);
}

static void test_picture_sizes(void)
{
    check_fits(800, 250, true);
    check_fits(799, 250, false);
    check_fits(2500, 1686, true);
    check_fits(2501, 1686, false);
    check_fits(800, 249, false);
    check_fits(1450, 1000, true);
    check_fits(1449, 1000, false);
    check_fits(UINT32_MAX, UINT32_MAX, false);
}

/* --- menus --- */

static void test_create_get_list_delete(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get(MENUS "/list"), 200);
    CHECK_STR(emulator_rig.body, "{\"richmenus\":[]}");
    create(0, false);
    create(1, false);
    CHECK_EQ(emulator_rig_get(target(MENUS "/%s", ids[0], "")), 200);
    CHECK_STR(emulator_rig_text("richMenuId"), ids[0]);
    CHECK_STR(emulator_rig_text("size.height"), "1686");
    CHECK_STR(emulator_rig_text("selected"), "false");
    CHECK_STR(emulator_rig_text("areas[0].action.text"), "hi");
    CHECK_EQ(emulator_rig_get(MENUS "/list"), 200);
    CHECK_STR(emulator_rig_text("richmenus[1].richMenuId"), ids[1]);
    CHECK_EQ(emulator_rig_ask("DELETE", target(MENUS "/%s", ids[0], ""), NULL), 200);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_EQ(emulator_rig_ask("DELETE", target(MENUS "/%s", ids[0], ""), NULL), 404);
    emulator_rig_check_message(404, "Not found");
    CHECK_EQ(emulator_rig_get(target(MENUS "/%s", ids[0], "")), 404);
    CHECK(emulator_rig_knows("GET", target(MENUS "/%s", ids[0], ""), NULL));
    emulator_rig_close();
}

static void test_create_refuses(void)
{
    static char large[RICHMENU_JSON_MAX + 512];

    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_post(MENUS, "{\"size\":{\"width\":2500,\"height\":1686},"
                                      "\"selected\":false,\"chatBarText\":\"Tap\","
                                      "\"areas\":[]}"),
             400);
    CHECK(strstr(emulator_rig.body, "\"property\":\"name\""));
    CHECK_EQ(emulator_rig_post(MENUS "/validate", MENU), 200);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_EQ(emulator_rig_post(MENUS "/validate", "{}"), 400);
    memset(large, ' ', sizeof large - 1);
    memcpy(large + sizeof large - sizeof MENU, MENU, sizeof MENU);
    CHECK_EQ(emulator_rig_post(MENUS, large), 413);
    CHECK_EQ(emulator_rig_get(MENUS "/list"), 200);
    CHECK_STR(emulator_rig.body, "{\"richmenus\":[]}");
    emulator_rig_close();
}

static void test_a_thousand(void)
{
    emulator_rig_open();
    emulator_rig.options.is_relaxed = true; /* 100 in an hour otherwise */
    emulator_rig_start();
    for (unsigned i = 0; i < RICHMENU_MAX; i++)
        CHECK_EQ(emulator_rig_post(MENUS, MENU), 200);
    (void)snprintf(ids[0], sizeof ids[0], "%s", emulator_rig_text("richMenuId"));
    CHECK_EQ(emulator_rig_post(MENUS, MENU), 400);
    CHECK_EQ(emulator_rig_ask("DELETE", target(MENUS "/%s", ids[0], ""), NULL), 200);
    CHECK_EQ(emulator_rig_post(MENUS, MENU), 200);
    CHECK_EQ(emulator_rig_get(MENUS "/list"), 200);
    emulator_rig_close();
}

static void test_image(void)
{
    emulator_rig_open_and_start();
    create(0, false);
    CHECK_EQ(emulator_rig_get(target(MENUS "/%s/content", ids[0], "")), 404);
    emulator_rig_check_message(404, "Not found");
    CHECK_EQ(upload(ids[0], "image/gif", png(2500, 1686)), 415);
    emulator_rig_check_message(415, "The content type, image/gif, is not supported");
    CHECK_EQ(upload(ids[0], "image/png", png(799, 250)), 400);
    emulator_rig_check_message(400, "The image size is not allowed for richmenu");
    CHECK_EQ(upload(ids[0], "image/png", SPAN("no picture")), 400);
    CHECK_EQ(upload(ids[0], "image/jpeg; x=y", span_of(jpeg, sizeof jpeg - 1)), 200);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_EQ(upload(ids[0], "image/png", png(2500, 1686)), 400);
    emulator_rig_check_message(400, "An image has already been uploaded to the richmenu");
    CHECK_EQ(emulator_rig_get(target(MENUS "/%s/content", ids[0], "")), 200);
    CHECK_STR(emulator_rig.call.content_type, "image/jpeg");
    CHECK_MEM(emulator_rig.body, jpeg, sizeof jpeg - 1);
    CHECK_EQ(upload(UNKNOWN, "image/png", png(2500, 1686)), 404);
    emulator_rig_close();
}

static void test_image_limit(void)
{
    static char picture[RICHMENU_IMAGE_MAX + 1];
    struct span header = png(2500, 1686);

    emulator_rig_open_and_start();
    create(0, false);
    memcpy(picture, header.ptr, header.len);
    CHECK_EQ(upload(ids[0], "image/png", span_of(picture, sizeof picture)), 400);
    CHECK_EQ(upload(ids[0], "image/png", span_of(picture, sizeof picture - 1)), 200);
    CHECK_EQ(emulator_rig_get(target(MENUS "/%s/content", ids[0], "")), 200);
    CHECK_EQ(bytes_len(&emulator_rig.call.answer), RICHMENU_IMAGE_MAX);
    emulator_rig_close();
}

/* --- who sees which --- */

static void check_refused(unsigned status, const char *message)
{
    char want[256];

    (void)snprintf(want, sizeof want, "{\"message\":\"%s\",\"details\":[]}", message);
    CHECK_STR(emulator_rig.body, want);
    CHECK_EQ(emulator_rig.call.status, status);
}

static const char *seen_by(const char *user)
{
    return richmenu_store_of_user(store(), span_text(user));
}

static void test_default(void)
{
    emulator_rig_open_and_start();
    create(0, false);
    create(1, true);
    CHECK_EQ(emulator_rig_get(DEFAULT), 404);
    check_refused(404, "no default richmenu");
    CHECK_EQ(emulator_rig_post(target(DEFAULT "/%s", ids[0], ""), NULL), 400);
    check_refused(400, "must upload richmenu image before applying it to user");
    CHECK_EQ(emulator_rig_post(target(DEFAULT "/%s", UNKNOWN, ""), NULL), 404);
    CHECK_STR(seen_by(EMULATOR_RIG_USER), "");
    CHECK_EQ(emulator_rig_post(target(DEFAULT "/%s", ids[1], ""), NULL), 200);
    CHECK_EQ(emulator_rig_get(DEFAULT), 200);
    CHECK_STR(emulator_rig_text("richMenuId"), ids[1]);
    CHECK_STR(seen_by(EMULATOR_RIG_USER), ids[1]);
    CHECK_EQ(emulator_rig_ask("DELETE", DEFAULT, NULL), 200);
    CHECK_EQ(emulator_rig_get(DEFAULT), 404);
    CHECK_EQ(emulator_rig_post(target(DEFAULT "/%s", ids[1], ""), NULL), 200);
    CHECK_EQ(emulator_rig_ask("DELETE", target(MENUS "/%s", ids[1], ""), NULL), 200);
    CHECK_EQ(emulator_rig_get(DEFAULT), 404);
    emulator_rig_close();
}

static void test_link(void)
{
    const char *mine = "/v2/bot/user/" EMULATOR_RIG_USER "/richmenu";

    emulator_rig_open_and_start();
    create(0, true);
    create(1, true);
    CHECK_EQ(emulator_rig_get(mine), 404);
    check_refused(404, "the user has no richmenu");
    CHECK_EQ(emulator_rig_post(target("%s/%s", mine, ids[0]), NULL), 200);
    CHECK_EQ(emulator_rig_post(target("%s/%s", mine, ids[1]), NULL), 200);
    CHECK_EQ(emulator_rig_get(mine), 200);
    CHECK_STR(emulator_rig_text("richMenuId"), ids[1]);
    CHECK_STR(seen_by(EMULATOR_RIG_USER), ids[1]);
    CHECK_EQ(emulator_rig_post(target(DEFAULT "/%s", ids[0], ""), NULL), 200);
    CHECK_EQ(emulator_rig_ask("DELETE", mine, NULL), 200);
    CHECK_EQ(emulator_rig_ask("DELETE", mine, NULL), 200);
    CHECK_EQ(emulator_rig_get(mine), 404);
    CHECK_STR(seen_by(EMULATOR_RIG_USER), ids[0]);
    CHECK_EQ(emulator_rig_post(target("%s/%s", mine, UNKNOWN), NULL), 404);
    CHECK_EQ(emulator_rig_get("/v2/bot/user/Uxyz/richmenu"), 400);
    emulator_rig_check_message(400, "The value for the 'userId' parameter is invalid");
    CHECK_EQ(emulator_rig_post(target("/v2/bot/user/%s/richmenu/%s", "Uxyz", ids[0]), NULL),
             400);
    emulator_rig_close();
}

static const char *bulk(const char *menu, const char *users)
{
    static char body[512];

    (void)snprintf(body, sizeof body, "{\"richMenuId\":\"%s\",\"userIds\":%s}", menu, users);
    return body;
}

static void test_bulk(void)
{
    const char *two = "[\"" EMULATOR_RIG_USER "\",\"" OTHER "\"]";

    emulator_rig_open_and_start();
    create(0, true);
    create(1, false);
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link", bulk(ids[0], two)), 202);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_STR(seen_by(OTHER), ids[0]);
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/unlink", bulk(ids[0], "[\"" OTHER "\"]")), 202);
    CHECK_STR(seen_by(OTHER), "");
    CHECK_STR(seen_by(EMULATOR_RIG_USER), ids[0]);

    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link", bulk("x", two)), 400);
    emulator_rig_check_detail("richMenuId", "invalid richMenuId");
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link", bulk(UNKNOWN, two)), 404);
    check_refused(404, "richmenu not found");
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link", bulk(ids[1], two)), 400);
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link",
                               bulk(ids[0], "[\"" OTHER "\",\"" EMULATOR_RIG_GROUP "\"]")),
             400);
    emulator_rig_check_message(
        400, "The property, 'userIds[1]', in the request body is invalid (line: -, column: -)");
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/unlink", bulk(ids[0], "[]")), 400);
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
    create(0, true);
    create(1, true);
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link", bulk(ids[0], "[\"" EMULATOR_RIG_USER "\"]")),
             202);
    CHECK_EQ(emulator_rig_post(MENUS "/bulk/link", bulk(ids[1], "[\"" OTHER "\"]")), 202);
    CHECK_EQ(
        batch(MENUS "/batch", link_operation(ids[0], ids[1]), link_operation(ids[1], ids[0])),
        202);
    CHECK_STR(seen_by(EMULATOR_RIG_USER), ids[1]);
    CHECK_STR(seen_by(OTHER), ids[0]);

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
    (void)snprintf(unlink, sizeof unlink, "{\"type\":\"unlink\",\"from\":\"%s\"}", ids[0]);
    CHECK_EQ(batch(MENUS "/batch", unlink, ""), 202);
    CHECK_STR(seen_by(OTHER), "");
    CHECK_EQ(batch(MENUS "/batch", "{\"type\":\"unlinkAll\"}", ""), 202);
    CHECK_STR(seen_by(EMULATOR_RIG_USER), "");
    CHECK_EQ(batch(MENUS "/batch", "{\"type\":\"unlinkAll\"}", ""), 429);
    emulator_rig_close();
}

static void test_batch_refuses(void)
{
    char want[256];

    emulator_rig_open_and_start();
    create(0, true);
    create(1, false);
    CHECK_EQ(batch(MENUS "/validate/batch", link_operation("x", ids[0]), ""), 400);
    emulator_rig_check_detail("operations[0].from", "invalid richMenuId");
    CHECK_EQ(batch(MENUS "/validate/batch", link_operation(ids[0], ids[1]), ""), 400);
    (void)snprintf(want, sizeof want, "'to' richmenu (%s) must have image but it doesn't",
                   ids[1]);
    emulator_rig_check_detail("operations[0].to", want);
    CHECK_EQ(batch(MENUS "/validate/batch", link_operation(ids[1], ids[0]),
                   link_operation(ids[1], ids[0])),
             400);
    (void)snprintf(want, sizeof want, "from richmenu (%s) is duplicated", ids[1]);
    emulator_rig_check_detail("operations[].from", want);
    CHECK_EQ(batch(MENUS "/validate/batch", link_operation(ids[1], ids[0]),
                   "{\"type\":\"unlinkAll\"}"),
             400);
    emulator_rig_check_detail("operations[].type",
                              "'unlinkAll' type can't be combined with other type");
    CHECK_EQ(batch(MENUS "/validate/batch", link_operation(ids[0], UNKNOWN), ""), 404);
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
    CHECK_EQ(batch(MENUS "/validate/batch", link_operation(ids[1], ids[0]), ""), 200);
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
    create(0, true);
    create(1, true);
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a-1", ids[0])), 200);
    CHECK_EQ(emulator_rig_get(MENUS "/alias/a-1"), 200);
    CHECK_STR(emulator_rig_text("richMenuId"), ids[0]);
    CHECK_EQ(emulator_rig_post(MENUS "/alias/a-1", alias("", ids[1])), 200);
    CHECK_EQ(emulator_rig_get(MENUS "/alias/list"), 200);
    CHECK_STR(emulator_rig_text("aliases[0].richMenuAliasId"), "a-1");
    CHECK_STR(emulator_rig_text("aliases[0].richMenuId"), ids[1]);
    CHECK(emulator_rig_knows("GET", MENUS "/alias/a-1", NULL));
    CHECK_EQ(emulator_rig_ask("DELETE", MENUS "/alias/a-1", NULL), 200);
    CHECK_EQ(emulator_rig_ask("DELETE", MENUS "/alias/a-1", NULL), 404);
    check_refused(404, "richmenu alias not found");
    CHECK_EQ(emulator_rig_get(MENUS "/alias/a-1"), 404);
    CHECK_EQ(emulator_rig_post(MENUS "/alias/a-1", alias("", ids[1])), 404);
    emulator_rig_close();
}

static void test_alias_refuses(void)
{
    emulator_rig_open_and_start();
    create(0, true);
    create(1, false);
    CHECK_EQ(
        emulator_rig_post(MENUS "/alias", alias("abcdefghijklmnopqrstuvwxyz012345", ids[0])),
        200);
    CHECK_EQ(
        emulator_rig_post(MENUS "/alias", alias("abcdefghijklmnopqrstuvwxyz0123456", ids[0])),
        400);
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("A", ids[0])), 400);
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("", ids[0])), 400);
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a", "menu")), 400);
    emulator_rig_check_detail("richMenuId", "invalid richMenuId");
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a", UNKNOWN)), 400);
    check_refused(400, "richmenu not found");
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a", ids[1])), 400);
    check_refused(400, "richmenu not found");
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a", ids[0])), 200);
    CHECK_EQ(emulator_rig_post(MENUS "/alias", alias("a", ids[0])), 400);
    check_refused(400, "conflict richmenu alias id");
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

/* Whatever fails, the answer is 500 and nothing is half done. */
static void test_memory(void)
{
    emulator_rig_open();
    emulator_rig.options.is_relaxed = true;
    emulator_rig_start();
    create(0, true);
    const char *bodies[] = {MENU, bulk(ids[0], "[\"" OTHER "\"]")};
    static const char *const targets[] = {MENUS, MENUS "/bulk/link"};
    for (size_t i = 0; i < 2; i++) {
        for (unsigned long n = 1;; n++) {
            /* a new user each time: a known one needs no memory */
            CHECK_EQ(emulator_rig_post(MENUS "/bulk/unlink", bulk("", "[\"" OTHER "\"]")), 202);
            char body[1024];
            (void)snprintf(body, sizeof body, "%s",
                           i == 0 ? bodies[0] : bulk(ids[0], "[\"" OTHER "\"]"));
            emulator_rig.text[0] = '\0';
            mem_fail_at(n);
            unsigned status = emulator_rig_post(targets[i], body);
            bool over = mem_sweep_is_over(n);
            CHECK(status == 500 || status == 200 || status == 202);
            CHECK(over ? status != 500 : true);
            if (over)
                break;
        }
    }
    emulator_rig_close();
}

CHECK_MAIN(TEST(test_pictures), TEST(test_picture_sizes), TEST(test_create_get_list_delete),
           TEST(test_create_refuses), TEST(test_a_thousand), TEST(test_image),
           TEST(test_image_limit), TEST(test_default), TEST(test_link), TEST(test_bulk),
           TEST(test_bulk_limit), TEST(test_batch_changes_places), TEST(test_batch_refuses),
           TEST(test_alias), TEST(test_alias_refuses), TEST(test_links_limit),
           TEST(test_aliases_limit), TEST(test_memory))
