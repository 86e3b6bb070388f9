#ifndef CLIENT_REPLAY_CALL_TEXT_H
#define CLIENT_REPLAY_CALL_TEXT_H

#include "relay-client/journal/lookup/journal_calls.h"

/* A call of the bot to LINE's API, for a terminal: `reply 200 emulated  「こんにちは」`. */

#define CALL_TEXT_MAX ((size_t)4096)

/* Appends a line without its end; peers' bytes are escaped. */
MUST_CHECK enum err call_text_format(const struct journal_call_whole *call, struct bytes *out);
/* The same as a JSON object: {"type":"call", ...}. */
MUST_CHECK enum err call_text_format_json(const struct journal_call_whole *call,
                                          struct bytes *out);

#endif
