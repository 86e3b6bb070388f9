"""The emulated LINE API as the official Python SDK understands it: every operation is called, and
every refusal that can be provoked is LINE's own, word for word."""
import time
import urllib.parse

import line_account
import line_operations
import line_refusals
import rig
from line_operations import COUPON, GROUP, MENU, OTHER, ROOM, TEXT, USER
from line_refusals import bare, lists, oauth, says

PNG = {"Content-Type": "image/png"}


def listed(r):
    """What is emulated of LINE: {operation: its line of `hookline line-api --json`}."""
    lines = r.hookline("line-api", "--json").json_lines()
    return {x["operation"]: x for x in lines
            if x["answered"] == "emulated" and x["host"] != "LINE WORKS"}


def path_of(row, params=()):
    """The path with its parameters, or with a query."""
    if isinstance(params, str):
        return row["path"] + "?" + params
    parts, params = row["path"].split("/"), list(params)
    return "/".join(params.pop(0) if part.startswith("{") else part for part in parts)


def filled(row):
    """Some path that fits."""
    values = {"{userId}": USER, "{groupId}": GROUP, "{roomId}": ROOM, "{messageId}": "123",
              "{richMenuId}": line_refusals.NO_MENU, "{membershipId}": "1"}
    return "/".join(values.get(part, "none" if part.startswith("{") else part)
                    for part in row["path"].split("/"))


class EveryOperation(line_operations.Rooms, rig.TestCase):
    @classmethod
    def prepare(cls, r):
        cls.account = line_account.Account(r)
        cls.sdk = line_account.Sdk(r, cls.account.url)

    def test_every_operation(self):
        self.every_room()
        asked = {operation for operation, _ in self.sdk.answers}
        self.assertEqual(set(listed(self.rig)) - asked, set())

    def test_the_sdk_has_nothing_that_is_unknown(self):
        """What it has is emulated, or passed on by its name."""
        known = {line_account.snake(x["operation"])
                 for x in self.rig.hookline("line-api", "--json").json_lines()}
        old_names = {name for name in self.sdk.methods if name.startswith("liff_v1_")}
        self.assertEqual(set(self.sdk.methods) - known - old_names, set())


class Refusing(rig.TestCase):
    """What the tests below share: nothing is limited in rate."""

    FLAGS = ("--strict", "off")

    @classmethod
    def prepare(cls, r):
        cls.account = line_account.Account(r, *cls.FLAGS)
        cls.rows = listed(r)

    def setUp(self):
        self.port = self.account.port()
        self.addCleanup(self.port.close)

    def ask(self, operation, params=(), body=None, fields=None):
        row = self.rows[operation]
        return self.port.ask(row["method"], path_of(row, params), body, fields)

    def check(self, answer, status, expected):
        self.assertEqual((answer.status, answer.json()), (status, expected))
        self.assertEqual(answer.fields["content-type"], "application/json")
        self.assertRegex(answer.fields["x-line-request-id"], line_account.REQUEST_ID)

    def make_menu(self, image=True):
        menu = self.ask("createRichMenu", (), MENU).json()["richMenuId"]
        if image:
            self.ask("setRichMenuImage", (menu,), line_account.png(800, 540), PNG)
        return menu


