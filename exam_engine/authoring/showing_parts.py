"""The interactions of a composite item as staff pages show them: a numbered place in the text, then what each asks."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from exam_engine.authoring.showing_pictures import earning, picture_html
from exam_engine.kit.errors import _ as N_
from item_bank.content.interactions.composite import gives_of
from item_bank.content.interactions.parts.naming import key_said, marks
from item_bank.content.model import Composite, Feedback, Markup, Part, PartChoice, Spot
from item_bank.content.processing.declared import Area

#: Type of an interaction → English msgid.
PART_LABELS = {
    "associate": N_("Pairing"),
    "choice": N_("Choice"),
    "end_attempt": N_("Button"),
    "extended_text": N_("Long text"),
    "gap_match": N_("Gaps to fill from a list"),
    "graphic_associate": N_("Pairing on a picture"),
    "graphic_gap_match": N_("Placing on a picture"),
    "graphic_order": N_("Ordering on a picture"),
    "hotspot": N_("Areas of a picture"),
    "hottext": N_("Words to choose in a text"),
    "inline_choice": N_("Choice within the text"),
    "match": N_("Matching"),
    "media": N_("Sound or film"),
    "order": N_("Ordering"),
    "position_object": N_("Objects to place on a picture"),
    "select_point": N_("Points of a picture"),
    "slider": N_("Slider"),
    "text_entry": N_("Typed text"),
    "upload": N_("File to hand in"),
}
_PLACE = re.compile(r'<(div|span) data-place="(\w+):([^"]*)">')
#: As a page shows markup: rendered, with an address for each picture.
Html = Callable[[Markup | None], str]


@dataclass(frozen=True, slots=True)
class PartShown:
    """`label` is an msgid; `key` in words, empty where none is declared."""

    number: int
    label: str
    html: str
    key: str


def parts_shown(composite: Composite, as_html: Html) -> list[PartShown]:
    declared = {one.identifier: one for one in composite.declarations}
    return [
        PartShown(
            number,
            PART_LABELS.get(part.type, part.type),
            part_html(part, as_html, right=earning(declared.get(part.id))) + _recording(part),
            key_said(part, declared[part.id], gives_of(part)) if part.id in declared else "",
        )
        for number, part in enumerate(composite.parts, start=1)
    ]


def part_html(part: Part, as_html: Html, points: Sequence[str] = (), right: Iterable[Area] = ()) -> str:
    """What the interaction shows, without its key: prompt, text, picture, choices and targets. `points`: what was
    marked on the picture; `right`: its areas that earn points."""
    told = marks(part)
    text = with_places(as_html(part.text), told)
    in_text = part.type in ("gap_match", "hottext")
    return "".join(
        [
            as_html(part.prompt),
            text,
            picture_html(part, as_html, told, points, right),
            _list(part.choices if part.type != "hottext" else (), told, as_html),
            _list(part.targets if not in_text else (), told, as_html),
            _areas(part.spots, told),
            _range(part),
        ]
    )


def with_places(text: str, told: Mapping[str, str] | None = None) -> str:
    """Rendered markup in which a numbered box stands at each place of an interaction or a gap, a variable's name where
    its value will stand, and a mark around words to choose. `told`: the numbers of gaps, by id."""

    def shown(found: re.Match[str]) -> str:
        element, kind, name = found[1], found[2], found[3]
        if kind == "part":
            return f'<{element} class="item-place">{int(name) + 1 if name.isdecimal() else ""}'
        if kind == "gap":
            return f'<{element} class="item-place">{html.escape((told or {}).get(name, ""))}'
        if kind == "variable":
            return f'<{element} class="item-variable">{html.escape(name)}'
        return f'<{element} class="item-{kind}">'

    return _PLACE.sub(shown, text)


def feedback_shown(told: Iterable[Feedback], as_html: Html) -> list[tuple[str, str]]:
    """When it is told (outcome = value), and what."""
    return [(f"{one.outcome} {'=' if one.show else '≠'} {one.identifier}", as_html(one.markup)) for one in told]


def _recording(part: Part) -> str:
    """To be saved and heard: pages of staff play nothing. How often it may be played, and its words."""
    told = {name: html.escape(text) for name, text in part.settings.items()}
    if part.type != "media" or "asset" not in told:
        return ""
    often = f" ×{told['most_plays']}" if told.get("most_plays", "0") != "0" else ""
    kind, words = told.get("kind", ""), told.get("description", "")
    return f'<p><a href="/assets/{told["asset"]}" download>{kind}</a>{often} {words}</p>'


def _list(choices: tuple[PartChoice, ...], told: Mapping[str, str], as_html: Html) -> str:
    lines = "".join(
        f'<li class="item-line"><span class="item-mark">{told[one.id]}</span>'
        f'<div class="item-text">{as_html(one.markup)}</div></li>'
        for one in choices
    )
    return f'<ul class="item-lines">{lines}</ul>' if lines else ""


def _areas(spots: tuple[Spot, ...], told: Mapping[str, str]) -> str:
    lines = "".join(
        f'<li class="item-line"><span class="item-mark">{told[one.id]}</span>'
        f'<div class="item-text">{html.escape(one.label or " ".join((one.area.shape, *one.area.coords)))}</div></li>'
        for one in spots
    )
    return f'<ul class="item-lines">{lines}</ul>' if lines else ""


def _range(part: Part) -> str:
    if part.type != "slider":
        return ""
    low, high = (html.escape(part.settings.get(name, "")) for name in ("lower", "upper"))
    return f"<p>{low} – {high}</p>"
