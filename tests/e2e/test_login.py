"""login: remembers what worked, and nothing else."""
import json
import os
import stat

import line
import rig


class Login(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.token = r.create_token("--tunnel", "mybot")["token"]

    def setUp(self):
        self.home = self.rig.path(self.id())
        os.mkdir(self.home, 0o700)
        self.env = {**self.rig.environment, "HOME": self.home}
        self.config = os.path.join(self.home, ".config", "hookline", "config.json")

    def login(self, *flags, tunnel="mybot", token=None, port=None):
        return self.rig.hookline("login", "--relay", f"localhost:{port or self.rig.relay.port}",
                                 "--tunnel", tunnel, "--ca-file", self.rig.pki.root, *flags,
                                 env=self.env, stdin=(token or self.token).encode() + b"\n")

    def saved(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.config).st_mode), 0o600)
        with open(self.config, encoding="utf-8") as file:
            return json.load(file)

    def test_then_up_needs_nothing(self):
        secret = self.rig.write("secret", line.SECRET)
        done = self.login("--secret-file", secret)
        self.assertEqual(done.code, 0, done.err)
        self.assertIn("https://mybot.relay.test", done.text())
        self.assertNotIn(self.token, done.text() + done.err)
        saved = self.saved()
        self.assertEqual((saved["tunnel"], saved["token"], saved["secret"]),
                         ("mybot", self.token, [line.SECRET]))
        up = self.rig.start("up", [rig.HOOKLINE, "up", "--echo", "--json"], env=self.env)
        self.assertEqual(up.wait_json(lambda x: x.get("state") == "linked")["tunnel"], "mybot")
        self.assertEqual(up.stop(), 0)

    def test_the_token_may_come_from_a_file(self):
        path = self.rig.write("token-file", self.token)
        done = self.login("--token-file", path, token="ignored")
        self.assertEqual(done.code, 0, done.err)
        self.assertIn("signatures are not checked", done.err)

    def test_as_json(self):
        result = self.login("--json").json()
        self.assertEqual((result["type"], result["config"]), ("login", self.config))
        self.assertIn("https://mybot.relay.test", result["url"])

    def test_what_fails_is_not_remembered(self):
        for options, words in (({"token": "hkl_wrong"}, "token create"),
                               ({"tunnel": "other"}, "not for the tunnel"),
                               ({"port": 1}, "nothing listens")):
            with self.subTest(options):
                done = self.login(**options)
                self.assertEqual((done.code, done.out), (1, b""))
                self.assertIn(words, done.err)
                self.assertFalse(os.path.exists(self.config))

    def test_other_settings_stay(self):
        os.makedirs(os.path.dirname(self.config), 0o700)
        self.write_config({"keep-for": "7d", "forward": "http://127.0.0.1:3000/callback",
                           "target": ["a=http://127.0.0.1:1/"], "tunnel": "old"})
        self.assertEqual(self.login().code, 0)
        saved = self.saved()
        self.assertEqual((saved["keep-for"], saved["target"], saved["tunnel"]),
                         ("7d", ["a=http://127.0.0.1:1/"], "mybot"))

    def test_files_are_replaced(self):
        """Nothing is given twice, or no other command would start."""
        os.makedirs(os.path.dirname(self.config), 0o700)
        token = self.rig.write("kept-token", self.token)
        secret = self.rig.write("kept-secret", line.SECRET)
        self.write_config({"token-file": token, "secret-file": [secret], "keep-for": "7d"})
        done = self.login()
        self.assertEqual(done.code, 0, done.err)
        saved = self.saved()
        self.assertEqual(saved["token"], self.token)
        self.assertEqual(saved["keep-for"], "7d")
        for name in ("token-file", "secret-file"):
            self.assertNotIn(name, saved, "the secrets were read from it, and are written")
        up = self.rig.start("up", [rig.HOOKLINE, "up", "--echo", "--json"], env=self.env)
        up.wait_json(lambda x: x.get("state") == "linked")
        self.assertEqual(up.stop(), 0)

    def write_config(self, content):
        with open(self.config, "w", encoding="utf-8") as file:
            os.chmod(self.config, 0o600)
            json.dump(content, file)

    def test_a_named_file_is_made(self):
        """As the usual one: 0600, in a folder of 0700, whatever the umask is."""
        self.config = os.path.join(self.home, "bots", "mine", "config.json")
        for config, words in ((self.config, "Saved in"), (self.config, "Saved in")):
            done = self.login("--config", config)
            self.assertEqual(done.code, 0, done.err)
            self.assertIn(f"{words} {config}", done.text())
        self.assertEqual(self.saved()["tunnel"], "mybot")
        for folder in (os.path.dirname(self.config), os.path.join(self.home, "bots")):
            self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        self.assertFalse(os.path.exists(os.path.join(self.home, ".config")))
        up = self.rig.start("up", [rig.HOOKLINE, "up", "--echo", "--json", "--config",
                                   self.config], env=self.env)
        up.wait_json(lambda x: x.get("state") == "linked")
        self.assertEqual(up.stop(), 0)

    def test_a_named_file_is_not_made_by_others_or_by_failures(self):
        config = os.path.join(self.home, "new", "config.json")
        done = self.rig.hookline("list", "--config", config, env=self.env)
        self.assertEqual(done.code, 2)
        self.assertIn("No such file", done.err)
        self.assertEqual(self.login("--config", config, token="hkl_wrong").code, 1)
        self.assertFalse(os.path.exists(os.path.dirname(config)))

    def test_a_doubtful_secret_is_named(self):
        done = self.login("--secret-file", self.rig.write("doubtful", "m" * 172))
        self.assertEqual(done.code, 0)
        self.assertIn("not 32 hexadecimal digits", done.err)

    def test_what_is_missing_is_said(self):
        done = self.rig.hookline("login", env=self.env)
        self.assertEqual(done.code, 2)
        self.assertIn("--relay", done.err)
        done = self.login(token=" ")
        self.assertEqual(done.code, 2)
