#include "relay-client/inspector/status/status_count.h"

#include "base/container.h"
#include "relay-client/journal/query/journal_query.h"

#include <stdio.h>
#include <sys/stat.h>

#define LOOK_BACK 30u /* exchanges */

static const struct {
    const char *name;   /* in the API */
    const char *filter; /* the same words in the page's filter */
} tallies[STATUS_TALLIES] = {
    [STATUS_ALL] = {"all", ""},
    [STATUS_PENDING] = {"pending", "is:pending"},
    [STATUS_ASIDE] = {"aside", "finding:set_aside"},
    [STATUS_LATE] = {"late", "is:late"},
    [STATUS_PROBLEM] = {"problem", "is:problem"},
    [STATUS_REPLAY] = {"replay", "is:replay"},
    [STATUS_PINNED] = {"pinned", "is:pinned"},
};

/* --- counting --- */

static enum err count(struct journal_reader *r, const char *filter, uint64_t now_ms,
                      uint64_t *out)
{
    struct journal_query_error error;
    struct journal_query *query;
    enum err rc = journal_query_parse(span_text(filter), now_ms, &query, &error);

    if (rc != OK)
        return rc;
    rc = journal_query_count(r, query, out);
    journal_query_free(query);
    return rc;
}

static uint64_t size_of(const char *path, const char *suffix)
{
    char name[1100];
    struct stat st;

    snprintf(name, sizeof name, "%s%s", path, suffix);
    return stat(name, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static bool take_oldest(void *owner, const struct journal_row *row)
{
    struct status_count *c = owner;

    c->oldest_at_ms = row->received_ms;
    return false;
}

static enum err read_oldest(struct journal_reader *r, struct status_count *c)
{
    const struct journal_filter oldest = {.limit = 1, .oldest_first = true};

    return journal_reader_list(r, &oldest, take_oldest, c);
}

/* --- the bot --- */

static enum status_handler_state state_of(const struct journal_row *row)
{
    if (row->bot_status >= 200 && row->bot_status < 300)
        return STATUS_HANDLER_OK;
    if (row->bot_status > 0)
        return STATUS_HANDLER_ERROR;
    if (row->is_unreachable)
        return STATUS_HANDLER_UNREACHABLE;
    return row->attempts > 0 && row->error.len > 0 ? STATUS_HANDLER_ERROR
                                                   : STATUS_HANDLER_UNKNOWN;
}

/* Newest first: as long as it is the same. */
static bool take_handler(void *owner, const struct journal_row *row)
{
    struct status_count *c = owner;
    enum status_handler_state state = row->answered ? state_of(row) : STATUS_HANDLER_UNKNOWN;

    if (state == STATUS_HANDLER_UNKNOWN)
        return true;
    if (c->handler == STATUS_HANDLER_UNKNOWN) {
        c->handler = state;
        c->handler_status = row->bot_status;
        c->has_took = row->has_took;
        c->took_us = row->took_us;
    }
    if (c->handler == state)
        c->handler_since_ms = row->arrived_ms;
    return c->handler == state;
}

static enum err read_handler(struct journal_reader *r, uint64_t since_ms,
                             struct status_count *c)
{
    const struct journal_filter last = {
        .since_ms = since_ms, .webhooks_only = true, .limit = LOOK_BACK};

    return journal_reader_list(r, &last, take_handler, c);
}

enum err status_count_read(struct journal_reader *r, const char *journal_path,
                           uint64_t since_ms, uint64_t now_ms, struct status_count *out)
{
    struct status_count c = {.bytes =
                                 size_of(journal_path, "") + size_of(journal_path, "-wal")};
    enum err rc = OK;

    for (size_t i = 0; rc == OK && i < STATUS_TALLIES; i++)
        rc = count(r, tallies[i].filter, now_ms, &c.tallies[i]);
    if (rc == OK)
        rc = read_oldest(r, &c);
    if (rc == OK)
        rc = read_handler(r, since_ms, &c);
    if (rc == OK)
        *out = c;
    return rc;
}

/* --- writing --- */

void status_count_write_tallies(struct json_writer *w, const struct status_count *c)
{
    json_writer_key(w, "counts");
    json_writer_object(w);
    for (size_t i = 0; i < STATUS_TALLIES; i++)
        json_writer_member_u64(w, tallies[i].name, c->tallies[i]);
    json_writer_object_end(w);
}

static const char *word_of(enum status_handler_state state)
{
    switch (state) {
    case STATUS_HANDLER_UNKNOWN:
        return "unknown";
    case STATUS_HANDLER_OK:
        return "ok";
    case STATUS_HANDLER_ERROR:
        return "error";
    case STATUS_HANDLER_UNREACHABLE:
        return "unreachable";
    }
    return "unknown";
}

void status_count_write_handler(struct json_writer *w, const struct status_count *c)
{
    json_writer_member_text(w, "state", word_of(c->handler));
    if (c->handler_status > 0)
        json_writer_member_u64(w, "last_status", c->handler_status);
    else
        json_writer_member_null(w, "last_status");
    json_writer_key(w, "last_ms");
    if (c->has_took)
        json_writer_double(w, (double)c->took_us / 1000);
    else
        json_writer_null(w);
    if (c->handler_since_ms > 0)
        json_writer_member_u64(w, "since", c->handler_since_ms);
    else
        json_writer_member_null(w, "since");
}
