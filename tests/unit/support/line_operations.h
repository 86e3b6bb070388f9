#ifndef TEST_LINE_OPERATIONS_H
#define TEST_LINE_OPERATIONS_H

#include <stddef.h>

/* Every operation of LINE's OpenAPI description (line-openapi, July 2026), and two that its
 * SDKs have had since. */
struct line_operation {
    const char *method, *path, *name;
};
extern const struct line_operation line_operations[];
extern const size_t line_operations_len;

#endif
