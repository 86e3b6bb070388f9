#ifndef CLIENT_SIMULATE_SIMULATE_PRECEDENT_H
#define CLIENT_SIMULATE_SIMULATE_PRECEDENT_H

#include "cli/settings/settings.h"
#include "relay-client/journal/journal_reader.h"
#include "relay-client/lineapi/line_mint.h"

/* What a simulated webhook has in common with those that LINE sent before: the bot that it is
 * meant for, and the path where it arrives. */

struct simulate_precedent {
    char destination[LINE_MINT_SIZE];
    char path[512];
    bool is_known; /* from a webhook that came */
};

/* Without any: the mint's bot ("bot"), and the path of --webhook-path or --forward, or "/". */
void simulate_precedent_init(struct simulate_precedent *p, struct line_mint *mint,
                             const struct settings *settings);
/* The path alone, if it is one. */
void simulate_precedent_set_path(struct simulate_precedent *p, struct span path);
/* ... as the newest webhook of LINE in the journal has them; unchanged if there is none. */
MUST_CHECK enum err simulate_precedent_read(struct simulate_precedent *p,
                                            struct journal_reader *reader);

#endif
