#ifndef TESTS_UNIT_SUPPORT_INBOX_SAMPLE_H
#define TESTS_UNIT_SUPPORT_INBOX_SAMPLE_H

#include "relay-server/inbox/sqlite/inbox_repair.h"
#include "tests/unit/support/inbox_rig.h"

/* A closed inbox file with records of all kinds, and what is left of them after damage. */

#define INBOX_SAMPLE_LEN 12u /* seqs 1 to this; number 4 is set aside, number 6 noted */

struct inbox_sample {
    size_t len;
    uint8_t *file; /* as it was made; owned */
};

/* In a new scratch folder, with a tunnel remembered and the log emptied. */
void inbox_sample_make(struct inbox_sample *s);
void inbox_sample_fini(struct inbox_sample *s);
/* The first `len` bytes as they were, all else gone; of this inbox.db only. */
void inbox_sample_write(const struct inbox_sample *s, size_t len);
/* With one bit changed. */
void inbox_sample_flip(const struct inbox_sample *s, size_t byte, unsigned bit);
/* A bit for each seq: it is in inbox.db, kept or set aside, byte for byte as it was.  None
 * may be there that was not made. */
uint32_t inbox_sample_left(void);
#define INBOX_SAMPLE_ALL ((1u << (INBOX_SAMPLE_LEN + 1)) - 2)

/* Findings of a check; UINT64_MAX: it could not be opened. */
uint64_t inbox_sample_check(void);
/* Must work. */
void inbox_sample_repair(struct inbox_repair *r);

#endif
