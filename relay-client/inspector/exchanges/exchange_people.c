#include "relay-client/inspector/exchanges/exchange_people.h"

#include "codec/json/json_scan.h"
#include "relay-client/journal/lookup/journal_calls.h"

#include <stdio.h>

void exchange_people_init(struct exchange_people *p, struct journal_reader *reader)
{
    *p = (struct exchange_people){.reader = reader};
}

struct taking {
    char *name;
    size_t size, len;
};

/* As many whole characters as there is room for. */
static void take(void *owner, const struct journal_person *person)
{
    struct taking *t = owner;
    struct span name = span_text(person->name);

    while (t->len < name.len) {
        size_t len = json_scan_utf8_len(name.ptr + t->len, name.len - t->len);

        len = len > 0 ? len : 1;
        if (len > t->size - t->len)
            break;
        memcpy(t->name + t->len, name.ptr + t->len, len);
        t->len += len;
    }
}

/* A failing disk says so elsewhere. */
struct span exchange_people_name(struct exchange_people *p, struct span id)
{
    if (id.len == 0 || id.len >= sizeof(p->list[0].id))
        return SPAN("");
    for (size_t i = 0; i < EXCHANGE_PEOPLE_MAX; i++)
        if (span_is(id, span_text(p->list[i].id)))
            return span_of(p->list[i].name, p->list[i].name_len);
    size_t at = p->next++ % EXCHANGE_PEOPLE_MAX;
    struct taking t = {.name = p->list[at].name, .size = sizeof(p->list[at].name)};
    enum err rc = journal_calls_person(p->reader, id, take, &t);

    p->list[at].name_len = rc ? 0 : t.len;
    (void)snprintf(p->list[at].id, sizeof(p->list[at].id), "%.*s", (int)id.len, id.ptr);
    return span_of(p->list[at].name, p->list[at].name_len);
}

struct span exchange_people_of_event(struct exchange_people *p, const struct line_event *event)
{
    return exchange_people_name(
        p, span_text(event->user_id[0] ? event->user_id : event->source_id));
}
