"""Pasted tests and Word files become items on the page: doubts are mended with a click, then added, then undone."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import quote

import pytest_asyncio
from httpx import Response
from litestar import Litestar
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import founding
from exam_engine.authoring import importing
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM
from item_bank.storage import queries as storage
from tests.accounts.school import Client, add_staff, enter, hidden, see, send
from tests.item_bank.formats.documents import PNG, document, paragraph, picture, run
from tests.item_bank.formats.packages import exam_of, zipped
from tests.item_bank.formats.qti_items import choices, item, response
from tests.item_bank.formats.word_papers import toan
from tests.sittings.world import World, build

EXAMS = Path(__file__).parents[1] / "item_bank" / "formats" / "exams"
MESSY = (EXAMS / "vatli_lon_xon.txt").read_text("utf-8")


@pytest_asyncio.fixture(loop_scope="session")
async def world(app_client: Client, app: Litestar, real_engine: AsyncEngine) -> World:
    """Signed in as the author."""
    found = await build(app_client, app, real_engine)
    await found.enter("author")
    return found


async def _paste(world: World, text: str, **more: str) -> str:
    made = await send(world.client, f"/bank/{world.bank}/paste", text=text, language="vi", **more)
    assert made.status_code == 303, made.text[:2000]
    return str(made.headers["location"])


async def _upload(world: World, name: str, data: bytes) -> str:
    """The address of the report."""
    return str((await _sent(world, name, data)).headers["location"])


async def _sent(world: World, name: str, data: bytes, subject: str = "") -> Response:
    token = hidden((await see(world.client, f"/bank/{world.bank}/import")).text, "_csrf_token")
    return await world.client.post(
        f"/bank/{world.bank}/import",
        data={"_csrf_token": token, "language": "vi", "subject": subject, "grade": "", "topic": "", "then": ""},
        files={"file": (name, data)},
        headers={"accept": "text/html"},
        follow_redirects=False,
    )


async def _mend(world: World, place: str, item: str, do: str, value: str = "") -> str:
    """The page after the click."""
    form = {"item": item, "do": do, "then": ""} | ({"value": value} if value else {})
    answer = await send(world.client, f"{place.partition('?')[0]}/repair", **form)
    assert answer.status_code == 303, answer.text[:2000]
    return (await see(world.client, answer.headers["location"])).text


def _ready(page: str) -> tuple[int, int]:
    found = re.search(r"(\d+) câu sẵn sàng\s*·\s*(\d+) câu cần xem", page)
    assert found, page[:3000]
    return int(found[1]), int(found[2])


async def test_a_clean_test_is_added_with_one_click_and_undone_with_another(world: World) -> None:
    place = await _paste(world, (EXAMS / "toan12.txt").read_text("utf-8"), subject="Toán", grade="12")
    page = (await see(world.client, place)).text
    assert _ready(page) == (10, 0)
    assert "Thêm 10 câu hỏi" in page
    assert "<math" in page
    done = await send(world.client, f"{place}/confirm", then="")
    assert done.headers["location"] == f"{place}?added=10"
    assert "10 câu hỏi của lần nhập này đang ở trong ngân hàng" in (await see(world.client, place)).text
    assert "Mốt của mẫu số liệu" in (await see(world.client, f"/bank/{world.bank}?q=mot+cua+mau")).text
    assert (await send(world.client, f"{place}/confirm", then="")).status_code == 409
    await send(world.client, f"{place}/withdraw", do="away")
    assert "Lần nhập này đã được hoàn tác" in (await see(world.client, place)).text
    await send(world.client, f"{place}/withdraw", do="back")
    assert "10 câu hỏi của lần nhập này" in (await see(world.client, place)).text


def pressed(page: str) -> dict[str, str]:
    """Letters of the first question of the page's numbering, and whether each is its key."""
    return dict(re.findall(r'value="answer (\w)" id="q1-[^"]*" aria-pressed="(\w+)"', page))


