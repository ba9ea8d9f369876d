"""Reads with python-multipart, as Starlette and FastAPI use it."""

from importlib.metadata import version

import lines
from python_multipart.multipart import MultipartParser, parse_options_header


class Parts:
    """What the parser's callbacks tell, put together again."""

    def __init__(self):
        self.parts = []
        self.complete = False

    def callbacks(self):
        names = ["part_begin", "part_data", "part_end", "header_field", "header_value", "header_end", "end"]
        return {f"on_{name}": getattr(self, name) for name in names}

    def part_begin(self):
        self.headers, self.content = {}, bytearray()
        self.field = self.value = b""

    def header_field(self, data, start, end):
        self.field += data[start:end]

    def header_value(self, data, start, end):
        self.value += data[start:end]

    def header_end(self):
        self.headers[self.field.lower()] = self.value
        self.field = self.value = b""

    def part_data(self, data, start, end):
        self.content += data[start:end]

    def part_end(self):
        _, options = parse_options_header(self.headers.get(b"content-disposition"))
        name, file_name = options[b"name"], options.get(b"filename")
        content_type = self.headers.get(b"content-type")
        self.parts.append(lines.part(text(name), text(file_name), text(content_type), self.content))

    def end(self):
        self.complete = True


def text(value):
    return None if value is None else value.decode("utf-8")


def read_parts(content_type, body):
    _, options = parse_options_header(content_type)
    parts = Parts()
    parser = MultipartParser(options[b"boundary"], parts.callbacks())
    parser.write(body)
    parser.finalize()
    if not parts.complete:
        raise ValueError("the body has no end")
    return parts.parts


lines.serve(f"python-multipart {version('python-multipart')}", read_parts)
