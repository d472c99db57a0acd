"""From the journal to a mark: exact, rounded once, the same again whenever it is repeated."""

from __future__ import annotations

import asyncio
import re
from fractions import Fraction
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.delivery import tokens
from exam_engine.delivery.submitting import HandIn
from exam_engine.kit.database import transaction
from exam_engine.scoring import queries, remarking
from exam_engine.scoring.rules import HandMark, Slot, mark_attempt, response_digest, slots_of
from item_bank.content.marking import Scheme
from item_bank.content.model import Item, Markup, Statement, TrueFalseCluster
from item_bank.content.rounding import POLICIES
from item_bank.storage.tables import item_version
from tests.scoring.exam_world import ExamWorld, build, choice, essay

TEN = Fraction(10)


def paper(items: list[Any], points: Fraction = Fraction(1)) -> list[Slot]:
    keys = {f"o{n}": f"k{n}" for n in range(4)}
    return [Slot(n, item, points, 0, None, None, keys) for n, item in enumerate(items)]


@pytest.mark.pitfall("M2")
@pytest.mark.parametrize("rounding", POLICIES)
def test_thirty_equal_items_give_ten_and_five(rounding: str) -> None:
    slots = paper([choice()] * 30, Fraction(1, 3))
    scheme = Scheme(rounding, TEN)
    assert mark_attempt(slots, dict.fromkeys(range(30), "k0"), {}, scheme).paper.mark == 10
    half = mark_attempt(slots, dict.fromkeys(range(15), "k0"), {}, scheme)
    assert (half.paper.total, half.paper.mark) == (Fraction(5), Fraction(5))


@given(st.lists(st.sampled_from(["k0", "k1", None]), min_size=1, max_size=40), st.sampled_from(sorted(POLICIES)))
def test_the_total_is_the_exact_sum_and_is_rounded_once(answers: list[str | None], rounding: str) -> None:
    found = mark_attempt(paper([choice()] * len(answers)), dict(enumerate(answers)), {}, Scheme(rounding, TEN))
    exact = Fraction(10 * answers.count("k0"), len(answers))
    assert found.paper.total == exact
    assert found.paper.mark == POLICIES[rounding].round(exact)


@given(st.text(min_size=1).filter(str.strip), st.text(min_size=1).filter(str.strip))
def test_a_hand_mark_counts_for_the_response_that_was_read_and_no_other(read: str, now: str) -> None:
    hand = {0: HandMark(Fraction(3, 2), response_digest(read))}
    found = mark_attempt(paper([essay()], Fraction(2)), {0: now}, hand, Scheme("none-2dp", TEN))
    assert found.pending == (0 if read == now else 1)
    assert found.paper.total == (Fraction(15, 2) if read == now else 0)


def test_values_that_no_save_path_lets_through_count_as_no_answer() -> None:
    odd: list[Any] = [["k0"], {"a": 1}, "unknown", 7, True]
    found = mark_attempt(paper([choice()] * len(odd)), dict(enumerate(odd)), {}, Scheme())
    assert [mark.response for mark in found.slots] == [None] * len(odd)
    assert found.paper.total == 0


@pytest.mark.parametrize("rounding", POLICIES)
async def test_ten_and_five_through_a_real_sitting(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient, rounding: str
) -> None:
    world = await build(app, real_engine, client, [choice(n % 4) for n in range(30)], candidates=2, rounding=rounding)
    await world.sit(0, {n: n % 4 for n in range(30)})
    await world.sit(1, {n: n % 4 for n in range(15)})
    rows = [await world.current(0), await world.current(1)]
    assert [(row["exact"], row["rounded"], row["pending"]) for row in rows] == [("10", 10, 0), ("5", 5, 0)]


@pytest.mark.pitfall("M1")
async def test_marking_again_gives_the_same_digit_for_digit(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(0, "1/3"), choice(1, "1/7"), essay()], candidates=3)
    await world.sit(0, {0: 0, 1: 1, 2: "Bài làm."})
    await world.sit(1, {0: 0, 1: 2})
    await world.sit(2, {1: 1}, submit=False)
    before = [await world.results(n) for n in range(3)]
    assert [row[-1]["exact"] for row in before[:2]] == ["25/13", "35/26"]
    async with transaction(real_engine) as connection:
        preview = await remarking.preview(connection, world.sitting_id)
    assert (preview.marked, preview.changes) == (2, ())
    applied = await world.send("exam_officer", f"/results/{world.sitting}/remark", fingerprint=preview.fingerprint)
    assert applied.status_code == 303, applied.text
    assert [await world.results(n) for n in range(3)] == before


