"""The bearer token of the save path: checked by HMAC alone, no database. It says who writes, not that it counts."""

from __future__ import annotations

import base64
import hmac
import time
from struct import Struct, error

import msgspec

from exam_engine.kit.errors import Refused, _
from exam_engine.kit.keys import Keys

PURPOSE = "attempt token"
#: Long after the deadline, so that a queue found weeks later is still journalled (as late).
LIFETIME_S = 60 * 24 * 3600

_LAYOUT = Struct(">BQHQQI")
_MAC = 16
_SCHEME = b"bearer "
_LENGTH = len(_SCHEME) + -(-(_LAYOUT.size + _MAC) * 4 // 3)


class Bearer(msgspec.Struct, frozen=True, gc=False):
    attempt_id: int
    resume: int
    form_id: int
    sitting_id: int


def issue(keys: Keys, bearer: Bearer) -> str:
    expires = int(time.time()) + LIFETIME_S
    fields = (keys.key_id, bearer.attempt_id, bearer.resume, bearer.form_id, bearer.sitting_id, expires)
    body = _LAYOUT.pack(*fields)
    return base64.urlsafe_b64encode(body + _mac(keys.purpose(PURPOSE), body)).decode().rstrip("=")


def read(key: bytes, key_id: int, header: bytes) -> Bearer:
    """The bearer of an `Authorization` header. Raises Refused 401 for anything that `issue` did not make.

    One token has one spelling: the decoder passes over signs that are none of its own and over spare bits, and callers
    keep by its text what was read."""
    if len(header) != _LENGTH or header[: len(_SCHEME)].lower() != _SCHEME:
        raise unknown()
    token = header[len(_SCHEME) :]
    try:
        found = base64.urlsafe_b64decode(token + b"=")
        body, mac = found[: _LAYOUT.size], found[_LAYOUT.size :]
        kind, attempt_id, resume, form_id, sitting_id, expires = _LAYOUT.unpack(body)
    except (ValueError, error) as reason:
        raise unknown() from reason
    if (
        base64.urlsafe_b64encode(found).rstrip(b"=") != token
        or kind != key_id
        or not hmac.compare_digest(mac, _mac(key, body))
        or expires < time.time()
    ):
        raise unknown()
    return Bearer(attempt_id, resume, form_id, sitting_id)


def unknown() -> Refused:
    return Refused("token_unknown", 401, _("This page no longer belongs to an attempt. Sign in again to go on."))


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")[:_MAC]
