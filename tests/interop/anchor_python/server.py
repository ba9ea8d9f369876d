#!/usr/bin/env python3
"""An anchor's business server for the customer callbacks of the Stellar Anchor Platform.

Written from SEP-9, SEP-12, SEP-23 and the callbacks API alone, with the Python
standard library. `--mode` chooses the clean server or one of the broken ones
listed by `--list`; the rules are in kyc.py, the bugs in modes.py.
"""

import argparse
import contextlib
import email
import email.utils
import http.server
import json
import re
import secrets
import signal
import sqlite3
import sys
import threading
import time
import traceback
from urllib.parse import parse_qsl, unquote, urlsplit

sys.dont_write_bytecode = True  # leave no __pycache__ in the source tree

import kyc
import modes
from kyc import Refused, Stored, bad
from modes import bug

MAX_BODY = 10 * 1024 * 1024


class Store:
    """Customers and their fields. A customer's owner is account, memo type and memo in one string."""

    def __init__(self, path):
        self.lock = threading.RLock()
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.executescript("""
            CREATE TABLE IF NOT EXISTS customer (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE,
                owner TEXT UNIQUE, account TEXT, memo_type TEXT, memo TEXT, type TEXT, deleted INTEGER DEFAULT 0);
            CREATE TABLE IF NOT EXISTS field (owner TEXT, name TEXT, value BLOB, received REAL, verified INTEGER,
                PRIMARY KEY (owner, name));""")

    def run(self, sql, *values):
        with self.lock:
            return self.db.execute(sql, values).fetchall()

    def by_id(self, customer_id, deleted=0):
        rows = self.run("SELECT * FROM customer WHERE id = ? AND deleted <= ?", customer_id, deleted)
        return rows[0] if rows else None

    def by_owner(self, identity):
        rows = self.run("SELECT * FROM customer WHERE owner = ?", owner_of(identity))
        return rows[0] if rows else None

    def create(self, identity, kind):
        with self.lock:
            self.run("INSERT OR IGNORE INTO customer (owner, account, memo_type, memo, type) VALUES (?, ?, ?, ?, ?)",
                     owner_of(identity), *identity, kind)
            number = self.by_owner(identity)["number"]
            new_id = str(number) if bug("integer_id") else "kyc|" + secrets.token_urlsafe(12)
            self.run("UPDATE customer SET id = ? WHERE number = ? AND id IS NULL", new_id, number)
            return self.by_owner(identity)

    def fields(self, owner):
        rows = self.run("SELECT name, value, received, verified FROM field WHERE owner = ?", owner)
        return {row["name"]: Stored(*row[1:]) for row in rows}

    def write(self, owner, fields, kind):
        with self.lock, self.db:  # commits at the end, rolls back on an error
            self.run("BEGIN")
            self.run("DELETE FROM field WHERE owner = ?", owner)
            self.db.executemany("INSERT INTO field VALUES (?, ?, ?, ?, ?)",
                                [(owner, name, *field) for name, field in fields.items()])
            if kind:
                self.run("UPDATE customer SET type = ? WHERE owner = ?", kind, owner)

    def delete(self, row):
        if bug("soft_delete"):
            grave = "deleted:" + row["id"]
            self.run("UPDATE customer SET deleted = 1, owner = ? WHERE owner = ?", grave, row["owner"])
            self.run("UPDATE field SET owner = ? WHERE owner = ?", grave, row["owner"])
        elif bug("delete_whole_account"):
            self.run("DELETE FROM field WHERE owner IN (SELECT owner FROM customer WHERE account = ?)", row["account"])
            self.run("DELETE FROM customer WHERE account = ?", row["account"])
        else:
            keep = "photo_%" if bug("delete_keeps_photo") else ""
            self.run("DELETE FROM field WHERE owner = ? AND name NOT LIKE ?", row["owner"], keep)
            self.run("DELETE FROM customer WHERE owner = ?", row["owner"])


def owner_of(identity):
    return " ".join(part or "-" for part in identity)


