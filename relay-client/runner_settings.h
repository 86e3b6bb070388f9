#ifndef CLIENT_RUNNER_SETTINGS_H
#define CLIENT_RUNNER_SETTINGS_H

#include "cli/settings/settings.h"
#include "relay-client/agent/agent.h"
#include "relay-client/agent/webhook_path.h"

/* What an agent is to do, as the settings say it.  `has_link`: some are only known then. */

/* ERR_CONFIG with `detail`: a webhook path that never matches would let unsigned requests
 * pass. */
MUST_CHECK enum err runner_settings_check(const struct settings *s, bool has_link,
                                          char detail[static 512]);
/* POSTs to this path are webhooks, signed or not: that of --forward, into `storage`, unless
 * told otherwise.  NULL: it has none, or one that is too long to compare; then any POST may be
 * one. */
const char *runner_settings_webhook_path(const struct settings *s, bool has_link,
                                         char storage[static WEBHOOK_PATH_MAX]);
/* Who answers, what is kept and tried again; with a link. */
void runner_settings_policy(const struct settings *s, struct agent_options *out);

#endif
