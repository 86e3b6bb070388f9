"""No replayed or simulated event ever messages a real person.

LINE's credentials are there, and LINE (its stand-in) would take everything; a bot answers each
event by all means that it has, and in every odd way of asking for them. While it handles a
replay, and afterwards, LINE must not hear of anything that a person could notice.
"""
import json
import socket
import threading
import urllib.parse

import clients
import fake_bot
import line
import line_stand_in
import rig

HOST = "localhost"  # a public address that this machine can resolve
USER, GROUP = line.USER_ID, "C" + "c3" * 16
MENU = "richmenu-" + "d4" * 16
TEXT = [{"type": "text", "text": "hello"}]
JSON = ("Content-Type: application/json",)
KEY = ("X-Line-Retry-Key: 123e4567-e89b-42d3-a456-426614174000",)

PUSH = json.dumps({"to": USER, "messages": TEXT})

# (request line, body, fields): everything that reaches people, then tricks.
ATTEMPTS = [
    ("POST /v2/bot/message/push", PUSH, JSON),
    ("POST /v2/bot/message/push", PUSH, JSON + KEY),
    ("POST /v2/bot/message/push", json.dumps({"to": GROUP, "messages": TEXT}), JSON),
    ("POST /v2/bot/message/multicast", json.dumps({"to": [USER], "messages": TEXT}), JSON),
    ("POST /v2/bot/message/narrowcast", json.dumps({"messages": TEXT}), JSON),
    ("POST /v2/bot/message/broadcast", json.dumps({"messages": TEXT}), JSON),
    ("POST /bot/pnp/push", PUSH, JSON),
    ("POST /v2/bot/message/reply", json.dumps({"replyToken": "f" * 32, "messages": TEXT}), JSON),
    ("POST /v2/bot/message/reply", '{"replyToken":', JSON),
    (f"POST /v2/bot/user/{USER}/richmenu/{MENU}", "", ()),
    (f"DELETE /v2/bot/user/{USER}/richmenu", "", ()),
    (f"POST /v2/bot/user/all/richmenu/{MENU}", "", ()),
    ("DELETE /v2/bot/user/all/richmenu", "", ()),
    ("POST /v2/bot/richmenu/bulk/link", json.dumps({"richMenuId": MENU, "userIds": [USER]}), JSON),
    ("POST /v2/bot/richmenu/bulk/unlink", json.dumps({"userIds": [USER]}), JSON),
    ("POST /v2/bot/richmenu/batch", json.dumps({"operations": [{"type": "unlinkAll"}]}), JSON),
    (f"DELETE /v2/bot/richmenu/{MENU}", "", ()),
    ("POST /v2/bot/chat/loading/start", json.dumps({"chatId": USER}), JSON),
    ("POST /v2/bot/chat/markAsRead", json.dumps({"markAsReadToken": "x"}), JSON),
    ("POST /v2/bot/message/markAsRead", json.dumps({"chat": {"userId": USER}}), JSON),
    (f"POST /v2/bot/group/{GROUP}/leave", "", ()),
    ("POST /v2/bot/room/R1234/leave", "", ()),
    ("POST /shop/v3/mission", "{}", JSON),
    ("POST /v2/bot/message/telepathy", PUSH, JSON),
    ("POST /v2/bot/message/push/", PUSH, JSON),
    ("POST //v2/bot/message/push", PUSH, JSON),
    ("POST /v2/bot/message//push", PUSH, JSON),
    ("POST /v2/bot/./message/push", PUSH, JSON),
    ("POST /v2/bot/message/validate/../push", PUSH, JSON),
    ("POST /v2/bot/message%2Fpush", PUSH, JSON),
    ("POST /v2/bot/message/%70ush", PUSH, JSON),
    ("POST /v2/bot/message/Push", PUSH, JSON),
    ("POST /v2/bot/message/push;v=1", PUSH, JSON),
    ("POST /v2/bot/message/push?x=/validate/push", PUSH, JSON),
    ("PUT /v2/bot/message/push", PUSH, JSON),
    ("PATCH /v2/bot/message/push", PUSH, JSON),
    ("post /v2/bot/message/push", PUSH, JSON),
    ("GET /v2/bot/info", PUSH, JSON),
    ("GET /v2/bot/info", "", ("X-HTTP-Method-Override: POST",)),
    ("POST /v2/bot/message/validate/push", PUSH, JSON + ("X-HTTP-Method-Override: DELETE",)),
    ("POST http://api.line.me/v2/bot/message/push", PUSH, JSON),
    ("POST /v2/bot/message/push", PUSH, ("Content-Type: text/plain",)),
    ("POST /v2/bot/message/push", PUSH, JSON + ("Content-Encoding: gzip",)),
    ("POST /v2/bot/message/push", PUSH, JSON + ("Connection: content-type",)),
]


def wire(attempt, version="1.1", chunked=False):
    """The bytes of an attempt."""
    request_line, body, fields = attempt
    data = body.encode()
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(data)}"
    if chunked:
        half = len(data) // 2
        pieces = [piece for piece in (data[:half], data[half:]) if piece]
        data = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
    head = [f"{request_line} HTTP/{version}", "Host: api.line.me", "Authorization: Bearer real",
            "Connection: close", framing, *fields, "", ""]
    return "\r\n".join(head).encode() + data


