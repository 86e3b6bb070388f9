"""The emulated LINE API answers as LINE's own OpenAPI description says: to every valid call of the
official SDK, and to requests that schemathesis makes out of the description, good and bad ones.

The description (line-openapi) is not part of this repository: HOOKLINE_LINE_OPENAPI names the
folder that messaging-api.yml and channel-access-token.yml lie in."""
import base64
import json
import os
import unittest

import line
import line_account
import line_operations
import rig
from line_operations import GROUP, MENU, OTHER, ROOM, USER

FOLDER = os.environ.get("HOOKLINE_LINE_OPENAPI", "")
PROGRAM = os.path.join(rig.ROOT, "python", "line_description.py")
PYTHON = os.path.join(line_account.TOOLS, "bin", "python")
SCHEMATHESIS = os.path.join(line_account.TOOLS, "bin", "schemathesis")
CONFIG = os.path.join(rig.ROOT, "schemathesis_line.toml")
PATIENCE = 380
EXAMPLES = os.environ.get("HOOKLINE_LINE_EXAMPLES", "5")  # of each operation; more take longer
SEED = os.environ.get("HOOKLINE_LINE_SEED", "7")

# What LINE's reference documents and its description leaves out.
STATUSES = {
    # of every operation: a request that makes no sense, a wrong access token, more than 2 MB,
    # too many requests
    "*": [400, 401, 413, 429],
    # what is named does not exist, or (in a path) cannot
    **{operation: [404] for operation in (
        "getWebhookEndpoint", "testWebhookEndpoint", "getNarrowcastProgress", "getProfile",
        "getGroupSummary", "getGroupMemberCount", "getGroupMembersIds", "getGroupMemberProfile",
        "leaveGroup", "getRoomMemberCount", "getRoomMembersIds", "getRoomMemberProfile",
        "leaveRoom", "issueLinkToken", "getRichMenu", "deleteRichMenu", "getRichMenuImage",
        "setDefaultRichMenu", "linkRichMenuIdToUser", "getRichMenuIdOfUser",
        "unlinkRichMenuIdFromUser", "linkRichMenuIdToUsers", "richMenuBatch",
        "getRichMenuBatchProgress", "validateRichMenuBatchRequest", "getRichMenuAlias",
        "updateRichMenuAlias", "deleteRichMenuAlias", "issueChannelTokenByJWT",
        "getsAllValidChannelAccessTokenKeyIds", "issueStatelessChannelToken",
        "getMembershipSubscription", "getJoinedMembershipUsers")},
    # a film that is being prepared, what nobody has sent, what was unsent
    **{operation: [202, 404, 410] for operation in (
        "getMessageContent", "getMessageContentPreview",
        "getMessageContentTranscodingByMessageId")},
    # a default menu of another channel, or none
    "getDefaultRichMenuId": [403, 404],
    # no such menu; neither JPEG nor PNG
    "setRichMenuImage": [404, 415],
}


@unittest.skipUnless(FOLDER, "HOOKLINE_LINE_OPENAPI does not name the folder of LINE's OpenAPI "
                             "description, which is not part of this repository")
