"""A response of QTI 1.2 with what renders it → an interaction, and how its answers are declared."""

from __future__ import annotations

from dataclasses import dataclass, field

from item_bank.content.markup import is_blank, plain_text
from item_bank.content.model import Part, PartChoice, Picture, Spot
from item_bank.content.pictures import description
from item_bank.content.processing.declared import Cardinality
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.body import MAX_OPTIONS
from item_bank.formats.qti.names import Element, attribute, children, descendants, line_of, local, text_of, whole
from item_bank.formats.qti12.areas import area_of_text
from item_bank.formats.qti12.conditions import Given
from item_bank.formats.qti12.texts import MaterialTexts, address_of, unwrapped
from item_bank.formats.qti12.typed import Typed

_CARDINALITIES: dict[str, Cardinality] = {"multiple": "multiple", "ordered": "ordered"}
_NUMBERS = {"integer", "decimal", "scientific"}
_ROWS = {"matching_question", "matching"}
_TYPED_BLANKS = "fill_in_multiple_blanks_question"


@dataclass(slots=True)
class Room:
    """What is known of the item around a response. `labels_scored`: conditions name labels, not points of a picture.
    `alike`: several responses choose from the same labels. `rights`: Blackboard's texts for empty labels."""

    texts: MaterialTexts
    kind: str
    labels_scored: bool
    alike: bool
    rights: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """`tag`: of its place in the text."""

    part: Part
    given: Given
    tag: str = "div"


def part_of(element: Element, ident: str, room: Room, *, gap: bool) -> Made:
    """Raises ReadProblem for what only its maker can show."""
    render = next((one for one in children(element) if local(one).startswith("render_")), None)
    name = local(element)
    labels = list(descendants(element, "response_label"))
    if len(labels) > MAX_OPTIONS:
        message = N_("The question has more than 100 answers.")
        raise ReadProblem("too_many_answers", message, line=line_of(labels[MAX_OPTIONS]))
    rendered = local(render) if render is not None else ""
    if rendered == "render_hotspot" or name == "response_xy":
        return _on_picture(element, render, ident, labels, room)
    if render is not None and rendered == "render_slider" and name != "response_lid":
        return _slider(render, ident)
    if name == "response_grp":
        return _match(element, ident, labels, room)
    if name == "response_str" and rendered == "render_choice" and len(labels) > 1:
        assert render is not None
        return _gap_choice(ident, labels, room, shuffle=_yes(render, "shuffle"))
    if name in {"response_str", "response_num"} or rendered == "render_fib":
        return _typed(element, render, ident, labels, room, gap=gap)
    if not labels:
        message = N_("Items of the type %(type)s are not supported.")
        raise ReadProblem("unsupported_interaction", message, line=line_of(element), type=rendered or name)
    return _choice(element, render, ident, labels, room, gap=gap)


def _cardinality(element: Element) -> Cardinality:
    return _CARDINALITIES.get(attribute(element, "rcardinality").lower(), "single")


def _count(element: Element | None, name: str) -> int:
    text = attribute(element, name) if element is not None else ""
    return whole(text, 3) or 0


# --- choices ---------------------------------------------------------------------------------------------------------


def _choice(
    element: Element, render: Element | None, ident: str, labels: list[Element], room: Room, *, gap: bool
) -> Made:
    cardinality = _cardinality(element)
    if _is_typed(labels, room):
        typed = {attribute(one, "ident"): Typed.of(one, _plain(one, room)) for one in labels}
        return Made(Part(ident, "text_entry", most=1), Given(ident, "string", "single", typed), "span")
    choices = _choices(labels, room)
    known = frozenset(one.id for one in choices)
    shuffle = any(_yes(one, "shuffle") for one in element.iterdescendants() if _shuffles(one))
    if cardinality == "ordered":
        part = Part(ident, "order", choices=choices, shuffle=shuffle)
        return Made(part, Given(ident, "identifier", "ordered", places=len(choices), choices=known))
    if cardinality == "multiple":
        least, most = _limits(render)
        part = Part(ident, "choice", choices=choices, shuffle=shuffle, least=least, most=most)
        return Made(part, Given(ident, "identifier", "multiple", choices=known))
    if gap or room.alike or room.kind in _ROWS:
        part = Part(ident, "inline_choice", choices=choices, shuffle=shuffle, most=1)
        return Made(part, Given(ident, choices=known), "span")
    return Made(Part(ident, "choice", choices=choices, shuffle=shuffle, most=1), Given(ident, choices=known))


def _gap_choice(ident: str, labels: list[Element], room: Room, *, shuffle: bool) -> Made:
    """A pull-down list in a text, as ILIAS writes it: a response of words that offers choices."""
    choices = _choices(labels, room)
    said = {attribute(one, "ident"): _plain(one, room) for one in labels}
    part = Part(ident, "inline_choice", choices=choices, shuffle=shuffle, most=1)
    return Made(part, Given(ident, choices=frozenset(said), said=said), "span")


def _is_typed(labels: list[Element], room: Room) -> bool:
    """Canvas lists what a typed gap accepts as labels of a choice; New Quizzes say which gaps are typed."""
    told = {attribute(one, "answer_type") for one in labels} - {""}
    return told == {"openEntry"} if told else room.kind == _TYPED_BLANKS


def _plain(label: Element, room: Room) -> str:
    return " ".join(plain_text(room.texts.markup(room.texts.html(label))).split())


