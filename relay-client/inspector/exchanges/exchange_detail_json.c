#include "relay-client/inspector/exchanges/exchange_detail_json.h"

#include "relay-client/inspector/calls/call_json.h"
#include "relay-client/inspector/exchanges/exchange_event_json.h"
#include "relay-client/inspector/exchanges/exchange_finding_json.h"
#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_message_json.h"
#include "relay-client/inspector/exchanges/exchange_request.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/inspector/exchanges/exchange_timing_json.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/lookup/journal_related.h"
#include "relay-client/view/line_record.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>

#define REPLAYS_MAX 200u

/* ---- what was said ---- */

static enum err request_member(struct json_writer *w, const struct exchange_detail *d)
{
    char href[64];
    const struct exchange_message m = {
        .head = journal_exchange_request(d->exchange),
        .body = journal_exchange_request_body(d->exchange),
        .size = d->row->body_len,
        .is_truncated = d->row->body_truncated,
        .href = href,
    };

    (void)snprintf(href, sizeof(href), "/api/exchanges/%" PRIu64 "/request/body", d->row->id);
    json_writer_key(w, "request");
    return exchange_message_json(w, &m);
}

static enum err bot_response_member(struct json_writer *w, const struct exchange_detail *d)
{
    char href[64];
    const struct exchange_message m = {
        .head = journal_exchange_answer(d->exchange),
        .body = journal_exchange_answer_body(d->exchange),
        .is_truncated = d->row->answer_truncated,
        .href = href,
    };

    if (!m.head) {
        json_writer_member_null(w, "bot_response");
        return OK;
    }
    (void)snprintf(href, sizeof(href), "/api/exchanges/%" PRIu64 "/response/body", d->row->id);
    json_writer_key(w, "bot_response");
    return exchange_message_json(w, &m);
}

static void line_response_member(struct json_writer *w, const struct journal_row *row)
{
    json_writer_key(w, "line_response");
    if (row->status == 0) {
        json_writer_null(w);
        return;
    }
    json_writer_object(w);
    json_writer_member_u64(w, "status", row->status);
    json_writer_member_text(w, "by", exchange_row_json_answered_by(row));
    json_writer_member_bool(w, "same", row->by == JOURNAL_BY_BOT);
    json_writer_object_end(w);
}

/* ---- what is known of it ---- */

static void delivery_member(struct json_writer *w, const struct journal_row *row)
{
    json_writer_key(w, "delivery");
    json_writer_object(w);
    json_writer_member_string(w, "id", row->delivery);
    json_writer_member_u64(w, "attempts", row->attempts);
    json_writer_member_u64(w, "crashes", row->crashes);
    json_writer_object_end(w);
}

static const char *answer_mode_of(const struct journal_row *row)
{
    if (row->by != JOURNAL_BY_GUARD)
        return NULL;
    return (row->flags & JOURNAL_FLAG_NOW) != 0 ? "now" : "guard";
}

static void record_members(struct json_writer *w, const struct journal_row *row)
{
    char text[LINE_RECORD_SIZE];
    bool is_line = row->webhook && row->replay_of == 0 &&
                   (row->flags & (JOURNAL_FLAG_IMPORTED | JOURNAL_FLAG_SIMULATED)) == 0;

    exchange_json_member_string(w, "line_record",
                                is_line ? span_text(line_record_of(text, row)) : SPAN(""));
    exchange_json_member_string(w, "line_record_without",
                                is_line ? span_text(line_record_without(text, row)) : SPAN(""));
}

static void fact_members(struct json_writer *w, const struct journal_row *row)
{
    delivery_member(w, row);
    exchange_json_member_string(w, "handler", row->handler);
    line_response_member(w, row);
    exchange_json_member_string(w, "bot_error", row->error);
    exchange_timing_json_member(w, row);
    exchange_json_member_string(w, "secret_label", row->secret_label);
    exchange_json_member_string(w, "provider", row->provider);
    json_writer_member_text(w, "answer_mode", answer_mode_of(row));
    record_members(w, row);
    exchange_json_member_string(w, "client_ip", row->peer);
}

/* ---- what belongs to it ---- */

static bool take_replay(void *owner, const struct journal_row *row)
{
    exchange_row_json(owner, row);
    return true;
}

static enum err replays_member(struct json_writer *w, const struct exchange_detail *d)
{
    json_writer_key(w, "replays");
    json_writer_array(w);
    enum err rc = journal_related_replays(d->reader, d->row->id, REPLAYS_MAX, take_replay, w);
    json_writer_array_end(w);
    return rc;
}

static enum err calls_member(struct json_writer *w, const struct exchange_detail *d)
{
    return call_json_member(w, d->reader, d->row);
}

struct note {
    struct json_writer *w;
    bool was_there;
};

static void take_note(void *owner, struct span text)
{
    struct note *note = owner;

    json_writer_member_string(note->w, "note_text", text);
    note->was_there = true;
}

static enum err note_member(struct json_writer *w, const struct exchange_detail *d)
{
    struct note note = {.w = w};
    enum err rc = journal_related_note(d->reader, d->row->id, take_note, &note);

    if (!note.was_there)
        json_writer_member_text(w, "note_text", "");
    return rc;
}

/* ---- all ---- */

static enum err findings_members(struct json_writer *w, const struct exchange_detail *d)
{
    struct exchange_signature signature;
    enum err rc = exchange_signature_json_look(d, &signature);

    if (!rc) {
        exchange_finding_json_member(w, d, &signature);
        exchange_finding_json_fine(w, d);
        exchange_signature_json_tried(w, &signature);
    }
    exchange_signature_json_fini(&signature);
    return rc;
}

static enum err write_detail(struct json_writer *w, const struct exchange_detail *d)
{
    static enum err (*const parts[])(struct json_writer * w,
                                     const struct exchange_detail *d) = {
        request_member,   bot_response_member, exchange_event_json_member,
        findings_members, calls_member,        replays_member,
        note_member,
    };
    enum err rc = OK;

    json_writer_object(w);
    exchange_row_json_members(w, d->row);
    fact_members(w, d->row);
    for (size_t i = 0; !rc && i < sizeof(parts) / sizeof(parts[0]); i++)
        rc = parts[i](w, d);
    json_writer_object_end(w);
    return rc;
}

enum err exchange_detail_json(struct json_writer *w, const struct inspector_facts *facts,
                              struct journal_reader *reader, uint64_t id)
{
    struct journal_exchange *exchange = NULL;
    enum err rc = exchange_request_exchange(reader, id, &exchange);

    if (rc)
        return rc;
    const struct exchange_detail d = {.facts = facts,
                                      .reader = reader,
                                      .exchange = exchange,
                                      .row = journal_exchange_row(exchange),
                                      .now_ms = clock_wall_ms(facts->clock)};
    rc = write_detail(w, &d);
    journal_exchange_free(exchange);
    return rc;
}
