"""What the demo's teacher of 12A1 has done with the class: two quizzes that are over, a homework, two practices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import secrets
from exam_engine.classroom import marks, preparing, quiz, quiz_queries, starting
from exam_engine.demo import queries
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import Principal
from exam_engine.sittings import candidate_queries, confirming, joining, signing_in_queries, sitting_queries
from item_bank.storage import queries as storage

#: Weeks ago, title, the places of its items among the bank's items of one right answer.
QUIZZES = (
    (2, "Kiểm tra nhanh: đơn điệu và cực trị", range(4)),
    (1, "Kiểm tra nhanh: giá trị lớn nhất, tiệm cận", range(4, 10)),
)
HOMEWORK = ("Bài tập về nhà: ôn khảo sát hàm số", range(2, 8))
EVERYWHERE = ("",)  # every path begins with it
PRACTICE = ("Luyện tập trước kiểm tra giữa kì", range(12))
GALLERY = "Các dạng câu hỏi: làm thử mỗi dạng một câu"


@dataclass(frozen=True, slots=True)
class Class:
    """`unit`: the row of the class; `versions`: the items of one right answer that the teacher takes."""

    teacher: Principal
    unit: Any
    versions: Sequence[int]


async def build(
    connection: AsyncConnection, state: State, teacher_id: int, unit: Any, bank_id: int, now: datetime
) -> None:
    """`bank_id`: the bank from which the teacher takes the questions."""
    found = await storage.newest_versions(connection, bank_id, storage.Filters(types=("single_choice",)), limit=200)
    class_ = Class(Principal("staff", teacher_id), unit, sorted(one.id for one in found))
    for weeks, title, places in QUIZZES:
        at = now.astimezone(ZoneInfo(unit.zone)).replace(hour=7, minute=30, second=0, microsecond=0)
        await _past_quiz(connection, state, class_, title, places, at - timedelta(weeks=weeks))
    open_ones: Sequence[tuple[quiz.Kind, tuple[str, range]]] = (("homework", HOMEWORK), ("practice", PRACTICE))
    for kind, (title, places) in open_ones:
        draft = await _draft(connection, class_, kind, title, places)
        await starting.start(connection, state.keyring, state.events, class_.teacher, draft, "vi")


async def show_gallery(
    connection: AsyncConnection, state: State, teacher_id: int, unit: Any, versions: Sequence[int]
) -> None:
    """A practice with an item of every kind of interaction, in the order of its files."""
    class_ = Class(Principal("staff", teacher_id), unit, versions)
    draft = await _draft(connection, class_, "practice", GALLERY, range(len(versions)), mixed=False)
    await starting.start(connection, state.keyring, state.events, class_.teacher, draft, "vi")


async def confirm_older(state: State, played: Sequence[int]) -> None:
    """Of the quizzes that were just played the older one has its marks confirmed; the other waits for the teacher."""
    async with transaction(state.engine) as connection:
        quizzes = [
            one for one in [await queries.sitting(connection, number) for number in played] if one["kind"] == "quiz"
        ]
        for one in sorted(quizzes, key=lambda one: one["starts_at"])[:-1]:
            sitting = await quiz_queries.quiz_in_scope(connection, one["public_id"], EVERYWHERE)
            assert sitting is not None
            seen = marks.digest(await quiz_queries.board(connection, sitting["id"]))
            await marks.confirm(connection, Principal("staff", one["created_by"]), sitting, seen)


async def _past_quiz(
    connection: AsyncConnection, state: State, class_: Class, title: str, places: range, at: datetime
) -> None:
    draft = await _draft(connection, class_, "quiz", title, places)
    times = {"opens_at": at, "starts_at": at, "closes_at": at + timedelta(minutes=quiz.MINUTES) + quiz.LATEST_START}
    await sitting_queries.set_sitting(connection, draft["id"], **times)
    pupils = await quiz_queries.pupils_of_class(connection, class_.unit.id)
    await joining.register(connection, draft["id"], [starting.newcomer(row) for row in pupils])
    await confirming.confirm(connection, state.keyring, state.events, draft["id"])
    # The demo's players come in by ticket, as candidates of an exam do.
    candidates = await candidate_queries.candidates_of(connection, draft["id"])
    rows = [secrets.sealed_row(state.keyring, one["id"], secrets.make()) for one in candidates]
    await signing_in_queries.set_secrets(connection, rows)


async def _draft(
    connection: AsyncConnection, class_: Class, kind: quiz.Kind, title: str, places: range, *, mixed: bool = True
) -> Any:
    public = await preparing.new(connection, class_.teacher, class_.unit, "vi", kind=kind)
    draft = await quiz_queries.quiz_in_scope(connection, public, EVERYWHERE)
    assert draft is not None
    minutes = quiz.MINUTES if kind == "quiz" else None
    chosen = quiz.Settings(title, kind, minutes, None, None, guests=False, at_once=False, mixed=mixed)
    await preparing.set_up(connection, draft, chosen, class_.unit)
    versions = [class_.versions[place] for place in places if place < len(class_.versions)]
    await preparing.add_all(connection, draft["id"], versions)
    return await quiz_queries.quiz_in_scope(connection, public, EVERYWHERE)