class Refusals(Refusing):
    def test_as_the_reference_says(self):
        for operation, rows in line_refusals.REFUSALS.items():
            for what, params, body, status, expected in rows:
                with self.subTest(operation, what=what):
                    self.check(self.ask(operation, params, body), status, expected)

    def test_messages(self):
        for operation, carrier in line_refusals.CARRIERS.items():
            for what, messages, expected in line_refusals.BAD_MESSAGES:
                with self.subTest(operation, what=what):
                    answer = self.ask(operation, (), {**carrier, "messages": messages})
                    self.check(answer, 400, expected)

    def test_every_operation_is_looked_at(self):
        """Those without are documented to have none."""
        without = {"getBotInfo", "getMessageQuota", "getMessageQuotaConsumption",
                   "getAggregationUnitUsage", "getWebhookEndpoint", "getRichMenuList",
                   "getRichMenuAliasList", "cancelDefaultRichMenu"}
        elsewhere = {"issueChannelTokenByJWT", "getsAllValidChannelAccessTokenKeyIds"}
        tested = set(line_refusals.REFUSALS) | set(line_refusals.CARRIERS)
        self.assertEqual(set(self.rows) - tested, without | elsewhere)

    # --- what an operation's own state has to be brought about for ---

    def test_a_reply_token_is_used_once(self):
        reply = {"replyToken": self.account.hear()["replyToken"], "messages": [TEXT]}
        wrong = {**reply, "messages": []}
        self.assertEqual(self.ask("replyMessage", (), wrong).status, 400)
        self.assertEqual(self.ask("replyMessage", (), reply).status, 200)
        self.check(self.ask("replyMessage", (), reply), 400, says("Invalid reply token"))

    def test_retry_keys(self):
        bodies = {"pushMessage": {"to": USER}, "multicast": {"to": [USER]}, "broadcast": {},
                  "narrowcast": {}}
        self.account.hear()
        for number, (operation, carrier) in enumerate(bodies.items()):
            with self.subTest(operation):
                key = {"X-Line-Retry-Key": f"123e4567-e89b-42d3-a456-42661417400{number}"}
                body = {**carrier, "messages": [TEXT]}
                first = self.ask(operation, (), body, key)
                again = self.ask(operation, (), body, key)
                self.assertIn(first.status, (200, 202))
                sent = first.json() if operation == "pushMessage" else {}
                self.check(again, 409, {"message": "The retry key is already accepted", **sent})
                self.assertEqual(again.fields["x-line-accepted-request-id"],
                                 first.fields["x-line-request-id"])
                self.assertNotEqual(again.fields["x-line-request-id"],
                                    first.fields["x-line-request-id"])

    def test_retry_keys_elsewhere(self):
        key = {"X-Line-Retry-Key": "123e4567-e89b-42d3-a456-426614174111"}
        for operation in ("replyMessage", "validatePush", "createRichMenu"):
            self.assertEqual(self.ask(operation, (), {"messages": [TEXT]}, key).status, 400)
        bad = {"X-Line-Retry-Key": "once"}
        self.assertEqual(self.ask("pushMessage", (), {"to": USER, "messages": [TEXT]}, bad).status,
                         400)

    def test_contents(self):
        text = self.account.hear()["message"]["id"]
        provider = {"contentProvider": {"type": "line"}}
        sound = self.account.hear(message={"type": "audio", **provider})["message"]["id"]
        image = self.account.hear(message={"type": "image", **provider})["message"]["id"]
        self.check(self.ask("getMessageContent", (text,)), 404, says("not found"))
        answer = self.ask("getMessageContent", (sound,))
        self.assertIn((answer.status, answer.raw[:0]), ((202, b""), (200, b"")))
        self.check(self.ask("getMessageContentPreview", (sound,)), 400,
                   says("The content can not be previewed"))
        self.check(self.ask("getMessageContentTranscodingByMessageId", (image,)), 400,
                   says("Transcoding status doesn't support this type of content"))
        self.account.hear("unsend", unsend={"messageId": image})
        for operation in ("getMessageContent", "getMessageContentPreview",
                          "getMessageContentTranscodingByMessageId"):
            self.check(self.ask(operation, (image,)), 410, says("The content is gone"))

    def test_a_film_takes_its_time(self):
        provider = {"contentProvider": {"type": "line"}}
        film = self.account.hear(message={"type": "video", **provider})["message"]["id"]
        answers = []

        def ask():
            answers.append(self.ask("getMessageContent", (film,)))
            return answers[-1]
        line_account.until(ask, lambda answer: answer.status == 200)
        for answer in answers[:-1]:
            self.assertEqual((answer.status, answer.raw), (202, b""))
        self.assertEqual(answers[-1].fields["content-type"], "video/mp4")

    def test_who_has_left(self):
        group = "C" + "77" * 16
        self.account.in_group(group)
        self.assertEqual(self.ask("leaveGroup", (group,)).status, 200)
        self.check(self.ask("getGroupSummary", (group,)), 404, says("Not found"))
        self.check(self.ask("getGroupMemberProfile", (group, USER)), 404, says("Not found"))
        self.check(self.ask("pushMessage", (), {"to": group, "messages": [TEXT]}), 400,
                   says("Failed to send messages"))
        user = "U" + "77" * 16
        self.account.hear(user=user)
        self.assertEqual(self.ask("getProfile", (user,)).status, 200)
        self.account.hear("unfollow", user=user)
        self.check(self.ask("getProfile", (user,)), 404, says("Not found"))

    def test_bad_places_in_a_list(self):
        self.account.in_group(GROUP)
        self.account.in_room(ROOM)
        for operation, chat in (("getGroupMembersIds", GROUP), ("getRoomMembersIds", ROOM)):
            row = self.rows[operation]
            answer = self.port.ask("GET", path_of(row, (chat,)) + "?start=x")
            self.check(answer, 400, says("Invalid start param"))
        answer = self.ask("getGroupMemberProfile", (GROUP, line_refusals.STRANGER))
        self.check(answer, 404, says("Not found"))
        answer = self.ask("getRoomMemberProfile", (ROOM, line_refusals.STRANGER))
        self.check(answer, 404, says("Not found"))

    # --- rich menus ---

    def test_pictures(self):
        menu = self.make_menu(image=False)
        refused = says("The image size is not allowed for richmenu")
        self.check(self.ask("getRichMenuImage", (menu,)), 404, says("Not found"))
        for picture in (b"x", line_account.png(799, 540), line_account.png(800, 249),
                        line_account.png(800, 553), line_account.png(800, 540) + b"\0" * 1048576):
            self.check(self.ask("setRichMenuImage", (menu,), picture, PNG), 400, refused)
        answer = self.ask("setRichMenuImage", (menu,), line_account.png(800, 540),
                          {"Content-Type": "image/gif"})
        self.assertEqual(answer.status, 415)
        picture = line_account.png(800, 540)
        self.assertEqual(self.ask("setRichMenuImage", (menu,), picture, PNG).status, 200)
        self.check(self.ask("setRichMenuImage", (menu,), picture, PNG), 400,
                   says("An image has already been uploaded to the richmenu"))

    def test_a_menu_without_image(self):
        menu = self.make_menu(image=False)
        refused = bare("must upload richmenu image before applying it to user")
        self.check(self.ask("setDefaultRichMenu", (menu,)), 400, refused)
        self.check(self.ask("linkRichMenuIdToUser", (USER, menu)), 400, refused)
        self.check(self.ask("createRichMenuAlias", (), {"richMenuAliasId": "x", "richMenuId": menu}),
                   400, bare("richmenu not found"))
        change = {"operations": [{"type": "link", "from": menu, "to": menu}]}
        for operation in ("richMenuBatch", "validateRichMenuBatchRequest"):
            self.check(self.ask(operation, (), change), 400, lists(
                (f"'to' richmenu ({menu}) must have image but it doesn't", "operations[0].to")))

    def test_batches(self):
        menu = self.make_menu()
        twice = {"operations": [{"type": "unlink", "from": menu}] * 2}
        for operation in ("richMenuBatch", "validateRichMenuBatchRequest"):
            self.check(self.ask(operation, (), twice), 400, lists(
                (f"from richmenu ({menu}) is duplicated", "operations[].from")))
            missing = {"operations": [{"type": "link", "from": menu,
                                       "to": line_refusals.NO_MENU}]}
            self.check(self.ask(operation, (), missing), 404, lists(
                (f"Richmenu ({line_refusals.NO_MENU}) is not found", "operations[0].to")))

    def test_an_alias_is_taken(self):
        alias = {"richMenuAliasId": "taken", "richMenuId": self.make_menu()}
        self.assertEqual(self.ask("createRichMenuAlias", (), alias).status, 200)
        self.check(self.ask("createRichMenuAlias", (), alias), 400,
                   bare("conflict richmenu alias id"))
        self.check(self.ask("updateRichMenuAlias", ("taken",),
                            {"richMenuId": line_refusals.NO_MENU}), 400,
                   bare("richmenu not found"))
        self.check(self.ask("updateRichMenuAlias", ("taken",), {"richMenuId": "x"}), 400,
                   lists(("invalid richMenuId", "richMenuId")))

    # --- coupons ---

    def test_a_coupon_is_closed_once(self):
        coupon = self.ask("createCoupon", (), COUPON).json()["couponId"]
        self.assertEqual(self.ask("closeCoupon", (coupon,)).status, 200)
        self.check(self.ask("closeCoupon", (coupon,)), 410,
                   lists(("The coupon has already been closed.", "")))

    def test_too_many_coupons(self):
        made = []
        for _ in range(1100):
            answer = self.ask("createCoupon", (), COUPON)
            if answer.status != 200:
                break
            made.append(answer.json()["couponId"])
        self.check(answer, 400, lists(("You have too many coupons created.", "")))
        for coupon in made:
            self.assertEqual(self.ask("closeCoupon", (coupon,)).status, 200)

    # --- access tokens ---

    def assert_with(self, operation, assertion):
        fields = [("grant_type", "client_credentials"), ("client_assertion", assertion),
                  ("client_assertion_type", line_account.ASSERTION)]
        if operation != "getsAllValidChannelAccessTokenKeyIds":
            return self.ask(operation, (), fields)
        return self.ask(operation, "&".join("=".join(pair) for pair in fields[1:]))

    def test_assertions(self):
        own = self.account.assertions
        foreign = line_account.Assertions(self.rig, "foreign")
        no_match = oauth("invalid_client", "iss and clientId of key do not match")
        bad_exp = oauth("invalid_client", "Invalid exp")
        rows = (
            ("a foreign key", foreign.make(), 404,
             says("Cannot find channel key that satisfies the conditions")),
            ("another channel", own.make(iss="1650000001", sub="1650000001"), 400, no_match),
            ("iss is not sub", own.make(sub="1650000001"), 400, no_match),
            ("expired", own.make(exp=int(time.time()) - 1), 400, bad_exp),
            ("of more than half an hour", own.make(life=1900), 400, bad_exp),
            ("without end", own.make(exp=None), 400, bad_exp),
        )
        for operation in ("issueChannelTokenByJWT", "issueStatelessChannelToken",
                          "getsAllValidChannelAccessTokenKeyIds"):
            for what, assertion, status, expected in rows:
                with self.subTest(operation, what=what):
                    self.check(self.assert_with(operation, assertion), status, expected)
        self.assertEqual(self.assert_with("issueChannelTokenByJWT",
                                          own.make(aud="https://api.line.me")).status, 400)

    def test_a_token_of_other_days(self):
        issued = self.assert_with("issueChannelTokenByJWT", self.account.assertions.make()).json()
        token = issued["access_token"]
        fields = {"Authorization": f"Bearer {token}"}
        self.assertEqual(self.ask("getBotInfo", (), None, fields).status, 200)
        form = line_refusals.ACCOUNT[1:] + [("access_token", token)]
        self.assertEqual(self.ask("revokeChannelTokenByJWT", (), form).status, 200)
        self.check(self.ask("verifyChannelTokenByJWT",
                            urllib.parse.urlencode({"access_token": token})), 400,
                   oauth("invalid_request", "The access token expired"))
        self.check(self.ask("getBotInfo", (), None, fields), 401, says(
            "Authentication failed due to the following reason: invalid token. Confirm that the "
            "access token in the authorization header is valid."))

    def test_at_most_30_tokens(self):
        account = line_account.Account(self.rig, "--strict", "off", tunnel="other")
        port, rows = account.port(), self.rows
        self.addCleanup(port.close)
        form = [("grant_type", "client_credentials"), ("client_assertion", account.assertions.make()),
                ("client_assertion_type", line_account.ASSERTION)]
        for _ in range(30):
            self.assertEqual(port.ask("POST", rows["issueChannelTokenByJWT"]["path"], form).status,
                             200)
        self.check(port.ask("POST", rows["issueChannelTokenByJWT"]["path"], form), 400,
                   says("The maximum number of access tokens has already been issued"))
        short = [port.ask("POST", rows["issueChannelToken"]["path"], line_refusals.ACCOUNT).json()
                 for _ in range(31)]
        for issued, status in ((short[0], 400), (short[1], 200), (short[30], 200)):
            form = [("access_token", issued["access_token"])]
            self.assertEqual(port.ask("POST", rows["verifyChannelToken"]["path"], form).status,
                             status)
        self.check(port.ask("POST", rows["verifyChannelToken"]["path"],
                            [("access_token", short[0]["access_token"])]), 400,
                   oauth("invalid_request", "access_token invalid"))


