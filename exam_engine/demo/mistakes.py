"""Wrong answers that a pupil would give: attractive distractors, slips of calculation, misspelt words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np

from exam_engine.demo.content.sources import source
from exam_engine.demo.difficulty import fixed, name_of
from item_bank.content.interactions import handler_for
from item_bank.content.model import Item, Numeric, Option, ShortText, SingleChoice
from item_bank.content.rational import rational, rational_text

_IN_BRACKETS = re.compile(r"\(([A-Z]+)\)")


def distractor(item: Item, choice: SingleChoice, rng: np.random.Generator) -> str:
    """An option that is not the key. How much each one attracts belongs to the item, not to the pupil."""
    wrong = [option for option in choice.options if option.id != key_of(choice.options).id]
    attraction = np.array([0.15 + fixed(name_of(item) + option.id, "attraction") ** 2 for option in wrong])
    return wrong[int(rng.choice(len(wrong), p=attraction / attraction.sum()))].id


def key_of(options: tuple[Option, ...]) -> Option:
    return max(options, key=lambda option: rational(option.weight))


def wrong_number(item: Item, number: Numeric, rng: np.random.Generator) -> str:
    """Mostly a slip that the item's author foresaw; it fits the field and earns nothing."""
    foreseen = slips().get(item.title, ())
    values = [text for text in (*foreseen, *_near(number)) if _earns_nothing(item, text)]
    values = [text for text in values if len(text) <= number.max_chars]
    weights = 1 / np.arange(1, len(values) + 1)
    return values[int(rng.choice(len(values), p=weights / weights.sum()))]


def wrong_word(item: Item, text: ShortText, rng: np.random.Generator) -> str:
    """The word in brackets left as it is or with a wrong ending, or the right word misspelt."""
    right = text.accepted[0].text
    swap = int(rng.integers(1, max(2, len(right) - 1)))
    tries = [right[:swap] + right[swap + 1 :], right[:swap] + right[swap] + right[swap:]]
    for word in _IN_BRACKETS.findall(item.stem.html):
        tries += [word.lower(), word.lower() + "ing", word.lower() + "ed"]
    wrong = [attempt for attempt in tries if _earns_nothing(item, attempt)]
    return wrong[int(rng.integers(len(wrong)))] if wrong else "?"


@cache
def slips() -> dict[str, tuple[str, ...]]:
    """Title or code → wrong numbers that the author expects, from the sources of the demo's items."""
    items = [item for name in ("toan", "vat_li") for item in source(name)["items"] if "slips" in item]
    return {item[name]: tuple(item["slips"]) for item in items for name in ("id", "title")}


def _near(number: Numeric) -> Iterator[str]:
    value = rational(number.accepted[0].replace(",", "."))
    for other in (value + 1, value * 10, value / 2, value - 1, -value):
        yield rational_text(other).replace(".", ",")


def _earns_nothing(item: Item, text: str) -> bool:
    return handler_for(item).mark(item, text).share == 0
