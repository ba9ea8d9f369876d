"""The clean platform does what it should, and each broken one shows its bug, against a scripted anchor.

    python3 -m unittest discover -s tests/interop/platform_python
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import http.client
import http.server
import json
import os
import subprocess
import sys
import threading
import time
import unittest
from email import message_from_bytes
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import modes  # noqa: E402

SECRET = "a secret for tests"
ID = "5F0C3C6E-0d2b-4d6b-9f3e-6b2f0f5f1a11"


def address(version, payload):
    body = bytes([version]) + payload
    return base64.b32encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "little")).decode().rstrip("=")


KEY = hashlib.sha256(b"an invented account").digest()
G, OTHER, C = address(48, KEY), address(48, KEY[::-1]), address(16, KEY)
BIG = (1 << 64) - 1
M = address(96, KEY + BIG.to_bytes(8, "big"))


def token(sub, expires=3600, secret=SECRET, alg="HS256"):
    def encoded(raw):
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")
    text = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": alg}, {"sub": sub, "exp": time.time() + expires}))
    return f"Bearer {text}.{encoded(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"


class Anchor(http.server.BaseHTTPRequestHandler):
    received, answer = [], (202, "application/json", json.dumps({"id": ID}))

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("multipart/"):
            form = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
            fields = {part.get_param("name", header="content-disposition"): (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
                      if part.get_filename() else part.get_payload(decode=True).decode() for part in form.get_payload()}
        else:
            fields = json.loads(body or b"{}")
        self.received.append((self.command, self.path, fields, self.headers))
        status, kind, text = self.answer
        if self.command == "GET":
            status, text = 200, json.dumps({"id": ID + "/1", "status": "ACCEPTED"})
        if self.command == "DELETE":
            status, text = 204, ""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_DELETE = do_PUT

    def log_message(self, *arguments):
        pass


ANCHOR = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Anchor)
threading.Thread(target=ANCHOR.serve_forever, daemon=True).start()
FORM = (b'--q+(1)\r\ncontent-disposition: form-data; name="first_name"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n Zo\xc3\xab\r\nx\r\n'
        b'--q+(1)\r\nContent-Disposition: form-data; name="photo_id_front"; filename="\xc3\xbc\\".jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        b'\xff\0\r\n--q+(1)x\r\n\r\n\r\n--q+(1)--\r\n')
FORM_TYPE = 'multipart/form-data; boundary="q+(1)"'
PHOTO = b"\xff\0\r\n--q+(1)x\r\n\r\n"


class Platform:
    def __init__(self, fault):
        self.fault = fault

    def __enter__(self):
        arguments = [sys.executable, str(HERE / "server.py"), "--anchor", f"http://127.0.0.1:{ANCHOR.server_port}", "--anchor-timeout", "1"]
        arguments += ["--fault", self.fault] if self.fault != "clean" else []
        environment = {**os.environ, "ANCHOR_CONFORMANCE_JWT_SECRET": SECRET}
        self.process = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.port = int(self.process.stdout.readline().split(b":")[-1])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def send(self, method, path, body=None, kind="application/json", sub=G, connection=None, **headers):
        """(status, answer, what the anchor received last)."""
        Anchor.received.clear()
        kept, connection = connection, connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        headers = {"Authorization": token(sub), **({"Content-Type": kind} if kind else {}), **headers}
        connection.request(method, "/sep12" + path, json.dumps(body).encode() if isinstance(body, dict) else body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if not kept:
            connection.close()
        received = Anchor.received[-1][1:3] if Anchor.received else None
        return answer.status, json.loads(text), received


def twice(platform):
    """Two requests on one connection, the first one without a valid token."""
    connection = http.client.HTTPConnection("127.0.0.1", platform.port, timeout=5)
    first = platform.send("PUT", "/customer", {"city": "x"}, connection=connection, Authorization="Bearer x")[0]
    with contextlib.closing(connection):
        return first, platform.send("PUT", "/customer", {"city": "x"}, connection=connection)[0]


def together(platform):
    """Whether each of two wallets at the same time reaches the anchor under its own account."""
    def put(sub, city):
        connection = http.client.HTTPConnection("127.0.0.1", platform.port, timeout=5)
        connection.request("PUT", "/sep12/customer", json.dumps({"city": city}), {"Authorization": token(sub), "Content-Type": "application/json"})
        connection.getresponse().read()
        connection.close()
    Anchor.received.clear()
    pairs = [(G, "a"), (OTHER, "b")] * 4
    threads = [threading.Thread(target=put, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {(fields["account"], fields["city"]) for _, _, fields, _ in list(Anchor.received)} == set(pairs)


@contextlib.contextmanager
def answering(status, kind, text):
    usual, Anchor.answer = Anchor.answer, (status, kind, text)
    yield
    Anchor.answer = usual


def typed(platform):
    with answering(202, "application/json; charset=utf-8", json.dumps({"id": ID})):
        return platform.send("PUT", "/customer", {})[0]


# What tells the fault from the clean platform, and what the clean one shows there.
SHOWS = {
    "unquoted_before_split": (lambda p: p.send("PUT", "/customer", b"city=a%26b%3Dc+d", "application/x-www-form-urlencoded")[2][1]["city"], "a&b=c d"),
    "universal_newlines": (lambda p: p.send("PUT", "/customer", FORM, FORM_TYPE)[2][1]["photo_id_front"][1:], ("image/jpeg", PHOTO)),
    "boundary_quotes_kept": (lambda p: p.send("PUT", "/customer", FORM, FORM_TYPE)[0], 200),
    "boundary_in_regex": (lambda p: p.send("PUT", "/customer", FORM, FORM_TYPE)[0], 200),
    "part_headers_case": (lambda p: p.send("PUT", "/customer", FORM, FORM_TYPE)[2][1].get("first_name"), " Zoë\r\nx"),
    "typed_text_is_file": (lambda p: p.send("PUT", "/customer", FORM, FORM_TYPE)[2][1].get("first_name"), " Zoë\r\nx"),
    "broken_form_is_empty": (lambda p: p.send("PUT", "/customer", FORM[:-4], FORM_TYPE)[0], 400),
    "true_as_True": (lambda p: p.send("PUT", "/customer", b'{"a":true,"b":1.0,"c":[1.0],"d":null}')[2][1], {"account": G, "a": "true", "b": "1.0", "c": [1.0]}),
    "body_left_unread": (twice, (401, 200)),
    "claims_ignored": (lambda p: p.send("PUT", "/customer", {"account": OTHER})[0], 403),
    "identity_shared": (together, True),
    "memo_signed": (lambda p: p.send("PUT", "/customer", {}, sub=M)[2], ("/customer", {"account": G, "memo": str(BIG), "memo_type": "id"})),
    "hash_memo_as_hex": (lambda p: p.send("PUT", "/customer", {"memo": "Zm9v", "memo_type": "hash"})[2][1]["memo"], "Zm9v"),
    "memo_type_required": (lambda p: p.send("PUT", "/customer", {"memo": "5"})[0], 200),
    "delete_needs_body": (lambda p: p.send("DELETE", f"/customer/{G}", kind=None)[0::2], (200, (f"/customer/{ID}%2F1", {}))),
    "latin1_json": (lambda p: p.send("PUT", "/customer", {"city": "Łódź 😀"})[0], 200),
    "file_name_crash": (lambda p: p.send("PUT", "/customer", FORM, FORM_TYPE)[0], 200),
    "query_unescaped": (lambda p: parse_qs(urlsplit(p.send("GET", "/customer?id=a%26b%2B%25")[2][0]).query)["id"], ["a&b+%"]),
    "anchor_type_exact": (typed, 200),
    "id_must_be_uuid": (lambda p: p.send("PUT", "/customer", {})[1], {"id": ID}),
}


class Modes(unittest.TestCase):
    def test_every_fault_shows(self):
        self.assertEqual(set(SHOWS), set(modes.NAMES[1:]))
        with Platform("clean") as clean:
            for name, (look, expected) in SHOWS.items():
                with self.subTest(name, platform="clean"):
                    self.assertEqual(look(clean), expected)
        for name, (look, expected) in SHOWS.items():
            with self.subTest(name), Platform(name) as broken:
                try:
                    seen = look(broken)
                except (TypeError, KeyError, ValueError, http.client.HTTPException) as error:
                    seen = error  # there is nothing to look at
                if os.environ.get("SHOW"):
                    print(name, "->", repr(seen)[:150])
                self.assertNotEqual(seen, expected)

    def test_the_clean_platform(self):
        with Platform("clean") as p:
            big = os.urandom(5 << 20).replace(b"\r\n--q", b"....")
            form = FORM[:FORM.rindex(PHOTO)] + big + b"\r\n--q+(1)--\r\n"
            self.assertEqual(p.send("PUT", "/customer", form, FORM_TYPE)[2][1]["photo_id_front"][2], big)
            self.assertEqual(p.send("PUT", "/customer", {"photo_id_front": "x"})[0], 400)
            self.assertEqual(p.send("PUT", "/customer", b'{"a":1,"a":2}')[0], 400)
            self.assertEqual(p.send("PUT", "/customer", {"birth_date": "2001-02-29"})[0], 400)
            self.assertEqual(p.send("PUT", "/customer", b"x", "text/plain")[0], 415)
            self.assertEqual(p.send("PUT", "/customer", {}, sub=C)[2][1], {"account": C})
            self.assertEqual(p.send("PUT", "/customer", {"memo": "1"}, sub=C)[0], 400)
            self.assertEqual(p.send("PUT", "/customer", {"account": M}, sub=M)[0], 200)
            self.assertEqual(p.send("PUT", "/customer", {"memo": "8"}, sub=f"{G}:7")[0], 403)
            self.assertEqual(p.send("PUT", "/customer", {}, sub=f"{G}:0")[2][1]["memo"], "0")
            for bad in (token(G, -1), token(G, secret="x"), token(G, alg="none"), token("G"), "", token(M + ":1")):
                self.assertEqual(p.send("PUT", "/customer", {}, Authorization=bad)[0], 401, bad)
            for status, expected in {400: 400, 401: 502, 404: 404, 409: 409, 413: 413, 422: 400, 429: 429, 500: 502, 302: 502}.items():
                with answering(status, "application/json", '{"error":"told"}'):
                    self.assertEqual(p.send("PUT", "/customer", {})[0], expected)
            for text in ("{}", '{"id":null}', '{"id":7}', '{"id":""}', "<p>", "[]"):
                with answering(200, "application/json", text):
                    self.assertEqual(p.send("PUT", "/customer", {})[0], 502, text)
            p.send("PUT", "/customer", {}, Cookie="a=b", **{"X-Own": "c"})
            self.assertFalse({"authorization", "cookie", "x-own"} & {name.lower() for name in Anchor.received[-1][3]})


if __name__ == "__main__":
    unittest.main()
