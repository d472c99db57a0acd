"""Who gave which answer to an item: its options, its statements, or the answers most often typed. Needs numpy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from item_bank.content.interactions import Response, handler_for
from item_bank.content.interactions.composite import answers_said, keys_said
from item_bank.content.interactions.options import letters, right_ids
from item_bank.content.model import Composite, Item, MultipleChoice, Numeric, ShortText, SingleChoice, TrueFalseCluster
from item_bank.content.variants import is_parametric
from item_bank.statistics.options import OptionStatistics, option_statistics
from item_bank.statistics.responses import Floats

#: Typed answers that get a row of their own; the rest stay together.
MOST_TYPED = 12


def answers_given(
    item: Item, given: Sequence[Response], scores: Floats, totals: Floats, groups: int = 3
) -> list[Mapping[str, Any]]:
    """Rows for the page: `part` (a statement's letter, an interaction's number or ""), `answer`, `right` (None:
    neither) and the figures, by so many groups of total scores.

    `given`, `scores`, `totals` belong to the persons who reached the item; scores without missing.
    """
    if not len(given):
        return []
    match item.interaction:
        case SingleChoice(options=options) as choice:
            named = dict(zip((one.id for one in options), letters(len(options)), strict=True))
            right = right_ids(choice)
            found = option_statistics([_hashable(one) for one in given], list(named), scores, totals, groups)
            return [_row("", named[str(one.option)], str(one.option) in right, one) for one in found]
        case MultipleChoice(options=options) as choice:
            rows, right = [], right_ids(choice)
            for letter, option in zip(letters(len(options)), options, strict=True):
                chosen = [isinstance(one, list) and option.id in one for one in given]
                (found_one,) = option_statistics(chosen, [True], scores, totals, groups)
                rows.append(_row("", letter, option.id in right, found_one))
            return rows
        case TrueFalseCluster(statements=statements):
            rows = []
            for statement in statements:
                told = [one.get(statement.id) if isinstance(one, dict) else None for one in given]
                said = [value if isinstance(value, bool) else None for value in told]
                for one in option_statistics(said, [True, False], scores, totals, groups):
                    text = "true" if one.option is True else "false"
                    rows.append(_row(statement.id, text, statement.either or one.option is statement.correct, one))
            return rows
        case Numeric() | ShortText():
            return _typed(item, given, scores, totals, groups)
        case Composite():
            return _by_part(item, given, scores, totals, groups)
    return []


def _typed(
    item: Item, given: Sequence[Response], scores: Floats, totals: Floats, groups: int
) -> list[Mapping[str, Any]]:
    handler = handler_for(item)
    texts = [handler.describe(item, one) if one else "" for one in given]
    texts = ["" if text.isspace() else text for text in texts]
    common = [text for text, _n in Counter(filter(None, texts)).most_common(MOST_TYPED)]
    right = {text: bool((handler.mark(item, one).share or 0) > 0) for text, one in zip(texts, given, strict=True)}
    return [
        _row("", str(one.option), right[str(one.option)], one)
        for one in option_statistics(texts, common, scores, totals, groups)
    ]


def _by_part(
    item: Item, given: Sequence[Response], scores: Floats, totals: Floats, groups: int
) -> list[Mapping[str, Any]]:
    """Of each interaction the answers most often given; right is what its declared key says, however the item's rules
    add up. Of a parametric item the key differs from form to form, so none is right here."""
    keys = {} if is_parametric(item) else keys_said(item)
    said = [answers_said(item, one) for one in given]
    assert isinstance(item.interaction, Composite)
    rows: list[Mapping[str, Any]] = []
    for number in range(len(item.interaction.parts)):
        texts = [one.get(number, "") for one in said]
        common = [text for text, _n in Counter(filter(None, texts)).most_common(MOST_TYPED)]
        right = {text: _same(text, keys.get(number, "")) for text in texts}
        found = option_statistics(texts, common, scores, totals, groups)
        rows += [_row(str(number + 1), str(one.option), right[str(one.option)], one) for one in found]
    return rows


def _same(answer: str, key: str) -> bool:
    return bool(key) and sorted(answer.split(", ")) == sorted(key.split(", "))


def _row(part: str, answer: str, right: bool, found: OptionStatistics) -> Mapping[str, Any]:
    return {
        "part": part,
        "answer": answer,
        "right": right,
        "n": found.n,
        "share": found.share,
        "by_group": list(found.shares),
        "rest": found.rest,
    }


def _hashable(value: Response) -> Hashable:
    return value if isinstance(value, str) else None
