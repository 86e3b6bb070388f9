#include "relay-client/inspector/inspector_session.h"

#include "base/base64.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/private_file.h"
#include "codec/digest.h"

#include <stdio.h>

#define MINUTE_MS    60000u
#define KEY_FILE_MAX 256u

/* --- secrets as text --- */

static void format_secret(const uint8_t secret[static INSPECTOR_SESSION_SECRET],
                          char out[static INSPECTOR_SESSION_TEXT + 1])
{
    char text[BASE64_LEN(INSPECTOR_SESSION_SECRET) + 1];
    enum err rc = base64_format(text, sizeof text, secret, INSPECTOR_SESSION_SECRET);

    (void)rc; /* there is room */
    for (size_t i = 0; i < INSPECTOR_SESSION_TEXT; i++) {
        out[i] = text[i];
        if (text[i] == '+')
            out[i] = '-';
        else if (text[i] == '/')
            out[i] = '_';
    }
    out[INSPECTOR_SESSION_TEXT] = '\0';
    mem_wipe(text, sizeof text);
}

static void make_secret(struct random *random, char out[static INSPECTOR_SESSION_TEXT + 1])
{
    uint8_t secret[INSPECTOR_SESSION_SECRET];

    random_fill(random, secret, sizeof secret);
    format_secret(secret, out);
    mem_wipe(secret, sizeof secret);
}

static bool is_secret(struct span text)
{
    if (text.len != INSPECTOR_SESSION_TEXT)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
            return false;
    }
    return true;
}

static bool is_same(const char secret[static INSPECTOR_SESSION_TEXT + 1], struct span given)
{
    return given.len == INSPECTOR_SESSION_TEXT &&
           mem_equal_secret(secret, given.ptr, INSPECTOR_SESSION_TEXT);
}

/* --- the key's file --- */

static enum err make_key(struct inspector_session *s, const char *key_file,
                         struct random *random, char detail[static INSPECTOR_SESSION_DETAIL])
{
    char line[INSPECTOR_SESSION_TEXT + 2];
    char why[PRIVATE_FILE_DETAIL_SIZE] = "";

    make_secret(random, s->key);
    int len = snprintf(line, sizeof line, "%s\n", s->key);
    enum err rc = private_file_write(key_file, line, (size_t)len, why);
    mem_wipe(line, sizeof line);
    if (rc != OK)
        snprintf(detail, INSPECTOR_SESSION_DETAIL, "%s", *why ? why : err_text(rc));
    return rc;
}

static enum err read_key(struct inspector_session *s, const char *key_file)
{
    char why[PRIVATE_FILE_DETAIL_SIZE] = "";
    struct bytes text;

    bytes_init(&text, KEY_FILE_MAX);
    enum err rc = private_file_read(key_file, &text, why);
    struct span key = bytes_span(&text);
    if (span_ends(key, SPAN("\n")))
        key.len--;
    if (rc == OK && !is_secret(key))
        rc = ERR_SYNTAX;
    if (rc == OK)
        memcpy(s->key, key.ptr, key.len);
    if (text.base)
        mem_wipe(text.base, text.cap);
    bytes_fini(&text);
    if (rc == ERR_DENIED) /* it may be known: it is not to be trusted any more */
        log_warn("inspector", "a new key is made: %s", why);
    return rc;
}

static void make_cookie(struct inspector_session *s)
{
    /* Whoever signed in with a password is out when that is another one. */
    const struct span parts[] = {SPAN("hookline inspector cookie\n"), s->password};
    uint8_t secret[DIGEST_SHA256_LEN];

    digest_hmac(DIGEST_SHA256, span_of(s->key, INSPECTOR_SESSION_TEXT), parts, 2, secret);
    format_secret(secret, s->cookie);
    mem_wipe(secret, sizeof secret);
}

