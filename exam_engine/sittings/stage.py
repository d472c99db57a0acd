"""How far a sitting is, and the one thing to do next. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from exam_engine.kit.errors import _

#: The steps of every sitting, in order, with the page below /sittings/{id} where each is done.
STEPS: tuple[tuple[str, str], ...] = (
    (_("Exam"), ""),
    (_("Roster"), "/roster"),
    (_("Rooms and accommodations"), "/rooms"),
    (_("Confirm"), ""),
    (_("Exam day"), ""),
    (_("Results"), ""),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """`step` counts from 0 in STEPS; `text` is an msgid that says what needs to be done now."""

    step: int
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    tone: Literal["info", "success", "warning", "danger"] = "info"


def stage(
    sitting: Mapping[Any, Any], facts: Mapping[Any, Any], now: datetime, *, problems: bool, wrong_roster: bool = False
) -> Stage:
    match sitting["state"]:
        case "confirming":
            return Stage(3, _("Papers, tickets and PINs are being made. This takes a moment."))
        case "confirmed" if now < sitting["starts_at"]:
            return Stage(4, _("Everything is ready. Print the tickets and hand them out."), tone="success")
        case "confirmed" if now < sitting["closes_at"]:
            return Stage(4, _("The sitting is running."), tone="success")
        case "confirmed":
            return Stage(5, _("The sitting is over. Look at the results, then close it."))
        case "closed":
            return Stage(5, _("The sitting is closed."))
    if problems:
        return Stage(
            0, _("The paper cannot be put together yet. Mend the exam, then take it over again."), {}, "danger"
        )
    if sitting["closes_at"] <= now:
        return Stage(0, _("The time of this draft is over. Give it a new date, or delete it."), {}, "warning")
    if not facts["candidates"] and wrong_roster:
        return Stage(1, _("The last roster had errors. Mend the file and upload it again."), {}, "danger")
    if not facts["candidates"]:
        return Stage(1, _("Upload the list of candidates, or take the pupils of a class."))
    counted = {"candidates": facts["candidates"], "rooms": facts["rooms"]}
    text = _("%(candidates)s candidates in %(rooms)s rooms. Check rooms and accommodations, then confirm the roster.")
    return Stage(3, text, counted)
