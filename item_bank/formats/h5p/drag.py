"""H5P "Drag and Drop": things dragged to zones of a board, with or without a picture on it.

Places are told in per cent of the board, sizes in em of 16 pixels. A right thing in a zone earns a point; a wrong one
takes one away unless the content says otherwise.
"""

from __future__ import annotations

import html
import re
from fractions import Fraction

from item_bank.content.markup import plain_text
from item_bank.content.model import Interaction, Markup, Part, PartChoice, Picture, Spot
from item_bank.content.pictures import inspect
from item_bank.content.processing.declared import Area
from item_bank.formats.building import composite, mapped, place
from item_bank.formats.h5p.content import MAX_PARTS, Content, Json
from item_bank.formats.model import N_, ReadProblem

_EM = 16


def read_drag_question(content: Content) -> Interaction:
    question = content.params["question"]
    task, settings = question["task"], question.get("settings") or {}
    elements, zones = task.get("elements") or [], task.get("dropZones") or []
    if not zones or len(zones) > MAX_PARTS or len(elements) > MAX_PARTS:
        raise ReadProblem("words_missing", N_("The board has no zone to drop on, or too many."))
    dragged = {at: one for at, one in enumerate(elements) if one.get("dropZones")}
    if len(dragged) < len(elements):
        content.note("h5p_static", N_("Texts and pictures that only lie on the board are not kept."))
    correct = {
        (int(element), at)
        for at, zone in enumerate(zones)
        for element in zone.get("correctElements") or []
        if int(element) in dragged
    }
    if not correct:
        raise ReadProblem("key_missing", N_("The item has no key: no answer earns a point."))
    part = _part(content, dragged, zones, settings)
    points = _points(dragged, zones, correct, bool(content.behaviour("applyPenalties", True)))
    single = bool(content.behaviour("singlePoint", False))
    best = _maximum(zones, correct)
    content.points = Fraction(1) if single else best
    if single:
        points = {pair: value / best for pair, value in points.items()}
    content.stem = content.question("", place(0))
    key = [f"D{element} Z{zone}" for element, zone in sorted(correct)]
    marked = mapped(part, "multiple", "directedPair", points, correct=key)
    return composite([marked], content.points)


def _points(
    dragged: dict[int, Json], zones: list[Json], correct: set[tuple[int, int]], penalties: bool
) -> dict[str, Fraction]:
    wrong = Fraction(-1 if penalties else 0)
    return {
        f"D{element} Z{zone}": Fraction(1) if (element, zone) in correct else wrong
        for element in dragged
        for zone in range(len(zones))
    }


def _maximum(zones: list[Json], correct: set[tuple[int, int]]) -> Fraction:
    """A zone for one thing earns a point, whichever of its right ones lies there."""
    counts = [sum(zone == at for _element, zone in correct) for at in range(len(zones))]
    singles = [min(count, 1) if zone.get("single") else count for count, zone in zip(counts, zones, strict=True)]
    return Fraction(sum(singles))


def _part(content: Content, dragged: dict[int, Json], zones: list[Json], settings: Json) -> Part:
    choices = tuple(
        PartChoice(f"D{at}", _label(content, one), most=0 if one.get("multiple") else 1) for at, one in dragged.items()
    )
    background = settings.get("background")
    if not isinstance(background, dict) or not background.get("path"):
        targets = tuple(
            PartChoice(f"Z{at}", Markup(html.escape(_named(content, zone, at))), most=1 if zone.get("single") else 0)
            for at, zone in enumerate(zones)
        )
        return Part("RESPONSE", "match", choices=choices, targets=targets, most=0)
    picture = _board(content, background)
    spots = tuple(
        Spot(
            f"Z{at}",
            _area(content, zone, picture, settings),
            _named(content, zone, at),
            most=1 if zone.get("single") else 0,
        )
        for at, zone in enumerate(zones)
    )
    return Part("RESPONSE", "graphic_gap_match", choices=choices, picture=picture, spots=spots, most=0)


def _board(content: Content, background: Json) -> Picture:
    shown = content.image(background, "")
    digest = re.search(r'data-asset="([0-9a-f]+)"', shown)
    assert digest is not None
    size = inspect(content.entry.assets[digest[1]].data)
    return Picture(digest[1], size.width, size.height)


def _area(content: Content, zone: Json, picture: Picture, settings: Json) -> Area:
    """In pixels of the picture, which fills the board."""
    size = settings.get("size") or {}
    board = [content.number(size.get(name) or side) for name, side in (("width", 620), ("height", 310))]
    left, top = (content.number(zone.get(name, 0)) / 100 for name in ("x", "y"))
    wide = content.number(zone.get("width", 5)) * _EM / board[0]
    high = content.number(zone.get("height", 2)) * _EM / board[1]
    corners = (left * picture.width, top * picture.height, (left + wide) * picture.width, (top + high) * picture.height)
    return Area("rect", tuple(str(round(corner)) for corner in corners))


def _named(content: Content, zone: Json, at: int) -> str:
    return plain_text(content.html(zone.get("label"))).strip()[:200] or str(at + 1)


def _label(content: Content, element: Json) -> Markup:
    kind = element.get("type") or {}
    params = kind.get("params") or {}
    if str(kind.get("library", "")).startswith("H5P.Image "):
        return Markup(content.image(params.get("file") or {}, str(params.get("alt") or "")))
    return content.html(params.get("text"))
