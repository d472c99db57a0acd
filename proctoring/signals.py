"""The signals, as data: what each means, what is recorded, why. Candidates read the same words before they start."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exam_engine.kit.errors import _
from exam_engine.sittings.words import SIGNAL_LABELS

#: Of one entry; a page that sends more is not ours.
MOST_SIGNALS = 20
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class SignalType:
    """`numbers`: what may be recorded beside the moment. `by_page`: reported by the candidate's page, else noticed by
    the service itself."""

    label: str
    recorded: str
    why: str
    numbers: tuple[str, ...] = ()
    by_page: bool = True


def _type(name: str, why: str, numbers: tuple[str, ...] = (), *, by_page: bool = True) -> SignalType:
    label, recorded = SIGNAL_LABELS[name]
    return SignalType(label, recorded, why, numbers, by_page)


#: `ms`: how long, `n`: how often within a few seconds, `chars`: how many characters, `slot`: which item.
TYPES: Mapping[str, SignalType] = {
    "focus_lost": _type("focus_lost", _("Somebody may have worked in another window."), ("ms", "n")),
    "hidden": _type("hidden", _("Somebody may have looked at another page."), ("ms", "n")),
    "full_screen_left": _type("full_screen_left", _("Other windows may have come into view."), ("ms", "n")),
    "paste": _type("paste", _("A text may have been written elsewhere."), ("slot", "chars", "n")),
    "second_tab": _type("second_tab", _("The paper may have been opened twice."), ("n",)),
    "second_device": _type("second_device", _("Two people may have worked on one attempt."), by_page=False),
    "address_changed": _type("address_changed", _("The device may have been carried elsewhere."), by_page=False),
}


@dataclass(frozen=True, slots=True)
class Reported:
    """`phase` is "begin" where the page tells that something still goes on, so that a room page can show it."""

    type: str
    data: Mapping[str, int | str]


def read(blob: str) -> tuple[list[Reported], int]:
    """What a page reported, cleaned, and how much was no signal of ours: never an error, because answers ride along."""
    try:
        found = json.loads(blob)
    except (ValueError, RecursionError):
        return [], 1
    parts = found if isinstance(found, list) else [found]
    read = [_read(part) for part in parts[:MOST_SIGNALS]]
    good = [one for one in read if one is not None]
    return good, len(parts) - len(good)


def _read(part: Any) -> Reported | None:
    name = part.get("signal") if isinstance(part, dict) else None
    known = TYPES.get(name) if isinstance(name, str) else None
    if known is None or not known.by_page:
        return None
    data: dict[str, int | str] = {}
    for number in known.numbers:
        value = part.get(number)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST:
            data[number] = int(value)
    if part.get("phase") == "begin":
        data["phase"] = "begin"
    return Reported(str(name), data)
