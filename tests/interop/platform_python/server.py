"""A second platform for tests, with nothing but Python's standard library.

It takes wallets' SEP-12 requests under /sep12 and forwards them to an anchor's callback API. Where the sources leave a
choice it chooses otherwise than the platform in Node: 200 for PUT, a muxed account as account and memo, forms with a
length, 502 for an anchor that cannot be reached, neither callbacks nor files.

    ANCHOR_CONFORMANCE_JWT_SECRET=... python3 server.py --anchor URL [--listen HOST:PORT] [--fault NAME]
                                                        [--anchor-timeout SECONDS]
    python3 server.py --list                            the modes, as JSON
"""

import argparse
import http.server
import json
import os
import re
import signal
import sys
import time
import traceback
from urllib.parse import parse_qsl, unquote, urlsplit

import modes
from forward import Anchor
from identity import Refused, caller_of, identify
from modes import bug
from reading import Nested, File, read_fields

MAX_BODY = 20 * 1024 * 1024
PARAMETERS = ("id", "account", "memo", "memo_type", "type", "transaction_id", "lang")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "platform"
    sys_version = ""
    timeout = 60
    anchor = secret = None
    now = {}  # only identity_shared

    def do_GET(self):
        self.handle_request()

    do_PUT = do_DELETE = do_POST = do_OPTIONS = do_GET

    def handle_request(self):
        self.body = None
        try:
            endpoint, argument = self.route()
            caller = caller_of(self.headers.get("Authorization"), self.secret)
            self.body = self.read_body()
            self.reply(200, endpoint(caller, argument))
        except Refused as refused:
            self.leave_in_order()
            self.reply(refused.status, {"error": refused.message}, refused.headers)
        except (BrokenPipeError, ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception:
            traceback.print_exc()
            self.leave_in_order()
            self.reply(500, {"error": "internal error"})

    def route(self):
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        one = re.fullmatch(r"/sep12/customer/([GMC][A-Z2-7]+)", unquote(url.path))
        routes = {
            "/sep12/customer": {"GET": (self.get_customer, query), "PUT": (self.put_customer, query)},
            "/sep12/customer/verification": {"PUT": (self.put_verification, query)},
        }
        methods = {"DELETE": (self.delete_customer, one.group(1))} if one else routes.get(url.path)
        if methods is None:
            raise Refused(404, "there is nothing at this path")
        if self.command not in methods:
            raise Refused(405, f"{self.command} is not for this path", Allow=", ".join(methods))
        return methods[self.command]

    # --- reading and answering

    def read_body(self):
        length, coding = self.headers.get("Content-Length"), self.headers.get("Transfer-Encoding")
        if coding is None:
            if not re.fullmatch("[0-9]{1,12}", length or "0"):
                raise Refused(400, "the length cannot be read", Connection="close")
            if int(length or 0) > MAX_BODY:
                raise Refused(413, "the body is larger than 20 MiB", Connection="close")
            return self.take(int(length or 0))
        if coding.lower() != "chunked" or length is not None:
            raise Refused(400, "where the body ends is not clear", Connection="close")
        body = bytearray()
        while True:
            size = re.match(b"[0-9a-fA-F]{1,8}(?=[;\r ])", self.rfile.readline(4096))
            if not size:
                raise Refused(400, "a chunk is broken", Connection="close")
            if len(body) + int(size[0], 16) > MAX_BODY:
                raise Refused(413, "the body is larger than 20 MiB", Connection="close")
            body += self.take(int(size[0], 16))
            if int(size[0], 16) == 0:
                break
            self.take(2)
        while self.rfile.readline(4096) not in (b"\r\n", b""):
            pass
        return bytes(body)

    def take(self, size):
        content = self.rfile.read(size)
        if len(content) < size:
            raise ConnectionError("the wallet has gone")
        return content

    def leave_in_order(self):
        """What is left of the body is read or the connection closed, so that it is not taken for a request."""
        if self.body is not None or bug("body_left_unread"):
            return
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            return
        self.rfile.read(int(length))

    def reply(self, status, body, headers=()):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), "Cache-Control": "no-store",
                            "Access-Control-Allow-Origin": "*", **dict(headers)}.items():
            self.send_header(name, value)
        if self.close_connection and "Connection" not in dict(headers):
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass

    # --- the endpoints

    def bind(self, caller, fields):
        """The fields with the identity of the token in front."""
        for name in PARAMETERS:
            if isinstance(fields.get(name), (Nested, File)):
                raise Refused(400, f"{name} must be text")
        if fields.get("transaction_id") and not fields.get("type"):
            raise Refused(400, "transaction_id needs a type beside it")
        identity = identify(caller, fields)
        if bug("identity_shared"):
            self.now.clear()
            self.now.update(identity)
            time.sleep(0.02)  # another request comes in between
            identity = dict(self.now)
        others = {name: value for name, value in fields.items() if name not in ("account", "memo", "memo_type")}
        return {**identity, **others}

    def fields(self):
        return read_fields(self.headers.get("Content-Type"), self.body)

    def put_customer(self, caller, query):
        if query.keys() & {"id", "account", "memo", "memo_type"}:
            raise Refused(400, "fields belong into the body")
        return {"id": self.anchor.put_customer(self.bind(caller, self.fields()))}

    def put_verification(self, caller, _query):
        fields = self.fields()
        codes = [name for name in fields if name.endswith("_verification")]
        if not codes or "id" not in fields or fields.keys() - set(codes) - {"id", "account", "memo", "memo_type"}:
            raise Refused(400, "send id and verification codes")
        bound = self.bind(caller, fields)
        self.anchor.put_customer(bound)
        return self.anchor.get_customer({name: value for name, value in bound.items() if name not in codes})[0]

    def get_customer(self, caller, query):
        return self.anchor.get_customer(self.bind(caller, {name: query[name] for name in PARAMETERS if name in query}))[0]

    def delete_customer(self, caller, account):
        if bug("delete_needs_body") and self.headers.get("Content-Type") != "application/json":
            raise Refused(415, "send application/json")
        fields = self.fields() if self.body.strip() else {}
        identity = identify(caller, {**{name: fields.get(name) for name in ("memo", "memo_type")}, "account": account})
        _, customer = self.anchor.get_customer(identity)
        if not isinstance(customer.get("id"), str) or not customer["id"]:
            raise Refused(404, "there is no such customer")
        self.anchor.delete_customer(customer["id"])
        return {}


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    options.add_argument("--anchor", default="", metavar="URL")
    options.add_argument("--anchor-timeout", type=float, default=10, metavar="SECONDS")
    options.add_argument("--fault", choices=modes.NAMES[1:])
    options.add_argument("--list", action="store_true", help="print the modes as JSON")
    chosen = options.parse_args()
    if chosen.list:
        print(json.dumps(modes.listing(), indent=2))
        return
    secret = os.environ.get("ANCHOR_CONFORMANCE_JWT_SECRET", "").removesuffix("\n")
    if not secret or not re.match("https?://", chosen.anchor):
        options.error("--anchor URL and the environment variable ANCHOR_CONFORMANCE_JWT_SECRET are needed")
    modes.active = chosen.fault or "clean"
    Handler.anchor, Handler.secret = Anchor(chosen.anchor, chosen.anchor_timeout), secret.encode()
    host, port = chosen.listen.rsplit(":", 1)
    server = Server((host, int(port)), Handler)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    print(f"listening on http://{host}:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
