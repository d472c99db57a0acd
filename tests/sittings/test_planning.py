"""Sittings are made, changed, confirmed and ended in the browser."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text, update

from exam_engine.kit.database import transaction
from exam_engine.kit.tables import audit
from exam_engine.sittings import policy as policies
from exam_engine.sittings.plan import mark_of, parse_clock
from exam_engine.sittings.tables import form, sitting, variant
from tests.accounts.school import hidden, see, send
from tests.sittings.world import FORM, World


async def test_the_form_proposes_what_the_exam_says(world: World) -> None:
    page = await see(world.client, f"/sittings/new?exam={world.exam}")
    assert page.status_code == 200
    assert 'value="15"' in page.text
    assert 'value="Đề Toán"' in page.text
    assert (await see(world.client, "/sittings/new")).text.count(f"exam={world.exam}") == 1


async def test_a_sitting_keeps_its_times_in_the_zone_of_its_unit(world: World) -> None:
    place = await world.planned()
    found = await world.sitting(place)
    assert found.starts_at.isoformat() == "2099-09-05T01:00:00+00:00", "08:00 in Vietnam"
    assert found.duration_s == 900
    policy = policies.decode(found.policy)
    assert policy.signals == ("paste",)
    assert policy.grace_s == 120
    page = (await see(world.client, place)).text
    assert "08:00, 05/09/2099" in page


WRONG = (
    ("day", "31/02/2099"),
    ("day", ""),
    ("starts", "25:00"),
    ("starts", "tám giờ"),
    ("opens", "09:00"),
    ("closes", "07:59"),
    ("minutes", "0"),
    ("minutes", "١٥"),
    ("timing", "never"),
    ("title", "a" * 300),
    ("title", "NUL \0"),
    ("grace", "-1"),
)


async def test_what_does_not_fit_is_said_in_place(world: World) -> None:
    for field, value in WRONG:
        sent = {**FORM, field: value}
        found = await send(world.client, "/sittings/new", exam=world.exam, unit=world.unit, **sent)
        assert found.status_code == 422, (field, value)
        assert f'id="field-{field}-error"' in found.text, (field, value)
    assert "<tr>" not in (await see(world.client, "/sittings")).text


async def test_a_common_end_leaves_room_for_the_minutes(world: World) -> None:
    sent = {**FORM, "timing": "common_end", "closes": "08:10"}
    found = await send(world.client, "/sittings/new", exam=world.exam, unit=world.unit, **sent)
    assert found.status_code == 422
    assert "field-closes-error" in found.text


@pytest.mark.parametrize("text", ["7:30", "07:30", "7h30", "07.30", "0730", " 7H30 "])
def test_times_are_read_as_people_write_them(text: str) -> None:
    assert parse_clock(text).isoformat() == "07:30:00"


async def test_a_draft_changes_and_a_stale_form_is_told(world: World) -> None:
    place = await world.planned()
    stale = hidden((await see(world.client, f"{place}/edit")).text, "mark")
    first = await send(world.client, f"{place}/edit", mark=stale, **{**FORM, "title": "Một"})
    assert first.status_code == 303, first.text
    second = await send(world.client, f"{place}/edit", mark=stale, **{**FORM, "title": "Hai"})
    assert second.status_code == 409
    assert (await world.sitting(place)).title == "Một"


async def test_of_two_changes_at_once_one_wins(world: World) -> None:
    place = await world.planned()
    mark = hidden((await see(world.client, f"{place}/edit")).text, "mark")
    titles = ("Một", "Hai")
    forms = [send(world.client, f"{place}/edit", mark=mark, **{**FORM, "title": title}) for title in titles]
    assert sorted(found.status_code for found in await asyncio.gather(*forms)) == [303, 409]


async def test_a_sitting_without_candidates_is_not_confirmed(world: World) -> None:
    place = await world.planned()
    found = await send(world.client, f"{place}/confirm", mark="0")
    assert found.status_code == 409, "and a stale form neither"
    row = await world.sitting(place)
    assert (await send(world.client, f"{place}/confirm", mark=mark_of(row._mapping))).status_code == 422


@pytest.mark.race
async def test_of_two_confirmations_one_wins(world: World) -> None:
    place = await world.with_candidates(3)
    mark = await world.mark(place)
    asked = await asyncio.gather(*(send(world.client, f"{place}/confirm", mark=mark) for _i in range(2)))
    assert sorted(found.status_code for found in asked) == [303, 409]
    await world.work()
    assert (await world.sitting(place)).state == "confirmed"
    assert (await send(world.client, f"{place}/confirm", mark=mark)).status_code == 409


@pytest.mark.pitfall("R3", "R4")
async def test_confirming_builds_everything_and_closes_every_door(world: World) -> None:
    place = await world.with_candidates(5)
    asked = await world.confirmed(place)
    job = await see(world.client, asked.headers["location"])
    assert f'href="{place}"' in job.text
    found = await world.sitting(place)
    assert (found.state, found.attempt_count >= 5, len(found.seed) > 10) == ("confirmed", True, True)
    async with world.engine.connect() as connection:
        built = (await connection.execute(select(variant))).all()
        papers = (await connection.execute(select(form.c.id).where(form.c.sitting_id == found.id))).scalars().all()
    assert len(built) == 5, "a variant for every candidate, before anybody presses Start"
    assert {row.form_id for row in built} == set(papers)
    assert len(papers) == 3

    rows = await world.rows(place)
    one = rows[0].public_id
    for path, sent in (
        (f"{place}/edit", {**FORM, "mark": "x"}),
        (f"{place}/refresh", {}),
        (f"{place}/delete", {}),
        (f"{place}/candidates/{one}/remove", {}),
        (f"{place}/candidates/new", {"full_name": "Mới", "number": "999"}),
    ):
        assert (await send(world.client, path, **sent)).status_code == 409, path
    assert (await world.upload(place, b"H\xe1\xbb\x8d v\xc3\xa0 t\xc3\xaan\nAn")).status_code == 409
    kinds = await _audited(world)
    assert {"created", "enrolled", "confirmed"} <= kinds


async def test_editing_the_exam_afterwards_does_not_reach_in(world: World) -> None:
    place = await world.with_candidates(2)
    page = (await see(world.client, f"/exams/{world.exam}")).text
    changed = {"revision": hidden(page, "revision"), "title": "Phần mới"}
    assert (await send(world.client, f"/exams/{world.exam}/sections", **changed)).status_code == 303
    before = (await world.sitting(place)).definition
    assert f'action="{place}/refresh"' in (await see(world.client, place)).text
    await send(world.client, f"{place}/refresh")
    after = (await world.sitting(place)).definition
    assert len(after["sections"]) == len(before["sections"]) + 1


async def test_a_paper_that_cannot_be_made_is_said_before_anything_is_built(world: World) -> None:
    place = await world.with_candidates(2)
    row = await world.sitting(place)
    broken = {**row.definition, "sections": [{**row.definition["sections"][0], "choose": 1}]}
    async with transaction(world.engine) as connection:
        await connection.execute(update(sitting).where(sitting.c.id == row.id).values(definition=broken))
    page = await see(world.client, place)
    assert "confirm" not in page.text.partition("<main")[2].partition("</main>")[0].replace("data-confirm", "")
    refused = await send(world.client, f"{place}/confirm", mark=mark_of((await world.sitting(place))._mapping))
    assert refused.status_code == 422
    assert (await world.sitting(place)).state == "draft"


async def test_a_confirmation_that_fails_leaves_a_draft_and_says_why(world: World) -> None:
    place = await world.with_candidates(2)
    asked = await send(world.client, f"{place}/confirm", mark=await world.mark(place))
    row = await world.sitting(place)
    broken = {**row.definition, "sections": [{"title": "I", "items": [{"version": 999_999}]}]}
    async with transaction(world.engine) as connection:
        await connection.execute(update(sitting).where(sitting.c.id == row.id).values(definition=broken))
    await world.work()
    assert (await world.sitting(place)).state == "draft"
    page = await see(world.client, asked.headers["location"])
    assert page.status_code == 200
    assert "tone-danger" in page.text
    part = await world.client.get(asked.headers["location"], headers={"accept": "text/html", "hx-request": "true"})
    assert "<html" not in part.text
    assert "hx-trigger" not in part.text, "it has ended: nobody asks again"


async def test_drafts_are_deleted_and_confirmed_sittings_closed_after_their_end(world: World) -> None:
    place = await world.with_candidates(2)
    assert (await send(world.client, f"{place}/close")).status_code == 409
    assert (await send(world.client, f"{place}/delete")).status_code == 303
    assert (await see(world.client, place)).status_code == 404

    place = await world.with_candidates(2)
    await world.confirmed(place)
    assert (await send(world.client, f"{place}/close")).status_code == 409, "not over yet"
    async with transaction(world.engine) as connection:
        row = await world.sitting(place)
        past = {name: getattr(row, name).replace(year=2020) for name in ("opens_at", "starts_at", "closes_at")}
        await connection.execute(update(sitting).where(sitting.c.id == row.id).values(**past))
    assert (await send(world.client, f"{place}/close")).status_code == 303
    assert (await world.sitting(place)).state == "closed"


async def test_the_list_filters_and_pages(world: World) -> None:
    empty = await see(world.client, "/sittings?when=over")
    assert empty.status_code == 200
    for n in range(3):
        await world.planned(title=f"Buổi thử {n}")
    assert (await see(world.client, "/sittings?when=upcoming")).text.count(">Buổi thử ") == 3
    assert ">Buổi thử " not in (await see(world.client, "/sittings?when=over")).text
    for cursor in ("x", "2099-01-01~1", "2099-01-01T00:00:00+00:00~x", "2099-01-01T00:00:00+00:00~" + "9" * 40):
        assert (await see(world.client, f"/sittings?before={cursor.replace('+', '%2B')}")).status_code == 422


async def test_other_units_sittings_look_like_nothing(world: World) -> None:
    place = await world.with_candidates(2)
    one = (await world.rows(place))[0].public_id
    await world.enter("outsider")
    await world.enter("teacher")  # of a class below: the school's sittings are not theirs
    for path in ("", "/edit", "/roster", "/candidates", f"/candidates/{one}", "/rooms", "/tickets.pdf"):
        assert (await see(world.client, place + path)).status_code == 404, path


SOON = (
    "update exam.sitting set opens_at = exam.now(), starts_at = exam.now() + interval '5 hours',"
    " closes_at = exam.now() + interval '6 hours' where id = :id"
)


async def test_home_says_what_waits(world: World) -> None:
    place = await world.planned()
    row = await world.sitting(place)
    await world.upload(place, "Họ và tên,Ngày sinh\nAn,31/02/2008".encode())
    async with transaction(world.engine) as connection:
        await connection.execute(text(SOON), {"id": row.id})
    page = (await see(world.client, "/")).text
    assert f'href="{place}"' in page
    assert f'href="{place}/roster/' in page


async def _audited(world: World) -> set[str]:
    async with world.engine.connect() as connection:
        found = select(audit.c.action).where(audit.c.subject_kind == "sitting")
        return set((await connection.execute(found)).scalars())
