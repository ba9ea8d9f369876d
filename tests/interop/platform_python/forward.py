"""Requests to the anchor's callback API, whole in memory and with a length, and what its answers mean."""

import http.client
import json
import os
import re
import socket
import uuid
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from identity import Refused
from modes import bug
from reading import File, Nested

STATUSES = ("ACCEPTED", "PROCESSING", "NEEDS_INFO", "REJECTED")
PASSED = {404: 404, 410: 404, 409: 409, 413: 413, 429: 429}


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Anchor:
    def __init__(self, url, seconds):
        self.url, self.seconds = urlsplit(url), seconds

    def call(self, method, path, headers=None, body=None):
        connect = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        connection = connect(self.url.hostname, self.url.port, timeout=self.seconds)
        try:
            sent = {"Accept": "application/json", "Connection": "close", **(headers or {})}
            connection.request(method, self.url.path.rstrip("/") + path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except (socket.timeout, TimeoutError):
            raise Refused(504, "the anchor did not answer in time") from None
        except (OSError, http.client.HTTPException):
            raise Refused(502, "the anchor cannot be reached") from None
        finally:
            connection.close()

    def put_customer(self, fields):
        """The id of the customer."""
        answer = self.call("PUT", "/customer", *encode(fields))
        found = parsed(answer)
        if not isinstance(found.get("id"), str) or not found["id"]:
            raise Refused(502, "the anchor gave no id")
        return uuid_of(found["id"]) if bug("id_must_be_uuid") else found["id"]

    def get_customer(self, params):
        """The bytes of the answer, and its members."""
        answer = self.call("GET", f"/customer?{query(params)}")
        found = parsed(answer)
        if found.get("status") not in STATUSES:
            raise Refused(502, "the anchor gave no status")
        return answer.body, found

    def delete_customer(self, customer_id):
        answer = self.call("DELETE", "/customer/" + quote(customer_id, safe=""))
        if not 200 <= answer.status < 300:
            raise failure(answer)


def query(params):
    if bug("query_unescaped"):
        return re.sub(r"[^!-~]", "", "&".join(f"{name}={value}" for name, value in params.items()))
    return urlencode(params, quote_via=quote)


def uuid_of(text):
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise Refused(502, "the anchor gave no id that is a UUID") from None


def encode(fields):
    """(headers, body): JSON, or a form as soon as there is a file."""
    files = {name: value for name, value in fields.items() if isinstance(value, File)}
    if not files:
        members = (f"{json.dumps(name)}: {value.json if isinstance(value, Nested) else dumped(value)}"
                   for name, value in fields.items())
        text = "{" + ", ".join(members) + "}"
        return {"Content-Type": "application/json"}, text.encode("latin-1" if bug("latin1_json") else "utf-8")
    boundary = "platform" + os.urandom(12).hex()
    body = bytearray()
    for name, value in [item for item in fields.items() if item[0] not in files] + list(files.items()):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{escaped(name)}"'
        if isinstance(value, File):
            head += f'; filename="{escaped(value.filename or name)}"\r\nContent-Type: {value.content_type}'
            content = value.content
        else:
            content = (value.json if isinstance(value, Nested) else value).encode()
        body += f"{head}\r\n\r\n".encode() + content + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, bytes(body)


def dumped(value):
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return json.dumps(value)
    return text


def escaped(text):
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def parsed(answer):
    if not 200 <= answer.status < 300:
        raise failure(answer)
    if bug("anchor_type_exact") and answer.headers.get("Content-Type") != "application/json":
        raise Refused(502, "the answer of the anchor is no JSON")
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise Refused(502, "the answer of the anchor is no JSON") from None
    if not isinstance(found, dict):
        raise Refused(502, "the answer of the anchor is no JSON object")
    return found


def failure(answer):
    if not 400 <= answer.status < 500 or answer.status in (401, 403, 415):
        return Refused(502, "the anchor has failed")
    try:
        text = json.loads(answer.body)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        text = None
    headers = {"Retry-After": answer.headers["Retry-After"]} if answer.status == 429 and "Retry-After" in answer.headers else {}
    message = text if isinstance(text, str) and text else "the anchor has refused the request"
    return Refused(PASSED.get(answer.status, 400), message, **headers)
