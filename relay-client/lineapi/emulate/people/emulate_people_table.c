#include "relay-client/lineapi/emulate/people/people_operations.h"
#include "relay-client/lineapi/lineapi_operation.h"

#define SECOND 1000u

#define GET(operation, function, path)                                                         \
    {                                                                                          \
        .name = (operation), .emulate = (function), .method = "GET",                           \
        .pattern = "/v2/bot/" path, .host = LINEAPI_HOST_API, .rate = 2000, .rate_ms = SECOND  \
    }
#define POST(operation, function, path, bits, calls)                                           \
    {                                                                                          \
        .name = (operation), .emulate = (function), .method = "POST",                          \
        .pattern = "/v2/bot/" path, .host = LINEAPI_HOST_API, .flags = (bits),                 \
        .rate = (calls), .rate_ms = SECOND                                                     \
    }

const struct lineapi_operation emulate_people_operations[] = {
    GET("getProfile", emulate_profile, "profile/{userId}"),
    GET("getFollowers", emulate_ids_of_followers, "followers/ids"),
    GET("getGroupSummary", emulate_chat_summary, "group/{groupId}/summary"),
    GET("getGroupMemberCount", emulate_chat_count, "group/{groupId}/members/count"),
    GET("getGroupMembersIds", emulate_ids_of_members, "group/{groupId}/members/ids"),
    GET("getGroupMemberProfile", emulate_profile_of_member, "group/{groupId}/member/{userId}"),
    POST("leaveGroup", emulate_chat_leave, "group/{groupId}/leave", 0, 2000),
    GET("getRoomMemberCount", emulate_chat_count, "room/{roomId}/members/count"),
    GET("getRoomMembersIds", emulate_ids_of_members, "room/{roomId}/members/ids"),
    GET("getRoomMemberProfile", emulate_profile_of_member, "room/{roomId}/member/{userId}"),
    POST("leaveRoom", emulate_chat_leave, "room/{roomId}/leave", 0, 2000),
    POST("issueLinkToken", emulate_link_token, "user/{userId}/linkToken", LINEAPI_HARMLESS,
         2000),
    POST("showLoadingAnimation", emulate_attention_loading, "chat/loading/start", LINEAPI_JSON,
         100),
    POST("markMessagesAsReadByToken", emulate_attention_read, "chat/markAsRead", LINEAPI_JSON,
         2000),
    POST("markMessagesAsRead", emulate_attention_read_of_user, "message/markAsRead",
         LINEAPI_JSON, 2000),
    {.name = NULL},
};
