#include "store/detail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void detail_write(char detail[static DETAIL_MAX], const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(detail, DETAIL_MAX, format, args);
    va_end(args);
}

void detail_write_errno(char detail[static DETAIL_MAX], const char *subject, int error)
{
    char cause[128];

    detail_write(detail, "%s: %s", subject, strerror_r(error, cause, sizeof(cause)));
}
