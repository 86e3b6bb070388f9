/* The content of a message that a user sent: what was put there for it, or something made up
 * of its kind. */
#include "relay-client/lineapi/emulate/content/content_operations.h"
#include "relay-client/lineapi/emulate/content/content_store.h"
#include "relay-client/lineapi/emulate/content/made_up_film.h"
#include "relay-client/lineapi/emulate/content/made_up_picture.h"
#include "relay-client/lineapi/emulate/emulator_impl.h"

#define PREPARING_MS 1000u /* a film that is made up */

enum medium { MEDIUM_IMAGE, MEDIUM_VIDEO, MEDIUM_AUDIO, MEDIUM_FILE, MEDIUM_NONE };

struct found {
    enum medium medium;
    uint64_t ready_ms;
    const struct content *content; /* NULL: to be made up */
};

/* --- finding --- */

static const char *const names[] = {
    [MEDIUM_IMAGE] = "image",
    [MEDIUM_VIDEO] = "video",
    [MEDIUM_AUDIO] = "audio",
    [MEDIUM_FILE] = "file",
};

static enum medium medium_of_message(const struct given_event *event)
{
    enum medium medium = MEDIUM_IMAGE;

    while (medium != MEDIUM_NONE && strcmp(names[medium], event->message_type) != 0)
        medium++;
    return medium;
}

static enum medium medium_of_type(const char *type)
{
    struct span main = span_slice(span_text(type), 0, span_find(span_text(type), '/'));

    for (enum medium medium = MEDIUM_IMAGE; medium < MEDIUM_FILE; medium++)
        if (span_is_nocase(main, span_text(names[medium])))
            return medium;
    return MEDIUM_FILE;
}

/* False: refused. */
static bool find(struct emulated_call *c, struct found *out)
{
    const struct given_event *event =
        given_events_by_message(c->emulator->options.given, c->params[0]);

    *out = (struct found){.medium = MEDIUM_NONE};
    out->content = content_store_find(c->emulator->contents, c->params[0]);
    if (event && strcmp(event->type, "unsend") == 0) {
        emulated_call_refuse(c, 410, "The content is gone");
        return false;
    }
    if (out->content) {
        out->medium = medium_of_type(out->content->type);
        out->ready_ms = out->content->ready_ms;
    } else if (event) {
        out->medium = medium_of_message(event);
        if (out->medium == MEDIUM_VIDEO || out->medium == MEDIUM_AUDIO)
            out->ready_ms = event->bot_ms + PREPARING_MS;
    }
    if (out->medium == MEDIUM_NONE)
        emulated_call_refuse(c, 404, "not found");
    return out->medium != MEDIUM_NONE;
}

/* --- what is in it --- */

static enum err make_up(struct emulated_call *c, enum medium medium)
{
    switch (medium) {
    case MEDIUM_IMAGE:
        c->content_type = "image/png";
        return made_up_picture(c->params[0], &c->answer);
    case MEDIUM_VIDEO:
        c->content_type = "video/mp4";
        return made_up_film_video(c->params[0], &c->answer);
    case MEDIUM_AUDIO:
        c->content_type = "audio/x-m4a";
        return made_up_film_audio(&c->answer);
    case MEDIUM_FILE:
    case MEDIUM_NONE:
        break;
    }
    c->content_type = "application/octet-stream";
    return bytes_append_text(&c->answer, "Hookline has made up this file.\n");
}

static void answer(struct emulated_call *c, const struct content *content, enum medium medium)
{
    enum err rc;

    if (content) {
        c->content_type = content->type;
        rc = bytes_append_span(&c->answer, content->bytes);
    } else {
        rc = make_up(c, medium);
    }
    if (rc != OK)
        emulated_call_refuse(c, 500, "%s", err_text(rc));
}

void emulate_content(struct emulated_call *c)
{
    struct found found;

    if (!find(c, &found))
        return;
    if (c->now_ms < found.ready_ms) {
        c->status = 202;
        c->is_empty = true;
        return;
    }
    answer(c, found.content, found.medium);
}

/* Of a picture itself, of a film something made up. */
void emulate_content_preview(struct emulated_call *c)
{
    struct found found;

    if (!find(c, &found))
        return;
    if (found.medium == MEDIUM_IMAGE)
        answer(c, found.content, MEDIUM_IMAGE);
    else if (found.medium == MEDIUM_VIDEO)
        answer(c, NULL, MEDIUM_IMAGE);
    else
        emulated_call_refuse(c, 400, "The content can not be previewed");
}

void emulate_content_transcoding(struct emulated_call *c)
{
    struct found found;
    struct json_writer w;

    if (!find(c, &found))
        return;
    if (found.medium != MEDIUM_VIDEO && found.medium != MEDIUM_AUDIO) {
        emulated_call_refuse(c, 400, "Transcoding status doesn't support this type of content");
        return;
    }
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "status",
                            c->now_ms < found.ready_ms ? "processing" : "succeeded");
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}
