"""The body of a wallet's request as fields: {name: Text, Nested or File}, in the order in which they came."""

import datetime
import json
import re
from email.message import Message
from typing import NamedTuple, Optional
from urllib.parse import parse_qsl, unquote_plus

from identity import Refused
from modes import bug

BINARY = set("""photo_id_front photo_id_back notary_approval_of_photo_id photo_proof_residence proof_of_income
    photo_proof_of_income proof_of_liveness organization.photo_incorporation_doc
    organization.photo_proof_address""".split())
# SEP-9's text fields: those of persons, their accounts, organisations and cards.
TEXT = set("""family_name last_name given_name first_name additional_name address_country_code state_or_province city
    postal_code address mobile_number mobile_number_format email_address birth_date birth_place birth_country_code
    tax_id tax_id_name occupation employer_name employer_address language_code id_type id_country_code id_issue_date
    id_expiration_date id_number ip_address sex referral_id bank_name bank_account_type bank_account_number
    bank_number bank_phone_number bank_branch_number external_transfer_memo clabe_number cbu_number cbu_alias
    mobile_money_number mobile_money_provider crypto_address crypto_memo
    id account memo memo_type type transaction_id lang""".split())
TEXT_PATTERN = re.compile(r"(organization|card)\..+|.+_(verification|file_id)")
DATES = ("birth_date", "id_issue_date", "id_expiration_date")


class Nested(NamedTuple):
    """An array or an object, as it was written."""

    json: str


class File(NamedTuple):
    content: bytes
    filename: Optional[str]
    content_type: str


def bad(message):
    return Refused(400, message)


def read_fields(header, body):
    kind = Message()
    kind["Content-Type"] = header or "none/none"
    media = kind.get_content_type()
    if media == "application/json":
        pairs = list(read_json(text_of(body, "the body")))
    elif media == "application/x-www-form-urlencoded":
        pairs = read_urlencoded(text_of(body, "the body"))
    elif media == "multipart/form-data":
        try:
            pairs = list(read_form(header, kind, body))
        except Refused:
            if not bug("broken_form_is_empty"):
                raise
            pairs = []
    else:
        raise Refused(415, "send application/json, application/x-www-form-urlencoded or multipart/form-data")
    fields = {}
    for name, value in pairs:
        if name in fields:
            raise bad(f"{name} is given twice")
        if name in DATES and value:
            check_date(name, value)
        fields[name] = value
    return {name: value for name, value in fields.items() if value is not None}


def check_date(name, value):
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError
        datetime.date.fromisoformat(value)
    except (ValueError, TypeError):
        raise bad(f"{name} must be a date YYYY-MM-DD") from None


def text_of(content, what):
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise bad(f"{what} is not UTF-8") from None


def read_json(text):
    """The members of an object; numbers and nested values as the very text that was sent."""
    decoder, space = json.JSONDecoder(), re.compile(r"[ \t\r\n]*")
    try:
        if not isinstance(json.loads(text), dict):
            raise bad("the body must be a JSON object")
    except (ValueError, RecursionError):
        raise bad("the body is not JSON") from None
    at = space.match(text, text.index("{") + 1).end()
    while text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        at = space.match(text, space.match(text, at).end() + 1).end()
        value, end = decoder.raw_decode(text, at)
        yield name, json_value(name, value, text[at:end])
        at = space.match(text, end).end()
        at = space.match(text, at + (text[at] == ",")).end()


def json_value(name, value, written):
    if value is None:
        return None
    if name in BINARY:
        raise bad(f"{name} is a file: send it with multipart/form-data")
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        return Nested(written)
    return str(value) if isinstance(value, bool) and bug("true_as_True") else written


def read_urlencoded(text):
    if bug("unquoted_before_split"):
        return [tuple(pair.split("=")[:2]) for pair in unquote_plus(text).split("&") if "=" in pair]
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise bad("the body is not urlencoded UTF-8") from None
    for name, _ in pairs:
        if name in BINARY:
            raise bad(f"{name} is a file: send it with multipart/form-data")
    return pairs


def read_form(header, kind, body):
    boundary = kind.get_boundary()
    if bug("boundary_quotes_kept") and "boundary=" in header:
        boundary = header.split("boundary=")[1]
    if not boundary:
        raise bad("the Content-Type has no boundary")
    if bug("universal_newlines"):
        body = re.sub(rb"\r\n?", b"\n", body).replace(b"\n--" + boundary.encode(), b"\r\n--" + boundary.encode())
    pattern = boundary.encode("latin-1") if bug("boundary_in_regex") else re.escape(boundary.encode("latin-1"))
    delimiter = re.compile(rb"(?:\A|\r\n)--" + pattern + rb"(?:(--)|[ \t]*(?=\r\n))")
    if bug("universal_newlines"):
        delimiter = re.compile(rb"(?:\A|\r\n)--" + pattern + rb"(?:(--)|(?=\n))")
    marks = list(delimiter.finditer(body))
    last = next((at for at, mark in enumerate(marks) if mark.group(1)), None)
    if last is None:
        raise bad("the form is not closed")
    for start, end in zip(marks[:last], marks[1:last + 1]):
        field = read_part(body[start.end():end.start()])
        if field:
            yield field


def read_part(raw):
    head, blank, content = raw.partition(b"\n\n" if bug("universal_newlines") else b"\r\n\r\n")
    if not blank:
        raise bad("a part of the form has no empty line")
    lines = (line.partition(":") for line in re.split("\r?\n", head.decode("utf-8", "replace")))
    headers = {name.strip() if bug("part_headers_case") else name.strip().lower(): value.strip() for name, _, value in lines}
    find = headers.get if bug("part_headers_case") else lambda name: headers.get(name.lower())
    disposition, content_type = find("Content-Disposition"), find("Content-Type")
    name = parameter(disposition or "", "name")
    if not name:
        if bug("part_headers_case"):
            return None
        raise bad("a part of the form has no name")
    filename = parameter(disposition, "filename")
    if filename == "" and not content:
        return None
    if bug("file_name_crash"):
        (filename or "").encode("ascii")
    known = name in TEXT or TEXT_PATTERN.fullmatch(name)
    unlike_text = filename is not None or not (content_type or "text/plain").lower().startswith("text/")
    if name in BINARY or (not known and unlike_text) or (bug("typed_text_is_file") and content_type):
        return name, File(content, filename, re.sub("[^ -~]", "", content_type or "") or "application/octet-stream")
    return name, text_of(content, name)


def parameter(header, name):
    found = re.search(r";\s*" + name + r'=(?:"((?:\\.|[^"\\])*)"|([^;\s]*))', header, re.IGNORECASE)
    if not found:
        return None
    return re.sub(r'\\(["\\])', r"\1", found.group(1)) if found.group(1) is not None else found.group(2)
