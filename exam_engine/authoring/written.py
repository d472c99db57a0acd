"""An item as the editor in the browser holds it: the item's JSON with HTML in the place of each markup.

What the editor does not show (a second accepted set, a marking table …) stays in the JSON, so that opening and saving
changes nothing. Formulas that were imported in another notation than TeX stay on the server, in `kept`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from exam_engine.authoring.writing_problems import Problem, field_of, in_editor, stated, undescribed
from exam_engine.authoring.written_parts import (
    check_composite,
    composite_problems,
    marked,
    part_markups,
    taken_marking,
    with_marking,
)
from exam_engine.authoring.written_varying import is_filled, taken_varying, with_braces, with_places
from exam_engine.kit.errors import _, invalid
from item_bank.content.checking import problems
from item_bank.content.composing import composed
from item_bank.content.interactions.options import LETTERS
from item_bank.content.markup import for_editor, from_editor, is_blank
from item_bank.content.model import (
    GRADUATION_TABLE,
    Composite,
    Formula,
    Item,
    Markup,
    MultipleChoice,
    Option,
    Passage,
    SingleChoice,
    TrueFalseCluster,
    as_json,
    digest,
    encode,
)
from item_bank.content.sentence import Sentence

Json = dict[str, Any]
_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Written:
    """`item` is the JSON with HTML; `kept` the originals that its `data-kept` spans count."""

    item: Json
    kept: list[Formula] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PassageEdit:
    """A passage as it was written anew; `everywhere`: also for the other items that use the one before."""

    passage: Passage
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Read:
    item: Item
    problems: tuple[Problem, ...]
    passage: PassageEdit | None = None


def as_written(item: Item) -> Written:
    content: Json = msgspec.json.decode(encode(item))
    kept: list[Formula] = []
    for _field, holder, name in _markups(content):
        holder[name] = for_editor(msgspec.convert(holder[name], Markup), kept)
    with_marking(item, content)
    if content["interaction"].get("varying"):
        for place, holder, name in _markups(content):
            holder[name] = with_braces(holder[name]) if is_filled(place) else holder[name]
    return Written(content, kept)


def read(written: Json, kept: Sequence[Formula]) -> Read:
    """The item with every reason why it can't be published yet. Refused (422) where it has not an item's shape."""
    content = _copied(written)
    found: list[Problem] = []
    varying = taken_varying(content)
    for place, holder, name in _markups(content):
        notes: list[str] = []
        markup = from_editor(_text(holder.get(name)), kept, notes)
        holder[name] = as_json(with_places(markup, varying) if is_filled(place) else markup)
        found += [Problem(place, stated(note)) for note in [*notes, *undescribed(markup)]]
    if content.get("rationale") == {"html": ""}:
        del content["rationale"]
    found += _undecided(content)
    passage = _passage_edit(content, kept, found)
    marking = taken_marking(content)
    item = _fitted(_without_empty_end(_converted(content)))
    check_composite(item, marking)
    if isinstance(item.interaction, Composite):
        item = marked(item, marking, varying, found)
        return Read(item, (*found, *composite_problems(item)), passage)
    found += [Problem(field_of(problem, item), in_editor(problem)) for problem in problems(item)]
    return Read(item, tuple(found), passage)


def check_shape(written: Json) -> None:
    """Refused (422) for what the editor could not have sent. Cheap: nothing is sanitised, so it must not be shown."""
    content = _copied(written)
    for _place, holder, name in _markups(content):
        holder[name] = {"html": _text(holder.get(name))}
    _undecided(content)
    _edited_passage(content)
    taken_varying(content)
    marking = taken_marking(content)
    check_composite(_converted(content), marking)


def _passage_edit(content: Json, kept: Sequence[Formula], found: list[Problem]) -> PassageEdit | None:
    """Takes the passage that was written anew out of the item's JSON, which then refers to it."""
    sent = _edited_passage(content)
    if sent is None:
        return None
    notes: list[str] = []
    passage = Passage(from_editor(sent["html"], kept, notes), sent["title"].strip())
    found += [Problem("passage", stated(note)) for note in [*notes, *undescribed(passage.markup)]]
    if is_blank(passage.markup):
        found.append(Problem("passage", stated(_("The passage has no text."))))
    content["passage"] = digest(passage)
    return PassageEdit(passage, sent["everywhere"])


