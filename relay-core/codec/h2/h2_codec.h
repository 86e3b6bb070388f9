#ifndef CODEC_H2_CODEC_H
#define CODEC_H2_CODEC_H

#include "base/bytes.h"
#include "codec/http/http_head.h"

/* One HTTP/2 connection (RFC 9113) without I/O: bytes in, events and bytes out.
 * nghttp2 does frames, HPACK and flow control; this adds heads as a whole, the
 * bodies waiting to be sent, and limits on what an unfriendly peer may cost.
 *
 * Life:   h2_codec_new -> feed / produce ... -> h2_codec_free.  After feed failed:
 *         produce what is left (a GOAWAY), then free.
 * Events: come from inside h2_codec_feed and h2_codec_produce only; calls made in
 *         an event are safe, h2_codec_free excepted.  Per stream: on_head (interim
 *         ones first), on_body, on_complete, and last on_stream_closed, always.
 * Heads:  a request's Host is its authority, several Cookie fields become one, and
 *         trailers are dropped.  In a head to send, Host and the fields that belong
 *         to an HTTP/1 connection are left out.
 * Limits: HTTP_FIELDS_MAX, HTTP_HEAD_MAX, HTTP_TARGET_MAX per head (a server answers
 *         400, 405, 414 or 431 by itself, a client resets); 8 interim heads per
 *         stream; 8 CONTINUATION frames per head; per connection at most 1000 odd
 *         frames (pings, settings, empty data, resets, resets that the peer made
 *         us send, window updates beyond what we sent, unknown ones) per 30 s,
 *         else ERR_PROTOCOL with GOAWAY(ENHANCE_YOUR_CALM); a peer that keeps its
 *         window shut for 10 s while body waits: that stream is reset.
 * Memory: streams_max * (send_max + 1 KiB); nghttp2's session about 24 KiB when idle,
 *         and by a hard limit never more than 256 KiB + 48 KiB per stream (heads
 *         that wait to be sent); while a head comes in, 64 KiB. */
struct h2_codec;

enum h2_role { H2_SERVER, H2_CLIENT };

#define H2_TAKEOVER 0x8u /* the code of CANCEL (RFC 9113 §7) in a GOAWAY */

struct h2_options {
    enum h2_role role;
    uint32_t streams_max;   /* that the peer may have open (server), that we open (client) */
    uint32_t stream_window; /* bytes a peer may send on a stream before we take some */
    uint32_t connection_window;
    size_t send_max; /* bytes of body that may wait per stream; more is ERR_LIMIT */
    /* Bodies of all streams leave side by side, and the first 64 KiB of each before any
     * that is longer.  Else as RFC 9218 says: for a server, as the client wishes. */
    bool takes_turns;
};

struct h2_events {
    /* A request (server) or a response (client).  `user` is NULL for a new
     * stream of a server: set it here with h2_codec_set_user. */
    void (*on_head)(void *owner, int32_t stream, void *user, const struct http_head *head,
                    bool end);
    /* Flow control: the window opens again only by h2_codec_consumed. */
    void (*on_body)(void *owner, int32_t stream, void *user, const uint8_t *data, size_t len);
    void (*on_complete)(void *owner, int32_t stream, void *user);
    /* The waiting body of this stream went down to nothing. */
    void (*on_drain)(void *owner, int32_t stream, void *user);
    /* OK after both messages are complete, or theirs is and they need no more of
     * ours.  Else why it broke: what h2_codec_reset said; ERR_BUSY: the peer has
     * not begun with it, so it may be sent again; ERR_CANCELLED, ERR_LIMIT,
     * ERR_IO (an error inside the peer), ERR_PROTOCOL. */
    void (*on_stream_closed)(void *owner, int32_t stream, void *user, enum err why);
    void (*on_ping_ack)(void *owner, uint64_t opaque);
    /* The peer takes no more streams (client: do not open new ones). */
    void (*on_goaway)(void *owner, uint32_t code);
};

