#ifndef TESTS_UNIT_SUPPORT_NOTEBOOK_H
#define TESTS_UNIT_SUPPORT_NOTEBOOK_H

#include "base/span.h"
#include "store/database.h"
#include "store/statement.h"

#include <sys/types.h>

/* A small database to try things on: notes with a unique name and a body. */
extern const struct database_schema notebook_schema;       /* version 1 */
extern const struct database_schema notebook_schema_2;     /* one column more */
extern const struct database_schema notebook_schema_bad;   /* its third step fails */
extern const struct database_schema notebook_schema_other; /* of another program */

/* What the last opening had to say. */
extern char notebook_detail[DETAIL_MAX];

MUST_CHECK enum err notebook_try_open(const char *path, const struct database_schema *schema,
                                      bool is_reader, struct database **out);
/* Version 1; it must work. */
struct database *notebook_open(const char *path, bool is_reader);
/* It must not work, and say why. */
enum err notebook_open_fails(const char *path, const struct database_schema *schema,
                             bool is_reader);

MUST_CHECK enum err notebook_insert(struct database *db, const char *name, struct span body);
uint64_t notebook_count(struct database *db);
/* PRAGMA integrity_check. */
bool notebook_is_intact(struct database *db);
/* Up to 1 MiB of them. */
struct span notebook_zeroes(size_t len);
/* Of a file in the scratch folder, -1 if there is none. */
off_t notebook_file_size(const char *name);

#endif
