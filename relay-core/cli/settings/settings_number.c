#include "cli/settings/settings_number.h"

#include "base/container.h"

#include <inttypes.h>
#include <stdio.h>

#define FRACTION_MAX 9u /* digits */

struct unit {
    const char *name;
    int64_t factor;
};

/* For printing the first that divides exactly is taken, so the largest come first. */
static const struct unit durations[] = {
    {"d", 86400000}, {"h", 3600000}, {"min", 60000}, {"m", 60000}, {"s", 1000}, {"ms", 1},
};
static const struct unit sizes[] = {
    {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1000000000}, {"MB", 1000000},
    {"KB", 1000},     {"kB", 1000},     {"G", 1 << 30},   {"M", 1 << 20},     {"K", 1 << 10},
    {"k", 1 << 10},   {"B", 1},         {"", 1},
};

struct decimal {
    uint64_t whole, fraction, scale; /* whole + fraction / scale */
};

static const struct unit *unit_named(const struct unit *units, size_t len, struct span name)
{
    for (size_t i = 0; i < len; i++)
        if (span_is(span_text(units[i].name), name))
            return &units[i];
    return NULL;
}

static size_t digits_len(struct span s)
{
    size_t n = 0;

    while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9')
        n++;
    return n;
}

/* Takes "12" or "1.5" off the front of *text. */
static bool take_decimal(struct span *text, struct decimal *out)
{
    size_t len = digits_len(*text);

    *out = (struct decimal){.scale = 1};
    if (!span_parse_u64(span_slice(*text, 0, len), &out->whole) ||
        out->whole > (uint64_t)SETTINGS_NUMBER_MAX)
        return false;
    *text = span_slice(*text, len, text->len);
    if (text->len == 0 || text->ptr[0] != '.')
        return true;
    *text = span_slice(*text, 1, text->len);
    len = digits_len(*text);
    if (len > FRACTION_MAX || !span_parse_u64(span_slice(*text, 0, len), &out->fraction))
        return false;
    *text = span_slice(*text, len, text->len);
    for (size_t i = 0; i < len; i++)
        out->scale *= 10;
    return true;
}

/* A fraction of the smallest unit is refused, not rounded. */
static bool scale(const struct decimal *d, int64_t factor, int64_t *out)
{
    uint64_t f = (uint64_t)factor;
    uint64_t product = d->fraction * f; /* < 10^9 * 2^30 */
    uint64_t part = product / d->scale; /* < f */

    if (product % d->scale != 0 || d->whole > ((uint64_t)SETTINGS_NUMBER_MAX - part) / f)
        return false;
    *out = (int64_t)(d->whole * f + part);
    return true;
}

static enum err parse_with_unit(struct span text, const struct unit *units, size_t len,
                                int64_t *out)
{
    struct decimal d;
    const struct unit *unit;
    bool is_zero = span_is(text, SPAN("0")); /* needs no unit */

    if (is_zero) {
        *out = 0;
        return OK;
    }
    if (!take_decimal(&text, &d))
        return ERR_SYNTAX;
    unit = unit_named(units, len, text);
    return unit && scale(&d, unit->factor, out) ? OK : ERR_SYNTAX;
}

static enum err parse_integer(struct span text, int64_t *out)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    uint64_t value;

    if (negative)
        text = span_slice(text, 1, text.len);
    if (!span_parse_u64(text, &value) || value > (uint64_t)SETTINGS_NUMBER_MAX)
        return ERR_SYNTAX;
    *out = negative ? -(int64_t)value : (int64_t)value;
    return OK;
}

static enum err parse_bool(struct span text, int64_t *out)
{
    static const char *const words[] = {"false", "true", "no", "yes", "0", "1"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!span_is(span_text(words[i]), text))
            continue;
        *out = i % 2;
        return OK;
    }
    return ERR_SYNTAX;
}

enum err settings_number_parse(enum setting_type type, struct span text, int64_t *out,
                               const char **why)
{
    enum err e = ERR_SYNTAX;
    int64_t value = 0;

    *why = "is not a number";
    if (type == SETTING_BOOL) {
        *why = "is neither true nor false";
        e = parse_bool(text, &value);
    } else if (type == SETTING_INTEGER) {
        *why = "is not a whole number";
        e = parse_integer(text, &value);
    } else if (type == SETTING_DURATION) {
        *why = "is not a duration; write 300ms, 1.5s, 10min, 12h or 30d";
        e = parse_with_unit(text, durations, ARRAY_LEN(durations), &value);
    } else if (type == SETTING_SIZE) {
        *why = "is not a size; write 4096, 64KiB, 1.5MiB or 1GB";
        e = parse_with_unit(text, sizes, ARRAY_LEN(sizes), &value);
    }
    if (!e)
        *out = value;
    return e;
}

static const char *format_with_unit(const struct unit *units, int64_t number, char *buf,
                                    size_t size)
{
    const struct unit *u = units;

    while (number % u->factor != 0)
        u++;
    (void)snprintf(buf, size, "%" PRId64 "%s", number / u->factor, u->name);
    return buf;
}

const char *settings_number_format(enum setting_type type, int64_t number, char *buf,
                                   size_t size)
{
    if (type == SETTING_DURATION && number != 0)
        return format_with_unit(durations, number, buf, size);
    if (type == SETTING_SIZE && number != 0)
        return format_with_unit(sizes, number, buf, size);
    (void)snprintf(buf, size, "%" PRId64, number);
    return buf;
}
