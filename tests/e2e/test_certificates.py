"""Certificates that LINE would refuse: named in words by check-cert and at the start."""
import datetime
import json
import signal

import certificates
import clients
import rig

DAY = certificates.DAY
NAMES = [rig.DOMAIN, "*." + rig.DOMAIN]


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Faults(rig.TestCase):
    def check(self, chain, key=None, host=rig.DOMAIN):
        done = self.rig.hookline_relay("check-cert", "--json", "--cert", chain, "--host", host,
                                       "--ca-bundle", self.rig.pki.root,
                                       *(["--key", key] if key else []))
        return done.code, json.loads(done.out)

    def serve(self, chain, key, *flags):
        return self.rig.hookline_relay(
            "serve", "--domain", rig.DOMAIN, "--data", self.rig.path("relay"), "--listen",
            "127.0.0.1:0", "--listen-plain", "off", "--ca-bundle", self.rig.pki.root, "--cert",
            chain, "--key", key, *flags)

    def assert_fault(self, code, chain, key, *words, host=rig.DOMAIN):
        """check-cert finds it, and the relay does not start."""
        exit_code, report = self.check(chain, key, host)
        self.assertEqual((exit_code, report["ok"]), (1, False), report)
        found = {finding["code"]: finding["text"] for finding in report["findings"]}
        self.assertIn(code, found, report)
        for word in words:
            self.assertIn(word, found[code])
        if host == rig.DOMAIN:
            done = self.serve(chain, key)
            self.assertEqual(done.code, 1)
            self.assertIn(found[code], done.err)
            self.assertIn("--insecure-cert", done.err)

    def write(self, name, *parts):
        return self.rig.pki.write(name, b"".join(read(part) for part in parts))

    def test_a_good_one(self):
        leaf = self.rig.leaf
        code, report = self.check(leaf.chain, leaf.key)
        self.assertEqual((code, report["ok"], report["findings"]), (0, True, []))
        done = self.rig.hookline_relay("check-cert", "--cert", leaf.chain, "--key", leaf.key,
                                       "--ca-bundle", self.rig.pki.root)
        self.assertIn("OK: LINE will connect", done.text())

    def test_the_intermediate_is_missing(self):
        leaf = self.rig.leaf
        self.assert_fault("intermediate-missing", leaf.cert, leaf.key, "fullchain.pem")

    def test_out_of_order(self):
        leaf, pki = self.rig.leaf, self.rig.pki
        wrong = self.write("order.pem", pki.intermediate, leaf.cert)
        self.assert_fault("leaf-not-first", wrong, leaf.key)

    def test_another_key(self):
        self.assert_fault("key-mismatch", self.rig.leaf.chain, self.rig.pki.make_key("other"))

    def test_dates(self):
        for name, start, end, code in (("old", -9 * DAY, -DAY, "expired"),
                                       ("early", DAY, 9 * DAY, "not-yet-valid")):
            leaf = self.rig.pki.leaf(name, NAMES, start=start, end=end)
            self.assert_fault(code, leaf.chain, leaf.key)

    def test_expires_soon_is_a_warning(self):
        for days, findings in ((20, ["expires-soon"]), (22, [])):
            leaf = self.rig.pki.leaf(f"soon-{days}", NAMES,
                                     end=days * DAY + datetime.timedelta(hours=1))
            code, report = self.check(leaf.chain, leaf.key)
            self.assertEqual((code, report["ok"]), (0, True))
            self.assertEqual([found["code"] for found in report["findings"]], findings)

    def test_names(self):
        leaf = self.rig.pki.leaf("named", ["other.test"])
        self.assert_fault("host-not-covered", leaf.chain, leaf.key, "other.test")
        self.assert_fault("host-not-covered", self.rig.leaf.chain, None, host="a.b.relay.test")

    def test_self_signed_and_strangers(self):
        own = self.rig.pki.leaf("own", NAMES, issuer=None)
        self.assert_fault("self-signed", own.chain, own.key)
        stranger = certificates.Pki(self.rig.path("stranger")).leaf("leaf", NAMES)
        self.assert_fault("untrusted", stranger.chain, stranger.key)

    def test_weak_ones(self):
        weak = self.rig.pki.leaf("weak", NAMES, key=("-algorithm", "RSA", "-pkeyopt",
                                                     "rsa_keygen_bits:1024"))
        self.assert_fault("weak-key", weak.chain, weak.key, "1024")
        sha1 = self.rig.pki.leaf("sha1", NAMES, digest="sha1")
        self.assert_fault("weak-signature", sha1.chain, sha1.key)

    def test_files_that_are_none(self):
        leaf = self.rig.leaf
        self.assert_fault("file-unreadable", self.rig.path("nothing.pem"), leaf.key)
        self.assert_fault("not-pem", self.rig.write("text.pem", "hello"), leaf.key)
        self.assert_fault("key-unreadable", leaf.chain, self.rig.path("nothing.key"))

    def test_insecure_cert_serves_all_the_same(self):
        own = self.rig.pki.leaf("override", NAMES, issuer=None)
        relay = self.rig.start_relay("--insecure-cert", leaf=own)
        relay.wait_log("WARNING: serving with a broken certificate")