class Described(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        if not os.path.exists(SCHEMATHESIS):
            raise AssertionError("schemathesis is missing: scripts/test installs it and says "
                                 "where in HOOKLINE_PYTHON_TOOLS")
        cls.account = line_account.Account(r, "--strict", "off")
        rows = r.hookline("line-api", "--json").json_lines()
        cls.facts = {
            "folder": FOLDER, "statuses": STATUSES, "values": {}, "members": {}, "operations": [
                x["operation"] for x in rows if x["answered"] == "emulated"]}

    def write_facts(self):
        return self.rig.write("facts.json", json.dumps(self.facts))


class ValidCalls(line_operations.Rooms, Described):
    def test_answers(self):
        self.sdk = line_account.Sdk(self.rig, self.account.url)
        self.every_room()
        answers = [{"operation": operation, "status": answer.status,
                    "type": answer.fields.get("content-type"),
                    "body": base64.b64encode(answer.raw).decode()}
                   for operation, answer in self.sdk.answers]
        self.assertGreater(len(answers), 100)
        path = self.rig.write("answers.json", json.dumps(answers))
        done = self.rig.run([PYTHON, PROGRAM, "judge", self.write_facts(), path])
        self.assertEqual((done.code, done.text(), done.err), (0, "", ""))


class MadeUpCalls(Described):
    def add_values(self):
        """Of what there is, so that not all that is asked for is unknown."""
        port = self.account.port()
        self.addCleanup(port.close)
        image = self.account.hear(message={"type": "image", "contentProvider": {"type": "line"}})
        film = self.account.hear(message={"type": "video", "contentProvider": {"type": "line"}})
        groups = [GROUP] + [f"C{number:032x}" for number in range(9)]
        rooms = [ROOM] + [f"R{number:032x}" for number in range(9)]
        for group, room in zip(groups, rooms):  # they can be left
            self.account.in_group(group, USER)
            self.account.in_room(room, OTHER)
        menus = [port.ask("POST", "/v2/bot/richmenu", MENU).json()["richMenuId"]
                 for _ in range(10)]
        for menu in menus[:7]:
            port.ask("POST", f"/v2/bot/richmenu/{menu}/content", line_account.png(800, 540),
                     {"Content-Type": "image/png"})
        coupon = port.ask("POST", "/v2/bot/coupon", line_operations.COUPON).json()["couponId"]
        for name in ("a", "b", "c"):
            port.ask("POST", "/v2/bot/richmenu/alias",
                     {"richMenuAliasId": name, "richMenuId": menus[0]})
        self.facts["values"] = {
            "userId": [USER, OTHER], "groupId": groups, "roomId": rooms, "richMenuId": menus,
            "messageId": [image["message"]["id"], film["message"]["id"]], "couponId": [coupon],
            "richMenuAliasId": ["a", "b", "c"], "date": ["20261122", "20180101", "20991231"],
            "client_assertion": [self.account.assertions.make()],
            "client_assertion_type": [line_account.ASSERTION]}
        either = {"anyOf": [{"enum": [USER, *groups, *rooms]}, {"type": "string"}]}
        users = {"type": "array", "items": {"enum": [USER, OTHER]}, "minItems": 1}
        menu = {"anyOf": [{"enum": menus}, {"type": "string"}]}
        tokens = [self.account.hear()["replyToken"] for _ in range(20)]
        self.facts["members"] = {
            "ReplyMessageRequest": {"replyToken": {"enum": tokens}},
            "PushMessageRequest": {"to": either}, "MulticastRequest": {"to": users},
            "ShowLoadingAnimationRequest": {"chatId": either},
            "RichMenuBulkLinkRequest": {"userIds": users, "richMenuId": menu},
            "RichMenuBulkUnlinkRequest": {"userIds": users},
            "CreateRichMenuAliasRequest": {"richMenuId": menu},
            "UpdateRichMenuAliasRequest": {"richMenuId": menu},
            "RichMenuBatchLinkOperation": {"from": menu, "to": menu},
            "RichMenuBatchUnlinkOperation": {"from": menu},
            "IssueStatelessChannelTokenByClientSecretRequest": {
                "client_id": {"enum": [line_account.CHANNEL]},
                "client_secret": {"enum": [line.SECRET]}}}

    def fuzz(self, name, phases):
        done = self.rig.run(
            [SCHEMATHESIS, "--config-file", CONFIG, "run", self.rig.path(name), "--url",
             self.account.url, "--header", "Authorization: Bearer t0ken", "--seed", SEED,
             "--max-examples", EXAMPLES, "--phases", phases, "--no-color",
             "--generation-database", "none", "--request-timeout", "20", "--workers", "2",
             "--continue-on-failure", "--suppress-health-check", "filter_too_much,too_slow"],
            timeout=PATIENCE, cwd=self.rig.folder)
        self.assertEqual(done.code, 0, done.text()[-20000:] + done.err)
        self.assertIsNone(self.account.agent.child.poll(), "the agent is still there")

    def adapt(self):
        self.add_values()
        done = self.rig.run([PYTHON, PROGRAM, "adapt", self.write_facts(), self.rig.folder])
        self.assertEqual(done.code, 0, done.err)

    def test_nothing_is_undocumented(self):
        for name in ("messaging-api", "channel-access-token"):
            for form, phases in ((".plain", "examples,coverage"), ("", "fuzzing")):
                with self.subTest(name, phases=phases):
                    self.adapt()  # what there was may be gone
                    self.fuzz(f"{name}{form}.json", phases)


del Described  # it has no tests of its own


if __name__ == "__main__":
    unittest.main()
