#include "relay-client/line/line_token.h"

#include "base/mem.h"
#include "codec/json/json.h"

#define BODY_MAX      ((size_t)64 * 1024)
#define LIFE_MAX_SECS ((uint64_t)366 * 24 * 3600)

enum err line_token_append(struct bytes *out, const char *name, struct span value)
{
    enum err rc = bytes_printf(out, "&%s=", name);

    for (size_t i = 0; rc == OK && i < value.len; i++) {
        unsigned char ch = (unsigned char)value.ptr[i];
        bool is_plain =
            (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z');
        rc = is_plain ? bytes_append(out, &ch, 1) : bytes_printf(out, "%%%02X", ch);
    }
    return rc;
}

enum err line_token_format(struct bytes *out, struct span channel_id,
                           struct span channel_secret)
{
    enum err rc = bytes_append_text(out, "grant_type=client_credentials");

    if (rc == OK)
        rc = line_token_append(out, "client_id", channel_id);
    if (rc == OK)
        rc = line_token_append(out, "client_secret", channel_secret);
    return rc == OK ? bytes_append(out, "", 1) : rc;
}

void line_token_forget(struct bytes *token)
{
    if (token->base)
        mem_wipe(token->base, token->cap);
    bytes_clear(token);
}

enum err line_token_parse(struct span body, struct bytes *token, uint64_t *life_ms)
{
    struct json_doc doc = {0};
    uint64_t seconds = 0;
    enum err rc = json_parse(&doc, body, BODY_MAX);
    const struct json_value *root = rc == OK ? json_root(&doc) : NULL;
    const char *text = json_string(json_member(root, "access_token"));

    line_token_forget(token);
    if (rc == OK && (!text || !*text || !json_u64(json_member(root, "expires_in"), &seconds) ||
                     seconds > LIFE_MAX_SECS))
        rc = ERR_SYNTAX;
    if (rc == OK)
        rc = bytes_append_text(token, text);
    if (rc == OK)
        *life_ms = seconds * 1000;
    json_fini(&doc);
    return rc;
}
