"""What a measurement stands on: a CA made on the spot, and the programs, on loopback only."""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import socket
import shutil
import subprocess
import tempfile
import time

SECRET = "0123456789abcdef0123456789abcdef"
TICKS = os.sysconf("SC_CLK_TCK")
READY_S = 20


def run(*words, **options):
    """The output of a program that must succeed."""
    words = [str(w) for w in words]
    result = subprocess.run(words, capture_output=True, text=True, **options)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(words)}\n{result.stdout}{result.stderr}")
    return result.stdout


def webhook():
    """A LINE webhook of 500 bytes, and its signature."""
    event = {"type": "message", "message": {"type": "text", "id": "543218765432187654",
                                            "quoteToken": "q3Plxr4AgKd", "text": ""},
             "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
             "deliveryContext": {"isRedelivery": False}, "timestamp": 1625665242211,
             "source": {"type": "user", "userId": "U" + "80696558e1aa83" * 2 + "1234"},
             "replyToken": "757913772c4646b784d4b7ce46d12671", "mode": "active"}
    whole = {"destination": "U" + "8e742f61d673b39c7fff3cecb7536ef0", "events": [event]}
    event["message"]["text"] = "x" * (500 - len(json.dumps(whole)))
    body = json.dumps(whole).encode()
    assert len(body) == 500
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    return body, base64.b64encode(digest).decode()


class Process:
    """A program that runs until the rig ends it; what it says goes to a file."""

    def __init__(self, words, said, errors):
        self.name = pathlib.Path(words[0]).name
        self.said = open(said, "w+b")
        with open(errors, "ab") as log:
            self.child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=log,
                                          stdout=self.said)
        self.pid = self.child.pid
        self.read_to = 0

    def line(self):
        """The next line, waited for."""
        line = b""
        end = time.monotonic() + READY_S
        while not line.endswith(b"\n"):
            if time.monotonic() > end or self.child.poll() is not None:
                raise SystemExit(f"{self.name} does not start; see its log")
            time.sleep(0.01)
            line = os.pread(self.said.fileno(), 65536, self.read_to)
            line = line[:line.find(b"\n") + 1]
        self.read_to += len(line)
        return line.decode()

    def wait_for(self, **members):
        """The next line of JSON with these members."""
        while True:
            line = json.loads(self.line())
            if all(line.get(k) == v for k, v in members.items()):
                return line

    def end(self):
        self.child.terminate()
        try:
            self.child.wait(READY_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.said.close()


def status_kib(pid, key):
    """A line of /proc/PID/status, like VmRSS or VmHWM."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{key}:\s+(\d+) kB$", text, re.M).group(1))


def children_of(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_s(pid):
    """Processor time so far, of nginx' workers too."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(map(cpu_s, children_of(pid)))


def listens(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


NGINX = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
worker_processes 2;
worker_rlimit_nofile 20000;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    proxy_max_temp_file_size 0;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    upstream bot {{ server 127.0.0.1:{bot}; keepalive 64; keepalive_requests 1000000; }}
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {cert};
        ssl_certificate_key {key};
        ssl_protocols TLSv1.2 TLSv1.3;
        location / {{ proxy_pass http://bot; }}
    }}
}}
"""


class Rig:
    """A folder that is gone afterwards, and processes that are ended in reverse order."""

    def __init__(self, build):
        self.build = build
        self.processes = []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hookline-bench-"))
        self.memory = pathlib.Path(tempfile.mkdtemp(prefix="hookline-bench-", dir="/dev/shm"))
        self.ca, self.cert, self.key = (self.folder / n for n in ("ca.pem", "leaf.pem", "leaf.key"))
        body, self.signature = webhook()
        self.body = self.file("webhook.json", body)
        self.secret = self.file("secret", SECRET.encode())
        self.make_certificates()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.end_processes()
        shutil.rmtree(self.folder)
        shutil.rmtree(self.memory)

    def end_processes(self):
        while self.processes:
            self.processes.pop().end()

    def file(self, name, data):
        path = self.folder / name
        path.touch(0o600)
        path.write_bytes(data)
        return path

    def make_certificates(self):
        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "60"]
        ca_key = self.folder / "ca.key"
        run("openssl", "req", "-x509", *new_key, "-subj", "/CN=bench CA", "-out", self.ca,
            "-keyout", ca_key)
        extensions = self.file("leaf.ext", b"basicConstraints=CA:FALSE\n"
                               b"extendedKeyUsage=serverAuth\n"
                               b"subjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1\n")
        request = self.folder / "leaf.csr"
        run("openssl", "req", *new_key[:-2], "-subj", "/CN=localhost", "-out", request,
            "-keyout", self.key)
        run("openssl", "x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", ca_key,
            "-CAcreateserial", "-days", "60", "-extfile", extensions, "-out", self.cert)

    def start(self, *words):
        words = [str(w) for w in words]
        name = pathlib.Path(words[0]).name
        said = self.memory / f"{name}.{len(self.processes)}"
        process = Process(words, said, self.folder / f"{name}.log")
        self.processes.append(process)
        return process

    def start_bot(self):
        """Returns its port."""
        return int(self.start(self.build / "bench/bot").line())

    def create_token(self, *scopes):
        words = [f"--tunnel={scope}" for scope in scopes]
        made = run(self.build / "hookline-relay", "token", "create", "--json", "--data",
                   self.folder, *words)
        return json.loads(made)["token"]

    def start_anew(self):
        """Nothing runs, and the relay keeps nothing."""
        self.end_processes()
        for file in self.folder.glob("inbox.db*"):
            file.unlink()

    def end(self, process):
        self.processes.remove(process)
        process.end()

    def new_folder(self, name):
        return pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))

    def start_relay(self, *more):
        """Returns process and port."""
        relay = self.start(self.build / "hookline-relay", "serve", "--domain=localhost",
                           "--listen=127.0.0.1:0", "--listen-plain=off", "--tunnel-address=path",
                           "--cert", self.cert, "--key", self.key, "--ca-bundle", self.ca,
                           "--data", self.folder, "--log-level=warn", "--json", *more)
        return relay, relay.wait_for(type="ready")["https_port"]

    def start_agent(self, relay_port, bot_port, journal_folder, *more):
        """Linked, with a line of JSON for each exchange."""
        token = self.file("token", self.create_token("bench").encode())
        agent = self.start(self.build / "hookline", "up", "--relay", f"localhost:{relay_port}",
                           "--tunnel=bench", "--token-file", token, "--secret-file", self.secret,
                           "--ca-file", self.ca, "--data", journal_folder, "--json",
                           "--forward", f"http://127.0.0.1:{bot_port}/callback", *more)
        agent.wait_for(type="status", state="linked")
        return agent

    def start_nginx(self, bot_port):
        """TLS in front of the bot. Returns process and port."""
        port = free_port()
        config = NGINX.format(folder=self.folder, port=port, bot=bot_port, cert=self.cert,
                              key=self.key)
        path = self.file("nginx.conf", config.encode())
        nginx = self.start("nginx", "-c", path, "-e", self.folder / "nginx.log")
        end = time.monotonic() + READY_S
        while not listens(port):
            if time.monotonic() > end or nginx.child.poll() is not None:
                raise SystemExit((self.folder / "nginx.log").read_text())
            time.sleep(0.01)
        return nginx, port
