"""Two versions of an item side by side: the words that went and those that came."""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup as SafeText

from exam_engine.authoring.showing import shown
from exam_engine.kit.errors import _ as N_
from item_bank.content.markup import plain_text
from item_bank.content.model import Item, Markup, MultipleChoice, SingleChoice, TrueFalseCluster

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_TAG = re.compile(r"<[^>]*>")
LABELS = {
    "subject": N_("Subject"),
    "grade": N_("Grade"),
    "topic": N_("Topic"),
    "level": N_("Level"),
    "points": N_("Points"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the item in both versions; `changed` when they differ."""

    name: str
    before: SafeText
    after: SafeText
    changed: bool


def compared(before: Item, after: Item) -> list[Row]:
    old, new = dict(_parts(before)), dict(_parts(after))
    names = [*old, *(name for name in new if name not in old)]
    return [_row(name, old.get(name, ""), new.get(name, "")) for name in names]


def _row(name: str, before: str, after: str) -> Row:
    a, b = _WORD.findall(before), _WORD.findall(after)
    left, right = [], []
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        old, new = (html.escape("".join(words)) for words in (a[a1:a2], b[b1:b2]))
        left.append(old if kind == "equal" or not old else f"<del>{old}</del>")
        right.append(new if kind == "equal" or not new else f"<ins>{new}</ins>")
    return Row(name, _safe(left), _safe(right), before != after)


def _safe(parts: list[str]) -> SafeText:
    return SafeText("".join(parts).replace("\n", "<br>"))  # noqa: S704 - every word is escaped above


def _parts(item: Item) -> Iterator[tuple[str, str]]:
    yield N_("Stem"), plain_text(item.stem)
    yield from _choices(item)
    if item.rationale:
        yield N_("Rationale"), plain_text(item.rationale)
    yield from ((title, str(getattr(item, name))) for name, title in LABELS.items() if getattr(item, name))
    if item.tags:
        yield N_("Tags"), ", ".join(item.tags)


def _choices(item: Item) -> Iterator[tuple[str, str]]:
    texts: list[Markup] = []
    if isinstance(item.interaction, SingleChoice | MultipleChoice):
        texts = [option.markup for option in item.interaction.options]
    elif isinstance(item.interaction, TrueFalseCluster):
        texts = [statement.markup for statement in item.interaction.statements]
    for at, line in enumerate(shown(item).lines):
        text = plain_text(texts[at]) if at < len(texts) else html.unescape(_TAG.sub("", line.html))
        sign = "✓ " if line.right else "✗ " if line.right is False and item.type == "true_false_cluster" else ""
        yield line.mark or f"{at + 1}", f"{sign}{text}{f' ({line.note})' if line.note else ''}"
