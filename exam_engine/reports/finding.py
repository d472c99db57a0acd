"""The sitting that a page of results is about, for whoever may see it."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring.definition import ExamDefinition
from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal
from exam_engine.reports import queries
from item_bank.content.rational import rational


async def sitting_of(
    connection: AsyncConnection,
    principal: Principal,
    public: str,
    permission: str = "results.read",
    *,
    practice: bool = False,
) -> RowMapping:
    """`practice`: whether the page is for practice, too, which has items but no results."""
    found = await queries.sitting_in_scope(connection, public, principal.scopes(permission), practice=practice)
    if found is None or found["first_attempt_id"] is None:
        raise not_found()
    return found


def definition_of(sitting: RowMapping) -> ExamDefinition:
    return definitions.decode(sitting["definition"])


def maximum_of(definition: ExamDefinition, highest: Fraction) -> Fraction:
    """The end of the scale; without a scale the next ten above the highest score."""
    if definition.scale:
        return rational(definition.scale)
    return max(Fraction(10), -(-highest // 10) * Fraction(10))


def may_see_names(principal: Principal, sitting: RowMapping) -> bool:
    return principal.reaches("people.read", sitting["path"])
