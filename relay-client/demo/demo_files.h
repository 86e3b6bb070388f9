#ifndef CLIENT_DEMO_DEMO_FILES_H
#define CLIENT_DEMO_DEMO_FILES_H

#include "base/random.h"
#include "base/span.h"
#include "cli/paths.h"

/* What the demo needs on disk: a folder of its own with a certificate authority made on
 * the spot, the relay's certificate, a channel secret, and a signed webhook.
 *
 * Life: demo_files_make -> ... -> demo_files_remove. */
struct demo_files {
    char folder[PATHS_MAX];
    char ca[PATHS_MAX], cert[PATHS_MAX], key[PATHS_MAX];
    char secret[PATHS_MAX], token[PATHS_MAX], body[PATHS_MAX];
    char relay_log[PATHS_MAX], agent_log[PATHS_MAX];
    char signature[64]; /* of the body, Base64 */
};

/* On failure `detail` says why; what was made is removed. */
MUST_CHECK enum err demo_files_make(struct demo_files *f, struct random *random,
                                    uint64_t now_ms, char detail[static 256]);
MUST_CHECK enum err demo_files_write_token(struct demo_files *f, struct span token,
                                           char detail[static 256]);
void demo_files_remove(struct demo_files *f);

#endif
