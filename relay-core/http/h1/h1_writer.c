#include "http/h1/h1_writer.h"

#define HEAD_TEXT_MAX ((size_t)128 * 1024)

void h1_writer_init(struct h1_writer *w, struct stream *stream)
{
    *w = (struct h1_writer){.stream = stream};
}

static enum err put(struct h1_writer *w, const void *data, size_t len)
{
    enum err e = stream_write(w->stream, data, len);

    if (!e)
        w->total += len;
    return e;
}

static uint64_t promised(const struct http_head *head)
{
    uint64_t length = 0;

    (void)http_parse_content_length(http_head_value(head, "content-length"), &length);
    return length;
}

enum err h1_writer_head(struct h1_writer *w, const struct http_head *head,
                        enum h1_framing framing, bool keep_alive)
{
    struct bytes text;

    bytes_init(&text, HEAD_TEXT_MAX);
    enum err e = h1_format_head(&text, head, framing, keep_alive);
    if (!e)
        e = put(w, bytes_peek(&text), bytes_len(&text));
    bytes_fini(&text);
    if (e)
        return e;
    w->framing = framing;
    w->drops_body = false;
    w->left = framing == H1_LENGTH ? promised(head) : 0;
    return OK;
}

/* Once the size is out there is no way back. */
static enum err put_chunk(struct h1_writer *w, const void *data, size_t len)
{
    char size[H1_CHUNK_HEAD_MAX];
    enum err e = put(w, size, h1_format_chunk_head(size, len));

    if (e)
        return e;
    e = put(w, data, len);
    if (!e)
        e = put(w, "\r\n", 2);
    w->broken = e != OK;
    return e;
}

enum err h1_writer_body(struct h1_writer *w, const void *data, size_t len)
{
    enum err e = OK;

    if (w->drops_body || len == 0)
        return OK;
    switch (w->framing) {
    case H1_NO_BODY:
        return ERR_PROTOCOL;
    case H1_LENGTH:
        if (len > w->left)
            return ERR_PROTOCOL;
        e = put(w, data, len);
        if (!e)
            w->left -= len;
        return e;
    case H1_CHUNKED:
        return put_chunk(w, data, len);
    case H1_CLOSE:
        break;
    }
    return put(w, data, len);
}

enum err h1_writer_end(struct h1_writer *w)
{
    if (w->drops_body)
        return OK;
    if (w->left > 0)
        return ERR_PROTOCOL;
    return w->framing == H1_CHUNKED ? put(w, H1_LAST_CHUNK, sizeof H1_LAST_CHUNK - 1) : OK;
}