class Everywhere(Refusing):
    """What is refused before an operation is asked, by each."""

    def of_kind(self, *names):
        return [(name, row) for name, row in self.rows.items()
                if row["method"] in names and "/oauth" not in row["path"]]

    def test_who_asks(self):
        text = ("Authentication failed due to the following reason: {} Confirm that the access "
                "token in the authorization header is valid.")
        for _, row in self.of_kind("GET", "POST", "PUT", "DELETE"):
            for value, reason in ((None, "Missing 'Authorization' header."), ("", "invalid token."),
                                  ("Bearer", "invalid token."), ("Bearer ", "invalid token."),
                                  ("Basic dTpw", "invalid token."), ("t0ken", "invalid token."),
                                  ("Bearer a b", "invalid token."),
                                  ("Bearer \u00e9", "invalid token.")):
                with self.subTest(row["path"], value=value):
                    answer = self.port.ask(row["method"], filled(row), None,
                                           {"Authorization": value})
                    self.check(answer, 401, says(text.format(reason)))

    def takes_json(self):
        """Whose body is JSON that has to be there."""
        optional = ("testWebhookEndpoint", "setRichMenuImage")
        return [(name, row) for name, row in self.of_kind("POST", "PUT")
                if name in line_refusals.REFUSALS and name not in optional and
                any(isinstance(body, dict) for _, _, body, _, _ in line_refusals.REFUSALS[name])]

    def test_bad_json(self):
        for name, row in self.takes_json():
            for body, at in ((b'{"a":}', (1, 6)), (b'{\n"a": 1,\n', (3, 1)), (b"", (1, 1)),
                             (b"[]", (1, 1)), (b'{"a": "\xff"}', (1, 8)), (b'{} {}', (1, 4))):
                with self.subTest(name, body=body):
                    answer = self.port.ask(row["method"], filled(row), body,
                                           {"Content-Type": "application/json"})
                    self.check(answer, 400, says("The request body could not be parsed as JSON "
                                                 f"(line: {at[0]}, column: {at[1]})"))

    def test_bad_types(self):
        for name, row in self.takes_json():
            for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx"):
                with self.subTest(name, kind=kind):
                    answer = self.port.ask(row["method"], filled(row), b"{}",
                                           {"Content-Type": kind})
                    self.check(answer, 400, says(f"The content type, {kind}, is not supported"))

    def test_types_that_will_do(self):
        for kind in ("application/json", "application/json; charset=UTF-8", "APPLICATION/JSON;x=y"):
            answer = self.port.ask("POST", self.rows["validatePush"]["path"],
                                   b'{"messages":[{"type":"text","text":"x"}]}',
                                   {"Content-Type": kind})
            self.assertEqual((answer.status, answer.raw), (200, b"{}"))

    def test_too_large(self):
        """2 MiB will do, one byte more will not."""
        for name, row in self.takes_json():
            for size, status in ((2 << 20, 400), ((2 << 20) + 1, 413)):
                with self.subTest(name, size=size):
                    body = b'{"messages":"' + b"x" * (size - 15) + b'"}'
                    port = self.account.port()
                    self.addCleanup(port.close)
                    answer = port.ask(row["method"], filled(row), body,
                                      {"Content-Type": "application/json"})
                    self.assertIn(answer.status, (status, 404 if status == 400 else status), answer)
                    self.assertIn("message", answer.json())


