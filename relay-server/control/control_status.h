#ifndef SERVER_CONTROL_STATUS_H
#define SERVER_CONTROL_STATUS_H

#include "base/bytes.h"
#include "relay-server/control/control_server.h"

/* The state of a relay as JSON, for `hookline-relay status`:
 *
 *     {"version": "0.1.0", "process": 4711, "state": "serving", "domain": "relay.example.com",
 *      "uptime_ms": 86400000, "connections": 12, "links": 1,
 *      "inbox": {"kept": 2, "bytes": 1843, "aside": 0, "delivered": 17,
 *                "oldest": "2026-11-21T19:24:05.123Z" or null, "problem": "" or what the
 *                disk says} or null when there is none,
 *      "tunnels": [{"name": "mybot", "linked": false, "since": "2026-..." or null,
 *                   "answer": "guard", "offline": "keep", "kept": 2, "bytes": 1843,
 *                   "oldest": ..., "aside": 0, "delivered": 17}, ...]}   */
#define CONTROL_STATUS_MAX ((size_t)8 * 1024 * 1024)

MUST_CHECK enum err control_status_format(struct bytes *out, struct relay_state *relay,
                                          const struct control_overview *overview);

#endif
