#include "relay-client/lineapi/lineapi_operation.h"

/* What LINE has and nobody develops a bot against: passed on when it may be, answered as not
 * emulated otherwise.  Audiences and LIFF apps are settings of an account; no person notices
 * an audience until somebody sends to it. */

#define GET(operation, path)                                                                   \
    {                                                                                          \
        .name = (operation), .method = "GET", .pattern = (path), .host = LINEAPI_HOST_API      \
    }
#define WITH(operation, verb, path, bits)                                                      \
    {                                                                                          \
        .name = (operation), .method = (verb), .pattern = (path), .host = LINEAPI_HOST_API,    \
        .flags = (bits)                                                                        \
    }
#define FILE_OF(operation, verb, path)                                                         \
    {                                                                                          \
        .name = (operation), .method = (verb), .pattern = (path), .host = LINEAPI_HOST_DATA,   \
        .flags = LINEAPI_BYTES | LINEAPI_HARMLESS                                              \
    }

#define AUDIENCE "/v2/bot/audienceGroup"
#define INSIGHT  "/v2/bot/insight"

const struct lineapi_operation lineapi_other_operations[] = {
    /* statistics */
    GET("getFriendsDemographics", INSIGHT "/demographic"),
    GET("getMessageEvent", INSIGHT "/message/event"),
    GET("getNumberOfFollowers", INSIGHT "/followers"),
    GET("getNumberOfMessageDeliveries", INSIGHT "/message/delivery"),
    GET("getStatisticsPerUnit", INSIGHT "/message/event/aggregation"),
    GET("getRichMenuInsightDaily", INSIGHT "/richmenu/{richMenuId}/daily"),
    GET("getRichMenuInsightSummary", INSIGHT "/richmenu/{richMenuId}/summary"),

    /* audiences */
    WITH("createAudienceGroup", "POST", AUDIENCE "/upload", LINEAPI_JSON | LINEAPI_HARMLESS),
    WITH("addAudienceToAudienceGroup", "PUT", AUDIENCE "/upload",
         LINEAPI_JSON | LINEAPI_HARMLESS),
    FILE_OF("createAudienceForUploadingUserIds", "POST", AUDIENCE "/upload/byFile"),
    FILE_OF("addUserIdsToAudience", "PUT", AUDIENCE "/upload/byFile"),
    WITH("createClickBasedAudienceGroup", "POST", AUDIENCE "/click",
         LINEAPI_JSON | LINEAPI_HARMLESS),
    WITH("createImpBasedAudienceGroup", "POST", AUDIENCE "/imp",
         LINEAPI_JSON | LINEAPI_HARMLESS),
    WITH("updateAudienceGroupDescription", "PUT",
         AUDIENCE "/{audienceGroupId}/updateDescription", LINEAPI_JSON | LINEAPI_HARMLESS),
    WITH("deleteAudienceGroup", "DELETE", AUDIENCE "/{audienceGroupId}", LINEAPI_HARMLESS),
    GET("getAudienceData", AUDIENCE "/{audienceGroupId}"),
    GET("getAudienceGroups", AUDIENCE "/list"),
    GET("getSharedAudienceData", AUDIENCE "/shared/{audienceGroupId}"),
    GET("getSharedAudienceGroups", AUDIENCE "/shared/list"),

    /* LIFF apps */
    GET("getAllLIFFApps", "/liff/v1/apps"),
    WITH("addLIFFApp", "POST", "/liff/v1/apps", LINEAPI_JSON),
    WITH("updateLIFFApp", "PUT", "/liff/v1/apps/{liffId}", LINEAPI_JSON),
    WITH("deleteLIFFApp", "DELETE", "/liff/v1/apps/{liffId}", 0),

    /* modules */
    GET("getModules", "/v2/bot/list"),
    WITH("acquireChatControl", "POST", "/v2/bot/chat/{chatId}/control/acquire", LINEAPI_JSON),
    WITH("releaseChatControl", "POST", "/v2/bot/chat/{chatId}/control/release", 0),
    WITH("detachModule", "POST", "/v2/bot/channel/detach", LINEAPI_JSON),
    {.name = "attachModule",
     .method = "POST",
     .pattern = "/module/auth/v1/token",
     .host = LINEAPI_HOST_MANAGER,
     .flags = LINEAPI_FORM | LINEAPI_OPEN},

    /* options of corporate customers */
    WITH("pushMessagesByPhone", "POST", "/bot/pnp/push", LINEAPI_JSON | LINEAPI_SENDS),
    GET("getPNPMessageStatistics", "/v2/bot/message/delivery/pnp"),
    WITH("pushTemplatedMessagesByPhone", "POST", "/v2/bot/message/pnp/templated/push",
         LINEAPI_JSON | LINEAPI_SENDS),
    GET("getPNPTemplatedMessageStatistics", "/v2/bot/message/delivery/pnp/templated"),
    WITH("missionStickerV3", "POST", "/shop/v3/mission", LINEAPI_JSON),
    {.name = NULL},
};
