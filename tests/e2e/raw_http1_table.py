"""Requests that some server somewhere has misread: rows A1-A23 of the threat model.

Each case is (row, bytes, statuses): the statuses that the relay may answer with, then it must
have closed, and the request that follows on the same connection must never have been read as one.
GOOD ones are answered with 200 and so is the follower.
"""

HOST = b"Host: relay.test\r\n"
POST = b"POST /mybot/first HTTP/1.1\r\n" + HOST
GET = b"GET /mybot/first HTTP/1.1\r\n" + HOST
HIDDEN = b"GET /mybot/smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
CHUNKED = b"5\r\nhello\r\n0\r\n\r\n"

GOOD = (200,)
BAD = (400,)
UNSUPPORTED = (400, 501)


def line(row, text, expected=BAD):
    """A whole request line."""
    return row, text + b"\r\n" + HOST + b"\r\n", expected


def field(row, text, expected=BAD):
    return row, GET + text + b"\r\n\r\n", expected


def sized(row, text, expected=BAD, body=b"hello"):
    """A body that is framed by `text`."""
    return row, POST + text + b"\r\n\r\n" + body, expected


def coded(row, text, expected=BAD):
    return sized(row, b"Transfer-Encoding: " + text, expected, CHUNKED)


def chunks(row, text, expected=BAD):
    return row, POST + b"Transfer-Encoding: chunked\r\n\r\n" + text + b"\r\n", expected


