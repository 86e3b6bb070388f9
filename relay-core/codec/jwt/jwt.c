#include "codec/jwt/jwt.h"

#include "base/base64url.h"
#include "base/mem.h"

/* --- reading --- */

/* A part that says a JSON object. */
static enum err parse_part(struct json_doc *out, struct span part)
{
    uint8_t text[JWT_MAX];
    size_t len;
    enum err rc = base64url_parse(part, text, sizeof text, &len);

    if (rc != OK)
        return rc;
    rc = json_parse(out, span_of(text, len), sizeof text);
    mem_wipe(text, sizeof text);
    if (rc != OK)
        return rc == ERR_NOMEM ? rc : ERR_SYNTAX;
    return json_kind(json_root(out)) == JSON_OBJECT ? OK : ERR_SYNTAX;
}

static enum err parse_signature(struct jwt *out, struct span part)
{
    enum err rc =
        base64url_parse(part, out->signature, sizeof out->signature, &out->signature_len);

    return rc == OK && out->signature_len == 0 ? ERR_SYNTAX : rc;
}

enum err jwt_parse(struct jwt *out, struct span text)
{
    *out = (struct jwt){0};
    if (text.len > JWT_MAX)
        return ERR_LIMIT;
    struct span header = span_slice(text, 0, span_find(text, '.'));
    struct span rest = span_slice(text, header.len + 1, text.len);
    struct span claims = span_slice(rest, 0, span_find(rest, '.'));
    if (header.len == 0 || claims.len == 0 || claims.len == rest.len)
        return ERR_SYNTAX;

    out->signed_part = span_slice(text, 0, header.len + 1 + claims.len);
    enum err rc = parse_signature(out, span_slice(rest, claims.len + 1, rest.len));
    if (rc == OK)
        rc = parse_part(&out->header, header);
    return rc == OK ? parse_part(&out->claims, claims) : rc;
}

void jwt_fini(struct jwt *t)
{
    json_fini(&t->header);
    json_fini(&t->claims);
    *t = (struct jwt){0};
}

const char *jwt_header_text(const struct jwt *t, const char *name)
{
    return json_string(json_member(json_root(&t->header), name));
}

const char *jwt_claim_text(const struct jwt *t, const char *name)
{
    return json_string(json_member(json_root(&t->claims), name));
}

bool jwt_claim_seconds(const struct jwt *t, const char *name, uint64_t *out)
{
    return json_u64(json_member(json_root(&t->claims), name), out);
}

static bool is_text(const struct json_value *v, const char *text)
{
    const char *string = json_string(v);

    return string && strcmp(string, text) == 0;
}

bool jwt_is_for(const struct jwt *t, const char *audience)
{
    const struct json_value *aud = json_member(json_root(&t->claims), "aud");
    bool is_meant = is_text(aud, audience);

    if (json_kind(aud) != JSON_ARRAY)
        return is_meant;
    for (const struct json_value *v = json_first(aud); v && !is_meant; v = json_next(v))
        is_meant = is_text(v, audience);
    return is_meant;
}

/* --- writing --- */

static enum err append_part(struct bytes *out, const void *src, size_t len)
{
    uint8_t *room;
    size_t size = BASE64URL_LEN(len) + 1;
    enum err rc = len > JWT_MAX ? ERR_LIMIT : bytes_reserve(out, size, &room);

    if (rc == OK)
        rc = base64url_format((char *)room, size, src, len);
    if (rc == OK)
        bytes_added(out, size - 1);
    return rc;
}

enum err jwt_begin(struct bytes *out, struct span header, struct span claims)
{
    enum err rc = append_part(out, header.ptr, header.len);

    if (rc == OK)
        rc = bytes_append_text(out, ".");
    return rc == OK ? append_part(out, claims.ptr, claims.len) : rc;
}

enum err jwt_end(struct bytes *out, const uint8_t *signature, size_t len)
{
    enum err rc = bytes_append_text(out, ".");

    return rc == OK ? append_part(out, signature, len) : rc;
}
