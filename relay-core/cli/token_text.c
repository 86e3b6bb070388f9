#include "cli/token_text.h"

#include "base/mem.h"
#include "codec/digest.h"

#include <string.h>

#define BASE        62u
#define SECRET_SIZE 32u
#define PREFIX_LEN  (sizeof(TOKEN_TEXT_PREFIX) - 1)
#define SECRET_AT   (PREFIX_LEN + TOKEN_TEXT_ID_LEN + 1)
#define CHECK_AT    (SECRET_AT + TOKEN_TEXT_SECRET_LEN)

_Static_assert(CHECK_AT + TOKEN_TEXT_CHECK_LEN == TOKEN_TEXT_LEN, "the parts make the whole");
_Static_assert(TOKEN_TEXT_HASH_LEN == DIGEST_SHA256_LEN, "the hash is SHA-256");

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static bool is_alphanumeric(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\0' || !strchr(alphabet, s.ptr[i]))
            return false;
    return true;
}

/* CRC-32 of ISO 3309 (the one of zip and PNG). */
static uint32_t crc32_of(const char *text, size_t len)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < len; i++) {
        crc ^= (uint8_t)text[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static void write_check(const char *text, char out[static TOKEN_TEXT_CHECK_LEN])
{
    uint32_t crc = crc32_of(text, CHECK_AT);

    for (size_t i = TOKEN_TEXT_CHECK_LEN; i-- > 0; crc /= BASE)
        out[i] = alphabet[crc % BASE];
}

/* Divides the big-endian number by 62; returns the rest. */
static unsigned next_digit(uint8_t number[static SECRET_SIZE])
{
    unsigned rest = 0;

    for (size_t i = 0; i < SECRET_SIZE; i++) {
        unsigned part = rest * 256 + number[i];
        number[i] = (uint8_t)(part / BASE);
        rest = part % BASE;
    }
    return rest;
}

bool token_text_has_prefix(struct span text)
{
    return span_starts(text, SPAN(TOKEN_TEXT_PREFIX));
}

enum err token_text_parse(struct span text, struct token_text *out)
{
    char check[TOKEN_TEXT_CHECK_LEN];
    struct span id, secret;

    if (text.len != TOKEN_TEXT_LEN || !token_text_has_prefix(text))
        return ERR_SYNTAX;
    id = span_slice(text, PREFIX_LEN, PREFIX_LEN + TOKEN_TEXT_ID_LEN);
    secret = span_slice(text, SECRET_AT, CHECK_AT);
    if (text.ptr[SECRET_AT - 1] != '_' || !is_alphanumeric(id) || !is_alphanumeric(secret))
        return ERR_SYNTAX;
    write_check(text.ptr, check);
    if (memcmp(check, text.ptr + CHECK_AT, sizeof check) != 0)
        return ERR_SYNTAX;
    *out = (struct token_text){.id = id, .secret = secret};
    return OK;
}

void token_text_make_id(struct random *r, char id[static TOKEN_TEXT_ID_LEN + 1])
{
    for (size_t i = 0; i < TOKEN_TEXT_ID_LEN; i++)
        id[i] = alphabet[random_below(r, BASE)];
    id[TOKEN_TEXT_ID_LEN] = '\0';
}

void token_text_make(struct random *r, const char id[static TOKEN_TEXT_ID_LEN + 1],
                     char text[static TOKEN_TEXT_LEN + 1])
{
    uint8_t number[SECRET_SIZE];

    memcpy(text, TOKEN_TEXT_PREFIX, PREFIX_LEN);
    memcpy(text + PREFIX_LEN, id, TOKEN_TEXT_ID_LEN);
    text[SECRET_AT - 1] = '_';
    random_fill(r, number, sizeof number);
    for (size_t i = CHECK_AT; i-- > SECRET_AT;)
        text[i] = alphabet[next_digit(number)];
    mem_wipe(number, sizeof number);
    write_check(text, text + CHECK_AT);
    text[TOKEN_TEXT_LEN] = '\0';
}

void token_text_hash(struct span secret, uint8_t hash[static TOKEN_TEXT_HASH_LEN])
{
    digest_sha256(secret, hash);
}
