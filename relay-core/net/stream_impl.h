#ifndef NET_STREAM_IMPL_H
#define NET_STREAM_IMPL_H

/* For files that implement a stream; users include net/stream.h only. */

#include "base/container.h"
#include "net/stream.h"

enum stream_state { STREAM_OPENING, STREAM_OPEN, STREAM_CLOSING };

struct stream_ops {
    const char *name;
    size_t queue_max; /* write fails with ERR_LIMIT when queued would exceed this */
    enum err (*write)(struct stream *s, const void *data, size_t len);
    size_t (*queued)(const struct stream *s);
    void (*reading)(struct stream *s, bool on);
    void (*finish)(struct stream *s); /* called at most once */
    /* Begin teardown.  Later, and not inside this call: stream_emit_closed
     * followed by freeing the object. */
    void (*close)(struct stream *s, bool reset);
    void (*keep_short)(struct stream *s);            /* NULL: nothing waits below */
    const char *(*detail)(const struct stream *s);   /* NULL: "" */
    const char *(*peer)(const struct stream *s);     /* NULL: "" */
    const char *(*protocol)(const struct stream *s); /* NULL: "" */
};

struct stream {
    const struct stream_ops *ops;
    const struct stream_events *events;
    void *owner;
    enum stream_state state;
    bool paused;
    bool finished;
    bool ended;
};

/* The object that has `struct stream base` as a member. */
#define STREAM_OBJECT(s, type) CONTAINER_OF((uintptr_t)(s), type, base)

void stream_base_init(struct stream *s, const struct stream_ops *ops);
/* Each is the last thing its caller does, or the caller looks at `state`,
 * `paused` and `ended` again: the owner may have called anything.  Events that
 * are not allowed any more (see stream.h) are swallowed; on_data while paused is
 * a mistake of the stream. */
void stream_emit_open(struct stream *s);
void stream_emit_data(struct stream *s, const uint8_t *data, size_t len);
void stream_emit_drain(struct stream *s);
void stream_emit_end(struct stream *s, enum err why);
void stream_emit_closed(struct stream *s);

#endif
