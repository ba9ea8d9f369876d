"""Whom a token speaks for (SEP-10, SEP-23, SEP-45), and what a wallet may claim beside it (SEP-12, Shared Accounts)."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass
from typing import Optional

from modes import bug

MEMO_TYPES = ("id", "text", "hash")


class Refused(Exception):
    """An answer to the wallet other than success."""

    def __init__(self, status, message, **headers):
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers


@dataclass(frozen=True)
class Caller:
    account: str  # as in the token
    base: str  # the G account of an M account, else the account
    memo: Optional[int]


def strkey(text):
    """(kind, payload) of a G, M or C address; None of anything else."""
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
    body, check = raw[:-2], raw[-2:]
    kind = {(48, 33): "G", (96, 41): "M", (16, 33): "C"}.get((body[0], len(body)) if body else None)
    if kind is None or binascii.crc_hqx(body, 0) != int.from_bytes(check, "little"):
        return None
    return (kind, body[1:]) if base64.b32encode(raw).decode().rstrip("=") == text else None


def g_account(key):
    body = bytes([48]) + key
    return base64.b32encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "little")).decode()


def caller_of(header, secret):
    scheme, _, token = (header or "").strip().partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise ValueError("a bearer token is needed")
        head, payload, signature = token.strip().split(".")
        right = hmac.new(secret, f"{head}.{payload}".encode(), hashlib.sha256).digest()
        if json.loads(decoded(head)).get("alg") != "HS256" or not hmac.compare_digest(right, decoded(signature)):
            raise ValueError("the token is not signed by this platform")
        claims = json.loads(decoded(payload))
        if type(claims["exp"]) not in (int, float) or claims["exp"] <= time.time():
            raise ValueError("the token has expired")
        return subject(claims["sub"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = str(error) if type(error) is ValueError and "token" in str(error) else "the token cannot be read"
        raise Refused(401, message, **{"WWW-Authenticate": "Bearer"})


def decoded(text):
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def subject(sub):
    account, colon, memo = sub.partition(":")
    kind, payload = strkey(account) or (None, b"")
    if kind == "M" and not colon:
        return Caller(account, g_account(payload[:32]), unsigned(int.from_bytes(payload[32:], "big")))
    if kind == "G" and colon and re.fullmatch(r"[0-9]{1,25}", memo):
        return Caller(account, account, unsigned(int(memo)))
    if kind in ("G", "C") and not colon:
        return Caller(account, account, None)
    raise ValueError("the token is for no account")


def unsigned(memo):
    if memo >= 1 << (63 if bug("memo_signed") else 64):
        raise ValueError("the memo of the token is too large")
    return memo


def identify(caller, claims):
    """`account`, `memo` and `memo_type` for the anchor. Empty claims count as missing."""
    account, memo, memo_type = (claims.get(name) or None for name in ("account", "memo", "memo_type"))
    if account not in (None, caller.account, caller.base) and not bug("claims_ignored"):
        raise Refused(403, "the account is not that of the token")
    if caller.memo is not None:
        same = memo is None or (re.fullmatch(r"[0-9]{1,25}", memo) and int(memo) == caller.memo)
        if not same and not bug("claims_ignored"):
            raise Refused(403, "the memo is not that of the token")
        return {"account": caller.base, "memo": str(caller.memo), "memo_type": "id"}
    if memo is None:
        return {"account": caller.account}
    if caller.account.startswith("C"):
        raise Refused(400, "a contract account takes no memo")
    if memo_type not in (None, *MEMO_TYPES):
        raise Refused(400, "memo_type must be id, text or hash")
    if memo_type is None:
        if bug("memo_type_required"):
            raise Refused(400, "invalid 'memo' for 'memo_type'")
        return {"account": caller.account, "memo": memo}
    if memo_type == "hash" and bug("hash_memo_as_hex"):
        memo = base64.b64decode(memo).hex()
    return {"account": caller.account, "memo": memo, "memo_type": memo_type}
