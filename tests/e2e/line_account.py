"""An emulated account: an agent that emulates all of LINE, a bot that hears what its users do, and
the official Python SDK (python/every_operation.py) that calls the LINE API port."""
import base64
import datetime
import http.client
import json
import os
import re
import struct
import subprocess
import time
import urllib.parse
import zlib

import clients
import line
import rig

CHANNEL = "1650000000"
TOOLS = os.environ.get("HOOKLINE_PYTHON_TOOLS", "")
PROGRAM = os.path.join(rig.ROOT, "python", "every_operation.py")
AUDIENCE = "https://api.line.me/"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
REQUEST_ID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def png(width, height):
    """A white picture, small for its size."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + b"\xff" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(
        b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def day_of_line(days=0):
    """LINE counts by the clock of Japan."""
    zone = datetime.timezone(datetime.timedelta(hours=9))
    return (datetime.datetime.now(zone) + datetime.timedelta(days)).strftime("%Y%m%d")


def snake(operation):
    """The SDK's name for an operation."""
    words = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", operation)
    return re.sub("([a-z0-9])([A-Z])", r"\1_\2", words).lower()


class Assertions:
    """JWTs that are signed as a channel signs them, and by another's key."""

    def __init__(self, r, name="assertion"):
        self.rig, self.key = r, r.pki.make_key(name, "-algorithm", "RSA")
        self.public = r.path(f"{name}.pub")
        self._openssl(b"", "pkey", "-in", self.key, "-pubout", "-out", self.public)

    def _openssl(self, stdin, *args):
        done = self.rig.run(["openssl", *args], stdin=stdin)
        if done.code != 0:
            raise AssertionError(done.err)
        return done.out

    def make(self, life=600, **claims):
        """None takes a claim away."""
        usual = {"iss": CHANNEL, "sub": CHANNEL, "aud": AUDIENCE, "token_exp": 3600,
                 "exp": int(time.time()) + life}
        parts = [{"alg": "RS256", "typ": "JWT", "kid": "a-key"},
                 {name: value for name, value in {**usual, **claims}.items() if value is not None}]
        text = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
                         for part in parts)
        signed = self._openssl(text, "dgst", "-sha256", "-sign", self.key)
        return (text + b"." + base64.urlsafe_b64encode(signed).rstrip(b"=")).decode()


class Answer:
    """Of the port, as it came: `fields` have their names in lower case."""

    def __init__(self, status, fields, raw):
        self.status, self.raw = status, raw
        self.fields = {name.lower(): value for name, value in fields}

    def json(self):
        return json.loads(self.raw)

    def __repr__(self):
        return f"{self.status} {self.raw[:400]!r}"


class Port:
    """The port by hand, over one connection that is kept alive."""

    def __init__(self, url):
        self.host, port = urllib.parse.urlsplit(url).netloc.split(":")
        self.number = int(port)
        self.connection = http.client.HTTPConnection(self.host, self.number, timeout=rig.PATIENCE)

    def ask(self, method, target, body=None, fields=None):
        """A dict is sent as JSON, a list of pairs as a form, bytes as they are; a field that is
        None is not sent."""
        sent = {"Authorization": "Bearer t0ken"}
        if isinstance(body, dict):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        elif isinstance(body, list):
            body = urllib.parse.urlencode(body).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent.update(fields or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        self.connection.request(method, target, body, sent)
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())

    def close(self):
        self.connection.close()


class Sdk:
    """The SDK; `answers` are all that it got: (operation, Answer)."""

    def __init__(self, r, url):
        if not os.path.exists(os.path.join(TOOLS, "bin", "python")):
            raise AssertionError("line-bot-sdk is missing: scripts/test installs it and says "
                                 "where in HOOKLINE_PYTHON_TOOLS")
        environment = {**r.environment, "LINE_API": url, "CHANNEL_ACCESS_TOKEN": "t0ken"}
        self._process = r.start("sdk", [os.path.join(TOOLS, "bin", "python"), PROGRAM],
                                env=environment, stdin=subprocess.PIPE)
        self._mark = 1
        self.methods = self._process.wait_json(lambda x: True)["ready"]
        self.answers = []

    def ask(self, operation, **arguments):
        """What the SDK made of the answer, as JSON."""
        message = json.dumps({"method": snake(operation), "arguments": arguments})
        self._process.child.stdin.write(message.encode() + b"\n")
        self._process.child.stdin.flush()
        told = self._process.wait_json(lambda x: True, self._mark)
        self._mark += 1
        if "failed" in told:
            raise AssertionError(f"{operation}: {told['failed']}")
        answer = Answer(told["status"], told["fields"].items(), base64.b64decode(told["raw"]))
        answer.type, answer.value = told["type"], told["value"]
        self.answers.append((operation, answer))
        return answer


class Account:
    """The agent, its bot, its port, and what its users do."""

    def __init__(self, r, *flags, tunnel="mybot"):
        self.rig, self._path = r, f"/{tunnel}/callback"
        if not r.relay:
            r.start_relay()
        self.assertions = Assertions(r, f"assertion-{tunnel}")
        self.bot = r.start_bot()
        self.agent = r.start_agent(
            "--forward", self.bot.url("/callback"), "--secret-file", r.write("secret", line.SECRET),
            "--line-api", "emulate", "--channel-id", CHANNEL, "--assertion-key",
            self.assertions.public, *flags, tunnel=tunnel)
        self.url = self.agent.line_api()
        self._curl = clients.Curl(r)
        self._events = 0

    def port(self):
        return Port(self.url)

    def hear(self, kind="message", message=None, **members):
        """A webhook comes; its event, once the bot has been told."""
        self._events += 1
        event = line.event(kind, self._events, **members)
        event["timestamp"] = int(time.time() * 1000)
        if kind == "message":
            identity = str(510000000000000000 + self._events)
            event["message"] = {"id": identity, **(message or {"type": "text", "text": "hello"})}
        body = line.body(event)
        answer = self._curl.post(self._path, body, headers=line.headers(body))
        if answer.status != 200:
            raise AssertionError(f"the webhook was answered {answer.status}")
        return event

    def in_group(self, group="C" + "d4" * 16, user=line.USER_ID):
        return self.hear(source={"type": "group", "groupId": group, "userId": user})

    def in_room(self, room="R" + "e5" * 16, user=line.USER_ID):
        return self.hear(source={"type": "room", "roomId": room, "userId": user})


def until(ask, fits):
    """Asks until the answer fits: what is emulated takes its time, as at LINE."""
    deadline = time.monotonic() + rig.PATIENCE
    while not fits(answer := ask()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not in time: {answer}")
    return answer
