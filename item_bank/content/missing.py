"""Pictures of an item one by one: those that are missing or not described, and putting right what is.

A picture that did not come with its file stands in the item as `MISSING`, a framed cross, in its place and with its
description; no exam takes the item before it is put in.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from item_bank.content.model import Asset, Item

MISSING = Asset.of(
    "image/png",
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAKAAAABkAQMAAAA7eKnMAAAABlBMVEXt7/N/h5d07n/SAAABWklEQVR42o2WS0oEMRBAK7joW8SL"
        "FHi1AS8WceEtPEPAraD5p1L9QHszM4+kX3elPiM/cAnCb7ldz/J5hy/y8bjBL3lLnoV3SdnD61WSehifJEUPtcDLm3KBwZlCKlCc"
        "6XpU6ExRKnQmbdCZcoOnqfyq8DSVfQ3q6ekwnp4OD1Me0Jrq9watqe7qUA/PgPHwDGhMecFtat863Ka2Z0C1ngmj9Uy4TNnAaeqf"
        "A05T3zGhGs+C0XgWHKZ8wGB9E/Y1Y/2Cau68YDTPsGDbmR0M5qwWrKtmBDbUHasN447qhmVvvsGw83xDySvSBuo6EwOjArwywJ0R"
        "f63Ee6KdnhPfCN8do4TxpMjjGeFp4rljhlAuYdZhfmImY85TdWAdYcVhbWIVU71jZ8Aegt0G+xJ1MOx12BWxf2KnpZ6M3Rv7PE4E"
        "nB00ZXAe4eTCGYfTkOYmTlicxTi1//1P4Be74/kUQqiBRAAAAABJRU5ErkJggg=="
    ),
)
#: (asset, description) → the same, or what they become.
Change = Callable[[str, str], tuple[str, str]]
_IMG = re.compile(r"<img\b([^<>]*)/>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Shown:
    """`number` counts the pictures of the item from 0, in the order of its parts."""

    number: int
    asset: str
    alt: str

    @property
    def missing(self) -> bool:
        return self.asset in ("", MISSING.digest)


@dataclass(frozen=True, slots=True)
class Mended:
    """What a picture becomes; None stays."""

    asset: str | None = None
    alt: str | None = None


def pictures(item: Item) -> list[Shown]:
    """Every picture of its texts and of its interactions."""
    found: list[Shown] = []

    def note(asset: str, alt: str) -> tuple[str, str]:
        found.append(Shown(len(found), asset, alt))
        return asset, alt

    if b"asset" in msgspec.json.encode(item):
        _walked(msgspec.to_builtins(item), note)
    return found


def with_pictures(item: Item, mended: Mapping[int, Mended]) -> Item:
    """The item with some of its pictures replaced or described, by their numbers."""
    numbers: Iterator[int] = iter(range(1_000_000))

    def mend(asset: str, alt: str) -> tuple[str, str]:
        change = mended.get(next(numbers), Mended())
        return (asset if change.asset is None else change.asset, alt if change.alt is None else change.alt)

    return msgspec.convert(_walked(msgspec.to_builtins(item), mend), Item)


def _walked(value: Any, change: Change) -> Any:
    """The same JSON with each picture as `change(asset, alt)` says; in the order of the model's fields."""
    if isinstance(value, dict):
        if "asset" in value:
            asset, alt = change(value["asset"], value.get("alt", ""))
            return {**value, "asset": asset, "alt": alt}
        return {name: _inner(name, one, change) for name, one in value.items()}
    return [_walked(one, change) for one in value] if isinstance(value, list | tuple) else value


def _inner(name: str, value: Any, change: Change) -> Any:
    if name == "extra":
        return value
    return _in_markup(value, change) if name == "html" else _walked(value, change)


def _in_markup(source: Any, change: Change) -> Any:
    if not isinstance(source, str):
        return _walked(source, change)

    def replaced(found: re.Match[str]) -> str:
        values = dict(_ATTRIBUTE.findall(found[1]))
        asset, alt = change(values.get("data-asset", ""), html.unescape(values.get("alt", "")))
        values |= {"data-asset": asset, "alt": html.escape(alt)}
        return "<img" + "".join(f' {name}="{values[name]}"' for name in sorted(values)) + "/>"

    return _IMG.sub(replaced, source)
