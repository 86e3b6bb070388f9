"""A process full of senders, as LINE is one: webhooks over connections of TLS that are kept.

    senders.py '{"folder", "number", "connections", "seed", "rate", "host", "port", "ca"}'

Each connection sends one webhook, waits for its answer, and goes on; it never sends one twice.
`rate` webhooks a second leave all connections together on the average: what could not leave in
bad times follows in good ones.  A line of JSON per second says how many were sent and accepted;
at the end of standard input it stops, and sent-NUMBER.tsv has one line for each webhook: name,
when its first byte left, when its answer came (monotonic µs), and the status (0: no answer).
"""
import http.client
import json
import os
import random
import socket
import ssl
import sys
import threading
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
import webhooks  # noqa: E402

PATIENCE = 40  # the relay has 30 s for its own end
ABANDONED = 0.003  # of all webhooks: sent, and the connection closed at once


def now_us():
    return time.monotonic_ns() // 1000


class Sender(threading.Thread):
    def __init__(self, plan, number, stopped):
        super().__init__()
        self.plan, self.stopped = plan, stopped
        self.label = f"{plan['number']}-{number}"
        self.dice = random.Random(f"{plan['seed']} {self.label}")
        self.abandoned = ABANDONED
        self.connection = None
        self.sent, self.records, self.accepted = 0, [], 0
        self.context = ssl.create_default_context(cafile=plan["ca"])

    def run(self):
        between = self.plan["connections"] / self.plan["rate"]
        due = time.monotonic() + between * self.dice.random()
        while not self.stopped.wait(max(0, due - time.monotonic())):
            if self.connect():
                due += between
                self.send()
            elif self.stopped.wait(0.05):
                break
        self.hang_up()

    def connect(self):
        if self.connection:
            return True
        try:
            plain = socket.create_connection(("127.0.0.1", self.plan["port"]), PATIENCE)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connection = self.context.wrap_socket(plain, server_hostname=self.plan["host"])
        except OSError:
            return False
        return True

    def hang_up(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def send(self):
        name = f"{self.label}-{self.sent}"
        self.sent += 1
        request = webhooks.request(self.plan["seed"], name, self.plan["host"])
        begun, status = now_us(), 0
        try:
            self.connection.sendall(request)
            if self.dice.random() < self.abandoned:
                self.hang_up()
            else:
                status = self.read_answer()
        except (OSError, http.client.HTTPException):
            self.hang_up()
        self.records.append((name, begun, now_us(), status))
        self.accepted += 200 <= status < 300

    def read_answer(self):
        answer = http.client.HTTPResponse(self.connection, method="POST")
        answer.begin()
        answered = answer.status
        answer.read()
        if answer.will_close:
            self.hang_up()
        return answered


def main():
    plan = json.loads(sys.argv[1])
    stopped = threading.Event()
    senders = [Sender(plan, number, stopped) for number in range(plan["connections"])]
    for sender in senders:
        sender.start()
    threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
    while not stopped.wait(1):
        print(json.dumps({"sent": sum(s.sent for s in senders),
                          "accepted": sum(s.accepted for s in senders)}), flush=True)
    for sender in senders:
        sender.join()
    path = os.path.join(plan["folder"], f"sent-{plan['number']}.tsv")
    with open(path, "w", encoding="ascii") as file:
        for sender in senders:
            file.writelines("\t".join(map(str, record)) + "\n" for record in sender.records)


if __name__ == "__main__":
    main()
