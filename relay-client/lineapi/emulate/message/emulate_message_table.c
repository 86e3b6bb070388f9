#include "relay-client/lineapi/emulate/message/message_operations.h"
#include "relay-client/lineapi/lineapi_operation.h"

#define SECOND 1000u
#define HOUR   3600000u

#define SEND(operation, function, path, bits, calls, time)                                     \
    {                                                                                          \
        .name = (operation), .emulate = (function), .method = "POST",                          \
        .pattern = "/v2/bot/message/" path, .host = LINEAPI_HOST_API,                          \
        .flags = LINEAPI_JSON | LINEAPI_SENDS | (bits), .rate = (calls), .rate_ms = (time)     \
    }
#define VALIDATE(operation, function, path)                                                    \
    {                                                                                          \
        .name = (operation), .emulate = (function), .method = "POST",                          \
        .pattern = "/v2/bot/message/validate/" path, .host = LINEAPI_HOST_API,                 \
        .flags = LINEAPI_JSON | LINEAPI_HARMLESS, .rate = 2000, .rate_ms = SECOND              \
    }

const struct lineapi_operation emulate_message_operations[] = {
    SEND("replyMessage", emulate_reply, "reply", LINEAPI_REPLY, 2000, SECOND),
    SEND("pushMessage", emulate_push, "push", LINEAPI_RETRY_KEY, 2000, SECOND),
    SEND("multicast", emulate_multicast, "multicast", LINEAPI_RETRY_KEY, 200, SECOND),
    SEND("narrowcast", emulate_narrowcast, "narrowcast", LINEAPI_RETRY_KEY, 60, HOUR),
    SEND("broadcast", emulate_broadcast, "broadcast", LINEAPI_RETRY_KEY, 60, HOUR),
    {.name = "getNarrowcastProgress",
     .emulate = emulate_narrowcast_progress,
     .method = "GET",
     .pattern = "/v2/bot/message/progress/narrowcast",
     .host = LINEAPI_HOST_API,
     .rate = 2000,
     .rate_ms = SECOND},
    VALIDATE("validateReply", emulate_validate_to_one_chat, "reply"),
    VALIDATE("validatePush", emulate_validate_to_one_chat, "push"),
    VALIDATE("validateMulticast", emulate_validate_to_many, "multicast"),
    VALIDATE("validateNarrowcast", emulate_validate_to_many, "narrowcast"),
    VALIDATE("validateBroadcast", emulate_validate_to_many, "broadcast"),
    {.name = NULL},
};
