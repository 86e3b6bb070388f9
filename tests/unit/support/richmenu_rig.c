#include "unit/support/richmenu_rig.h"

#include "unit/check.h"

char richmenu_rig_ids[4][64];

struct richmenu_store *richmenu_rig_store(void)
{
    return emulator_rooms_of(emulator_rig.emulator)->richmenus;
}

/* Each "%s" in turn. */
const char *richmenu_rig_target(const char *format, const char *a, const char *b)
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

/* The header of a PNG of this size. */
struct span richmenu_rig_png(uint32_t width, uint32_t height)
{
    static char bytes[33];

    memcpy(bytes, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    for (int i = 0; i < 4; i++) {
        bytes[16 + i] = (char)(width >> (24 - 8 * i));
        bytes[20 + i] = (char)(height >> (24 - 8 * i));
    }
    return span_of(bytes, sizeof bytes);
}

unsigned richmenu_rig_upload(const char *id, const char *type, struct span picture)
{
    emulator_rig.content_type = type;
    unsigned status = emulator_rig_ask_span(
        "POST", richmenu_rig_target(MENUS "/%s/content", id, ""), picture);
    emulator_rig.content_type = NULL;
    return status;
}

void richmenu_rig_create(int i, bool with_image)
{
    CHECK_EQ(emulator_rig_post(MENUS, MENU), 200);
    (void)snprintf(richmenu_rig_ids[i], sizeof richmenu_rig_ids[i], "%s",
                   emulator_rig_text("richMenuId"));
    CHECK(strncmp(richmenu_rig_ids[i], "richmenu-", 9) == 0 &&
          strlen(richmenu_rig_ids[i]) == 41);
    if (with_image)
        CHECK_EQ(
            richmenu_rig_upload(richmenu_rig_ids[i], "image/png", richmenu_rig_png(2500, 1686)),
            200);
}

void richmenu_rig_check_refused(unsigned status, const char *message)
{
    char want[256];

    (void)snprintf(want, sizeof want, "{\"message\":\"%s\",\"details\":[]}", message);
    CHECK_STR(emulator_rig.body, want);
    CHECK_EQ(emulator_rig.call.status, status);
}

const char *richmenu_rig_seen_by(const char *user)
{
    return richmenu_store_of_user(richmenu_rig_store(), span_text(user));
}

const char *richmenu_rig_bulk(const char *menu, const char *users)
{
    static char body[512];

    (void)snprintf(body, sizeof body, "{\"richMenuId\":\"%s\",\"userIds\":%s}", menu, users);
    return body;
}