@pytest.mark.pitfall("M1")
async def test_marking_again_keeps_the_former_result(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    """A result that the journal does not bear out (here: spoilt on purpose) gets a new version, previewed first."""
    world = await build(app, real_engine, client, [choice()], candidates=1)
    await world.sit(0, {0: 0})
    async with transaction(real_engine) as connection:
        await connection.exec_driver_sql("update exam.result set exact = '1', rounded = 1")
    page = await world.see("exam_officer", f"/results/{world.sitting}/remark")
    assert "Would gain" in page.text
    stale = await world.send("exam_officer", f"/results/{world.sitting}/remark", fingerprint="0.0.0.0")
    assert stale.status_code == 409
    assert (await world.current(0))["version"] == 1
    seen = re.search(r'name="fingerprint" value="(\w+)"', page.text)
    assert seen
    done = await world.send("exam_officer", f"/results/{world.sitting}/remark", fingerprint=seen[1])
    assert done.status_code == 303, done.text
    assert [(row["version"], row["exact"], row["current"], row["cause"]) for row in await world.results(0)] == [
        (1, "1", False, "closed"),
        (2, "10", True, "remark"),
    ]


async def test_attempts_that_end_together_are_all_marked_and_the_analysis_is_asked_for_once_all_are(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(), choice(1)], candidates=6)
    for n in range(6):
        await world.sit(n, {0: n % 2}, submit=False)
    await world.devices[0].submit()
    assert await world.fetch("select * from exam.job where kind = 'item_analysis'") == []
    await asyncio.gather(*(world.devices[n].submit() for n in range(1, 6)))
    assert [row["rounded"] for n in range(6) for row in await world.results(n)] == [5, 0, 5, 0, 5, 0]
    assert len(await world.fetch("select * from exam.job where kind = 'item_analysis'")) >= 1


@pytest.mark.parametrize("counts", [True, False])
async def test_a_ruling_on_a_late_answer_marks_again(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient, counts: bool
) -> None:
    world = await build(app, real_engine, client, [choice(0)], candidates=1)
    await world.sit(0, {0: 1})
    late = await world.devices[0].answer(world.slot(0, 0), world.value(0, 0, 0))
    assert late.json()["a"][0][1] == 3
    path = f"/results/{world.sitting}/attempts/{world.candidates[0]}"
    shown = await world.see("exam_officer", path)
    assert "After handing in" in shown.text
    assert "This entry shall count" in shown.text
    entry = {"resume": 1, "counter": 2, "counts": "yes" if counts else "no"}
    assert (await world.send("exam_officer", f"{path}/rulings", **entry)).status_code == 422
    for odd in ({"counter": "x"}, {"counter": 10**12}, {"resume": -1}):
        assert (await world.send("exam_officer", f"{path}/rulings", **{**entry, **odd}, reason="x")).status_code == 422
    assert (
        await world.send("exam_officer", f"{path}/rulings", **{**entry, "counter": 9}, reason="x")
    ).status_code == 404
    ruled = await world.send("exam_officer", f"{path}/rulings", **entry, reason="Mất điện")
    assert ruled.status_code == 303, ruled.text
    assert (await world.current(0))["exact"] == ("10" if counts else "0")
    assert len(await world.results(0)) == (2 if counts else 1)
    noted = await world.fetch("select data from exam.audit where action = 'entry_ruled'")
    assert noted[0]["data"]["reason"] == "Mất điện"
    if counts:
        back = await world.send("exam_officer", f"{path}/rulings", **{**entry, "counts": "no"}, reason="Nhầm")
        assert back.status_code == 303
        assert (await world.current(0))["exact"] == "0"


