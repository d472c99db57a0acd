"""Single candidates, rooms, tickets, and how candidates come in."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, text

from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.secrets import Secrets, opened
from exam_engine.accounts.tables import session
from exam_engine.kit.database import transaction
from exam_engine.kit.keys import Keys
from exam_engine.kit.tables import audit
from tests.accounts.school import see, send
from tests.sittings.world import World

ONE = {"full_name": "Mai Thị Ơn", "number": "sp-9", "birth_date": "1/2/2008", "room": "P01", "seat": "9"}


async def test_one_candidate_is_added_corrected_helped_and_removed(world: World) -> None:
    place = await world.with_candidates(3)
    for wrong, field in (
        ({"number": "001"}, "number"),
        ({"full_name": ""}, "full_name"),
        ({"birth_date": "30/02/2008"}, "birth_date"),
        ({"seat": "1"}, "seat"),
        ({"extra_percent": "25"}, "reason"),
        ({"extra_percent": "301"}, "extra_percent"),
    ):
        refused = await send(world.client, f"{place}/candidates/new", **{**ONE, **wrong})
        assert refused.status_code == 422, field
        assert f"field-{field}-error" in refused.text
    assert (await send(world.client, f"{place}/candidates/new", **ONE)).status_code == 303
    added = next(row for row in await world.rows(place) if row.number == "SP-9")
    page = f"{place}/candidates/{added.public_id}"
    helped = {**ONE, "extra_percent": "25", "reason": "Khiếm thị"}
    assert (await send(world.client, page, **helped)).status_code == 303
    added = next(row for row in await world.rows(place) if row.number == "SP-9")
    officer = world.school.staff["exam_officer"]
    assert (added.extra_percent, added.accommodation_by) == (25, officer.id)
    assert officer.full_name in (await see(world.client, page)).text
    assert (await send(world.client, f"{page}/remove")).status_code == 303
    assert len(await world.rows(place)) == 3


async def test_rooms_get_names_and_invigilators(world: World) -> None:
    place = await world.with_candidates(3)
    page = (await see(world.client, f"{place}/rooms")).text
    rows = await world.rows(place)
    first, second = re.findall(r'action="[^"]*/rooms/(\w{16})"', page)
    invigilator = world.school.staff["invigilator"].public_id
    named = await send(world.client, f"{place}/rooms/{first}", name="Phòng 12", invigilator=invigilator)
    assert named.status_code == 303
    shown = (await see(world.client, f"{place}/rooms")).text
    assert 'value="Phòng 12"' in shown
    assert f'value="{invigilator}" selected' in shown
    assert (await send(world.client, f"{place}/rooms/{second}", name="Phòng 12")).status_code == 422
    assert (await send(world.client, f"{place}/rooms/{second}", name="x", action="remove")).status_code == 409
    assert (await send(world.client, f"{place}/rooms", name="P99")).status_code == 303
    filtered = (await see(world.client, f"{place}/candidates?room={second}")).text
    assert sum(row.full_name in filtered for row in rows) == 1


async def test_tickets_are_printed_for_all_a_room_or_one(world: World) -> None:
    place = await world.with_candidates(3)
    assert (await see(world.client, f"{place}/tickets.pdf")).status_code == 409, "not before the confirmation"
    await world.confirmed(place)
    one = (await world.rows(place))[0].public_id
    sizes = []
    for query in ("", f"?candidate={one}"):
        made = await see(world.client, f"{place}/tickets.pdf{query}")
        assert made.headers["content-type"] == "application/pdf"
        assert made.content.startswith(b"%PDF")
        sizes.append(len(made.content))
    assert sizes[0] > sizes[1]
    assert (await see(world.client, f"{place}/tickets.pdf?room=nowhere")).status_code == 404


@pytest.mark.pitfall("O5")
async def test_looking_at_a_ticket_uses_nothing_up(world: World) -> None:
    _place, ticket = await _open(world)
    await send(world.client, "/sign-out")
    for _preview in range(3):
        page = await see(world.client, f"/t/{ticket}")
        assert page.status_code == 200
        assert "Đây có phải là em?" in page.text
    assert await _sessions(world) == 0
    for device in (1, 2):
        world.client.cookies.delete(COOKIE)
        bound = await send(world.client, f"/t/{ticket}")
        assert (bound.status_code, bound.headers["location"]) == (303, "/play")
        assert await _sessions(world) == device
    assert (await see(world.client, "/t/22222222222222222222")).status_code == 404
    assert (await see(world.client, f"/t/{ticket}x")).status_code == 404


async def test_a_new_ticket_ends_the_old_one(world: World) -> None:
    place, ticket = await _open(world)
    one = (await world.rows(place))[0]
    old = _secrets(world, one)
    assert (await send(world.client, f"/t/{ticket}")).status_code == 303
    await world.enter("exam_officer")
    renewed = await send(world.client, f"{place}/candidates/{one.public_id}/ticket", sign_out="1")
    assert renewed.status_code == 303
    new = _secrets(world, (await world.rows(place))[0])
    assert old.ticket != new.ticket
    assert await _sessions(world) == 0, "and what was opened with it"
    assert (await see(world.client, f"/t/{ticket}")).status_code == 404
    assert (await see(world.client, f"/t/{new.ticket}")).status_code == 200
    assert (await send(world.client, "/candidate", number=one.number, pin=new.pin)).status_code == 303
    async with world.engine.connect() as connection:
        actions = (await connection.execute(select(audit.c.action))).scalars().all()
    assert "renewed_ticket" in actions


@pytest.mark.pitfall("R6")
async def test_guessing_is_limited_per_number_never_per_address(world: World) -> None:
    place, _ticket = await _open(world)
    rows = await world.rows(place)
    victim, neighbour = rows[0], rows[1]
    wrong = "000000" if _secrets(world, victim).pin != "000000" else "000001"
    tried = [await send(world.client, "/candidate", number=victim.number, pin=wrong) for _i in range(12)]
    assert [found.status_code for found in tried][:10] == [401] * 10
    assert tried[-1].status_code == 429
    assert "retry-after" in tried[-1].headers
    same_address = await send(world.client, "/candidate", number=neighbour.number, pin=_secrets(world, neighbour).pin)
    assert same_address.status_code == 303, "a whole school stands behind one address"
    assert (await send(world.client, "/candidate", number="NUL\0", pin="1")).status_code == 401


async def test_too_early_and_too_late_are_said(world: World) -> None:
    place = await world.with_candidates(2)
    await world.confirmed(place)
    ticket = _secrets(world, (await world.rows(place))[0]).ticket
    assert (await see(world.client, f"/t/{ticket}")).status_code == 403
    await _move(world, place, "2020-01-01")
    assert (await see(world.client, f"/t/{ticket}")).status_code == 410


async def _open(world: World) -> tuple[str, str]:
    """A confirmed sitting whose waiting room is open, and the ticket of its first candidate."""
    place = await world.with_candidates(3)
    await world.confirmed(place)
    await _move(world, place, "")
    return place, _secrets(world, (await world.rows(place))[0]).ticket


async def _move(world: World, place: str, day: str) -> None:
    row = await world.sitting(place)
    now = "exam.now()" if not day else f"timestamptz '{day}'"
    times = f"opens_at = {now} - interval '1 hour', starts_at = {now}, closes_at = {now} + interval '1 hour'"
    moved = f"update exam.sitting set {times}"
    async with transaction(world.engine) as connection:
        await connection.execute(text(f"{moved} where id = :id"), {"id": row.id})


def _secrets(world: World, row: object) -> Secrets:
    keys: Keys = world.app.state.keyring
    return opened(keys, row.pin_sealed, row.ticket_sealed)  # type: ignore[attr-defined]


async def _sessions(world: World) -> int:
    async with world.engine.connect() as connection:
        alive = select(session.c.id).where(session.c.candidate_id.is_not(None), session.c.revoked_at.is_(None))
        return len((await connection.execute(alive)).all())
