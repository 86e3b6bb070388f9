#include "relay-client/lineapi/lineapi_status.h"

const char *lineapi_status_mode(enum lineapi_mode mode)
{
    switch (mode) {
    case LINEAPI_EMULATE:
        return "emulate";
    case LINEAPI_PASS:
        return "pass";
    case LINEAPI_AUTO:
        break;
    }
    return "auto";
}

static const char *guarded_by(const struct lineapi_options *o)
{
    if (o->live_push)
        return NULL;
    switch (push_guard_now(o->guard)) {
    case PUSH_GUARD_REPLAY:
        return "replay";
    case PUSH_GUARD_LEASE:
        return "lease";
    case PUSH_GUARD_OFF:
        break;
    }
    return NULL;
}

const char *lineapi_status_emulating(const struct lineapi_options *o)
{
    switch (o->mode) {
    case LINEAPI_EMULATE:
        return "forced";
    case LINEAPI_PASS:
        return NULL;
    case LINEAPI_AUTO:
        break;
    }
    return o->is_configured ? guarded_by(o) : "not_configured";
}

/* Only what is guarded ends by itself, and only at a time that is known. */
static void write_until(struct json_writer *w, const struct lineapi_options *o)
{
    bool is_guarded = o->mode == LINEAPI_AUTO && o->is_configured && guarded_by(o);
    uint64_t until = is_guarded ? push_guard_until(o->guard) : 0;

    if (until > 0 && until != UINT64_MAX)
        json_writer_member_u64(w, "emulate_until", until);
    else
        json_writer_member_null(w, "emulate_until");
}

void lineapi_status_write(const struct lineapi *a, struct json_writer *w)
{
    if (!a) {
        json_writer_null(w);
        return;
    }
    const struct lineapi_options *o = lineapi_options_of(a);
    json_writer_object(w);
    json_writer_member_text(w, "url", lineapi_url(a));
    json_writer_member_text(w, "mode", lineapi_status_mode(o->mode));
    json_writer_member_bool(w, "configured", o->is_configured);
    json_writer_member_bool(w, "live_push", o->live_push);
    json_writer_member_text(w, "emulating", lineapi_status_emulating(o));
    write_until(w, o);
    json_writer_object_end(w);
}
