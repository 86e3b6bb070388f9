#include "relay-server/control/control_status.h"

#include "base/container.h"
#include "base/text.h"
#include "codec/json/json_writer.h"

#include <unistd.h>

static void write_time(struct json_writer *w, const char *name, uint64_t wall_ms)
{
    char text[32];

    json_writer_member_text(w, name, wall_ms ? text_time(text, sizeof text, wall_ms) : NULL);
}

static void write_counts(struct json_writer *w, const struct inbox_counts *counts,
                         uint64_t oldest_ms)
{
    json_writer_member_u64(w, "kept", counts->kept);
    json_writer_member_u64(w, "bytes", counts->bytes);
    write_time(w, "oldest", oldest_ms);
    json_writer_member_u64(w, "aside", counts->aside);
    json_writer_member_u64(w, "delivered", counts->delivered);
}

static void write_inbox(struct json_writer *w, const struct inbox *inbox)
{
    json_writer_key(w, "inbox");
    if (!inbox) {
        json_writer_null(w);
        return;
    }
    struct inbox_counts counts = inbox_counts_all(inbox);
    json_writer_object(w);
    write_counts(w, &counts, inbox_oldest_ms(inbox, NULL));
    json_writer_member_text(w, "problem", inbox_detail(inbox));
    json_writer_object_end(w);
}

static void write_tunnel(struct json_writer *w, const struct relay_state *relay,
                         const struct tunnel *t)
{
    struct inbox_counts counts = {0};
    uint64_t oldest_ms = 0;

    if (relay->inbox) {
        counts = inbox_counts_of(relay->inbox, t->name);
        oldest_ms = inbox_oldest_ms(relay->inbox, t->name);
    }
    json_writer_object(w);
    json_writer_member_text(w, "name", t->name);
    json_writer_member_bool(w, "linked", t->link != NULL);
    write_time(w, "since", t->since_ms);
    json_writer_member_text(w, "answer", link_answer_text(t->answer));
    json_writer_member_text(w, "offline", link_offline_text(t->offline));
    write_counts(w, &counts, oldest_ms);
    json_writer_object_end(w);
}

enum err control_status_format(struct bytes *out, struct relay_state *relay,
                               const struct control_overview *overview)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "version", HOOKLINE_VERSION);
    json_writer_member_u64(&w, "process", (uint64_t)getpid());
    json_writer_member_text(&w, "state", overview->state);
    json_writer_member_text(&w, "domain", relay->domain);
    json_writer_member_u64(&w, "uptime_ms", overview->uptime_ms);
    json_writer_member_u64(&w, "connections", overview->connections);
    json_writer_member_u64(&w, "links", links_len(&relay->links));
    write_inbox(&w, relay->inbox);
    json_writer_key(&w, "tunnels");
    json_writer_array(&w);
    for (struct list_node *n = list_first(&relay->tunnels.order); n;
         n = list_next(&relay->tunnels.order, n))
        write_tunnel(&w, relay, CONTAINER_OF(n, struct tunnel, in_order));
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}