def belongs(row, identity):
    """Whether the account and memo of a request, where given, are those of the customer."""
    account, memo_type, memo = identity
    return account in (None, row["account"]) and (memo is None or (memo_type, memo) == (row["memo_type"], row["memo"]))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "PyAnchor/1.0"
    disable_nagle_algorithm = True
    timeout = 60
    store = None
    cache = {}  # only for the mode stale_get

    # --- HTTP

    def dispatch(self):
        try:
            body = self.read_body()  # always, so that the connection can be used again
            url = urlsplit(self.path)
            action = {("GET", "/customer"): self.get_customer, ("PUT", "/customer"): self.put_customer}.get(
                (self.command, url.path))
            one = re.fullmatch("/customer/([^/]+)", url.path)
            if action:
                action(url, body)
            elif self.command == "DELETE" and one:
                self.delete_customer(one[1] if bug("delete_not_unquoted") else unquote(one[1]))
            elif one or url.path == "/customer":
                raise Refused(405, f"{self.command} is not possible here")
            else:
                raise Refused(404, "no such path")
        except Refused as problem:
            self.reply(problem.status, {"detail" if bug("detail_key") else "error": problem.message})
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception as problem:
            text = traceback.format_exc()
            print(text, file=sys.stderr)
            if bug("traceback_500"):
                self.reply(500, f"<html><h1>{type(problem).__name__}</h1><pre>{text}</pre></html>")
            else:
                self.reply(500, {"error": "internal error"})

    do_GET = do_PUT = do_DELETE = do_POST = do_PATCH = dispatch

    def reply(self, status, body=None):
        self.send_response(status)
        data = b""
        if status != 204:
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_header("Content-Type", "text/html" if isinstance(body, str) else "application/json")
            self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def send_error(self, code, message=None, explain=None):
        """What http.server itself refuses, such as unknown methods, also gets a JSON body."""
        self.close_connection = True
        self.reply(code, {"error": message or "bad request"})

    def log_message(self, *args):
        pass

    def cut(self, status, message):
        """An error after which nothing more can be read from this connection."""
        self.close_connection = True
        return Refused(status, message)

    def take(self, size):
        data = self.rfile.read(size)
        if len(data) < size:
            raise self.cut(400, "the body ends too early")
        return data

    def read_body(self):
        coding, length = self.headers.get("Transfer-Encoding"), self.headers.get("Content-Length")
        if coding is None:
            if length is not None and not re.fullmatch("[0-9]{1,15}", length.strip()):
                raise self.cut(400, "Content-Length is not a number")
            if int(length or 0) > MAX_BODY:
                for _ in range(min(int(length), 5 * MAX_BODY) // 65536):
                    self.rfile.read(65536)  # most clients write everything before they read the answer
                raise self.cut(413, "the body is larger than 10 MB")
            return self.take(int(length or 0))
        if coding.strip().lower() != "chunked" or length is not None:
            raise self.cut(400, "cannot tell where the body ends")
        body = b""
        while True:
            line = self.rfile.readline(1000).split(b";")[0].strip()
            if not re.fullmatch(b"[0-9a-fA-F]{1,8}", line):
                raise self.cut(400, "broken chunk")
            size = int(line, 16)
            if size == 0:
                break
            if len(body) + size > MAX_BODY:
                raise self.cut(413, "the body is larger than 10 MB")
            body += self.take(size)
            if self.take(2) != b"\r\n":
                raise self.cut(400, "broken chunk")
        while self.rfile.readline(1000) not in (b"\r\n", b"\n", b""):
            pass  # trailers
        return b"" if bug("no_chunked") else body

    def read_values(self, body):
        """The body of a PUT as a dict of name to str, bytes (binary fields) or, in JSON only, int."""
        header = self.headers.get("Content-Type", "")
        kind = email.message_from_string(f"Content-Type: {header}\n\n")
        media = kind.get_content_type() if header else ""
        charset = email.utils.collapse_rfc2231_value(kind.get_param("charset", "utf-8"))
        if bug("content_type_exact"):
            media = header if "=" not in header else header.split("; boundary=")[0]
        try:
            if media == "application/json":
                values = json.loads(body.decode(charset))
                if not isinstance(values, dict):
                    raise bad("the JSON body must be an object")
                values = {name: value for name, value in values.items() if value is not None}
            elif media == "multipart/form-data":
                values = self.read_form(header, body)
            elif media == "application/x-www-form-urlencoded":
                values = dict(parse_qsl(body.decode(charset), keep_blank_values=True, errors="strict"))
            else:
                raise bad("Content-Type must be application/json or multipart/form-data")
            for value in values.values():
                if isinstance(value, str):
                    value.encode()  # a lone surrogate cannot be stored
        except (ValueError, LookupError, RecursionError):
            raise bad("the body cannot be read as " + media)
        return values

    def read_form(self, header, body):
        form = email.message_from_bytes(b"Content-Type: " + header.encode("latin-1") + b"\r\n\r\n" + body)
        if not form.is_multipart() or form.defects:
            raise bad("the multipart body does not fit its boundary")
        texts, files = {}, {}
        for part in form.get_payload():
            name = part.get_param("name", None, "content-disposition")
            data = part.get_payload(decode=True)
            if name is None or data is None:
                raise bad("a part of the multipart body has no name")
            name = email.utils.collapse_rfc2231_value(name)
            if kyc.SYNONYMS.get(name, name) not in kyc.BINARY:
                texts[name] = data.decode("ascii" if bug("ascii_text") else part.get_content_charset("utf-8"))
            elif part.get_filename() is not None or not bug("filename_required"):
                files[name] = data
        if files and bug("form_dropped"):
            texts = {name: text for name, text in texts.items() if name not in kyc.KNOWN}
        return texts | files

    # --- the three callbacks

    def shown(self, row):
        return int(row["id"]) if bug("integer_id") else row["id"]

    def get_customer(self, url, _body):
        params = dict(parse_qsl(url.query, keep_blank_values=True))
        if bug("stale_get") and self.cache.get(url.query, (0,))[0] > time.time():
            return self.reply(200, self.cache[url.query][1])
        kind, identity, row = kyc.read_type(params), kyc.read_identity(params), None
        with self.store.lock:
            if "id" in params:
                row = self.store.by_id(params["id"], deleted=1 if bug("soft_delete") else 0)
                if row is None or not belongs(row, identity):
                    if not bug("unknown_id_200"):
                        raise Refused(404, "no customer with the id " + params["id"])
                    row = None
            elif identity[0]:
                row = self.store.by_owner(identity)
                if row is None and bug("get_creates"):
                    row = self.store.create(identity, kind)
            elif identity[2]:
                raise bad("a memo needs an account")
            if row is None:
                answer = kyc.report(kind or kyc.DEFAULT_TYPE, {}, None)
            else:
                kind = row["type"] or kind if bug("type_ignored") else kind or row["type"]
                answer = kyc.report(kind or kyc.DEFAULT_TYPE, self.store.fields(row["owner"]), self.shown(row))
        if bug("stale_get"):
            self.cache[url.query] = time.time() + 60, answer
        self.reply(200, answer)

    def put_customer(self, _url, body):
        values = self.read_values(body)
        if bug("integer_id") and type(values.get("id")) is int:
            values["id"] = str(values["id"])
        for name in ("id", "account", "memo", "memo_type", "type", "transaction_id"):
            if not isinstance(values.get(name, ""), str):
                raise bad(f"{name} must be a string")
        kind, identity, row = kyc.read_type(values), kyc.read_identity(values), None
        # One PUT at a time, from reading the stored fields to writing them.
        with contextlib.nullcontext() if bug("lost_update") else self.store.lock:
            if "id" in values:
                row = self.store.by_id(values["id"])
                if row is None or not (belongs(row, identity) or bug("foreign_id")):
                    raise Refused(404, "no customer with the id " + values["id"])
            elif identity[0]:
                row = self.store.by_owner(identity)
            else:
                raise bad("id or account is needed to know the customer")
            stored = {} if bug("put_replaces") else self.store.fields(row["owner"] if row else owner_of(identity))
            merged = kyc.merge(stored, kyc.read_fields(values), values)
            if bug("lost_update"):
                time.sleep(0.2)  # the sanctions list is asked
            row = row or self.store.create(identity, kind)
            self.store.write(row["owner"], merged, kind)
        self.reply(202, {"id": self.shown(row)})

    def delete_customer(self, customer_id):
        with self.store.lock:
            row = self.store.by_id(customer_id)
            if row is None:
                raise Refused(404, "no customer with the id " + customer_id)
            self.store.delete(row)
        self.reply(204)


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--mode", choices=modes.NAMES, default="clean")
    options.add_argument("--db", default=":memory:", help="SQLite file; in memory without it")
    options.add_argument("--list", action="store_true", help="print the modes as JSON")
    chosen = options.parse_args()
    if chosen.list:
        print(json.dumps(modes.listing(), indent=2, ensure_ascii=False))
        return
    modes.active = chosen.mode
    Handler.store = Store(chosen.db)
    server = Server(("127.0.0.1", chosen.port), Handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
