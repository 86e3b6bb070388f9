#ifndef CLIENT_LINEAPI_MEDIA_CHECK_H
#define CLIENT_LINEAPI_MEDIA_CHECK_H

#include "relay-client/lineapi/validate/field_check.h"
#include "relay-client/lineapi/validate/message_check.h"

/* Messages that are one thing: a sticker, a picture, a film, a sound, a place, a coupon. */

void media_check_sticker(const struct field_scope *message, const struct message_check *c);
void media_check_image(const struct field_scope *message, const struct message_check *c);
void media_check_video(const struct field_scope *message, const struct message_check *c);
void media_check_audio(const struct field_scope *message, const struct message_check *c);
void media_check_location(const struct field_scope *message, const struct message_check *c);
void media_check_coupon(const struct field_scope *message, const struct message_check *c);

#endif
