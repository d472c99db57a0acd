"""A composite item that is one of the usual kinds in every respect → that kind, which is edited more easily.

What its answers earn is tried by the item's own rules, so that nothing is taken for what it is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import chain, combinations
from typing import TYPE_CHECKING

import msgspec

from item_bank.content.interactions.registry import handler_for
from item_bank.content.model import (
    AcceptedText,
    Composite,
    Essay,
    Interaction,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    Part,
    ShortText,
    SingleChoice,
)
from item_bank.content.processing.declared import Node
from item_bank.content.processing.values import Maybe, ProcessingError, number_text, parsed_number
from item_bank.content.rational import rational_text
from item_bank.formats.qti.names import whole
from item_bank.formats.qti12.best import Marker
from item_bank.formats.qti12.conditions import TRUE
from item_bank.formats.qti12.rules import FEEDBACK
from item_bank.formats.qti12.texts import plain_blocks

if TYPE_CHECKING:
    from item_bank.formats.qti12.item import Source

#: Of a multiple choice: every set of them is tried.
_MOST_OPTIONS = 7
_MOST_CHARS = 200
_MOST_RANGES = 100
_PLACE = re.compile(r'\s*<(div|span) data-place="part:0"></\1>\s*')


def simple_item(source: Source, item: Item, *, by_hand: bool) -> Item | None:
    """None where the item has more in it than any of the usual kinds."""
    composite = item.interaction
    assert isinstance(composite, Composite)
    if len(composite.parts) != 1 or source.calculated or not _ends_with_place(item.stem.html):
        return None
    part = composite.parts[0]
    if by_hand:
        return _essay(source, item, part)
    marker = Marker(composite.declarations, composite.rules.rules, source.processing.score)
    try:
        made = _made(source, part, marker)
    except ProcessingError:
        return None
    if made is None:
        return None
    interaction, general = made
    stem = msgspec.structs.replace(item.stem, html=_without_place(item.stem.html))
    changed: Item = msgspec.structs.replace(
        item, stem=stem, interaction=interaction, rationale=_joined(source, general)
    )
    return None if not stem.html.strip() or handler_for(changed).problems(changed) else changed


def _made(source: Source, part: Part, marker: Marker) -> tuple[Interaction, list[str]] | None:
    """The interaction, and the feedback that every answer gets."""
    if marker.earned({}) != 0 or source.most <= 0:
        return None
    if part.type == "choice" and part.most == 1:
        return _single(source, part, marker)
    if part.type == "choice":
        return _multiple(source, part, marker)
    if part.type == "text_entry":
        return _number(source, part, marker) or _text(source, part, marker)
    return None


def _ends_with_place(stem: str) -> bool:
    """The question first, then the field: nothing stands after it."""
    found = _PLACE.search(stem)
    return found is not None and not re.sub(r"</\w+>|\s", "", stem[found.end() :])


def _without_place(stem: str) -> str:
    return plain_blocks(_PLACE.sub("", stem, count=1)).strip()


def _shown(marker: Marker, source: Source, answers: Mapping[str, tuple[str, ...]]) -> list[str]:
    value: Maybe = marker.values(answers).get(FEEDBACK) if source.processing.shown else None
    names = [str(atom) for atom in value.atoms] if value else []
    return [name for name in dict.fromkeys(names) if name in source.feedback]


def _joined(source: Source, names: Sequence[str]) -> Markup | None:
    said = [source.feedback[name] for name in names]
    return (
        source.texts.markup("".join(f"<div>{one}</div>" for one in said) if len(said) > 1 else said[0])
        if said
        else None
    )


def _shares(source: Source, earned: Sequence[Fraction]) -> list[str] | None:
    """Shares of the most; None where the best answer earns less or an answer more."""
    shares = [one / source.most for one in earned]
    return [rational_text(one) for one in shares] if max(shares) == 1 and min(shares) >= -1 else None


# --- choices ---------------------------------------------------------------------------------------------------------


def _single(source: Source, part: Part, marker: Marker) -> tuple[Interaction, list[str]] | None:
    answers = [{part.id: (one.id,)} for one in part.choices]
    weights = _shares(source, [marker.earned(one) for one in answers])
    if weights is None:
        return None
    shown = [_shown(marker, source, one) for one in answers]
    general = [name for name in shown[0] if all(name in names for names in shown)]
    options = tuple(
        Option(
            one.id,
            one.markup,
            pinned=one.pinned,
            weight=weight,
            feedback=_joined(source, [name for name in names if name not in general]),
        )
        for one, weight, names in zip(part.choices, weights, shown, strict=True)
    )
    return SingleChoice(options, shuffle=part.shuffle), general


def _multiple(source: Source, part: Part, marker: Marker) -> tuple[Interaction, list[str]] | None:
    """All the right ones and no others, or weights that are added and kept between 0 and 1."""
    names = [one.id for one in part.choices]
    if len(names) > _MOST_OPTIONS or part.least or part.most:
        return None
    general = _shown(marker, source, {part.id: (names[0],)})
    if any(_shown(marker, source, {part.id: one}) != general for one in (tuple(names), *((name,) for name in names))):
        return None
    weights = _by_trial(names, lambda chosen: marker.earned({part.id: chosen}) / source.most)
    if weights is None:
        return None
    partial = sum(weights.values()) != sum(map(bool, weights.values()))
    return _with_weights(part, weights, partial=partial), general


def _by_trial(names: list[str], share: Callable[[tuple[str, ...]], Fraction]) -> dict[str, Fraction] | None:
    """Of every set: the weights that say the same. Weights of 1 stand for the one set that earns everything."""
    singles = {name: share((name,)) for name in names}
    right: list[tuple[str, ...]] = [(name,) for name in names if singles[name] == 1]
    whole, added = set(singles.values()) <= {0, 1}, True
    for chosen in chain.from_iterable(combinations(names, n) for n in range(2, len(names) + 1)):
        earned = share(chosen)
        right += [chosen] if earned == 1 else []
        whole = whole and earned in {0, 1} and len(right) < 2
        added = added and earned == min(max(sum(singles[name] for name in chosen), Fraction(0)), 1)
        if not (whole or added):
            return None
    if whole and len(right) == 1:
        return {name: Fraction(name in right[0]) for name in names}
    return singles if added and set(singles.values()) - {0, 1} else None


def _with_weights(part: Part, weights: dict[str, Fraction], *, partial: bool) -> MultipleChoice:
    options = tuple(
        Option(one.id, one.markup, pinned=one.pinned, weight=rational_text(weights[one.id])) for one in part.choices
    )
    return MultipleChoice(options, partial=partial, shuffle=part.shuffle)


# --- typed -----------------------------------------------------------------------------------------------------------


def _text(source: Source, part: Part, marker: Marker) -> tuple[Interaction, list[str]] | None:
    """Conditions that are nothing but texts, all compared alike."""
    asked = [node for one in source.processing.conditions if one.sets for node in one.test.walk()]
    asked = [node for node in asked if node.name not in {"or", "variable", "baseValue"}]
    flags = {node.attributes.get("caseSensitive", "") for node in asked}
    if not asked or any(node.name != "stringMatch" for node in asked) or len(flags) > 1:
        return None
    texts = list(dict.fromkeys(node.children[1].text for node in asked))
    if any("*" in text or not text.strip() or len(text) > _MOST_CHARS for text in texts):
        return None
    answers = [{part.id: (text,)} for text in texts]
    weights = _shares(source, [marker.earned(one) for one in answers])
    general = _general(source, part, marker, texts)
    if weights is None or general is None or "-" in "".join(weights):
        return None
    accepted = tuple(AcceptedText(text, weight) for text, weight in zip(texts, weights, strict=True) if weight != "0")
    return ShortText(accepted, case_sensitive=flags == {"true"}), general


def _general(source: Source, part: Part, marker: Marker, texts: Sequence[str]) -> list[str] | None:
    """The feedback of every answer; None where it differs."""
    shown = [_shown(marker, source, {part.id: (text,)}) for text in [*texts, _other_than(texts)]]
    return shown[0] if all(names == shown[0] for names in shown) else None


def _other_than(texts: Sequence[str]) -> str:
    """An answer that nobody asks for; of numbers a number."""
    return "9" * 30 if all(re.fullmatch(r"[-+.\deE]+", text) for text in texts) else "\u2205".join(texts)


def _number(source: Source, part: Part, marker: Marker) -> tuple[Interaction, list[str]] | None:
    """Ranges of one width, ends included, that all earn the full points."""
    tests = [one for one in source.processing.conditions if one.sets]
    if source.body.given[part.id].base != "float" or len(source.body.given) != 1:
        return None
    ranges = [found for one in tests for found in _ranges(one.test)]
    if not ranges or None in ranges or len(ranges) > _MOST_RANGES:
        return None
    known = [one for one in ranges if one is not None]
    widest = [one for one in known if not any(o != one and o[0] <= one[0] and one[1] <= o[1] for o in known)]
    widths = {high - low for low, high in widest}
    middles = list(dict.fromkeys((low + high) / 2 for low, high in widest))
    texts = [rational_text(one) for one in middles]
    if len(widths) != 1 or any("/" in text for text in texts):
        return None
    ends = [number_text(end) for low, high in widest for end in {low, high, (low + high) / 2}]
    if any(marker.earned({part.id: (end,)}) != source.most for end in ends):
        return None
    general = _general(source, part, marker, ends)
    tolerance = rational_text(widths.pop() / 2)
    if general is None or "/" in tolerance:
        return None
    return Numeric(tuple(text.replace(".", ",") for text in texts), tolerance, max_chars=20), general


def _ranges(test: Node) -> list[tuple[Fraction, Fraction] | None]:
    """None for what is not a range with both its ends."""
    if test.name == "or":
        return [one for inner in test.children for one in _ranges(inner)]
    if test.name == "equal" and "toleranceMode" not in test.attributes:
        value = parsed_number(test.children[1].text)
        return [(value, value)]
    if test.name == "and" and sorted(one.name for one in test.children) == ["gte", "lte"]:
        bounds = {one.name: parsed_number(one.children[1].text) for one in test.children}
        return [(bounds["gte"], bounds["lte"]) if bounds["gte"] <= bounds["lte"] else None]
    return [None]


# --- essays ----------------------------------------------------------------------------------------------------------


def _essay(source: Source, item: Item, part: Part) -> Item | None:
    if part.type not in {"extended_text", "text_entry"} or source.body.given[part.id].base != "string":
        return None
    general = [name for name in source.feedback if name in source.processing.shown]
    if any(not _always(source, name) for name in general):
        return None
    lines = part.settings.get("lines", "")
    essay = Essay(lines=min(whole(lines) or Essay().lines, 200))
    stem = msgspec.structs.replace(item.stem, html=_without_place(item.stem.html))
    changed: Item = msgspec.structs.replace(item, stem=stem, interaction=essay, rationale=_joined(source, general))
    return changed if stem.html.strip() else None


def _always(source: Source, name: str) -> bool:
    conditions = (*source.processing.conditions, *source.processing.also)
    return any(one.test == TRUE and name in one.shows for one in conditions)
