"""A script that uses the API of the inspector with its key, as docs/inspector-api.yaml says."""
import http.client
import json
import threading
from urllib.parse import quote, urlencode, urlsplit

import rig


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def json(self):
        return json.loads(self.body)


class Inspector:
    """Of a running agent that was started with `--inspect-addr 127.0.0.1:0`."""

    def __init__(self, agent):
        page = urlsplit(agent.wait_json(lambda x: x["type"] == "inspector")["url"])
        self.netloc, self.key = page.netloc, page.fragment.removeprefix("key=")

    def ask(self, method, path, body=None, **query):
        connection = http.client.HTTPConnection(self.netloc, timeout=rig.PATIENCE)
        fields = {"Authorization": f"Bearer {self.key}"}
        if body is not None:
            fields["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        if query:
            path += "?" + urlencode(query, quote_via=quote)
        try:
            connection.request(method, path, body, fields)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def get(self, path, **query):
        return self.ask("GET", path, **query)

    def post(self, path, body, **query):
        return self.ask("POST", path, body, **query)

    def items(self, **query):
        return self.get("/api/exchanges", **query).json()["items"]

    def stream(self, **query):
        return Stream(self, query)


class Stream:
    """The news: wait(type, fits) is the next of that type that fits."""

    def __init__(self, inspector, query):
        self._connection = http.client.HTTPConnection(inspector.netloc, timeout=rig.PATIENCE)
        self._connection.request("GET", "/api/stream?" + urlencode(query),
                                 headers={"Authorization": f"Bearer {inspector.key}"})
        self._answer = self._connection.getresponse()
        if self._answer.status != 200:
            raise AssertionError(f"{self._answer.status} {self._answer.read()!r}")
        self._events, self._changed, self._ended = [], threading.Condition(), False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        kind, data = "message", b""
        try:
            for line in self._answer:
                name, _, value = line.rstrip(b"\n").partition(b": ")
                if name == b"event":
                    kind = value.decode()
                elif name == b"data":
                    data += value
                elif line == b"\n" and data:
                    self._add(kind, json.loads(data))
                    kind, data = "message", b""
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _add(self, kind, value):
        with self._changed:
            self._events.append((kind, value))
            self._changed.notify_all()

    def wait(self, kind, fits=lambda value: True):
        with self._changed:
            seen = 0
            while True:
                while seen < len(self._events):
                    name, value = self._events[seen]
                    seen += 1
                    if name == kind and fits(value):
                        return value
                if self._ended or not self._changed.wait(rig.PATIENCE):
                    raise AssertionError(f"no such `{kind}` came: {self._events[-3:]}")

    def close(self):
        self._connection.close()
