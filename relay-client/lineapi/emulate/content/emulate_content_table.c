#include "relay-client/lineapi/emulate/content/content_operations.h"
#include "relay-client/lineapi/lineapi_operation.h"

#define SECOND 1000u

#define GET(operation, function, path)                                                         \
    {                                                                                          \
        .name = (operation), .emulate = (function), .method = "GET",                           \
        .pattern = "/v2/bot/message/{messageId}/" path, .host = LINEAPI_HOST_DATA,             \
        .rate = 2000, .rate_ms = SECOND                                                        \
    }

const struct lineapi_operation emulate_content_operations[] = {
    GET("getMessageContent", emulate_content, "content"),
    GET("getMessageContentPreview", emulate_content_preview, "content/preview"),
    GET("getMessageContentTranscodingByMessageId", emulate_content_transcoding,
        "content/transcoding"),
    {.name = NULL},
};
