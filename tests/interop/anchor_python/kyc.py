"""The anchor's rules: who a customer is, which fields it asks for, what a valid value looks like."""

import base64
import binascii
import datetime
import re
import time
from collections import namedtuple

from modes import bug

REVIEW_SECONDS = 1.0  # how long the compliance desk looks at a photo
SANDBOX_CODE = "123456"  # this anchor sends no text messages
DEFAULT_TYPE = "sep31-sender"
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"

Stored = namedtuple("Stored", "value received verified")


class Refused(Exception):
    """A request that gets an error answer."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status, self.message = status, message


def bad(message):
    return Refused(400, message)


# --- customers -----------------------------------------------------------------------------

STRKEYS = {"G": (6 << 3, 32), "M": (12 << 3, 40), "C": (2 << 3, 32)}  # version byte, payload size


def strkey_encode(version, payload):
    raw = bytes([version]) + payload
    return base64.b32encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def strkey_decode(text):
    version, size = STRKEYS.get(text[:1], (None, 0))
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        raw = b""
    if version is None or len(raw) != size + 3 or strkey_encode(version, raw[1:-2]) != text:
        raise bad("account is not a valid G, M or C address")
    return raw[1:-2]


def read_memo(memo, memo_type):
    """The canonical (memo_type, memo). Without a type, a 64-bit number is an id and anything else a text."""
    if memo_type not in (None, "id", "text", "hash"):
        raise bad("memo_type must be id, text or hash")
    number = int(memo) if re.fullmatch("[0-9]{1,40}", memo) else None
    if number is not None and number >= 2 ** 64:
        number = None
    if memo_type == "id" or (memo_type is None and number is not None):
        if number is None:
            raise bad("a memo of type id must be an unsigned 64-bit integer")
        return "id", str(int(float(number)) if bug("memo_float") else number)
    if memo_type == "hash":
        try:
            raw = base64.b64decode(memo, validate=True)
        except ValueError:
            raw = b""
        if len(raw) != 32:
            raise bad("a memo of type hash must be 32 bytes in base64")
        return "hash", raw.hex()
    return "text", memo


def read_identity(params):
    """(account, memo_type, memo) as the request names them, M accounts taken apart; None where not given."""
    account, memo = params.get("account"), params.get("memo")
    memo_type, memo = read_memo(memo, params.get("memo_type")) if memo else (None, None)
    if not account:
        return None, memo_type, memo
    payload = strkey_decode(account)
    if account[0] == "C" and memo:
        raise bad("a contract account cannot have a memo")
    if account[0] == "M":
        inner = "id", str(int.from_bytes(payload[32:], "big"))
        if memo and (memo_type, memo) != inner:
            raise bad("the memo is not the id of the muxed account")
        account = strkey_encode(STRKEYS["G"][0], payload[:32])
        memo_type, memo = (None, None) if bug("muxed_drops_id") else inner
    return account, memo_type, memo


# --- fields --------------------------------------------------------------------------------

BINARY = {"photo_id_front", "photo_id_back", "notary_approval_of_photo_id", "photo_proof_residence",
          "proof_of_income", "proof_of_liveness", "organization.photo_incorporation_doc",
          "organization.photo_proof_address"}
DATES = {"birth_date", "id_issue_date", "id_expiration_date"}
NUMBERS = {"occupation", "organization.number_of_shareholders"}
PHONES = {"mobile_number", "bank_phone_number", "mobile_money_number", "organization.phone"}
EMAILS = {"email_address", "organization.email"}
COUNTRIES = {"address_country_code", "birth_country_code", "id_country_code", "organization.address_country_code"}
TEXTS = set("""first_name last_name additional_name state_or_province city postal_code address mobile_number_format
    birth_place tax_id tax_id_name employer_name employer_address language_code id_type id_number ip_address sex
    referral_id bank_name bank_account_type bank_account_number bank_number bank_branch_number external_transfer_memo
    clabe_number cbu_number cbu_alias mobile_money_provider crypto_address crypto_memo organization.name
    organization.VAT_number organization.registration_number organization.registration_date
    organization.registered_address organization.shareholder_name organization.state_or_province organization.city
    organization.postal_code organization.director_name organization.website""".split())
KNOWN = BINARY | DATES | NUMBERS | PHONES | EMAILS | COUNTRIES | TEXTS  # card data is never stored
SYNONYMS = {"given_name": "first_name", "family_name": "last_name", "photo_proof_of_income": "proof_of_income"}
CHOICES = {"id_type": ["passport", "drivers_license", "id_card"], "bank_account_type": ["checking", "savings"],
           "sex": ["male", "female", "other"]}
DESCRIPTIONS = {
    "first_name": "Given name as printed on the identity document",
    "last_name": "Family name as printed on the identity document",
    "email_address": "E-mail address where we can reach the customer",
    "birth_date": "Day of birth, as YYYY-MM-DD",
    "id_type": "Kind of identity document",
    "photo_id_front": "JPEG or PNG picture of the front of the identity document",
    "mobile_number": "Mobile phone number with + and country code",
    "mobile_number_verification": "The six digits we sent to the mobile number",
    "bank_account_number": "Account number for the payout",
    "bank_account_type": "Kind of bank account",
    "bank_number": "Routing number of the bank",
    "address": "Full postal address",
}

# For each requirement set: field name -> required?
SENDER = {"first_name": True, "last_name": True, "email_address": True, "birth_date": True, "id_type": True,
          "photo_id_front": True, "address": False}
RECEIVER = {"first_name": True, "last_name": True, "mobile_number": True, "bank_account_number": True,
            "bank_account_type": True, "bank_number": True, "email_address": False}
TYPES = {"sep31-sender": SENDER, "sep31-receiver": RECEIVER, "sep24-customer": SENDER, "sep6": SENDER}
VERIFIED_BY_CODE = {"sep31-receiver": "mobile_number"}


def read_type(params):
    kind = params.get("type") or None
    if kind is not None and kind not in TYPES:
        raise bad("unknown customer type; this anchor knows " + ", ".join(TYPES))
    if params.get("transaction_id") and kind is None:
        raise bad("type is needed together with transaction_id")
    return kind


def read_date(value):
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("not of the form YYYY-MM-DD: " + value)
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        if not bug("impossible_dates"):
            raise


def check_text(name, value, phones_plain):
    """Raise a 400 unless `value` is acceptable for the text field `name`."""
    if not value.strip() or "\0" in value:
        raise bad(f"{name} must not be empty")
    if name in DATES:
        try:
            day = read_date(value)
        except ValueError:
            if bug("traceback_500"):
                raise
            raise bad(f"{name} must be a real day written YYYY-MM-DD")
        if name == "birth_date" and day and not datetime.date(1900, 1, 1) <= day <= datetime.date.today():
            raise bad("birth_date is out of range")
    elif name in NUMBERS and not re.fullmatch("[0-9]{1,9}", value):
        raise bad(f"{name} must be a number")
    elif name in PHONES and phones_plain and not re.fullmatch(r"\+[1-9][0-9]{6,14}", value):
        raise bad(f"{name} must be a phone number in E.164 form, like +14155550123")
    elif name in EMAILS and not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", value):
        raise bad(f"{name} is not an e-mail address")
    elif name in COUNTRIES and not re.fullmatch("[A-Z]{3}", value):
        raise bad(f"{name} must be an ISO 3166-1 alpha-3 country code")
    elif name in CHOICES and value not in CHOICES[name] and not bug("choices_unchecked"):
        raise bad(f"{name} must be one of " + ", ".join(CHOICES[name]))


def read_fields(values):
    """The known fields of a request, validated. Unknown names are ignored, null counts as absent."""
    fields = {}
    phones_plain = values.get("mobile_number_format", "E.164") == "E.164"
    for name, value in values.items():
        name = SYNONYMS.get(name, name)
        if name not in KNOWN:
            continue
        if name in BINARY:
            if not isinstance(value, bytes):
                raise bad(f"{name} is binary and must be sent as multipart/form-data")
            if not value or (name.startswith("photo_id_") and not value.startswith((JPEG, PNG))):
                raise bad(f"{name} must be a JPEG or PNG image")
        else:
            if name in NUMBERS and type(value) is int:
                value = str(value)
            if not isinstance(value, str):
                raise bad(f"{name} must be a string")
            check_text(name, value, phones_plain)
        fields[name] = value
    return fields


def merge(stored, fields, params):
    """The stored fields after a PUT. The same value again changes nothing, so a PUT can be repeated."""
    merged, now = dict(stored), time.time()
    for name, value in fields.items():
        if name not in merged or merged[name].value != value:
            merged[name] = Stored(value, now, False)
    for name, code in params.items():
        if name in ("mobile_number_verification", "email_address_verification"):
            target = name.removesuffix("_verification")
            if target not in merged or code != SANDBOX_CODE:
                raise bad(f"{name} is not the code we sent")
            merged[target] = merged[target]._replace(verified=True)
    return merged


# --- status --------------------------------------------------------------------------------

def describe(name):
    kind = ("binary" if name in BINARY else "date" if name in DATES else "number" if name in NUMBERS else "string")
    if kind == "binary" and bug("wrong_field_type"):
        kind = "file"
    entry = {"type": kind, "description": DESCRIPTIONS.get(name) or name.replace("_", " ").replace(".", " ")}
    if name in CHOICES:
        entry["choices"] = CHOICES[name]
    return entry


def report(kind, stored, customer_id):
    """The answer of GET /customer; `customer_id` is None for somebody who is not registered."""
    wanted, provided, missing = TYPES[kind], {}, {}
    for name, field in stored.items():
        provided[name] = describe(name)
        if name == VERIFIED_BY_CODE.get(kind) and not field.verified:
            provided[name]["status"] = "VERIFICATION_REQUIRED"
            missing[name + "_verification"] = describe(name + "_verification")
        elif name in BINARY and time.time() - field.received < REVIEW_SECONDS:
            provided[name]["status"] = "PROCESSING"
        else:
            provided[name]["status"] = "ACCEPTED"
    for name, required in wanted.items():
        if name not in stored:
            missing[name] = describe(name) if required else describe(name) | {"optional": True}
    needed = [name for name, entry in missing.items() if not entry.get("optional")]
    if bug("accepted_early"):
        needed = [name for name in needed if name not in BINARY]
    answer = {} if customer_id is None else {"id": customer_id}
    if needed:
        answer |= {"status": "NEEDS_INFO", "message": f"{len(needed)} more item(s) needed"}
    elif any(provided[name]["status"] == "PROCESSING" for name in wanted if name in provided):
        answer |= {"status": "PROCESSING", "message": "Our team is looking at the documents"}
    else:
        answer |= {"status": "ACCEPTED"}
    if missing and not (bug("needs_info_no_fields") and customer_id is not None):
        answer["fields"] = missing
    if provided:
        answer["provided_fields"] = provided
    return answer
