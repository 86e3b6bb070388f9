"""A bot that is down, or never answers: what `hookline up` keeps, tries again, and is told of it."""
import socket
import time

import clients
import fake_bot
import line
import rig


def free_port():
    """Where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Case(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.curl = clients.Curl(r)

    def start(self, tunnel, *flags, port=None, **options):
        """An agent in front of a bot that is not there yet."""
        self.tunnel, self.port = tunnel, port or free_port()
        self.agent = self.rig.start_agent("--forward", f"http://127.0.0.1:{self.port}", *flags,
                                          tunnel=tunnel, **options)
        return self.agent

    def start_bot(self):
        return self.rig.start_bot(port=self.port)

    def send(self, number, **event):
        body = line.body(line.text_event(f"message {number}", number=number, **event))
        return self.curl.post(f"/{self.tunnel}/{number}", body, headers=line.headers(body)).status

    def status(self):
        return self.agent.command("status", "--json").json()

    def wait_status(self, **expected):
        end = time.monotonic() + rig.PATIENCE
        while True:
            status = self.status()
            if all(status[key] == value for key, value in expected.items()):
                return status
            self.assertLess(time.monotonic(), end, f"{status} is not {expected}")

    def check_order(self, bot, *numbers):
        self.assertEqual([bot.take().target for _ in numbers], [f"/{n}" for n in numbers])


class Down(Case):
    def test_the_bot_comes_back(self):
        self.start("back")
        for number in range(1, 6):
            self.assertEqual(self.send(number), 200)
        self.assertEqual(self.wait_status(pending=5)["delivered"], 0)
        self.assertEqual([row["id"] for row in self.agent.list("--pending")], [1, 2, 3, 4, 5])
        bot = self.start_bot()
        self.assertEqual(self.agent.command("retry", "--all", "--json").json()["count"], 5)
        self.check_order(bot, 1, 2, 3, 4, 5)
        self.wait_status(pending=0, delivered=5)
        self.assertEqual(self.agent.list("--pending"), [])
        shown = self.agent.answered(3)
        self.assertEqual((shown["status"], shown["answer"]["status"]), (200, 200))

    def test_it_comes_back_by_itself(self):
        self.start("self")
        self.assertEqual(self.send(1), 200)
        bot = self.start_bot()
        self.check_order(bot, 1)
        self.wait_status(pending=0)

    def test_the_agent_is_killed_meanwhile(self):
        self.start("killed")
        for number in (1, 2, 3):
            self.assertEqual(self.send(number), 200)
        self.wait_status(pending=3)
        self.agent.kill()
        bot = self.start_bot()
        self.start("killed", port=self.port, folder=self.agent.data)
        self.check_order(bot, 1, 2, 3)
        self.wait_status(pending=0, delivered=3)

    def test_the_agent_ends_meanwhile(self):
        self.start("ended")
        self.assertEqual(self.send(1), 200)
        self.assertEqual(self.agent.stop(), 0)
        self.assertEqual(self.send(2), 200)  # the relay keeps it
        bot = self.start_bot()
        self.start("ended", port=self.port, folder=self.agent.data)
        self.check_order(bot, 1, 2)
        self.wait_status(pending=0, delivered=2, kept=0)

    def test_drop(self):
        self.start("dropped")
        for number in (1, 2, 3):
            self.assertEqual(self.send(number), 200)
        self.wait_status(pending=3)
        self.assertEqual(self.agent.command("drop", "2", "--json").json()["count"], 1)
        bot = self.start_bot()
        self.agent.command("retry", "--all")
        self.check_order(bot, 1, 3)
        self.wait_status(pending=0, aside=0)
        self.assertNotEqual(self.agent.command("drop", "2").code, 0)

    def test_retry_off(self):
        self.start("off", "--retry=off", "--answer=bot")
        self.assertEqual(self.send(1), 502)
        self.assertEqual(self.status()["pending"], 0)

    def test_only_the_bot_answers(self):
        """The sender hears of the failure, and the bot gets it nevertheless."""
        self.start("honest", "--answer=bot")
        self.assertEqual(self.send(1), 502)
        self.assertEqual(self.send(2), 503)
        bot = self.start_bot()
        self.check_order(bot, 1, 2)


class Silent(Case):
    def test_one_that_the_bot_never_answers(self):
        """It steps out of the line; the others go on."""
        self.start("silent", "--handler-timeout=300ms")
        bot = self.start_bot()
        bot.will(fake_bot.close, fake_bot.close, fake_bot.close, fake_bot.answer())
        self.assertEqual(self.send(1), 200)
        self.assertEqual(self.send(2), 200)
        targets = [bot.take().target for _ in range(5)]
        self.assertEqual(targets[:3], ["/1"] * 3)
        self.assertEqual(sorted(targets[3:]), ["/1", "/2"])
        self.wait_status(pending=0, delivered=2)

    def test_an_error_is_an_answer(self):
        self.start("error")
        bot = self.start_bot()
        bot.will(fake_bot.answer(500))
        self.assertEqual(self.send(1), 500)
        self.assertEqual(self.send(2), 200)
        self.check_order(bot, 1, 2)
        self.wait_status(pending=0, delivered=2)


class Dedupe(Case):
    def test_redeliveries(self):
        self.start("twice", "--dedupe")
        bot = self.start_bot()
        for number in (1, 1, 2, 1):
            self.assertEqual(self.send(number), 200)
        self.check_order(bot, 1, 2)
        self.assertEqual(len(bot.requests), 2)
        self.assertEqual([row["duplicate_of"] for row in self.agent.list("--reverse")],
                         [1, None, 1, None])


class Control(Case):
    def test_strangers_reach_the_bot_only(self):
        self.start("strange", "--answer=bot")
        bot = self.start_bot()
        bot.will(fake_bot.answer(200, b"a page of the bot"))
        answer = self.curl.get("/strange/.hookline/status")
        self.assertEqual((answer.status, answer.body), (200, b"a page of the bot"))
        self.assertEqual(bot.take().target, "/.hookline/status")

    def test_its_replay_too(self):
        self.start("replayed", "--answer=bot", "--retry=off")
        self.assertEqual(self.send(1), 502)
        bot = self.start_bot()
        self.curl.post("/replayed/.hookline/drop", b'{"exchange":null}')
        self.assertEqual(bot.take().target, "/.hookline/drop")
        self.agent.wait_exchange(target="/.hookline/drop")
        self.assertEqual(self.agent.command("replay", "last").code, 0)
        self.assertEqual(bot.take().target, "/.hookline/drop")