async def test_a_failure_of_marking_never_stops_a_hand_in(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await build(app, real_engine, client, [choice()], candidates=1)

    with monkeypatch.context() as fault:  # the database itself refuses, and the transaction with it but for a savepoint
        fault.setattr(queries, "STORE_CLOSED", "insert into exam.nowhere select $1, $2, $3, $4, $5, $6, $7")
        await world.sit(0, {0: 0})
    assert await world.results(0) == []
    states = await world.fetch("select state from exam.attempt")
    assert [row.state for row in states] == ["submitted"]
    async with transaction(real_engine) as connection:
        preview = await remarking.preview(connection, world.sitting_id)
    assert [(change.before, change.after) for change in preview.changes] == [(None, 10)]


async def _end(world: ExamWorld) -> None:
    async with transaction(world.engine) as connection:
        await connection.execute(
            text("update exam.sitting set closes_at = exam.now() - interval '1 second' where id = :id"),
            {"id": world.sitting_id},
        )


async def _content(world: ExamWorld, content: Any) -> Any:
    """Puts something else in the place of the first item, past the trigger; returns what was there."""
    ours = item_version.c.id == world.versions[0]
    async with transaction(world.engine) as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        before = (await connection.execute(select(item_version.c.content).where(ours))).scalar_one()
        await connection.execute(item_version.update().where(ours).values(content=content))
    return before


async def test_what_cannot_be_marked_costs_nobody_else_the_mark_and_is_not_released_without(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    """Two sittings whose candidates hand in at the same moment; what was asked in one of them cannot be read."""
    whole = await build(app, real_engine, client, [choice()], candidates=2)
    spoilt = await build(app, real_engine, client, [choice()], candidates=2, school=whole.school)
    content = await _content(spoilt, [])
    keys, handed_in = app.state.keyring, []
    for world, n in ((spoilt, 0), (whole, 0), (spoilt, 1), (whole, 1)):
        await world.sit(n, {0: 0}, submit=False)
        device = world.devices[n]
        bearer = tokens.read(keys.purpose(tokens.PURPOSE), keys.key_id, f"Bearer {device.token}".encode())
        handed_in.append(HandIn(bearer, device.counter))
    receipts = await app.state.hand_ins.put(handed_in)
    assert [one["state"] for one in receipts] == ["submitted"] * 4
    assert [row["rounded"] for n in range(2) for row in await whole.results(n)] == [10, 10]
    assert [await spoilt.results(n) for n in range(2)] == [[], []]

    await _end(spoilt)
    path = f"/results/{spoilt.sitting}"
    refused = await spoilt.send("exam_officer", f"{path}/release")
    assert (refused.status_code, "not_marked" in refused.text) == (409, True)
    page = (await spoilt.see("exam_officer", path)).text
    assert "2 candidates have handed in and have no result" in page
    assert f'href="{path}/remark"' in page

    await _content(spoilt, content)
    seen = re.search(r'name="fingerprint" value="(\w+)"', (await spoilt.see("exam_officer", f"{path}/remark")).text)
    assert seen
    assert (await spoilt.send("exam_officer", f"{path}/remark", fingerprint=seen[1])).status_code == 303
    assert [row["rounded"] for n in range(2) for row in await spoilt.results(n)] == [10, 10]
    assert "have no result" not in (await spoilt.see("exam_officer", path)).text
    assert (await spoilt.send("exam_officer", f"{path}/release")).status_code == 303


@pytest.mark.parametrize(
    ("table", "share"),
    [(None, Fraction(1, 4)), (("0", "0.25", "0.5", "0.75", "1"), Fraction(1, 2)), (("0", "1"), Fraction(1, 4))],
)
def test_an_exams_marking_table_replaces_that_of_clusters_of_its_size(
    table: tuple[str, ...] | None, share: Fraction
) -> None:
    cluster = TrueFalseCluster(tuple(Statement(name, Markup("?"), True) for name in "abcd"))
    key_map = [{"version": 1, "points": "1", "section": 0, "group": None, "choose": None, "keys": {}}]
    slots = slots_of(key_map, {1: Item(Markup("?"), cluster)}, table)
    found = mark_attempt(slots, {0: {"a": True, "b": True, "c": False}}, {}, Scheme())
    assert found.slots[0].share == share
