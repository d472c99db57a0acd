"""Moodle's questions with several places: matching, select and drag words, drag onto pictures, markers, ordering.

Source: Moodle documentation, pages of these question types: each right place earns the same.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from item_bank.content.interactions.options import letters
from item_bank.content.markup import plain_text
from item_bank.content.model import Interaction, Markup, Part, PartChoice, Picture, Spot
from item_bank.content.pictures import inspect
from item_bank.content.processing.declared import Area, AreaEntry, AreaMap, Declaration, Field, Node
from item_bank.formats.building import (
    Marked,
    adding,
    all_or_nothing,
    composite,
    constant,
    earning,
    mapped,
    matching,
    node,
    number,
    place,
    response_name,
    variable,
    with_place,
)
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.moodle.cloze_items import fill_places, token, with_places
from item_bank.formats.moodle.question import Question, line_of, plain_of, written
from item_bank.formats.qti.names import Element
from item_bank.formats.texts import Notation

_PLACE = re.compile(r"\[\[\s*([0-9]{1,3})\s*\]\]")
MAX_PLACES = 100
#: Roughly a letter and a line of a label, in pixels.
_LETTER, _LINE, _PADDING = 8, 18, 12


def read_matching(question: Question) -> Interaction:
    stems: list[tuple[Markup, int]] = []
    targets: dict[str, Markup] = {}
    for one in question.answers("subquestion"):
        answer = one.find("answer")
        said = written(answer).strip()
        if answer is None or not said:
            continue
        targets.setdefault(said, question.texts(answer).markup(said, _answer_notation(question, answer)))
        if written(one).strip():
            stems.append((question.markup(one), list(targets).index(said)))
    if not stems or len(targets) < 2:
        raise ReadProblem("matching_few", N_("A matching question needs a question and two answers at least."))
    question.stem = with_place(question.main_markup())
    shuffle = question.flag("shuffleanswers", True)
    marked = matching("RESPONSE", stems, list(targets.values()), question.points, shuffle=shuffle)
    return composite([marked], question.points, remarks=question.remarks())


def _answer_notation(question: Question, answer: Element) -> Notation:
    """Answers are plain words, but for those of the plugin that lets them be dragged."""
    return question.notation(answer) if question.element.get("type") == "ddmatch" else "plain"


# --- words of a text -------------------------------------------------------------------------------------------------


def _words(question: Question, *names: str) -> list[tuple[str, str, bool]]:
    """Text, group, whether it may be used without end."""
    found = [one for name in names for one in question.answers(name)]
    return [
        (written(one).strip(), plain_of(one.find("group"), own=True) or "1", one.find("infinite") is not None)
        for one in found
    ]


def _numbered(question: Question, count: int) -> list[int]:
    """The choices that the places of the text name, from 0."""
    found = [int(one[1]) for one in _PLACE.finditer(question.main_text())]
    if not found or len(found) > MAX_PLACES or any(not 1 <= one <= count for one in found):
        message = N_("The text has no places [[1]], or names one that has no word.")
        raise ReadProblem("words_missing", message)
    return [one - 1 for one in found]


def _tokened(question: Question) -> str:
    numbers = iter(range(MAX_PLACES + 1))
    return _PLACE.sub(lambda _found: token(next(numbers)), question.main_text().strip())


def read_select_words(question: Question) -> Interaction:
    words = _words(question, "selectoption", "dragbox")
    wanted = _numbered(question, len(words))
    names = letters(len(words))
    marked = []
    for at, choice in enumerate(wanted):
        group = [n for n, one in enumerate(words) if one[1] == words[choice][1]]
        part = Part(
            response_name(at, len(wanted)),
            "inline_choice",
            choices=tuple(PartChoice(names[n], question.texts(None).markup(words[n][0], "plain")) for n in group),
            most=1,
            shuffle=question.flag("shuffleanswers"),
        )
        marked.append(mapped(part, "single", "identifier", {names[choice]: question.points / len(wanted)}))
    holder = question.element.find("questiontext")
    question.stem = with_places(
        _tokened(question), question.notation(holder), question.texts(holder), [True] * len(wanted)
    )
    return composite(marked, question.points, remarks=question.remarks())


def read_drag_to_text(question: Question) -> Interaction:
    words = _words(question, "dragbox", "selectoption")
    wanted = _numbered(question, len(words))
    _note_groups(question, {group for _text, group, _infinite in words})
    names = letters(len(words))
    holder = question.element.find("questiontext")
    text = question.texts(holder).markup(_tokened(question), question.notation(holder))
    gaps = {at: f'<span data-place="gap:G{at + 1}"></span>' for at in range(len(wanted))}
    filled = Markup(fill_places(text.html, gaps), text.math)
    often = _most_uses(wanted)
    part = Part(
        "RESPONSE",
        "gap_match",
        choices=tuple(
            PartChoice(name, question.texts(None).markup(said, "moodle"), most=0 if free else often)
            for name, (said, _group, free) in zip(names, words, strict=True)
        ),
        targets=tuple(PartChoice(f"G{at + 1}", Markup("")) for at in range(len(wanted))),
        text=filled,
        most=len(wanted),
        shuffle=question.flag("shuffleanswers"),
    )
    pairs = {f"{names[choice]} G{at + 1}": question.points / len(wanted) for at, choice in enumerate(wanted)}
    question.stem = Markup(place(0))
    marked = mapped(part, "multiple", "directedPair", pairs)
    return composite([marked], question.points, remarks=question.remarks())


def _most_uses(wanted: Sequence[object]) -> int:
    """How often each word may be dragged, all alike: the number of places that one fits would tell which it fits."""
    return max(Counter(wanted).values(), default=1)


def _note_groups(question: Question, groups: set[str]) -> None:
    if len(groups) > 1:
        message = N_("Words of every group may be dragged to every place.")
        question.entry.note("drag_groups", message, line=line_of(question.element))


# --- pictures --------------------------------------------------------------------------------------------------------


def _background(question: Question) -> Picture:
    asset = question.image(question.element)
    if asset is None:
        raise ReadProblem("picture_missing", N_("The picture %(name)s did not come with the file."), name="—")
    question.texts(None).keep(asset)
    size = inspect(asset.data)
    return Picture(asset.digest, size.width, size.height)


def read_drag_to_image(question: Question) -> Interaction:
    picture = _background(question)
    labels: dict[str, tuple[PartChoice, str, tuple[int, int]]] = {}
    drops = question.answers("drop")
    uses = [plain_of(drop.find("choice"), own=True) for drop in drops]
    often = _most_uses(uses)
    for at, drag in enumerate(question.answers("drag"), 1):
        named = plain_of(drag.find("no"), own=True) or str(at)
        group = plain_of(drag.find("draggroup"), own=True) or "1"
        markup, size = _label(question, drag)
        most = 0 if drag.find("infinite") is not None else often
        labels[named] = (PartChoice(f"D{at}", markup, most=most), group, size)
    if not drops or any(use not in labels for use in uses):
        raise ReadProblem("words_missing", N_("A place of the picture names a label that there is not."))
    _note_groups(question, {group for _choice, group, _size in labels.values()})
    spots = tuple(
        _spot(drop, at, _group_size(labels, labels[use][1]))
        for at, (drop, use) in enumerate(zip(drops, uses, strict=True), 1)
    )
    part = Part(
        "RESPONSE",
        "graphic_gap_match",
        choices=tuple(choice for choice, _group, _size in labels.values()),
        picture=picture,
        spots=spots,
        most=len(drops),
        shuffle=question.flag("shuffleanswers"),
    )
    each = question.points / len(drops)
    pairs = {f"{labels[use][0].id} {spot.id}": each for use, spot in zip(uses, spots, strict=True)}
    question.stem = with_place(question.main_markup())
    marked = mapped(part, "multiple", "directedPair", pairs)
    return composite([marked], question.points, remarks=question.remarks())


def _label(question: Question, drag: Element) -> tuple[Markup, tuple[int, int]]:
    """Words or a picture to drag, with about the room that it takes."""
    texts = question.texts(drag)
    said = written(drag).strip()
    asset = question.image(drag)
    if asset is not None:
        size = inspect(asset.data)
        alt = plain_text(texts.markup(said, "moodle")).replace('"', "”")
        return Markup(f'<img data-asset="{texts.keep(asset)}" alt="{alt}"/>'), (size.width, size.height)
    if not said:
        raise ReadProblem("words_missing", N_("A label has neither words nor a picture."), line=line_of(drag))
    markup = texts.markup(said, "moodle")
    lines = plain_text(markup).splitlines() or [""]
    return markup, (max(map(len, lines)) * _LETTER + _PADDING, len(lines) * _LINE + _PADDING)


def _group_size(labels: dict[str, tuple[PartChoice, str, tuple[int, int]]], group: str) -> tuple[int, int]:
    """All places of a group are as large as its largest label."""
    sizes = [size for _choice, own, size in labels.values() if own == group]
    return max(width for width, _height in sizes), max(height for _width, height in sizes)


def _spot(drop: Element, at: int, size: tuple[int, int]) -> Spot:
    left, top = (_whole(drop, name) for name in ("xleft", "ytop"))
    area = Area("rect", (str(left), str(top), str(left + size[0]), str(top + size[1])))
    return Spot(f"P{at}", area, plain_of(drop) or str(at))


def _whole(element: Element, name: str) -> int:
    said = plain_of(element.find(name), own=True)
    if not re.fullmatch(r"-?[0-9]{1,5}", said):
        message = N_("%(text)s is not a number.")
        raise ReadProblem("number_unreadable", message, line=line_of(element), text=said[:60] or "—")
    return max(int(said), 0)


def read_markers(question: Question) -> Interaction:
    """Each marker is put on the picture as often as it is there. What is earned: zones that were hit, out of all
    zones or, where more were put down, of all markers put down."""
    picture = _background(question)
    drops = question.answers("drop")
    markers = question.answers("drag")
    zones = {at: [drop for drop in drops if _names(drop, marker, at)] for at, marker in enumerate(markers, 1)}
    if not drops or sum(map(len, zones.values())) != len(drops):
        raise ReadProblem("words_missing", N_("A place of the picture names a label that there is not."))
    marked = [
        _marker(question, marker, zones[at], picture, response_name(at - 1, len(markers)))
        for at, marker in enumerate(markers, 1)
    ]
    stem = question.main_markup()
    for at in range(len(marked)):
        stem = with_place(stem, at)
    question.stem = stem
    hits = [Node("mapResponsePoint", {"identifier": one.part.id}) for one in marked if one.declaration.areas]
    put = [node("containerSize", variable(one.part.id)) for one in marked]
    divisor = node("max", constant("integer", str(len(drops))), node("sum", *put))
    earned = adding(node("divide", node("product", number(question.points), node("sum", *hits)), divisor))
    last = Marked(marked[-1].part, marked[-1].declaration, (earned,))
    return composite([*marked[:-1], last], question.points, remarks=question.remarks())


def _names(drop: Element, marker: Element, at: int) -> bool:
    own = plain_of(marker.find("no"), own=True) or str(at)
    return plain_of(drop.find("choice"), own=True) == own


def _marker(question: Question, marker: Element, zones: list[Element], picture: Picture, name: str) -> Marked:
    label = question.texts(marker).markup(written(marker).strip(), "moodle")
    often = plain_of(marker.find("noofdrags"), own=True)
    most = 0 if marker.find("infinite") is not None else int(often) if re.fullmatch("[1-9][0-9]?", often) else 1
    part = Part(name, "position_object", prompt=label, choices=(PartChoice("M", label),), picture=picture, most=most)
    areas = [_zone(drop) for drop in zones]
    keys = tuple(Field(_middle(area)) for area in areas)
    table = AreaMap(tuple(AreaEntry(area, "1") for area in areas)) if areas else None
    return Marked(part, Declaration(name, "response", "multiple", "point", correct=keys or None, areas=table))


def _zone(drop: Element) -> Area:
    """`circle` "x,y;r", `rectangle` "x,y;w,h", `polygon` "x,y;x,y;…"."""
    shape = plain_of(drop.find("shape"), own=True).lower()
    said = plain_of(drop.find("coords"), own=True)
    numbers = [one for one in re.split(r"[;,\s]+", said) if one]
    if all(re.fullmatch(r"-?[0-9]{1,5}(?:\.[0-9]{1,6})?", one) for one in numbers):
        if shape == "circle" and len(numbers) == 3:
            return Area("circle", tuple(numbers))
        if shape == "rectangle" and len(numbers) == 4:
            left, top, wide, high = map(Fraction, numbers)
            return Area("rect", tuple(map(_told, (left, top, left + wide, top + high))))
        if shape == "polygon" and 6 <= len(numbers) <= 400 and len(numbers) % 2 == 0:
            return Area("poly", tuple(numbers))
    message = N_("%(text)s are not the coordinates of an area.")
    raise ReadProblem("area_coords", message, line=line_of(drop), text=f"{shape} {said}"[:60])


def _middle(area: Area) -> str:
    """A point that lies in the area: a corner of a polygon belongs to it."""
    numbers = list(map(Fraction, area.coords))
    if area.shape == "rect":
        return f"{_told((numbers[0] + numbers[2]) / 2)} {_told((numbers[1] + numbers[3]) / 2)}"
    return f"{_told(numbers[0])} {_told(numbers[1])}"


def _told(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


# --- ordering --------------------------------------------------------------------------------------------------------


def read_ordering(question: Question) -> Interaction:
    """The plugin "Ordering": all in place or nothing, each at its place, or each followed by the right one."""
    answers = sorted(question.answers(), key=question.share)
    names = letters(len(answers))
    if len(answers) < 2:
        raise ReadProblem("matching_few", N_("An ordering question needs two entries at least."))
    if question.setting("selecttype", "ALL") not in ("ALL", "0"):
        message = N_("All entries are shown; Moodle shows some of them, drawn anew each time.")
        question.entry.note("ordering_all", message, line=line_of(question.element))
    choices = tuple(PartChoice(name, question.markup(one)) for name, one in zip(names, answers, strict=True))
    part = Part("RESPONSE", "order", choices=choices, shuffle=True)
    question.stem = with_place(question.main_markup())
    return composite([_ordered(question, part, names)], question.points, remarks=question.remarks())


def _ordered(question: Question, part: Part, names: list[str]) -> Marked:
    whole = all_or_nothing(part, "ordered", "identifier", names, question.points)
    given = variable(part.id)
    match question.setting("gradingtype", "0"):
        case "-1" | "ALL_OR_NOTHING":
            return whole
        case "0" | "ABSOLUTE_POSITION":
            tests = [
                node("match", Node("index", {"n": str(at)}, (given,)), constant("identifier", name))
                for at, name in enumerate(names, 1)
            ]
        case "1" | "RELATIVE_NEXT_EXCLUDE_LAST":
            tests = [
                node("contains", given, node("ordered", constant("identifier", one), constant("identifier", other)))
                for one, other in itertools.pairwise(names)
            ]
        case other:
            message = N_("Ordering questions with the grading %(name)s are not supported.")
            raise ReadProblem("unsupported_interaction", message, name=other[:60])
    rules = tuple(rule for test in tests for rule in earning([(test, question.points / len(tests))]))
    return Marked(part, whole.declaration, rules)
