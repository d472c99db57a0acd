"""Coming into a sitting that is confirmed already: a guest, a pupil who entered the class later, another round of
practice.

The only way in after confirmation. The sitting's row is held, so two who come at once get two places; who comes twice
in the same round gets the first place again. The attempt's id is the next one of the sitting's spare block, for which
the journal's partition stands ready.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.names import arranged
from exam_engine.authoring import definition as definitions
from exam_engine.kit import audit, clock
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal, public_id
from exam_engine.kit.keys import Keys
from exam_engine.sittings import candidate_queries, paper_queries, sitting_queries
from exam_engine.sittings.confirming import load_content
from exam_engine.sittings.events import BuiltAttempt, CandidateJoined
from exam_engine.sittings.forms import rebuilt

LONGEST_NAME = 60
#: Places of the spare block that guests leave alone: whoever knows a code and invents names keeps no pupil out.
KEPT_FOR_PUPILS = 16


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A pupil (`person_id`) or a guest, who brings nothing but a name."""

    full_name: str
    person_id: int | None = None
    code: str = ""
    birth_date: date | None = None
    class_name: str = ""

    @property
    def guest(self) -> bool:
        return self.person_id is None


@dataclass(frozen=True, slots=True)
class Place:
    """`made` is false for somebody who was in already."""

    candidate_id: int
    made: bool


def row_of(sitting_id: int, who: Newcomer, number: str, *, round_: int = 1) -> dict[str, Any]:
    """The candidate's row, without room, seat, PIN or ticket: pupils come in with their own PIN."""
    name = arranged(who.full_name, f"{who.code} {number}")
    return {
        "public_id": public_id(),
        "sitting_id": sitting_id,
        "person_id": who.person_id,
        "number": number,
        "code": who.code,
        "full_name": name.full_name,
        "sort_key": name.sort_key,
        "search": name.search,
        "birth_date": who.birth_date,
        "class_name": who.class_name,
        "guest": who.guest,
        "round": round_,
    }


async def register(connection: AsyncConnection, sitting_id: int, pupils: Iterable[Newcomer]) -> int:
    """The pupils of a class become the candidates of a draft, numbered 01, 02, … in the order given."""
    rows = [row_of(sitting_id, pupil, f"{number:02d}") for number, pupil in enumerate(pupils, start=1)]
    await candidate_queries.remove_candidates(connection, sitting_id)
    await candidate_queries.add_candidates(connection, rows)
    return len(rows)


async def join(
    connection: AsyncConnection,
    keys: Keys,
    events: Events,
    principal: Principal,
    sitting_id: int,
    who: Newcomer,
    *,
    round_: int = 1,
) -> Place:
    """`principal` is who causes it, for the audit log. Refused when the sitting is over or its spare places are used
    up, and for a guest by a name that another guest bears."""
    sitting = await sitting_queries.locked_sitting(connection, sitting_id)
    if who.person_id is not None:
        known = await candidate_queries.candidate_of_person(connection, sitting_id, who.person_id, round_)
        if known is not None:
            return Place(known, made=False)
    elif round_ > 1:
        known = await candidate_queries.guest_of_round(connection, sitting_id, who.full_name, round_)
        if known is not None:
            return Place(known, made=False)
    await _check(connection, sitting, who, round_)
    if round_ > sitting_queries.ROUNDS:  # no pupil uses up the places of the others
        message = _("You have done this practice %(n)s times; that is enough.")
        raise Refused("sitting_full", 409, message, n=sitting_queries.ROUNDS)
    place = await candidate_queries.next_place(connection, sitting_id)
    kept = KEPT_FOR_PUPILS if who.guest else 0
    if place["attempt"] >= sitting["first_attempt_id"] + sitting["attempt_count"] - kept:
        raise Refused("sitting_full", 409, _("There is no free place left. Please tell your teacher."))
    row = row_of(sitting_id, who, f"{place['number']:02d}", round_=round_)
    candidate_id = await candidate_queries.add_candidate(connection, row)
    form_id = await _build(connection, keys, sitting, place["attempt"], row["number"])
    built = BuiltAttempt(place["attempt"], candidate_id, form_id)
    await events.publish(connection, CandidateJoined(sitting_id, built))
    await audit.record(
        connection, principal, "joined", "candidate", candidate_id,
        unit_id=sitting["unit_id"], guest=who.guest, round=round_,
    )  # fmt: skip
    return Place(candidate_id, made=True)


async def _check(connection: AsyncConnection, sitting: RowMapping, who: Newcomer, round_: int) -> None:
    if sitting["state"] != "confirmed" or sitting["closes_at"] <= await clock.read(connection):
        raise Refused("joining_over", 410, _("Joining is over. Please tell your teacher."))
    if not who.guest:
        return
    if round_ > 1:  # has come in before, and brings the own name
        return
    if not sitting["guests"]:
        raise Refused("no_guests", 403, _("Guests can't join here. Please choose your name from the list."))
    if await candidate_queries.guest_is_in(connection, sitting["id"], who.full_name):
        message = _("Somebody has joined by this name. Add something to yours, or tell your teacher.")
        raise Refused("name_taken", 409, message)


async def _build(connection: AsyncConnection, keys: Keys, sitting: RowMapping, attempt_id: int, number: str) -> int:
    """The variant of the newcomer, by the rule by which everybody else's was made. Returns the form."""
    definition = definitions.decode(sitting["definition"])
    forms = await paper_queries.forms_of(connection, sitting["id"])
    form = forms[(attempt_id - sitting["first_attempt_id"]) % len(forms)]
    content = await load_content(connection, definition)
    body = rebuilt(definition, content, sitting["seed"], keys.purpose("opaque ids"), form, own=number)
    row = {"attempt_id": attempt_id, "form_id": form["id"], "body": body}
    await paper_queries.store_variants(connection, [row])
    return int(form["id"])
