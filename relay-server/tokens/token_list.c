#include "relay-server/tokens/token_list.h"

#include "base/hex.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"
#include "relay-server/tokens/tokens_file.h"

#include <stdio.h>
#include <string.h>

#define VERSION 1u
#define CAP_MIN 16u

void token_list_fini(struct token_list *l)
{
    for (size_t i = 0; i < l->len; i++)
        mem_free(l->tokens[i].tunnels);
    mem_free(l->tokens);
    *l = (struct token_list){0};
}

static enum err grow(struct token_list *l)
{
    size_t cap = l->cap ? l->cap * 2 : CAP_MIN;
    struct token *grown;

    if (l->len < l->cap)
        return OK;
    grown = mem_grow(l->tokens, cap * sizeof *grown);
    if (!grown)
        return ERR_NOMEM;
    l->tokens = grown;
    l->cap = cap;
    return OK;
}

enum err token_list_add(struct token_list *l, struct token **out)
{
    enum err e = l->len < TOKENS_MAX ? grow(l) : ERR_LIMIT;

    if (e)
        return e;
    *out = &l->tokens[l->len++];
    memset(*out, 0, sizeof **out);
    return OK;
}

struct token *token_list_find(const struct token_list *l, struct span id)
{
    for (size_t i = 0; i < l->len; i++)
        if (span_is(span_text(l->tokens[i].id), id))
            return &l->tokens[i];
    return NULL;
}

enum err token_list_make_tunnels(struct token *t, size_t len)
{
    if (len == 0 || len > TOKENS_TUNNELS_MAX)
        return ERR_LIMIT;
    t->tunnels = mem_alloc(len * sizeof *t->tunnels);
    if (!t->tunnels)
        return ERR_NOMEM;
    t->tunnels_len = len;
    return OK;
}

/* --- reading --- */

/* A member's text into a fixed field. */
static bool read_text(const struct json_value *object, const char *name, char *out, size_t size)
{
    const char *text = json_string(json_member(object, name));

    if (!text || strlen(text) >= size)
        return false;
    memcpy(out, text, strlen(text) + 1);
    return true;
}

/* 0 when the member is missing or null, as for "never". */
static bool read_time(const struct json_value *object, const char *name, uint64_t *out)
{
    const struct json_value *v = json_member(object, name);

    *out = 0;
    return json_kind(v) == JSON_NONE || json_kind(v) == JSON_NULL || json_u64(v, out);
}

static enum err read_tunnels(const struct json_value *list, struct token *t)
{
    enum err e = token_list_make_tunnels(t, json_len(list));
    size_t i = 0;

    if (e)
        return e == ERR_LIMIT ? ERR_CORRUPT : e;
    for (const struct json_value *v = json_first(list); v; v = json_next(v), i++) {
        const char *text = json_string(v);
        if (!text || !tokens_scope_is_valid(span_text(text)))
            return ERR_CORRUPT;
        (void)snprintf(t->tunnels[i].text, sizeof t->tunnels[i].text, "%s", text);
    }
    return OK;
}

static bool read_secrets(const struct json_value *list, struct token *t)
{
    size_t len = json_len(list);

    if (len == 0 || len > TOKENS_SECRETS_MAX)
        return false;
    for (const struct json_value *v = json_first(list); v; v = json_next(v)) {
        struct token_secret *s = &t->secrets[t->secrets_len++];
        const char *hash = json_string(json_member(v, "sha256"));
        if (!hash || hex_parse(span_text(hash), s->hash, sizeof s->hash) ||
            !read_time(v, "created_ms", &s->created_ms) ||
            !read_time(v, "expires_ms", &s->expires_ms))
            return false;
    }
    return true;
}

