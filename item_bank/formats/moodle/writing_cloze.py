r"""Composites → embedded answers (cloze), where every part is a gap that Moodle knows: lists, choices, typed words.

Source: Moodle documentation, "Embedded Answers (Cloze) question type" (see cloze_syntax.py). What each answer earns is
found by marking it, so it does not matter how the item's rules say it; only points that add up can be written.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from item_bank.content.markup import editable
from item_bank.content.model import Composite, Item, Markup, Part
from item_bank.content.processing.declared import Declaration
from item_bank.formats.model import N_
from item_bank.formats.moodle.typed_gaps import Typed, typed_answers
from item_bank.formats.scoring import scored
from item_bank.formats.written import Notes, NotHeldError, clean, note_feedback, percent

_PLACE = re.compile(r'<(div|span) data-place="part:([0-9]+)"></\1>')
_GAP_OPENS = re.compile(r"\{(?=[0-9]*:)")
_MAX_WEIGHT = 9_999


@dataclass(frozen=True, slots=True)
class _Gap:
    """kind: Moodle's name; earned: what is chosen or typed → its points; right: the response that earns the most;
    typed: as Moodle writes it."""

    part: Part
    kind: str
    earned: Mapping[str, Fraction]
    right: object
    most: Fraction
    typed: Mapping[str, str]


def cloze_text(item: Item, stem: Markup, notes: Notes) -> str:
    """The HTML of the question with its gaps. Raises NotHeldError."""
    composite = item.interaction
    assert isinstance(composite, Composite)
    if composite.drawing.rules or composite.adaptive or 'data-place="feedback' in stem.html:
        raise NotHeldError("interaction_not_held", N_("Its numbers are drawn, or its text follows the answers."))
    declared = {one.identifier: one for one in composite.declarations}
    gaps = [_gap(item, part, declared.get(part.id), composite) for part in composite.parts]
    _check_sum(item, gaps)
    scale = math.lcm(*(gap.most.denominator for gap in gaps))
    weights = [int(gap.most * scale) for gap in gaps]
    if max(weights) > _MAX_WEIGHT:
        raise NotHeldError("marking_not_held", N_("The points of its gaps are no small whole numbers."))
    if sum(weights) != item.maximum:
        notes.tell(
            "points_scaled",
            N_("Gaps weigh whole numbers in Moodle: %(points)s points became %(kept)s."),
            points=item.points,
            kept=sum(weights),
        )
    note_feedback(composite.feedback, notes)
    text = _GAP_OPENS.sub("&#123;", editable(stem))
    written = {number: _written(gap, weight) for number, (gap, weight) in enumerate(zip(gaps, weights, strict=True))}
    if len(_PLACE.findall(text)) != len(gaps):
        raise NotHeldError("interaction_not_held", N_("A part stands outside the question's text."))
    return _PLACE.sub(lambda found: written[int(found[2])], text)


def _gap(item: Item, part: Part, declared: Declaration | None, composite: Composite) -> _Gap:
    if declared is None or part.type not in ("choice", "inline_choice", "text_entry"):
        message = N_("Moodle has no embedded answer for the interaction %(type)s.")
        raise NotHeldError("interaction_not_held", message, type=part.type)
    if part.prompt is not None:
        raise NotHeldError("interaction_not_held", N_("A part has a prompt of its own, and a gap has no place for it."))
    several = declared.cardinality != "single"
    typed = typed_answers(declared, composite) if part.type == "text_entry" else Typed({})
    answers = list(typed.shown) or [one.id for one in part.choices]
    mapped = {entry.key: Fraction(entry.value) for entry in declared.mapping.entries} if declared.mapping else {}
    earned = {one: mapped.get(one, _score(item, {part.id: [one] if several else one})) for one in answers}
    positive = [one for one, points in earned.items() if points > 0]
    if not positive:
        raise NotHeldError("marking_not_held", N_("A part earns nothing by itself."))
    best = max(positive, key=lambda one: earned[one])
    right: object = positive if several else best
    most = sum((earned[one] for one in positive), Fraction(0)) if several else earned[best]
    return _Gap(part, _kind(part, several, declared, typed), earned, right, most, typed.shown)


def _kind(part: Part, several: bool, declared: Declaration, typed: Typed) -> str:
    if part.type == "text_entry":
        if declared.base_type in ("integer", "float"):
            return "NUMERICAL"
        return "SHORTANSWER_C" if typed.strict else "SHORTANSWER"
    shuffled = "S" if part.shuffle else ""
    if part.type == "inline_choice":
        return "MULTICHOICE_S" if shuffled else "MULTICHOICE"
    across = "H" if part.settings.get("orientation") == "horizontal" else ""
    ending = across + shuffled if several else (across or "V") + shuffled
    return ("MULTIRESPONSE" if several else "MULTICHOICE") + (f"_{ending}" if ending else "")


def _score(item: Item, response: dict[str, object]) -> Fraction:
    found = scored(item, response).score
    if found is None:
        raise NotHeldError("marking_not_held", N_("A person marks it."))
    return found


def _check_sum(item: Item, gaps: list[_Gap]) -> None:
    """All right answers together earn what they earn one by one, and no answer earns nothing."""
    together = _score(item, {gap.part.id: gap.right for gap in gaps})
    if _score(item, {}) != 0 or together != sum(gap.most for gap in gaps) or together != item.maximum:
        raise NotHeldError("marking_not_held", N_("What its parts earn does not simply add up."))


def _written(gap: _Gap, weight: int) -> str:
    texts = {one.id: one.markup for one in gap.part.choices}
    told = []
    for answer, points in gap.earned.items():
        text = editable(texts[answer]) if answer in texts else html.escape(gap.typed[answer], quote=False)
        if "data-asset" in text and gap.part.type == "inline_choice":
            raise NotHeldError("picture_not_held", N_("A pull-down list of Moodle shows no pictures."))
        share = points / gap.most
        sign = "=" if share == 1 else f"%{percent(share)}%" if share else ""
        told.append(sign + _escaped(clean(text)))
    return f"{{{weight}:{gap.kind}:{'~'.join(told)}}}"


def _escaped(text: str) -> str:
    return re.sub(r'([}#~/"\\])', r"\\\1", text)