async def test_doubts_are_mended_with_one_click_each(world: World) -> None:
    place = await _paste(world, MESSY)
    page = (await see(world.client, place)).text
    assert _ready(page) == (3, 3)
    assert "Chưa đánh dấu đáp án" in page
    page = await _mend(world, place, "1", "answer B")
    assert _ready(page) == (4, 2)
    assert pressed(page) == {"A": "false", "B": "true", "C": "false", "D": "false"}
    page = await _mend(world, place, "1", "answer C")
    assert pressed(page)["C"] == "true", "a decision can be another one"
    page = await _mend(world, place, "2", "answer A")
    page = await _mend(world, place, "3", "sure")
    assert _ready(page) == (6, 0)
    page = await _mend(world, place, "1", "undo")
    assert _ready(page) == (5, 1)
    page = await _mend(world, place, "1", "leave")
    assert _ready(page) == (5, 0)
    await send(world.client, f"{place}/confirm", then="")
    listed = (await see(world.client, f"/bank/{world.bank}?q=cuong+do+dien+truong")).text
    assert "Đơn vị của cường độ điện trường" in listed


async def test_two_questions_that_were_taken_for_one_are_parted_with_a_click(world: World) -> None:
    place = await _paste(world, "Câu 1. Một?\nA. a\nB. b*\nC4u 2. Hai?\nA. x*\nB. y\nCâu 3. Ba?\nA. x\nB. y*")
    page = (await see(world.client, place)).text
    assert _ready(page) == (1, 1)
    assert "Tách thành hai câu" in page
    page = await _mend(world, place, "1", "split")
    assert _ready(page) == (3, 0)
    assert pressed(page) == {"A": "false", "B": "true"}
    page = await _mend(world, place, "1", "undo")
    assert _ready(page) == (1, 1)


async def test_what_waits_for_nobody_is_no_doubt(world: World) -> None:
    place = await _paste(world, "<g1>\nCâu 1. Một?\nA. x\nB. y\nCâu 3. Hai?\n*A. x\nB. y")
    page = (await see(world.client, place)).text
    assert re.findall(r'class="import-doubt">.*</svg> ([^<]*)<', page) == ["Chưa đánh dấu đáp án."]
    assert page.count('<p class="quiet small">Ký hiệu nhóm giữ nguyên thứ tự phương án.</p>') == 2


async def test_a_decision_of_another_tab_counts_until_the_moment_of_adding(
    world: World, real_engine: AsyncEngine
) -> None:
    place = await _paste(world, MESSY)
    public = place.partition("?")[0].rsplit("/", 1)[-1]
    async with transaction(real_engine) as connection:
        as_read = await storage.import_by_public_id(connection, public)
    assert as_read is not None
    await _mend(world, place, "1", "answer B")
    async with transaction(real_engine) as connection:
        added = await importing.confirm(connection, SYSTEM, as_read)
    assert len(added.versions) == 4


async def test_text_is_rewritten_joined_and_turned_into_other_types(world: World) -> None:
    text = "Câu 1. Đoạn đầu của một câu hỏi\nCâu 2. và phần sau:\nA. một\nB. hai*\nCâu 3. Hãy nêu ý kiến."
    place = await _paste(world, text)
    assert _ready((await see(world.client, place)).text) == (1, 2)
    page = await _mend(world, place, "2", "join")
    assert _ready(page) == (1, 1)
    assert "Được nối với câu trước" in page
    page = await _mend(world, place, "3", "kind essay")
    assert _ready(page) == (2, 0)
    page = await _mend(world, place, "3", "text", "Câu 3. Tính 1 + 1.\nĐáp án: 2\nCâu 4. Tính 2 + 2.\nĐáp án: 4")
    assert _ready(page) == (3, 0)
    page = await _mend(world, place, "3", "undo")
    page = await _mend(world, place, "3", "typed", "ba hoặc 3")
    assert _ready(page) == (2, 0)


async def test_the_text_that_a_question_lost_is_typed_or_taken_from_the_next(world: World) -> None:
    place = await _paste(world, "Câu 1.\nA. một*\nB. hai\nCâu 2.\nCâu 3. Số nào?\nA. một\nB. hai*")
    page = (await see(world.client, place)).text
    assert _ready(page) == (1, 2)
    assert "Gộp với câu sau" in page
    page = await _mend(world, place, "1", "stem", "Số lẻ?")
    assert _ready(page) == (2, 1)
    page = await _mend(world, place, "3", "join")
    assert _ready(page) == (2, 0)


