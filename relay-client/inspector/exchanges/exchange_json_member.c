#include "relay-client/inspector/exchanges/exchange_json_member.h"

#include "codec/json/json_scan.h"

#include <inttypes.h>
#include <stdio.h>

void exchange_json_member_id(struct json_writer *w, const char *name, uint64_t id)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" PRIu64, id);
    json_writer_member_text(w, name, id > 0 ? text : NULL);
}

void exchange_json_member_number(struct json_writer *w, const char *name, uint64_t value)
{
    if (value > 0)
        json_writer_member_u64(w, name, value);
    else
        json_writer_member_null(w, name);
}

void exchange_json_member_us(struct json_writer *w, const char *name, bool has, uint64_t us)
{
    json_writer_key(w, name);
    if (has)
        json_writer_double(w, (double)us / 1000.0);
    else
        json_writer_null(w);
}

void exchange_json_member_string(struct json_writer *w, const char *name, struct span s)
{
    if (s.len > 0)
        json_writer_member_string(w, name, s);
    else
        json_writer_member_null(w, name);
}

void exchange_json_member_source(struct json_writer *w, const struct exchange_source *source)
{
    json_writer_key(w, "source");
    json_writer_object(w);
    json_writer_member_string(w, "type", source->type);
    json_writer_member_string(w, "id", source->id);
    json_writer_member_string(w, "user_id", source->user_id);
    exchange_json_member_string(w, "name", source->name);
    json_writer_object_end(w);
}

struct span exchange_json_member_cut(struct span s, size_t max)
{
    size_t at = 0;

    for (size_t n = 0; n < max && at < s.len; n++) {
        size_t len = json_scan_utf8_len(s.ptr + at, s.len - at);

        at += len > 0 ? len : 1;
    }
    return span_slice(s, 0, at);
}
