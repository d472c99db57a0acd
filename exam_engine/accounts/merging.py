"""Two entries of one pupil become one: tests, results, classes and sign-ins gather under the entry that stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import merging_queries, people_queries, pupil_secrets
from exam_engine.accounts.names import arranged
from exam_engine.accounts.pupil_queries import drop_secret
from exam_engine.accounts.tables import Found
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, conflict, not_found
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, as the page shows it."""

    person: Found
    belongings: Found
    #: Name and place in the list of each class: what tells two from each other who bear one name.
    places: Sequence[Found] = ()
    slip_printed_at: datetime | None = None


async def pair(connection: AsyncConnection, principal: Principal, one: str, other: str) -> tuple[Side, Side]:
    """Both within reach of whoever merges, and of one school."""
    first, second = [await _side(connection, principal, public) for public in (one, other)]
    if first.person.id == second.person.id or first.person.unit_id != second.person.unit_id:
        raise not_found()
    return first, second


async def _side(connection: AsyncConnection, principal: Principal, public: str) -> Side:
    found = await people_queries.person_within(connection, public, principal.scopes("people.manage"))
    if found is None:
        raise not_found()
    return Side(
        found,
        await merging_queries.belongings(connection, found.id),
        await merging_queries.places_in_classes(connection, found.id),
        await merging_queries.slip_printed_at(connection, found.id),
    )


async def obstacle(connection: AsyncConnection, keep: Side, drop: Side) -> Refused | None:
    """Why the two can't become one, or why not this way round."""
    if keep.belongings.is_staff and drop.belongings.is_staff:
        return conflict(_("Both have an account or a role of their own: these are two people of the staff."))
    if drop.belongings.is_staff:
        return conflict(_("%(name)s has an account or a role: this entry has to stay."), name=drop.person.full_name)
    shared = await merging_queries.shared_sittings(connection, keep.person.id, drop.person.id)
    both = [row.title for row in shared if row.kind != "practice" and row.keep_started and row.drop_started]
    if both:
        message = _(
            "Both have worked in the same test: %(titles)s. These are two pupils, or two results to settle first."
        )
        return conflict(message, titles=", ".join(dict.fromkeys(both)))
    return None


async def merge(connection: AsyncConnection, keys: Keys, principal: Principal, read: Reading) -> Found | None:
    """The entry that stays. None: what is wrong is in `read.errors`."""
    one, other, stays = (read.text(name, longest=40) for name in ("one", "other", "keep"))
    reason = read.text("reason", longest=300)
    if read.errors:
        return None
    if stays not in (one, other):
        raise not_found()
    keep, drop = await pair(connection, principal, stays, other if stays == one else one)
    if len(await merging_queries.lock_people(connection, [keep.person.id, drop.person.id])) < 2:
        raise conflict(_("One of the two has been merged meanwhile."))
    keep, drop = await pair(connection, principal, keep.person.public_id, drop.person.public_id)
    if refused := await obstacle(connection, keep, drop):
        raise refused
    moved = await _gather(connection, keys, keep, drop)
    await audit.record(
        connection,
        principal,
        "people_merged",
        "person",
        keep.person.id,
        unit_id=keep.person.unit_id,
        merged=drop.person.id,
        merged_public_id=drop.person.public_id,
        tests=moved,
        reason=reason,
    )
    return keep.person


async def tell_apart(connection: AsyncConnection, principal: Principal, one: str, other: str) -> None:
    """These are two pupils: the pair is not offered any more. The audit log is the place that remembers it."""
    people = [side.person for side in await pair(connection, principal, one, other)]
    first, second = sorted(people, key=lambda found: found.id)
    await audit.record(
        connection, principal, merging_queries.TWO_PUPILS, "person", first.id, unit_id=first.unit_id, other=second.id
    )


async def _gather(connection: AsyncConnection, keys: Keys, keep: Side, drop: Side) -> int:
    mine, theirs = keep.person.id, drop.person.id
    await merging_queries.unlink_candidates(connection, await _never_used(connection, mine, theirs))
    moved = await merging_queries.move_candidates(connection, mine, theirs)
    await merging_queries.move_memberships(connection, mine, theirs)
    await merging_queries.move_sessions(connection, mine, theirs)
    await pupil_secrets.hand_over(connection, keys, mine, theirs)
    await drop_secret(connection, theirs)
    await people_queries.remove_person(connection, theirs)
    code = keep.person.code or drop.person.code
    search = arranged(keep.person.full_name, code).search
    await merging_queries.complete_person(connection, mine, drop.person, search)
    return moved


async def _never_used(connection: AsyncConnection, keep: int, drop: int) -> Sequence[int]:
    """Of two places in one test, the one that was not used stays in its list without a person."""
    shared = await merging_queries.shared_sittings(connection, keep, drop)
    return [
        row.keep_candidate if row.drop_started and not row.keep_started else row.drop_candidate
        for row in shared
        if row.kind != "practice"
    ]
