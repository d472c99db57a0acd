"""Coming into a test that has begun: by code and PIN, later, as a guest; together, twice, too many."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import text

from exam_engine.accounts import founding, merging, merging_queries, pupil_secrets
from exam_engine.accounts.limits import Limit
from exam_engine.classroom import coming_in
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import SYSTEM, Principal
from exam_engine.kit.packed import unpacked
from exam_engine.sittings import joining, sitting_queries
from exam_engine.sittings.joining import Newcomer, Place
from tests.classroom.my_world import Browser, ClassWorld
from tests.classroom.quiz_world import come_in, pin_of, row_of, started


async def sitting_id(world: ClassWorld, public: str) -> int:
    return int((await world.fetch("select id from exam.sitting where public_id = :public", public=public))[0]["id"])


async def join_count(world: ClassWorld, sitting: int) -> int:
    return len(await world.fetch("select id from exam.candidate where sitting_id = :id", id=sitting))


async def join(world: ClassWorld, sitting: int, who: Newcomer, round_: int = 1) -> Place:
    async with transaction(world.engine) as connection:
        return await joining.join(
            connection, world.state.keyring, world.state.events, SYSTEM, sitting, who, round_=round_
        )


async def test_all_at_once_get_places_of_their_own_and_who_comes_twice_one(world: ClassWorld) -> None:
    public = await world.test("quiz", "Cùng lúc")
    sitting = await sitting_id(world, public)
    late = await world.newcomer("Lê Văn Muộn")
    await world.set(public, guests=True)
    newcomers = [Newcomer(f"Khách {n}") for n in range(6)] + [Newcomer("Lê Văn Muộn", late.id)] * 6
    places = await asyncio.gather(*(join(world, sitting, who) for who in newcomers))
    assert len({place.candidate_id for place in places[:6]}) == 6
    assert len({place.candidate_id for place in places[6:]}) == 1
    assert sum(place.made for place in places) == 7
    rows = await world.fetch(
        "select c.number, a.id, v.body, f.key_map from exam.candidate c join exam.attempt a on a.candidate_id = c.id"
        " join exam.variant v on v.attempt_id = a.id join exam.form f on f.id = a.form_id"
        " where c.sitting_id = :id order by a.id",
        id=sitting,
    )
    first, count = rows[0]["id"], len(rows)
    assert [row["number"] for row in rows] == [f"{n:02d}" for n in range(1, count + 1)]
    assert [row["id"] for row in rows] == list(range(first, first + count))
    slots = {tuple(sorted(slot for slot, _order in unpacked(row["body"])["sections"][0]["items"])) for row in rows}
    assert slots == {(0, 1, 2)}


async def test_rounds_are_places_too_until_the_spare_ones_are_used_up(world: ClassWorld) -> None:
    public = await world.test("practice", "Luyện")
    sitting = await sitting_id(world, public)
    pupil = Newcomer(world.school.pupil.full_name, world.school.pupil.id)
    assert not (await join(world, sitting, pupil)).made
    assert (await join(world, sitting, pupil, 2)).made
    assert not (await join(world, sitting, pupil, 2)).made
    block = (await row_of(world, public))["attempt_count"]
    await world.set(public, attempt_count=await join_count(world, sitting))
    with pytest.raises(Refused) as refused:
        await join(world, sitting, pupil, 3)
    assert refused.value.code == "sitting_full"
    await world.set(public, attempt_count=block)


async def test_nobody_alone_uses_up_the_places_of_the_others(world: ClassWorld) -> None:
    public = await world.test("practice", "Luyện mãi")
    sitting, pupil = await sitting_id(world, public), Newcomer(world.school.pupil.full_name, world.school.pupil.id)
    with pytest.raises(Refused) as refused:
        await join(world, sitting, pupil, sitting_queries.ROUNDS + 1)
    assert refused.value.code == "sitting_full"
    block = (await row_of(world, public))["attempt_count"]
    await world.set(public, guests=True, attempt_count=await join_count(world, sitting) + joining.KEPT_FOR_PUPILS + 1)
    assert (await join(world, sitting, Newcomer("Khách 1"))).made
    with pytest.raises(Refused) as refused:
        await join(world, sitting, Newcomer("Khách 2"))
    assert refused.value.code == "sitting_full"
    assert (await join(world, sitting, pupil, 2)).made, "pupils still come in"
    await world.set(public, attempt_count=block)


async def test_wrong_code_wrong_pin_and_names_of_others(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    _here, code = await started(world, teacher)
    pupil = Browser(world.client)
    unknown = await pupil.post("/join", code="000 000" if code != "000000" else "000001")
    assert unknown.status_code == 404
    assert "no test with this code" in unknown.text
    spaced = await pupil.post("/join", code=f"{code[:3]} {code[3:]}")
    assert spaced.headers["location"] == f"/join/{code}"
    person = world.school.pupil
    wrong = await pupil.post(f"/join/{code}", person=person.public_id, pin="000000")
    assert wrong.status_code == 401
    assert "This PIN does not fit" in wrong.text
    other = world.school.other_pupil
    page = (await pupil.get(f"/join/{code}")).text
    assert other.full_name not in page
    assert person.code not in page
    stranger = await pupil.post(f"/join/{code}", person=other.public_id, pin=await pin_of(world, other))
    assert stranger.status_code == 404
    guesses = [(await pupil.post("/join", code="999999")).status_code for _guess in range(45)]
    assert (guesses[0], guesses[-1]) == (404, 429)
    assert (await pupil.post("/join", code=code)).status_code == 429, "knowing one code buys no guesses"
    assert (await Browser(world.client).post("/join", code=code)).status_code == 303, "others behind the address"


async def forget_tries(world: ClassWorld) -> None:
    async with transaction(world.engine) as connection:
        await connection.execute(text("delete from exam.sign_in_limit where key like 'join%'"))


async def test_a_school_behind_one_address_uses_nothing_up(world: ClassWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """2000 pupils at the bell: right codes leave no count, so how many there are is no matter."""
    teacher = await world.staff("teacher")
    _here, code = await started(world, teacher)
    monkeypatch.setattr(coming_in, "OF_AN_ADDRESS", Limit(failures=5))
    monkeypatch.setattr(coming_in, "OF_A_BROWSER", Limit(failures=5))
    await forget_tries(world)
    for number in range(40):
        for browser in (f"browser-{number}", "lab-pc"):
            assert not isinstance(await coming_in.find(world.engine, code, "10.0.0.1", browser), Refused)
    kept = await world.fetch("select key, failures from exam.sign_in_limit where key like 'join%'")
    assert [(row["key"].partition(":")[0], row["failures"]) for row in kept] == [("join-known", 1)]


async def test_who_throws_the_cookie_away_does_not_guess_on(world: ClassWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = await world.staff("teacher")
    known, unknown, opened = [await started(world, teacher) for _test in range(3)]
    monkeypatch.setattr(coming_in, "OF_AN_ADDRESS", Limit(failures=12))
    await forget_tries(world)

    async def guess(number: int, code: str) -> int:
        return (await Browser(world.client, {"csrf": f"made-up-{number}"}).get(f"/join/{code}")).status_code

    assert {await guess(number, known[1]) for number in range(20)} == {200}, "right codes use nothing up"
    assert [await guess(number, "99999x") for number in range(14)] == [404] * 12 + [429] * 2
    assert await guess(99, unknown[1]) == 429, "no guess is answered any more, right or wrong"
    assert await guess(99, known[1]) == 200, "those who sit there come in all the same"
    person = world.school.pupil
    inside = await Browser(world.client).post(
        f"/join/{known[1]}", person=person.public_id, pin=await pin_of(world, person)
    )
    assert inside.status_code == 303, "and with their PIN"
    await teacher.post(f"{opened[0]}/end")
    await teacher.post(f"{opened[0]}/let-in")
    fresh = (await row_of(world, opened[0]))["join_code"]
    assert await guess(99, fresh) == 200, "the teacher has opened it from there"
    await forget_tries(world)


async def test_who_comes_in_while_the_own_entry_is_merged_chooses_the_name_again(world: ClassWorld) -> None:
    class_, name = world.school.class_, "Vũ Thị Trùng"
    async with transaction(world.engine) as connection:
        keep, drop = [await founding.add_pupil(connection, class_, name, code=code) for code in ("8001", "8002")]
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher)
    pins = [await pin_of(world, one) for one in (drop, keep)]
    pupil = Browser(world.client)
    await pupil.get(f"/join/{code}")
    officer = Principal("staff", world.school.staff["exam_officer"].id, permissions={"people.manage": (class_.path,)})
    form = Reading({"one": keep.public_id, "other": drop.public_id, "keep": keep.public_id, "reason": "Nhập hai lần"})
    async with transaction(world.engine) as connection:
        await merging_queries.lock_people(connection, [keep.id, drop.id])
        coming = asyncio.create_task(pupil.post(f"/join/{code}", person=drop.public_id, pin=pins[0]))
        await asyncio.sleep(0.4)
        assert await merging.merge(connection, world.state.keyring, officer, form) is not None
    met = await coming
    assert met.status_code == 404, met.text
    assert (await come_in(world, code, keep)).cookies
    await teacher.post(f"{here}/end")


async def test_a_pin_that_is_renewed_while_it_is_checked_opens_no_session(
    world: ClassWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher)
    person, check = world.school.pupil, pupil_secrets.check_pin
    old = await pin_of(world, person)

    async def renewed_meanwhile(*asked: Any) -> bool | Refused:
        answer = await check(*asked)
        async with transaction(world.engine) as connection:
            await pupil_secrets.renew(connection, world.state.keyring, person.id, slip=False)
        return answer

    monkeypatch.setattr(pupil_secrets, "check_pin", renewed_meanwhile)
    assert (await Browser(world.client).post(f"/join/{code}", person=person.public_id, pin=old)).status_code == 401
    monkeypatch.undo()
    assert (await come_in(world, code, person)).cookies
    await teacher.post(f"{here}/end")


async def test_another_device_goes_on_and_the_code_ends_with_the_test(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher)
    first = (await come_in(world, code, world.school.pupil)).device()
    await first.start()
    second = (await come_in(world, code, world.school.pupil)).device()
    second.name = "device-two-2"
    moved = await second.start()
    assert (moved.status_code, moved.json()["resume"]) == (200, 2)
    await teacher.post(f"{here}/end")
    assert (await Browser(world.client).get(f"/join/{code}")).status_code == 404
    again = await teacher.post(f"{here}/let-in")
    assert again.status_code == 303
    sitting = await row_of(world, here)
    assert sitting["state"] == "confirmed"
    assert sitting["join_code"]


async def test_one_pupils_work_is_closed_and_the_others_go_on(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    async with transaction(world.engine) as connection:
        friend = await founding.add_pupil(connection, world.school.class_, "Lý Thị Kim", code="0077")
    here, code = await started(world, teacher)
    devices = [(await come_in(world, code, one)).device() for one in (world.school.pupil, friend)]
    for number, device in enumerate(devices):
        device.name = f"device-number-{number}"
        assert (await device.start()).status_code == 200
    page = (await teacher.get(f"{here}/end")).text
    chosen = re.search(rf'<option value="(\w+)"[^>]*>\s*{world.school.pupil.full_name}', page)
    assert chosen, page
    assert (await teacher.post(f"{here}/end", candidate=chosen[1], reason="Em xin nộp sớm")).status_code == 303
    assert (await devices[0].submit()).json()["state"] == "ended"
    assert (await devices[1].submit()).json()["state"] == "submitted"
    await teacher.post(f"{here}/end")


async def test_a_guest_is_renamed_matched_and_removed(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher, guests="1")

    async def guest(name: str) -> Any:
        browser = Browser(world.client)
        inside = await browser.post(f"/join/{code}", guest="1", name=name)
        return browser, inside

    joker, inside = await guest("Siêu nhân")
    assert inside.status_code == 303, inside.text
    _same, taken = await guest("siêu nhân")
    assert taken.status_code == 409
    worker, _inside = await guest("Đạt")
    device = worker.device()
    assert (await device.start()).status_code == 200
    await device.submit()
    page = (await teacher.get(here)).text
    assert "Siêu nhân" in page
    sitting = (await row_of(world, here))["id"]
    rows = await world.fetch(
        "select public_id, full_name from exam.candidate where guest and sitting_id = :id", id=sitting
    )
    names = {row["full_name"]: row["public_id"] for row in rows}
    person = world.school.pupil
    unsaid = await teacher.post(f"{here}/guests/{names['Đạt']}", action="match", person="")
    assert unsaid.status_code == 422, "nobody is chosen beforehand"
    assert re.search(r'<select[^>]* name="person"[^>]* required[^>]*>\s*<option value="" selected>', page)
    matched = await teacher.post(f"{here}/guests/{names['Đạt']}", action="match", person=person.public_id)
    assert "done=matched" in matched.headers["location"]
    other_tab = await teacher.post(f"{here}/guests/{names['Đạt']}", action="match", person=person.public_id)
    assert other_tab.status_code == 404, "is no guest any more"
    await guest("Bé Na")
    taken = await teacher.post(f"{here}/guests/{names['Siêu nhân']}", action="rename", name="bé na")
    assert taken.status_code == 409, "a guest is known by the name alone"
    await teacher.post(f"{here}/guests/{names['Siêu nhân']}", action="rename", name="=cmd()")
    gone = await teacher.post(f"{here}/guests/{names['Siêu nhân']}", action="remove")
    assert "done=removed" in gone.headers["location"]
    left = await world.fetch(
        "select c.full_name, c.guest, a.state from exam.candidate c join exam.attempt a on a.candidate_id = c.id"
        " where c.sitting_id = :id and (c.guest or c.person_id = :person) and c.full_name <> 'Bé Na'",
        id=sitting,
        person=person.id,
    )
    assert [tuple(row.values()) for row in left] == [(person.full_name, False, "submitted")]
    assert (await joker.get("/play")).headers["location"].startswith("/candidate")


async def test_a_guest_goes_on_elsewhere_when_the_teacher_lets_the_device_in(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher, guests="1")
    old, new, joker = (Browser(world.client) for _device in range(3))
    assert (await old.post(f"/join/{code}", guest="1", name="Bạn Ghé")).status_code == 303
    first = old.device()
    assert (await first.start()).status_code == 200

    met = await new.post(f"/join/{code}", guest="1", name="bạn ghé")
    assert met.status_code == 409
    assert "Ask the teacher" in met.text
    for browser in (joker, new):
        asked = await browser.post(f"/join/{code}", guest="1", name="bạn ghé", ask="1")
        assert asked.headers["location"] == f"/join/{code}/waiting"
    assert "no longer" in (await joker.get(f"/join/{code}/waiting")).text, "the last one who asks is meant"
    waiting = await new.get(f"/join/{code}/waiting")
    assert "Your teacher has been asked" in waiting.text
    assert (await new.post(f"/join/{code}/waiting")).status_code == 409, "not before the teacher says so"
    state = await world.client.get("/play/state?device=device-of-the-pupil", headers=old._headers())
    assert state.json()["device"]["other_waits"], "who works is told"
    world.client.cookies.clear()

    page = (await teacher.get(here)).text
    wanted = re.search(r'action="([^"]+/guests/\w+)">.*?name="asked" value="(\w+)"', page, re.DOTALL)
    assert wanted
    assert "Bạn Ghé wants to go on, on another device" in page
    stale = await teacher.post(wanted[1], action="allow", asked="0" * 16)
    assert stale.status_code == 409, "another device asks by now"
    assert (await teacher.post(wanted[1], action="allow", asked=wanted[2])).status_code == 303
    assert "wants to go on, on another device" not in (await teacher.get(here)).text
    assert (await joker.post(f"/join/{code}/waiting")).status_code == 409
    assert "Go in" in (await new.get(f"/join/{code}/waiting")).text
    assert (await new.post(f"/join/{code}/waiting")).headers["location"] == "/play"
    second = new.device()
    second.name = "device-two-2"
    bound = (await second.get("/play/state?device=device-two-2")).json()["device"]
    assert (bound["bound"], bound["allowed"]) == (False, True), "one yes is enough: the player goes on by itself"
    moved = await second.start()
    assert (moved.status_code, moved.json()["resume"]) == (200, 2)
    assert (await old.get("/play")).headers["location"].startswith("/candidate"), "the name is in use once"
    assert (await first.get("/play/state")).status_code == 401
    sounded = await first.save([1, 1, -1, [], 0])
    assert sounded.json()["a"] == [[1, 2]], "the token tells the player of the first device: superseded"
    assert (await second.submit()).json()["state"] == "submitted"
    other, _in = Browser(world.client), await Browser(world.client).post(f"/join/{code}", guest="1", name="Bạn Kia")
    asked = [await other.post(f"/join/{code}", guest="1", name="Bạn Kia", ask="1") for _time in range(11)]
    assert [one.status_code for one in asked] == [303] * 10 + [429], "who asks on and on keeps nobody else out"
    done = await Browser(world.client).post(f"/join/{code}", guest="1", name="Bạn Ghé", ask="1")
    assert done.status_code == 409
    assert "handed in" in done.text


async def test_a_teacher_refuses_a_device(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher, guests="1")
    old, new = Browser(world.client), Browser(world.client)
    await old.post(f"/join/{code}", guest="1", name="Bạn Ghé")
    await new.post(f"/join/{code}", guest="1", name="Bạn Ghé", ask="1")
    wanted = re.search(
        r'action="([^"]+/guests/\w+)">.*?name="asked" value="(\w+)"', (await teacher.get(here)).text, re.DOTALL
    )
    assert wanted
    assert (await teacher.post(wanted[1], action="refuse", asked=wanted[2])).status_code == 303
    assert "no longer" in (await new.get(f"/join/{code}/waiting")).text
    assert (await new.post(f"/join/{code}/waiting")).status_code == 409


async def test_a_guest_practises_again(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher, kind="practice", minutes="", guests="1")
    guest = Browser(world.client)
    await guest.post(f"/join/{code}", guest="1", name="Bạn Ghé")
    assert '"again": "/join/again"' in (await guest.get("/play")).text.replace('":"', '": "')
    device = guest.device()
    await device.start()
    assert (await guest.post("/join/again")).headers["location"] == "/play", "what is not done goes on"
    await device.submit()
    for _click in range(2):
        assert (await guest.post("/join/again")).headers["location"] == "/play"
    assert (await guest.device().start()).status_code == 200
    rows = await world.fetch(
        "select c.full_name, c.round, a.state from exam.candidate c join exam.attempt a on a.candidate_id = c.id"
        " where c.guest and c.sitting_id = :id order by c.round",
        id=(await row_of(world, here))["id"],
    )
    assert [tuple(row.values()) for row in rows] == [("Bạn Ghé", 1, "submitted"), ("Bạn Ghé", 2, "running")]
    assert "And 1 guest:" in (await teacher.get(here)).text


async def test_without_the_switch_nobody_is_a_guest(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    _here, code = await started(world, teacher)
    refused = await Browser(world.client).post(f"/join/{code}", guest="1", name="Siêu nhân")
    assert refused.status_code == 403
