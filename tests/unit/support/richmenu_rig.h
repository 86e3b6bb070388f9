/* Rich menus of an emulator of emulator_rig.h. */
#ifndef TESTS_UNIT_SUPPORT_RICHMENU_RIG_H
#define TESTS_UNIT_SUPPORT_RICHMENU_RIG_H

#include "relay-client/lineapi/emulate/emulator_rooms.h"
#include "unit/support/emulator_rig.h"

#define MENUS   "/v2/bot/richmenu"
#define DEFAULT "/v2/bot/user/all/richmenu"
#define OTHER   "U44444444444444444444444444444444"
#define UNKNOWN "richmenu-00000000000000000000000000000000"
#define MENU                                                                                   \
    "{\"size\":{\"width\":2500,\"height\":1686},\"selected\":false,\"name\":\"Menu\","         \
    "\"chatBarText\":\"Tap\",\"areas\":[{\"bounds\":{\"x\":0,\"y\":0,\"width\":2500,"          \
    "\"height\":1686},\"action\":{\"type\":\"message\",\"text\":\"hi\"}}]}"

extern char richmenu_rig_ids[4][64];

struct richmenu_store *richmenu_rig_store(void);
/* The format with each "%s" in turn replaced; until the next call. */
const char *richmenu_rig_target(const char *format, const char *a, const char *b);
/* The header of a PNG of this size; until the next call. */
struct span richmenu_rig_png(uint32_t width, uint32_t height);
unsigned richmenu_rig_upload(const char *id, const char *type, struct span picture);
/* The i-th of richmenu_rig_ids. */
void richmenu_rig_create(int i, bool with_image);
/* {"message": ..., "details": []} */
void richmenu_rig_check_refused(unsigned status, const char *message);
const char *richmenu_rig_seen_by(const char *user);
/* {"richMenuId": ..., "userIds": users}; until the next call. */
const char *richmenu_rig_bulk(const char *menu, const char *users);

#endif
