"""The body of an item → a text with places, and what stands at them: interactions, gaps, variables, feedback."""

from __future__ import annotations

import copy
from collections.abc import Callable

from lxml import etree

from item_bank.content.model import Feedback, Markup, Part, PartChoice, Picture, Spot
from item_bank.content.pictures import description
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.pictures import picture_at
from item_bank.formats.qti.names import (
    Element,
    attribute,
    child,
    children,
    descendants,
    flag,
    line_of,
    local,
    text_of,
    whole,
)
from item_bank.formats.qti.rules import area_of
from item_bank.formats.qti.texts import QtiTexts, remove, replace
from item_bank.formats.recordings import recording_at
from item_bank.formats.registry import FindPicture

_INLINE = {"inlineChoiceInteraction", "textEntryInteraction", "endAttemptInteraction"}
_MEDIA_ELEMENTS = ("object", "img", "picture", "audio", "video")
_PLAYERS = ("audio", "video", "object")
#: Texts that are shown at another time or place than the question.
_BESIDE = {"feedbackInline", "feedbackBlock", "rubricBlock", "templateInline", "templateBlock", "infoControl"}
_CHOICES = ("simpleChoice", "inlineChoice", "simpleAssociableChoice", "gapText", "gapImg", "hottext")
MAX_PARTS = 200
MAX_OPTIONS = 100


class BodyTexts(QtiTexts):
    """As QtiTexts; what changes with the attempt or the variant becomes a place, or waits as feedback."""

    places = True

    def __init__(self, entry: Entry, find_picture: FindPicture) -> None:
        super().__init__(entry, find_picture)
        self.feedback: list[Feedback] = []

    def dynamic(self, element: Element, name: str) -> None:
        if name == "printedVariable":
            become(element, "span", f"variable:{attribute(element, 'identifier')}", empty=True)
        elif name in {"templateInline", "templateBlock"}:
            become(element, "span" if name == "templateInline" else "div", f"when:{condition_of(element)}")
        else:
            super().dynamic(element, name)

    def inner_feedback(self, element: Element, name: str) -> None:
        """Waits until marking; its place stays."""
        number = len(self.feedback)
        self.feedback.append(Feedback("", "", Markup("")))  # what is inside comes after it
        self.feedback[number] = self.feedback_of(copy.deepcopy(element))
        become(element, "span" if name == "feedbackInline" else "div", f"feedback:{number}", empty=True)

    def feedback_of(self, element: Element) -> Feedback:
        return Feedback(
            attribute(element, "outcomeIdentifier"),
            attribute(element, "identifier"),
            self.markup(element),
            attribute(element, "showHide", "show") != "hide",
            attribute(element, "title"),
        )

    def media(self, element: Element, name: str) -> None:
        """Of what cannot be shown the words inside stay."""
        message = N_("<%(element)s> is not kept: only its description is.")
        self.entry.note("media_dropped", message, line=line_of(element), element=name)
        words = etree.Element("span")
        words.text = text_of(element) or attribute(element, "label")
        replace(element, words)


def condition_of(element: Element) -> str:
    """ "NAME=VALUE", or "NAME!=VALUE" for what is hidden then (QTI 2.2, templateElement)."""
    sign = "!=" if attribute(element, "showHide") == "hide" else "="
    return f"{attribute(element, 'templateIdentifier')}{sign}{attribute(element, 'identifier')}"


def become(element: Element, name: str, place: str, *, empty: bool = False) -> None:
    """The element as a plain one with a place."""
    tail = element.tail
    if empty:
        element.clear()
        element.tail = tail
    for key in list(element.attrib):
        del element.attrib[key]
    element.tag = name
    element.set("data-place", place)


