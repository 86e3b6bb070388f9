#ifndef NET_TLS_PEM_H
#define NET_TLS_PEM_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* The text of a PEM file, read with the checks that people need to hear about. */

#define TLS_PEM_FILE_MAX ((size_t)4 << 20)

struct tls_pem_file {
    const char *path;
    const char *what; /* for people: "certificate file" */
    bool is_secret;   /* refuse it when group or others may read it */
};

/* NUL-terminated text, to be given to tls_pem_free.  ERR_CONFIG unreadable, empty,
 * not a file, too large; ERR_DENIED readable by others; ERR_NOMEM. */
MUST_CHECK enum err tls_pem_read(const struct tls_pem_file *file, char **out,
                                 char detail[static 256]);
/* Wipes it first; NULL does nothing. */
void tls_pem_free(char *text);

#endif
