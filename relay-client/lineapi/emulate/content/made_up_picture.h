#ifndef CLIENT_LINEAPI_MADE_UP_PICTURE_H
#define CLIENT_LINEAPI_MADE_UP_PICTURE_H

#include "base/bytes.h"

/* A small PNG (ISO/IEC 15948) of one colour, which is the same for the same message. */
MUST_CHECK enum err made_up_picture(struct span message_id, struct bytes *out);

#endif
