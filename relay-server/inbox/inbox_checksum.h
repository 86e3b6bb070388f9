#ifndef SERVER_INBOX_CHECKSUM_H
#define SERVER_INBOX_CHECKSUM_H

#include "codec/digest.h"
#include "relay-server/inbox/inbox_op.h"

/* SHA-256 over what is stored, so that a flipped bit is found wherever it is.  A record
 * has two, so that all can be checked at the start without reading their contents: one
 * over the content, and one over all else and the first. */
#define INBOX_CHECKSUM_LEN DIGEST_SHA256_LEN

void inbox_checksum_content(struct span head, struct span body,
                            uint8_t out[static INBOX_CHECKSUM_LEN]);
/* Without attempts, which are a note's. */
void inbox_checksum_record(const struct inbox_row *r, uint8_t out[static INBOX_CHECKSUM_LEN]);
/* `reason` is zero where there is none, unlike an empty one. */
void inbox_checksum_note(uint64_t seq, unsigned attempts, struct span reason,
                         uint8_t out[static INBOX_CHECKSUM_LEN]);
void inbox_checksum_tunnel(const struct inbox_tunnel *t,
                           uint8_t out[static INBOX_CHECKSUM_LEN]);

#endif