class Several(rig.TestCase):
    """Several certificates by name, and new ones while it runs."""

    def connect(self, name):
        with clients.RawTls(self.rig, server_name=name) as connection:
            certificate = connection.socket.getpeercert()
            return certificate["serialNumber"], connection.socket.version()

    def test_by_server_name(self):
        other = self.rig.pki.leaf("second", ["second.test"])
        self.rig.start_relay("--cert", other.chain, "--key", other.key)
        self.assertNotEqual(self.connect("second.test"), self.connect(rig.DOMAIN))
        self.assertEqual(self.connect(rig.DOMAIN)[1], "TLSv1.3")

    def test_reload_keeps_connections(self):
        """SIGHUP: new connections get the new certificate, old ones and the link stay."""
        r = self.rig
        leaf = r.pki.leaf("renewed", [*NAMES, "localhost"])
        relay = r.start_relay(leaf=leaf)
        agent = r.start_agent("--echo")
        before = self.connect(rig.DOMAIN)
        with clients.RawTls(r) as old:
            r.pki.leaf("renewed", [*NAMES, "localhost"])
            relay.send_signal(signal.SIGHUP)
            relay.wait_log("certificates read anew")
            self.assertNotEqual(self.connect(rig.DOMAIN), before)
            old.send(b"GET /mybot/x HTTP/1.1\r\nHost: relay.test\r\n\r\n")
            self.assertIn(b" 200 ", old.read_answer()[0])
        states = [line for line in agent.out.lines if b'"state":"waiting"' in line]
        self.assertEqual(states, [])

    def test_a_bad_renewal_changes_nothing(self):
        r = self.rig
        leaf = r.pki.leaf("spoiled", [*NAMES, "localhost"])
        relay = r.start_relay(leaf=leaf)
        before = self.connect(rig.DOMAIN)
        r.pki.write("spoiled.chain.pem", read(leaf.cert))
        relay.send_signal(signal.SIGHUP)
        relay.wait_log("fullchain.pem")
        relay.wait_log("the certificates from before go on serving")
        self.assertEqual(self.connect(rig.DOMAIN), before)

    def test_old_tls_is_refused(self):
        r = self.rig
        r.start_relay()
        for flags, works in ((["-tls1_2"], True), (["-tls1_1"], False), (["-tls1"], False), (
                ["-tls1_2", "-cipher", "AES128-GCM-SHA256:@SECLEVEL=0"], False), (
                ["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"], True), (
                ["-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"], True)):
            with self.subTest(flags):
                done = r.run(["openssl", "s_client", "-connect", f"127.0.0.1:{r.relay.port}",
                              "-CAfile", r.pki.root, "-verify_return_error", "-servername",
                              rig.DOMAIN, *flags])
                self.assertEqual(done.code == 0, works, done.err)
