#include "codec/signature/signature_guess.h"

#include "base/base64.h"
#include "base/container.h"
#include "base/hex.h"
#include "base/mem.h"
#include "codec/signature/signature_message.h"

#define SECRET_MAX (SIGNATURE_GUESS_MAX - 2) /* room for CR LF */

struct guess {
    size_t (*make)(struct span secret, uint8_t *key);
    bool is_secret; /* it makes another secret, from which the key comes as usual */
    struct signature_cause cause;
    const char *meaning;
};

static size_t copy(struct span s, uint8_t *key)
{
    if (s.len > 0)
        memcpy(key, s.ptr, s.len);
    return s.len;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t trimmed(struct span secret, uint8_t *key)
{
    while (secret.len > 0 && is_space(secret.ptr[secret.len - 1]))
        secret.len--;
    while (secret.len > 0 && is_space(secret.ptr[0]))
        secret = span_slice(secret, 1, secret.len);
    return copy(secret, key);
}

static size_t unquoted(struct span secret, uint8_t *key)
{
    bool is_quoted = secret.len > 2 && (secret.ptr[0] == '"' || secret.ptr[0] == '\'') &&
                     secret.ptr[secret.len - 1] == secret.ptr[0];

    return is_quoted ? copy(span_slice(secret, 1, secret.len - 1), key) : 0;
}

static size_t with_lf(struct span secret, uint8_t *key)
{
    size_t len = copy(secret, key);

    key[len] = '\n';
    return len + 1;
}

static size_t with_crlf(struct span secret, uint8_t *key)
{
    size_t len = copy(secret, key);

    key[len] = '\r';
    key[len + 1] = '\n';
    return len + 2;
}

static size_t from_hex(struct span secret, uint8_t *key)
{
    return hex_parse(secret, key, secret.len / 2) ? 0 : secret.len / 2;
}

static size_t from_base64(struct span secret, uint8_t *key)
{
    size_t len;

    return base64_parse(secret, key, SECRET_MAX, &len) ? 0 : len;
}

static size_t lower_case(struct span secret, uint8_t *key)
{
    for (size_t i = 0; i < secret.len; i++) {
        char c = secret.ptr[i];

        key[i] = (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return secret.len;
}

static size_t upper_case(struct span secret, uint8_t *key)
{
    for (size_t i = 0; i < secret.len; i++) {
        char c = secret.ptr[i];

        key[i] = (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    return secret.len;
}

static struct span after_whsec(struct span secret)
{
    struct span prefix = SPAN("whsec_");

    return span_starts(secret, prefix) ? span_slice(secret, prefix.len, secret.len)
                                       : (struct span){0};
}

static size_t without_whsec(struct span secret, uint8_t *key)
{
    return copy(after_whsec(secret), key);
}

static size_t decoded_whsec(struct span secret, uint8_t *key)
{
    return from_base64(after_whsec(secret), key);
}

static const struct guess guesses[] = {
    {trimmed,
     true,
     {"sig_secret_spaces", "secret_trimmed"},
     "once the white space around it is removed. Correct the configured secret."},
    {unquoted,
     true,
     {"sig_secret_spaces", "secret_unquoted"},
     "without the quotes around it. Remove them from the configured secret."},
    {with_lf,
     false,
     {"sig_secret_spaces", "secret_with_lf"},
     "with a line break behind it: whoever signs reads the secret from a file and keeps its "
     "line break. Strip it there."},
    {with_crlf,
     false,
     {"sig_secret_spaces", "secret_with_crlf"},
     "with CR LF behind it: whoever signs reads the secret from a file and keeps its line "
     "break. Strip it there."},
    {from_hex,
     false,
     {"sig_other_secret", "secret_from_hex"},
     "decoded from hexadecimal: whoever signs turns it into bytes first. The key is the text "
     "as it stands."},
    {lower_case,
     true,
     {"sig_other_secret", "secret_lower_case"},
     "in lower case. Secrets are case-sensitive: copy it exactly."},
    {upper_case,
     true,
     {"sig_other_secret", "secret_upper_case"},
     "in upper case. Secrets are case-sensitive: copy it exactly."},
    {copy,
     false,
     {"sig_other_secret", "secret_as_text"},
     "taken as text. The key is what its Base64 part after whsec_ decodes to."},
    {without_whsec,
     false,
     {"sig_other_secret", "secret_without_whsec"},
     "without its whsec_ in front, taken as text: whoever signs cut it off or did not decode "
     "the rest."},
    {decoded_whsec,
     false,
     {"sig_other_secret", "secret_decoded_whsec"},
     "when the part after whsec_ is decoded from Base64: whoever signs follows Standard "
     "Webhooks, but here the whole text is the key."},
    {from_base64,
     false,
     {"sig_other_secret", "secret_from_base64"},
     "decoded from Base64: whoever signs turns it into bytes first. The key is the text as it "
     "stands."},
};

size_t signature_guess_count(void)
{
    return ARRAY_LEN(guesses);
}

/* The key that the provider makes of a corrected secret, in its place. */
static size_t key_of(const struct signature_provider *p, uint8_t *key, size_t len)
{
    const struct signature_secret corrected = {.provider = p, .secret = span_of(key, len)};
    uint8_t storage[SIGNATURE_KEY_MAX];
    struct span made;
    size_t made_len = 0;

    if (signature_message_key(&corrected, storage, &made)) {
        made_len = made.len;
        memmove(key, made.ptr, made.len);
    }
    mem_wipe(storage, sizeof(storage));
    return made_len;
}

size_t signature_guess_make(size_t index, const struct signature_secret *secret,
                            uint8_t key[static SIGNATURE_GUESS_MAX])
{
    const struct guess *g = &guesses[index];
    struct span s = secret->secret;

    if (s.len == 0 || s.len > SECRET_MAX)
        return 0;
    size_t len = g->make(s, key);
    if (len == 0 || !g->is_secret)
        return len;
    return span_is(span_of(key, len), s) ? 0 : key_of(secret->provider, key, len);
}

const char *signature_guess_meaning(size_t index)
{
    return guesses[index].meaning;
}

const struct signature_cause *signature_guess_cause(size_t index)
{
    return &guesses[index].cause;
}