MUST_CHECK enum err h2_codec_new(const struct h2_options *options,
                                 const struct h2_events *events, void *owner,
                                 struct h2_codec **out);
void h2_codec_free(struct h2_codec *c);

/* ERR_PROTOCOL, ERR_NOMEM: the connection is over. */
MUST_CHECK enum err h2_codec_feed(struct h2_codec *c, const uint8_t *data, size_t len);
/* Appends the bytes that are ready to send, until `out` holds `until` or more; `out`
 * must be able to hold 20 KiB beyond that.  ERR_PROTOCOL: the peer broke a rule in
 * what was fed before; the bytes end with our GOAWAY, send them and close. */
MUST_CHECK enum err h2_codec_produce(struct h2_codec *c, struct bytes *out, size_t until);
/* False: nothing to send and nothing to receive any more, close the connection. */
bool h2_codec_is_alive(const struct h2_codec *c);
/* The peer's preface and SETTINGS have come. */
bool h2_codec_has_settings(const struct h2_codec *c);
/* Time for the limits above; call when feeding. */
void h2_codec_set_now(struct h2_codec *c, uint64_t now_ms);
/* Looks for stalled streams; call about once a second while streams are open. */
void h2_codec_tick(struct h2_codec *c);

/* Client: ERR_BUSY when the peer's limit or ours is reached, ERR_CLOSED after GOAWAY
 * from either side, ERR_SYNTAX, ERR_URI_TOO_LONG, ERR_HEADERS_TOO_LARGE. */
MUST_CHECK enum err h2_codec_request(struct h2_codec *c, const struct http_head *head, bool end,
                                     void *user, int32_t *stream);
/* Server: interim (status < 200) or final head.  ERR_CLOSED: the stream is gone, or
 * its final head was sent. */
MUST_CHECK enum err h2_codec_respond(struct h2_codec *c, int32_t stream,
                                     const struct http_head *head, bool end);
/* Copies; all or nothing. */
MUST_CHECK enum err h2_codec_send_body(struct h2_codec *c, int32_t stream, const void *data,
                                       size_t len);
MUST_CHECK enum err h2_codec_send_end(struct h2_codec *c, int32_t stream);
/* Body bytes of the stream not yet in frames. */
size_t h2_codec_queued(const struct h2_codec *c, int32_t stream);
/* The owner has done with `len` bytes of the stream's body: reopen the window.  Due
 * after the stream was closed too: the connection's window is still held. */
void h2_codec_consumed(struct h2_codec *c, int32_t stream, size_t len);
/* RST_STREAM: ERR_CANCELLED -> CANCEL, ERR_PROTOCOL, ERR_BUSY -> REFUSED_STREAM, else
 * INTERNAL_ERROR.  OK (server; our message is out, or soon will be): we need no more of
 * theirs; its end is awaited for 1 s and 64 KiB (they come as on_body), then NO_ERROR.
 * on_stream_closed follows, from h2_codec_produce. */
void h2_codec_reset(struct h2_codec *c, int32_t stream, enum err why);
void h2_codec_set_user(struct h2_codec *c, int32_t stream, void *user);

MUST_CHECK enum err h2_codec_ping(struct h2_codec *c, uint64_t opaque);
/* First step of a graceful end: GOAWAY with the highest id.  A server refuses nothing
 * yet; a client, who alone opens streams, opens none from now on. */
MUST_CHECK enum err h2_codec_announce_shutdown(struct h2_codec *c);
/* Client: the only step, GOAWAY(H2_TAKEOVER).  It opens no stream from now on, those under
 * way finish, and the peer is not to come back. */
MUST_CHECK enum err h2_codec_announce_takeover(struct h2_codec *c);
/* Second step: no new streams; those under way finish. */
MUST_CHECK enum err h2_codec_refuse_streams(struct h2_codec *c);
uint32_t h2_codec_open_streams(const struct h2_codec *c);
/* What was wrong, for a log line. */
const char *h2_codec_detail(const struct h2_codec *c);

#endif
