"""Reads with Werkzeug, which Flask stands on."""

from importlib.metadata import version

import lines
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData


def read_parts(content_type, body):
    _, options = parse_options_header(content_type)
    decoder = MultipartDecoder(options["boundary"].encode("ascii"))
    decoder.receive_data(body)
    decoder.receive_data(None)
    parts = []
    while True:
        event = decoder.next_event()
        if isinstance(event, (Field, File)):
            file_name = event.filename if isinstance(event, File) else None
            head, content = (event.name, file_name, event.headers.get("content-type")), bytearray()
        elif isinstance(event, Data):
            content += event.data
            if not event.more_data:
                parts.append(lines.part(*head, content))
        elif isinstance(event, Epilogue):
            return parts
        elif isinstance(event, NeedData):
            raise ValueError("the body has no end")


lines.serve(f"Werkzeug {version('werkzeug')}", read_parts)
