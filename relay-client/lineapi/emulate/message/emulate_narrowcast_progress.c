#include "relay-client/lineapi/emulate/message/message_operations.h"
#include "relay-client/lineapi/emulate/message/narrowcasts.h"

#include "base/text.h"
#include "relay-client/lineapi/emulate/emulator_impl.h"

static void write_time(struct json_writer *w, const char *name, uint64_t wall_ms)
{
    char time[40];

    json_writer_member_text(w, name, text_time(time, sizeof time, wall_ms));
}

static const char *phase_text(enum narrowcast_phase phase)
{
    switch (phase) {
    case NARROWCAST_WAITING:
        break;
    case NARROWCAST_SENDING:
        return "sending";
    case NARROWCAST_SUCCEEDED:
        return "succeeded";
    case NARROWCAST_FAILED:
        return "failed";
    }
    return "waiting";
}

static void write_counts(struct json_writer *w, uint64_t sent, uint64_t people)
{
    json_writer_member_u64(w, "successCount", sent);
    json_writer_member_u64(w, "failureCount", 0);
    json_writer_member_u64(w, "targetCount", people);
}

static void write_failure(struct json_writer *w, const struct narrowcast *n)
{
    json_writer_member_text(w, "failedDescription",
                            "Message delivery has been canceled, the remaining quota is not "
                            "enough for all recipients");
    json_writer_member_u64(w, "errorCode", n->fails);
}

static void write(struct json_writer *w, const struct narrowcast *n, uint64_t now_ms)
{
    enum narrowcast_phase phase = narrowcasts_phase(n, now_ms);

    json_writer_object(w);
    json_writer_member_text(w, "phase", phase_text(phase));
    switch (phase) {
    case NARROWCAST_WAITING:
        break;
    case NARROWCAST_SENDING:
        write_counts(w, 0, n->people);
        break;
    case NARROWCAST_SUCCEEDED:
        write_counts(w, n->people, n->people);
        write_time(w, "completedTime", n->accepted_ms + NARROWCASTS_DONE_MS);
        break;
    case NARROWCAST_FAILED:
        write_failure(w, n);
        write_time(w, "completedTime", n->accepted_ms + NARROWCASTS_SENDING_MS);
        break;
    }
    write_time(w, "acceptedTime", n->accepted_ms);
    json_writer_object_end(w);
}

void emulate_narrowcast_progress(struct emulated_call *c)
{
    const struct narrowcast *n;
    struct json_writer w;
    char id[40];

    if (!emulated_call_query(c, "requestId", id, sizeof id) || !*id) {
        emulated_call_refuse(c, 400, "The value for the 'requestId' parameter is invalid");
        return;
    }
    n = narrowcasts_find(c->emulator->narrowcasts, span_text(id));
    if (!n) {
        emulated_call_refuse(c, 404, "Not found");
        return;
    }
    json_writer_init(&w, &c->answer);
    write(&w, n, c->now_ms);
    emulated_call_written(c, &w);
}