def read_body(body: Element, texts: BodyTexts) -> tuple[Markup, tuple[Part, ...]]:
    """The text with a place for each part, and the parts."""
    work = copy.deepcopy(body)
    for element in work.iter():
        if "data-place" in element.attrib:
            del element.attrib["data-place"]
    found = [element for element in work.iterdescendants() if local(element).endswith("Interaction")]
    if len(found) > MAX_PARTS:
        message = N_("The item has more than %(limit)s interactions.")
        raise ReadProblem("too_many_interactions", message, line=line_of(body), limit=MAX_PARTS)
    parts: list[Part] = []
    for number, element in enumerate(found):
        name = local(element)
        parts.append(_part(element, texts))
        replace(element, _place("span" if name in _INLINE else "div", number))
    parts += _players(work, len(parts), texts)
    # The picture of a stage belongs to the parts in it, which have it by now.
    for stage in list(descendants(work, "positionObjectStage")):
        shown = next(children(stage, *_MEDIA_ELEMENTS), None)
        if shown is not None:
            remove(shown)
    return texts.markup(work), tuple(parts)


def _players(work: Element, first: int, texts: BodyTexts) -> list[Part]:
    """Sound and film in the text that came along: parts that are played without a limit."""
    parts: list[Part] = []
    for element in list(descendants(work, *_PLAYERS)):
        beside = any(local(one) in _BESIDE for one in element.iterancestors())
        if beside or not _plays(element) or first + len(parts) >= MAX_PARTS:
            continue
        try:
            told = _kept(_source_of(element), texts)
        except ReadProblem:
            continue  # `media` tells
        replace(element, _place("div", first + len(parts)))
        parts.append(Part(f"RECORDING_{len(parts) + 1}", "media", settings=told))
    return parts


def _plays(element: Element) -> bool:
    return local(element) != "object" or attribute(element, "type").startswith(("audio/", "video/"))


def _place(name: str, number: int) -> Element:
    place = etree.Element(name)
    place.set("data-place", f"part:{number}")
    return place


def _part(element: Element, texts: BodyTexts) -> Part:
    read = _READERS.get(local(element))
    if read is None:
        message = N_("Items of the type %(type)s are not supported.")
        raise ReadProblem("unsupported_interaction", message, line=line_of(element), type=local(element))
    return read(element, texts)


# --- what interactions share -----------------------------------------------------------------------------------------


def _made(element: Element, texts: BodyTexts, kind: str, **more: object) -> Part:
    prompt = child(element, "prompt")
    said = prompt is not None and (len(prompt) > 0 or text_of(prompt) != "")
    return Part(
        attribute(element, "responseIdentifier"),
        kind,
        prompt=texts.markup(prompt) if prompt is not None and said else None,
        shuffle=flag(element, "shuffle"),
        **more,  # type: ignore[arg-type]
    )


def _count(element: Element, name: str, default: int) -> int:
    text = attribute(element, name)
    if not text:
        return default
    if (count := whole(text)) is None:
        raise ReadProblem("number_unreadable", N_("%(text)s is not a number."), line=line_of(element), text=text[:60])
    return count


def _choices(parent: Element, texts: BodyTexts, *names: str) -> tuple[PartChoice, ...]:
    found = list(descendants(parent, *(names or _CHOICES)))
    if len(found) > MAX_OPTIONS:
        raise ReadProblem(
            "too_many_answers", N_("The question has more than 100 answers."), line=line_of(found[MAX_OPTIONS])
        )
    return tuple(_choice(one, texts) for one in found)


def _choice(element: Element, texts: BodyTexts) -> PartChoice:
    return PartChoice(
        attribute(element, "identifier"),
        texts.markup(element),
        pinned=flag(element, "fixed"),
        most=_count(element, "matchMax", 1),
        least=_count(element, "matchMin", 0),
        when=condition_of(element) if attribute(element, "templateIdentifier") else "",
    )


def _several(element: Element, most: str = "maxChoices", least: str = "minChoices", default: int = 1) -> dict[str, int]:
    return {"most": _count(element, most, default), "least": _count(element, least, 0)}


def _picture(element: Element, texts: BodyTexts) -> Picture | None:
    """The first picture that stands directly in the interaction; with a note where its file is not there."""
    shown = next(children(element, *_MEDIA_ELEMENTS), None)
    if shown is not None and local(shown) == "picture":
        shown = next(descendants(shown, "img"), None)
    if shown is None:
        return None
    address = attribute(shown, "data") or attribute(shown, "src")
    sides = [whole(attribute(shown, side), 5) or 0 for side in ("width", "height")]
    alt = description(attribute(shown, "alt") or text_of(shown))
    try:
        asset = texts.texts.keep(picture_at(address, texts.texts.find_picture))
    except ReadProblem as problem:
        texts.entry.remark(problem, line=line_of(shown))
        asset = ""
    return Picture(asset, sides[0], sides[1], alt)


