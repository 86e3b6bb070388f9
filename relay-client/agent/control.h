#ifndef CLIENT_AGENT_CONTROL_H
#define CLIENT_AGENT_CONTROL_H

/* What other commands ask a running agent for, over its control socket (HTTP/1.1, JSON).
 * Failures are problem+json (RFC 9457), whose `detail` is for the user.
 *
 * GET status ->
 *     {"state": "linked", "url": "https://mybot.relay.example.com", "detail": "",
 *      "tunnel": "mybot", "handler": "http://127.0.0.1:3000/callback",
 *      "webhook_path": "/callback", "rtt_us": 12000,
 *      "kept": 0, "delivered": 17, "pending": 2, "aside": 1,
 *      "inspector": "http://127.0.0.1:4649/#key=...",
 *      "line_api": {"url": "http://127.0.0.1:4650", ...}}, see docs/inspector-api.yaml
 *   `state` as status_header_word says it; `tunnel`, `url`, `webhook_path`, `inspector`
 *   and `line_api` may be null; `delivered` counts
 *   the webhooks of this run that the bot has answered.
 * POST retry | drop with {"exchange": 17}, or {"exchange": null} for all ->
 *     {"count": 1}
 *   404: there is no such exchange; 409: it is neither pending nor set aside.
 * POST announce with {"sha256": "hex of a body", "replay_of": 17 or null, "simulated": true} ->
 *     {"life_ms": 60000}
 *   What is sent to the public address next, and comes back over the link (announced.h).
 * POST announced with {"sha256": ...} ->
 *     {"exchange": 18}, or null: it has not come, or was asked for before
 * POST content?message=ID with a file and its Content-Type -> {}
 *   What a simulated message contains; at most 10 MiB.  409: the LINE API port is closed.
 * POST person with {"id": "U...", "type": "user", "name": "Alice", "language": "ja"} -> {}
 *   Somebody who is nobody real. */
#define CONTROL_STATUS    "/.hookline/status"
#define CONTROL_RETRY     "/.hookline/retry"
#define CONTROL_DROP      "/.hookline/drop"
#define CONTROL_ANNOUNCE  "/.hookline/announce"
#define CONTROL_ANNOUNCED "/.hookline/announced"
#define CONTROL_CONTENT   "/.hookline/content"
#define CONTROL_PERSON    "/.hookline/person"

#define CONTROL_BODY_MAX 4096u /* of either way, but for contents */

#endif
