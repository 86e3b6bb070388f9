#include "relay-client/journal/calls/call_said.h"

#include "base/container.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"

/* As far as there is room for whole characters. */
static size_t read_string(struct span literal, char *out, size_t size)
{
    size_t len = 0;

    if (!json_text_is_string(literal))
        return 0;
    struct span inner = span_slice(literal, 1, literal.len - 1);
    for (size_t at = 0; at < inner.len;) {
        char c[4];
        size_t c_len = json_text_put_char(json_text_next_char(inner, &at), c);

        if (c_len > size - len)
            break;
        memcpy(out + len, c, c_len);
        len += c_len;
    }
    return len;
}

static void read_message(struct span message, struct call_said *out)
{
    static const char *const texts[] = {"text", "altText", "title"};

    out->type_len = read_string(json_text_member(message, "type"), out->type, CALL_SAID_TYPE);
    out->text_len = 0;
    for (size_t i = 0; i < ARRAY_LEN(texts) && out->text_len == 0; i++)
        out->text_len =
            read_string(json_text_member(message, texts[i]), out->text, CALL_SAID_TEXT);
}

void call_said_read(struct span body, struct call_said *out)
{
    struct json_text_walk walk;
    struct json_text_item item, last = {0};

    out->len = out->type_len = out->text_len = 0;
    if (json_scan(body, NULL))
        return;
    size_t from = json_scan_space_end(body, 0);
    struct span root = span_slice(body, from, json_scan_value_end(body, from));
    if (!json_text_is_object(root))
        return;
    struct span messages = json_text_member(root, "messages");
    if (!json_text_is_array(messages) || !json_text_walk_init(&walk, messages))
        return;
    while (json_text_walk_next(&walk, &item)) {
        last = item;
        out->len++;
    }
    if (json_text_is_object(last.value))
        read_message(last.value, out);
}
