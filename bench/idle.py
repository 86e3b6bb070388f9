"""Connections that are held and do nothing, and what they cost the relay in resident memory."""
import socket
import ssl
import struct

from rig import status_kib

LINKS_PER_TOKEN = 4
FRAME_SETTINGS, FRAME_PING = 4, 6
FLAG_ACK = 1
CLIENT_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def tls(rig, port):
    context = ssl.create_default_context(cafile=rig.ca)
    plain = socket.create_connection(("127.0.0.1", port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(plain, server_hostname="localhost")


def read_head(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    return head.decode()


def read_exactly(connection, size):
    data = b""
    while len(data) < size:
        data += connection.recv(size - len(data))
    return data


def frame(kind, flags=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + bytes(4) + payload


def hold_public(rig, port):
    """One request, then silence, as a client with keep-alive."""
    connection = tls(rig, port)
    connection.sendall(b"GET /nothing/here HTTP/1.1\r\nHost: localhost\r\n\r\n")
    head = read_head(connection)
    read_exactly(connection, int(head.lower().split("content-length:")[1].split("\r\n")[0]))
    return connection


def hold_link(rig, port, token, tunnel):
    """An agent as far as the relay sees: its HTTP/2 settings, and the answer to the first ping."""
    connection = tls(rig, port)
    connection.sendall(f"GET /.hookline/link HTTP/1.1\r\nHost: localhost\r\n"
                       f"Connection: Upgrade\r\nUpgrade: hookline/1\r\n"
                       f"Authorization: Bearer {token}\r\n"
                       f"Hookline-Tunnel: {tunnel}\r\n\r\n".encode())
    if " 101 " not in read_head(connection):
        raise SystemExit(f"{tunnel} was refused")
    if read_exactly(connection, len(CLIENT_PREFACE)) != CLIENT_PREFACE:
        raise SystemExit("the relay does not begin with HTTP/2's preface")
    connection.sendall(frame(FRAME_SETTINGS))
    answer_settings(connection)
    return connection


def answer_settings(connection):
    """Until the relay's are acknowledged, and ours by it."""
    done = set()
    while done != {0, FLAG_ACK}:
        header = read_exactly(connection, 9)
        payload = read_exactly(connection, int.from_bytes(header[:3], "big"))
        kind, flags = header[3], header[4] & FLAG_ACK
        if kind == FRAME_SETTINGS:
            done.add(flags)
        if kind in (FRAME_SETTINGS, FRAME_PING) and not flags:
            connection.sendall(frame(kind, FLAG_ACK, payload if kind == FRAME_PING else b""))


def kib_each(relay, count, hold):
    """`hold(i)` makes the i-th connection. A few first: what is allocated once is not theirs."""
    warm = [hold(i) for i in range(count, count + 20)]
    before = status_kib(relay.pid, "VmRSS")
    held = [hold(i) for i in range(count)]
    after = status_kib(relay.pid, "VmRSS")
    for connection in held + warm:
        connection.close()
    return (after - before) / count


def public_kib(rig, count):
    relay, port = rig.start_relay()
    return kib_each(relay, count, lambda i: hold_public(rig, port))


def link_kib(rig, count):
    tokens = [rig.create_token(f"t{i}-*") for i in range((count + 20) // LINKS_PER_TOKEN + 1)]
    relay, port = rig.start_relay()

    def hold(i):
        group = i // LINKS_PER_TOKEN
        return hold_link(rig, port, tokens[group], f"t{group}-{i}")

    return kib_each(relay, count, hold)
