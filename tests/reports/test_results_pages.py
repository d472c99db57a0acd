"""Results: who sees what and when, for candidates and staff; exports that run nothing."""

from __future__ import annotations

import csv
import io
import json
from itertools import product
from pathlib import Path

import pytest
from httpx import AsyncClient
from litestar import Litestar
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring.definition import Afterwards, ExamDefinition, Shown, encode
from exam_engine.kit.cells import Sheet, as_csv, as_xlsx, file_name, harmless
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from exam_engine.reports.exporting import export_sitting
from exam_engine.scoring.disclosure import disclosed
from item_bank.content.model import Asset, Item, Markup, Option, SingleChoice
from item_bank.storage import queries as storage
from tests.scoring.exam_world import build, choice, essay

SHOWN: tuple[Shown, ...] = ("never", "at_submission", "after_release")


@pytest.mark.parametrize(("when", "closed", "released"), list(product(SHOWN, (True, False), (True, False))))
def test_the_policy_decides_what_is_shown(when: Shown, closed: bool, released: bool) -> None:
    found = disclosed(Afterwards(when, when, when), closed=closed, released=released)
    expected = closed and (when == "at_submission" or (when == "after_release" and released))
    assert (found.score, found.responses, found.key) == (expected,) * 3


@pytest.mark.parametrize("when", SHOWN)
async def test_a_candidate_sees_nothing_before_the_policy_says_so(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient, when: Shown
) -> None:
    policy = Afterwards(score=when, responses=when, key=when)
    world = await build(app, real_engine, client, [choice(2, text="Câu một")], candidates=2, afterwards=policy)
    await world.sit(0, {0: 2}, submit=False)
    assert "10.00" not in (await world.own_result(0)).text
    await world.devices[0].submit()

    def seen(page: str) -> tuple[bool, bool]:
        return "10.00" in page, "Key" in page

    before = (await world.own_result(0)).text
    assert seen(before) == ((True, True) if when == "at_submission" else (False, False))
    if when == "at_submission":
        assert "Provisional" in before
    staff = await world.see("exam_officer", f"/results/{world.sitting}")
    assert "10.00" in staff.text
    assert "Provisional" in staff.text

    assert (await world.send("manager", f"/results/{world.sitting}/release")).status_code == 403
    assert (await world.send("other_officer", f"/results/{world.sitting}/release")).status_code == 404
    early = await world.send("exam_officer", f"/results/{world.sitting}/release")
    assert (early.status_code, "sitting_running" in early.text) == (409, True), "the second candidate may still begin"
    async with transaction(real_engine) as connection:
        await connection.execute(text("update exam.sitting set closes_at = exam.now() - interval '1 second'"))
    assert (await world.send("exam_officer", f"/results/{world.sitting}/release")).status_code == 303
    assert (await world.send("exam_officer", f"/results/{world.sitting}/release")).status_code == 409
    after = (await world.own_result(0)).text
    assert seen(after) == ((False, False) if when == "never" else (True, True))
    assert "Provisional" not in after
    assert "10.00" not in (await world.own_result(1)).text

    assert (await world.send("exam_officer", f"/results/{world.sitting}/take-back")).status_code == 422
    back = await world.send("exam_officer", f"/results/{world.sitting}/take-back", reason="Sai đáp án")
    assert back.status_code == 303
    assert seen((await world.own_result(0)).text) == seen(before)
    trace = await world.fetch("select action, data from exam.audit where action like 'results_%' order by id")
    assert [row["action"] for row in trace] == ["results_released", "results_taken_back"]
    assert trace[1]["data"]["reason"] == "Sai đáp án"


async def test_another_unit_sees_no_result(app: Litestar, real_engine: AsyncEngine, client: AsyncClient) -> None:
    world = await build(app, real_engine, client, [choice()], candidates=1, title="Buổi thi riêng")
    await world.sit(0, {0: 0})
    base = f"/results/{world.sitting}"
    paths = [base, f"{base}/items", f"{base}/items/1", f"{base}/attempts/{world.candidates[0]}", f"{base}/remark"]
    for path in (*paths, f"{base}/analysis", f"{base}/export/results.csv"):
        assert (await world.see("exam_officer", path)).status_code == 200, path
        assert (await world.see("other_officer", path)).status_code == 404, path
    assert "Buổi thi riêng" in (await world.see("manager", "/results")).text
    assert "Buổi thi riêng" not in (await world.see("other_officer", "/results")).text
    for odd in ("items/2", "items/0", "attempts/none", "export/results.exe", "export/everything.csv"):
        assert (await world.see("exam_officer", f"{base}/{odd}")).status_code == 404, odd
    for odd in ("?after=x", "?after=1|x", "?sort=score&after=x|1", "?after=%00|1"):
        assert (await world.see("exam_officer", base + odd)).status_code == 422, odd
    assert (await world.see("exam_officer", f"{base}?sort=nothing&status=nothing&class=%00")).status_code in (200, 400)
    # A manager may read figures; the keys of items are for those who may see items.
    assert "item-stem" not in (await world.see("manager", f"{base}/items/1")).text
    assert "item-stem" in (await world.see("exam_officer", f"{base}/items/1")).text


