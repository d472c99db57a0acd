"""Items of several parts in the editor's form: the marking of each part as teachers say it, beside the item's rules.

As long as the marking stays as it was read out of the rules, the rules stay as they came. Changed, it makes them anew.
Rules that say more than that have no `marking`: they are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from exam_engine.authoring.writing_problems import Problem, field_of, stated, undescribed
from exam_engine.authoring.written_varying import drawing_problems, varying_problems
from exam_engine.kit.errors import _, invalid
from item_bank.content.checking import problems
from item_bank.content.interactions.parts.registry import PARTS
from item_bank.content.markup import is_blank
from item_bank.content.model import Composite, Item, Markup, Part
from item_bank.content.processing.declared import Node
from item_bank.content.processing.scope import declared_of
from item_bank.content.rational import rational_text
from item_bank.content.sentence import Sentence
from item_bank.formats import simple
from item_bank.formats.simple import Simple
from item_bank.formats.simple.model import TOLD
from item_bank.formats.simple.varying import Varying, described_varying, formula_of, varied, without_formula

Json = dict[str, Any]
MOST_PARTS, MOST_CHOICES = 60, 300
#: Of rules that came from elsewhere: as deep as an XML file may be, and as many as no item has.
_DEEPEST, _MOST_NODES, _LARGEST = 100, 20_000, 100_000
_ID = re.compile(r"[^\s<>\"'&/\x00-\x1f]{1,200}")
_ASSET = re.compile(r"(?:[0-9a-f]{64})?")
_PLACE = re.compile(r'data-place="part:(\d+)"')
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_NO_POINTS = "The points are not a number above 0."
_SCALE = {"lower": "0", "upper": "10", "step": "1"}


def part_markups(content: Json) -> Iterator[tuple[str, Json, str]]:
    """(field, holder, name) of every markup of the parts and of what is said afterwards."""
    interaction = content.get("interaction")
    if not isinstance(interaction, dict) or interaction.get("type") != "composite":
        return
    for number, part in enumerate(_objects(interaction, "parts", MOST_PARTS)):
        field = f"parts/{number}"
        yield from ((field, part, name) for name in ("prompt", "text") if part.get(name) is not None)
        for kind in ("choices", "targets"):
            yield from ((field, choice, "markup") for choice in _objects(part, kind, MOST_CHOICES))
    yield from (("item", one, "markup") for one in _objects(interaction, "feedback", MOST_CHOICES))


def with_marking(item: Item, written: Json) -> None:
    """Adds what the rules say, where a teacher could say it so."""
    found = simple.described(item)
    if found is None and (drawn := described_varying(item)) is not None:
        found, varying = drawn
        written["interaction"]["varying"] = msgspec.to_builtins(varying)
    if found is not None:
        written["interaction"]["marking"] = msgspec.to_builtins(found)


def taken_marking(content: Json) -> tuple[Simple, ...] | None:
    """Takes it out of the item's JSON; None where the item has rules of its own."""
    interaction = content.get("interaction")
    if not isinstance(interaction, dict) or interaction.get("type") != "composite":
        return None
    sent = interaction.pop("marking", None)
    interaction.setdefault("declarations", [])
    if sent is None:
        return None
    try:
        marking = msgspec.convert(sent, tuple[Simple, ...])
    except (msgspec.ValidationError, RecursionError) as error:
        raise _misshapen() from error
    if any(len(one.answers) > MOST_CHOICES for one in marking):
        raise _misshapen()
    return marking


def check_composite(item: Item, marking: tuple[Simple, ...] | None) -> None:
    """Refused (422) for what the editor could not have sent."""
    composite = item.interaction
    if not isinstance(composite, Composite):
        return
    things = [one for part in composite.parts for one in simple.things(part)]
    ids = [one.id for one in (*composite.parts, *things)]
    numbers = [n for one in (*composite.parts, *things) for n in (one.least, one.most)]
    pictures = [part.picture for part in composite.parts if part.picture]
    numbers += [side for picture in pictures for side in (picture.width, picture.height)]
    declared = declared_of(composite.declarations)
    sound = (
        all(map(_ID.fullmatch, ids))
        and all(part.type in PARTS for part in composite.parts)
        and all(_ASSET.fullmatch(picture.asset) for picture in pictures)
        and all(_ASSET.fullmatch(part.settings.get("asset", "")) for part in composite.parts)
        and all(abs(number) <= _LARGEST for number in numbers)
        and (marking is not None or all(part.id in declared for part in composite.parts))
        and (marking is None or len(marking) == len(composite.parts) == len({part.id for part in composite.parts}))
        and _is_small(composite)
    )
    if not sound:
        raise _misshapen()


def _is_small(composite: Composite) -> bool:
    """Walked level by level: rules that are nested too deeply must not exhaust the stack."""
    level: list[Node] = [*composite.rules.rules, *composite.drawing.rules]
    count = 0
    for _depth in range(_DEEPEST):
        if not level:
            return True
        count += len(level)
        if count > _MOST_NODES:
            return False
        level = [child for node in level for child in node.children]
    return False


