"""textEntryInteraction → numeric or short text; extendedTextInteraction → essay (QTI 2.1, 7.4.9 and 7.4.10)."""

from __future__ import annotations

import re
from fractions import Fraction

from item_bank.content.model import AcceptedText, Essay, Numeric, RubricPoint, ShortText
from item_bank.content.rational import rational, rational_text
from item_bank.formats.model import N_
from item_bank.formats.numbers import ANY_NUMBER, as_decimal, room, room_for_words
from item_bank.formats.qti.declarations import Response, number
from item_bank.formats.qti.names import Element, attribute, whole
from item_bank.formats.qti.processing import Scoring
from item_bank.formats.qti.texts import QtiTexts
from item_bank.formats.qti.usual import NotUsual

#: (accepted text, points, whether letter case counts)
Accepted = tuple[str, Fraction, bool]


def text_entry(
    interaction: Element, response: Response, scoring: Scoring, texts: QtiTexts
) -> tuple[Numeric | ShortText, Fraction]:
    if response.cardinality != "single" or response.base_type not in {"string", "float", "integer"}:
        raise NotUsual
    if attribute(interaction, "patternMask"):
        texts.entry.note("pattern_dropped", N_("The pattern that the answer must have is not kept."))
    accepted = _accepted(response, scoring)
    points = max(value for _, value, _ in accepted)
    if points <= 0 or any(value < 0 for _, value, _ in accepted):
        raise NotUsual
    if response.base_type == "string":
        return _short_text(accepted, points), points
    return _numeric(interaction, accepted, points, scoring), points


def _accepted(response: Response, scoring: Scoring) -> list[Accepted]:
    if scoring.kind == "map":
        mapping = response.mapping
        if mapping is None or not mapping.entries:
            raise NotUsual
        if mapping.default != 0 or (mapping.lower or 0) > 0:
            raise NotUsual
        upper = mapping.upper
        return [(key, value if upper is None else min(value, upper), case) for key, value, case in mapping.entries]
    if scoring.kind != "match" or len(response.correct) != 1:
        raise NotUsual
    return [(response.correct[0], scoring.points, scoring.case_sensitive)]


def _short_text(accepted: list[Accepted], points: Fraction) -> ShortText:
    cases = {case for _, value, case in accepted if value > 0}
    if len(cases) > 1:
        raise NotUsual
    texts = tuple(
        AcceptedText(text.replace("*", "\\*"), rational_text(value / points))
        for text, value, _ in accepted
        if value > 0
    )
    return ShortText(texts, case_sensitive=cases == {True}, max_chars=room_for_words(one.text for one in texts))


def _numeric(interaction: Element, accepted: list[Accepted], points: Fraction, scoring: Scoring) -> Numeric:
    if any(0 < value < points for _, value, _ in accepted):
        raise NotUsual
    values = []
    for text, value, _ in accepted:
        number(text)
        if value > 0:
            values.append(as_decimal(text))
    tolerance = abs(number(scoring.tolerance))
    if scoring.relative:
        tolerance = tolerance * abs(rational(values[0])) / 100
    return Numeric(tuple(values), rational_text(tolerance), max_chars=room(values, _cells(interaction)))


def _cells(interaction: Element) -> int:
    """A class `chars-4` says how many characters the answer sheet has room for; `expectedLength` is only a hint."""
    found = re.search(r"(?:^|\s)chars-([1-9]\d?)(?:\s|$)", attribute(interaction, "class"))
    return int(found[1]) if found else ANY_NUMBER


def essay(interaction: Element, response: Response, rubric: str, points: Fraction) -> Essay:
    if response.cardinality != "single" or response.base_type != "string":
        raise NotUsual
    lines = attribute(interaction, "expectedLines")
    marks = (RubricPoint("1", rubric, rational_text(points)),) if rubric else ()
    return Essay(marks, lines=12 if (said := whole(lines)) is None else min(max(said, 1), 200))
