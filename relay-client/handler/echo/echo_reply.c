#include "relay-client/handler/echo/echo_reply.h"

#include "codec/json/json_writer.h"

#include <stdio.h>
#include <string.h>

/* The bytes of a well-formed UTF-8 text that make at most `max` UTF-16 code units. */
static size_t cut_utf16(struct span s, size_t max)
{
    size_t at = 0, units = 0;

    while (at < s.len) {
        uint8_t lead = (uint8_t)s.ptr[at];
        size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

        units += bytes == 4 ? 2 : 1;
        if (units > max || bytes > s.len - at)
            break;
        at += bytes;
    }
    return at;
}

/* What there is to repeat: the text of a text message, of anything else its kind too. */
static enum err say(struct bytes *out, const struct line_event *e)
{
    bool message = strcmp(e->type, "message") == 0;

    if (message && strcmp(e->message_type, "text") == 0)
        return bytes_append_text(out, e->text);
    return bytes_printf(out, "[%s]%s%s", message ? e->message_type : e->type,
                        *e->text ? " " : "", e->text);
}

const char *echo_reply_why_silent(const struct line_event *e, enum line_body_kind kind)
{
    bool is_text = strcmp(e->message_type, "text") == 0;

    if (kind == LINE_BODY_LINE && !*e->reply_token)
        return "the event has no reply token";
    if (kind == LINE_BODY_LINE && strcmp(e->mode, "standby") == 0)
        return "the bot is on standby";
    if (kind == LINE_BODY_WORKS &&
        (strcmp(e->type, "leave") == 0 || strcmp(e->type, "left") == 0))
        return "the bot or the user has left";
    return is_text && !*e->text ? "the message has no text" : NULL;
}

static void write_message(struct json_writer *w, struct span text)
{
    json_writer_object(w);
    json_writer_member_text(w, "type", "text");
    json_writer_member_string(w, "text",
                              span_slice(text, 0, cut_utf16(text, ECHO_REPLY_TEXT_MAX)));
    json_writer_object_end(w);
}

static enum err write_reply(struct json_writer *w, const struct line_event *e,
                            enum line_body_kind kind)
{
    struct bytes text;

    bytes_init(&text, strlen(e->type) + strlen(e->message_type) + strlen(e->text) + 8);
    enum err rc = say(&text, e);
    if (rc == OK && kind == LINE_BODY_WORKS) {
        json_writer_object(w);
        json_writer_key(w, "content");
        write_message(w, bytes_span(&text));
        json_writer_object_end(w);
    } else if (rc == OK) {
        write_message(w, bytes_span(&text));
    }
    bytes_fini(&text);
    return rc;
}

enum err echo_reply_message(struct bytes *out, const struct line_event *e,
                            enum line_body_kind kind)
{
    struct json_writer w;

    json_writer_init(&w, out);
    enum err rc = write_reply(&w, e, kind);
    enum err written = json_writer_end(&w);
    return rc == OK ? written : rc;
}

static enum err write_event(struct json_writer *w, const struct line_event *e,
                            enum line_body_kind kind)
{
    const char *silent = echo_reply_why_silent(e, kind);
    enum err rc = OK;

    json_writer_object(w);
    json_writer_member_text(w, "type", e->type);
    json_writer_key(w, "reply");
    if (silent) {
        json_writer_null(w);
        json_writer_member_text(w, "why", silent);
    } else {
        rc = write_reply(w, e, kind);
    }
    json_writer_object_end(w);
    return rc;
}

static enum err write_batch(struct bytes *out, const struct line_batch *batch)
{
    bool is_webhook = batch->kind == LINE_BODY_LINE || batch->kind == LINE_BODY_WORKS;
    struct json_writer w;
    enum err rc = OK;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "hookline", "echo");
    json_writer_key(&w, "events");
    json_writer_array(&w);
    for (size_t i = 0; i < batch->events_len && rc == OK; i++)
        rc = write_event(&w, &batch->events[i], batch->kind);
    json_writer_array_end(&w);
    if (batch->events_total > batch->events_len)
        json_writer_member_u64(&w, "more", batch->events_total - batch->events_len);
    if (!is_webhook)
        json_writer_member_text(&w, "problem", batch->problem);
    json_writer_object_end(&w);
    enum err written = json_writer_end(&w);
    return rc == OK ? written : rc;
}

enum err echo_reply_format(struct bytes *out, struct span body)
{
    struct line_batch batch;
    enum err rc = line_batch_parse(&batch, body);

    if (rc != OK)
        return rc;
    rc = write_batch(out, &batch);
    line_batch_fini(&batch);
    return rc;
}
