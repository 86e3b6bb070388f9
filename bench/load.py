"""Load from h2load, openssl and curl, and what it tells."""
import re
import subprocess
import time

from rig import cpu_s, run


class Site:
    """An address to send webhooks to: behind a tunnel, behind nginx, or the bot itself."""

    def __init__(self, rig, port, path="/callback", scheme="https"):
        self.rig = rig
        self.port = port
        self.path = path
        self.scheme = scheme
        self.url = f"{scheme}://localhost:{port}{path}"

    def h2load(self, *words):
        """The output of h2load; every answer must have been 2xx."""
        out = run("h2load", f"--connect-to=127.0.0.1:{self.port}", f"--data={self.rig.body}",
                  "--header=content-type: application/json; charset=utf-8",
                  f"--header=x-line-signature: {self.rig.signature}", *words, self.url)
        done, good = (int(re.search(rf"{what}", out).group(1))
                      for what in (r"requests: (\d+) total", r"status codes: (\d+) 2xx"))
        if done != good:
            raise SystemExit(f"{self.url}: {done - good} of {done} requests went wrong\n{out}")
        return out


def rate(site, seconds, processes, *words):
    """Requests a second, and microseconds of processor time per request of each process. The
    handshakes of the connections are in it, so the run must not be short."""
    def per_second(requests):
        return float(re.search(r"([\d.]+) req/s", site.h2load("-n", requests, *words)).group(1))

    requests = int(per_second(2000) * seconds)
    before = [cpu_s(p.pid) for p in processes]
    hz = per_second(requests)
    return hz, [(cpu_s(p.pid) - b) * 1e6 / requests for p, b in zip(processes, before)]


def latency_ms(site, seconds, rate_hz=500):
    """Median and 99th percentile of an even pace; the first second is warming up."""
    head = (f"POST {site.path} HTTP/1.1\r\nHost: localhost:{site.port}\r\n"
            f"Content-Type: application/json; charset=utf-8\r\n"
            f"X-Line-Signature: {site.rig.signature}\r\n"
            f"Content-Length: {site.rig.body.stat().st_size}\r\n\r\n")
    request = site.rig.file("request", head.encode() + site.rig.body.read_bytes())
    ca = site.rig.ca if site.scheme == "https" else "-"
    said = run(site.rig.build / "bench/paced", site.port, ca, request, rate_hz, seconds + 1)
    return [int(us) / 1000 for us in said.split()]


def download_mb_s(site, megabytes, *words):
    start = time.monotonic()
    got = run("curl", "--silent", "--show-error", "--cacert", site.rig.ca, "--output", "/dev/null",
              "--write-out", "%{http_code} %{size_download}", *words,
              f"{site.url}/bytes/{megabytes * 1000000}")
    if got != f"200 {megabytes * 1000000}":
        raise SystemExit(f"{site.url}: the download came to {got}")
    return megabytes / (time.monotonic() - start)


def handshakes(site, seconds, process, clients=4):
    """Full TLS 1.3 handshakes a second, one after the other in each client, and microseconds of
    the server's processor time for each."""
    words = ["openssl", "s_time", "-new", "-tls1_3", "-time", str(seconds),
             "-connect", f"127.0.0.1:{site.port}"]
    start, before = time.monotonic(), cpu_s(process.pid)
    all_clients = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True,
                                    stderr=subprocess.STDOUT) for _ in range(clients)]
    said = [c.communicate()[0] for c in all_clients]
    spent = time.monotonic() - start
    made = sum(int(re.search(r"(\d+) connections in \d+ real", s).group(1)) for s in said)
    return made / spent, (cpu_s(process.pid) - before) * 1e6 / made
