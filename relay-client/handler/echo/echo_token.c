#include "relay-client/handler/echo/echo_token.h"

#include "base/mem.h"
#include "codec/json/json_writer.h"
#include "relay-client/line/line_token.h"

#define ASSERTION_S   1800u
#define LIFE_S_MAX    ((uint64_t)366 * 24 * 3600)
#define CLAIMS_MAX    2048u
#define ASSERTION_MAX ((size_t)JWT_MAX)

enum err echo_token_init(struct echo_token *t, const struct echo_token_options *options)
{
    *t = (struct echo_token){.options = *options};
    bytes_init(&t->text, ECHO_TOKEN_MAX);
    if (options->kind != ECHO_TOKEN_FIXED)
        return OK;
    t->until_ms = UINT64_MAX;
    return bytes_append_span(&t->text, options->fixed);
}

void echo_token_fini(struct echo_token *t)
{
    line_token_forget(&t->text);
    bytes_fini(&t->text);
}

struct span echo_token_now(const struct echo_token *t, uint64_t now_ms)
{
    return now_ms < t->until_ms ? bytes_span(&t->text) : (struct span){0};
}

/* --- asking --- */

static enum err write_claims(const struct echo_token *t, uint64_t now_s, struct bytes *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_string(&w, "iss", t->options.client_id);
    json_writer_member_text(&w, "sub", t->options.service_account);
    json_writer_member_u64(&w, "iat", now_s);
    json_writer_member_u64(&w, "exp", now_s + ASSERTION_S);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}

static enum err make_assertion(const struct echo_token *t, uint64_t now_s,
                               struct random *random, struct bytes *out)
{
    struct bytes claims;

    bytes_init(&claims, CLAIMS_MAX);
    enum err rc = write_claims(t, now_s, &claims);
    if (rc == OK)
        rc = jwt_rsa_sign(t->options.key, bytes_span(&claims), random, out);
    bytes_fini(&claims);
    return rc;
}

static enum err request_works(const struct echo_token *t, uint64_t now_s, struct random *random,
                              struct bytes *out)
{
    struct bytes assertion;

    bytes_init(&assertion, ASSERTION_MAX);
    enum err rc = make_assertion(t, now_s, random, &assertion);
    if (rc == OK)
        rc = bytes_append_text(out, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
                                    "jwt-bearer&scope=bot");
    if (rc == OK)
        rc = line_token_append(out, "assertion", bytes_span(&assertion));
    if (rc == OK)
        rc = line_token_append(out, "client_id", t->options.client_id);
    if (rc == OK)
        rc = line_token_append(out, "client_secret", t->options.client_secret);
    bytes_fini(&assertion);
    return rc;
}

static enum err request_line(const struct echo_token *t, struct bytes *out)
{
    enum err rc = bytes_append_text(out, "grant_type=client_credentials");

    if (rc == OK)
        rc = line_token_append(out, "client_id", t->options.client_id);
    return rc == OK ? line_token_append(out, "client_secret", t->options.client_secret) : rc;
}

enum err echo_token_request(const struct echo_token *t, uint64_t now_ms, struct random *random,
                            struct bytes *out)
{
    switch (t->options.kind) {
    case ECHO_TOKEN_FIXED:
        return ERR_UNSUPPORTED;
    case ECHO_TOKEN_LINE:
        return request_line(t, out);
    case ECHO_TOKEN_WORKS:
        return request_works(t, now_ms / 1000, random, out);
    }
    return ERR_UNSUPPORTED;
}

/* --- the answer --- */

/* A number, or a text with one: LINE WORKS writes texts. */
static bool read_life(const struct json_value *v, uint64_t *out)
{
    const char *text = json_string(v);
    bool is_number = text ? span_parse_u64(span_text(text), out) : json_u64(v, out);

    return is_number && *out <= LIFE_S_MAX;
}

enum err echo_token_take(struct echo_token *t, struct span answer, uint64_t now_ms)
{
    struct json_doc doc = {0};
    uint64_t life_s = 0;
    enum err rc = json_parse(&doc, answer, 16 * ECHO_TOKEN_MAX);
    const struct json_value *root = rc == OK ? json_root(&doc) : NULL;
    const char *text = json_string(json_member(root, "access_token"));

    line_token_forget(&t->text);
    if (rc == OK && (!text || !*text || !read_life(json_member(root, "expires_in"), &life_s)))
        rc = ERR_SYNTAX;
    if (rc == OK)
        rc = bytes_append_text(&t->text, text);
    if (rc == OK) {
        uint64_t early_s = life_s > 2 * ECHO_TOKEN_EARLY_S ? ECHO_TOKEN_EARLY_S : life_s / 2;
        t->until_ms = now_ms + (life_s - early_s) * 1000;
        t->number++;
    }
    json_fini(&doc);
    return rc;
}

bool echo_token_drop(struct echo_token *t, unsigned number)
{
    if (t->options.kind == ECHO_TOKEN_FIXED)
        return false;
    if (t->number == number)
        line_token_forget(&t->text);
    return true;
}
