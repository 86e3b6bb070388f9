/* Some of what a call names was never LINE's.  Ids of our mint are known by themselves; what
 * the user has chosen (retry keys, aliases) or anybody's UUID looks like is looked up. */
#include "relay-client/lineapi/emulate/emulator_impl.h"

#include "relay-client/lineapi/emulate/content/content_store.h"
#include "relay-client/lineapi/emulate/emulated_query.h"
#include "relay-client/lineapi/emulate/message/narrowcasts.h"
#include "relay-client/lineapi/emulate/message/retry_keys.h"

#define LOOKS_MAX 1000u /* words of a body that have the length of an id */

/* --- tokens --- */

static bool is_access_token(const struct emulator *e, struct span token)
{
    return token.len > 0 && (line_mint_is_own(e->options.mint, LINE_MINT_ACCESS_TOKEN, token) ||
                             issued_tokens_find(e->rooms.tokens, token));
}

static bool has_access_token(const struct emulator *e, const struct lineapi_match *match,
                             const struct http_head *head, struct span body)
{
    struct span value = http_head_value(head, "authorization");
    char token[ISSUED_TOKEN_SIZE * 2];

    if (span_is_nocase(span_slice(value, 0, 7), SPAN("Bearer ")) &&
        is_access_token(e, span_trim(span_slice(value, 7, value.len))))
        return true;
    if (!match->operation || !(match->operation->flags & LINEAPI_OPEN))
        return false;
    if (emulated_query_find(match->query, "access_token", token, sizeof token) &&
        is_access_token(e, span_text(token)))
        return true;
    return match->operation->flags & LINEAPI_FORM &&
           emulated_query_find(body, "access_token", token, sizeof token) &&
           is_access_token(e, span_text(token));
}

/* --- paths and queries --- */

/* Made by us, so that LINE cannot know it; people are the port's to decide on. */
static bool is_own_thing(const struct emulator *e, struct span text)
{
    static const enum line_mint_kind kinds[] = {
        LINE_MINT_RICH_MENU,   LINE_MINT_COUPON,     LINE_MINT_MESSAGE_ID,
        LINE_MINT_QUOTE_TOKEN, LINE_MINT_READ_TOKEN,
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (line_mint_is_own(e->options.mint, kinds[i], text))
            return true;
    return false;
}

static bool has_own_param(const struct emulator *e, const struct lineapi_match *match)
{
    for (size_t i = 0; i < LINEAPI_PARAMS_MAX; i++) {
        struct span param = match->params[i];
        if (param.len > 0 && (is_own_thing(e, param) || content_store_find(e->contents, param)))
            return true;
    }
    return strstr(match->operation->pattern, "{richMenuAliasId}") &&
           richmenu_store_alias(e->rooms.richmenus, match->params[0]);
}

static bool has_request_id(const struct emulator *e, const struct lineapi_match *match)
{
    char id[40];

    return emulated_query_find(match->query, "requestId", id, sizeof id) &&
           (narrowcasts_find(e->narrowcasts, span_text(id)) ||
            richmenu_store_batch_ms(e->rooms.richmenus, id) > 0);
}

/* --- headers and bodies --- */

static bool has_retry_key(const struct emulator *e, const struct http_head *head)
{
    struct span value = http_head_value(head, "x-line-retry-key");
    char key[RETRY_KEY_SIZE] = "";

    if (value.len != RETRY_KEY_SIZE - 1)
        return false;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        key[i] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
    }
    return retry_keys_find(e->retry_keys, key, clock_wall_ms(e->options.clock)) != NULL;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '-' || c == '_';
}

/* Is some word of the body one of our ids?  Whatever member it stands in. */
static bool has_own_word(const struct emulator *e, struct span body)
{
    unsigned looks = 0;

    for (size_t at = 0; at < body.len && looks < LOOKS_MAX;) {
        size_t end = at;
        while (end < body.len && is_word(body.ptr[end]))
            end++;
        size_t len = end - at;
        bool has_len = len == 26 || len == 41 || len == 64 || len == 88;
        looks += has_len;
        if (has_len && is_own_thing(e, span_slice(body, at, end)))
            return true;
        at = end + 1;
    }
    return false;
}

bool emulator_knows(const struct emulator *e, const struct lineapi_match *match,
                    const struct http_head *head, struct span body)
{
    if (has_retry_key(e, head) || has_access_token(e, match, head, body))
        return true;
    if (!match->operation)
        return false;
    return has_own_param(e, match) || has_request_id(e, match) ||
           (match->operation->flags & LINEAPI_JSON && has_own_word(e, body));
}
