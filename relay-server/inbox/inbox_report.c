#include "relay-server/inbox/inbox_report.h"

#include "base/log.h"

#include <inttypes.h>

#define REPEAT_MS 600000u

/* Also when the clock was set back. */
static bool is_due(uint64_t told_ms, uint64_t now_ms)
{
    return told_ms == 0 || now_ms < told_ms || now_ms - told_ms >= REPEAT_MS;
}

static bool is_change(enum inbox_op_kind kind)
{
    return kind != INBOX_FETCH && kind != INBOX_REST;
}

static void tell_well(struct inbox_report *r, const struct inbox_op *op)
{
    if (r->detail[0] == '\0' || !is_change(op->kind))
        return;
    r->detail[0] = '\0';
    r->told_ms = 0;
    log_info("inbox", "the disk takes deliveries again");
}

void inbox_report_outcome(struct inbox_report *r, const struct inbox_op *op, uint64_t now_ms)
{
    if (op->rc == ERR_CONFLICT || (op->rc == ERR_CORRUPT && op->kind == INBOX_FETCH))
        return; /* a record's affair */
    if (op->rc == OK) {
        tell_well(r, op);
        return;
    }
    detail_write(r->detail, "%s", op->detail ? op->detail : err_text(op->rc));
    if (!is_due(r->told_ms, now_ms))
        return;
    r->told_ms = now_ms;
    log_error("inbox", "deliveries cannot be kept: %s", LOG_TEXT(span_text(r->detail)));
}

void inbox_report_full(struct inbox_place *p, uint64_t now_ms)
{
    if (!is_due(p->full_told_ms, now_ms))
        return;
    p->full_told_ms = now_ms;
    log_warn("inbox",
             "tunnel=%s full: %" PRIu64 " deliveries are kept, %" PRIu64
             " set aside; new ones are refused with 503 until an agent takes some",
             p->name, p->counts.kept, p->counts.aside);
}

void inbox_report_damage(uint64_t seq, const char *tunnel, const char *damage)
{
    log_error("inbox", "seq=%" PRIu64 " tunnel=%s damaged and set aside: %s", seq,
              LOG_TEXT(span_text(tunnel)), damage);
}

void inbox_report_missing(uint64_t seq, const char *tunnel)
{
    log_error("inbox", "seq=%" PRIu64 " tunnel=%s is missing: the file was changed by others",
              seq, LOG_TEXT(span_text(tunnel)));
}
