#include "relay-client/inspector/exchanges/exchange_evidence_json.h"

static bool is_inside_character(struct span s, size_t at)
{
    return at < s.len && ((unsigned char)s.ptr[at] & 0xc0) == 0x80;
}

/* Forward to where a character begins; what is no UTF-8 has no such place for long. */
static size_t character_at(struct span s, size_t at)
{
    for (int i = 0; i < 3 && is_inside_character(s, at); i++)
        at++;
    return at;
}

/* Both texts of a diff must begin at the same place, so it is told. */
static size_t begin_of(struct span s, size_t at)
{
    if (at <= EXCHANGE_EVIDENCE_JSON_BEFORE)
        return 0;
    return character_at(s, at - EXCHANGE_EVIDENCE_JSON_BEFORE);
}

static struct span around(struct span s, size_t begin, size_t at)
{
    return span_slice(s, begin, character_at(s, at + EXCHANGE_EVIDENCE_JSON_BEHIND));
}

static void begin_item(struct json_writer *w, const char *kind, const char *label)
{
    json_writer_object(w);
    json_writer_member_text(w, "kind", kind);
    json_writer_member_text(w, "label", label);
}

void exchange_evidence_json_text(struct json_writer *w, const char *label, struct span text)
{
    begin_item(w, "text", label);
    json_writer_member_string(
        w, "text", span_slice(text, 0, character_at(text, EXCHANGE_EVIDENCE_JSON_TEXT)));
    json_writer_object_end(w);
}

void exchange_evidence_json_place(struct json_writer *w, const char *label, struct span text,
                                  size_t at)
{
    begin_item(w, "text", label);
    json_writer_member_string(w, "text", around(text, begin_of(text, at), at));
    json_writer_member_u64(w, "offset", at);
    json_writer_object_end(w);
}

void exchange_evidence_json_diff(struct json_writer *w, struct span was_signed,
                                 struct span arrived, size_t at)
{
    size_t begin = begin_of(arrived, at);
    bool is_whole = was_signed.len <= EXCHANGE_EVIDENCE_JSON_WHOLE &&
                    arrived.len <= EXCHANGE_EVIDENCE_JSON_WHOLE;

    begin_item(w, "diff", "signed");
    json_writer_member_string(w, "before",
                              is_whole ? was_signed : around(was_signed, begin, at));
    json_writer_member_string(w, "after", is_whole ? arrived : around(arrived, begin, at));
    json_writer_member_u64(w, "offset", at);
    json_writer_object_end(w);
}
