"""What a result slip states, as signed text that anybody can check without this service (docs/slips.md). Pure.

A statement is lines of UTF-8: `EE1`, the sitting's public id, candidate number, name, score, end of the scale (or
nothing), version of the result, day of that version (ISO 8601). What is signed (Ed25519, RFC 8032) is PREFIX and these
lines; a token is both in base64url without padding (RFC 4648, section 5), joined by a full stop.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import astuple, dataclass
from datetime import date

KIND = "EE1"
PREFIX = b"exam-engine/slip/1\n"
#: Of a token; a name has 200 letters at most.
LONGEST = 2_000


class NoSlip(ValueError):
    """It is no token of a slip, whatever it is signed with."""


@dataclass(frozen=True, slots=True)
class Statement:
    """score, scale: as they are printed, with a decimal point."""

    sitting: str
    number: str
    name: str
    score: str
    scale: str
    version: int
    day: date

    def text(self) -> bytes:
        lines = [KIND, *(str(one).replace("\n", " ") for one in astuple(self))]
        return "\n".join(lines).encode()

    def message(self) -> bytes:
        return PREFIX + self.text()


def token(statement: Statement, signature: str) -> str:
    """signature: base64url, as `Keys.sign` makes it."""
    return f"{_coded(statement.text())}.{signature.rstrip('=')}"


def read(given: str) -> tuple[Statement, str]:
    """Statement and signature (base64url, padded) of a token, or of a link that ends in one. Raises NoSlip; whether
    the signature is right is another question."""
    words = given.strip().rpartition("s=")[2]
    coded, dot, signature = words.partition(".")
    if not dot or len(words) > LONGEST or not words.isascii():
        raise NoSlip("this is no token of a slip")
    try:
        lines = base64.b64decode(_padded(coded), altchars=b"-_", validate=True).decode().split("\n")
        kind, sitting, number, name, score, scale, version, day = lines
        found = Statement(sitting, number, name, score, scale, int(version), date.fromisoformat(day))
    except (ValueError, binascii.Error) as error:
        raise NoSlip("this is no token of a slip") from error
    # One writing for each statement: what reads alike but is written otherwise was not made here.
    if kind != KIND or _coded(found.text()) != coded:
        raise NoSlip("this is no token of a slip")
    return found, _padded(signature)


def _coded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _padded(coded: str) -> str:
    return coded + "=" * (-len(coded) % 4)
