"""Files, ports and disks that are not as they should be."""
import contextlib
import os
import resource
import socket
import sqlite3
import stat
import struct

import clients
import line
import rig


def up(r, *flags):
    """`hookline up` that must fail at once."""
    return r.hookline("up", "--relay", "localhost", "--tunnel", "x", "--echo", "--data",
                      r.path("nowhere"), *flags)


def serve(r, key=None, folder="relay", listen="127.0.0.1:0", plain="off"):
    """`hookline-relay serve` that must fail at once."""
    return r.hookline_relay("serve", "--domain", rig.DOMAIN, "--data", r.path(folder),
                            "--listen", listen, "--listen-plain", plain, "--ca-bundle",
                            r.pki.root, "--cert", r.leaf.chain, "--key", key or r.leaf.key)


class SecretFiles(rig.TestCase):
    def assert_fails(self, done, code, *words):
        self.assertEqual(done.code, code, done.err)
        self.assertEqual(done.out, b"")
        for word in words:
            self.assertIn(word, done.err)

    def test_world_readable_secrets(self):
        path = self.rig.write("open-secret", line.SECRET, mode=0o644)
        done = up(self.rig, "--token-file", self.rig.token(), "--secret-file", path)
        self.assert_fails(done, 2, path, "chmod")
        self.assertNotIn(line.SECRET, done.err)
        done = up(self.rig, "--token-file", path)
        self.assert_fails(done, 2, path, "chmod")

    def test_unreadable_secrets(self):
        link = self.rig.path("link")
        os.symlink(self.rig.token(), link)
        for path, words in ((self.rig.path("not-there"), "No such file"), (link, link),
                            (self.rig.folder, self.rig.folder),
                            (self.rig.write("empty", b""), "empty")):
            with self.subTest(path):
                self.assert_fails(up(self.rig, "--token-file", path), 2, words)

    def test_a_world_readable_configuration_with_a_token(self):
        path = self.rig.write("config.json", '{"token": "hkl_x"}', mode=0o644)
        self.assert_fails(up(self.rig, "--config", path), 2, path, "chmod")

    def test_a_secret_on_the_command_line(self):
        for flag in ("--token=hkl_x", "--secret=abc"):
            done = up(self.rig, flag)
            self.assertEqual(done.code, 2)
            self.assertIn("-file", done.err)
            self.assertNotIn("hkl_x", done.err)

    def test_a_world_readable_key(self):
        key = self.rig.pki.make_key("open")
        os.chmod(key, 0o644)
        self.assert_fails(serve(self.rig, key=key), 1, key, "chmod")

    def test_world_readable_tokens(self):
        self.rig.token()
        path = self.rig.path("relay", "tokens.json")
        self.addCleanup(os.chmod, path, 0o600)
        os.chmod(path, 0o644)
        self.assert_fails(serve(self.rig), 1, "tokens.json", "chmod")

    def test_damaged_tokens(self):
        os.mkdir(self.rig.path("damaged"), 0o700)
        self.rig.write("damaged/tokens.json", '{"version": 1, "tokens": [{}]}')
        self.assert_fails(serve(self.rig, folder="damaged"), 1, "tokens.json", "id is wrong")

    def test_what_is_made_is_private(self):
        old = os.umask(0)
        try:
            self.rig.create_token("--tunnel", "private", folder="made")
        finally:
            os.umask(old)
        for names, mode in ((("made",), 0o700), (("made", "tokens.json"), 0o600)):
            self.assertEqual(stat.S_IMODE(os.stat(self.rig.path(*names)).st_mode), mode)


class Ports(rig.TestCase):
    def test_ports_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = serve(self.rig, listen=f"127.0.0.1:{port}", folder="other")
            self.assertEqual(done.code, 1)
            self.assertIn(f"port {port} of 127.0.0.1 is in use", done.err)
            done = serve(self.rig, plain=f"127.0.0.1:{port}", folder="other")
            self.assertEqual(done.code, 1)
            self.assertIn(f"port {port}", done.err)

    def test_addresses_that_are_none(self):
        for listen in ("127.0.0.1", "nonsense:443", "127.0.0.1:99999", "192.0.2.1:0"):
            done = serve(self.rig, listen=listen)
            self.assertIn(done.code, (1, 2), listen)
            self.assertNotEqual(done.err, "")

    def test_a_second_agent_on_the_same_journal(self):
        self.rig.start_relay()
        first = self.rig.start_agent("--echo")
        done = self.rig.hookline("up", "--relay", f"localhost:{self.rig.relay.port}", "--tunnel",
                                 "mybot", "--token-file", self.rig.token(), "--echo", "--data",
                                 first.data)
        self.assertEqual(done.code, 1)
        self.assertIn("journal", done.err)


