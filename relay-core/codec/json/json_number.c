#include "codec/json/json_number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 17 /* enough for every double */

/* value = 0.d1d2d3... * 10^point */
struct decimal {
    char digits[DIGITS_MAX + 1];
    int len;
    int point;
};

/* `value` is finite and positive.  The least precision leaves no zeroes at the end. */
static void shortest(double value, struct decimal *out)
{
    char text[JSON_NUMBER_SIZE];
    char *end;
    int precision = 0;

    do
        (void)snprintf(text, sizeof(text), "%.*e", precision++, value);
    while (precision < DIGITS_MAX && strtod(text, NULL) != value);

    *out = (struct decimal){0};
    for (const char *p = text; *p != 'e'; p++)
        if (*p != '.')
            out->digits[out->len++] = *p;
    out->point = (int)strtol(strchr(text, 'e') + 1, &end, 10) + 1;
}

static void lay_out(const struct decimal *d, char *out, size_t size)
{
    const char *rest = d->digits + 1;
    int exponent = d->point - 1;

    if (d->len <= d->point && d->point <= 21)
        (void)snprintf(out, size, "%s%.*s", d->digits, d->point - d->len,
                       "000000000000000000000");
    else if (d->point > 0 && d->point <= 21)
        (void)snprintf(out, size, "%.*s.%s", d->point, d->digits, d->digits + d->point);
    else if (d->point > -6 && d->point <= 0)
        (void)snprintf(out, size, "0.%.*s%s", -d->point, "00000", d->digits);
    else
        (void)snprintf(out, size, "%c%s%se%+d", d->digits[0], *rest ? "." : "", rest, exponent);
}

const char *json_number_format(double value, char buf[static JSON_NUMBER_SIZE])
{
    struct decimal d;
    size_t sign = value < 0;

    if (!isfinite(value) || value == 0) {
        memcpy(buf, value == 0 ? "0" : "null", value == 0 ? 2 : 5);
        return buf;
    }
    buf[0] = '-';
    shortest(sign ? -value : value, &d);
    lay_out(&d, buf + sign, JSON_NUMBER_SIZE - sign);
    return buf;
}
