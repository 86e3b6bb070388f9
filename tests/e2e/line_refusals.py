"""What LINE's reference says of each operation's errors: what is asked, and status and body of the
answer, word for word.

    operation: [(what is wrong, path parameters and query, body, status, answer), ...]
"""
import line
from line_operations import COUPON, GROUP, MENU, POSTBACK, ROOM, TEXT, USER

STRANGER = "U" + "0" * 32
NO_GROUP = "C" + "0" * 32
NO_ROOM = "R" + "0" * 32
NO_MENU = "richmenu-" + "0" * 32
NO_COUPON = "01" + "0" * 24
NO_ID = "123e4567-e89b-42d3-a456-426614174999"
SPENT = "f" * 32  # a reply token that LINE could have made
FAR = "https://example.com/" + "x" * 481


def says(message):
    return {"message": message}


def lists(*details):
    """(message, property), ..."""
    return {"message": f"The request body has {len(details)} error(s)",
            "details": [{"message": message, "property": name} for message, name in details]}


def bare(message):
    """Of rich menus: with the empty list."""
    return {"message": message, "details": []}


def invalid(name):
    return says(f"The property, {name}, in the request body is invalid (line: -, column: -)")


def oauth(error, description):
    return {"error": error, "error_description": description}


def param(name):
    return says(f"The value for the '{name}' parameter is invalid")


def changed(whole, path, value):
    """A copy in which the member at a path like "reward.type" is another, or (None) absent."""
    first, _, rest = path.partition(".")
    copy = {**whole}
    if rest:
        copy[first] = changed(whole[first], rest, value)
    elif value is None:
        del copy[first]
    else:
        copy[first] = value
    return copy


def menu_to(uri):
    area = {"bounds": {"x": 0, "y": 0, "width": 1, "height": 1},
            "action": {"type": "uri", "uri": uri}}
    return {**MENU, "areas": [area]}


NOT_FOUND = says("Not found")
NO_CHANNEL_KEY = says("Cannot find channel key that satisfies the conditions")
BAD_TOKEN = says("Invalid reply token")
MANY = [TEXT] * 6
SIZE = "Size must be between 1 and 5"
LONG = {"type": "text", "text": "x" * 5001}
TOO_LONG = "Length must be between 0 and 5000"
TYPES = ("Must be one of the following values: [text,textV2,sticker,image,video,audio,location,"
         "imagemap,template,flex,coupon]")
ACCOUNT = [("grant_type", "client_credentials"), ("client_id", "1650000000"),
           ("client_secret", line.SECRET)]

# What is wrong with messages is the same wherever they go.
BAD_MESSAGES = [
    ("no messages", [], lists((SIZE, "messages"))),
    ("six messages", MANY, lists((SIZE, "messages"))),
    ("no type", [{"text": "x"}], lists(("May not be empty", "messages[0].type"))),
    ("an unknown type", [TEXT, {"type": "fax"}], lists((TYPES, "messages[1].type"))),
    ("no text", [{"type": "text"}], lists(("May not be empty", "messages[0].text"))),
    ("a text of 5001", [LONG], lists((TOO_LONG, "messages[0].text"))),
    ("two of 5001", [LONG, TEXT, LONG], lists((TOO_LONG, "messages[0].text"),
                                              (TOO_LONG, "messages[2].text"))),
    # 4,999 and a character that counts twice
    ("UTF-16", [{"type": "text", "text": "x" * 4999 + "\U0001f600"}],
     lists((TOO_LONG, "messages[0].text"))),
]
CARRIERS = {
    "replyMessage": {"replyToken": SPENT}, "pushMessage": {"to": USER}, "multicast": {"to": [USER]},
    "narrowcast": {}, "broadcast": {}, "validateReply": {}, "validatePush": {},
    "validateMulticast": {}, "validateNarrowcast": {}, "validateBroadcast": {},
}

