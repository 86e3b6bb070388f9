#ifndef CODEC_H2_CODEC_FRAMES_H
#define CODEC_H2_CODEC_FRAMES_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the headers of the frames that go by and counts the odd ones: those that
 * are legal one by one, and only in great numbers an attack (CVE-2019-9511 to
 * 9518, 2023-44487, 2024-28182, 2025-8671).  What the library below knows of such
 * floods differs from version to version; this does not.  Embedded. */

#define H2_ODD_MAX           1000u  /* odd frames ... */
#define H2_ODD_WINDOW_MS     30000u /* ... in this time */
#define H2_CONTINUATIONS_MAX 8u     /* per header block */

struct h2_codec_frames {
    uint8_t header[9];
    size_t header_len;
    size_t preface_left;    /* of the client's first 24 bytes */
    size_t payload_left;    /* of the frame under way */
    unsigned continuations; /* of the header block under way */
    unsigned pings;         /* that we sent and are not answered */
    unsigned odd;
    unsigned credit;    /* window updates that what we sent accounts for */
    unsigned resets;    /* resets that what we answered accounts for */
    uint64_t window_ms; /* when counting began */
    uint64_t now_ms;
    bool has_settings; /* the peer's preface is complete */
    const char *complaint;
};

void h2_codec_frames_init(struct h2_codec_frames *f, bool is_server);
/* Any cut of the input.  ERR_PROTOCOL: too much, `complaint` says of what. */
MUST_CHECK enum err h2_codec_frames_watch(struct h2_codec_frames *f, const uint8_t *data,
                                          size_t len);
/* Something odd that no frame header shows; false: one too many. */
bool h2_codec_frames_odd(struct h2_codec_frames *f);
/* A stream began, or a DATA frame of `len` bytes was sent: the peer may answer with
 * this many more window updates. */
void h2_codec_frames_sent(struct h2_codec_frames *f, size_t len);
/* A stream got its first interim answer: if that is all the peer wants to know, a reset is
 * its way to say so, and no flood: it waited for us. */
void h2_codec_frames_interim(struct h2_codec_frames *f);

#endif