class Journals(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.curl = clients.Curl(r)

    def send(self, body=b"{}", tunnel="mybot"):
        return self.curl.post(f"/{tunnel}/callback", body, headers=line.headers(body))

    def test_a_folder_whose_path_is_too_long_for_a_socket(self):
        done = self.rig.hookline("up", "--relay", f"localhost:{self.rig.relay.port}", "--tunnel",
                                 "mybot", "--token-file", self.rig.token(), "--echo", "--data",
                                 self.rig.path("long" * 25))
        self.assertEqual(done.code, 1)
        self.assertIn("too long for a socket", done.err)
        self.assertIn("shorter --data", done.err)

    def test_a_full_disk(self):
        """The limit on the size of files stands in for a disk that has no room left: the
        relay keeps what the agent cannot store."""
        agent = self.start_with_file_limit()
        self.assertEqual(self.send(tunnel="full").status, 200)
        journal = os.path.getsize(os.path.join(agent.data, "journal.db-wal"))
        resource.prlimit(agent.pid, resource.RLIMIT_FSIZE, (journal, resource.RLIM_INFINITY))
        self.assertEqual(self.send(line.padded(500000), tunnel="full").status, 200)
        self.rig.relay.wait_log("tunnel=full stalled")
        page = self.curl.get("/full/page")
        self.assertEqual(page.status, 503)
        self.assertNotIn(agent.data.encode(), page.body)
        resource.prlimit(agent.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        self.assertEqual(self.send(b'{"after": 1}', tunnel="full").status, 200)
        self.rig.relay.wait_log("tunnel=full backlog delivered")
        self.assertEqual(agent.body(), b'{"after": 1}')
        self.assertEqual(len(agent.list("--webhooks")), 3)

    def start_with_file_limit(self):
        """SIGXFSZ must not be what ends the agent: Python ignores it, and so does its child."""
        r = self.rig
        folder = r.path("agent-full")
        agent = r.start("agent-full", [
            rig.HOOKLINE, "up", "--json", "--data", folder, "--relay",
            f"localhost:{r.relay.port}", "--ca-file", r.pki.root, "--tunnel", "full",
            "--token-file", r.token("full"), "--echo"], restore_signals=False)
        agent.__class__ = rig.Agent
        agent.rig, agent.data = r, folder
        self.addCleanup(agent.stop)
        return agent.wait_linked()

    def test_no_room_for_a_token(self):
        self.rig.token()
        before = self.rig.hookline_relay("token", "list", "--json", "--data",
                                         self.rig.path("relay")).out
        done = self.rig.run([rig.HOOKLINE_RELAY, "token", "create", "--tunnel", "more", "--data",
                             self.rig.path("relay")], restore_signals=False,
                            preexec_fn=lambda: resource.setrlimit(
                                resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY)))
        self.assertEqual(done.code, 1)
        self.assertEqual(done.out, b"")
        self.assertIn("tokens.json", done.err)
        after = self.rig.hookline_relay("token", "list", "--json", "--data",
                                        self.rig.path("relay")).out
        self.assertEqual(before, after)

    def test_a_damaged_journal_is_set_aside(self):
        agent = self.rig.start_agent("--echo", tunnel="damaged")
        for number in range(50):
            self.send(line.body(line.text_event("x" * 2000, number)), tunnel="damaged")
        agent.stop()
        damage(os.path.join(agent.data, "journal.db"))
        again = self.rig.start_agent("--echo", tunnel="damaged", folder=agent.data)
        self.addCleanup(again.stop)
        self.assertEqual(self.send(b'{"fresh": 1}', tunnel="damaged").status, 200)
        self.assertEqual(again.body(), b'{"fresh": 1}')
        aside = [name for name in os.listdir(agent.data)
                 if name.startswith("journal.db.damaged-") and name.endswith("Z")]
        self.assertEqual(len(aside), 1, os.listdir(agent.data))
        said = again.log.text().decode() + again.out.text().decode()
        self.assertIn("set aside", said)
        with contextlib.closing(sqlite3.connect(f"file:{again.data}/journal.db?mode=ro",
                                                uri=True)) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def test_a_journal_that_is_another_file(self):
        folder = self.rig.path("foreign")
        os.mkdir(folder, 0o700)
        with contextlib.closing(sqlite3.connect(os.path.join(folder, "journal.db"))) as database:
            database.execute("CREATE TABLE somebody (elses TEXT)")
        done = self.rig.hookline("list", "--data", folder)
        self.assertEqual(done.code, 1)
        self.assertIn("journal.db", done.err)

    def test_no_journal_yet(self):
        done = self.rig.hookline("list", "--data", self.rig.path("never"))
        self.assertIn(done.code, (0, 1))
        self.assertIn("hookline up", done.err)
        self.assertEqual(done.out, b"")


def damage(path):
    """Overwrites the header of each table's root page but the schema's."""
    with open(path, "r+b") as file:
        size = struct.unpack(">H", file.read(100)[16:18])[0]
        file.seek(0, os.SEEK_END)
        for page in range(1, file.tell() // size):
            file.seek(page * size)
            file.write(b"\xa5" * 64)
