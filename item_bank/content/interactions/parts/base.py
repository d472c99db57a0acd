"""What every interaction of a composite item does: rendering data, checks, and the way from an answer to a value.

An answer is a text, or a list of texts where several are taken: option ids, pairs of them ("a b"), points ("12 40"),
numbers or words. The response's declaration says which.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from item_bank.content.interactions.base import InvalidResponse, KeyMap, Render, Response
from item_bank.content.interactions.parts.handed import MOST_FILES, parse_files
from item_bank.content.interactions.text import typed_text
from item_bank.content.model import Markup, Part, PartChoice, Spot
from item_bank.content.processing.declared import Declaration
from item_bank.content.processing.values import Maybe, ProcessingError, container, parsed, parsed_number, record, single
from item_bank.content.sentence import N_, Sentence

#: Of one typed answer; an essay has its own limit.
MAX_CHARS = 1_000
MAX_ANSWERS = 200
_WORDS = frozenset({"identifier", "string", "uri", "intOrIdentifier"})
#: The declared types that an answer can be compared as. Authors call a pair an identifier, and an identifier a string.
BASES: dict[str, frozenset[str]] = {
    "id": _WORDS | {"integer"},
    "pair": _WORDS | {"pair", "directedPair"},
    "point": frozenset({"point", "string", "pair", "directedPair"}),
    "text": _WORDS | {"integer", "float"},
    "flag": frozenset({"boolean", "identifier"}),
    "file": frozenset({"file", "uri", "string", "identifier"}),
    "plays": _WORDS | {"integer", "float"},
}
_POINT = re.compile(r"-?[0-9]{1,5} -?[0-9]{1,5}", re.ASCII)


class PartHandler(Protocol):
    """One kind of interaction. `body` goes to browsers: no key is in it."""

    type: str
    #: Stands in running text.
    inline: bool
    #: What an answer is: id, pair, point, text, flag, file or plays.
    gives: str

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        """Why the part may not be used."""

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        """Each id that is made opaque, and whether it may move."""

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        """Rendering data: at least type, cardinality, base, least, most; ids as `keys` has them."""


def common(handler: PartHandler, part: Part, declared: Declaration, render: Render, **more: Any) -> dict[str, Any]:
    """What every body tells."""
    told: dict[str, Any] = {
        "type": part.type,
        "cardinality": declared.cardinality,
        "gives": handler.gives,
        "least": part.least,
        "most": part.most,
    }
    return told | ({"prompt": render(part.prompt)} if part.prompt else {}) | more


def rendered(choices: Sequence[PartChoice], render: Render, keys: KeyMap) -> dict[str, str]:
    """Opaque id → HTML, ordered by the opaque ids."""
    return dict(sorted((keys[one.id], render(one.markup)) for one in choices))


def limits(choices: Sequence[PartChoice | Spot], keys: KeyMap) -> dict[str, list[int]]:
    """Opaque id → [least, most] matches, of those that differ from [0, 1]."""
    return {keys[one.id]: [one.least, one.most] for one in choices if (one.least, one.most) != (0, 1)}


def moving(part: Part, choices: Sequence[PartChoice]) -> list[tuple[str, bool]]:
    return [(one.id, part.shuffle and not one.pinned) for one in choices]


def choice_problems(choices: Sequence[PartChoice], least: int = 1) -> Iterator[str]:
    if len(choices) < least:
        yield Sentence.of(N_("The interaction needs at least %(n)s choices."), n=least)
    if len({one.id for one in choices}) < len(choices):
        yield Sentence.of(N_("Two choices have the same id."))


def picture_problems(part: Part) -> Iterator[str]:
    if part.picture is None:
        yield Sentence.of(N_("The interaction has no picture."))


def number_setting(part: Part, name: str, default: int = 0) -> Fraction:
    """A setting that is a number; raises ValueError where it is none."""
    return parsed_number(part.settings.get(name) or str(default))


def spot_labels(part: Part, keys: KeyMap) -> dict[str, str]:
    """Opaque id → what is read aloud of the area, ordered by the opaque ids."""
    return dict(sorted((keys[spot.id], html.escape(spot.label)) for spot in part.spots))


def spot_areas(part: Part, keys: KeyMap) -> dict[str, dict[str, Any]]:
    """Opaque id → shape and coordinates in pixels of the picture."""
    found = {keys[spot.id]: {"shape": spot.area.shape, "coords": list(spot.area.coords)} for spot in part.spots}
    return dict(sorted(found.items()))


def picture(part: Part, render: Render) -> dict[str, Any]:
    """The picture as HTML, with its size in pixels."""
    if part.picture is None:
        return {"picture": "", "width": 0, "height": 0}
    shown, size = part.picture, {"width": part.picture.width, "height": part.picture.height}
    sides = "".join(f' {name}="{length}"' for name, length in size.items() if length)
    image = f'<img alt="{html.escape(shown.alt)}" data-asset="{shown.asset}"{sides}/>'
    return {"picture": render(Markup(image)), **size}


def placed(text: str, kind: str, keys: KeyMap) -> str:
    """The text with the form's ids at its places."""
    return re.sub(rf'data-place="{kind}:([^"]*)"', lambda found: f'data-place="{kind}:{keys.get(found[1], "")}"', text)