REFUSALS = {
    "replyMessage": [
        ("a spent token", (), {"replyToken": SPENT, "messages": [TEXT]}, 400, BAD_TOKEN),
        ("no token of LINE's", (), {"replyToken": "x", "messages": [TEXT]}, 400, BAD_TOKEN),
    ],
    "pushMessage": [
        ("nobody's id", (), {"to": "Unobody", "messages": [TEXT]}, 400, invalid("to")),
        ("two units", (), {"to": USER, "messages": [TEXT], "customAggregationUnits": ["a", "b"]},
         400, lists(("Size must be between 0 and 1", "customAggregationUnits"))),
    ],
    "multicast": [
        ("a group", (), {"to": [USER, GROUP], "messages": [TEXT]}, 400, invalid("to[1]")),
        ("501 people", (), {"to": [USER] * 501, "messages": [TEXT]}, 400,
         lists(("Size must be between 1 and 500", "to"))),
    ],
    "narrowcast": [
        ("an unknown request", (), {"messages": [TEXT], "recipient": {
            "type": "redelivery", "requestId": NO_ID}}, 400, says(f"Invalid request id: {NO_ID}")),
        ("no audience", (), {"messages": [TEXT], "recipient": {
            "type": "audience", "audienceGroupId": -1}}, 400,
         says("Invalid audience group id: -1")),
        ("partial delivery", (), {"messages": [TEXT], "limit": {"forbidPartialDelivery": True}}, 400,
         says("The option forbidPartialDelivery must be used with upToRemainingQuota.")),
    ],
    "getNarrowcastProgress": [("an unknown request", f"requestId={NO_ID}", None, 404, NOT_FOUND)],
    "getMessageContent": [("an unknown message", ("123",), None, 404, says("not found"))],
    "getMessageContentPreview": [("an unknown message", ("123",), None, 404, says("not found"))],
    "getMessageContentTranscodingByMessageId": [
        ("an unknown message", ("123",), None, 404, says("not found"))],
    "getProfile": [
        ("a stranger", (STRANGER,), None, 404, NOT_FOUND),
        ("no user id", ("Unobody",), None, 400, param("userId")),
        ("a group", (GROUP,), None, 400, param("userId")),
    ],
    "getFollowers": [
        ("a bad token", "start=x", None, 400, says("Invalid start param")),
        ("too many", "limit=1001", None, 400, param("limit")),
    ],
    "getGroupSummary": [("no group", (NO_GROUP,), None, 404, NOT_FOUND),
                        ("a room", (ROOM,), None, 400, param("groupId"))],
    "getGroupMemberCount": [("no group", (NO_GROUP,), None, 404, NOT_FOUND),
                            ("no id", ("x",), None, 400, param("groupId"))],
    "getGroupMembersIds": [("no group", (NO_GROUP,), None, 404, NOT_FOUND),
                           ("no id", ("x",), None, 400, param("groupId"))],
    "getGroupMemberProfile": [("no group", (NO_GROUP, USER), None, 404, NOT_FOUND),
                              ("no id", ("x", USER), None, 400, param("groupId"))],
    "leaveGroup": [("no group", (NO_GROUP,), None, 404, NOT_FOUND),
                   ("no id", ("x",), None, 400, param("groupId"))],
    "getRoomMemberCount": [("no room", (NO_ROOM,), None, 404, NOT_FOUND),
                           ("a group", (GROUP,), None, 400, param("roomId"))],
    "getRoomMembersIds": [("no room", (NO_ROOM,), None, 404, NOT_FOUND)],
    "getRoomMemberProfile": [("no room", (NO_ROOM, USER), None, 404, NOT_FOUND),
                             ("no id", ("x", USER), None, 400, param("roomId"))],
    "leaveRoom": [("no room", (NO_ROOM,), None, 404, NOT_FOUND),
                  ("no id", ("x",), None, 400, param("roomId"))],
    "issueLinkToken": [("no user id", ("x",), None, 400, param("userId"))],
    "showLoadingAnimation": [
        ("61 seconds", (), {"chatId": USER, "loadingSeconds": 61}, 400, lists(
            ("Must be between 5 and 60", "loadingSeconds"),
            ("must be a multiple of five", "loadingSeconds"))),
        ("a group", (), {"chatId": GROUP}, 400, lists((
            "Only user id is acceptable, please confirm if there are any group/room ids or "
            "illegal ids.", "chatId"))),
    ],
    "markMessagesAsReadByToken": [("a bad token", (), {"markAsReadToken": "x"}, 400, says(
        "Invalid markAsReadToken. Tokens must be used by the bot that received them via Webhook."))],
    "markMessagesAsRead": [("no user id", (), {"chat": {"userId": "x"}}, 400,
                            invalid("chat.userId"))],
    "getNumberOfSentReplyMessages": [("no date", "date=2026-11-22", None, 400, param("date"))],
    "getNumberOfSentPushMessages": [("no date", "date=20261322", None, 400, param("date"))],
    "getNumberOfSentMulticastMessages": [("no date", "", None, 400, param("date"))],
    "getNumberOfSentBroadcastMessages": [("no date", "date=", None, 400, param("date"))],
    "getAggregationUnitNameList": [("a bad token", "start=x", None, 400,
                                    says("Invalid start param"))],
    "setWebhookEndpoint": [
        ("http", (), {"endpoint": "http://example.com/"}, 400, says("Invalid webhook endpoint URL")),
        ("501 characters", (), {"endpoint": FAR}, 400, says("Invalid webhook endpoint URL")),
        ("none", (), {}, 400, says("Invalid webhook endpoint URL")),
    ],
    "testWebhookEndpoint": [
        ("no URL", (), {"endpoint": "example.com"}, 400, says("Invalid webhook endpoint URL"))],
    "getMembershipList": [("none", (), None, 404, says("Membership plan not found"))],
    "getMembershipSubscription": [("not joined", (USER,), None, 404, NOT_FOUND),
                                  ("no user id", ("x",), None, 400, param("userId"))],
    "getJoinedMembershipUsers": [("none", ("1",), None, 404, says("Membership ID is not found"))],
    "createRichMenu": [
        ("no name", (), changed(MENU, "name", None), 400, lists(("must be specified", "name"))),
        ("a bad scheme", (), menu_to("ftp://example.com/"), 400,
         lists(("invalid uri", "areas[0].action.uri"))),
    ],
    "validateRichMenuObject": [
        ("no name", (), changed(MENU, "name", None), 400, lists(("must be specified", "name"))),
        ("a bad scheme", (), menu_to("javascript:x"), 400,
         lists(("invalid uri", "areas[0].action.uri"))),
    ],
    "getRichMenuImage": [("no menu", (NO_MENU,), None, 404, NOT_FOUND)],
    "setRichMenuImage": [("no menu", (NO_MENU,), b"x", 404, NOT_FOUND)],
    "getRichMenu": [("no menu", (NO_MENU,), None, 404, NOT_FOUND)],
    "deleteRichMenu": [("no menu", (NO_MENU,), None, 404, NOT_FOUND)],
    "setDefaultRichMenu": [("no menu", (NO_MENU,), None, 404, NOT_FOUND)],
    "getDefaultRichMenuId": [("none", (), None, 404, bare("no default richmenu"))],
    "linkRichMenuIdToUser": [("no menu", (USER, NO_MENU), None, 404, NOT_FOUND),
                             ("no user id", ("x", NO_MENU), None, 400, param("userId"))],
    "getRichMenuIdOfUser": [("none", (USER,), None, 404, bare("the user has no richmenu")),
                            ("no user id", ("x",), None, 400, param("userId"))],
    "unlinkRichMenuIdFromUser": [("no user id", ("x",), None, 400, param("userId"))],
    "linkRichMenuIdToUsers": [
        ("no user id", (), {"richMenuId": NO_MENU, "userIds": ["x"]}, 400, invalid("'userIds[0]'")),
        ("no menu id", (), {"richMenuId": "x", "userIds": [USER]}, 400,
         lists(("invalid richMenuId", "richMenuId"))),
        ("no menu", (), {"richMenuId": NO_MENU, "userIds": [USER]}, 404,
         bare("richmenu not found")),
    ],
    "unlinkRichMenuIdFromUsers": [("no user id", (), {"userIds": ["x"]}, 400,
                                   invalid("'userIds[0]'"))],
    "richMenuBatch": [
        ("no menu id", (), {"operations": [{"type": "unlink", "from": "x"}]}, 400,
         lists(("invalid richMenuId", "operations[0].from"))),
        ("all and some", (), {"operations": [{"type": "unlinkAll"},
                                             {"type": "unlink", "from": NO_MENU}]}, 400,
         lists(("'unlinkAll' type can't be combined with other type", "operations[].type"))),
    ],
    "validateRichMenuBatchRequest": [
        ("no menu", (), {"operations": [{"type": "unlink", "from": NO_MENU}]}, 404,
         lists((f"Richmenu ({NO_MENU}) is not found", "operations[0].from"))),
    ],
    "getRichMenuBatchProgress": [("an unknown request", f"requestId={NO_ID}", None, 404, NOT_FOUND)],
    "createRichMenuAlias": [
        ("no menu", (), {"richMenuAliasId": "a", "richMenuId": NO_MENU}, 400,
         bare("richmenu not found")),
        ("no menu id", (), {"richMenuAliasId": "a", "richMenuId": "x"}, 400,
         lists(("invalid richMenuId", "richMenuId"))),
    ],
    "getRichMenuAlias": [("none", ("none",), None, 404, bare("richmenu alias not found"))],
    "deleteRichMenuAlias": [("none", ("none",), None, 404, bare("richmenu alias not found"))],
    "updateRichMenuAlias": [("none", ("none",), {"richMenuId": NO_MENU}, 404,
                             bare("richmenu alias not found"))],
    "createCoupon": [
        ("a long title", (), changed(COUPON, "title", "x" * 61), 400,
         lists(("Size must be between 1 and 60", "title"))),
        ("a bad reward", (), changed(COUPON, "reward.type", "money"), 400, lists((
            "Must be one of the following values: [discount,free,gift,cashBack,others]",
            "reward.type"))),
        ("two prices", (), changed(COUPON, "reward.priceInfo", {
            "type": "percentage", "percentage": 10, "fixedAmount": 1}), 400,
         lists(("Must not be specified", "reward.priceInfo.fixedAmount"))),
    ],
    "listCoupon": [
        ("a bad status", "status=OPEN", None, 400, lists((
            "Must be one of the following values: [DRAFT,RUNNING,CLOSED]", "status"))),
        ("too many", "limit=101", None, 400,
         lists(("Must be less than or equal to 100", "limit"))),
    ],
    "getCouponDetail": [("none", (NO_COUPON,), None, 404, lists(("coupon not found", "")))],
    "closeCoupon": [("none", (NO_COUPON,), None, 404, lists(("coupon not found", "")))],
    "issueStatelessChannelToken": [
        ("a bad secret", (), ACCOUNT[:2] + [("client_secret", "x")], 400,
         oauth("invalid_request", "Invalid 'client_credentials'.")),
    ],
    "issueChannelToken": [
        ("a bad id", (), [ACCOUNT[0], ("client_id", "x"), ACCOUNT[2]], 400,
         oauth("invalid_client", "invalid client_id")),
        ("a bad secret", (), ACCOUNT[:2] + [("client_secret", "x")], 400,
         oauth("invalid_client", "invalid client_secret")),
    ],
    "verifyChannelTokenByJWT": [
        ("no token", "access_token=x", None, 400,
         oauth("invalid_request", "The access token not JWS"))],
    "revokeChannelTokenByJWT": [
        ("no token", (), ACCOUNT[1:] + [("access_token", "x")], 400,
         oauth("invalid_request", "The access token not JWS")),
        ("a malformed one", (), ACCOUNT[1:] + [("access_token", "a.b.c")], 400,
         oauth("invalid_request", "The access token malformed")),
    ],
    "verifyChannelToken": [
        ("a bad form", (), [("access_token", "no token")], 400,
         oauth("invalid_request", "access_token in invalid format"))],
    "revokeChannelToken": [("none", (), [("access_token", "")], 400, {"error": "invalid_request"})],
}
