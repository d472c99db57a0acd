"""A teacher alone: a quick quiz from nothing to marks in the gradebook, as pages and forms."""

from __future__ import annotations

import asyncio
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar.enums import HttpMethod
from openpyxl import load_workbook
from sqlalchemy import delete, insert

from exam_engine.accounts.tables import class_member
from exam_engine.classroom.feature import FEATURE
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from item_bank.content.model import Item
from item_bank.storage import queries as storage
from tests.classroom.my_world import Browser, ClassWorld
from tests.classroom.quiz_world import SETTINGS, come_in, confirm, prepared, row_of, seen_marks, started
from tests.scoring.exam_world import choice, essay


async def test_from_nothing_to_the_gradebook(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher)
    pupil = await come_in(world, code, world.school.pupil)

    part = (await teacher.get(f"{here}/part")).text
    assert figures(part) == ["1/1", "0", "0"]
    device = pupil.device()
    await device.start()
    assert "0/3" in (await teacher.get(f"{here}/part")).text
    await device.submit()
    page = (await teacher.get(here)).text
    assert "Provisional" in page
    assert "Confirm the marks" in page

    assert (await teacher.post(f"{here}/end")).status_code == 303
    assert (await confirm(teacher, here)).status_code == 303
    page = (await teacher.get(f"{here}?done=ended")).text
    assert "Undo the confirmation" in page
    assert "The test is over. Pupils who have handed in: 1." in page

    file = await teacher.get(f"{here}/marks.xlsx")
    sheet = load_workbook(io.BytesIO(file.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][:3] == (1, world.school.pupil.full_name, "0001")
    assert rows[1][4] == 0
    assert not rows[1][5], "confirmed: nothing to say about it"


async def test_everything_typed_is_kept_and_refusals_keep_it_too(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here = await prepared(world, teacher)
    homework = {"title": "Bài về nhà tuần 12", "kind": "homework", "minutes": "", "closes": "2031-01-05T21:30"}
    refused = await teacher.post(f"{here}/settings", **homework)
    assert refused.status_code == 422
    assert "within the next 200 days" in refused.text
    assert "Bài về nhà tuần 12" in refused.text
    soon = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT21:30")
    assert (await teacher.post(f"{here}/settings", **{**homework, "closes": soon})).status_code == 303
    page = (await teacher.get(here)).text
    assert f'value="{soon}"' in page
    assert "Questions of this test" in page
    assert '<span class="pill number">3</span>' in page
    one = world.versions[0]
    assert (await teacher.post(f"{here}/items", shown=[one])).status_code == 303
    assert '<span class="pill number">2</span>' in (await teacher.get(here)).text


async def test_homework_without_minutes_ends_for_all_at_its_close(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    closes = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT21:30")
    here, code = await started(world, teacher, kind="homework", minutes="", closes=closes)
    device = (await come_in(world, code, world.school.pupil)).device()
    begun = (await device.start()).json()
    sitting = await row_of(world, here)
    assert sitting["timing"] == "common_end"
    assert begun["deadline"] == int(sitting["closes_at"].timestamp() * 1000)
    page = (await teacher.get(here)).text
    assert "5 more minutes" not in page
    assert "Minutes left" not in page


async def test_minutes_of_a_quiz_do_not_slip_into_homework(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here = await prepared(world, teacher)
    as_shown = {**SETTINGS, "kind": "homework", "shown": "quiz"}
    assert (await teacher.post(f"{here}/settings", **as_shown)).status_code == 303
    assert (await row_of(world, here))["timing"] == "common_end"
    assert 'value=""' in shown_field((await teacher.get(here)).text, "minutes")
    back = {**SETTINGS, "kind": "quiz", "shown": "homework", "minutes": ""}
    assert (await teacher.post(f"{here}/settings", **back)).status_code == 303
    assert (await row_of(world, here))["duration_s"] == 15 * 60

    refused = await teacher.post(f"{here}/start", **{**as_shown, "title": ""})
    assert 'value=""' in shown_field(refused.text, "minutes")
    assert (await teacher.post(f"{here}/start", **as_shown)).status_code == 303
    assert (await row_of(world, here))["timing"] == "common_end"

    here = await prepared(world, teacher)
    assert (await teacher.post(f"{here}/start", **{**as_shown, "minutes": "40"})).status_code == 303
    assert (await row_of(world, here))["duration_s"] == 40 * 60


async def test_the_button_for_a_new_quiz_opens_the_untouched_one(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    unit = world.school.class_.public_id
    pressed = await asyncio.gather(*(teacher.post("/quiz/new", unit=unit) for _press in range(2)))
    (here,) = {one.headers["location"] for one in pressed}
    await world.set(here.rsplit("/", 1)[-1], title="Quick quiz 01/02")
    assert (await teacher.post("/quiz/new", unit=unit)).headers["location"] == here
    assert (await row_of(world, here))["title"] != "Quick quiz 01/02"
    assert (await teacher.post("/quiz/new", unit=unit)).headers["location"] == here
    await teacher.post(f"{here}/settings", **SETTINGS)
    assert (await teacher.post("/quiz/new", unit=unit)).headers["location"] != here


async def test_a_word_file_comes_into_the_test_by_the_import_of_the_class(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    made = await teacher.post("/quiz/new", unit=world.school.class_.public_id)
    here = made.headers["location"]
    to = (await teacher.post(f"{here}/file")).headers["location"]
    assert re.fullmatch(r"/bank/\w+/import\?then=" + here.replace("/", "%2F"), to)
    page = (await teacher.get(to)).text
    assert (await row_of(world, here))["title"] in page
    assert f'name="then" value="{here}"' in page


async def test_questions_marked_by_hand_are_told_before_the_start(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here = await prepared(world, teacher)
    assert "marked by hand" not in (await teacher.get(here)).text
    version = await in_new_bank(world, "Essays", essay())
    await teacher.post(f"{here}/items", shown=[version], version=[version])
    page = (await teacher.get(here)).text
    assert "1 marked by hand: marks are there when you have marked" in page


async def test_banks_stand_by_their_use(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    used = [await in_new_bank(world, name, choice(7, text=name)) for name in ("AAA", "AAB")][1]
    here = await prepared(world, teacher)
    await teacher.post(f"{here}/items", shown=[used], version=[used])
    names = re.findall(r"<option[^>]*>([^<]*) \(\d+\)</option>", (await teacher.get(here)).text)
    assert names.index("AAB") < names.index("AAA")


async def test_nothing_starts_without_questions_or_pupils(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    made = await teacher.post("/quiz/new", unit=world.school.class_.public_id)
    here = made.headers["location"]
    refused = await teacher.post(f"{here}/start", **SETTINGS)
    assert refused.status_code == 422
    assert "There are no items yet" in refused.text
    await teacher.post(f"{here}/items", version=world.versions)
    async with transaction(world.engine) as connection:
        await connection.execute(delete(class_member).where(class_member.c.unit_id == world.school.class_.id))
    refused = await teacher.post(f"{here}/start", **SETTINGS)
    assert refused.status_code == 422
    assert "This class has no pupils yet" in refused.text
    assert (await teacher.post(f"{here}/start", **SETTINGS, guests="1")).status_code == 303
    async with transaction(world.engine) as connection:
        values = {"unit_id": world.school.class_.id, "person_id": world.school.pupil.id}
        await connection.execute(insert(class_member).values(values))


async def test_a_copy_has_the_questions_and_other_classes_stay_closed(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, _code = await started(world, teacher)
    copied = (await teacher.post(f"{here}/copy")).headers["location"]
    assert copied.split("?")[0] != here
    assert '<span class="pill number">3</span>' in (await teacher.get(copied)).text
    assert (await teacher.post("/quiz/new", unit=world.school.other_class.public_id)).status_code == 404
    outsider = await world.staff("outsider")
    assert (await outsider.get(here)).status_code in (403, 404)


async def test_tests_of_one_day_are_told_apart_and_dated_by_the_day_they_were_held(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    titles = [(await row_of(world, await prepared(world, teacher)))["title"] for _draft in range(3)]
    assert len(set(titles)) == 3
    assert all(title.startswith("Quick quiz") for title in titles)
    here, _code = await started(world, teacher, title="Đo góc")
    copies = [(await teacher.post(f"{here}/copy")).headers["location"].split("?")[0] for _copy in range(2)]
    assert [(await row_of(world, one))["title"] for one in copies] == ["Đo góc (2)", "Đo góc (3)"]

    held = datetime(2026, 3, 9, 8, 15, tzinfo=UTC)
    await world.set(here.rsplit("/", 1)[-1], starts_at=held)
    shown = (await teacher.get("/quiz")).text
    names = re.findall(r'quiz-row-title" href="([^"]+)"', shown)
    assert names[:2] == copies[::-1], "drafts by the last change"
    assert names.index(here) > names.index(copies[0])
    assert re.search(r"changed \S+", shown)
    first = re.split(r'class="quiz-row-title" href="' + here, shown)[1][:700]
    assert "09/03/2026" in first or "9 Mar" in first or "2026" in first, first


async def test_time_for_one_and_for_all(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher)
    device = (await come_in(world, code, world.school.pupil)).device()
    before = (await device.start()).json()["deadline"]
    sitting = await row_of(world, here)
    (row,) = await world.fetch("select public_id from exam.candidate where sitting_id = :id", id=sitting["id"])
    assert (await teacher.post(f"{here}/time", minutes="5", candidate=row["public_id"])).status_code == 303
    assert (await teacher.post(f"{here}/time", minutes="2")).status_code == 303
    assert (await device.start()).json()["deadline"] - before == 7 * 60_000
    for minutes in ("0", "181", "0001" + "1" * 5000):
        assert (await teacher.post(f"{here}/time", minutes=minutes)).status_code == 422


async def test_an_address_that_names_no_page_of_a_list_is_refused(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    for before in ("x", "2026-01-01~5", "0001-01-01T00:00:00%2B14:00~5", "2026-01-01T00:00:00Z~" + "9" * 30):
        for path in ("/quiz", "/sittings"):
            assert (await teacher.get(f"{path}?before={before}")).status_code == 422, (path, before)
    assert (await teacher.get("/quiz?before=2026-01-01T00:00:00Z~5")).status_code == 200


async def test_minutes_given_twice_at_once_are_both_given(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, _code = await started(world, teacher)
    before = (await row_of(world, here))["closes_at"]
    given = await asyncio.gather(*(teacher.post(f"{here}/time", minutes="5") for _tab in range(4)))
    assert {one.status_code for one in given} == {303}
    assert (await row_of(world, here))["closes_at"] - before == timedelta(minutes=20)


async def test_marks_are_not_confirmed_while_somebody_works_and_confirmed_ones_come_back(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher)
    device = (await come_in(world, code, world.school.pupil)).device()
    await device.start()
    early = await confirm(teacher, here)
    assert early.status_code == 409
    await teacher.post(f"{here}/end")
    assert (await confirm(teacher, here)).status_code == 303
    assert (await teacher.post(f"{here}/marks/undo")).status_code == 303
    sitting = await row_of(world, here)
    assert (sitting["released_at"], sitting["marks_confirmed_at"]) == (None, None)


async def test_marks_that_changed_after_they_were_shown_are_shown_again(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher, guests="1")
    pupil = (await come_in(world, code, world.school.pupil)).device()
    await pupil.start()
    await pupil.submit()
    await teacher.post(f"{here}/end")
    seen = seen_marks((await teacher.get(here)).text)
    await teacher.post(f"{here}/let-in")
    again = (await row_of(world, here))["join_code"]
    late = Browser(world.client)
    assert (await late.post(f"/join/{again}", guest="1", name="Đến muộn")).status_code == 303
    device = late.device()
    await device.start()
    await device.submit()
    await teacher.post(f"{here}/end")
    new = ""
    for old in (seen, "", "0" * 20):
        refused = await teacher.post(f"{here}/marks/confirm", seen_marks=old)
        assert refused.status_code == 409
        assert "The marks have changed since this page was shown" in refused.text
        assert "Đến muộn" in refused.text
        new = seen_marks(refused.text)
    assert (await row_of(world, here))["marks_confirmed_at"] is None
    assert new not in ("", seen)
    assert (await teacher.post(f"{here}/marks/confirm", seen_marks=new)).status_code == 303


async def test_the_counts_are_the_classs_and_guests_stand_beside(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher, guests="1")
    guests = [Browser(world.client) for _guest in range(2)]
    for guest, name in zip(guests, ("Khách A", "Khách B"), strict=True):
        await guest.post(f"/join/{code}", guest="1", name=name)
    await guests[0].device().start()
    page = (await teacher.get(here)).text
    assert figures(page) == ["0/1", "0", "0"]
    assert "And 2 guests: 1 working, 0 finished" in page
    order = ["quiz-figures", "quiz-door", "quiz-people", 'id="acts"', "quiz-bar"]
    assert sorted(order, key=page.index) == order, "on a phone: figures, code, pupils, acts"
    board = (await teacher.get(f"{here}/board")).text
    assert "0 of 1 are in" in board
    assert "2 guests" in board
    await come_in(world, code, world.school.pupil)
    assert figures((await teacher.get(here)).text) == ["1/1", "0", "0"]


async def test_the_live_page_sends_only_what_has_changed(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher)
    part = await teacher.get(f"{here}/part")
    seen = re.search(r'name="seen" value="(\w+)"', part.text)
    assert seen
    assert (await teacher.get(f"{here}/part?seen={seen[1]}")).status_code == 204
    await come_in(world, code, world.school.pupil)
    assert (await teacher.get(f"{here}/part?seen={seen[1]}")).status_code == 200


async def test_quizzes_stand_under_their_own_page_only(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    await started(world, teacher, title="Nhanh thôi")
    for path, stands in (("/quiz", True), ("/sittings", False), ("/exams", False), ("/rooms", False)):
        assert ("Nhanh thôi" in (await teacher.get(path)).text) is stands, path


async def in_new_bank(world: ClassWorld, name: str, item: Item) -> int:
    """The version of an item in a bank of the class."""
    async with transaction(world.engine) as connection:
        unit_id = world.school.class_.id
        bank = await storage.create_bank(connection, public_id=public_id(), unit_id=unit_id, name=name)
        added = await storage.add_item(connection, bank_id=bank, public_id=public_id(), content=item)
        return added.version_id


def shown_field(page: str, name: str) -> str:
    """The input of the name, as the page has it."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    return found[0] if found else ""


def figures(page: str) -> list[str]:
    """Are in, working, finished."""
    return re.findall(r'figure-value">([^<]+)<', page.partition('class="quiz-figures')[2])[:3]


PASTED = """Câu 1. Thủ đô của Việt Nam là
A. Huế
*B. Hà Nội
C. Đà Nẵng
D. Cần Thơ

Câu 2. 2 + 3 bằng
A. 4
B. 6
*C. 5
D. 7
"""


async def test_pasted_questions_without_a_doubt_come_in_at_once(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here = await prepared(world, teacher)
    pasted = await teacher.post(f"{here}/paste", text=PASTED)
    assert "done=added&n=2" in pasted.headers.get("location", ""), pasted.text
    page = (await teacher.get(here)).text
    assert "Thủ đô của Việt Nam" in page
    assert '<span class="pill number">5</span>' in page
    headed = f"ĐỀ KIỂM TRA 15 PHÚT\nMôn: Toán\n\n{PASTED.replace('Câu 1. ', 'Câu 1. Tính nhanh: ')}"
    again = await teacher.post(f"{here}/paste", text=headed)
    assert "done=added" in again.headers.get("location", ""), "a title is no doubt"
    doubtful = await teacher.post(f"{here}/paste", text=PASTED.replace("*", ""))
    where = doubtful.headers["location"]
    assert where.startswith("/imports/")
    assert "then=%2Fquiz%2F" in where
    assert (await teacher.get(where)).status_code == 200
    shown = (await teacher.get(where)).text
    assert "What you add here goes into the test" in shown
    before = (await row_of(world, here))["definition"]
    assert (await teacher.get(f"{here}?added=nobody")).status_code == 200
    assert (await row_of(world, here))["definition"] == before, "asking for a page changes nothing"


#: One question is clear, the other one has no key.
TYPED = PASTED.replace("*C.", "C.").replace("Thủ đô", "Thủ phủ").replace("2 + 3", "3 + 2")


async def test_mended_questions_land_in_the_test_and_in_the_bank(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here = await prepared(world, teacher)
    where = (await teacher.post(f"{here}/paste", text=TYPED)).headers["location"]
    page = (await teacher.get(where)).text
    assert "question to the test and the bank" in page, page
    run = where.partition("?")[0]
    back = (await teacher.post(f"{run}/confirm", then=here)).headers["location"]
    assert back.startswith(f"{here}?added=")
    assert '<span class="pill number">4</span>' in (await teacher.get(back)).text
    assert "Questions added: 1." in (await teacher.get(back)).text


async def test_a_written_question_lands_in_the_test_until_it_has_begun(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here = await prepared(world, teacher)
    editor = (await teacher.post(f"{here}/write")).headers["location"]
    page = (await teacher.get(editor)).text
    assert "goes into the test" in page
    carried = re.search(r'id="writing">(.*?)</script>', page, re.DOTALL)
    assert carried
    data = json.loads(carried[1])
    assert data["then"] == here

    async def publish(stem: str, *, following: bool = False) -> str:
        options = [{"markup": text, "weight": "1" if text == "B" else "0"} for text in "ABCD"]
        given = {**data["item"], "stem": stem}
        given["interaction"] = {**given["interaction"], "options": _merged(given["interaction"]["options"], options)}
        headers = {**teacher._headers(), "x-csrftoken": teacher.cookies["csrf"], "accept": "application/json"}
        begun = await world.client.post("/drafts", json={"bank": data["bank"], "item": given}, headers=headers)
        draft = begun.json()
        sent = {"item": given, "revision": draft["revision"], "then": here, "next": following}
        done = await world.client.post(f"/drafts/{draft['draft']}/publish", json=sent, headers=headers)
        assert done.status_code == 200, done.text
        return str(done.json()["location"])

    back = await publish("Câu viết tay")
    assert back.startswith(f"{here}?added=")
    shown = (await teacher.get(back)).text
    assert "Câu viết tay" in shown
    assert "Questions added: 1." in shown
    following = (await teacher.get(await publish("Câu viết tiếp", following=True))).text
    assert re.search(r"went into the test “[^”]*”. The test has 5 questions now", following)
    assert re.search(rf'<a href="{here}\?added=\w+">Back to the test</a>', following)
    assert (await teacher.post(f"{here}/start", **SETTINGS)).status_code == 303
    late = (await teacher.get(await publish("Câu đến muộn"))).text
    assert "The new questions are in the bank. This test has begun" in late
    assert "5 questions" in late


def _merged(blank: list[Any], given: list[dict[str, Any]]) -> list[Any]:
    return [{**old, **new} for old, new in zip(blank, given, strict=False)]


async def test_every_address_of_a_form_leads_back_to_its_page(world: ClassWorld) -> None:
    """After a sign-in the browser asks for the address of the form as for a page."""
    teacher, pupil = await world.staff("teacher"), await world.pupil()
    here = await prepared(world, teacher)
    running = (await started(world, teacher))[0].rsplit("/", 1)[-1]
    filled = {"quiz": here.rsplit("/", 1)[-1], "candidate": "nobody", "sitting": running}
    led: dict[str, str] = {}
    pages = {
        "/join",
        "/join/again",
        "/join/{code:str}",
        "/join/{code:str}/waiting",
        "/quiz/{quiz:str}/end",
    }  # these are pages themselves
    for route in FEATURE.routes:
        for path in route.paths - pages if route.http_methods == {HttpMethod.POST} else ():
            address = re.sub(r"{(\w+):str}", lambda name: filled[name[1]], path)
            met = await (pupil if path.startswith("/my") else teacher).get(address)
            assert met.status_code == 303, (path, met.status_code)
            led[path] = met.headers["location"]
    assert led["/quiz/new"] == "/quiz"
    assert led["/my/sittings/{sitting:str}/enter"] == "/my"
    assert {to for path, to in led.items() if path.startswith("/quiz/{")} == {here}
    other = (await world.staff("outsider")).get(f"{here}/start")
    assert (await other).status_code in (403, 404)


async def test_a_change_that_arrives_behind_the_start_leads_to_the_running_test(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, _code = await started(world, teacher)
    assert (await teacher.post(f"{here}/settings", **SETTINGS)).status_code == 409
    headers = {**teacher._headers(), "hx-request": "true"}
    data = {"_csrf_token": teacher.cookies["csrf"], **SETTINGS}
    late = await world.client.post(f"{here}/settings", data=data, headers=headers)
    assert (late.status_code, late.headers["hx-redirect"]) == (204, here)