enum err inspector_session_init(struct inspector_session *s, const char *key_file,
                                struct span password, struct random *random,
                                char detail[static INSPECTOR_SESSION_DETAIL])
{
    *s = (struct inspector_session){.password = password};
    enum err rc = read_key(s, key_file);

    if (rc == ERR_NOMEM)
        snprintf(detail, INSPECTOR_SESSION_DETAIL, "%s", err_text(rc));
    else if (rc != OK)
        rc = make_key(s, key_file, random, detail);
    if (rc != OK)
        return rc;
    make_cookie(s);
    make_secret(random, s->token);
    return OK;
}

void inspector_session_set_port(struct inspector_session *s, unsigned port)
{
    snprintf(s->cookie_name, sizeof s->cookie_name, "hookline-%u", port);
}

void inspector_session_fini(struct inspector_session *s)
{
    mem_wipe(s, sizeof *s);
}

/* --- what a request brings --- */

bool inspector_session_has_key(const struct inspector_session *s, const struct http_head *head)
{
    struct span value = http_head_value(head, "authorization");
    struct span scheme = SPAN("Bearer ");

    return http_head_count(head, "authorization") == 1 && value.len > scheme.len &&
           span_is_nocase(span_slice(value, 0, scheme.len), scheme) &&
           is_same(s->key, span_slice(value, scheme.len, value.len));
}

struct span inspector_session_next_cookie(struct span *field, struct span name)
{
    while (field->len > 0) {
        size_t end = span_find(*field, ';');
        struct span pair = span_trim(span_slice(*field, 0, end));
        size_t equals = span_find(pair, '=');

        *field = span_slice(*field, end + 1, field->len);
        if (equals < pair.len && span_is(span_slice(pair, 0, equals), name))
            return span_slice(pair, equals + 1, pair.len);
    }
    return (struct span){0};
}

/* A page on another port of this host can set cookies of our name, which may come first: they
 * must not lock the user out. */
static bool has_cookie(const struct inspector_session *s, struct span field)
{
    bool is_found = false;

    while (field.len > 0)
        is_found |= is_same(s->cookie,
                            inspector_session_next_cookie(&field, span_text(s->cookie_name)));
    return is_found;
}

bool inspector_session_has_cookie(const struct inspector_session *s,
                                  const struct http_head *head)
{
    bool is_found = false;

    for (size_t i = 0; i < head->fields_len; i++) {
        const struct http_field *f = &head->fields[i];
        if (span_is_nocase(f->name, SPAN("cookie")))
            is_found |= has_cookie(s, f->value);
    }
    return is_found;
}

bool inspector_session_has_token(const struct inspector_session *s,
                                 const struct http_head *head)
{
    return http_head_count(head, "hookline-token") == 1 &&
           is_same(s->token, http_head_value(head, "hookline-token"));
}

/* --- signing in --- */

bool inspector_session_is_key(const struct inspector_session *s, struct span key)
{
    return is_same(s->key, key);
}

/* The oldest of the last wrong ones is the next to be written over. */
static bool may_try(const struct inspector_session *s, uint64_t now_ms)
{
    uint64_t oldest = s->wrong_ms[s->wrong_at];

    return oldest == 0 || now_ms - (oldest - 1) >= MINUTE_MS;
}

enum err inspector_session_try(struct inspector_session *s, struct span password,
                               uint64_t now_ms)
{
    uint8_t want[DIGEST_SHA256_LEN], got[DIGEST_SHA256_LEN];

    if (!may_try(s, now_ms))
        return ERR_BUSY;
    digest_sha256(s->password, want);
    digest_sha256(password, got);
    bool is_right = s->password.len > 0 && mem_equal_secret(want, got, sizeof want);
    mem_wipe(want, sizeof want);
    mem_wipe(got, sizeof got);
    if (is_right)
        return OK;
    s->wrong_ms[s->wrong_at] = now_ms + 1; /* 0 is none */
    s->wrong_at = (s->wrong_at + 1) % INSPECTOR_SESSION_TRIES;
    return ERR_DENIED;
}

void inspector_session_set_cookie(const struct inspector_session *s,
                                  char out[static INSPECTOR_SESSION_SET_COOKIE])
{
    snprintf(out, INSPECTOR_SESSION_SET_COOKIE, "%s=%s; HttpOnly; SameSite=Strict; Path=/",
             s->cookie_name, s->cookie);
}
