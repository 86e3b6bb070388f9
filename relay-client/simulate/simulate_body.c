#include "relay-client/simulate/simulate_body.h"

#include "codec/json/json_reprint.h"

#include <stdio.h>

/* Between one event and the next, as far as their own times go. */
#define STEP_MS 40u

size_t simulate_body_count(const struct simulate_plan *p)
{
    return p->is_each ? p->events_len : 1;
}

static void shuffle(struct random *random, size_t *list, size_t len)
{
    for (size_t i = len; i > 1; i--) {
        size_t other = (size_t)random_below(random, i);
        size_t last = list[i - 1];
        list[i - 1] = list[other];
        list[other] = last;
    }
}

void simulate_body_order(const struct simulate_plan *p, size_t out[static SIMULATE_EVENTS_MAX])
{
    size_t len = p->events_len;

    for (size_t i = 0; i < len; i++)
        out[i] = p->order == SIMULATE_REVERSED ? len - 1 - i : i;
    if (p->order == SIMULATE_SHUFFLED)
        shuffle(p->random, out, len);
}

/* They happened one after the other, as listed, whatever the order they are sent in. */
static enum err add_event(struct simulate_plan *p, size_t index, uint64_t now_ms,
                          struct bytes *out)
{
    const struct simulate_event *e = &p->events[index];
    uint64_t before_ms = p->delay_ms + (p->events_len - 1 - index) * STEP_MS;
    const struct event_dress dress = {
        .mint = p->mint,
        .now_ms = now_ms > before_ms ? now_ms - before_ms : 0,
        .user = e->user,
        .group = e->group,
        .room = e->room,
        .destination = p->destination,
        .is_standby = p->is_standby,
        .is_redelivery = p->is_redelivery,
        .has_extra = p->has_extra,
    };

    size_t before = bytes_len(out);
    enum err rc = event_dress_make(&dress, e->text, out, p->detail);

    if (rc == OK && p->on_event)
        p->on_event(p->owner, index, span_slice(bytes_span(out), before, bytes_len(out)));
    return rc;
}

static enum err begin(const struct simulate_plan *p, struct bytes *out)
{
    enum err rc = bytes_append_text(out, "{\"destination\":");

    if (rc == OK)
        rc = json_reprint_string(span_text(p->destination), JSON_ESCAPE_LEAST, out);
    return rc == OK ? bytes_append_text(out, ",\"events\":[") : rc;
}

enum err simulate_body_make(struct simulate_plan *p, size_t which, const size_t *order,
                            uint64_t now_ms, struct bytes *out)
{
    size_t from = p->is_each ? which : 0;
    size_t to = p->is_each ? which + 1 : p->events_len;
    enum err rc = begin(p, out);

    p->detail[0] = '\0';
    for (size_t i = from; rc == OK && i < to; i++) {
        if (i > from)
            rc = bytes_append_text(out, ",");
        if (rc == OK)
            rc = add_event(p, order[i], now_ms, out);
    }
    if (rc == OK)
        rc = bytes_append_text(out, "]}");
    if (rc != OK && !*p->detail)
        (void)snprintf(p->detail, sizeof p->detail, "%s",
                       rc == ERR_LIMIT ? "the webhook becomes longer than 1 MiB"
                                       : err_text(rc));
    return rc;
}