def _edited_passage(content: Json) -> Json | None:
    sent = content.pop("passage_edit", None)
    if sent is None:
        return None
    if not isinstance(sent, dict) or not isinstance(sent.get("everywhere"), bool):
        raise _misshapen()
    return {"html": _text(sent.get("html")), "title": _text(sent.get("title"))[:300], "everywhere": sent["everywhere"]}


def _markups(content: Json) -> Iterator[tuple[str, Json, str]]:
    """(field that shows it, its holder, its name) of every markup that is there."""
    yield "stem", content, "stem"
    if content.get("rationale") is not None:
        yield "rationale", content, "rationale"
    for kind in ("options", "statements"):
        for number, part in enumerate(_parts(content, kind)):
            yield f"{kind}/{number}", part, "markup"
            if part.get("feedback") is not None:
                yield f"{kind}/{number}", part, "feedback"
    yield from part_markups(content)


def _parts(content: Json, kind: str) -> list[Json]:
    interaction = content.get("interaction")
    parts = interaction.get(kind, []) if isinstance(interaction, dict) else []
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise _misshapen()
    return parts


def _undecided(content: Json) -> list[Problem]:
    """A new statement is neither true nor false until its author says so."""
    found = []
    for number, statement in enumerate(_parts(content, "statements")):
        if statement.get("correct") is None:
            statement["correct"] = False
            letter = LETTERS[number % len(LETTERS)].lower()
            said = Sentence.of(_("Say whether statement %(letter)s is true or false."), letter=letter)
            found.append(Problem(f"statements/{number}", said))
    return found


def _converted(content: Json) -> Item:
    try:
        item = msgspec.convert(content, Item)
    except (msgspec.ValidationError, RecursionError) as error:
        raise _misshapen() from error
    numbers = [value for value in msgspec.structs.asdict(item.interaction).values() if isinstance(value, int)]
    if any(abs(value) > _LARGEST for value in [*numbers, item.schema]):
        raise _misshapen()
    return item


def _fitted(item: Item) -> Item:
    """A marking table belongs to a number of statements: where that has changed, each earns its share."""
    cluster = item.interaction
    if not isinstance(cluster, TrueFalseCluster) or len(cluster.table) == len(cluster.statements) + 1:
        return item
    count = len(cluster.statements)
    even = tuple("0" if n == 0 else "1" if n == count else f"{n}/{count}" for n in range(count + 1))
    table = GRADUATION_TABLE if count + 1 == len(GRADUATION_TABLE) else even
    fitted: Item = msgspec.structs.replace(item, interaction=msgspec.structs.replace(cluster, table=table))
    return fitted


def _without_empty_end(item: Item) -> Item:
    """The form begins with four options; those left empty at the end are none, down to two."""
    choice = item.interaction
    if not isinstance(choice, SingleChoice | MultipleChoice):
        return item
    count = len(choice.options)
    while count > 2 and _is_unused(choice.options[count - 1]):
        count -= 1
    left: Item = msgspec.structs.replace(
        item, interaction=msgspec.structs.replace(choice, options=choice.options[:count])
    )
    return left


def _is_unused(option: Option) -> bool:
    return is_blank(option.markup) and option.weight == "0" and option.feedback is None


def _copied(value: Any) -> Any:
    """A copy with every text in NFC."""
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_copied(one) for one in value]
    return composed(value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _misshapen()
    return value


def _misshapen() -> Exception:
    return invalid(_("This is no question that can be kept. Reload the page."))
