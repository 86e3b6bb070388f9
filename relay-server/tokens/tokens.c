#include "relay-server/tokens/tokens.h"

#include "base/mem.h"
#include "base/text.h"
#include "link/link_handshake.h"
#include "relay-server/tokens/token_list.h"
#include "relay-server/tokens/tokens_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NOBODY SIZE_MAX

/* Tells one version of the file from another. */
struct stamp {
    bool exists;
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified, changed;
};

struct tokens {
    char *file; /* owned */
    struct stamp stamp;
    struct token_list list;
    uint32_t *slots;  /* owned: index + 1 into list, 0 free; at least half are free */
    size_t slots_len; /* a power of two */
};

const char *tokens_verdict_text(enum tokens_verdict v)
{
    switch (v) {
    case TOKENS_VALID:
        return "valid";
    case TOKENS_MALFORMED:
        return "malformed";
    case TOKENS_UNKNOWN:
        return "unknown";
    case TOKENS_WRONG_SECRET:
        return "wrong secret";
    case TOKENS_EXPIRED:
        return "expired";
    case TOKENS_REVOKED:
        return "revoked";
    }
    return "?";
}

/* --- the index --- */

/* FNV-1a.  Ids come from our own random generator: nobody chooses collisions. */
static size_t slot_of(const struct tokens *t, struct span id)
{
    uint64_t hash = 0xCBF29CE484222325u;

    for (size_t i = 0; i < id.len; i++)
        hash = (hash ^ (uint8_t)id.ptr[i]) * 0x100000001B3u;
    return (size_t)(hash ^ (hash >> 32)) & (t->slots_len - 1);
}

/* The slot of this id, or the free one where it belongs. */
static size_t probe(const struct tokens *t, struct span id)
{
    size_t slot = slot_of(t, id);

    while (t->slots[slot] && !span_is(span_text(t->list.tokens[t->slots[slot] - 1].id), id))
        slot = (slot + 1) & (t->slots_len - 1);
    return slot;
}

static const struct token *find(const struct tokens *t, struct span id)
{
    uint32_t place = t->slots[probe(t, id)];

    return place ? &t->list.tokens[place - 1] : NULL;
}

/* ERR_CORRUPT when an id is there twice: which of them was revoked? */
static enum err build_index(struct tokens *t)
{
    t->slots_len = 16;
    while (t->slots_len < 2 * t->list.len)
        t->slots_len *= 2;
    t->slots = mem_alloc(t->slots_len * sizeof *t->slots);
    if (!t->slots)
        return ERR_NOMEM;
    for (size_t i = 0; i < t->list.len; i++) {
        size_t slot = probe(t, span_text(t->list.tokens[i].id));
        if (t->slots[slot])
            return ERR_CORRUPT;
        t->slots[slot] = (uint32_t)(i + 1);
    }
    return OK;
}

/* --- loading --- */

static enum err take_stamp(const char *file, struct stamp *out,
                           char detail[static TOKENS_DETAIL_SIZE])
{
    struct stat st;
    char shown[128];

    memset(out, 0, sizeof *out);
    if (lstat(file, &st) == 0) {
        *out = (struct stamp){true, st.st_dev, st.st_ino, st.st_size, st.st_mtim, st.st_ctim};
        return OK;
    }
    if (errno == ENOENT)
        return OK;
    (void)snprintf(detail, TOKENS_DETAIL_SIZE, "%s: %s",
                   text_escape(shown, sizeof shown, span_text(file)), strerror(errno));
    return ERR_IO;
}

static bool is_same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_same_stamp(const struct stamp *a, const struct stamp *b)
{
    return a->exists == b->exists && a->device == b->device && a->inode == b->inode &&
           a->size == b->size && is_same_time(a->modified, b->modified) &&
           is_same_time(a->changed, b->changed);
}

static void drop_contents(struct tokens *t)
{
    token_list_fini(&t->list);
    mem_free(t->slots);
    t->slots = NULL;
}

/* Replaces the contents, or leaves them as they were. */
static enum err load(struct tokens *t, char detail[static TOKENS_DETAIL_SIZE])
{
    struct tokens fresh = {0};
    enum err e = tokens_file_read(t->file, &fresh.list, detail);

    if (!e) {
        e = build_index(&fresh);
        if (e)
            (void)snprintf(detail, TOKENS_DETAIL_SIZE, "tokens.json: %s",
                           e == ERR_CORRUPT ? "one id is there twice" : err_text(e));
    }
    if (e) {
        drop_contents(&fresh);
        return e;
    }
    drop_contents(t);
    t->list = fresh.list;
    t->slots = fresh.slots;
    t->slots_len = fresh.slots_len;
    return OK;
}

enum err tokens_open(const char *file, struct tokens **out,
                     char detail[static TOKENS_DETAIL_SIZE])
{
    struct tokens *t = mem_alloc(sizeof *t);
    enum err e = ERR_NOMEM;

    (void)snprintf(detail, TOKENS_DETAIL_SIZE, "%s", err_text(ERR_NOMEM));
    if (!t)
        return ERR_NOMEM;
    t->file = mem_text(file, strlen(file));
    if (t->file)
        e = take_stamp(t->file, &t->stamp, detail);
    if (!e)
        e = load(t, detail);
    if (e) {
        tokens_free(t);
        return e;
    }
    detail[0] = '\0';
    *out = t;
    return OK;
}

