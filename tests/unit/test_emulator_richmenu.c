/* Rich menus of the emulated account, and their images. */
#include "relay-client/lineapi/emulate/richmenu/richmenu_picture.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/richmenu_rig.h"

/* A JPEG with an APP0 segment and a fill byte before its frame of 2500 x 1686. */
static const char jpeg[] = "\xff\xd8\xff\xe0\0\x04xx\xff\xff\xc2\0\x0b\x08\x06\x96\x09\xc4\x01"
                           "\x01\x11\0";

static void test_pictures(void)
{
    struct richmenu_picture p;
    struct span all = span_of(jpeg, sizeof jpeg - 1);

    CHECK(richmenu_picture_read(richmenu_rig_png(2500, 843), &p));
    CHECK(p.is_png && p.width == 2500 && p.height == 843);
    CHECK(richmenu_picture_read(all, &p));
    CHECK(!p.is_png && p.width == 2500 && p.height == 1686);
    /* Cut at every byte: never read beyond, the frame whole or not at all. */
    for (size_t i = 0; i < 33; i++)
        CHECK(!richmenu_picture_read(span_slice(richmenu_rig_png(800, 250), 0, i), &p));
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
    richmenu_rig_create(0, false);
    richmenu_rig_create(1, false);
    CHECK_EQ(emulator_rig_get(richmenu_rig_target(MENUS "/%s", richmenu_rig_ids[0], "")), 200);
    CHECK_STR(emulator_rig_text("richMenuId"), richmenu_rig_ids[0]);
    CHECK_STR(emulator_rig_text("size.height"), "1686");
    CHECK_STR(emulator_rig_text("selected"), "false");
    CHECK_STR(emulator_rig_text("areas[0].action.text"), "hi");
    CHECK_EQ(emulator_rig_get(MENUS "/list"), 200);
    CHECK_STR(emulator_rig_text("richmenus[1].richMenuId"), richmenu_rig_ids[1]);
    CHECK_EQ(emulator_rig_ask("DELETE",
                              richmenu_rig_target(MENUS "/%s", richmenu_rig_ids[0], ""), NULL),
             200);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_EQ(emulator_rig_ask("DELETE",
                              richmenu_rig_target(MENUS "/%s", richmenu_rig_ids[0], ""), NULL),
             404);
    emulator_rig_check_message(404, "Not found");
    CHECK_EQ(emulator_rig_get(richmenu_rig_target(MENUS "/%s", richmenu_rig_ids[0], "")), 404);
    CHECK(emulator_rig_knows("GET", richmenu_rig_target(MENUS "/%s", richmenu_rig_ids[0], ""),
                             NULL));
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
    (void)snprintf(richmenu_rig_ids[0], sizeof richmenu_rig_ids[0], "%s",
                   emulator_rig_text("richMenuId"));
    CHECK_EQ(emulator_rig_post(MENUS, MENU), 400);
    CHECK_EQ(emulator_rig_ask("DELETE",
                              richmenu_rig_target(MENUS "/%s", richmenu_rig_ids[0], ""), NULL),
             200);
    CHECK_EQ(emulator_rig_post(MENUS, MENU), 200);
    CHECK_EQ(emulator_rig_get(MENUS "/list"), 200);
    emulator_rig_close();
}

static void test_image(void)
{
    emulator_rig_open_and_start();
    richmenu_rig_create(0, false);
    CHECK_EQ(
        emulator_rig_get(richmenu_rig_target(MENUS "/%s/content", richmenu_rig_ids[0], "")),
        404);
    emulator_rig_check_message(404, "Not found");
    CHECK_EQ(
        richmenu_rig_upload(richmenu_rig_ids[0], "image/gif", richmenu_rig_png(2500, 1686)),
        415);
    emulator_rig_check_message(415, "The content type, image/gif, is not supported");
    CHECK_EQ(richmenu_rig_upload(richmenu_rig_ids[0], "image/png", richmenu_rig_png(799, 250)),
             400);
    emulator_rig_check_message(400, "The image size is not allowed for richmenu");
    CHECK_EQ(richmenu_rig_upload(richmenu_rig_ids[0], "image/png", SPAN("no picture")), 400);
    CHECK_EQ(richmenu_rig_upload(richmenu_rig_ids[0], "image/jpeg; x=y",
                                 span_of(jpeg, sizeof jpeg - 1)),
             200);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_EQ(
        richmenu_rig_upload(richmenu_rig_ids[0], "image/png", richmenu_rig_png(2500, 1686)),
        400);
    emulator_rig_check_message(400, "An image has already been uploaded to the richmenu");
    CHECK_EQ(
        emulator_rig_get(richmenu_rig_target(MENUS "/%s/content", richmenu_rig_ids[0], "")),
        200);
    CHECK_STR(emulator_rig.call.content_type, "image/jpeg");
    CHECK_MEM(emulator_rig.body, jpeg, sizeof jpeg - 1);
    CHECK_EQ(richmenu_rig_upload(UNKNOWN, "image/png", richmenu_rig_png(2500, 1686)), 404);
    emulator_rig_close();
}

static void test_image_limit(void)
{
    static char picture[RICHMENU_IMAGE_MAX + 1];
    struct span header = richmenu_rig_png(2500, 1686);

    emulator_rig_open_and_start();
    richmenu_rig_create(0, false);
    memcpy(picture, header.ptr, header.len);
    CHECK_EQ(
        richmenu_rig_upload(richmenu_rig_ids[0], "image/png", span_of(picture, sizeof picture)),
        400);
    CHECK_EQ(richmenu_rig_upload(richmenu_rig_ids[0], "image/png",
                                 span_of(picture, sizeof picture - 1)),
             200);
    CHECK_EQ(
        emulator_rig_get(richmenu_rig_target(MENUS "/%s/content", richmenu_rig_ids[0], "")),
        200);
    CHECK_EQ(bytes_len(&emulator_rig.call.answer), RICHMENU_IMAGE_MAX);
    emulator_rig_close();
}

/* Whatever fails, the answer is 500 and nothing is half done. */
static void test_memory(void)
{
    emulator_rig_open();
    emulator_rig.options.is_relaxed = true;
    emulator_rig_start();
    richmenu_rig_create(0, true);
    const char *bodies[] = {MENU, richmenu_rig_bulk(richmenu_rig_ids[0], "[\"" OTHER "\"]")};
    static const char *const targets[] = {MENUS, MENUS "/bulk/link"};
    for (size_t i = 0; i < 2; i++) {
        for (unsigned long n = 1;; n++) {
            /* a new user each time: a known one needs no memory */
            CHECK_EQ(emulator_rig_post(MENUS "/bulk/unlink",
                                       richmenu_rig_bulk("", "[\"" OTHER "\"]")),
                     202);
            char body[1024];
            (void)snprintf(body, sizeof body, "%s",
                           i == 0 ? bodies[0]
                                  : richmenu_rig_bulk(richmenu_rig_ids[0], "[\"" OTHER "\"]"));
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
           TEST(test_image_limit), TEST(test_memory))
