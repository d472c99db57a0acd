"""What keeps a written item from being published, each at the field of the editor where it is mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from exam_engine.kit.errors import _
from item_bank.content.model import Essay, Item, Markup, MultipleChoice, SingleChoice, TrueFalseCluster
from item_bank.content.sentence import Sentence

ITEM = "item"
_SILENT = re.compile(r'<img alt="\s*"')
_EMPTY = "Option %(letter)s is empty."
_EMPTY_HERE = _("Option %(letter)s is empty: fill it in or remove it.")


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` as the editor names it: "stem", "options", "options/0", "points" …"""

    field: str
    sentence: Sentence

    def told(self, translate: Callable[..., str]) -> dict[str, str]:
        return {"field": self.field, "text": told(self.sentence, translate)}


def stated(text: str) -> Sentence:
    return text if isinstance(text, Sentence) else Sentence.of(text.replace("%", "%%") if "%" in text else text)


def undescribed(markup: Markup) -> list[str]:
    """A picture without words is nothing to those who can't see it."""
    if not _SILENT.search(markup.html):
        return []
    return [Sentence.of(_("Say what the picture shows, for pupils who can't see it."))]


def in_editor(problem: str) -> Sentence:
    """With the way out, where the editor offers one."""
    sentence = stated(problem)
    return Sentence.of(_EMPTY_HERE, **sentence.params) if sentence.msgid == _EMPTY else sentence


def told(sentence: Sentence, translate: Callable[..., str]) -> str:
    """In the reader's language, with what fills its places in that language too."""
    params = {
        name: told(value, translate) if isinstance(value, Sentence) else value
        for name, value in sentence.params.items()
    }
    return translate(sentence.msgid, **params)


#: The field of each sentence that the item model's checks can say; what is about one option or point adds its number.
FIELDS: Mapping[str, str] = {
    "The item has no stem.": "stem",
    "The points are not a number above 0.": "points",
    "An item with options needs at least two.": "options",
    "Two options have the same id.": "options",
    "No option is the key (weight 1).": "options",
    "No option is right (weight above 0).": "options",
    "The weights of the right options add up to less than 1.": "options",
    "Fewer options may be chosen than are right.": "max_choices",
    "The smallest number of choices is above the largest.": "max_choices",
    "The cluster has no statement.": "statements",
    "Two statements have the same id.": "statements",
    "The marking table needs one share for each number of right statements, from none to all.": "table",
    "The marking table holds a share that is not between 0 and 1.": "table",
    "The marking table does not give the full points for all statements right.": "table",
    "No accepted value is given.": "accepted",
    "The accepted value %(value)s is not a decimal number.": "accepted",
    "No accepted value fits into %(limit)s characters.": "accepted",
    "The tolerance is not a number from 0 upwards.": "tolerance",
    "No accepted text is given.": "accepted",
    "An accepted text is empty.": "accepted",
    "The weight of an accepted text is not between 0 and 1.": "accepted",
    "No accepted text earns the full points.": "accepted",
    "The field needs room for at least one character.": "max_chars",
    "Two rubric points have the same id.": "rubric",
    "The word limit is below 1.": "max_words",
}
_OF_OPTIONS = {
    "The weight of option %(letter)s is not a number.",
    "The weight of option %(letter)s is not between -1 and 1.",
    _EMPTY,
}
_OF_STATEMENTS = {"Statement %(id)s is empty."}
_OF_RUBRIC = {"The points of rubric point %(id)s are not a number above 0."}


def field_of(problem: str, item: Item) -> str:
    if not isinstance(problem, Sentence):
        return ITEM
    if problem.msgid in _OF_OPTIONS:
        letter = str(problem.params["letter"])
        return f"options/{ord(letter) - ord('A')}" if len(letter) == 1 else "options"
    if problem.msgid in _OF_STATEMENTS | _OF_RUBRIC:
        return _numbered(str(problem.params["id"]), item)
    return FIELDS.get(problem.msgid, ITEM)


def _numbered(identifier: str, item: Item) -> str:
    match item.interaction:
        case TrueFalseCluster(statements=statements):
            kind, ids = "statements", [one.id for one in statements]
        case Essay(rubric=rubric):
            kind, ids = "rubric", [one.id for one in rubric]
        case SingleChoice(options=options) | MultipleChoice(options=options):
            kind, ids = "options", [one.id for one in options]
        case _:
            return ITEM
    return f"{kind}/{ids.index(identifier)}" if identifier in ids else kind
