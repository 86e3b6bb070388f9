#include "relay-client/lineapi/emulate/account/account_operations.h"
#include "relay-client/lineapi/lineapi_operation.h"

#define SECOND 1000u
#define MINUTE 60000u
#define HOUR   3600000u

#define GET(operation, function, path, calls, time)                                            \
    {                                                                                          \
        .name = (operation), .emulate = (function), .method = "GET",                           \
        .pattern = "/v2/bot/" path, .host = LINEAPI_HOST_API, .rate = (calls),                 \
        .rate_ms = (time)                                                                      \
    }

const struct lineapi_operation emulate_account_operations[] = {
    GET("getBotInfo", emulate_bot_info, "info", 2000, SECOND),
    GET("getMessageQuota", emulate_quota, "message/quota", 2000, SECOND),
    GET("getMessageQuotaConsumption", emulate_quota_consumption, "message/quota/consumption",
        2000, SECOND),
    GET("getNumberOfSentReplyMessages", emulate_delivery_of_replies, "message/delivery/reply",
        2000, SECOND),
    GET("getNumberOfSentPushMessages", emulate_delivery_of_pushes, "message/delivery/push",
        2000, SECOND),
    GET("getNumberOfSentMulticastMessages", emulate_delivery_of_multicasts,
        "message/delivery/multicast", 2000, SECOND),
    GET("getNumberOfSentBroadcastMessages", emulate_delivery_of_broadcasts,
        "message/delivery/broadcast", 2000, SECOND),
    GET("getAggregationUnitUsage", emulate_units_info, "message/aggregation/info", 2000,
        SECOND),
    GET("getAggregationUnitNameList", emulate_units_list, "message/aggregation/list", 2000,
        SECOND),
    GET("getWebhookEndpoint", emulate_endpoint_get, "channel/webhook/endpoint", 1000, MINUTE),
    {.name = "setWebhookEndpoint",
     .emulate = emulate_endpoint_set,
     .method = "PUT",
     .pattern = "/v2/bot/channel/webhook/endpoint",
     .host = LINEAPI_HOST_API,
     .flags = LINEAPI_JSON,
     .rate = 1000,
     .rate_ms = MINUTE},
    {.name = "testWebhookEndpoint",
     .emulate = emulate_endpoint_test,
     .method = "POST",
     .pattern = "/v2/bot/channel/webhook/test",
     .host = LINEAPI_HOST_API,
     .flags = LINEAPI_JSON | LINEAPI_BODY_OPTIONAL | LINEAPI_HARMLESS,
     .rate = 60,
     .rate_ms = HOUR},
    GET("getMembershipList", emulate_membership_list, "membership/list", 200, SECOND),
    GET("getMembershipSubscription", emulate_membership_of_user,
        "membership/subscription/{userId}", 200, SECOND),
    GET("getJoinedMembershipUsers", emulate_membership_users,
        "membership/{membershipId}/users/ids", 200, SECOND),
    {.name = NULL},
};
