#include "relay-client/simulate/simulate_precedent.h"

#include "codec/url.h"

#include <inttypes.h>
#include <stdio.h>

#define LOOKED_AT 20u /* of the newest webhooks */

void simulate_precedent_set_path(struct simulate_precedent *p, struct span path)
{
    if (path.len > 0 && path.ptr[0] == '/' && path.len < sizeof p->path)
        (void)snprintf(p->path, sizeof p->path, "%.*s", (int)path.len, path.ptr);
}

void simulate_precedent_init(struct simulate_precedent *p, struct line_mint *mint,
                             const struct settings *settings)
{
    const char *path = settings_text(settings, "webhook-path");
    const char *forward = settings_text(settings, "forward");
    struct url url;

    *p = (struct simulate_precedent){.path = "/"};
    line_mint_named(mint, LINE_MINT_USER, SPAN("bot"), p->destination);
    if (path)
        simulate_precedent_set_path(p, span_text(path));
    else if (forward && url_parse(span_text(forward), &url, NULL) == OK)
        simulate_precedent_set_path(p, url.path);
}

/* --- the journal --- */

static bool is_bot(const char *id)
{
    return id && strlen(id) == 33 && id[0] == 'U' && strspn(id + 1, "0123456789abcdef") == 32;
}

static bool take(struct simulate_precedent *p, const struct journal_exchange *x)
{
    struct line_batch batch;
    bool is_good = false;

    if (line_batch_parse(&batch, journal_exchange_request_body(x)) != OK)
        return false;
    if (batch.kind == LINE_BODY_LINE && is_bot(batch.destination)) {
        (void)snprintf(p->destination, sizeof p->destination, "%s", batch.destination);
        simulate_precedent_set_path(p, journal_exchange_request(x)->target);
        p->is_known = is_good = true;
    }
    line_batch_fini(&batch);
    return is_good;
}

struct candidates {
    uint64_t ids[LOOKED_AT];
    size_t len;
};

static bool note(void *owner, const struct journal_row *row)
{
    struct candidates *c = owner;
    bool is_line = row->verdict == VERDICT_VALID || row->verdict == VERDICT_UNCHECKED;

    if (is_line && !row->is_simulated && !row->body_truncated)
        c->ids[c->len++] = row->id;
    return c->len < LOOKED_AT;
}

enum err simulate_precedent_read(struct simulate_precedent *p, struct journal_reader *reader)
{
    const struct journal_filter filter = {.webhooks_only = true, .limit = 4 * LOOKED_AT};
    struct candidates c = {0};
    bool is_found = false;
    enum err rc = journal_reader_list(reader, &filter, note, &c);

    for (size_t i = 0; rc == OK && !is_found && i < c.len; i++) {
        struct journal_exchange *x = NULL;
        char id[24];
        (void)snprintf(id, sizeof id, "%" PRIu64, c.ids[i]);
        rc = journal_reader_get(reader, span_text(id), &x);
        if (rc == ERR_NOT_FOUND) { /* retention took it meanwhile */
            rc = OK;
            continue;
        }
        if (rc == OK) {
            is_found = take(p, x);
            journal_exchange_free(x);
        }
    }
    return rc;
}
