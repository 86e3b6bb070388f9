#include "relay-client/line/line_note.h"

#include "cli/private_file.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"

#include <stdio.h>
#include <unistd.h>

#define NOTE_MAX ((size_t)32 * 1024)

/* A few milliseconds of the loop, once in a run: what follows must not go on without it. */
enum err line_note_write(const char *path, const struct line_note *note,
                         char detail[static 256])
{
    struct json_writer w;
    struct bytes json;

    bytes_init(&json, NOTE_MAX);
    json_writer_init(&w, &json);
    json_writer_object(&w);
    json_writer_member_text(&w, "before", note->before);
    json_writer_member_text(&w, "ours", note->ours);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    if (rc == OK)
        rc = private_file_write(path, bytes_peek(&json), bytes_len(&json), detail);
    else
        (void)snprintf(detail, 256, "%s", err_text(rc));
    bytes_fini(&json);
    return rc;
}

static bool copy(char *out, size_t size, const struct json_value *root, const char *name)
{
    const char *text = json_string(json_member(root, name));

    return text && snprintf(out, size, "%s", text) < (int)size;
}

bool line_note_read(const char *path, struct line_note *out)
{
    char detail[PRIVATE_FILE_DETAIL_SIZE];
    struct json_doc doc = {0};
    struct bytes json;

    bytes_init(&json, NOTE_MAX);
    bool is_good = private_file_read(path, &json, detail) == OK &&
                   json_parse(&doc, bytes_span(&json), NOTE_MAX) == OK &&
                   copy(out->before, sizeof out->before, json_root(&doc), "before") &&
                   copy(out->ours, sizeof out->ours, json_root(&doc), "ours");
    json_fini(&doc);
    bytes_fini(&json);
    return is_good;
}

void line_note_remove(const char *path)
{
    (void)unlink(path); /* one that stays says nothing wrong: the address is no longer ours */
}
