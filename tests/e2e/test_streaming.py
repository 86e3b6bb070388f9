"""Ordinary requests stream in both directions, in bounded memory and without delay."""
import concurrent.futures
import hashlib
import os
import subprocess
import threading

import clients
import fake_bot
import rig

MEBIBYTE = 1024 * 1024
# How much a process may grow while hundreds of MiB go through it. The sanitizers keep freed
# memory for a while (here 8 MiB of it), and their shadow takes an eighth more.
GROWTH_KIB = 48 * 1024
REQUEST = b"GET /mybot/stream HTTP/1.1\r\nHost: relay.test\r\nConnection: close\r\n\r\n"


class Streaming(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        options = os.environ.get("ASAN_OPTIONS", "")
        r.environment["ASAN_OPTIONS"] = ":".join(filter(None, [options, "quarantine_size_mb=8"]))
        cls.relay = r.start_relay()
        cls.bot = r.start_bot()
        cls.agent = r.start_agent("--forward", cls.bot.url())
        cls.curl = clients.Curl(r)
        cls.pool = concurrent.futures.ThreadPoolExecutor(4)
        cls.addClassCleanup(cls.pool.shutdown)

    def setUp(self):
        self.bot.forget()
        self.curl.get("/mybot/warm-up")
        self.bot.take()
        self.before = self.memory()

    def memory(self):
        return [process.resident_kib() for process in (self.relay, self.agent)]

    def assert_flat(self):
        for name, before, now in zip(("relay", "agent"), self.before, self.memory()):
            self.assertLess(now - before, GROWTH_KIB, f"{name} grew from {before} to {now} KiB")

    # --- large bodies ---

    def test_a_large_download(self):
        for http in ("1.1", "2"):
            with self.subTest(http=http):
                download = self.bot.will(fake_bot.Download(200 * MEBIBYTE))
                got = self.download(http)
                self.assertEqual(got, (200 * MEBIBYTE, download.digest.hexdigest()))
                self.assert_flat()

    def download(self, http):
        """Size and SHA-256 of what curl wrote."""
        args = self.curl.args(self.curl.url("/mybot/large"), http=http)
        with subprocess.Popen(args, stdout=subprocess.PIPE,
                                  env=self.rig.environment) as child:
            size, digest = 0, hashlib.sha256()
            while piece := child.stdout.read(MEBIBYTE):
                size += len(piece)
                digest.update(piece)
        self.assertEqual(child.returncode, 0)
        return size, digest.hexdigest()

    def test_a_large_upload(self):
        path = self.rig.path("upload")
        block = hashlib.sha512(b"upload").digest() * 16384
        with open(path, "wb") as file:
            for _ in range(50):
                file.write(block)
        digest = hashlib.sha256(block * 50).hexdigest()
        for http, headers in (("1.1", []), ("2", []), ("1.1", ["transfer-encoding: chunked"])):
            with self.subTest(http=http, headers=headers):
                upload = self.bot.will(fake_bot.Upload())
                answer = self.curl.request("/mybot/upload", http=http, headers=[
                    *headers, "expect:"], extra=["--request", "PUT", "--upload-file", path])
                self.assertEqual((answer.status, answer.body.decode()), (200, digest))
                self.assertEqual(upload.size, 50 * MEBIBYTE)
                self.assert_flat()

    def test_a_reader_that_does_not_read(self):
        """The bot is held back, and nothing in between collects what nobody takes."""
        download = self.bot.will(fake_bot.Download(200 * MEBIBYTE))
        with clients.RawTls(self.rig) as connection:
            connection.send(REQUEST)
            connection.read_until(b"\r\n\r\n")
            # A second request goes its way meanwhile, on the same link.
            self.assertEqual(self.curl.get("/mybot/meanwhile").status, 200)
            self.assert_flat()
            self.assertLess(download.sent, 60 * MEBIBYTE)
        self.assertTrue(download.failed.wait(rig.PATIENCE), "the bot was not told")

    def test_a_bot_that_does_not_read(self):
        gate = threading.Event()
        self.addCleanup(gate.set)
        upload = self.bot.will(fake_bot.Upload(gate))
        with clients.RawTls(self.rig) as connection:
            connection.send(b"PUT /mybot/slow HTTP/1.1\r\nHost: relay.test\r\n"
                            b"Content-Length: %d\r\n\r\n" % (3 * MEBIBYTE))
            sent = self.pool.submit(connection.send, b"x" * (3 * MEBIBYTE))
            self.assertTrue(upload.began.wait(rig.PATIENCE))
            self.assertEqual(self.curl.get("/mybot/meanwhile").status, 200)
            gate.set()
            sent.result(rig.PATIENCE)
            self.assertIn(b" 200 ", connection.read_answer()[0])
        self.assertEqual(upload.size, 3 * MEBIBYTE)

    # --- piece by piece ---

    def test_events_arrive_one_by_one(self):
        """text/event-stream: each event is here before the next one is sent."""
        for chunked in (False, True):
            with self.subTest(chunked=chunked), clients.RawTls(self.rig) as connection:
                fields = ["content-type: text/event-stream"]
                if chunked:
                    fields.append("transfer-encoding: chunked")
                stream = self.bot.will(fake_bot.Stream(fields, chunked))
                connection.send(REQUEST)
                for number in range(20):
                    event = b"data: %d\n\n" % number
                    stream.send(event)
                    connection.read_until(event)
                stream.end()
                connection.read_all()

    def test_an_upload_arrives_piece_by_piece(self):
        """Once more than the journal keeps has come; before that the request is recorded."""
        upload = self.bot.will(fake_bot.Upload())
        size = MEBIBYTE + 65536
        with clients.RawTls(self.rig) as connection:
            connection.send(b"POST /mybot/slow HTTP/1.1\r\nHost: relay.test\r\n"
                            b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size + b"y" * size)
            self.assertTrue(upload.began.wait(rig.PATIENCE))
            self.assertFalse(upload.ended.is_set())
            connection.send(b"\r\n5\r\nhello\r\n0\r\n\r\n")
            self.assertIn(b" 200 ", connection.read_answer()[0])
        self.assertEqual(upload.size, size + 5)
        self.assertTrue(self.agent.answered("last")["request"]["body"]["truncated"])

    # --- what has no body, or a part of one ---

    def test_head_and_empty_answers(self):
        for http in ("1.1", "2", "1.0"):
            with self.subTest(http=http):
                self.bot.will(fake_bot.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"))
                answer = self.curl.get("/mybot/page", http=http, extra=["--head"])
                self.assertEqual((answer.status, answer.value("content-length")), (200, "1234"))
                for status in (204, 304):
                    self.bot.will(fake_bot.raw(b"HTTP/1.1 %d X\r\nETag: \"1\"\r\n\r\n" % status))
                    answer = self.curl.get("/mybot/page", http=http)
                    self.assertEqual((answer.status, answer.body), (status, b""))
                    self.assertEqual(answer.value("etag"), '"1"')

    def test_ranges(self):
        self.bot.will(fake_bot.answer(206, b"cde", ["content-range: bytes 2-4/10"]))
        answer = self.curl.get("/mybot/video", headers=["range: bytes=2-4"])
        self.assertEqual((answer.status, answer.body), (206, b"cde"))
        self.assertEqual(answer.value("content-range"), "bytes 2-4/10")
        self.assertEqual(self.bot.take().value("range"), "bytes=2-4")

    # --- who leaves in the middle ---

    def test_the_client_leaves_during_the_answer(self):
        for http in ("1.1", "2"):
            with self.subTest(http=http):
                download = self.bot.will(fake_bot.Download(200 * MEBIBYTE))
                args = self.curl.args(self.curl.url("/mybot/left"), http=http)
                with subprocess.Popen(args, stdout=subprocess.PIPE,
                                          env=self.rig.environment) as child:
                    child.stdout.read(65536)
                    child.kill()
                self.assertTrue(download.failed.wait(rig.PATIENCE), "the bot was not told")
                self.assertEqual(self.curl.get("/mybot/after").status, 200)

    def test_the_client_leaves_during_its_upload(self):
        upload = self.bot.will(fake_bot.Upload())
        with clients.RawTls(self.rig) as connection:
            connection.send(b"PUT /mybot/left HTTP/1.1\r\nHost: relay.test\r\n"
                            b"Content-Length: 99999999\r\n\r\n" + b"z" * 2 * MEBIBYTE)
            self.assertTrue(upload.began.wait(rig.PATIENCE))
        self.assertTrue(upload.broken.wait(rig.PATIENCE), "the bot was not told")
        self.assertFalse(upload.ended.is_set())

    def test_the_bot_leaves_during_its_answer(self):
        """The client must see that something is missing."""
        for http, fails in (("1.1", (18, 56)), ("2", (92,))):
            with self.subTest(http=http):
                stream = self.bot.will(fake_bot.Stream(["content-length: 100"]))
                stream.send(b"only this")
                stream.end()
                args = self.curl.args(self.curl.url("/mybot/cut"), http=http)
                done = self.rig.run(args)
                self.assertIn(done.code, fails, done.err)
                self.assertIn("middle of its answer", self.agent.answered("last")["error"])
