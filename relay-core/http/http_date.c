#include "http/http_date.h"

#include <time.h>

static void put_two(char *at, int value)
{
    at[0] = (char)('0' + value / 10 % 10);
    at[1] = (char)('0' + value % 10);
}

struct span http_date_format(char out[static HTTP_DATE_LEN], uint64_t wall_ms)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm = {0};

    (void)gmtime_r(&seconds, &tm);
    memcpy(out, "Day, 00 Mon 0000 00:00:00 GMT", HTTP_DATE_LEN);
    memcpy(out, &days[tm.tm_wday * 3], 3);
    put_two(out + 5, tm.tm_mday);
    memcpy(out + 8, &months[tm.tm_mon * 3], 3);
    put_two(out + 12, (tm.tm_year + 1900) / 100);
    put_two(out + 14, tm.tm_year % 100);
    put_two(out + 17, tm.tm_hour);
    put_two(out + 20, tm.tm_min);
    put_two(out + 23, tm.tm_sec);
    return span_of(out, HTTP_DATE_LEN);
}
