#include "codec/ulid.h"

#include <string.h>

/* Crockford's alphabet: no I, L, O, U. */
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#define TIME_DIGITS   10u
#define TIME_MAX      ((UINT64_C(1) << 48) - 1)
#define RANDOM_DIGITS 16u

/* False when all 80 bits were ones and are now zeroes. */
static bool count_up(uint8_t *bytes, size_t len)
{
    while (len > 0)
        if (++bytes[--len] != 0)
            return true;
    return false;
}

/* The top bit of fresh random parts stays clear, so that counting up has 2^79 steps
 * before it would run over. */
static void move_on(struct ulid_maker *m, uint64_t wall_ms, struct random *random)
{
    bool is_later = wall_ms > m->last_ms;

    if (!is_later && count_up(m->random_part, sizeof(m->random_part)))
        return;
    m->last_ms = is_later ? wall_ms : m->last_ms + 1;
    random_fill(random, m->random_part, sizeof(m->random_part));
    m->random_part[0] &= 0x7f;
}

static void format_time(uint64_t ms, char *out)
{
    for (size_t i = TIME_DIGITS; i > 0; i--) {
        out[i - 1] = digits[ms & 31];
        ms >>= 5;
    }
}

/* Five bytes are eight digits. */
static void format_five(const uint8_t *bytes, char *out)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < 5; i++)
        bits = bits << 8 | bytes[i];
    for (size_t i = 8; i > 0; i--) {
        out[i - 1] = digits[bits & 31];
        bits >>= 5;
    }
}

void ulid_make(struct ulid_maker *m, uint64_t wall_ms, struct random *random,
               char out[static ULID_LEN + 1])
{
    move_on(m, wall_ms > TIME_MAX ? TIME_MAX : wall_ms, random);
    format_time(m->last_ms, out);
    format_five(m->random_part, out + TIME_DIGITS);
    format_five(m->random_part + 5, out + TIME_DIGITS + RANDOM_DIGITS / 2);
    out[ULID_LEN] = '\0';
}

static bool digit_value(char c, uint64_t *out)
{
    const char *found = c != '\0' ? strchr(digits, c) : NULL;

    if (!found)
        return false;
    *out = (uint64_t)(found - digits);
    return true;
}

bool ulid_parse_ms(struct span text, uint64_t *out)
{
    uint64_t ms = 0;
    uint64_t digit;

    if (text.len != ULID_LEN || text.ptr[0] > '7')
        return false;
    for (size_t i = 0; i < ULID_LEN; i++) {
        if (!digit_value(text.ptr[i], &digit))
            return false;
        if (i < TIME_DIGITS)
            ms = ms << 5 | digit;
    }
    *out = ms;
    return true;
}

bool ulid_is_valid(struct span text)
{
    uint64_t ms;

    return ulid_parse_ms(text, &ms);
}
