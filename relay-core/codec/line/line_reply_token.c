#include "codec/line/line_reply_token.h"

/* Clocks differ: what lies ahead has not begun. */
static bool is_older(uint64_t begin_ms, uint64_t at_ms, uint64_t limit_ms)
{
    return at_ms > begin_ms && at_ms - begin_ms > limit_ms;
}

bool line_reply_token_is_dead(uint64_t event_ms, bool is_redelivery, uint64_t received_ms,
                              uint64_t at_ms)
{
    if (is_older(received_ms, at_ms, LINE_REPLY_TOKEN_MS))
        return true;
    return is_redelivery && event_ms > 0 &&
           is_older(event_ms, at_ms, LINE_REPLY_TOKEN_REDELIVERED_MS);
}
