#include "codec/line/line_time.h"

/* Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that
 * begin in March, so that the leap day is the last one. */
static uint64_t days_until(uint64_t year, uint64_t month, uint64_t day)
{
    uint64_t shifted = (month + 9) % 12; /* March is 0 */
    uint64_t y = month < 3 ? year - 1 : year;

    return y * 365 + y / 4 - y / 100 + y / 400 + (153 * shifted + 2) / 5 + day - 1 - 719468;
}

/* Takes `digits` digits and the mark behind them ('\0': none) off the text. */
static bool take(struct span *text, size_t digits, char mark, uint64_t *out)
{
    size_t len = digits + (mark != '\0');

    if (text->len < len || !span_parse_u64(span_slice(*text, 0, digits), out) ||
        (mark != '\0' && text->ptr[digits] != mark))
        return false;
    *text = span_slice(*text, len, text->len);
    return true;
}

static bool take_fraction(struct span *text, uint64_t *ms)
{
    *ms = 0;
    if (text->len == 0 || text->ptr[0] != '.')
        return true;
    *text = span_slice(*text, 1, text->len);
    return take(text, 3, '\0', ms);
}

uint64_t line_time_parse(struct span text)
{
    uint64_t year, month, day, hour, minute, second, ms;

    if (!take(&text, 4, '-', &year) || !take(&text, 2, '-', &month) ||
        !take(&text, 2, 'T', &day) || !take(&text, 2, ':', &hour) ||
        !take(&text, 2, ':', &minute) || !take(&text, 2, '\0', &second) ||
        !take_fraction(&text, &ms) || !span_is(text, SPAN("Z")))
        return 0;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
        minute > 59 || second > 60)
        return 0;
    uint64_t hours = days_until(year, month, day) * 24 + hour;
    return ((hours * 60 + minute) * 60 + second) * 1000 + ms;
}
