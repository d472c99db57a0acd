"""From the marks of the items to the total of a paper. Pure, in exact rationals, rounded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from item_bank.content.interactions.base import Mark, Response
from item_bank.content.interactions.composite import waits_for_a_person
from item_bank.content.interactions.registry import handler_for
from item_bank.content.model import Composite, Essay, Item
from item_bank.content.rounding import POLICIES

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Scheme:
    """The exam's marking rule. `scale_to` turns points into the exam's scale (10); None leaves them as they add up."""

    rounding: str = "none-2dp"
    scale_to: Fraction | None = None


@dataclass(frozen=True)
class Answered:
    """One item of a candidate's paper with its share. `share` None: a person still has to mark it.

    `choose` and `alternative` are those of a "choose one of" section (`choose` alternatives of `section` count).
    `dropped`: the item counts for nobody, neither in the points nor in the maximum.
    """

    points: Fraction
    share: Fraction | None
    answered: bool
    section: int = 0
    alternative: str | None = None
    choose: int | None = None
    dropped: bool = False

    @cached_property
    def score(self) -> Fraction:
        return ZERO if self.share is None or self.dropped else self.points * self.share


@dataclass(frozen=True, slots=True)
class PaperMark:
    """`scores` stand beside the items: None where a person still has to mark. `counted` is false for an item of an
    alternative that was not scored and for a dropped one. `points`, `maximum`: exact sums of what counts. `total`:
    scaled and exact, never below zero; `mark`: rounded; `text`: as printed, with a point. `complete` is false while a
    counted score is None."""

    scores: tuple[Fraction | None, ...]
    counted: tuple[bool, ...]
    points: Fraction
    maximum: Fraction
    total: Fraction
    mark: Fraction
    text: str
    complete: bool


def exact_sum(values: Sequence[Fraction]) -> Fraction:
    """As `sum`, over one common denominator: a fortieth of the divisions."""
    pairs = [value.as_integer_ratio() for value in values]
    common = lcm(*{below for _above, below in pairs})
    return Fraction(sum(above * (common // below) for above, below in pairs), common)


def needs_a_person(item: Item) -> bool:
    """Whether every answer to it waits for a marker."""
    told = item.interaction
    return isinstance(told, Essay) or (isinstance(told, Composite) and waits_for_a_person(told))


def mark_item(item: Item, response: Response) -> Mark:
    """Marks a canonical response."""
    return handler_for(item).mark(item, response)


def mark_paper(items: Sequence[Answered], scheme: Scheme) -> PaperMark:
    """The mark of one candidate's paper.

    Of alternatives the answered ones count, the better-scored first, then those that stand first; so a candidate who
    answered a little of both is not punished for it. The maximum of such a section is that of its scored alternatives,
    which a blueprint makes equal.
    """
    chosen = _scored_alternatives(items)
    counted = tuple(
        not item.dropped and (item.alternative is None or (item.section, item.alternative) in chosen) for item in items
    )
    counting = [item for item, counts in zip(items, counted, strict=True) if counts]
    scores = [item.score for item in items]
    points = exact_sum([score for score, counts in zip(scores, counted, strict=True) if counts])
    maximum = exact_sum([item.points for item in counting])
    total = max(points, ZERO)
    if scheme.scale_to is not None:
        total = total * scheme.scale_to / maximum if maximum else ZERO
    rounding = POLICIES[scheme.rounding]
    return PaperMark(
        scores=tuple(None if item.share is None else score for item, score in zip(items, scores, strict=True)),
        counted=counted,
        points=points,
        maximum=maximum,
        total=total,
        mark=rounding.round(total),
        text=rounding.text(total),
        complete=all(item.share is not None for item in counting),
    )


def _scored_alternatives(items: Sequence[Answered]) -> set[tuple[int, str]]:
    sections: dict[int, dict[str, list[Answered]]] = {}
    for item in items:
        if item.alternative is not None:
            sections.setdefault(item.section, {}).setdefault(item.alternative, []).append(item)
    return {(section, alternative) for section, alternatives in sections.items() for alternative in _best(alternatives)}


def _best(alternatives: Mapping[str, Sequence[Answered]]) -> list[str]:
    def rank(alternative: str) -> tuple[bool, bool, Fraction]:
        members = alternatives[alternative]
        # What waits for a person ranks before what is marked: its score is not known to be lower.
        waiting = any(member.share is None and not member.dropped for member in members)
        return (any(m.answered for m in members), waiting, sum((m.score for m in members), ZERO))

    choose = next(iter(alternatives.values()))[0].choose or 1
    return sorted(alternatives, key=rank, reverse=True)[:choose]  # a stable sort: the first of equals stays first
