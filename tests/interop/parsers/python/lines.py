"""The way in and out of a reader: requests on stdin, what was read on stdout, one line of JSON each.

A request is `{"content_type": ..., "hex": ...}`. The answer is `{"parts": [...]}` for multipart, `{"members": ...}` for
JSON, or `{"error": ...}`. The first line that a reader prints says who reads.
"""

import json
import platform
import struct
import sys

# A report of deeply nested values would break the reader of the report.
DEEPEST = 50


def serve(reader, read_parts, read_json=None):
    say({"reader": f"{reader}, Python {platform.python_version()}"})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            say(answer(request["content_type"], bytes.fromhex(request["hex"]), read_parts, read_json))
        except Exception as error:
            say({"error": f"{type(error).__name__}: {error}"})


def answer(content_type, body, read_parts, read_json):
    if content_type == "application/json" and read_json:
        return {"members": shown(read_json(body))}
    return {"parts": read_parts(content_type, body)}


def say(report):
    print(json.dumps(report), flush=True)


def part(name, file_name, content_type, content):
    return {"name": name, "filename": file_name, "content_type": content_type, "hex": bytes(content).hex()}


def shown(value, depth=0):
    """A value in the form that all readers share: strings as UTF-16, numbers as doubles and as they print."""
    if depth > DEEPEST:
        return {"deeper": True}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"string": utf_16(value)}
    if isinstance(value, (int, float)):
        return {"double": struct.pack(">d", as_double(value)).hex(), "printed": str(value)}
    if isinstance(value, list):
        return {"array": [shown(item, depth + 1) for item in value]}
    return {"object": sorted([utf_16(name), shown(item, depth + 1)] for name, item in value.items())}


def utf_16(text):
    return text.encode("utf-16-be", "surrogatepass").hex()


def as_double(number):
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
