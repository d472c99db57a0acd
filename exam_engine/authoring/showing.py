"""Items as staff pages show them: with key, weights and rationale, pictures with an address."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup as SafeText

from exam_engine.authoring.showing_parts import parts_shown, with_places
from exam_engine.kit.errors import _ as N_
from item_bank.content.headers import named
from item_bank.content.interactions.options import letters, right_ids
from item_bank.content.markup import is_blank, plain_text, render
from item_bank.content.model import (
    Composite,
    Essay,
    Formula,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Passage,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.content.rational import rational

#: Type → English msgid.
TYPE_LABELS = {
    "single_choice": N_("Single choice"),
    "multiple_choice": N_("Multiple choice"),
    "true_false_cluster": N_("True/false cluster"),
    "numeric": N_("Short numeric answer"),
    "short_text": N_("Short text"),
    "essay": N_("Essay"),
    "composite": N_("Composite item"),
}
STATUS_TONES = {"draft": "", "in_review": "info", "approved": "success", "returned": "warning", "retired": ""}
STATUS_LABELS = {
    "draft": N_("Draft"),
    "in_review": N_("In review"),
    "approved": N_("Approved"),
    "returned": N_("Returned"),
    "retired": N_("Retired"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An option, statement, accepted answer, rubric point or interaction. `right` None: neither right nor wrong;
    `kind`: of an interaction its name, an msgid, and then `note` is its key."""

    mark: str
    html: str
    right: bool | None
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    type: str
    stem: str
    passage: str
    lines: tuple[Line, ...]
    rationale: str


def staff_html(markup: Markup | None) -> str:
    """Pictures point to the staff's picture route; candidates get theirs inside the paper."""
    return "" if markup is None else render(markup).replace('data-asset="', 'loading="lazy" src="/assets/')


def shown(item: Item, passage: Passage | None = None) -> Shown:
    return Shown(
        type=item.type,
        stem=with_places(staff_html(item.stem)),
        passage=staff_html(passage.markup) if passage else "",
        lines=tuple(_lines(item)),
        rationale=staff_html(item.rationale),
    )


def opening(item: Item) -> Markup:
    """The text by which a list names the item: its stem with a line at each place to fill in, else what its first
    interaction says."""
    stem = Markup(_BLANK.sub("____", item.stem.html), item.stem.math)
    if not isinstance(item.interaction, Composite) or not is_blank(item.stem):
        return stem
    said = (markup for part in item.interaction.parts for markup in (part.prompt, part.text) if markup)
    return next(said, stem)


_BLANK = re.compile(r'<span data-place="part:[^"]*"></span>')


def excerpt(item: Item, length: int = 140) -> str:
    text = plain_text(opening(item))
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def excerpt_html(item: Item, length: int = 140) -> SafeText:
    """The excerpt with its formulas set, as TeX would be noise in a list. A formula counts as six letters."""
    start = opening(item)
    text = plain_text(Markup(_FORMULA.sub(lambda found: chr(_FIRST + int(found[1])), start.html)))
    kept, room = "", length
    for char in text.replace("\n", " "):
        room -= 6 if ord(char) >= _FIRST else 1
        if room < 0:
            kept = f"{kept.rstrip()}…"
            break
        kept += char
    # Links and header cells take no name from MathML: where no word stands beside it, the formula brings one.
    show = (lambda one: one.mathml) if _PLACE.sub("", kept).strip("… ") else named
    shown = _PLACE.sub(lambda found: _formula(start, ord(found[0]) - _FIRST, show), _escaped(kept))
    return SafeText(shown)  # noqa: S704 - escaped above; the MathML is our own


#: Formulas travel through the shortening as characters of the private use area, which no stored text holds.
_FIRST = 0xE000
_PLACE = re.compile("[\ue000-\uf8ff]")
_FORMULA = re.compile(r'<span data-math="(\d+)"></span>')


def _formula(markup: Markup, number: int, show: Callable[[Formula], str]) -> str:
    """Inline also where the author set it on a line of its own."""
    if not 0 <= number < len(markup.math):
        return ""
    return show(markup.math[number]).replace('display="block"', 'display="inline"')


def _lines(item: Item) -> list[Line]:
    match item.interaction:
        case SingleChoice(options=options) | MultipleChoice(options=options) as choice:
            named = zip(letters(len(options)), options, strict=True)
            right = right_ids(choice)
            return [
                Line(letter, staff_html(option.markup), option.id in right, _weight(option.weight))
                for letter, option in named
            ]
        case TrueFalseCluster(statements=statements):
            return [Line(f"{s.id})", staff_html(s.markup), s.correct, s.level) for s in statements]
        case Numeric() as number:
            note = f"± {number.tolerance}" if rational(number.tolerance) else ""
            return [Line("", _escaped(value.replace(".", ",")), True, note) for value in number.accepted]
        case ShortText(accepted=accepted):
            return [Line("", _escaped(answer.text), True, _weight(answer.weight)) for answer in accepted]
        case Essay(rubric=rubric):
            return [Line(point.points, _escaped(point.text), None) for point in rubric]
        case Composite() as composite:
            return _parts(composite)


def _parts(composite: Composite) -> list[Line]:
    return [Line(f"({one.number})", one.html, None, one.key, one.label) for one in parts_shown(composite, staff_html)]


def _weight(weight: str) -> str:
    share: Any = rational(weight)
    return "" if share in (0, 1) else f"{share}"


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