async def test_the_looks_of_pasted_word_text_tell_the_key(world: World) -> None:
    text = "Câu 1. Số nào là x<sub>2</sub>?\nA. một\n<u>B</u>. hai\nCâu 2. Thẻ <u> là gì?\nA. một*\nB. hai"
    page = (await see(world.client, await _paste(world, text, looks="1"))).text
    assert _ready(page)[0] >= 1
    assert "x<sub>2</sub>" in page
    assert _ready((await see(world.client, await _paste(world, text))).text) == (1, 1)


async def test_statements_are_toggled(world: World) -> None:
    place = await _paste(world, "Phần II. Đúng sai\nCâu 1. Cho hình vuông.\na) Có bốn cạnh.\nb) Có năm cạnh.")
    assert _ready((await see(world.client, place)).text) == (0, 1)
    page = await _mend(world, place, "1", "truth a:T")
    assert _ready(page) == (0, 1)
    page = await _mend(world, place, "1", "truth b:F")
    assert _ready(page) == (1, 0)
    assert page.count('aria-pressed="true"') == 2


async def test_a_word_file_shows_its_pictures_before_it_is_added(world: World) -> None:
    data = document(
        paragraph("Câu 1. Hình nào?", picture("rId7")),
        paragraph(run("A", "u"), run(". tròn")),
        paragraph("B. vuông"),
        media={"rId7": PNG},
    )
    page = (await see(world.client, await _upload(world, "đề.docx", data))).text
    assert _ready(page) == (1, 0)
    address = re.search(r"/assets/[0-9a-f]{64}", page)
    assert address
    assert (await world.client.get(address[0])).content == PNG


async def test_the_quiz_gets_its_questions_back(world: World) -> None:
    place = await _paste(world, "Câu 1. Một?\nA. có*\nB. không", then="/quiz/abc?tab=1#questions")
    assert f"then={quote('/quiz/abc?tab=1#questions', safe='')}" in place
    run_place = place.partition("?")[0]
    done = (await send(world.client, f"{run_place}/confirm", then="/quiz/abc?tab=1#questions")).headers["location"]
    assert re.fullmatch(r"/quiz/abc\?tab=1&added=[0-9a-z]{16}#questions", done)


async def test_then_leads_nowhere_else(world: World) -> None:
    place = await _paste(world, "Câu 1. Một?\nA. có*\nB. không", then="https://example.org/")
    assert "then" not in place
    done = await send(world.client, f"{place}/confirm", then="//example.org")
    assert done.headers["location"] == f"{place}?added=1"


async def test_a_text_without_questions_comes_back_with_the_reason(world: World) -> None:
    answer = await send(world.client, f"/bank/{world.bank}/paste", text="Chào các em!", language="vi")
    assert answer.status_code == 422
    assert "Không tìm thấy câu hỏi nào" in answer.text
    assert "Chào các em!" in answer.text


async def test_a_file_that_cannot_be_read_leaves_the_form_with_the_reason_and_what_was_typed(world: World) -> None:
    answer = await _sent(world, "đề.xml", b"<questestinterop><item></questestinterop>", subject="Hoá học")
    assert answer.status_code == 422
    assert "đề.xml: Tệp XML sai cú pháp" in answer.text
    assert 'value="Hoá học"' in answer.text
    assert 'type="file"' in answer.text


async def test_bad_decisions_are_refused(world: World) -> None:
    place = await _paste(world, MESSY)
    bad = [
        ("answer Z", ""),
        ("truth x:T", ""),
        ("kind none", ""),
        ("text", " "),
        ("typed", "x" * 400),
        ("fly", ""),
        ("", ""),
    ]
    for do, value in bad:
        answer = await send(world.client, f"{place}/repair", item="1", do=do, value=value, then="")
        assert answer.status_code == 422, do


async def test_nobody_else_sees_the_import(world: World) -> None:
    place = await _paste(world, MESSY)
    school = world.school
    async with transaction(world.engine) as connection:
        other = await add_staff(connection, school.other_school, school.other_school, "author", "nguoi-khac")
    await enter(world.client, world.engine, other)
    assert (await see(world.client, place)).status_code == 404
    assert (await send(world.client, f"{place}/repair", item="1", do="answer B", then="")).status_code == 404