def test_a_spreadsheet_runs_nothing_that_a_pupil_typed() -> None:
    bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1+1", "=cmd|' /C calc'!A0"]
    assert all(harmless(text) == "'" + text for text in bad)
    assert harmless("a=1") == "a=1"
    sheet = Sheet("=Tên", ["=Họ tên", "Điểm"], [["=1+1", 6.25], ["Ngô\x00\x0bAn\ufffe", -0.5], ["", None]])
    text = as_csv(sheet, "vi")
    assert text.startswith("\ufeff'=Họ tên;Điểm\r\n'=1+1;6,25\r\n".encode())
    assert as_csv(sheet, "en").decode("utf-8-sig").splitlines()[1] == "'=1+1,6.25"
    page = load_workbook(io.BytesIO(as_xlsx(sheet))).active
    assert page is not None
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    assert cells == [["'=Họ tên", "Điểm"], ["'=1+1", 6.25], ["NgôAn", -0.5], [None, None]]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert file_name("Khảo sát Tiếng Anh – đã thi", "results", "csv") == "results-khao-sat-tieng-anh-da-thi.csv"
    assert file_name("../../x\r\n", "items", "csv") == "items-x.csv"


async def test_exports_hold_what_the_page_shows(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient, settings: Settings, tmp_path: Path
) -> None:
    world = await build(app, real_engine, client, [choice(1, "1/3"), essay()], candidates=2, rounding="half-up-1dp")
    await world.sit(0, {0: 1, 1: "=HYPERLINK(1)"})
    found = await world.see("exam_officer", f"/results/{world.sitting}/export/results.csv")
    assert found.headers["content-disposition"] == 'attachment; filename="results-kiem-tra.csv"'
    rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert [(row["Candidate number"], row["Score"], row["Exact score"]) for row in rows] == [
        ("0000", "1.4", "1.428571428571"),
        ("0001", "", ""),
    ]
    responses = await world.see("exam_officer", f"/results/{world.sitting}/export/responses.csv")
    (row,) = csv.DictReader(io.StringIO(responses.content.decode("utf-8-sig")))
    assert (row["Item 1"], row["Item 2"], row["Points of item 2"]) == ("B", "'=HYPERLINK(1)", "")
    scores = await world.see("exam_officer", f"/results/{world.sitting}/export/scores.csv")
    assert scores.content.decode() == "id,form,item_1,item_2\n0000,101,0.3333333333333333,NA\n", "the essay waits"
    assert (await world.see("exam_officer", f"/results/{world.sitting}/export/items.csv")).status_code == 409
    assert (await world.see("marker", f"/results/{world.sitting}/export/results.csv")).status_code == 403
    written = await export_sitting(settings, world.sitting, tmp_path / "r.xlsx")
    assert written["rows"] == 2
    page = load_workbook(tmp_path / "r.xlsx").active
    assert page is not None
    assert [cell.value for cell in page[2]][:3] == ["0000", None, "Nguyễn Văn A"]
    taken = await world.fetch("select actor_kind, data from exam.audit where action = 'exported' order by id")
    assert [(row["actor_kind"], row["data"]["what"]) for row in taken] == [
        ("staff", "results"), ("staff", "responses"), ("staff", "scores"), ("system", "results"),
    ]  # fmt: skip


async def test_the_first_page_says_whose_results_wait(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice()], candidates=1, title="Buổi đã xong")
    await world.sit(0, {0: 0})
    assert "Buổi đã xong" not in (await world.see("exam_officer", "/")).text, "somebody may still begin"
    async with transaction(real_engine) as connection:
        await connection.execute(text("update exam.sitting set closes_at = exam.now() - interval '1 second'"))
    assert "Results to be released: 1" in (await world.see("exam_officer", "/")).text
    assert "Buổi đã xong" not in (await world.see("other_officer", "/")).text
    assert (await world.send("exam_officer", f"/results/{world.sitting}/release")).status_code == 303
    assert "to be released" not in (await world.see("exam_officer", "/")).text


async def test_the_own_items_show_what_the_policy_shows_and_never_more(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    asset = Asset.of("image/png", b"a picture")
    picture = f'<p>Nhìn hình <img data-asset="{asset.digest}" alt="hình"/></p>'
    item = Item(
        Markup(picture),
        SingleChoice((Option("o0", Markup("<p>không</p>")), Option("o1", Markup("<p>một</p>"), weight="1"))),
    )
    async with transaction(real_engine) as connection:
        await storage.store_assets(connection, [asset])
    world = await build(
        app, real_engine, client, [item], candidates=1, afterwards=Afterwards("at_submission", "never", "never")
    )
    address = f"/play/result/assets/{asset.digest}"
    headers = {"cookie": f"session={world.devices[0].cookie}; lang=en"}
    assert (await client.get(address, headers=headers)).status_code == 404, "not before the end"
    await world.sit(0, {0: 0})

    async def seen(responses: Shown, key: Shown) -> tuple[bool, bool, bool, int]:
        afterwards = encode(ExamDefinition("Đề", afterwards=Afterwards("at_submission", responses, key)))
        async with transaction(real_engine) as connection:
            await connection.execute(
                text("update exam.sitting set definition = definition || cast(:new as jsonb)"),
                {"new": json.dumps({"afterwards": afterwards.get("afterwards", {})})},
            )
        page = (await world.own_result(0)).text
        status = (await client.get(address, headers=headers)).status_code
        return "Nhìn hình" in page, "Your answer" in page, "Key" in page, status

    assert await seen("never", "never") == (False, False, False, 404)
    assert await seen("at_submission", "never") == (True, True, False, 200)
    assert await seen("never", "at_submission") == (True, False, True, 200)
    assert await seen("at_submission", "at_submission") == (True, True, True, 200)
    found = await client.get(address, headers=headers)
    assert (found.content, found.headers["content-type"]) == (b"a picture", "image/png")
    assert (await client.get(f"/play/result/assets/{'0' * 64}", headers=headers)).status_code == 404