def marked(item: Item, marking: tuple[Simple, ...] | None, varying: Varying, found: list[Problem]) -> Item:
    """With the rules that the marking makes, unless it is what the item's rules say already. Adds its problems."""
    composite = item.interaction
    if not isinstance(composite, Composite):
        return item
    parts = tuple(_with_scale(part, number, found) for number, part in enumerate(composite.parts))
    sound: Item = msgspec.structs.replace(item, interaction=msgspec.structs.replace(composite, parts=parts))
    if marking is None:
        return sound
    if varying.variables and described_varying(sound) == (marking, varying):
        return sound
    formulas = [formula_of(one) if varying.variables else "" for one in marking]
    unread = varying_problems(marking, varying) if varying.variables or varying.conditions else []
    plain = tuple(without_formula(one) if formula else one for one, formula in zip(marking, formulas, strict=True))
    for number, (part, one) in enumerate(zip(parts, plain, strict=True)):
        found += [Problem(f"parts/{number}/marking", stated(said)) for said in simple.marking_problems(part, one)]
    if not varying.variables and not unread and simple.described(sound) == marking:
        return sound
    remarks = {one.identifier: one.markup for one in composite.feedback}
    worth = rational_text(simple.total_points(parts, marking)) if parts else item.points
    made: Item = msgspec.structs.replace(sound, interaction=simple.made(parts, plain, remarks), points=worth)
    found += unread
    if unread or not varying.variables:
        return made
    drawn: Item = msgspec.structs.replace(made, interaction=varied(parts, marking, varying, remarks))
    failing = drawing_problems(drawn, marking)
    found += failing
    return made if failing else drawn


def _with_scale(part: Part, number: int, found: list[Problem]) -> Part:
    """A scale whose ends are no numbers can't be shown; the ends of a new one stand in."""
    if part.type != "slider" or all(_NUMBER.fullmatch(part.settings.get(name, "0")) for name in _SCALE):
        return part
    found.append(Problem(f"parts/{number}", stated(_("The ends and the step of the scale are numbers."))))
    shown: Part = msgspec.structs.replace(part, settings={**part.settings, **_SCALE})
    return shown


def composite_problems(item: Item) -> list[Problem]:
    """Those of `content.checking`, each at its part, and what only an author can mend."""
    composite = item.interaction
    assert isinstance(composite, Composite)
    declared = declared_of(composite.declarations)
    found = _places(item, composite)
    for number, part in enumerate(composite.parts):
        said = list(PARTS[part.type].problems(part, declared[part.id])) if part.id in declared else []
        said += [text for text in _of_part(part) if text not in said]
        found += [Problem(f"parts/{number}", stated(one)) for one in said]
    known = {str(one.sentence) for one in found}
    others = [stated(one) for one in problems(item) if str(one) not in known]
    found += [Problem("parts" if field_of(one, item) == "points" else field_of(one, item), one) for one in others]
    if not composite.parts and item.points != "0":
        found.append(Problem("parts", stated(_("Add a part: there is no place for an answer yet."))))
    if composite.parts and all(TOLD[part.type] == "none" for part in composite.parts):
        asks = stated(_("A button or a recording alone asks nothing: add a part that can be answered."))
        # That it earns no points follows, and no field of the form mends it.
        found = [Problem("parts", asks), *(one for one in found if one.sentence.msgid != _NO_POINTS)]
    return found


def _places(item: Item, composite: Composite) -> list[Problem]:
    """Every part stands in the text once."""
    places = [int(number) for number in _PLACE.findall(item.stem.html)]
    elsewhere = [int(number) for one in composite.feedback for number in _PLACE.findall(one.markup.html)]
    found = []
    for number in range(len(composite.parts)):
        if number not in (*places, *elsewhere):
            said = _("Part %(n)s has no place in the text. Put it in again or remove it.")
            found.append(Problem(f"parts/{number}", Sentence.of(said, n=number + 1)))
        elif places.count(number) > 1:
            said = _("Part %(n)s stands in the text more than once.")
            found.append(Problem("stem", Sentence.of(said, n=number + 1)))
    if any(number >= len(composite.parts) for number in places):
        found.append(Problem("stem", stated(_("The text has a place for a part that is not there."))))
    return found


def _of_part(part: Part) -> Iterator[str]:
    shown = [] if part.type == "position_object" else [*part.choices, *([] if _in_text(part) else part.targets)]
    if any(is_blank(one.markup) for one in shown):
        yield Sentence.of(_("A choice is empty: fill it in or remove it."))
    if part.picture and not part.picture.asset:
        yield Sentence.of(_("The interaction has no picture."))
    if part.type == "media" and not part.settings.get("asset"):
        yield Sentence.of(_("Choose the recording that is played."))
    if part.picture and part.picture.asset:
        yield from undescribed(Markup(f'<img alt="{part.picture.alt.strip()}"'))
    if any(not one.label.strip() for one in part.spots):
        yield Sentence.of(_("Name every area: it is read aloud to pupils who can't see the picture."))
    if part.text is not None:
        yield from _of_places(part, part.text)


def _of_places(part: Part, text: Markup) -> Iterator[str]:
    kind, wanted = ("gap", part.targets) if part.type == "gap_match" else ("hot", part.choices)
    places = re.findall(rf'data-place="{kind}:([^"]*)"', text.html)
    if sorted(places) != sorted(one.id for one in wanted):
        yield Sentence.of(_("The places in the text and their list differ. Take the text's places out and in again."))


def _in_text(part: Part) -> bool:
    return part.type in ("gap_match", "hottext")


def _objects(holder: Mapping[str, Any], name: str, most: int) -> list[Json]:
    found = holder.get(name, [])
    if not isinstance(found, list) or len(found) > most or not all(isinstance(one, dict) for one in found):
        raise _misshapen()
    return found


def _misshapen() -> Exception:
    return invalid(_("This is no question that can be kept. Reload the page."))
