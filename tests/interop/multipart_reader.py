"""A business server that says what it has read, with nothing but Python's standard library.

It answers `PUT /customer` with `{"id": "1"}`. Its first line on stdout is `listening on http://HOST:PORT`; after that it
prints one line of JSON a request: the content type, and each part's name, file name, content type and content in hex.
`cargo xtask parsers` starts it behind the platform. By hand:

    python3 tests/interop/multipart_reader.py
    anchor-conformance platform --anchor http://HOST:PORT
"""

import json
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Anchor(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        try:
            body = self.read_body()
        except (ValueError, EOFError, OSError) as error:
            self.close_connection = True
            say({"error": f"incomplete body: {error}"})
            return
        report = read_request(self.headers.get("Content-Type", ""), body)
        say(report)
        if "error" in report:
            self.answer(400, {"error": report["error"]})
        elif self.path != "/customer":
            self.answer(404, {"error": "there is only /customer"})
        else:
            self.answer(202, {"id": "1"})

    def read_body(self):
        coding = self.headers.get("Transfer-Encoding")
        if coding is None:
            return self.read_exactly(int(self.headers.get("Content-Length", "0")))
        if coding.lower() != "chunked":
            raise ValueError(f"unknown transfer encoding {coding}")
        return b"".join(self.read_chunks())

    def read_chunks(self):
        while True:
            size = int(self.read_line().split(b";")[0], 16)
            if size == 0:
                break
            yield self.read_exactly(size)
            if self.read_line():
                raise ValueError("a chunk is longer than it says")
        while self.read_line():
            pass

    def read_line(self):
        line = self.rfile.readline(65536)
        if not line.endswith(b"\r\n"):
            raise EOFError("the body is cut off")
        return line[:-2]

    def read_exactly(self, size):
        content = self.rfile.read(size)
        if len(content) != size:
            raise EOFError("the body is cut off")
        return content

    def answer(self, status, members):
        body = json.dumps(members).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def say(report):
    print(json.dumps(report), flush=True)


def read_request(content_type, body):
    try:
        return {"content_type": content_type, "parts": read_parts(content_type, body)}
    except ValueError as error:
        return {"content_type": content_type, "error": str(error)}


def read_parts(content_type, body):
    """The email package wants a message: a head with the content type, and the body behind it."""
    if not content_type.lower().startswith("multipart/"):
        raise ValueError("not a multipart body")
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
        raise ValueError("a part is a multipart body itself")
    return {
        "name": disposition.get_param("name", header="Content-Disposition"),
        "filename": disposition.get_filename(),
        "content_type": header(part, "Content-Type"),
        "length": len(content),
        "hex": content.hex(),
    }


def header(part, name):
    """The header as the UTF-8 that multipart/form-data sends, where mail would have encoded words."""
    found = [value for key, value in part.raw_items() if key.lower() == name.lower()]
    if not found:
        return None
    if len(found) > 1:
        raise ValueError(f"a part has more than one {name}")
    return found[0].encode("ascii", "surrogateescape").decode("utf-8")


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Anchor)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