/* Which member is wrong; NULL when none is. */
static const char *read_token(const struct json_value *v, struct token *t, enum err *e)
{
    *e = ERR_CORRUPT;
    if (!read_text(v, "id", t->id, sizeof t->id) || strlen(t->id) != TOKEN_TEXT_ID_LEN)
        return "id";
    if (!read_text(v, "label", t->label, sizeof t->label))
        return "label";
    if (!read_time(v, "created_ms", &t->created_ms))
        return "created_ms";
    if (!read_time(v, "expires_ms", &t->expires_ms))
        return "expires_ms";
    if (!read_time(v, "revoked_ms", &t->revoked_ms))
        return "revoked_ms";
    if (!read_secrets(json_member(v, "secrets"), t))
        return "secrets";
    *e = read_tunnels(json_member(v, "tunnels"), t);
    return *e ? "tunnels" : NULL;
}

static enum err read_list(const struct json_value *root, struct token_list *out,
                          char detail[static TOKENS_DETAIL_SIZE])
{
    const struct json_value *list = json_member(root, "tokens");
    const char *wrong;
    struct token *t;
    uint64_t version;
    enum err e;

    if (!json_u64(json_member(root, "version"), &version) || json_kind(list) != JSON_ARRAY) {
        (void)snprintf(detail, TOKENS_DETAIL_SIZE, "\"version\" or \"tokens\" is missing");
        return ERR_CORRUPT;
    }
    if (version != VERSION) {
        (void)snprintf(detail, TOKENS_DETAIL_SIZE, "a newer hookline-relay wrote it");
        return ERR_CORRUPT;
    }
    for (const struct json_value *v = json_first(list); v; v = json_next(v)) {
        e = token_list_add(out, &t);
        wrong = e ? err_text(e) : read_token(v, t, &e);
        if (!e)
            continue;
        if (e == ERR_NOMEM)
            (void)snprintf(detail, TOKENS_DETAIL_SIZE, "%s", err_text(e));
        else
            (void)snprintf(detail, TOKENS_DETAIL_SIZE, "token number %zu: %s is wrong",
                           out->len, wrong);
        return e == ERR_LIMIT ? ERR_CORRUPT : e;
    }
    return OK;
}

enum err token_list_parse(struct span json, struct token_list *out,
                          char detail[static TOKENS_DETAIL_SIZE])
{
    struct json_doc doc;
    enum err e = json_parse(&doc, json, TOKENS_FILE_MAX);

    *out = (struct token_list){0};
    if (e)
        (void)snprintf(detail, TOKENS_DETAIL_SIZE, "%s", doc.detail);
    else
        e = read_list(json_root(&doc), out, detail);
    json_fini(&doc);
    if (e)
        token_list_fini(out);
    return e == ERR_SYNTAX || e == ERR_LIMIT ? ERR_CORRUPT : e;
}

/* --- writing --- */

static void write_time(struct json_writer *w, const char *name, uint64_t ms)
{
    if (ms)
        json_writer_member_u64(w, name, ms);
}

static void write_secret(struct json_writer *w, const struct token_secret *s)
{
    char hash[2 * sizeof s->hash + 1];

    hex_format(hash, s->hash, sizeof s->hash);
    json_writer_object(w);
    json_writer_member_text(w, "sha256", hash);
    write_time(w, "created_ms", s->created_ms);
    write_time(w, "expires_ms", s->expires_ms);
    json_writer_object_end(w);
}

static void write_token(struct json_writer *w, const struct token *t)
{
    json_writer_object(w);
    json_writer_member_text(w, "id", t->id);
    json_writer_member_text(w, "label", t->label);
    json_writer_key(w, "tunnels");
    json_writer_array(w);
    for (size_t i = 0; i < t->tunnels_len; i++)
        json_writer_text(w, t->tunnels[i].text);
    json_writer_array_end(w);
    write_time(w, "created_ms", t->created_ms);
    write_time(w, "expires_ms", t->expires_ms);
    write_time(w, "revoked_ms", t->revoked_ms);
    json_writer_key(w, "secrets");
    json_writer_array(w);
    for (size_t i = 0; i < t->secrets_len; i++)
        write_secret(w, &t->secrets[i]);
    json_writer_array_end(w);
    json_writer_object_end(w);
}

enum err token_list_format(const struct token_list *l, struct bytes *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_u64(&w, "version", VERSION);
    json_writer_key(&w, "tokens");
    json_writer_array(&w);
    for (size_t i = 0; i < l->len; i++)
        write_token(&w, &l->tokens[i]);
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}
