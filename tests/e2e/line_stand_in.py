"""api.line.me and api-data.line.me, as far as a bot is concerned: HTTPS on a port of this
machine, with a certificate of the test's own CA. It writes down what it is asked, and answers as
it is told (fake_bot.py); LINE itself is never asked.

    line_api = line_stand_in.start(rig)
    rig.start_agent(..., *line_api.flags(rig))
"""
import ssl

import fake_bot

REQUEST_ID = "x-line-request-id: 11111111-2222-4333-8444-555555555555"
USUAL = fake_bot.answer(200, b'{"sentMessages":[{"id":"461230966842064897"}]}',
                        [REQUEST_ID, "content-type: application/json"])


class StandIn(fake_bot.Bot):
    def __init__(self, leaf):
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(leaf.chain, leaf.key)
        self.connections = 0
        super().__init__(usual=USUAL)

    def _serve(self, connection):
        try:
            wrapped = self._tls.wrap_socket(connection, server_side=True)
        except OSError:
            return
        self.connections += 1
        super()._serve(wrapped)

    def address(self):
        return f"https://localhost:{self.port}"

    def targets(self):
        return [f"{request.method} {request.target}" for request in self.requests]


class Line:
    """Both hosts."""

    def __init__(self, rig):
        leaf = rig.pki.leaf("line", ["localhost", "127.0.0.1"])
        self.api, self.data = StandIn(leaf), StandIn(leaf)
        rig.bots += [self.api, self.data]

    def flags(self, rig):
        """Of an agent that knows LINE's credentials."""
        return ("--line-url", self.api.address(), "--line-data-url", self.data.address(),
                "--line-ca-file", rig.pki.root, "--channel-id", "1234567890")

    def requests(self):
        return self.api.requests + self.data.requests

    def forget(self):
        self.api.forget()
        self.data.forget()


def start(rig):
    return Line(rig)
