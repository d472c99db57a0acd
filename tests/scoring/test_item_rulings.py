"""A wrong key is mended: every act on every type over HTTP, exact totals, and the way back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from httpx import AsyncClient, Response
from litestar import Litestar
from lxml import html
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring.definition import Afterwards
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.jobs import Progress
from exam_engine.scoring import deciding, marking, remarking
from item_bank.content.model import (
    AcceptedText,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    ShortText,
    SingleChoice,
    Statement,
    TrueFalseCluster,
)
from tests.scoring.exam_world import ExamWorld, build, choice, essay

Data = Mapping[str, Any]


def item(interaction: Any, points: str = "1") -> Item:
    return Item(Markup("<p>Hỏi?</p>"), interaction, points=points)


def options(*right: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{n}", Markup(f"<p>{n}</p>"), weight="1" if n in right else "0") for n in range(4))


CLUSTER = TrueFalseCluster(tuple(Statement(one, Markup(f"<p>{one}</p>"), one in "ab") for one in "abcd"))
#: Type → the item, the answer that is wrong at first, the key that makes it right, the second answer that does.
TYPES: dict[str, tuple[Item, Any, Data, Data]] = {
    "single_choice": (item(SingleChoice(options(0))), 2, {"right": "o2"}, {"also": "o2"}),
    "multiple_choice": (
        item(MultipleChoice(options(0, 1))), [1, 2], {"right": ["o1", "o2"]}, {"also": ["o1", "o2"]},
    ),
    "true_false_cluster": (
        item(CLUSTER), {"a": True, "b": True, "c": False, "d": True},
        {"is-a": "true", "is-b": "true", "is-c": "false", "is-d": "true"}, {"also": "d"},
    ),
    "numeric": (item(Numeric(("1.5",))), "2,5", {"accepted": "2,5", "tolerance": "0"}, {"also": "2,5"}),
    "short_text": (item(ShortText((AcceptedText("Huế"),))), "hà nội", {"accepted": "Hà Nội"}, {"also": "Hà Nội"}),
}  # fmt: skip


def value(world: ExamWorld, position: int, answer: Any) -> Any:
    keys = world.key_maps[world.forms[position]][world.slot(position, 0)]["keys"]
    return sorted(keys[f"o{n}"] for n in answer) if isinstance(answer, list) else answer


async def preview(world: ExamWorld, act: str, data: Data, *, number: int = 1, role: str = "exam_officer") -> Response:
    path = f"/results/{world.sitting}/items/{number}/ruling/preview"
    return await world.see(role, path, params={"act": act, **data})


def fingerprint(page: Response) -> str:
    found = re.search(r'name="fingerprint" value="(\w+)"', page.text)
    assert found, page.text
    return found[1]


async def apply(
    world: ExamWorld, act: str, data: Data, *, number: int = 1, role: str = "exam_officer", **extra: Any
) -> Response:
    seen = await preview(world, act, data, number=number, role=role)
    assert seen.status_code == 200, seen.text
    values = {"act": act, **data, "reason": "Đáp án in sai", "fingerprint": fingerprint(seen), **extra}
    return await world.send(role, f"/results/{world.sitting}/items/{number}/ruling", **values)


async def exact(world: ExamWorld, position: int) -> str:
    return str((await world.current(position))["exact"])


async def digit_for_digit(world: ExamWorld) -> bool:
    """Marking again from the journal gives what is stored."""
    async with transaction(world.engine) as connection:
        return not (await remarking.preview(connection, world.sitting_id)).changes


@pytest.mark.parametrize("name", TYPES)
async def test_every_act_on_every_type(app: Litestar, real_engine: AsyncEngine, client: AsyncClient, name: str) -> None:
    """Three candidates: the wrong answer, none, and one without the other item; out of 10, two items of 1 point."""
    about, wrong, key, second = TYPES[name]
    world = await build(app, real_engine, client, [about, choice(1)], candidates=3, individual=False)
    await world.sit(0, {0: value(world, 0, wrong), 1: 1})
    await world.sit(1, {1: 1})
    await world.sit(2, {0: value(world, 2, wrong)})
    partly = Fraction(1, 2) if name == "true_false_cluster" else Fraction(0)
    first = [str(10 * (partly + 1) / 2), "5", str(10 * partly / 2)]
    assert [await exact(world, n) for n in range(3)] == first
    written = [(await world.current(n))["marks"] for n in range(3)]
    rows = html.fromstring((await preview(world, "full_marks", {})).text).xpath("//section[h2]//tbody/tr")
    spread = {
        cells[0]: (cells[1], cells[2]) for cells in ([cell.text_content().strip() for cell in row] for row in rows)
    }
    assert list(spread) == ["8 and above", "6.5 to below 8", "5 to below 6.5", "0 to below 5"]
    assert spread["8 and above"] == ("0", "2")
    assert sum(int(before) for before, _after in spread.values()) == 3
    for act, data, expected in (
        ("key", key, ["10", "5", "5"]),
        ("as_written", {}, first),
        ("second", second, ["10", "5", "5"]),
        ("full_marks", {}, ["10", "10", "5"]),
        ("dropped", {}, ["10", "10", "0"]),
        ("key", key, ["10", "5", "5"]),
        ("as_written", {}, first),
    ):
        done = await apply(world, act, data)
        assert done.status_code == 303, done.text
        assert [await exact(world, n) for n in range(3)] == expected, act
        assert await digit_for_digit(world)
    assert [(await world.current(n))["marks"] for n in range(3)] == written
    versions = await world.results(0)
    assert [row["cause"] for row in versions[:2]] == ["closed", "item"], "the former results are kept"
    kept = await world.fetch("select kind, current from exam.item_ruling order by id")
    assert [row["kind"] for row in kept] == [
        "key", "as_written", "key", "full_marks", "dropped", "key", "as_written",
    ]  # fmt: skip
    assert [row["current"] for row in kept] == [False] * 6 + [True]
    attempt = await world.see("exam_officer", f"/results/{world.sitting}/attempts/{world.candidates[0]}")
    assert "Đáp án in sai" in attempt.text
    trace = await world.fetch("select data from exam.audit where action = 'item_decided' order by id")
    assert [row["data"]["decision"] for row in trace] == [row["kind"] for row in kept]


async def test_essays_keep_their_hand_marks_through_a_decision(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [essay(), choice(1, "2")], candidates=2)
    await world.sit(0, {0: "Bài viết", 1: 1})
    await world.sit(1, {0: "Bài khác"})
    queue = f"/marking/{world.sitting}/1"
    page = (await world.see("marker", queue)).text
    sent = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("script", "digest", "seen")}  # type: ignore[index]
    marked = await world.send("marker", queue, **sent, **{"points-r1": "1", "points-r2": "1/2", "act": "save"})
    assert marked.status_code == 303, marked.text
    before = [(await world.current(n))["exact"] for n in range(2)]
    pending = [(await world.current(n))["pending"] for n in range(2)]
    assert sorted(pending) == [0, 1]
    assert (await preview(world, "key", {"right": "x"})).status_code == 422, "a person marks it: it has no key"
    assert (await apply(world, "full_marks", {})).status_code == 303
    assert [await exact(world, n) for n in range(2)] == ["10", "5"]
    assert (await apply(world, "dropped", {})).status_code == 303
    assert [await exact(world, n) for n in range(2)] == ["10", "0"]
    assert await world.fetch("select 1 from exam.script") == [], "nobody marks what counts for nobody"
    assert (await apply(world, "as_written", {})).status_code == 303
    assert [(await world.current(n))["exact"] for n in range(2)] == before
    assert [(await world.current(n))["pending"] for n in range(2)] == pending
    assert len(await world.fetch("select 1 from exam.script")) == 2


async def test_without_a_scale_the_most_shrinks_and_the_preview_says_so(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(0, "1/3"), choice(1, "2")], candidates=1, scale=None)
    await world.sit(0, {0: 0, 1: 1})
    seen = await preview(world, "dropped", {})
    assert "falls by 1/3" in seen.text
    assert (await apply(world, "dropped", {})).status_code == 303
    assert await exact(world, 0) == "2"
    last = await preview(world, "dropped", {}, number=2)
    assert (last.status_code, "last item that counts" in last.text) == (409, True)


async def test_the_preview_names_who_changes_and_changes_nothing(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(0), choice(1)], candidates=4)
    for n, answer in enumerate((0, 2, 2)):
        await world.sit(n, {0: answer, 1: 1})
    seen = await preview(world, "key", {"right": "o2"})
    text = re.sub(r"<[^>]+>|\s+", " ", seen.text)
    assert "The key was A and becomes C." in text
    assert re.search(r"Go up +2 +of 3", text)
    assert re.search(r"Go down +1 ", text)
    assert re.search(r"Mean +6.67 → 8.33", text)
    assert [row["version"] for row in await world.fetch("select version from exam.result")] == [1, 1, 1]
    assert await world.fetch("select 1 from exam.item_ruling") == []
    path = f"/results/{world.sitting}/items/1/ruling"
    values = {"act": "key", "right": "o2", "fingerprint": fingerprint(seen)}
    assert (await world.send("exam_officer", path, **values)).status_code == 422, "no reason"
    # Somebody hands in between: nobody applies what they have not seen.
    await world.sit(3, {0: 2})
    late = await world.send("exam_officer", path, **values, reason="Sai đáp án")
    assert (late.status_code, "changed since this preview" in late.text, "Sai đáp án" in late.text) == (409, True, True)
    assert await world.fetch("select 1 from exam.item_ruling") == []
    values["fingerprint"] = fingerprint(late)
    assert (await world.send("exam_officer", path, **values, reason="Sai đáp án")).status_code == 303


async def test_bad_decisions_are_refused_with_words(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(0), item(Numeric(("1",)))], candidates=1)
    await world.sit(0, {0: 1, 1: "1"})
    for number, act, data in (
        (1, "key", {}), (1, "key", {"right": "o9"}), (1, "key", {"right": "o0"}), (1, "second", {}),
        (2, "key", {"accepted": "abc"}), (2, "key", {"accepted": "1", "tolerance": "-1"}), (2, "second", {"also": " "}),
        (2, "key", {"accepted": "1"}), (1, "nothing", {}), (1, "", {}), (1, "key", {"right": "\x00"}),
    ):  # fmt: skip
        found = await preview(world, act, data, number=number)
        assert found.status_code == 422, (act, data, found.status_code)
    assert (await preview(world, "key", {"right": "o1"}, number=3)).status_code == 404
    path = f"/results/{world.sitting}/items/1/ruling"
    nothing = await world.send("exam_officer", path, act="as_written", reason="x", fingerprint="x")
    assert nothing.status_code == 409


async def test_only_those_who_manage_results_decide(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(0)], candidates=1)
    await world.sit(0, {0: 1})
    base = f"/results/{world.sitting}/items/1/ruling"
    for role, status in (("manager", 403), ("marker", 403), ("other_officer", 404), ("exam_officer", 200)):
        assert (await world.see(role, base)).status_code == status, role
        assert (await preview(world, "dropped", {}, role=role)).status_code == (409 if status == 200 else status), role
        sent = await world.send(role, base, act="full_marks", reason="x", fingerprint="x")
        assert sent.status_code == (409 if status == 200 else status), role


async def test_an_attempt_that_ends_later_is_marked_under_the_decision_by_any_worker(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    """The forms that a process remembers are those of the decisions that its own transaction reads."""
    world = await build(app, real_engine, client, [choice(0), choice(1)], candidates=3)
    await world.sit(0, {0: 2})
    await world.sit(1, {0: 2}, submit=False)
    assert (await apply(world, "key", {"right": "o2"})).status_code == 303
    remembered = dict(marking._known_forms)
    await world.sit(1, {})
    assert await exact(world, 1) == "5"
    # Another worker knows the forms only as they were written.
    marking._known_forms.clear()
    marking._known_forms.update({name: form for name, form in remembered.items() if name[1] == ()})
    await world.sit(2, {0: 2})
    assert await exact(world, 2) == "5"


async def test_who_may_write_in_the_bank_corrects_the_item_there_too(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(0)], candidates=1)
    await world.sit(0, {0: 2})
    async with transaction(real_engine) as connection:
        from tests.accounts.school import add_staff

        teacher = await add_staff(connection, world.school.school, world.school.school, "teacher", "writer")
    world.school.staff["writer"] = teacher
    assert 'name="bank"' not in (await preview(world, "key", {"right": "o2"})).text, "an officer writes no items"
    seen = await preview(world, "key", {"right": "o2"}, role="writer")
    assert re.search(r'name="bank" value="1" checked', seen.text)
    assert (await apply(world, "key", {"right": "o2"}, role="writer", bank="1")).status_code == 303
    stored = await world.fetch("select number, content from item_bank.item_version order by number")
    weights = [[one.get("weight", "0") for one in row["content"]["interaction"]["options"]] for row in stored]
    assert weights == [["1", "0", "0", "0"], ["0", "0", "1", "0"]]
    # The bank has it right already: taking the decision back leaves the bank alone.
    assert 'name="bank"' not in (await preview(world, "as_written", {}, role="writer")).text


async def test_confirmed_marks_are_asked_for_again_and_released_ones_carry_a_note(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    policy = Afterwards(score="after_release", responses="after_release", key="after_release")
    world = await build(app, real_engine, client, [choice(0), choice(1)], candidates=2, afterwards=policy)
    await world.sit(0, {0: 2, 1: 1})
    await world.sit(1, {0: 0, 1: 1})
    async with transaction(real_engine) as connection:
        await connection.exec_driver_sql(
            "update exam.sitting set closes_at = exam.now(), marks_confirmed_at = exam.now(), released_at = exam.now()"
        )
    assert "5.00" in (await world.own_result(0)).text
    assert (await apply(world, "second", {"also": "o2"})).status_code == 303
    confirmed = await world.fetch("select marks_confirmed_at, released_at from exam.sitting")
    assert confirmed[0]["marks_confirmed_at"] is None
    assert confirmed[0]["released_at"] is not None
    page = (await world.own_result(0)).text
    assert "10.00" in page
    assert "Đáp án in sai" in page
    assert re.search(r"5\.00.{0,40}10\.00", re.sub(r"<[^>]+>|\s+", " ", page))
    other = (await world.own_result(1)).text
    assert "Đáp án in sai" in other, "everybody reads the decision, also whose mark stays"
    assert "→" not in other


async def test_a_big_sitting_is_decided_by_a_job(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "AT_ONCE", 1)
    monkeypatch.setattr(marking, "CHUNK", 2)
    world = await build(app, real_engine, client, [choice(0)], candidates=5)
    for n in range(5):
        await world.sit(n, {0: 2 if n else 0})
    asked = await apply(world, "key", {"right": "o2"})
    assert (asked.status_code, asked.headers["location"].startswith("/jobs/")) == (303, True)
    assert await world.fetch("select 1 from exam.item_ruling") == [], "nothing before the work is done"
    assert (await world.see("exam_officer", asked.headers["location"])).status_code == 200
    (job,) = await world.fetch("select id, payload from exam.job where kind = :kind", kind=deciding.JOB)
    await deciding.perform(app.state, Progress(real_engine, job["id"]), job["payload"])
    assert [await exact(world, n) for n in range(5)] == ["0", "10", "10", "10", "10"]
    (told,) = await world.fetch("select done, total from exam.job where id = :id", id=job["id"])
    assert (told["done"], told["total"]) == (5, 5)
    with pytest.raises(Refused):  # a job that runs twice finds what it did
        await deciding.perform(app.state, Progress(real_engine, job["id"]), job["payload"])
    (decided,) = await world.fetch("select by from exam.item_ruling")
    assert decided["by"] == world.school.staff["exam_officer"].id
