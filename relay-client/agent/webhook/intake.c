#include "relay-client/agent/webhook/intake.h"

#include "base/container.h"
#include "link/link_handshake.h"

void intake_init(struct intake *in)
{
    *in = (struct intake){0};
    list_init(&in->coming);
    list_init(&in->at_disk);
}

static void forget(struct list *places)
{
    struct list_node *n;

    while ((n = list_first(places))) {
        list_remove(n);
        CONTAINER_OF(n, struct intake_place, in_intake)->intake = NULL;
    }
}

void intake_fini(struct intake *in)
{
    forget(&in->coming);
    forget(&in->at_disk);
}

bool intake_enter(struct intake *in, struct intake_place *p, const struct http_head *head)
{
    if (http_head_find(head, LINK_FIELD_RESUME))
        in->is_broken = false;
    if (in->is_broken)
        return false;
    p->intake = in;
    list_append(&in->coming, &p->in_intake);
    return true;
}

/* `record` may free its place and end others, but does not come back in here: a thousand
 * that are refused are a loop. */
static void go_on(struct intake *in)
{
    struct list_node *n;

    if (in->is_going_on)
        return;
    in->is_going_on = true;
    while ((n = list_first(&in->coming))) {
        struct intake_place *p = CONTAINER_OF(n, struct intake_place, in_intake);

        if (!p->is_complete)
            break;
        list_remove(n);
        list_append(&in->at_disk, n);
        p->record(p, in->is_broken);
    }
    in->is_going_on = false;
}

void intake_complete(struct intake_place *p)
{
    p->is_complete = true;
    if (p->intake)
        go_on(p->intake);
    else
        p->record(p, false);
}

bool intake_sender_left(struct intake_place *p)
{
    size_t left = 0;

    p->is_left = true;
    if (!p->is_complete || !p->intake)
        return p->is_complete;
    for (struct list_node *n = list_first(&p->intake->coming); n;
         n = list_next(&p->intake->coming, n))
        left += CONTAINER_OF(n, struct intake_place, in_intake)->is_left;
    return left <= INTAKE_LEFT_MAX;
}

void intake_leave(struct intake_place *p)
{
    struct intake *in = p->intake;

    if (!in)
        return;
    list_remove(&p->in_intake);
    p->intake = NULL;
    go_on(in);
}

void intake_break(struct intake *in)
{
    in->is_broken = true;
    go_on(in);
}

void intake_fail(struct intake_place *p)
{
    if (p->intake)
        p->intake->is_broken = true;
    intake_leave(p);
}
