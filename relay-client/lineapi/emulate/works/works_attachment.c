#include "base/hex.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/emulate/works/works_calls.h"
#include "relay-client/lineapi/emulate/works/works_gate.h"

#include <stdio.h>

static void done(struct emulated_call *c, enum err rc)
{
    if (rc != OK)
        works_gate_refuse(c, 500, "INTERNAL_SERVER_ERROR", "%s", err_text(rc));
}

/* The upload comes back to this port. */
void works_attachment_create(struct emulated_call *c)
{
    uint8_t random[16];
    char id[WORKS_FILE_ID_SIZE], url[512];
    struct json_writer w;

    if (!works_gate_pass(c))
        return;
    const char *name = json_string(json_member(c->root, "fileName"));
    if (!name || !*name) {
        works_gate_refuse(c, 400, "MISSING_PARAMETER", "fileName is missing.");
        return;
    }
    random_fill(emulator_options_of(c->emulator)->random, random, sizeof random);
    hex_format(id, random, sizeof random);
    works_store_add_file(works_gate_store(c), id);
    (void)snprintf(url, sizeof url, "http://%.*s/works/attachments/%s",
                   (int)c->head->authority.len, c->head->authority.ptr, id);
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "fileId", id);
    json_writer_member_text(&w, "uploadUrl", url);
    json_writer_object_end(&w);
    done(c, json_writer_end(&w));
}

void works_attachment_upload(struct emulated_call *c)
{
    struct json_writer w;

    if (!works_store_has_file(works_gate_store(c), c->params[0])) {
        works_gate_refuse(c, 404, "NOT_FOUND", "The file does not exist.");
        return;
    }
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_string(&w, "fileId", c->params[0]);
    json_writer_object_end(&w);
    done(c, json_writer_end(&w));
}
