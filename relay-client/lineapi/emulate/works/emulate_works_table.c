#include "relay-client/lineapi/lineapi_operation.h"

/* LINE WORKS.  Open, because it has its own words for a missing token, a wrong body and too
 * many calls; all is checked in works_gate.c.  The path of an upload is our own choice. */
const struct lineapi_operation emulate_works_operations[] = {
    {.name = "worksIssueToken",
     .method = "POST",
     .pattern = "/oauth2/v2.0/token",
     .host = LINEAPI_HOST_WORKS,
     .flags = LINEAPI_OPEN},
    {.name = "worksSendToUser",
     .method = "POST",
     .pattern = "/v1.0/bots/{botId}/users/{userId}/messages",
     .host = LINEAPI_HOST_WORKS,
     .flags = LINEAPI_OPEN | LINEAPI_SENDS},
    {.name = "worksSendToChannel",
     .method = "POST",
     .pattern = "/v1.0/bots/{botId}/channels/{channelId}/messages",
     .host = LINEAPI_HOST_WORKS,
     .flags = LINEAPI_OPEN | LINEAPI_SENDS},
    {.name = "worksCreateAttachment",
     .method = "POST",
     .pattern = "/v1.0/bots/{botId}/attachments",
     .host = LINEAPI_HOST_WORKS,
     .flags = LINEAPI_OPEN},
    {.name = "worksUploadAttachment",
     .method = "POST",
     .pattern = "/works/attachments/{fileId}",
     .host = LINEAPI_HOST_WORKS,
     .flags = LINEAPI_OPEN | LINEAPI_BYTES},
    {0},
};