def type_problems(handler: PartHandler, declared: Declaration, cardinalities: frozenset[str]) -> Iterator[str]:
    if declared.base_type not in BASES[handler.gives] and declared.cardinality != "record":
        message = N_("The response %(name)s is of type %(type)s, which this interaction does not give.")
        yield Sentence.of(message, name=declared.identifier, type=declared.base_type or "—")
    if declared.cardinality not in cardinalities:
        message = N_("The response %(name)s takes %(cardinality)s values, which this interaction does not give.")
        yield Sentence.of(message, name=declared.identifier, cardinality=declared.cardinality)


# --- answers ---------------------------------------------------------------------------------------------------------


def parse(value: Any, body: Mapping[str, Any]) -> Response:
    """Checks an answer against the body alone. Raises InvalidResponse."""
    if value is None or value in ("", []):
        return None
    if body["gives"] == "file":
        return parse_files(value, body.get("files", MOST_FILES))
    many = body["cardinality"] in ("multiple", "ordered")
    if many and not isinstance(value, list):
        raise InvalidResponse("a list of answers is expected")
    given = value if many else [value]
    if len(given) > min(MAX_ANSWERS, body["most"] or MAX_ANSWERS):
        raise InvalidResponse("more answers than may be given")
    found = [_answer(one, body) for one in given]
    if many and body["gives"] in ("id", "pair") and len(set(found)) < len(found):
        raise InvalidResponse("an answer is given twice")
    kept = [one for one in found if one is not None] if body["cardinality"] != "ordered" else found
    if not many:
        return kept[0] if kept else None
    return [one or "" for one in kept] or None


def _answer(value: Any, body: Mapping[str, Any]) -> str | None:
    if body["gives"] == "text":
        return typed_text(value, body.get("max_chars", MAX_CHARS))
    if body["gives"] == "plays":
        return _plays(value, body.get("plays", 0))
    if body["gives"] == "flag":
        if value is not True and value != "true":
            raise InvalidResponse("true is expected")
        return "true"
    if not isinstance(value, str):
        raise InvalidResponse("a text is expected")
    if body["gives"] == "point":
        if not _POINT.fullmatch(value):
            raise InvalidResponse("two whole numbers are expected")
        return value
    parts = value.split(" ")
    sides = [body["choices"]] if body["gives"] == "id" else [body["choices"], body.get("targets", body["choices"])]
    if len(parts) != len(sides) or any(part not in side for part, side in zip(parts, sides, strict=True)):
        raise InvalidResponse("an id of the interaction is expected")
    return value


def _plays(value: Any, most: int) -> str:
    """How often a recording was played: never more often than it may be."""
    if not isinstance(value, str) or not (value.isascii() and value.isdigit() and len(value) <= 4):
        raise InvalidResponse("a number of times is expected")
    if most and int(value) > most:
        raise InvalidResponse("played more often than it may be")
    return value


def as_value(response: Response, declared: Declaration) -> Maybe:
    """What response processing sees. A number that is none is NULL: the candidate's text earns nothing."""
    if response is None:
        return None
    texts = response if isinstance(response, list) else [str(response)]
    if declared.cardinality == "record":
        return number_record(texts[0])
    atoms = []
    for text in texts:
        try:
            atoms.append(parsed(declared.base_type, _plain(text, declared.base_type)))
        except ProcessingError:
            continue
    if declared.cardinality == "single":
        return single(declared.base_type, atoms[0]) if atoms else None
    return container(declared.cardinality, declared.base_type, atoms)


def _plain(text: str, base: str) -> str:
    """Numbers as people type them: a decimal comma, a typographic minus, no spaces."""
    if base not in {"integer", "float"}:
        return text
    told = text.replace("−", "-").replace("\xa0", "").replace(" ", "")
    return told.replace(",", ".") if told.count(",") == 1 and "." not in told else told


def number_record(text: str) -> Maybe:
    """A number with how it was written (QTI 2.2, textEntryInteraction bound to a record)."""
    told = _plain(text, "float").strip()
    fields: dict[str, tuple[str, Any]] = {"stringValue": ("string", text)}
    try:
        value = parsed("float", told)
    except ProcessingError:
        return record(fields)
    mantissa, _e, exponent = told.lower().lstrip("+-").partition("e")
    left, _point, right = mantissa.partition(".")
    fields["floatValue"] = ("float", value)
    counts = {"leftDigits": len(left), "rightDigits": len(right), "ndp": len(right)}
    counts["nsf"] = len((left + right).lstrip("0")) or 1
    if value.denominator == 1:  # type: ignore[union-attr]
        fields["integerValue"] = ("integer", value)
    for name, count in counts.items():
        fields[name] = ("integer", parsed("integer", str(count)))
    if exponent:
        fields["exponent"] = ("integer", parsed("integer", exponent))
    return record(fields)