def _spots(element: Element) -> tuple[Spot, ...]:
    return tuple(
        Spot(
            attribute(one, "identifier"),
            area_of(one),
            attribute(one, "hotspotLabel"),
            most=_count(one, "matchMax", 1),
            least=_count(one, "matchMin", 0),
        )
        for one in descendants(element, "hotspotChoice", "associableHotspot")
    )


def _settings(element: Element, **names: str) -> dict[str, str]:
    """setting=attribute, of those that are there."""
    return {setting: value for setting, name in names.items() if (value := attribute(element, name))}


# --- each interaction ------------------------------------------------------------------------------------------------


def _choice_part(element: Element, texts: BodyTexts) -> Part:
    return _made(element, texts, "choice", choices=_choices(element, texts), **_several(element))


def _inline_choice(element: Element, texts: BodyTexts) -> Part:
    return _made(element, texts, "inline_choice", choices=_choices(element, texts), most=1)


def _order(element: Element, texts: BodyTexts) -> Part:
    return _made(element, texts, "order", choices=_choices(element, texts), **_several(element, default=0))


def _associate(element: Element, texts: BodyTexts) -> Part:
    several = _several(element, "maxAssociations", "minAssociations")
    return _made(element, texts, "associate", choices=_choices(element, texts), **several)


def _match(element: Element, texts: BodyTexts) -> Part:
    sets = list(children(element, "simpleMatchSet"))
    if len(sets) != 2:
        message = N_("A match needs two sets of choices.")
        raise ReadProblem("match_sets", message, line=line_of(element))
    rows, columns = (_choices(one, texts, "simpleAssociableChoice") for one in sets)
    several = _several(element, "maxAssociations", "minAssociations")
    table = {"table": "true"} if "tabular" in attribute(element, "class") else {}
    return _made(element, texts, "match", choices=rows, targets=columns, settings=table, **several)


def _gap_match(element: Element, texts: BodyTexts) -> Part:
    choices = tuple(_choice(one, texts) for one in children(element, "gapText", "gapImg"))
    gaps = []
    text = etree.Element("div")
    for block in list(children(element)):
        if local(block) not in {"prompt", "gapText", "gapImg"}:
            text.append(block)
    for gap in list(descendants(text, "gap")):
        name = attribute(gap, "identifier")
        gaps.append(PartChoice(name, Markup(""), most=1, least=int(flag(gap, "required"))))
        become(gap, "span", f"gap:{name}", empty=True)
    several = {"most": _count(element, "maxAssociations", 0), "least": _count(element, "minAssociations", 0)}
    return _made(element, texts, "gap_match", choices=choices, targets=tuple(gaps), text=texts.markup(text), **several)


def _hottext(element: Element, texts: BodyTexts) -> Part:
    choices = _choices(element, texts, "hottext")
    text = copy.deepcopy(element)
    for prompt in list(children(text, "prompt")):
        remove(prompt)
    for hot in list(descendants(text, "hottext")):
        become(hot, "span", f"hot:{attribute(hot, 'identifier')}")
    return _made(element, texts, "hottext", choices=choices, text=texts.markup(text), **_several(element))


def _graphic(kind: str, **limits: str) -> Callable[[Element, BodyTexts], Part]:
    def read(element: Element, texts: BodyTexts) -> Part:
        default = 0 if kind == "graphic_order" else 1
        several = _several(element, **limits, default=default)
        return _made(element, texts, kind, picture=_picture(element, texts), spots=_spots(element), **several)

    return read


def _graphic_gap_match(element: Element, texts: BodyTexts) -> Part:
    choices = tuple(_choice(one, texts) for one in children(element, "gapImg", "gapText"))
    several = {"most": _count(element, "maxAssociations", 0), "least": _count(element, "minAssociations", 0)}
    picture = _picture(element, texts)
    return _made(
        element, texts, "graphic_gap_match", choices=choices, picture=picture, spots=_spots(element), **several
    )


