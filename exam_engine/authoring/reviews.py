"""What reviewers have said about an item, as its pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.authoring.review_words import CHECKLIST_LABELS
from item_bank.storage import review_queries


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict. `doubts`: msgids of what the reviewer answered with no."""

    verdict: str
    version: int
    by: str
    at: datetime
    text: str
    doubts: tuple[str, ...] = ()


async def said_of(connection: AsyncConnection, item_id: int) -> list[Said]:
    """The newest first."""
    verdicts = await review_queries.reviews_of(connection, item_id)
    names = await queries.names_of(connection, {row["reviewer_id"] for row in verdicts})
    return [_verdict(row, names) for row in verdicts]


def since_approval(said: Sequence[Said]) -> list[Said]:
    """The returns since the last approval: what whoever changes the item has to mend."""
    return list(takewhile(lambda one: one.verdict == "return", said))


def _verdict(row: Mapping[Any, Any], names: Mapping[int, str]) -> Said:
    answers: Mapping[str, str] = row["answers"]
    doubts: Sequence[str] = [label for name, label in CHECKLIST_LABELS.items() if answers.get(name) == "no"]
    by = names.get(row["reviewer_id"], "–")
    return Said(row["verdict"], row["number"], by, row["created_at"], row["reasons"], tuple(doubts))
