#include "relay-client/agent/status_board.h"

#include "base/container.h"

#include <stdio.h>

#define PAUSE_MS 1000u

void status_board_init(struct status_board *b, struct agent_context *agent)
{
    b->agent = agent;
    b->link = (struct agent_status){.url = b->url, .detail = b->detail, .attempt = 1};
}

void status_board_stop(struct status_board *b)
{
    deadline_clear(b->agent->loop, &b->later);
}

struct agent_status status_board_now(const struct status_board *b)
{
    const struct agent_counts *counts = &b->agent->counts;
    uint64_t now_ms = loop_now_ms(b->agent->loop);
    struct agent_status status = b->link;

    status.retry_ms = b->retry_at_ms > now_ms ? b->retry_at_ms - now_ms : 0;
    status.kept = counts->kept;
    status.pending = counts->unfinished.pending;
    status.aside = counts->unfinished.aside;
    return status;
}

static void tell(struct status_board *b)
{
    struct agent_status status = status_board_now(b);

    deadline_clear(b->agent->loop, &b->later);
    b->told = b->agent->counts;
    b->told_ms = loop_now_ms(b->agent->loop);
    if (b->agent->events->on_status)
        b->agent->events->on_status(b->agent->owner, &status);
}

void status_board_link(struct status_board *b, const struct agent_status *news)
{
    b->is_linking = true;
    b->link = *news;
    b->link.url = b->url;
    b->link.detail = b->detail;
    snprintf(b->url, sizeof b->url, "%s", news->url);
    snprintf(b->detail, sizeof b->detail, "%s", news->detail);
    b->retry_at_ms = loop_now_ms(b->agent->loop) + news->retry_ms;
    tell(b);
}

static void on_later(struct deadline *d)
{
    tell(CONTAINER_OF(d, struct status_board, later));
}

static bool is_news(const struct status_board *b)
{
    const struct agent_counts *now = &b->agent->counts;

    return now->kept != b->told.kept || now->unfinished.pending != b->told.unfinished.pending ||
           now->unfinished.aside != b->told.unfinished.aside;
}

void status_board_counts(struct status_board *b)
{
    struct loop *l = b->agent->loop;
    uint64_t since_ms = loop_now_ms(l) - b->told_ms;

    if (!b->is_linking || !is_news(b) || deadline_is_set(&b->later))
        return;
    if (deadline_set(l, &b->later, since_ms < PAUSE_MS ? PAUSE_MS - since_ms : 0, on_later) !=
        OK)
        tell(b);
}
