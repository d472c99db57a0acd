"""What the exam editor's forms say, checked and turned into changes of the definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, get_args

import msgspec

from exam_engine.authoring import editing
from exam_engine.authoring.definition import Afterwards, Draw, ExamDefinition, Rounding, Shown
from exam_engine.kit.errors import _, invalid, not_found
from exam_engine.kit.forms import Reading
from exam_engine.kit.languages import translator
from item_bank.content.markup import from_text, plain_text
from item_bank.content.model import Item, Markup
from item_bank.content.rational import rational_or_none

#: Choices of the settings form: field → value → English msgid.
CHOICES: Mapping[str, Mapping[str, str]] = {
    "rounding": {
        "none-2dp": _("Two decimals (graduation exam)"),
        "half-up-1dp": _("One decimal, half up (secondary school)"),
        "half-up-half": _("Halves, half up"),
        "half-up-quarter": _("Quarters, half up"),
        "integer": _("Whole numbers, half up (primary school)"),
    },
    "shown": {
        "never": _("Never"),
        "at_submission": _("Right after handing in"),
        "after_release": _("After the results are released"),
    },
    "language": {"vi": "Tiếng Việt", "en": "English"},
}
assert set(CHOICES["rounding"]) == set(get_args(Rounding))
assert set(CHOICES["shown"]) == set(get_args(Shown))

MOST_FORMS = 200


def settings(form: Reading, definition: ExamDefinition) -> ExamDefinition:
    """The definition with the settings of the form; the form's errors say what does not fit."""
    instructions = form.text("instructions", required=False, longest=5000)
    return msgspec.structs.replace(
        definition,
        title=form.text("title"),
        subject=form.text("subject", required=False),
        language=form.choice("language", CHOICES["language"]) or definition.language,
        instructions=_markup(instructions, definition.instructions),
        minutes=_whole(form, "minutes", 1, 600),
        forms=_whole(form, "forms", 1, MOST_FORMS),
        first_form=_whole(form, "first_form", 1, 9_999),
        individual=form.form.get("individual") == "1",
        one_draw=form.form.get("one_draw") == "1",
        scale=_points(form, "scale") or None,
        rounding=form.choice("rounding", CHOICES["rounding"]) or definition.rounding,
        cluster_table=_table(form),
        afterwards=Afterwards(
            score=_shown(form, "score"), responses=_shown(form, "responses"), key=_shown(form, "key")
        ),
    )


def text_of(markup: Markup | None) -> str:
    """Instructions as the form shows them."""
    return plain_text(markup) if markup else ""


def translated(locale: str) -> Callable[[Mapping[str, str]], list[tuple[str, str]]]:
    """Choices with their labels in the reader's language."""
    _ = translator(locale)
    return lambda choices: [(value, _(label)) for value, label in choices.items()]


def section_action(definition: ExamDefinition, number: int, data: Mapping[str, Any]) -> ExamDefinition:
    """One of the buttons of a section."""
    match data.get("action"):
        case "save":
            return _section_saved(definition, number, data)
        case "remove":
            return editing.remove_section(definition, number)
        case "up" | "down" as way:
            return editing.move_section(definition, number, -1 if way == "up" else 1)
        case str(action) if action.startswith("remove-draw-") and action[12:].isdecimal():
            return editing.remove_draw(definition, number, int(action[12:]))
    raise not_found()


def item_action(definition: ExamDefinition, number: int, position: int, data: Mapping[str, Any]) -> ExamDefinition:
    match data.get("action"):
        case "save":
            form = Reading(data)
            points, group = _points(form, "points"), form.text("group", required=False, longest=40)
            _refuse(form)
            return editing.change_item(definition, number, position, points=points or None, group=group or None)
        case "remove":
            return editing.remove_item(definition, number, position)
        case "up" | "down" as way:
            return editing.move_item(definition, number, position, -1 if way == "up" else 1)
    raise not_found()


def add_action(
    definition: ExamDefinition, number: int, versions: Sequence[int], data: Mapping[str, Any]
) -> ExamDefinition:
    """The items ticked are pinned, or become a pool of which some are drawn for each form."""
    if not versions:
        raise invalid(_("Tick at least one item."))
    if data.get("action") != "draw":
        return editing.add_items(definition, number, versions)
    form = Reading(data)
    count, points = _whole(form, "count", 1, len(versions)), _points(form, "points")
    label = form.text("label", required=False)
    _refuse(form)
    return editing.add_draw(definition, number, Draw(count, tuple(versions), points or None, label))


def total_points(definition: ExamDefinition, items: Mapping[int, Item]) -> Fraction:
    """The raw points of one form where they are known: fixed items, and draws that state their points. Of "choose one
    of" the first groups stand for those that are chosen."""
    total = Fraction(0)
    for section in definition.sections:
        scored = editing.scored_groups(section)
        for fixed in section.items:
            if fixed.version in items and (scored is None or fixed.group in scored):
                total += Fraction(fixed.points or items[fixed.version].points)
        for draw in section.draws:
            if draw.points and (scored is None or draw.group in scored):
                total += Fraction(draw.points) * draw.count
    return total


def _markup(text: str, before: Markup | None) -> Markup | None:
    """Unchanged text keeps its markup: an instruction with tables or formulas survives an edit of the minutes."""
    if not text:
        return None
    unchanged = before is not None and text == " ".join(plain_text(before).split())
    return before if unchanged else from_text(text)


def _section_saved(definition: ExamDefinition, number: int, data: Mapping[str, Any]) -> ExamDefinition:
    form = Reading(data)
    title, instructions = form.text("title"), form.text("instructions", required=False, longest=2000)
    choose = _whole(form, "choose", 1, 20) if data.get("choose") else None
    _refuse(form)
    return editing.change_section(
        definition,
        number,
        title=title,
        instructions=_markup(instructions, definition.sections[number].instructions),
        shuffle_items=data.get("shuffle_items") == "1",
        shuffle_options=data.get("shuffle_options") == "1",
        choose=choose,
    )


def _whole(form: Reading, name: str, low: int, high: int) -> int:
    text = form.text(name)
    if text.isdecimal() and low <= int(text) <= high:
        return int(text)
    form.errors.setdefault(name, _("Write a whole number that fits here."))
    return low


def _points(form: Reading, name: str) -> str:
    """An exact number as people write it: 0,25 or 1/3. Empty stays empty."""
    text = form.text(name, required=False, longest=20).replace(",", ".").replace(" ", "")
    if not text:
        return ""
    value = rational_or_none(text)
    if value is None or not 0 < value <= 1000:
        form.errors[name] = _("Write points like 0,25 or 1/3.")
        return ""
    return text


def _table(form: Reading) -> tuple[str, ...] | None:
    """Shares of a cluster's points for 0, 1, 2 … right statements, parted by semicolons; empty: the items' own."""
    text = form.text("cluster_table", required=False, longest=100)
    if not text:
        return None
    shares = tuple(part.replace(",", ".") for part in text.replace(";", " ").split())
    values = [rational_or_none(share) for share in shares]
    if len(shares) < 2 or any(value is None or not 0 <= value <= 1 for value in values) or values[-1] != 1:
        form.errors["cluster_table"] = _(
            "Write the shares for none to all statements right, like 0; 0,1; 0,25; 0,5; 1."
        )
        return None
    return shares


def _shown(form: Reading, name: str) -> Shown:
    found = form.choice(name, CHOICES["shown"])
    return found if found in get_args(Shown) else "after_release"  # type: ignore[return-value]


def _refuse(form: Reading) -> None:
    if form.errors:
        raise invalid(next(iter(form.errors.values())))
