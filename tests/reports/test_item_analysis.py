"""Item analysis of a real sitting against the library on the same matrix, and simple figures by hand."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from httpx import AsyncClient
from litestar import Litestar
from lxml import html
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.database import transaction
from exam_engine.kit.jobs import Jobs
from exam_engine.kit.packed import unpacked
from exam_engine.reports import analysing, item_analysis, queries
from exam_engine.reports.matrix import Sat
from exam_engine.reports.matrix import build as build_matrix
from exam_engine.scoring import marking
from item_bank.content.markup import from_html
from item_bank.content.model import Item, Option, SingleChoice
from item_bank.statistics.classical import analyse
from item_bank.statistics.responses import ItemDesign, Responses, Status
from tests.scoring.exam_world import ExamWorld, build, choice, essay

NAN = math.nan
#: Points by candidate (rows) and item, as answered below; NaN: no answer.
SCORES = np.array([[1, 1, 1, NAN], [1, 1, 0, NAN], [1, 0, NAN, NAN], [0, NAN, 1, NAN], [1, NAN, NAN, NAN]])
STATUS = np.array([[0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 2, 2], [0, 1, 0, 1], [0, 2, 2, 2]], dtype=np.int8)


async def _perform(world: ExamWorld) -> dict[str, Any]:
    jobs = Jobs()
    jobs.register(analysing.JOB, analysing.perform)
    waiting = await world.fetch("select id from exam.job where state = 'waiting' order by id")
    await jobs.perform(world.app.state, waiting[-1]["id"])
    async with transaction(world.engine) as connection:
        found = await queries.analysis_of(connection, world.sitting_id)
    assert found is not None
    assert found["job_state"] == "done", found["message"]
    return dict(found["found"])


@pytest.mark.pitfall("M3", "M4")
async def test_three_kinds_of_missing_and_the_librarys_figures(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    items = [choice(0), choice(1), choice(2), choice(3)]
    world = await build(app, real_engine, client, items, candidates=5, forms=1)
    orders = await world.fetch("select attempt_id, body from exam.variant order by attempt_id")
    order = [entry[0] for entry in unpacked(orders[0]["body"])["sections"][0]["items"]]
    item_at = [next(n for n in range(4) if world.slot(0, n) == slot) for slot in order]
    for row in range(5):
        device = world.devices[row]
        await device.start()
        # What was on the screen: everything that is not "not reached".
        shown = [[slot, 0, 1000] for place, slot in enumerate(order) if STATUS[row, place] != Status.NOT_REACHED]
        assert (await device.save(device.entry(-1, shown, kind=1))).status_code == 200
        given = {
            item_at[place]: item_at[place] if SCORES[row, place] else (item_at[place] + 1) % 4
            for place in range(4)
            if not np.isnan(SCORES[row, place])
        }
        await world.sit(row, given)
    found = await _perform(world)

    known = analyse(Responses(SCORES * 1.0, STATUS, np.ones(4)))
    by_version = {row["version"]: row for row in found["items"]}
    for place, expected in enumerate(known.items):
        row = by_version[world.versions[item_at[place]]]
        assert (row["n"], row["omitted"], row["not_reached"]) == (
            expected.n, expected.omitted, expected.not_reached,
        )  # fmt: skip
        for name in ("facility", "item_rest", "item_total", "upper_lower", "facility_all", "alpha_if_deleted"):
            value = getattr(expected, name)
            assert row[name] == (None if math.isnan(value) else pytest.approx(value)), name
    assert found["scores"]["mean"] == pytest.approx(known.scores.mean)
    # By hand: four of five got the first item right; three reached the last one, none answered it.
    first, last = (by_version[world.versions[item_at[place]]] for place in (0, 3))
    assert (first["n"], first["facility"]) == (5, 0.8)
    assert (last["n"], last["omitted"], last["not_reached"], last["facility"]) == (3, 3, 2, 0)
    assert sum(answer["n"] for answer in first["answers"]) == 5
    assert [answer["n"] for answer in first["answers"] if answer["right"]] == [4]

    listed = await world.fetch(f"select * from item_bank.item where version_id = {first['version']}")
    assert (listed[0]["answered"], listed[0]["facility"], listed[0]["flagged"]) == (5, 0.8, False)
    listed = await world.fetch(f"select * from item_bank.item where version_id = {last['version']}")
    assert (listed[0]["answered"], listed[0]["facility"], listed[0]["flagged"]) == (3, 0, False), "three are too few"

    page = await world.see("exam_officer", f"/results/{world.sitting}/items")
    assert "0.80" in page.text
    assert "Not enough data (n = 5, needs ≥ 20)" in page.text
    assert "Results have changed" not in page.text
    one = await world.see("exam_officer", f"/results/{world.sitting}/items/{item_at[0] + 1}")
    assert "Answers given" in one.text
    assert "Not enough data (n = 5, needs ≥ 100)" in one.text
    assert "Upper half" not in one.text
    again = await world.send("exam_officer", f"/results/{world.sitting}/analysis")
    assert again.status_code == 303
    assert "being computed" in (await world.see("exam_officer", f"/results/{world.sitting}/analysis")).text
    assert await _perform(world) == found
    done = await world.see("exam_officer", f"/results/{world.sitting}/analysis")
    assert done.headers["hx-refresh"] == "true"
    exported = await world.see("exam_officer", f"/results/{world.sitting}/export/items.csv")
    assert "0.8," in exported.text


async def test_a_response_that_waits_for_a_marker_enters_no_figure(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(0), essay()], candidates=3)
    for n in range(3):
        await world.sit(n, {0: n % 2, 1: "Bài"} if n else {0: 0})
    found = await _perform(world)
    row = next(row for row in found["items"] if row["version"] == world.versions[1])
    assert (row["waiting"], row["presented"]) == (2, 1)
    async with transaction(real_engine) as connection:
        matrix = (await item_analysis.gather(connection, world.sitting_id)).matrix
    assert (matrix.responses.status[:, 1] == Status.NOT_PRESENTED).sum() == 2
    told = (await world.see("exam_officer", f"/results/{world.sitting}/analysis/summary")).text
    assert "Item 2: 2 responses wait for a marker" in told


async def test_drawn_items_have_no_alpha_and_the_page_says_why(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(n) for n in range(4)], candidates=4, forms=1)
    for n in range(4):
        await world.sit(n, {item: item if item < n else 3 - item for item in range(4)})
    async with transaction(real_engine) as connection:
        rows = await queries.closed_with_results(connection, world.sitting_id)
        known = await marking.forms(connection, world.sitting_id, {row["form_id"]: row["form"] for row in rows})
    slots = known[rows[0]["form_id"]].slots
    # Each candidate met two of the four.
    pairs = [(0, 1), (1, 2), (2, 3), (0, 3)]
    sat = [Sat(slots, row["marks"], {}, pair, None) for row, pair in zip(rows, pairs, strict=True)]
    drawn = build_matrix(sat, [slot.version for slot in slots])
    assert drawn.design is ItemDesign.DRAWN
    made = item_analysis.as_json(drawn, {slot.version: slot.item for slot in slots}, {})
    assert made["reliability"]["reason"] == "drawn_items"
    assert (made["reliability"]["alpha"], made["scores"]["mean"], made["scores"]["n"]) == (None, None, 4)
    await _perform(world)
    assert "Reliability (alpha)" in (await world.see("exam_officer", f"/results/{world.sitting}/items")).text
    async with transaction(real_engine) as connection:
        await queries.store_analysis(connection, world.sitting_id, made | {"rulings": []}, "")
    page = (await world.see("exam_officer", f"/results/{world.sitting}/items")).text
    assert "Reliability (alpha)" not in page
    assert "drew items of their own" in page


async def test_every_row_of_answers_says_its_letter_where_options_are_formulas_or_pictures(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    table = "<p>Bảng</p><table><tr><th>$f'(x)$</th><td>$+$</td></tr></table>"
    texts = ["$x^2$", "$\\frac{1}{2}$", f'<img data-asset="{"ab" * 32}" alt=""/>', "một"]
    options = tuple(Option(f"o{n}", from_html(text), weight="1" if n == 0 else "0") for n, text in enumerate(texts))
    world = await build(app, real_engine, client, [Item(from_html(table), SingleChoice(options))], candidates=2)
    for n in range(2):
        await world.sit(n, {0: n})
    await _perform(world)
    page: Any = html.fromstring((await world.see("exam_officer", f"/results/{world.sitting}/items/1")).text)
    rows = page.xpath("//tbody//th[@scope='row']")
    # Formulas are no name for a browser: what is said beside them must be enough.
    said = ["".join(row.xpath(".//text()[not(ancestor::math)]")).split() for row in rows]
    assert said == [["A", "Key"], ["B"], ["C"], ["D", "một"]]
    assert len(page.xpath("//tbody//th[@scope='row']//math | //tbody//th[@scope='row']//img")) == 3
    assert page.xpath("//th[not(@scope)]//math/@aria-label")
    manager: Any = html.fromstring((await world.see("manager", f"/results/{world.sitting}/items/1")).text)
    assert [row.text_content().strip() for row in manager.xpath("//tbody//th[@scope='row']")] == ["A", "B", "C", "D"]


@pytest.mark.pitfall("M5")
async def test_pages_ask_as_much_for_many_candidates_as_for_few(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    asked: list[int] = []
    for count in (2, 12):
        world = await build(app, real_engine, client, [choice(0), essay()], candidates=count)
        for n in range(count):
            await world.sit(n, {0: 0, 1: "Bài làm"})
        statements: list[str] = []
        engine = app.state.engine.sync_engine

        def note(_c: Any, _k: Any, statement: str, *_rest: Any, into: list[str] = statements) -> None:
            into.append(statement)

        for role in ("exam_officer", "marker"):
            await world.session(role)
        event.listen(engine, "before_cursor_execute", note)
        shown = await world.see("exam_officer", f"/results/{world.sitting}")
        marking = await world.see("marker", f"/marking/{world.sitting}/2")
        listed = await world.see("exam_officer", "/results")
        event.remove(engine, "before_cursor_execute", note)
        assert (shown.status_code, marking.status_code, listed.status_code) == (200, 200, 200)
        assert shown.text.count("/attempts/") == count
        asked.append(len(statements))
        async with transaction(real_engine) as connection:
            await connection.exec_driver_sql("update exam.account set username = username || 'x' || person_id")
    assert asked[0] == asked[1]


async def test_every_analysis_is_kept_and_two_can_be_compared(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(n) for n in range(3)], candidates=4)
    for n in range(4):
        await world.sit(n, {0: n % 2, 1: 0, 2: 0})
    base = f"/results/{world.sitting}"
    assert "is being computed" in (await world.see("exam_officer", f"{base}/analysis/summary")).text
    await _perform(world)
    for part in ("summary", "test", "forms", "fairness", "time"):
        page = await world.see("exam_officer", f"{base}/analysis/{part}")
        assert page.status_code == 200, part
        assert "Not enough data (n = 4, needs ≥" in page.text or part in ("forms", "fairness")
    assert (await world.see("exam_officer", f"{base}/analysis/nothing")).status_code == 404
    versions = f"{base}/analysis/versions"
    assert 'name="old"' not in (await world.see("exam_officer", versions)).text, "there is one"
    seen = await world.see("exam_officer", f"{base}/items/1/ruling/preview", params={"act": "full_marks"})
    mark = re.search(r'name="fingerprint" value="(\w+)"', seen.text)
    assert mark
    ruled = {"act": "full_marks", "reason": "Câu hỏi sai", "fingerprint": mark[1]}
    assert (await world.send("exam_officer", f"{base}/items/1/ruling", **ruled)).status_code == 303
    await _perform(world)
    page = html.fromstring((await world.see("exam_officer", versions)).text)
    assert [cell.text_content().strip() for cell in page.xpath("//tbody[1]/tr/th")][:2] == ["2", "1"]
    assert [link.text for link in page.xpath("(//table)[last()]//a")] == ["1"], "the others are as they were"
    assert (await world.see("exam_officer", f"{versions}?old=x&new=99999999999")).status_code == 200
    report = await world.see("exam_officer", f"{base}/analysis-report.pdf")
    assert report.content.startswith(b"%PDF")
    assert (await world.see("manager", f"{base}/analysis-report.pdf")).status_code == 404, "it tells keys"
