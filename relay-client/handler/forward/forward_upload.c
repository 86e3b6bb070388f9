#include "relay-client/handler/forward/forward_upload.h"

#define PIECE_MAX ((size_t)64 * 1024)

void forward_upload_init(struct forward_upload *u, bool ended)
{
    *u = (struct forward_upload){.ended = ended};
    bytes_init(&u->body, FORWARD_UPLOAD_WAITING_MAX + FORWARD_UPLOAD_KEPT_MAX);
}

void forward_upload_fini(struct forward_upload *u)
{
    bytes_fini(&u->body);
}

size_t forward_upload_waiting(const struct forward_upload *u)
{
    return bytes_len(&u->body) - u->kept;
}

bool forward_upload_is_empty(const struct forward_upload *u)
{
    return u->ended && !u->lost && bytes_len(&u->body) == 0;
}

enum err forward_upload_add(struct forward_upload *u, const void *data, size_t len)
{
    if (u->broken)
        return OK;
    if (len > FORWARD_UPLOAD_WAITING_MAX - forward_upload_waiting(u))
        return ERR_LIMIT;
    return bytes_append(&u->body, data, len);
}

void forward_upload_begin(struct forward_upload *u, bool keeps, bool end_passed)
{
    u->kept = 0;
    u->keeps = keeps;
    u->end_passed = end_passed;
    u->broken = false;
}

bool forward_upload_can_repeat(const struct forward_upload *u)
{
    return !u->lost;
}

void forward_upload_abandon(struct forward_upload *u)
{
    bytes_clear(&u->body);
    u->kept = 0;
    u->lost = true;
    u->broken = true;
}

static void passed(struct forward_upload *u, size_t len)
{
    u->kept += len;
    if (u->keeps && u->kept <= FORWARD_UPLOAD_KEPT_MAX)
        return;
    u->keeps = false;
    u->lost = true;
    bytes_consume(&u->body, u->kept);
    u->kept = 0;
}

static enum err judge(struct forward_upload *u, enum err rc)
{
    if (rc == ERR_NOMEM || rc == ERR_LIMIT)
        return rc;
    u->broken = rc != OK;
    return OK;
}

static enum err pass_end(struct forward_upload *u, struct exchange *x)
{
    if (!u->ended || u->end_passed || u->broken || forward_upload_waiting(u) > 0)
        return OK;
    enum err rc = exchange_send_end(x);
    u->end_passed = rc == OK;
    return judge(u, rc);
}

enum err forward_upload_pass(struct forward_upload *u, struct exchange *x, size_t *moved)
{
    size_t waiting;

    while (!u->broken && (waiting = forward_upload_waiting(u)) > 0 &&
           exchange_queued(x) <= EXCHANGE_HIGH_WATER) {
        size_t len = waiting < PIECE_MAX ? waiting : PIECE_MAX;
        enum err rc = exchange_send_body(x, bytes_peek(&u->body) + u->kept, len);

        if (rc != OK)
            return judge(u, rc);
        passed(u, len);
        *moved += len;
    }
    return pass_end(u, x);
}
