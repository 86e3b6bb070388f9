"""Unmodified bots on LINE's official SDKs, with only the base URL changed: the LINE API port is to
them what LINE is.  Each does the exercises of node/workbench.mjs, told by `hookline trigger`.
"""
import base64
import hashlib
import os
import shutil
import struct
import subprocess
import unittest
import zlib

import line
import rig

CHANNEL_ID = "1650000000"
USER = "U" + "c2" * 16
TOOLS = os.environ.get("HOOKLINE_PYTHON_TOOLS", "")


def png(width, height):
    """A white picture, the smallest that LINE takes for a rich menu."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + b"\xff" * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def node_bot(_rig):
    return ["node", os.path.join(rig.ROOT, "node", "workbench.mjs")]


def python_bot(_rig):
    return [os.path.join(TOOLS, "bin", "python"), os.path.join(rig.ROOT, "python", "workbench.py")]


def go_bot(r):
    program = r.path("workbench")
    environment = {**os.environ, "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
    built = r.run(["go", "build", "-o", program, "."], cwd=os.path.join(rig.ROOT, "go"),
                  env=environment, timeout=300)
    if built.code != 0:
        raise AssertionError(built.err)
    return [program]


class SdkBot:
    """The exercises, for each SDK."""

    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot = cls.start_bot(r)
        port = cls.bot.wait_json(lambda x: x["type"] == "ready")["port"]
        cls.secret = r.write("secret", line.SECRET)
        cls.agent = r.start_agent("--forward", f"http://127.0.0.1:{port}/callback", "--secret-file",
                                  cls.secret, "--line-api-addr", "127.0.0.1:0")
        line_api = cls.agent.command("status", "--json").json()["line_api"]["url"]
        cls.bot.child.stdin.write(line_api.encode() + b"\n")
        cls.bot.child.stdin.flush()

    @classmethod
    def start_bot(cls, r):
        environment = {
            **r.environment, "CHANNEL_ID": CHANNEL_ID, "CHANNEL_SECRET": line.SECRET,
            "CHANNEL_ACCESS_TOKEN": "bearer",
            "MENU_PNG": base64.b64encode(png(800, 540)).decode()}
        return r.start(cls.__name__, cls.make_command(r), env=environment,
                       stdin=subprocess.PIPE)

    def exercise(self, name, *flags):
        mark = len(self.bot.out.lines)
        words = ("text", name) if name != "content" else ("image",)
        done = self.agent.command("trigger", *words, "--user", USER, "--secret-file",
                                  self.secret, *flags)
        self.assertEqual(done.code, 0, done.err)
        heard = self.bot.wait_json(lambda x: x["name"] == name, mark)
        self.assertEqual(heard["type"], "done", heard)
        return heard["outcome"]

    def test_reply(self):
        self.assertEqual(self.exercise("reply"), {"sent": 2, "quoted": True})

    def test_a_replay_can_be_replied_to(self):
        self.exercise("reply")
        for _ in range(2):
            mark = len(self.bot.out.lines)
            done = self.agent.command("replay", "last", "--secret-file", self.secret)
            self.assertEqual(done.code, 0, done.err)
            heard = self.bot.wait_json(lambda x: x["name"] == "reply", mark)
            self.assertEqual(heard.get("outcome"), {"sent": 2, "quoted": True}, heard)

    def test_a_token_works_once(self):
        outcome = self.exercise("twice")
        self.assertEqual((outcome["status"], outcome["message"]), (400, "Invalid reply token"))

    def test_a_message_too_long(self):
        outcome = self.exercise("long")
        self.assertEqual((outcome["status"], outcome["message"]),
                         (400, "The request body has 1 error(s)"))
        self.assertEqual(outcome["details"], [
            {"message": "Length must be between 0 and 5000", "property": "messages[0].text"}])

    def test_push(self):
        self.assertEqual(self.exercise("push"), {"sent": 1})

    def test_a_retry_key(self):
        outcome = self.exercise("retry")
        self.assertEqual((outcome["status"], outcome["message"]),
                         (409, "The retry key is already accepted"))
        self.assertTrue(outcome["accepted"])

    def test_profile(self):
        self.assertEqual(self.exercise("profile"), {"same": True, "named": True})

    def test_a_malformed_user(self):
        outcome = self.exercise("stranger")
        self.assertEqual((outcome["status"], outcome["message"]),
                         (400, "The value for the 'userId' parameter is invalid"))

    def test_rich_menu(self):
        self.assertEqual(self.exercise("menu"), {"linked": True, "image": True})

    def test_token(self):
        self.assertEqual(self.exercise("token"), {"expires": 900, "works": True})

    def test_bot_info(self):
        self.assertRegex(self.exercise("info")["user"], "^U[0-9a-f]{32}$")

    def test_content(self):
        picture = png(20, 30)
        outcome = self.exercise("content", "--file", self.rig.write("picture.png", picture))
        self.assertEqual(outcome, {"bytes": len(picture),
                                   "sha256": hashlib.sha256(picture).hexdigest()})


class Node(SdkBot, rig.TestCase):
    make_command = staticmethod(node_bot)


class Python(SdkBot, rig.TestCase):
    make_command = staticmethod(python_bot)


@unittest.skipUnless(shutil.which("go"), "there is no Go on this machine")
class Go(SdkBot, rig.TestCase):
    make_command = staticmethod(go_bot)
