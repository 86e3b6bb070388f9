/* 1. the body says what is to be marked
 * 2. the journal does it
 * 3. the reader reads the row as it is now, which is the answer */
#include "relay-client/inspector/edit/edit_marks.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/inspector/edit/edit_request.h"
#include "relay-client/inspector/exchanges/exchange_request.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/journal/journal_edit.h"

#include <string.h>

#define NOTE_MAX 4000u /* characters */

struct marking {
    struct inspector_request *request;
    struct json_doc doc; /* the note is in it */
    struct journal_remark remark;
};

/* --- step 3, on the reader's thread --- */

static enum err read_row(struct inspector_reading *r)
{
    struct journal_exchange *x = NULL;
    struct json_writer w;
    uint64_t id = 0;

    if (!exchange_request_number(r, "id", true, &id))
        return ERR_SYNTAX;
    enum err rc = exchange_request_exchange(r->reader, id, &x);
    if (rc)
        return rc;
    exchange_request_begin(r, &w);
    exchange_row_json(&w, journal_exchange_row(x));
    rc = exchange_request_end(&w, OK);
    journal_exchange_free(x);
    return rc;
}

/* --- step 2 --- */

static void on_marked(struct journal_remark *remark, enum err rc)
{
    struct marking *m = CONTAINER_OF(remark, struct marking, remark);
    struct inspector_request *r = m->request;
    const struct inspector_options *o = inspector_options_of(inspector_request_owner(r));

    json_fini(&m->doc);
    mem_free(m);
    if (rc == OK)
        inspector_request_read(r, read_row);
    else
        edit_request_fail(r, rc, rc == ERR_NOT_FOUND ? NULL : journal_detail(o->journal));
}

/* --- step 1 --- */

static size_t count_chars(const char *utf8)
{
    size_t n = 0;

    for (; *utf8; utf8++)
        n += ((unsigned char)*utf8 & 0xC0) != 0x80;
    return n;
}

static const char *read_marks(struct marking *m)
{
    const struct json_value *pinned = json_member(json_root(&m->doc), "pinned");
    const struct json_value *note = json_member(json_root(&m->doc), "note");

    m->remark.sets_pinned = json_bool(pinned, &m->remark.pinned);
    m->remark.note = json_string(note);
    if ((pinned && !m->remark.sets_pinned) || (note && !m->remark.note))
        return "pinned must be true or false, and note a text.";
    if (m->remark.note && count_chars(m->remark.note) > NOTE_MAX)
        return "A note may have at most 4000 characters.";
    return NULL;
}

static void start(struct marking *m)
{
    struct inspector_request *r = m->request;
    const struct inspector_options *o = inspector_options_of(inspector_request_owner(r));
    const char *wrong = read_marks(m);
    enum err rc = wrong ? ERR_SYNTAX : journal_edit_remark(o->journal, &m->remark);

    if (rc == OK)
        return;
    json_fini(&m->doc);
    mem_free(m);
    if (wrong)
        edit_request_refuse(r, wrong);
    else
        edit_request_fail(r, rc, NULL);
}

void edit_marks_act(struct inspector_request *r)
{
    struct marking *m = mem_alloc(sizeof *m);
    uint64_t id;

    if (!m) {
        edit_request_fail(r, ERR_NOMEM, NULL);
        return;
    }
    m->request = r;
    m->remark.done = on_marked;
    if (!edit_request_number(inspector_param(inspector_request_params(r), "id"), &id)) {
        mem_free(m);
        edit_request_refuse(r, "The id must be a number.");
    } else if (!edit_request_parse(r, &m->doc)) {
        mem_free(m);
    } else {
        m->remark.exchange = id;
        start(m);
    }
}