CASES = [
    # A1: two framings at once, with a request in what only one of them takes for the body
    sized("A1", b"Content-Length: 6\r\nTransfer-Encoding: chunked", body=b"0\r\n\r\nG" + HIDDEN),
    sized("A1", b"Transfer-Encoding: chunked\r\nContent-Length: 4", body=b"5c\r\n" + HIDDEN),
    sized("A1", b"Content-Length: 0\r\nTransfer-Encoding: chunked", body=CHUNKED),
    sized("A1", b"Content-Length: 5\r\nTransfer-Encoding: identity"),
    # A2: all that looks like chunked
    *[coded("A2", text, UNSUPPORTED) for text in (
        b",chunked", b"chunked,", b"x, chunked", b"chunked, gzip", b"chunked, chunked",
        b"identity", b"gzip", b"\x0bchunked", b"chunked ;p", b"\"chunked\"", b"chunked\x00",
        b"chun\r\n ked", b"chunked\r\nTransfer-Encoding: chunked", b"xchunked", b"", b"chunked x",
        b"chunked\r\nTransfer-Encoding: identity")],
    sized("A2", b"Transfer-Encoding : chunked", body=CHUNKED),
    sized("A2", b"Transfer-Encoding\x0b: chunked", body=CHUNKED),
    sized("A2", b"X: y\nTransfer-Encoding: chunked", body=CHUNKED),
    coded("A2", b"chunked", GOOD),
    coded("A2", b"ChUnKeD", GOOD),
    # A3: HTTP/1.0 knows no chunks
    ("A3", b"POST /mybot/first HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" +
     CHUNKED, UNSUPPORTED),
    # A4: lengths that one reads so and another so
    *[sized("A4", b"Content-Length: " + text) for text in (
        b"+5", b"-0", b"-5", b"0x5", b"5_0", b"05", b"010", b"5,5", b"5,6", b"5, 5", b"",
        b"1e1", b"5.0", b"5 5", b"\"5\"", b"9223372036854775808", b"18446744073709551621",
        b"5\r\nContent-Length: 5", b"5\r\nContent-Length: 6", b"5;", b"five", b"5\x00")],
    sized("A4", b"Content-Length : 5"),
    sized("A4", b"Content-Length: 5", GOOD),
    # A6, A7: chunks and their extensions
    *[chunks("A6", text) for text in (
        b"0x5\r\nhello\r\n0\r\n", b"+5\r\nhello\r\n0\r\n", b"-5\r\nhello\r\n0\r\n",
        b" 5\r\nhello\r\n0\r\n", b"5 \r\nhello\r\n0\r\n", b"5_\r\nhello\r\n0\r\n",
        b"00000000000000005\r\nhello\r\n0\r\n", b"FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n",
        b"\r\nhello\r\n0\r\n", b"5\r\nhelloXX0\r\n", b"5\r\nhello0\r\n", b"4\r\nhello\r\n0\r\n",
        b"5\nhello\r\n0\r\n", b"5\r\nhello\n0\r\n", b"5\r\nhello\r\n0\n")],
    *[chunks("A7", text) for text in (
        b"5;a\nb\r\nhello\r\n0\r\n", b"5;a\rb\r\nhello\r\n0\r\n", b"5;a\r\r\nhello\r\n0\r\n",
        b"5;\x00\r\nhello\r\n0\r\n", b"5;a=\"q\r\nhello\r\n0\r\n",
        b"5;" + b"a" * 5000 + b"\r\nhello\r\n0\r\n")],
    chunks("A7", b"5;a=b;c=\"d\"\r\nhello\r\n0\r\n", GOOD),
    # A8: trailers
    chunks("A8", b"5\r\nhello\r\n0\r\nno colon\r\n"),
    chunks("A8", b"5\r\nhello\r\n0\r\nX : y\r\n"),
    chunks("A8", b"5\r\nhello\r\n0\r\nX: y\r\nContent-Length: 9\r\nHost: evil\r\n"
           b"X-Forwarded-For: 6.6.6.6\r\n", GOOD),
    # A9, A10: line ends
    ("A9", b"GET /mybot/first HTTP/1.1\n" + HOST + b"\r\n", BAD),
    ("A9", GET + b"X: y\nZ: z\r\n\r\n", BAD),
    ("A9", GET + b"X: y\rZ: z\r\n\r\n", BAD),
    ("A9", GET + b"X: y\r\n\rZ: z\r\n\r\n", BAD),
    ("A9", GET + b"X: y\r\r\n\r\n", BAD),
    ("A9", GET + b"\n", BAD),
    field("A10", b"X: y\r\n z"),
    field("A10", b"X: y\r\n\tz"),
    # A11, A12: names and values
    *[field("A11", text) for text in (
        b"X : y", b"X\t: y", b": y", b"no colon", b"X Y: z", b"X(: y", b"X\x80: y", b" X: y")],
    field("A11", b"X_Line_Signature: y", GOOD),
    *[field("A12", text) for text in (b"X: \x00", b"X: \x01", b"X: \x1b[2J", b"X: \x7f")],
    field("A12", b"X: caf\xc3\xa9 \xff", GOOD),
    # A13: request lines
    *[line("A13", text) for text in (
        b"GET  /mybot/first HTTP/1.1", b"GET\t/mybot/first HTTP/1.1", b"GET /mybot/first",
        b"GET /mybot/first HTTP/1.1 x", b"GET /mybot/first HTTP/1.10",
        b"GET /mybot/fi rst HTTP/1.1", b"GET /mybot/first http/1.1",
        b"GET /mybot/first HTTP/1.1\x00", b" GET /mybot/first HTTP/1.1",
        b"GET /mybot/first HTTPS/1.1", b"\x16\x03\x01\x02\x00\x01\x00")],
    line("A13", b"GET /mybot/first HTTP/2.0", (400, 505)),
    line("A13", b"GET /mybot/first HTTP/1.9", (400, 505)),
    line("A13", b"get /mybot/first HTTP/1.1", UNSUPPORTED),
    line("A13", b"G" * 65536 + b" /mybot/first HTTP/1.1", (400, 414, 431, 501)),
    # A14: hosts
    *[("A14", b"GET /mybot/first HTTP/1.1\r\n" + text + b"\r\n", BAD) for text in (
        b"", HOST + HOST, HOST + b"Host: other\r\n", b"Host: relay.test, other\r\n", b"Host:\r\n",
        b"Host: user@relay.test\r\n", b"Host: relay.test/x\r\n", b"Host: relay.test:99999\r\n",
        b"Host: relay.test:\r\n", b"Host: relay.test.\r\n", b"Host: r\xc3\xa9lay.test\r\n",
        b"Host: [::1%25eth0]\r\n", b"Host : relay.test\r\n", b"Host: relay test\r\n")],
    line("A14", b"GET http://other.example/mybot/first HTTP/1.1"),
    line("A14", b"GET http://user@relay.test/mybot/first HTTP/1.1"),
    line("A14", b"GET ftp://relay.test/mybot/first HTTP/1.1"),
    line("A14", b"GET https://relay.test/mybot/first HTTP/1.1", GOOD),
    # A17-A20
    field("A17", b"Expect: 200-ok", (400, 417)),
    sized("A17", b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\nContent-Length: 5"),
    line("A20", b"CONNECT relay.test:443 HTTP/1.1", (400, 405, 501)),
    line("A20", b"TRACE /mybot/first HTTP/1.1", (400, 405, 501)),
    line("A20", b"OPTIONS * HTTP/1.1", (400, 405, 501)),
    ("A20", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 405, 501, 505)),
    # A22, A23
    line("A22", b"GET /mybot/first#fragment HTTP/1.1"),
    line("A22", b"GET /mybot/\x00 HTTP/1.1"),
    line("A22", b"GET /mybot/\xc0\xaf HTTP/1.1"),
    ("A23", b"\r\n" + GET + b"\r\n", GOOD),
    ("A23", b"\r\n\r\n" + GET + b"\r\n", BAD),
    ("A23", b"\n" + GET + b"\r\n", BAD),
]
