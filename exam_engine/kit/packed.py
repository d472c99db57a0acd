"""JSON that the database keeps compressed: rows of which every candidate has one, and of which nobody asks by content.

PostgreSQL compresses no row below 2 kB. The form is gzip, as browsers take it: what they ask for goes out as it lies.
"""

from __future__ import annotations

import gzip
from typing import Any

import msgspec
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def packed(value: Any) -> bytes:
    return gzip.compress(_encode(value), 9, mtime=0)


def unpacked(kept: bytes) -> Any:
    return _decode(gzip.decompress(kept))


class PackedJSON(TypeDecorator[Any]):
    """A column of such JSON; statements on the raw driver use `packed` and `unpacked` themselves."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        return None if value is None else packed(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else unpacked(value)
