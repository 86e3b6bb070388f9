#ifndef CLIENT_LINEAPI_MADE_UP_FILM_H
#define CLIENT_LINEAPI_MADE_UP_FILM_H

#include "base/bytes.h"

/* The smallest films: MP4 (ISO/IEC 14496-12) with one second of one colour in H.264, and with
 * half a second of silence in AAC. */

MUST_CHECK enum err made_up_film_video(struct span message_id, struct bytes *out);
MUST_CHECK enum err made_up_film_audio(struct bytes *out);

#endif