class Pushing:
    """A behaviour of the bot: it tries everything before it answers its webhook."""

    def __init__(self, url, attempts):
        self._at = urllib.parse.urlsplit(url)
        self._attempts = attempts
        self.done = threading.Event()
        self.answers = []

    def send(self, data):
        with socket.create_connection((self._at.hostname, self._at.port), rig.PATIENCE) as s:
            s.sendall(data)
            got = b""
            while piece := s.recv(65536):
                got += piece
        self.answers.append(got.split(b"\r\n")[0])

    def __call__(self, connection, request):
        event = json.loads(request.body)["events"][0]
        reply = json.dumps({"replyToken": event["replyToken"], "messages": TEXT})
        self.send(wire(("POST /v2/bot/message/reply", reply, JSON)))
        self.everything()
        self.done.set()
        return fake_bot.answer()(connection, request)

    def everything(self):
        for data in self._attempts:
            self.send(data)


ALL = ([wire(attempt) for attempt in ATTEMPTS] +
       [wire(attempt, chunked=True) for attempt in ATTEMPTS if attempt[1]] +
       [wire(attempt, version="1.0") for attempt in ATTEMPTS])


class NoRealPerson(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay(domain=HOST)
        cls.bot = r.start_bot()
        cls.line = line_stand_in.start(r)
        cls.secret = r.write("secret", line.SECRET)
        cls.curl = clients.Curl(r)
        cls.number = 0

    def start(self, *flags, folder=None):
        """An agent of its own: its guard is off, unless it is that of an earlier one."""
        self.agent = self.rig.start_agent("--forward", self.bot.url("/callback"),
                                          "--secret-file", self.secret,
                                          *self.line.flags(self.rig), *flags, folder=folder)
        self.url = self.agent.line_api()
        self.bot.forget()
        self.line.forget()
        return self.agent

    def tearDown(self):
        self.agent.stop()

    def receive(self):
        """The id of a real webhook, which the bot has answered with 200 and nothing else."""
        type(self).number += 1
        body = line.body(line.text_event("hello", self.number))
        self.curl.post("/mybot/callback", body, host=HOST, headers=line.headers(body))
        exchange = self.agent.answered("last")["id"]
        self.bot.forget()
        return exchange

    def push(self):
        """A push as a bot sends it; its status line."""
        pushing = Pushing(self.url, [wire(ATTEMPTS[0])])
        pushing.everything()
        return pushing.answers[0]

    def assert_nobody_heard(self):
        self.assertEqual(self.line.api.targets() + self.line.data.targets(), [])

    def replay(self, exchange, *flags):
        done = self.agent.command("replay", str(exchange), "--secret-file", self.secret, "--json",
                                  "--ca-file", self.rig.pki.root, *flags)
        self.assertNotEqual(done.code, 2, done.err)
        return done

    # --- what would be heard otherwise ---

    def test_a_push_of_every_day_goes_out(self):
        """So the stand-in hears, and what follows is not silence for another reason."""
        self.start()
        self.receive()
        self.assertIn(b" 200 ", self.push())
        self.assertEqual(self.line.api.targets(), ["POST /v2/bot/message/push"])

    # --- replays ---

    def check_replay(self, *flags):
        self.start()
        exchange = self.receive()
        self.check(lambda: self.replay(exchange, *flags))

    def check(self, make_event):
        pushing = self.bot.will(Pushing(self.url, ALL))
        make_event()
        self.assertTrue(pushing.done.wait(rig.PATIENCE))
        self.assertIn(b" 200 ", pushing.answers[0], "the reply works")
        self.assertEqual([x for x in pushing.answers if not x.startswith(b"HTTP/1.")], [])
        self.assert_nobody_heard()
        # and a moment later, when the replay is over
        pushing.everything()
        self.assert_nobody_heard()
        status = self.agent.command("status", "--json").json()["line_api"]
        self.assertEqual(status["emulating"], "replay")

    def test_replay(self):
        self.check_replay()

    def test_fresh_replay(self):
        self.check_replay("--fresh")

    def test_redelivery(self):
        self.check_replay("--as-redelivery")

    def test_replay_through_the_relay(self):
        self.check_replay("--through", "relay")

    def test_fresh_replay_through_the_relay(self):
        self.check_replay("--fresh", "--through", "relay")

    # --- simulated events ---

    def check_trigger(self, *flags):
        self.start()
        self.check(lambda: self.assertNotEqual(self.agent.command(
            "trigger", *flags, "--secret-file", self.secret, "--ca-file", self.rig.pki.root,
            "--json").code, 2))

    def test_trigger(self):
        self.check_trigger("text", "hello")

    def test_trigger_of_a_real_user(self):
        self.check_trigger("text", "hello", "--user", USER)

    def test_trigger_through_the_relay(self):
        self.check_trigger("text", "hello", "--through", "relay")

    def test_trigger_of_a_real_user_through_the_relay(self):
        self.check_trigger("text", "hello", "--user", USER, "--through", "relay")

    # --- when ---

    def test_replay_of_what_is_no_webhook(self):
        """A clock that calls the bot through the tunnel, say: the bot pushes then as well."""
        for flags in ((), ("--through", "relay")):
            self.start("--webhook-path", "/callback")
            self.curl.post("/mybot/clock", line.body(), host=HOST,
                           headers=["Content-Type: application/json"])
            exchange = self.agent.answered("last")["id"]
            self.bot.forget()
            hang = self.bot.will(fake_bot.Hang())
            replay = threading.Thread(target=self.replay, args=(exchange, *flags))
            replay.start()
            self.assertTrue(hang.asked.wait(rig.PATIENCE))
            status = self.agent.command("status", "--json").json()["line_api"]
            self.assertEqual((status["emulating"], status["emulate_until"]), ("replay", None))
            self.assertIn(b" 200 ", self.push())
            hang.release.set()
            replay.join(rig.PATIENCE)
            self.assertIn(b" 200 ", self.push())
            self.assert_nobody_heard()
            self.agent.stop()

    def test_while_it_is_handled(self):
        """Another thread of the bot pushes while the replay is still being handled."""
        self.start()
        exchange = self.receive()
        hang = self.bot.will(fake_bot.Hang())
        replay = threading.Thread(target=self.replay, args=(exchange,))
        replay.start()
        self.assertTrue(hang.asked.wait(rig.PATIENCE))
        self.assertIn(b" 200 ", self.push())
        self.assert_nobody_heard()
        hang.release.set()
        replay.join(rig.PATIENCE)
        self.assertIn(b" 200 ", self.push())
        self.assert_nobody_heard()

    def test_a_bot_that_fails(self):
        """An error, a broken connection: the minute begins all the same."""
        for behaviour in (fake_bot.answer(500), fake_bot.close):
            self.start()
            exchange = self.receive()
            self.bot.will(behaviour)
            self.replay(exchange)
            self.push()
            self.assert_nobody_heard()
            self.agent.stop()

    # --- an agent that is started anew ---

    def check_after_restart(self):
        self.start(folder=self.agent.data)
        self.assertIn(b" 200 ", self.push())
        self.assert_nobody_heard()

    def test_restart(self):
        """The bot goes on with the replay, whoever serves the port by then."""
        self.start()
        self.replay(self.receive())
        self.agent.stop()
        self.check_after_restart()

    def test_agent_that_dies(self):
        """In the middle of a replay."""
        self.start()
        exchange = str(self.receive())
        hang = self.bot.will(fake_bot.Hang())
        replay = threading.Thread(target=self.agent.command, args=("replay", exchange))
        replay.start()
        self.assertTrue(hang.asked.wait(rig.PATIENCE))
        self.agent.kill()
        self.check_after_restart()
        hang.release.set()
        replay.join(rig.PATIENCE)

    def test_replay_without_an_agent(self):
        """It has one of its own, and `hookline up` comes a moment later."""
        self.start()
        exchange = self.receive()
        self.agent.stop()
        self.replay(exchange, "--forward", self.bot.url("/callback"), "--line-api-addr",
                    "127.0.0.1:0", *self.line.flags(self.rig))
        self.check_after_restart()

    def test_bytes_that_come_again(self):
        """An event's bytes, sent to the public address by somebody who had them."""
        self.start()
        type(self).number += 1
        body = line.body(line.text_event("again", self.number))
        for _ in range(2):
            self.curl.post("/mybot/callback", body, host=HOST, headers=line.headers(body))
            self.agent.answered("last")
        self.assertIn(b" 200 ", self.push())
        self.assert_nobody_heard()

    # --- beside a replay ---

    def test_a_live_event_beside_a_replay(self):
        """Its reply goes out, for it has a token that LINE gave; its pushes do not."""
        self.start()
        self.replay(self.receive())
        type(self).number += 1
        event = line.text_event("live", self.number)
        body = line.body(event)
        self.curl.post("/mybot/callback", body, host=HOST, headers=line.headers(body))
        self.assertIn(b" 200 ", self.push())
        self.assert_nobody_heard()
        reply = json.dumps({"replyToken": event["replyToken"], "messages": TEXT})
        Pushing(self.url, [wire(("POST /v2/bot/message/reply", reply, JSON))]).everything()
        self.assertEqual(self.line.api.targets(), ["POST /v2/bot/message/reply"])

    def test_live_push_is_a_wish(self):
        self.start("--live-push")
        self.replay(self.receive())
        self.assertIn(b" 200 ", self.push())
        self.assertEqual(self.line.api.targets(), ["POST /v2/bot/message/push"])

    def test_the_bot_may_still_read(self):
        self.start()
        self.replay(self.receive())
        Pushing(self.url, [wire((f"GET /v2/bot/profile/{USER}", "", ()))]).everything()
        self.assertEqual(self.line.api.targets(), [f"GET /v2/bot/profile/{USER}"])


if __name__ == "__main__":
    rig.unittest.main()