void tokens_free(struct tokens *t)
{
    if (!t)
        return;
    drop_contents(t);
    mem_free(t->file);
    mem_free(t);
}

enum err tokens_reload_if_changed(struct tokens *t, bool *changed,
                                  char detail[static TOKENS_DETAIL_SIZE])
{
    struct stamp now;
    enum err e = take_stamp(t->file, &now, detail);

    *changed = false;
    if (e || is_same_stamp(&now, &t->stamp))
        return e;
    /* Taken before reading: a version that comes meanwhile is seen next time. */
    e = load(t, detail);
    if (e != ERR_NOMEM)
        t->stamp = now;
    *changed = !e;
    return e;
}

/* --- asking --- */

static bool is_over(uint64_t expires_ms, uint64_t wall_ms)
{
    return expires_ms != 0 && wall_ms >= expires_ms;
}

/* Compares with every place a secret may have, whichever are in use. */
static size_t matching_secret(const struct token *token, struct span secret)
{
    uint8_t hash[TOKEN_TEXT_HASH_LEN];
    size_t found = NOBODY;

    token_text_hash(secret, hash);
    for (size_t i = 0; i < TOKENS_SECRETS_MAX; i++) {
        bool equal = mem_equal_secret(hash, token->secrets[i].hash, sizeof hash);
        if (equal && i < token->secrets_len)
            found = i;
    }
    return found;
}

static enum tokens_verdict judge(const struct token *token, struct span secret,
                                 uint64_t wall_ms)
{
    static const struct token nobody;
    size_t match = matching_secret(token ? token : &nobody, secret);

    if (!token)
        return TOKENS_UNKNOWN;
    if (match == NOBODY)
        return TOKENS_WRONG_SECRET;
    if (token->revoked_ms)
        return TOKENS_REVOKED;
    if (is_over(token->expires_ms, wall_ms) ||
        is_over(token->secrets[match].expires_ms, wall_ms))
        return TOKENS_EXPIRED;
    return TOKENS_VALID;
}

enum err tokens_check(const struct tokens *t, struct span token, uint64_t wall_ms,
                      char id[static TOKEN_TEXT_ID_LEN + 1], enum tokens_verdict *verdict)
{
    struct token_text text;

    id[0] = '\0';
    *verdict = TOKENS_MALFORMED;
    if (token_text_parse(token, &text))
        return ERR_DENIED;
    memcpy(id, text.id.ptr, text.id.len);
    id[text.id.len] = '\0';
    *verdict = judge(find(t, text.id), text.secret, wall_ms);
    return *verdict == TOKENS_VALID ? OK : ERR_DENIED;
}

static bool covers(const struct token *token, struct span tunnel)
{
    for (size_t i = 0; i < token->tunnels_len; i++)
        if (tokens_scope_covers(span_text(token->tunnels[i].text), tunnel))
            return true;
    return false;
}

static bool is_live(const struct token *token, uint64_t wall_ms)
{
    return !token->revoked_ms && !is_over(token->expires_ms, wall_ms);
}

bool tokens_covers(const struct tokens *t, const char *id, struct span tunnel)
{
    const struct token *token = find(t, span_text(id));

    return token && covers(token, tunnel);
}

bool tokens_any_covers(const struct tokens *t, struct span tunnel, uint64_t wall_ms)
{
    char lower[LINK_TUNNEL_MAX];

    if (tunnel.len > sizeof lower)
        return false;
    for (size_t i = 0; i < tunnel.len; i++) {
        char c = tunnel.ptr[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    tunnel = span_of(lower, tunnel.len);
    for (size_t i = 0; i < t->list.len; i++)
        if (is_live(&t->list.tokens[i], wall_ms) && covers(&t->list.tokens[i], tunnel))
            return true;
    return false;
}

bool tokens_is_live(const struct tokens *t, const char *id, uint64_t wall_ms)
{
    const struct token *token = find(t, span_text(id));

    return token && is_live(token, wall_ms);
}

size_t tokens_len(const struct tokens *t)
{
    return t->list.len;
}

/* --- scopes --- */

static bool is_plain_label(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] >= 'A' && name.ptr[i] <= 'Z')
            return false;
    return link_tunnel_name_is_valid(name) &&
           !(name.len >= 4 && name.ptr[2] == '-' && name.ptr[3] == '-');
}

bool tokens_scope_is_valid(struct span scope)
{
    if (scope.len > TOKENS_SCOPE_MAX)
        return false;
    if (span_ends(scope, SPAN("-*")))
        scope.len -= 2;
    return is_plain_label(scope);
}

bool tokens_scope_covers(struct span scope, struct span tunnel)
{
    if (!is_plain_label(tunnel))
        return false;
    if (!span_ends(scope, SPAN("-*")))
        return span_is(scope, tunnel);
    scope.len--; /* the dash stays */
    return tunnel.len > scope.len && span_starts(tunnel, scope);
}
