#ifndef CODEC_H2_CODEC_IMPL_H
#define CODEC_H2_CODEC_IMPL_H

/* What an h2_codec is made of.  Only for codec/h2_codec*.c:
 *   h2_codec.c          life, bytes in and out, and the calls of h2_codec.h
 *   h2_codec_session.c  nghttp2's session
 *   h2_codec_memory.c   its memory
 *   h2_codec_frames.c   odd frames
 *   h2_codec_streams.c  from a stream's number to its state
 *   h2_codec_receive.c  nghttp2's events -> ours
 *   h2_codec_head.c     fields -> struct http_head
 *   h2_codec_fields.c   struct http_head -> fields
 *   h2_codec_send.c     bodies -> DATA frames
 *   h2_codec_turns.c    whose body is next
 *   h2_codec_linger.c   requests that are not complete when they are answered */

#include "base/list.h"
#include "codec/h2/h2_codec.h"
#include "codec/h2/h2_codec_frames.h"
#include "codec/h2/h2_codec_memory.h"

#include <nghttp2/nghttp2.h>

#define H2_BUCKETS      32u /* a power of two */
#define H2_INTERIMS_MAX 8u
#define H2_STALL_MS     10000u

/* The peer's message on a stream, and ours. */
enum h2_in { H2_IN_HEAD, H2_IN_BODY, H2_IN_DONE };
enum h2_out {
    H2_OUT_HEAD,
    H2_OUT_BODY,
    H2_OUT_ENDING, /* send_end was called, END_STREAM is not yet in a frame */
    H2_OUT_DONE,
};

enum h2_reset {
    H2_RESET_NONE,
    H2_RESET_AT_END, /* by us, after our message, unless theirs ends: h2_codec_linger.h */
    H2_RESET_OURS,
    H2_RESET_THEIRS,
};

struct h2_stream {
    struct h2_stream *next; /* in its bucket */
    struct h2_codec *codec; /* back-pointer */
    void *user;             /* the owner's */
    struct bytes body;      /* ours, not yet in frames */
    uint64_t moved_ms;      /* when the body began to wait, or last moved */
    size_t due;             /* consumed, and not yet given back to the peer's window */
    int32_t id;
    enum h2_in in;
    enum h2_out out;
    enum h2_reset reset;
    enum err why;           /* of a reset of ours */
    size_t dropped;         /* of theirs, while we linger */
    uint64_t answered_ms;   /* when lingering began */
    unsigned interims;      /* of the server, whichever side that is */
    struct list_node aside; /* while others have their turn: h2_codec_turns.h */
    uint64_t sent;          /* of the body, in frames */
    uint32_t round;         /* in which it sent last */
    bool is_told;           /* the owner knows of it */
    bool is_deferred;       /* nghttp2 waits for more body */
};

struct h2_codec {
    nghttp2_session *session; /* owned */
    struct h2_codec_memory memory;
    const struct h2_events *events;
    void *owner;
    struct h2_options options;
    struct h2_codec_frames frames;
    struct h2_stream *buckets[H2_BUCKETS];
    uint32_t streams;
    struct h2_codec_head *head; /* owned; NULL when no head is under way */
    struct bytes *out;          /* borrowed, inside h2_codec_produce only */
    size_t until;
    struct list aside; /* streams: h2_codec_turns.h */
    uint32_t round;
    bool is_for_long; /* the pass */
    size_t due;       /* as in h2_stream, for the whole connection */
    enum err failed;  /* the connection is over */
    bool is_draining; /* one of both has said GOAWAY */
    bool has_goaway;  /* the peer has */
    bool has_left;    /* our last GOAWAY is in the output */
    char detail[160];
};

/* The connection is over: GOAWAY(code).  Returns what the callbacks of nghttp2
 * return to stop it. */
int h2_codec_fail(struct h2_codec *c, uint32_t code, const char *why);
/* The same without a word to the peer, when memory is out. */
int h2_codec_fail_memory(struct h2_codec *c);
/* One odd thing more; fails the connection when there were too many. */
int h2_codec_odd(struct h2_codec *c);

#endif
