"""Which figures of an item deserve a second look, and why. Hints for people, never verdicts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exam_engine.kit.errors import _

#: Below this many candidates the figures move too much from one sitting to the next.
ENOUGH = 30
EASY, HARD = 0.95, 0.15
WEAK = 0.15
MANY_NOT_REACHED = 0.10


@dataclass(frozen=True, slots=True)
class Hint:
    """`text` is an msgid that states the reason and what to do."""

    tone: str
    label: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    few: bool = False


def hints(row: Mapping[str, Any]) -> Sequence[Hint]:
    found = list(_about_discrimination(row))
    facility = row["facility"]
    if facility is not None and facility > EASY:
        found.append(Hint("", _("very easy"), _("Nearly everybody earned the points: it hardly tells anybody apart.")))
    if facility is not None and facility < HARD:
        found.append(Hint("warning", _("very hard"), _("Hardly anybody earned the points: check key and stem.")))
    if (row["not_reached_share"] or 0) > MANY_NOT_REACHED:
        found.append(Hint("warning", _("not reached"), _("Many did not get to it: the time may have been too short.")))
    if row["n"] < ENOUGH:
        text = _("Fewer than 30 candidates: read these figures with care.")
        found.append(Hint("", _("few candidates"), text, few=True))
    return found


def _about_discrimination(row: Mapping[str, Any]) -> Sequence[Hint]:
    rest = row["item_rest"]
    if rest is None or row["n"] < ENOUGH:
        return ()
    if rest < 0:
        text = _("Candidates with lower scores did better on it than those with higher ones: check the key first.")
        return (Hint("danger", _("negative discrimination"), text),)
    if rest < WEAK:
        text = _("It hardly separates stronger from weaker candidates: look at the distractors and the wording.")
        return (Hint("warning", _("weak discrimination"), text),)
    return ()