class Limits(Refusing):
    FLAGS = ("--line-quota", "3")

    def test_the_quota(self):
        """Replies are free."""
        self.assertEqual(self.ask("getMessageQuota").json(), {"type": "limited", "value": 3})
        for user in (USER, OTHER):
            self.account.hear(user=user)
        reached = says("You have reached your monthly limit.")
        push = {"to": USER, "messages": [TEXT]}
        self.assertEqual(self.ask("pushMessage", (), push).status, 200)
        self.check(self.ask("multicast", (), {"to": [USER, OTHER, USER], "messages": [TEXT]}), 429,
                   reached)
        self.assertEqual(self.ask("broadcast", (), {"messages": [TEXT]}).status, 200)
        for operation, carrier in (("pushMessage", {"to": USER}), ("multicast", {"to": [USER]}),
                                   ("broadcast", {}), ("narrowcast", {})):
            self.check(self.ask(operation, (), {**carrier, "messages": [TEXT]}), 429, reached)
        reply = {"replyToken": self.account.hear()["replyToken"], "messages": [TEXT]}
        self.assertEqual(self.ask("replyMessage", (), reply).status, 200)
        self.assertEqual(self.ask("getMessageQuotaConsumption").json(), {"totalUsage": 3})


class Rates(Refusing):
    FLAGS = ()
    PER_HOUR = {"narrowcast": 60, "broadcast": 60, "testWebhookEndpoint": 60, "createRichMenu": 100,
                "deleteRichMenu": 100, "deleteRichMenuAlias": 100, "getRichMenuBatchProgress": 100,
                "richMenuBatch": 3}

    def test_in_an_hour(self):
        """Refused calls count too."""
        self.check(self.ask("narrowcast", (), {"messages": [TEXT]}), 403,
                   says("Your account does not have enough friends"))
        for operation, calls in self.PER_HOUR.items():
            row = self.rows[operation]
            body = {} if row["method"] == "POST" else None
            with self.subTest(operation):
                used = [self.port.ask(row["method"], filled(row), body).status
                        for _ in range(calls - (operation == "narrowcast"))]
                self.assertNotIn(429, used)
                self.check(self.port.ask(row["method"], filled(row), body), 429,
                           says("The API rate limit has been exceeded. Try again later."))


del Refusing  # it has no tests of its own


if __name__ == "__main__":
    rig.unittest.main()