async def test_the_report_names_the_tests_of_a_package(world: World) -> None:
    section = (
        '<assessmentSection identifier="S" title="S" visible="true">'
        '<assessmentItemRef identifier="I" href="a.xml"/><assessmentItemRef identifier="J" href="gone.xml"/>'
        "</assessmentSection>"
    )
    package = zipped({"a.xml": item(choices("một", "hai"), response("A")), "t.xml": exam_of(section)})
    place = await _upload(world, "bank.zip", package)
    page = (await see(world.client, place)).text
    assert "Đề trong tệp" in page
    assert "1 mục, 2 câu hỏi" in page
    assert "1 câu hỏi của đề không đi kèm" in page


def _package() -> bytes:
    section = (
        '<assessmentSection identifier="S" title="Phần một" visible="true">'
        '<assessmentItemRef identifier="I" href="a.xml"/><assessmentItemRef identifier="J" href="b.xml"/>'
        "</assessmentSection>"
    )
    items = {name: item(choices("một", name), response("A")) for name in ("a.xml", "b.xml")}
    return zipped({**items, "t.xml": exam_of(section)})


async def _enter_as_author_and_officer(world: World) -> None:
    school = world.school.school
    async with transaction(world.engine) as connection:
        both = await add_staff(connection, school, school, "author", "tac-gia-khao-thi")
        await founding.grant_role(connection, both.id, school.id, "exam_officer")
    await enter(world.client, world.engine, both)


def _exams(page: str) -> list[str]:
    return re.findall(r'href="/exams/([0-9a-z]+)"', page)


async def test_the_parts_of_a_word_paper_become_the_sections_of_a_draft_exam(world: World) -> None:
    await _enter_as_author_and_officer(world)
    place = await _upload(world, "toan.docx", toan.build())
    assert 'name="exam-0"' in (await see(world.client, place)).text
    await send(world.client, f"{place}/confirm", then="", **{"exam-0": "1"})
    (made,) = _exams((await see(world.client, place)).text)
    page = (await see(world.client, f"/exams/{made}")).text
    assert "KIỂM TRA CUỐI HỌC KÌ I – TOÁN 12" in page
    assert page.count("PHẦN III. Câu trắc nghiệm trả lời ngắn.") >= 1


async def test_a_test_of_the_file_becomes_one_draft_exam_and_goes_with_its_import(world: World) -> None:
    await _enter_as_author_and_officer(world)
    place = await _upload(world, "đề.zip", _package())
    assert 'name="exam-0"' in (await see(world.client, place)).text
    await send(world.client, f"{place}/confirm", then="", **{"exam-0": "1"})
    (exam,) = _exams((await see(world.client, place)).text)
    editor = (await see(world.client, f"/exams/{exam}")).text
    assert "Phần một" in editor
    assert "tạo từ một đề trong tệp đã nhập" in editor

    again = await _upload(world, "đề.zip", _package())
    assert 'name="exam-0"' not in (await see(world.client, again)).text, "its exam is there"
    await send(world.client, f"{again}/confirm", then="", **{"exam-0": "1"})
    await send(world.client, f"{again}/exams", test="0")
    assert _exams((await see(world.client, again)).text) == [exam]

    await send(world.client, f"{place}/withdraw", do="away")
    assert (await see(world.client, f"/exams/{exam}")).status_code == 404
    await send(world.client, f"{place}/withdraw", do="back")
    made = await send(world.client, f"{place}/exams", test="0")
    assert re.fullmatch(r"/exams/[0-9a-z]+", made.headers["location"])


async def test_a_changed_exam_stays_with_its_items_and_the_page_says_why(world: World) -> None:
    await _enter_as_author_and_officer(world)
    place = await _upload(world, "khác.zip", _package())
    await send(world.client, f"{place}/confirm", then="", **{"exam-0": "1"})
    (exam,) = _exams((await see(world.client, place)).text)
    editor = (await see(world.client, f"/exams/{exam}")).text
    await send(world.client, f"/exams/{exam}/sections", revision=hidden(editor, "revision"), title="Hai")
    await send(world.client, f"{place}/withdraw", do="away")
    page = (await see(world.client, place)).text
    assert _exams(page) == [exam]
    assert "Đề đã được sửa sau khi nhập." in page
    assert "2 câu hỏi của lần nhập này" in page


async def test_who_may_not_write_exams_makes_none(world: World) -> None:
    place = await _upload(world, "đề.zip", _package())
    page = (await see(world.client, place)).text
    assert 'name="exam-0"' not in page
    assert "Người có quyền soạn đề thi" in page
    await send(world.client, f"{place}/confirm", then="", **{"exam-0": "1"})
    assert not _exams((await see(world.client, place)).text)


