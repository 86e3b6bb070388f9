#include "relay-client/handler/echo/echo_post.h"

#include "codec/json/json_writer.h"
#include "relay-client/handler/echo/echo_reply.h"

#include <stdio.h>

#define BODY_MAX        ((size_t)128 * 1024)
#define MADE_UP_BOT     "1"
#define LINE_REPLY_PATH "/v2/bot/message/reply"

void echo_post_fini(struct echo_post *p)
{
    bytes_fini(&p->body);
}

/* --- LINE --- */

static enum err make_line(struct echo_post *out, const struct line_event *e,
                          struct span message)
{
    struct json_writer w;

    (void)snprintf(out->path, sizeof out->path, "%s", LINE_REPLY_PATH);
    json_writer_init(&w, &out->body);
    json_writer_object(&w);
    json_writer_member_text(&w, "replyToken", e->reply_token);
    json_writer_key(&w, "messages");
    json_writer_array(&w);
    json_writer_raw(&w, message);
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}

/* --- LINE WORKS --- */

/* A segment of a path (RFC 3986 §3.3), whatever the webhook says. */
static enum err append_segment(struct bytes *out, struct span text)
{
    enum err rc = bytes_append_text(out, "/");

    for (size_t i = 0; rc == OK && i < text.len; i++) {
        char c = text.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '_';
        rc = is_plain ? bytes_append(out, &c, 1)
                      : bytes_printf(out, "%%%02X", (unsigned)(uint8_t)c);
    }
    return rc;
}

static struct span bot_of(const struct echo_post_source *s)
{
    const char *own = settings_text(s->settings, "works-bot-id");

    if (s->bot_id.len > 0)
        return s->bot_id;
    if (own)
        return span_text(own);
    return s->account->is_made_up ? SPAN(MADE_UP_BOT) : (struct span){0};
}

static enum err make_path(struct echo_post *out, const struct echo_post_source *s,
                          struct span bot)
{
    bool is_channel = strcmp(s->event->source_type, "channel") == 0;
    struct bytes path;

    bytes_init(&path, sizeof out->path - 1);
    enum err rc = bytes_append_text(&path, "/v1.0/bots");
    if (rc == OK)
        rc = append_segment(&path, bot);
    if (rc == OK)
        rc = bytes_append_text(&path, is_channel ? "/channels" : "/users");
    if (rc == OK)
        rc = append_segment(&path, span_text(s->event->source_id));
    if (rc == OK)
        rc = bytes_append_text(&path, "/messages");
    if (rc == OK)
        (void)snprintf(out->path, sizeof out->path, "%.*s", (int)bytes_len(&path),
                       (const char *)bytes_peek(&path));
    bytes_fini(&path);
    return rc;
}

static enum err make_works(struct echo_post *out, const struct echo_post_source *s,
                           struct span message)
{
    struct span bot = bot_of(s);

    if (!*s->event->source_id)
        return ERR_NOT_FOUND;
    if (bot.len == 0)
        return ERR_CONFIG;
    enum err rc = make_path(out, s, bot);
    return rc == OK ? bytes_append_span(&out->body, message) : rc;
}

enum err echo_post_make(struct echo_post *out, const struct echo_post_source *s)
{
    bool is_webhook = s->kind == LINE_BODY_LINE || s->kind == LINE_BODY_WORKS;
    struct bytes message;

    bytes_init(&out->body, BODY_MAX);
    if (!is_webhook || echo_reply_why_silent(s->event, s->kind))
        return ERR_NOT_FOUND;
    bytes_init(&message, BODY_MAX);
    enum err rc = echo_reply_message(&message, s->event, s->kind);
    if (rc == OK && s->kind == LINE_BODY_LINE)
        rc = make_line(out, s->event, bytes_span(&message));
    else if (rc == OK)
        rc = make_works(out, s, bytes_span(&message));
    bytes_fini(&message);
    return rc;
}
