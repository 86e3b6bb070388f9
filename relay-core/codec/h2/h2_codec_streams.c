#include "codec/h2/h2_codec_streams.h"

#include "base/mem.h"

/* The numbers of one side are all odd: neighbours get neighbouring buckets. */
static size_t bucket_of(int32_t id)
{
    return ((uint32_t)id >> 1) % H2_BUCKETS;
}

struct h2_stream *h2_codec_streams_new(struct h2_codec *c)
{
    struct h2_stream *s = mem_alloc(sizeof *s);

    if (!s)
        return NULL;
    s->codec = c;
    bytes_init(&s->body, c->options.send_max);
    return s;
}

void h2_codec_streams_add(struct h2_codec *c, struct h2_stream *s, int32_t id)
{
    struct h2_stream **bucket = &c->buckets[bucket_of(id)];

    s->id = id;
    s->next = *bucket;
    *bucket = s;
    c->streams++;
}

struct h2_stream *h2_codec_streams_find(const struct h2_codec *c, int32_t id)
{
    struct h2_stream *s = c->buckets[bucket_of(id)];

    while (s && s->id != id)
        s = s->next;
    return s;
}

struct h2_stream *h2_codec_streams_take(struct h2_codec *c, int32_t id)
{
    struct h2_stream **place = &c->buckets[bucket_of(id)];

    while (*place && (*place)->id != id)
        place = &(*place)->next;
    struct h2_stream *s = *place;
    if (s) {
        *place = s->next;
        c->streams--;
    }
    return s;
}

void h2_codec_streams_free(struct h2_stream *s)
{
    if (!s)
        return;
    list_remove(&s->aside);
    bytes_fini(&s->body);
    mem_free(s);
}

void h2_codec_streams_free_all(struct h2_codec *c)
{
    for (struct h2_stream *s = h2_codec_streams_first(c); s; s = h2_codec_streams_first(c))
        h2_codec_streams_free(h2_codec_streams_take(c, s->id));
}

static struct h2_stream *first_from(const struct h2_codec *c, size_t bucket)
{
    for (; bucket < H2_BUCKETS; bucket++)
        if (c->buckets[bucket])
            return c->buckets[bucket];
    return NULL;
}

struct h2_stream *h2_codec_streams_first(const struct h2_codec *c)
{
    return first_from(c, 0);
}

struct h2_stream *h2_codec_streams_next(const struct h2_codec *c, const struct h2_stream *s)
{
    return s->next ? s->next : first_from(c, bucket_of(s->id) + 1);
}
