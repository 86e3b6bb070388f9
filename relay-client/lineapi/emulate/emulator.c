#include "relay-client/lineapi/emulate/emulator.h"

#include "base/mem.h"
#include "relay-client/lineapi/emulate/content/content_store.h"
#include "relay-client/lineapi/emulate/emulated_steps.h"
#include "relay-client/lineapi/emulate/message/narrowcasts.h"
#include "relay-client/lineapi/emulate/message/retry_keys.h"
#include "relay-client/lineapi/emulate/message/sent_counts.h"
#include "relay-client/lineapi/emulate/people/people.h"
#include "relay-client/lineapi/emulate/people/people_names.h"
#include "relay-client/lineapi/emulate/people/people_store.h"

#include <stdio.h>

static enum err make_rooms(struct emulator *e)
{
    enum err rc = emulator_rooms_init(&e->rooms);

    if (rc == OK)
        rc = retry_keys_new(&e->retry_keys);
    if (rc == OK)
        rc = sent_counts_new(&e->sent);
    if (rc == OK)
        rc = narrowcasts_new(&e->narrowcasts);
    if (rc == OK)
        rc = people_store_new(&e->people);
    return rc == OK ? content_store_new(EMULATOR_CONTENTS_MAX, &e->contents) : rc;
}

enum err emulator_new(const struct emulator_options *options, struct emulator **out)
{
    struct emulator *e = mem_alloc(sizeof *e);

    if (!e)
        return ERR_NOMEM;
    e->options = *options;
    if (make_rooms(e) != OK) {
        emulator_free(e);
        return ERR_NOMEM;
    }
    *out = e;
    return OK;
}

void emulator_free(struct emulator *e)
{
    if (!e)
        return;
    emulator_rooms_fini(&e->rooms);
    retry_keys_free(e->retry_keys);
    sent_counts_free(e->sent);
    narrowcasts_free(e->narrowcasts);
    people_store_free(e->people);
    content_store_free(e->contents);
    mem_free(e);
}

const struct emulator_options *emulator_options_of(const struct emulator *e)
{
    return &e->options;
}

struct emulator_rooms *emulator_rooms_of(struct emulator *e)
{
    return &e->rooms;
}

void emulator_answer(struct emulator *e, struct emulated_call *c)
{
    c->emulator = e;
    if (!c->operation->emulate)
        emulated_call_refuse(c, 501,
                             "Hookline does not emulate this endpoint: %s (docs/line-api.md)",
                             c->operation->name);
    else if (emulated_steps_run(e, c))
        c->operation->emulate(c);
    emulated_steps_refused(e, c);
}

/* --- people and contents --- */

enum err emulator_put_content(struct emulator *e, const struct emulator_content *c)
{
    struct content content = {.ready_ms = c->ready_ms, .bytes = c->bytes};

    if (c->bytes.len > EMULATOR_CONTENT_MAX || c->message_id.len >= CONTENT_ID_SIZE ||
        c->type.len >= CONTENT_TYPE_SIZE)
        return ERR_LIMIT;
    (void)snprintf(content.message_id, sizeof content.message_id, "%.*s",
                   (int)c->message_id.len, c->message_id.ptr);
    (void)snprintf(content.type, sizeof content.type, "%.*s", (int)c->type.len, c->type.ptr);
    return content_store_put(e->contents, &content);
}

/* One byte more than is kept, so that it is cut at the border of a character. */
#define TEXT_SIZE (PEOPLE_TEXT_MAX + 2)

static void copy_text(char out[static TEXT_SIZE], struct span text)
{
    size_t len = text.len < TEXT_SIZE - 1 ? text.len : TEXT_SIZE - 1;

    if (len > 0)
        memcpy(out, text.ptr, len);
    out[len] = '\0';
}

enum err emulator_put_person(struct emulator *e, const struct emulator_person *p)
{
    const struct span texts[] = {p->name, p->language, p->picture_url, p->status_message};
    char copies[4][TEXT_SIZE];
    struct person person = {
        .name = copies[0],
        .language = copies[1],
        .picture_url = copies[2],
        .status_message = copies[3],
    };

    if (!people_is_id(p->id, "UCR"))
        return ERR_SYNTAX;
    memcpy(person.id, p->id.ptr, p->id.len);
    for (size_t i = 0; i < 4; i++)
        copy_text(copies[i], texts[i]);
    return people_store_put(e->people, &person);
}

void emulator_name(const struct emulator *e, struct span id, char *out, size_t size)
{
    const struct person *p = people_store_find(e->people, id);
    char made_up[PEOPLE_NAMES_SIZE];
    const char *name = made_up;

    people_names_make(id, made_up);
    if (p && *p->name)
        name = p->name;
    size_t len = strlen(name);
    if (len >= size)
        len = size > 0 ? size - 1 : 0;
    while (len > 0 && ((unsigned char)name[len] & 0xC0) == 0x80)
        len--;
    (void)snprintf(out, size, "%.*s", (int)len, name);
}
