"""A cluster of true/false statements, as QTI has it: a matchInteraction of statements × {true, false}.

The profile (docs/authoring/qti.md): the first simpleMatchSet holds the statements, the second the two columns, true
first, called Đúng and Sai or True and False. The mapping gives 1 to each right pair; `lookupOutcomeValue` turns their
number into SCORE through SCORE's matchTable (QTI 2.1 ASI Information Model, 5.2 and 8.2). With plain map_response every
right statement earns the same. A class `level-…` on a statement is its cognitive level.
"""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.folding import fold
from item_bank.content.model import GRADUATION_TABLE, Statement, TrueFalseCluster
from item_bank.content.rational import rational, rational_text
from item_bank.formats.qti.declarations import Mapping, Outcome, Response, number
from item_bank.formats.qti.names import Element, attribute, children, text_of
from item_bank.formats.qti.processing import SCORE, Scoring
from item_bank.formats.qti.texts import QtiTexts
from item_bank.formats.qti.usual import NotUsual
from item_bank.formats.xlsx.columns import level_named

#: What columns are called, without signs above letters.
TRUE_WORDS = {"dung", "d", "true", "t", "yes", "correct"}
FALSE_WORDS = {"sai", "s", "false", "f", "no", "incorrect"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def is_cluster(interaction: Element) -> bool:
    """Exactly two columns, which say true and false."""
    sets = list(children(interaction, "simpleMatchSet"))
    if len(sets) != 2:
        return False
    words = [fold(text_of(column)).strip(" .") for column in children(sets[1], "simpleAssociableChoice")]
    return len(words) == 2 and words[0] in TRUE_WORDS and words[1] in FALSE_WORDS


def cluster(
    interaction: Element, response: Response, scoring: Scoring, outcomes: dict[str, Outcome], texts: QtiTexts
) -> tuple[TrueFalseCluster, Fraction]:
    rows, columns = (list(children(one, "simpleAssociableChoice")) for one in children(interaction, "simpleMatchSet"))
    true, false = (attribute(column, "identifier") for column in columns)
    if len(rows) > len(_LETTERS):
        raise NotUsual
    mapping = response.mapping
    if response.base_type != "directedPair" or mapping is None or scoring.kind not in {"map", "lookup"}:
        raise NotUsual
    statements, each = [], set()
    for letter, row in zip(_LETTERS, rows, strict=False):
        correct, value = _right_column(attribute(row, "identifier"), true, false, mapping)
        each.add(value)
        statements.append(Statement(letter, texts.markup(row), correct, _level(row)))
    if len(each) != 1:
        raise NotUsual
    table, points = _table(len(statements), each.pop(), scoring, outcomes, mapping)
    return TrueFalseCluster(tuple(statements), table), points


def _right_column(row: str, true: str, false: str, mapping: Mapping) -> tuple[bool, Fraction]:
    values = {key: value for key, value, _ in mapping.entries}
    said_true, said_false = values.get(f"{row} {true}", Fraction(0)), values.get(f"{row} {false}", Fraction(0))
    if mapping.default != 0 or min(said_true, said_false) != 0 or max(said_true, said_false) <= 0:
        raise NotUsual
    return said_true > 0, max(said_true, said_false)


def _table(
    count: int, each: Fraction, scoring: Scoring, outcomes: dict[str, Outcome], mapping: Mapping
) -> tuple[tuple[str, ...], Fraction]:
    if scoring.kind == "map":
        full = each * count if mapping.upper is None else min(mapping.upper, each * count)
        return tuple(rational_text(min(each * n, full) / full) for n in range(count + 1)), full
    score = outcomes.get(SCORE)
    if score is None or not score.table or each != 1:
        raise NotUsual
    values = [number(score.table.get(str(n), score.table_default or "0")) for n in range(count + 1)]
    if values[-1] <= 0:
        raise NotUsual
    shares = [value / values[-1] for value in values]
    # Written as the model writes it, the item is the same as one that was written here.
    usual = shares == [rational(one) for one in GRADUATION_TABLE]
    return GRADUATION_TABLE if usual else tuple(map(rational_text, shares)), values[-1]


def _level(row: Element) -> str:
    named = [token[len("level-") :] for token in attribute(row, "class").split() if token.startswith("level-")]
    return level_named(named[0].replace("-", " ")) if named else ""