def _select_point(element: Element, texts: BodyTexts) -> Part:
    return _made(element, texts, "select_point", picture=_picture(element, texts), **_several(element))


def _position_object(element: Element, texts: BodyTexts) -> Part:
    stage = element.getparent()
    picture = _picture(stage, texts) if stage is not None and local(stage) == "positionObjectStage" else None
    thing = PartChoice("object", texts.markup(element))
    return _made(element, texts, "position_object", choices=(thing,), picture=picture, **_several(element))


def _slider(element: Element, texts: BodyTexts) -> Part:
    names = {"lower": "lowerBound", "upper": "upperBound", "orientation": "orientation", "reverse": "reverse"}
    settings = _settings(element, **names, step="step", labels="stepLabel")
    return _made(element, texts, "slider", settings=settings)


def _text_entry(element: Element, texts: BodyTexts) -> Part:
    names = {"length": "expectedLength", "pattern": "patternMask", "placeholder": "placeholderText"}
    return _made(element, texts, "text_entry", settings=_settings(element, **names), most=1)


def _extended_text(element: Element, texts: BodyTexts) -> Part:
    settings = _settings(element, lines="expectedLines", length="expectedLength", format="format")
    several = _several(element, "maxStrings", "minStrings", default=0)
    return _made(element, texts, "extended_text", settings=settings, **several)


def _upload(element: Element, texts: BodyTexts) -> Part:
    return _made(element, texts, "upload", settings=_settings(element, accepts="type"), most=1)


def _media(element: Element, texts: BodyTexts) -> Part:
    names = {"most_plays": "maxPlays", "least_plays": "minPlays", "autostart": "autostart", "loop": "loop"}
    shown = next(children(element, *_MEDIA_ELEMENTS), None)
    source = {} if shown is None else _recording(shown, texts)
    return _made(element, texts, "media", settings={**_settings(element, **names), **source})


def _recording(shown: Element, texts: BodyTexts) -> dict[str, str]:
    """Where a recording is, and the recording."""
    told = _source_of(shown)
    try:
        return _kept(told, texts)
    except ReadProblem as problem:
        texts.entry.remark(problem, line=line_of(shown))
        return told


def _kept(told: dict[str, str], texts: BodyTexts) -> dict[str, str]:
    asset = recording_at(told.get("source", ""), texts.texts.find_picture)
    return told | {"asset": texts.texts.keep(asset), "kind": asset.media_type}


def _source_of(shown: Element) -> dict[str, str]:
    """Of an object, or of the first source of a sound or film of HTML: where it is, and its words for who cannot hear
    or see it."""
    one = next(children(shown, "source"), shown)
    found = _settings(one, source="data", type="type") | _settings(one, source="src")
    if words := " ".join(text_of(shown).split()) or attribute(shown, "aria-label") or attribute(shown, "title"):
        found["description"] = words
    return found


def _end_attempt(element: Element, texts: BodyTexts) -> Part:
    return _made(element, texts, "end_attempt", settings=_settings(element, title="title"))


_PAIRS = {"most": "maxAssociations", "least": "minAssociations"}
_READERS: dict[str, Callable[[Element, BodyTexts], Part]] = {
    "choiceInteraction": _choice_part,
    "inlineChoiceInteraction": _inline_choice,
    "orderInteraction": _order,
    "associateInteraction": _associate,
    "matchInteraction": _match,
    "gapMatchInteraction": _gap_match,
    "hottextInteraction": _hottext,
    "hotspotInteraction": _graphic("hotspot"),
    "graphicOrderInteraction": _graphic("graphic_order"),
    "graphicAssociateInteraction": _graphic("graphic_associate", **_PAIRS),
    "graphicGapMatchInteraction": _graphic_gap_match,
    "selectPointInteraction": _select_point,
    "positionObjectInteraction": _position_object,
    "sliderInteraction": _slider,
    "textEntryInteraction": _text_entry,
    "extendedTextInteraction": _extended_text,
    "uploadInteraction": _upload,
    "drawingInteraction": _upload,
    "mediaInteraction": _media,
    "endAttemptInteraction": _end_attempt,
}
