#ifndef CLIENT_AGENT_CONTROL_H
#define CLIENT_AGENT_CONTROL_H

/* What other commands ask a running agent for, over its control socket (HTTP/1.1, JSON).
 * Failures are problem+json (RFC 9457), whose `detail` is for the user.
 *
 * GET status ->
 *     {"state": "linked", "url": "https://mybot.relay.example.com", "detail": "",
 *      "tunnel": "mybot", "handler": "http://127.0.0.1:3000/callback", "rtt_us": 12000,
 *      "kept": 0, "delivered": 17, "pending": 2, "aside": 1,
 *      "inspector": "http://127.0.0.1:4649/#key=..."}
 *   `state` as status_header_word says it; `tunnel`, `url` and `inspector` may be
 *   null; `delivered` counts
 *   the webhooks of this run that the bot has answered.
 * POST retry | drop with {"exchange": 17}, or {"exchange": null} for all ->
 *     {"count": 1}
 *   404: there is no such exchange; 409: it is neither pending nor set aside. */
#define CONTROL_STATUS "/.hookline/status"
#define CONTROL_RETRY  "/.hookline/retry"
#define CONTROL_DROP   "/.hookline/drop"

#define CONTROL_BODY_MAX 4096u /* of either way */

#endif
