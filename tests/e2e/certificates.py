"""Certificates through the openssl program: a root, an intermediate, and servers' below it.

The programs under test never see a certificate that they made themselves.
"""
import datetime
import os
import subprocess

DAY = datetime.timedelta(days=1)
# X.509 knows nothing of time zones; `openssl ca` takes this form.
_STAMP = "%Y%m%d%H%M%SZ"

_CA_CONFIG = """
[ca]
default_ca = this
[this]
database = {folder}/{name}.index
new_certs_dir = {folder}
rand_serial = yes
default_md = {digest}
policy = any
copy_extensions = none
unique_subject = no
[any]
commonName = supplied
[extensions]
{extensions}
"""

_AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
_SERVER = ("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
           "extendedKeyUsage=serverAuth\n")


def _openssl(*args):
    done = subprocess.run(["openssl", *args], capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"openssl {args[0]}: {done.stderr.decode(errors='replace')}")


def _read(path):
    with open(path, "rb") as file:
        return file.read()


class Leaf:
    """The files of one server: `chain` is its fullchain.pem, `cert` the leaf alone."""

    def __init__(self, cert, key, chain):
        self.cert, self.key, self.chain = cert, key, chain


class Pki:
    def __init__(self, folder):
        os.mkdir(folder, 0o700)
        self.folder = folder
        self._made = 0
        self.root = self._issue("root", "Test Root", None, _AUTHORITY)
        self.intermediate = self._issue("intermediate", "Test Intermediate", "root", _AUTHORITY)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content, mode=0o600):
        with open(self.path(name), "wb") as file:
            file.write(content)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def make_key(self, name, *options):
        """By default ECDSA on P-256; or the options of `openssl genpkey`."""
        key = self.path(name + ".key")
        _openssl("genpkey", *(options or ("-algorithm", "EC", "-pkeyopt",
                                          "ec_paramgen_curve:P-256")), "-out", key)
        os.chmod(key, 0o600)
        return key

    def leaf(self, name, names, issuer="intermediate", start=-DAY, end=60 * DAY, key=(),
             digest="sha256"):
        """A server's certificate for DNS names and addresses, valid from `start` to `end`."""
        cert = self._issue(name, names[0], issuer, _SERVER + self._alternatives(names),
                           start=start, end=end, key=key, digest=digest)
        chain = _read(cert)
        if issuer == "intermediate":
            chain += _read(self.intermediate)
        return Leaf(cert, self.path(name + ".key"), self.write(name + ".chain.pem", chain))

    @staticmethod
    def _alternatives(names):
        kinds = [("IP:" if name.replace(".", "").isdigit() else "DNS:") + name for name in names]
        return "subjectAltName=" + ",".join(kinds) + "\n"

    def _issue(self, name, subject, issuer, extensions, start=-DAY, end=60 * DAY, key=(),
               digest="sha256"):
        """Signed by `issuer`, or by itself."""
        own_key = self.make_key(name, *key)
        request, cert = self.path(name + ".csr"), self.path(name + ".pem")
        config = self.write(name + ".cnf", _CA_CONFIG.format(
            folder=self.folder, name=name, digest=digest, extensions=extensions).encode())
        self.write(name + ".index", b"")
        now = datetime.datetime.now(datetime.timezone.utc)
        _openssl("req", "-new", "-key", own_key, "-subj", f"/CN={subject}", "-out", request)
        signer = ["-selfsign", "-keyfile", own_key] if not issuer else [
            "-cert", self.path(issuer + ".pem"), "-keyfile", self.path(issuer + ".key")]
        _openssl("ca", "-batch", "-notext", "-config", config, "-extensions", "extensions",
                 "-startdate", (now + start).strftime(_STAMP),
                 "-enddate", (now + end).strftime(_STAMP), *signer, "-in", request, "-out", cert)
        return cert