async def test_questions_that_the_bank_has_are_told_before_and_after(world: World) -> None:
    first = "Câu 1. Thủ đô của Việt Nam?\nA. Hà Nội*\nB. Huế"
    await send(world.client, f"{await _paste(world, first)}/confirm", then="")
    place = await _paste(world, f"{first}\nCâu 2. Thủ đô của Lào?\nA. Viêng Chăn*\nB. Huế")
    page = (await see(world.client, place)).text
    assert page.count("Ngân hàng đã có câu này") == 1
    assert "1 câu đã có sẵn" in page
    assert "Thêm 1 câu hỏi" in page
    done = await send(world.client, f"{place}/confirm", then="")
    assert done.headers["location"].endswith("?added=1")
    page = (await see(world.client, place)).text
    assert "1 câu hỏi của lần nhập này" in page
    assert page.count("Ngân hàng đã có câu này") == 1
    other = (await see(world.client, await _paste(world, first.replace("*", "").replace("Huế", "Huế*")))).text
    assert "Ngân hàng có câu cùng lời văn" in other

    page = (await see(world.client, await _paste(world, first))).text
    assert "Ngân hàng đã có tất cả các câu hỏi này" in page
    assert "Thêm " not in page.partition("<main")[2].partition("</header>")[2].partition("<article")[0]

    same = item(choices("một", "hai"), response("A"))
    place = await _upload(world, "hai.zip", zipped({"a.xml": same, "b.xml": same}))
    answer = await world.client.get(f"{place}/report.xlsx")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    rows = load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(min_row=2, values_only=True)
    assert [(row[5], row[9]) for row in rows] == [("giữ nguyên", None), ("giữ nguyên", "same_in_file")]
    await send(world.client, f"{place}/confirm", then="")
    assert "1 câu hỏi của lần nhập này" in (await see(world.client, place)).text


async def test_a_picture_that_did_not_come_along_is_put_in_and_described(world: World) -> None:
    await _enter_as_author_and_officer(world)
    shown = item('<p>Nhìn <img src="gone.png" alt=""/></p>' + choices("một", "hai"), response("A"))
    test = exam_of(
        '<assessmentSection identifier="S" title="S" visible="true"><assessmentItemRef identifier="I" href="a.xml"/>'
        "</assessmentSection>"
    )
    place = await _upload(world, "hình.zip", zipped({"a.xml": shown, "t.xml": test}))
    assert "Thiếu hình" in (await see(world.client, place)).text
    await send(world.client, f"{place}/confirm", then="", **{"exam-0": "1"})
    exam = f"/exams/{_exams((await see(world.client, place)).text)[0]}"
    found = re.search(r'href="(/items/([0-9a-z]+)/pictures)"', (await see(world.client, place)).text)
    assert found
    address, public = found[1], found[2]
    assert "không đi kèm tệp" in (await see(world.client, f"/items/{public}")).text
    page = (await see(world.client, address)).text
    token = hidden(page, "_csrf_token")

    async def mend(name: str, data: bytes) -> Response:
        return await world.client.post(
            address,
            data={"_csrf_token": token, "alt-0": "Một chấm đỏ"},
            files={"file-0": (name, data)},
            headers={"accept": "text/html"},
            follow_redirects=False,
        )

    refused = await mend("x.png", b"no picture")
    assert (refused.status_code, "Một chấm đỏ" in refused.text) == (422, True)
    assert (await mend("a.png", PNG)).headers["location"] == f"/items/{public}"
    page = (await see(world.client, f"/items/{public}")).text
    assert "không đi kèm tệp" not in page
    editor = (await see(world.client, exam)).text
    assert "1 câu hỏi đã được sửa" in editor
    assert "không đi kèm tệp" in editor, "the exam keeps its version until somebody takes the newest"
    taken = await send(world.client, f"{exam}/newest", revision=hidden(editor, "revision"))
    assert taken.status_code == 303
    editor = (await see(world.client, exam)).text
    assert "đã được sửa" not in editor
    assert "không đi kèm tệp" not in editor
    assert 'alt="Một chấm đỏ"' in page
    assert "/pictures" not in (await see(world.client, place)).text