def _choices(labels: list[Element], room: Room) -> tuple[PartChoice, ...]:
    found = []
    for number, label in enumerate(labels):
        ident, lost = attribute(label, "ident"), room.texts.lost
        said = room.texts.html(label)
        if not said.strip() and number < len(room.rights):
            said = room.rights[number]
        pinned = attribute(label, "rshuffle").lower() == "no"
        markup = room.texts.markup(unwrapped(said))
        if room.texts.lost > lost and is_blank(markup):
            message = N_("A choice only shows or plays something that is not kept.")
            raise ReadProblem("media_unsupported", message, line=line_of(label))
        found.append(PartChoice(ident, markup, pinned=pinned))
    return tuple(found)


def _shuffles(element: Element) -> bool:
    return local(element) in {"render_choice", "ims_render_object", "render_extension"}


def _yes(element: Element, name: str) -> bool:
    return attribute(element, name).lower() in {"yes", "true"}


def _limits(render: Element | None) -> tuple[int, int]:
    """How many are to be chosen, at least and at most (0: any)."""
    least, most = _count(render, "minnumber"), _count(render, "maxnumber")
    return (least if least <= most or not most else 0), most


def _match(element: Element, ident: str, labels: list[Element], room: Room) -> Made:
    """Labels that name a group are moved to those that do not."""
    choices = _choices(labels, room)
    moved = {attribute(one, "ident"): _count(one, "match_max") for one in labels if attribute(one, "match_group")}
    sources = tuple(one for one in choices if one.id in moved)
    targets = tuple(one for one in choices if one.id not in moved)
    if not sources or not targets:
        message = N_("A match needs two sets of choices.")
        raise ReadProblem("match_sets", message, line=line_of(element))
    part = Part(ident, "match", choices=sources, targets=targets)
    return Made(part, Given(ident, "directedPair", "multiple"))


# --- typed -----------------------------------------------------------------------------------------------------------


def _typed(
    element: Element, render: Element | None, ident: str, labels: list[Element], room: Room, *, gap: bool
) -> Made:
    kind = attribute(render, "fibtype").lower() if render is not None else ""
    base = "float" if local(element) == "response_num" or kind in _NUMBERS else "string"
    cardinality = _cardinality(element)
    blanks = len(labels)
    if blanks > 1 and cardinality != "multiple":
        cardinality = "ordered"
    if cardinality != "single":
        part = Part(ident, "extended_text", most=blanks, settings={"lines": "1"})
        return Made(part, Given(ident, base, cardinality, places=blanks or 1))
    rows, longest = _count(render, "rows"), _count(render, "maxchars")
    if not gap and base == "string" and (rows > 1 or room.kind in _LONG):
        settings = {"lines": str(rows)} if rows > 1 else {}
        return Made(Part(ident, "extended_text", most=1, settings=settings), Given(ident, base))
    length = longest or _count(render, "columns")
    settings = {"length": str(length)} if length else {}
    return Made(Part(ident, "text_entry", most=1, settings=settings), Given(ident, base), "span")


_LONG = {"essay_question", "cc.essay.v0p1", "essay", "short response"}


def _slider(render: Element, ident: str) -> Made:
    names = {"lower": "lowerbound", "upper": "upperbound", "step": "step", "orientation": "orientation"}
    settings = {name: said for name, source in names.items() if (said := attribute(render, source))}
    settings = {name: said.lower() if name == "orientation" else said for name, said in settings.items()}
    return Made(Part(ident, "slider", most=1, settings=settings), Given(ident, "float"))


# --- pictures --------------------------------------------------------------------------------------------------------


def _on_picture(element: Element, render: Element | None, ident: str, labels: list[Element], room: Room) -> Made:
    """Points of the picture, or its marked areas where conditions name the areas."""
    cardinality = _cardinality(element)
    shown = render if render is not None else element
    picture = _picture(shown, room)
    least, most = (0, 1) if cardinality == "single" else _limits(render)
    if local(element) == "response_xy" and not room.labels_scored:
        kept: Cardinality = "single" if cardinality == "single" else "multiple"
        part = Part(ident, "select_point", picture=picture, least=least, most=most)
        return Made(part, Given(ident, "point", kept))
    spots = tuple(_spot(one, room) for one in labels)
    kind = "graphic_order" if cardinality == "ordered" else "hotspot"
    part = Part(ident, kind, picture=picture, spots=spots, least=least, most=most)
    return Made(part, Given(ident, "identifier", cardinality, places=len(spots)))


def _spot(label: Element, room: Room) -> Spot:
    words = "".join([label.text or "", *((one.tail or "") for one in label)])
    area = area_of_text(words, attribute(label, "rarea"), corners=False)
    if area is None:
        message = N_("The coordinates of an area can't be read.")
        raise ReadProblem("area_unreadable", message, line=line_of(label))
    said = " ".join(plain_text(room.texts.markup(room.texts.html(label))).split())
    return Spot(attribute(label, "ident"), area, said)


def _picture(element: Element, room: Room) -> Picture | None:
    shown = next(descendants(element, "matimage"), None)
    if shown is None:
        return Picture("", 0, 0, "")
    sides = [whole(attribute(shown, side), 5) or 0 for side in ("width", "height")]
    asset = room.texts.keep_picture(address_of(shown))
    return Picture(asset, sides[0], sides[1], description(attribute(shown, "label") or text_of(shown)[:200]))
