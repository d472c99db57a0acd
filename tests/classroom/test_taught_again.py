"""A test is copied, has parts, is written question by question; two pupils share a name; guests do not count."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from exam_engine.accounts import founding
from exam_engine.authoring.publishing import with_added
from exam_engine.classroom import quiz
from exam_engine.kit.database import transaction
from tests.classroom.my_world import Browser, ClassWorld
from tests.classroom.quiz_world import come_in, pin_of, prepared, row_of, started

PARTS = """Câu 1. Thủ đô của Việt Nam là
*A. Hà Nội
B. Huế
C. Đà Lạt
D. Vinh

Câu 2. Xét số 12.
a) Số 12 là số chẵn.
b) Số 12 là số nguyên tố.
c) Số 12 chia hết cho 3.
d) Số 12 chia hết cho 5.
Đáp án: Đ S Đ S

Câu 3. 1 + 1 bằng
A. 3
*B. 2
C. 4
D. 5
"""


async def test_a_copied_homework_lies_in_the_usual_window_with_its_own_time(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    closes = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT21:30")
    for minutes in ("25", ""):
        here, _code = await started(world, teacher, kind="homework", minutes=minutes, closes=closes)
        copied = (await teacher.post(f"{here}/copy")).headers["location"].split("?")[0]
        page, row = (await teacher.get(copied)).text, await row_of(world, copied)
        usual = quiz.usual_close("homework", datetime.now(UTC), "Asia/Ho_Chi_Minh")
        assert f'value="{usual:%Y-%m-%dT%H:%M}"' in page
        assert row["closes_at"] == usual
        assert re.search(rf'name="minutes"[^>]*value="{minutes}"', page)
        assert row["title"].startswith((await row_of(world, here))["title"] + " (")


async def test_a_mixed_order_stays_within_each_part(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here = await prepared(world, teacher)
    pasted = await teacher.post(f"{here}/paste", text=PARTS)
    assert "done=added&n=3" in pasted.headers.get("location", ""), pasted.text
    assert (
        await teacher.post(f"{here}/start", title="Ba phần", kind="quiz", minutes="15", mixed="1")
    ).status_code == 303
    sections = (await row_of(world, here))["definition"]["sections"]
    assert [(one["title"], len(one["items"])) for one in sections] == [("Part I", 5), ("Part II", 1)]
    assert "6 questions" in (await teacher.get(here)).text
    assert "6 questions" in (await teacher.get("/quiz")).text
    copied = (await teacher.post(f"{here}/copy")).headers["location"].split("?")[0]
    (whole,) = (await row_of(world, copied))["definition"]["sections"]
    assert (whole["title"], len(whole["items"])) == ("Ba phần (2)", 6)
    straight, _code = await started(world, teacher, mixed="0")
    assert len((await row_of(world, straight))["definition"]["sections"]) == 1


async def test_the_bank_shown_after_pasting_is_the_one_that_it_went_into(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here = await prepared(world, teacher)
    await teacher.post(f"{here}/paste", text=PARTS)
    (own,) = await world.fetch(
        "select public_id from item_bank.bank where unit_id = :unit", unit=world.school.class_.id
    )
    assert f'value="{own["public_id"]}" selected' in (await teacher.get(here)).text


def test_questions_written_in_a_row_all_come_back() -> None:
    first = with_added("/quiz/abc", "one")
    assert with_added(first, "two") == "/quiz/abc?added=one%2Ctwo"
    assert with_added(with_added(first, "two"), "one") == "/quiz/abc?added=two%2Cone"


async def test_pupils_of_one_name_are_told_apart_and_no_others(world: ClassWorld) -> None:
    async with transaction(world.engine) as connection:
        home, name = world.school.class_, "Trần Văn Sinh Đôi"
        twins = [await founding.add_pupil(connection, home, name, code=code) for code in ("0881", "0882")]
        for day, twin in enumerate(twins, start=8):
            values: dict[str, Any] = {"day": datetime(2010, 3, day, tzinfo=UTC).date(), "id": twin.id}
            await connection.execute(text("update exam.person set birth_date = :day where id = :id"), values)
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher)
    door = (await Browser(world.client).get(f"/join/{code}")).text
    for page in (door, (await teacher.get(here)).text):
        assert "(08/03)" in page
        assert "(09/03)" in page
        assert f"{world.school.pupil.full_name} <" not in page


async def test_a_guest_counts_in_no_mean_of_any_page(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher, guests="1")
    guest = Browser(world.client)
    await guest.post(f"/join/{code}", guest="1", name="Người lạ")
    for browser in (guest, await come_in(world, code, world.school.pupil)):
        device = browser.device()
        await device.start()
        await device.submit()
    public = here.rsplit("/", 1)[-1]
    results = (await teacher.get(f"/results/{public}")).text
    assert "1 guest is not counted in these figures." in results
    preview = (await teacher.get(f"/results/{public}/items/1/ruling/preview?act=full_marks")).text
    assert "of 1 pupil, without guests" in preview
    assert "+3.33" in preview
    assert "+10/3" not in preview
    sent = {"act": "full_marks", "reason": "x" * 501, "fingerprint": ""}
    refused = await teacher.post(f"/results/{public}/items/1/ruling", **sent)
    assert (refused.status_code, "This is too long." in refused.text) == (422, True)


async def test_pages_before_and_behind_the_door_speak_one_language(world: ClassWorld) -> None:
    """An English browser in a Vietnamese school: Vietnamese from the code to the player, until somebody chooses."""
    teacher = await world.staff("teacher")
    _here, code = await started(world, teacher, guests="1")
    english, jar = {"accept": "text/html", "accept-language": "en-US,en"}, dict[str, str]()

    async def seen(path: str, **form: str) -> Any:
        cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
        headers = {**english, "cookie": cookie}
        sent = {**form, "_csrf_token": jar.get("csrf", "")}
        found = await (
            world.client.post(path, data=sent, headers=headers) if form else world.client.get(path, headers=headers)
        )
        jar.update({name: value for name, value in found.cookies.items() if value})
        world.client.cookies.clear()
        return found

    for path in ("/pupil", "/join", f"/join/{code}"):
        assert '<html lang="vi"' in (await seen(path)).text, path
    assert (await seen(f"/join/{code}", guest="1", name="Khách lạ")).headers["location"] == "/play"
    assert '<html lang="vi"' in (await seen("/play")).text
    assert (await seen("/language", language="en", back="/play")).headers["location"] == "/play"
    for path in ("/play", "/join", f"/join/{code}"):
        assert '<html lang="en"' in (await seen(path)).text, path
    who = world.school.pupil
    assert (await seen(f"/join/{code}", person=who.public_id, pin=await pin_of(world, who))).status_code == 303
    assert '<html lang="en"' in (await seen("/play")).text
    del jar["lang"]
    assert '<html lang="vi"' in (await seen("/play")).text
