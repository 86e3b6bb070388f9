"""Links that break: the relay restarts, says nothing more, or is not there yet."""
import concurrent.futures
import os
import signal
import socket
import ssl
import threading

import clients
import fake_bot
import line
import rig


class Relays(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        cls.pool = concurrent.futures.ThreadPoolExecutor(4)
        cls.addClassCleanup(cls.pool.shutdown)

    def start(self, tunnel="mybot", *flags):
        """A relay with an agent and a bot of its own."""
        relay = self.rig.start_relay()
        bot = self.rig.start_bot()
        agent = self.rig.start_agent("--forward", bot.url(), *flags, tunnel=tunnel)
        self.addCleanup(agent.stop)
        return relay, agent, bot

    def post(self, tunnel="mybot", body=b"{}"):
        return clients.Curl(self.rig).post(f"/{tunnel}/callback", body,
                                           headers=line.headers(body))

    def test_the_relay_is_killed_and_comes_back(self):
        relay, agent, bot = self.start()
        mark = agent.mark()
        relay.kill()
        agent.wait_state("waiting", mark)
        self.rig.start_relay(listen=f"127.0.0.1:{relay.port}")
        agent.wait_linked(mark)
        self.assertEqual(self.post().status, 200)
        self.assertEqual(bot.take().body, b"{}")

    def test_the_relay_stops_gracefully(self):
        """What is under way finishes, nothing new begins, the agent tries again for ever."""
        relay, agent, bot = self.start()
        hang = bot.will(fake_bot.Hang())
        slow = self.pool.submit(self.post)
        self.assertTrue(hang.asked.wait(rig.PATIENCE))
        mark = agent.mark()
        relay.send_signal(signal.SIGTERM)
        self.assertIn("the relay closed the link", agent.wait_state("waiting", mark)["detail"])
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", relay.port), 1).close()
        hang.release.set()
        self.assertEqual(slow.result(rig.PATIENCE).status, 200)
        self.assertEqual(relay.wait_exit(), 0)
        self.rig.start_relay(listen=f"127.0.0.1:{relay.port}")
        agent.wait_linked(mark)
        self.assertEqual(self.post().status, 200)

    def test_open_connections_hear_of_the_end(self):
        relay, _, bot = self.start()
        hang = bot.will(fake_bot.Hang())
        request = b"GET /mybot/x HTTP/1.1\r\nHost: relay.test\r\n\r\n"
        with clients.RawTls(self.rig) as busy, clients.RawTls(self.rig) as idle:
            busy.send(request)
            self.assertTrue(hang.asked.wait(rig.PATIENCE))
            relay.send_signal(signal.SIGTERM)
            self.assertEqual(idle.read_all(), b"")
            hang.release.set()
            self.assertIn(b"connection: close", busy.read_all().lower())
        self.assertEqual(relay.wait_exit(), 0)

    def test_the_terminal_is_closed(self):
        """It does not run on unseen with the journal in its hands, unless told so by nohup."""
        self.rig.start_relay()
        agent = self.rig.start_agent("--echo")
        self.assertEqual(agent.stop(signal.SIGHUP), 0)
        stays = self.rig.start_agent("--echo", folder=agent.data, wrap=lambda args: [
            "sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *args])
        stays.send_signal(signal.SIGHUP)
        self.assertEqual(self.post().status, 200)
        self.assertEqual(stays.stop(), 0)

    def test_the_agent_is_there_first(self):
        relay = self.rig.start_relay()
        relay.stop()
        agent = self.rig.start_agent("--echo", link=False)
        self.addCleanup(agent.stop)
        status = agent.wait_state("waiting")
        self.assertIn(str(relay.port), status["detail"])
        self.assertIn("nothing listens there", status["detail"])
        self.rig.start_relay(listen=f"127.0.0.1:{relay.port}")
        agent.wait_linked()
        self.assertEqual(self.post().status, 200)

    def test_a_relay_that_says_nothing_more(self):
        """Within 15 seconds: the heartbeat is what takes this test so long."""
        relay, agent, _ = self.start()
        mark = agent.mark()
        relay.send_signal(signal.SIGSTOP)
        self.addCleanup(relay.send_signal, signal.SIGCONT)
        agent.wait_state("waiting", mark)
        relay.send_signal(signal.SIGCONT)
        agent.wait_linked(mark)


class FakeRelay:
    """A TLS server that answers each request for a link with the same bytes."""

    def __init__(self, r, answer):
        self._answer = answer
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(r.leaf.chain, r.leaf.key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            try:
                with self._context.wrap_socket(plain, server_side=True) as connection:
                    connection.recv(65536)
                    connection.sendall(self._answer)
                    connection.recv(65536)
            except OSError:
                pass

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


class Strangers(rig.TestCase):
    """What stands where the relay should be."""

    def status_for(self, answer, state):
        relay = FakeRelay(self.rig, answer)
        self.addCleanup(relay.close)
        self.rig.relay = relay
        agent = self.rig.start_agent("--echo", link=False)
        self.addCleanup(agent.stop)
        return agent.wait_state(state)["detail"]

    def test_another_web_server(self):
        detail = self.status_for(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
                                 "refused")
        self.assertIn("is it a Hookline relay", detail)

    def test_a_relay_that_is_about_to_come_back(self):
        """A proxy's 502, or the relay's own 503: no reason to wait as long as for a new token."""
        detail = self.status_for(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
                                 "waiting")
        self.assertIn("502", detail)

    def test_no_http_at_all(self):
        self.assertNotEqual(self.status_for(b"220 mail.example.com ESMTP\r\n\r\n", "waiting"), "")

    def test_a_welcome_that_is_none(self):
        for answer in (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                       b"Connection: Upgrade\r\n\r\n",
                       b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: hookline/1\r\n"
                       b"Connection: Upgrade\r\nHookline-Url: \x1b[31m\r\n\r\n",
                       b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: hookline/1\r\n"
                       b"Connection: Upgrade\r\nHookline-Url: https://x.test\r\n"
                       b"Hookline-Session: 0011223344556677\r\n\r\n" + os.urandom(4096)):
            with self.subTest(answer[:60]):
                self.assertNotEqual(self.status_for(answer, "waiting"), "")
