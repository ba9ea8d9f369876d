"""Reads with Python's standard library: `email`, which its documentation names for forms since `cgi` is gone, and `json`."""

import json
from email.message import Message
from email.parser import BytesParser

import lines


def read_parts(content_type, body):
    """The email package wants a message: a head with the content type, and the body behind it."""
    head = b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n"
    message = BytesParser().parsebytes(head + body)
    if message.defects or not message.is_multipart():
        raise ValueError(f"broken multipart body: {message.defects}")
    return [read_part(part) for part in message.get_payload()]


def read_part(part):
    if part.defects:
        raise ValueError(f"broken part: {part.defects}")
    disposition = Message()
    disposition["Content-Disposition"] = header(part, "Content-Disposition") or ""
    content = part.get_payload(decode=True)
    if content is None:
        raise ValueError("a part is a message itself")
    name = disposition.get_param("name", header="Content-Disposition")
    return lines.part(name, disposition.get_filename(), header(part, "Content-Type"), content)


def header(part, name):
    """The header as the UTF-8 that multipart/form-data sends, where mail would have encoded words."""
    found = [value for key, value in part.raw_items() if key.lower() == name.lower()]
    if not found:
        return None
    if len(found) > 1:
        raise ValueError(f"a part has more than one {name}")
    return found[0].encode("ascii", "surrogateescape").decode("utf-8")


lines.serve("email and json", read_parts, json.loads)
