"""What of an interaction does not come back from a file as it went, kind by kind; its texts are compared in `held`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from item_bank.content.model import (
    Composite,
    Essay,
    Interaction,
    MultipleChoice,
    Numeric,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.content.rational import rational
from item_bank.formats.model import N_, Reason


def of_kind(one: Interaction, back: Interaction) -> Iterator[Reason]:
    """Both are of the same kind."""
    match one:
        case SingleChoice() | MultipleChoice():
            yield from _choice(one, back)
        case TrueFalseCluster():
            yield from _cluster(one, back)
        case Numeric():
            yield from _numeric(one, back)
        case ShortText():
            yield from _typed(one, back)
        case Essay():
            yield from _essay(one, back)
        case Composite():
            pass  # rules that say the same may be written in many ways: its writer marks answers by both


def _choice(one: SingleChoice | MultipleChoice, back: Any) -> Iterator[Reason]:
    if [rational(each.weight) for each in one.options] != [rational(each.weight) for each in back.options]:
        yield _marking()
    if [each.id for each in one.options] != [each.id for each in back.options]:
        yield Reason.of("letters_not_held", N_("The options are named by other letters there."))
    if [each.feedback for each in one.options] != [each.feedback for each in back.options]:
        yield Reason.of("feedback_not_held", N_("The remarks on single options are not held."))
    pinned = [each.pinned for each in one.options] != [each.pinned for each in back.options]
    if pinned or one.shuffle != back.shuffle:
        yield Reason.of("order_not_held", N_("Which options stay in their places is not held."))
    if isinstance(one, MultipleChoice):
        if (one.partial, set(one.also)) != (back.partial, set(back.also)):
            yield _marking()
        if (one.min_choices, one.max_choices) != (back.min_choices, back.max_choices):
            yield Reason.of("limit_not_held", N_("How many options may be chosen is not held."))


def _cluster(one: TrueFalseCluster, back: Any) -> Iterator[Reason]:
    told = [(each.correct, each.either) for each in one.statements]
    if told != [(each.correct, each.either) for each in back.statements]:
        yield _marking()
    if [each.level for each in one.statements] != [each.level for each in back.statements]:
        yield Reason.of("levels_not_held", N_("The levels of its statements are not held."))
    if list(map(rational, one.table)) != list(map(rational, back.table)):
        message = N_("The usual table of shares by number of right statements takes the place of its own.")
        yield Reason.of("table_not_held", message)


def _numeric(one: Numeric, back: Any) -> Iterator[Reason]:
    if sorted(map(rational, one.accepted)) != sorted(map(rational, back.accepted)):
        yield _marking()
    if rational(one.tolerance) != rational(back.tolerance):
        yield Reason.of("marking_not_held", N_("The tolerance is not held."))
    if one.literal != back.literal:
        yield Reason.of("literal_not_held", N_("The number counts there, not its characters."))
    elif one.literal and one.accepted != back.accepted:
        yield _marking()
    if one.max_chars != back.max_chars:
        yield _characters()


def _typed(one: ShortText, back: Any) -> Iterator[Reason]:
    if {(each.text, rational(each.weight)) for each in one.accepted} != {
        (each.text, rational(each.weight)) for each in back.accepted
    }:
        yield _marking()
    if one.case_sensitive != back.case_sensitive:
        yield Reason.of("case_not_held", N_("Whether capitals count is not held."))
    if one.max_chars != back.max_chars:
        yield _characters()


def _essay(one: Essay, back: Any) -> Iterator[Reason]:
    if [(each.text, rational(each.points)) for each in one.rubric] != [
        (each.text, rational(each.points)) for each in back.rubric
    ]:
        yield Reason.of("rubric_not_held", N_("The rubric is not held as it is."))
    if one.max_words != back.max_words:
        yield Reason.of("limit_not_held", N_("The limit of words is not held."))
    if one.lines != back.lines:
        yield Reason.of("lines_not_held", N_("How many lines are expected is not held."))


def _marking() -> Reason:
    return Reason.of("marking_not_held", N_("Its key or what its answers earn comes back changed."))


def _characters() -> Reason:
    return Reason.of("characters_not_held", N_("How many characters may be typed is not held."))
