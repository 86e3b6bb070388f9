"""Every operation of LINE that is emulated, called by the official Python SDK as a bot would, and
looked at as the SDK understands the answer."""
import base64

import line
import line_account

USER = line.USER_ID
OTHER = "U" + "c2" * 16
GROUP = "C" + "d4" * 16
ROOM = "R" + "e5" * 16
ADDRESS = "https://example.com/"
TEXT = {"type": "text", "text": "hello"}
LOCATION = {"type": "location", "title": "here", "address": "Tokyo", "latitude": 35.6,
            "longitude": 139.7}
POSTBACK = {"type": "postback", "label": "buy", "data": "buy=1"}

# Every kind of message: those that may be quoted come back with a quote token.
QUOTABLE = [
    TEXT,
    {"type": "textV2", "text": "hello {smile}", "substitution": {
        "smile": {"type": "emoji", "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}}},
    {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    {"type": "image", "originalContentUrl": ADDRESS + "a.png", "previewImageUrl": ADDRESS + "b.png"},
    {"type": "video", "originalContentUrl": ADDRESS + "a.mp4", "previewImageUrl": ADDRESS + "b.png",
     "trackingId": "film-1"},
    {"type": "template", "altText": "a choice", "template": {
        "type": "confirm", "text": "Really?", "actions": [
            {"type": "message", "label": "Yes", "text": "yes"}, POSTBACK]}},
    {"type": "template", "altText": "a shelf", "template": {
        "type": "carousel", "columns": [{"text": "one", "actions": [POSTBACK]}]}},
    {"type": "flex", "altText": "a bill", "contents": {
        "type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [
            {"type": "text", "text": "¥1,200"}]}}},
]
OTHERS = [
    {"type": "audio", "originalContentUrl": ADDRESS + "a.m4a", "duration": 60000},
    LOCATION,
    {"type": "imagemap", "baseUrl": ADDRESS + "map", "altText": "a map",
     "baseSize": {"width": 1040, "height": 1040}, "actions": [
         {"type": "uri", "linkUri": ADDRESS, "area": {"x": 0, "y": 0, "width": 520, "height": 520}}]},
]
MENU = {
    "size": {"width": 800, "height": 540}, "selected": True, "name": "of the test",
    "chatBarText": "Menu", "areas": [
        {"bounds": {"x": 0, "y": 0, "width": 400, "height": 540}, "action": POSTBACK},
        {"bounds": {"x": 400, "y": 0, "width": 400, "height": 540},
         "action": {"type": "richmenuswitch", "richMenuAliasId": "other", "data": "switch"}}]}
COUPON = {
    "title": "a free coffee", "startTimestamp": 1790000000, "endTimestamp": 1890000000,
    "maxUseCountPerTicket": 1, "visibility": "UNLISTED", "timezone": "ASIA_TOKYO",
    "acquisitionCondition": {"type": "normal"}, "reward": {
        "type": "discount", "priceInfo": {"type": "fixed", "fixedAmount": 100}}}


class Rooms:
    """For a rig.TestCase with `account` and `sdk`; the rooms are called in their order."""

    ROOMS = ("messages", "contents", "people", "chats", "attention", "statistics", "webhooks",
             "memberships", "menus", "linked_menus", "aliases", "coupons", "tokens")

    def ask(self, operation, _status=200, **arguments):
        answer = self.sdk.ask(operation, **arguments)
        self.assertEqual(answer.status, _status, (operation, answer))
        self.assertRegex(answer.fields["x-line-request-id"], line_account.REQUEST_ID)
        if answer.fields.get("content-type") == "application/json":
            answer.json()
        return answer

    def ask_empty(self, operation, _status=200, **arguments):
        """{}, as LINE says that all is well."""
        self.assertEqual(self.ask(operation, _status, **arguments).json(), {}, operation)

    def ask_value(self, operation, **arguments):
        return self.ask(operation, **arguments).value

    def every_room(self):
        for room in self.ROOMS:
            with self.subTest(room):
                getattr(self, room)()

    # --- messages ---

    def reply(self, messages):
        token = self.account.hear()["replyToken"]
        sent = self.ask_value("replyMessage", reply_message_request={
            "replyToken": token, "messages": messages})["sentMessages"]
        self.assertEqual(len(sent), len(messages))
        for message in sent:
            self.assertRegex(message["id"], "^[0-9]{18}$")
        return sent

    def messages(self):
        sent = self.reply(QUOTABLE[:5]) + self.reply(QUOTABLE[5:])
        self.assertEqual([bool(m.get("quoteToken")) for m in sent], [True] * len(QUOTABLE))
        others = self.reply(OTHERS)
        self.assertEqual([m.get("quoteToken") for m in others], [None] * len(OTHERS))
        self.assertEqual(len({m["id"] for m in sent + others}), len(QUOTABLE) + len(OTHERS))
        quoted = {"type": "text", "text": "that one", "quoteToken": sent[0]["quoteToken"]}
        pushed = self.ask_value("pushMessage", push_message_request={
            "to": USER, "messages": [quoted], "customAggregationUnits": ["spring"]},
            x_line_retry_key="123e4567-e89b-42d3-a456-426614174000")
        self.assertEqual(len(pushed["sentMessages"]), 1)
        self.account.hear(user=OTHER)
        self.ask_empty("multicast", multicast_request={"to": [USER, OTHER], "messages": [TEXT]})
        self.ask_empty("broadcast", broadcast_request={"messages": [TEXT]})
        self.narrowcast()
        for to in ("Reply", "Push", "Multicast", "Narrowcast", "Broadcast"):
            self.ask_empty("validate" + to, validate_message_request={"messages": [TEXT, LOCATION]})

    def narrowcast(self):
        answer = self.ask("narrowcast", 202, narrowcast_request={
            "messages": [TEXT], "limit": {"max": 10}, "filter": {"demographic": {
                "type": "gender", "oneOf": ["male", "female"]}}})
        self.assertEqual(answer.json(), {})
        progress = line_account.until(
            lambda: self.ask_value("getNarrowcastProgress",
                                   request_id=answer.fields["x-line-request-id"]),
            lambda value: value["phase"] not in ("waiting", "sending"))
        self.assertEqual({name: progress[name] for name in ("phase", "successCount", "failureCount",
                                                            "targetCount")},
                         {"phase": "succeeded", "successCount": 2, "failureCount": 0,
                          "targetCount": 2})
        self.assertLess(progress["acceptedTime"], progress["completedTime"])

    # --- what people send, and who they are ---

    def contents(self):
        line_s_own = {"contentProvider": {"type": "line"}}
        image = self.account.hear(message={"type": "image", "quoteToken": "q", **line_s_own})
        film = self.account.hear(message={"type": "video", "quoteToken": "q", "duration": 1000,
                                          **line_s_own})
        sound = self.account.hear(message={"type": "audio", "duration": 1000, **line_s_own})
        for event, kind in ((image, "image/"), (film, "video/"), (sound, "audio/")):
            identity = event["message"]["id"]
            if kind != "image/":
                status = line_account.until(
                    lambda i=identity: self.ask_value(
                        "getMessageContentTranscodingByMessageId", message_id=i)["status"],
                    lambda value: value != "processing")
                self.assertEqual(status, "succeeded")
            answer = self.ask("getMessageContent", message_id=identity)
            self.assertTrue(answer.fields["content-type"].startswith(kind), answer.fields)
            self.assertEqual(base64.b64decode(answer.value["base64"]), answer.raw)
        for event in (image, film):
            answer = self.ask("getMessageContentPreview", message_id=event["message"]["id"])
            self.assertTrue(answer.raw.startswith((b"\x89PNG", b"\xff\xd8")))

    def people(self):
        self.account.hear("follow", user=OTHER, follow={"isUnblocked": False})
        person = self.ask_value("getProfile", user_id=OTHER)
        self.assertEqual(person["userId"], OTHER)
        self.assertTrue(person["displayName"])
        self.assertIn(person["language"], ("ja", "zh-TW", "zh-Hant", "en"))
        self.assertEqual(sorted(self.ask_value("getFollowers", limit=1000)["userIds"]),
                         sorted([USER, OTHER]))
        page = self.ask_value("getFollowers", limit=1)
        rest = self.ask_value("getFollowers", limit=1, start=page["next"])
        self.assertEqual(sorted(page["userIds"] + rest["userIds"]), sorted([USER, OTHER]))
        self.assertRegex(self.ask_value("issueLinkToken", user_id=OTHER)["linkToken"], "^.{16,}$")
        info = self.ask_value("getBotInfo")
        self.assertEqual(info["userId"], line.BOT_ID)
        self.assertRegex(info["basicId"], "^@")
        self.assertIn((info["chatMode"], info["markAsReadMode"]), (("bot", "auto"), ("chat", "manual")))

    def chats(self):
        self.account.in_group(GROUP, USER)
        self.account.in_group(GROUP, OTHER)
        self.account.in_room(ROOM, OTHER)
        summary = self.ask_value("getGroupSummary", group_id=GROUP)
        self.assertEqual(summary["groupId"], GROUP)
        self.assertTrue(summary["groupName"])
        self.assertEqual(self.ask_value("getGroupMemberCount", group_id=GROUP)["count"], 2)
        self.assertEqual(sorted(self.ask_value("getGroupMembersIds", group_id=GROUP)["memberIds"]),
                         sorted([USER, OTHER]))
        member = self.ask_value("getGroupMemberProfile", group_id=GROUP, user_id=OTHER)
        alone = self.ask_value("getProfile", user_id=OTHER)
        self.assertEqual((member["userId"], member["displayName"]), (OTHER, alone["displayName"]))
        self.assertEqual(self.ask_value("getRoomMemberCount", room_id=ROOM)["count"], 1)
        self.assertEqual(self.ask_value("getRoomMembersIds", room_id=ROOM)["memberIds"], [OTHER])
        member = self.ask_value("getRoomMemberProfile", room_id=ROOM, user_id=OTHER)
        self.assertEqual((member["userId"], member["displayName"]), (OTHER, alone["displayName"]))
        self.ask_empty("leaveGroup", group_id=GROUP)
        self.ask_empty("leaveRoom", room_id=ROOM)

    def attention(self):
        self.ask_empty("showLoadingAnimation", 202, show_loading_animation_request={
            "chatId": USER, "loadingSeconds": 5})
        self.ask_empty("markMessagesAsReadByToken", mark_messages_as_read_by_token_request={
            "markAsReadToken": "1" * 40})
        self.ask_empty("markMessagesAsRead", mark_messages_as_read_request={
            "chat": {"userId": USER}})

    # --- the account ---

    def statistics(self):
        """After messages(): three replies, one push, one multicast, one broadcast, and one
        narrowcast; the last three to two people."""
        self.assertEqual(self.ask_value("getMessageQuota"), {"type": "none"})
        self.assertEqual(self.ask_value("getMessageQuotaConsumption"), {"totalUsage": 7})
        sent = {}
        for day in {line_account.day_of_line(-1), line_account.day_of_line()}:
            for kind in ("Reply", "Push", "Multicast", "Broadcast"):
                counted = self.ask_value(f"getNumberOfSent{kind}Messages", var_date=day)
                self.assertEqual(counted["status"], "ready")
                sent[kind] = sent.get(kind, 0) + counted["success"]
        self.assertEqual(sent, {"Reply": 3, "Push": 1, "Multicast": 2, "Broadcast": 2})
        self.assertEqual(self.ask_value("getAggregationUnitUsage"),
                         {"numOfCustomAggregationUnits": 1})
        self.assertEqual(self.ask_value("getAggregationUnitNameList", limit="10"),
                         {"customAggregationUnits": ["spring"]})

    def webhooks(self):
        address = "https://bot.example.com/callback"
        self.ask_empty("setWebhookEndpoint", set_webhook_endpoint_request={"endpoint": address})
        self.assertEqual(self.ask_value("getWebhookEndpoint"), {"endpoint": address, "active": True})
        tested = self.ask_value("testWebhookEndpoint")
        timestamp = tested.pop("timestamp")
        self.assertRegex(timestamp, r"^20\d\d-\d\d-\d\dT")
        self.assertEqual(tested, {"success": True, "statusCode": 200, "reason": "OK",
                                  "detail": "200"})

    def memberships(self):
        """Of an account that has none; what is documented for that."""
        for operation, arguments in (
                ("getMembershipList", {}), ("getMembershipSubscription", {"user_id": USER}),
                ("getJoinedMembershipUsers", {"membership_id": 1})):
            self.assertEqual(self.ask(operation, 404, **arguments).type, "refused")

    # --- rich menus ---

    def make_menu(self):
        menu = self.ask_value("createRichMenu", rich_menu_request=MENU)["richMenuId"]
        self.assertRegex(menu, "^richmenu-[0-9a-f]{32}$")
        self.ask_empty("setRichMenuImage", rich_menu_id=menu,
                       body={"base64": base64.b64encode(line_account.png(800, 540)).decode()},
                       _headers={"Content-Type": "image/png"})
        return menu

    def menus(self):
        self.ask_empty("validateRichMenuObject", rich_menu_request=MENU)
        menu = self.make_menu()
        picture = self.ask("getRichMenuImage", rich_menu_id=menu)
        self.assertEqual((picture.raw, picture.fields["content-type"]),
                         (line_account.png(800, 540), "image/png"))
        self.assertEqual(self.ask_value("getRichMenu", rich_menu_id=menu),
                         {"richMenuId": menu, **MENU})
        self.assertEqual(self.ask_value("getRichMenuList"),
                         {"richmenus": [{"richMenuId": menu, **MENU}]})
        self.ask_empty("setDefaultRichMenu", rich_menu_id=menu)
        self.assertEqual(self.ask_value("getDefaultRichMenuId"), {"richMenuId": menu})
        self.ask_empty("cancelDefaultRichMenu")
        self.ask_empty("deleteRichMenu", rich_menu_id=menu)
        self.assertEqual(self.ask_value("getRichMenuList"), {"richmenus": []})

    def menu_of(self, user):
        return self.ask_value("getRichMenuIdOfUser", user_id=user)["richMenuId"]

    def linked_menus(self):
        one, two = self.make_menu(), self.make_menu()
        self.ask_empty("linkRichMenuIdToUser", user_id=USER, rich_menu_id=one)
        self.assertEqual(self.menu_of(USER), one)
        self.ask_empty("linkRichMenuIdToUsers", 202, rich_menu_bulk_link_request={
            "richMenuId": one, "userIds": [USER, OTHER]})
        self.assertEqual(self.menu_of(OTHER), one)
        change = {"operations": [{"type": "link", "from": one, "to": two}],
                  "resumeRequestKey": "key-1"}
        self.ask_empty("validateRichMenuBatchRequest", rich_menu_batch_request=change)
        accepted = self.ask("richMenuBatch", 202, rich_menu_batch_request=change)
        progress = self.ask_value("getRichMenuBatchProgress",
                                  request_id=accepted.fields["x-line-request-id"])
        self.assertEqual(progress["phase"], "succeeded")
        self.assertLessEqual(progress["acceptedTime"], progress["completedTime"])
        self.assertEqual([self.menu_of(USER), self.menu_of(OTHER)], [two, two])
        self.ask_empty("unlinkRichMenuIdFromUser", user_id=USER)
        self.ask_empty("unlinkRichMenuIdFromUsers", 202, rich_menu_bulk_unlink_request={
            "userIds": [USER, OTHER]})
        self.ask("getRichMenuIdOfUser", 404, user_id=OTHER)

    def aliases(self):
        one, two = self.make_menu(), self.make_menu()
        self.ask_empty("createRichMenuAlias", create_rich_menu_alias_request={
            "richMenuAliasId": "a-side", "richMenuId": one})
        self.assertEqual(self.ask_value("getRichMenuAlias", rich_menu_alias_id="a-side"),
                         {"richMenuAliasId": "a-side", "richMenuId": one})
        self.ask_empty("updateRichMenuAlias", rich_menu_alias_id="a-side",
                       update_rich_menu_alias_request={"richMenuId": two})
        self.assertEqual(self.ask_value("getRichMenuAliasList"),
                         {"aliases": [{"richMenuAliasId": "a-side", "richMenuId": two}]})
        self.ask_empty("deleteRichMenuAlias", rich_menu_alias_id="a-side")

    # --- coupons ---

    def coupons(self):
        coupon = self.ask_value("createCoupon", coupon_create_request=COUPON)["couponId"]
        found = self.ask_value("getCouponDetail", coupon_id=coupon)
        self.assertEqual({name: found[name] for name in ("couponId", "title", "status")},
                         {"couponId": coupon, "title": COUPON["title"], "status": "RUNNING"})
        self.assertEqual(found["reward"]["priceInfo"]["fixedAmount"], 100)
        listed = self.ask_value("listCoupon", status=["RUNNING"], limit=10)
        self.assertEqual(listed["items"], [{"couponId": coupon, "title": COUPON["title"]}])
        self.reply([{"type": "coupon", "couponId": coupon}])
        self.ask_empty("closeCoupon", coupon_id=coupon)
        self.assertEqual(self.ask_value("getCouponDetail", coupon_id=coupon)["status"], "CLOSED")

    # --- access tokens ---

    def tokens(self):
        grant = {"grant_type": "client_credentials"}
        secret = {"client_id": line_account.CHANNEL, "client_secret": line.SECRET}
        assertion = {"client_assertion_type": line_account.ASSERTION,
                     "client_assertion": self.account.assertions.make()}
        for way in (secret, assertion):
            issued = self.ask_value("issueStatelessChannelToken", **grant, **way)
            self.assertEqual((issued["expires_in"], issued["token_type"]), (900, "Bearer"))
        issued = self.ask_value("issueChannelTokenByJWT", **grant, **assertion)
        self.assertEqual((issued["expires_in"], issued["token_type"]), (3600, "Bearer"))
        self.assertEqual(self.ask_value("getsAllValidChannelAccessTokenKeyIds", **assertion),
                         {"kids": [issued["key_id"]]})
        verified = self.ask_value("verifyChannelTokenByJWT", access_token=issued["access_token"])
        self.assertEqual((verified["client_id"], verified["scope"]),
                         (line_account.CHANNEL, "profile chat_message.write"))
        self.assertIn(verified["expires_in"], range(3540, 3601))
        revoked = self.ask("revokeChannelTokenByJWT", **secret, access_token=issued["access_token"])
        self.assertEqual(revoked.raw, b"")
        self.short_lived({**grant, **secret})

    def short_lived(self, wanted):
        issued = self.ask_value("issueChannelToken", **wanted)
        self.assertEqual((issued["expires_in"], issued["token_type"]), (2592000, "Bearer"))
        verified = self.ask_value("verifyChannelToken", access_token=issued["access_token"])
        self.assertEqual((verified["client_id"], verified["scope"]), (line_account.CHANNEL, "P CM"))
        self.assertIn(verified["expires_in"], range(2591940, 2592001))
        revoked = self.ask("revokeChannelToken", access_token=issued["access_token"])
        self.assertEqual(revoked.raw, b"")
        self.ask("verifyChannelToken", 400, access_token=issued["access_token"])
