"""choiceInteraction → single or multiple choice (QTI 2.1 ASI Information Model, 7.4.1)."""

from __future__ import annotations

import copy
from fractions import Fraction

from item_bank.content.model import Markup, MultipleChoice, Option, SingleChoice
from item_bank.content.rational import rational_text
from item_bank.formats.qti.declarations import Mapping, Response
from item_bank.formats.qti.names import Element, attribute, children, descendants, flag, whole
from item_bank.formats.qti.processing import Scoring
from item_bank.formats.qti.texts import QtiTexts
from item_bank.formats.qti.usual import NotUsual

#: Identifier → share of the points.
Weights = dict[str, Fraction]
MAX_OPTIONS = 100


def choice(
    interaction: Element, response: Response, scoring: Scoring, texts: QtiTexts, modal: dict[str, Markup]
) -> tuple[SingleChoice | MultipleChoice, Fraction]:
    """The interaction and the item's points."""
    if response.base_type != "identifier" or response.cardinality not in {"single", "multiple"}:
        raise NotUsual
    simple = list(children(interaction, "simpleChoice"))
    if len(simple) > MAX_OPTIONS:
        raise NotUsual
    identifiers = [attribute(one, "identifier") for one in simple]
    most = _count(interaction, "maxChoices", "1")
    weights, points = _weights(identifiers, response, scoring)
    single = response.cardinality == "single"
    options = tuple(_option(one, weights, scoring, texts, modal) for one in simple)
    shuffle = flag(interaction, "shuffle")
    if single:
        if most > 1:
            raise NotUsual
        if any(share < 0 for share in weights.values()) and not _may_be_negative(response):
            raise NotUsual
        return SingleChoice(options, shuffle), points
    least = min(_count(interaction, "minChoices", "0"), len(options))
    partial = scoring.kind == "map"
    if partial and any(share < 0 for share in weights.values()) and _may_be_negative(response):
        raise NotUsual
    return MultipleChoice(options, partial, least, min(most, len(options)) or None, shuffle), points


def _may_be_negative(response: Response) -> bool:
    return response.mapping is not None and (response.mapping.lower is None or response.mapping.lower < 0)


def _count(interaction: Element, name: str, default: str) -> int:
    text = attribute(interaction, name, default)
    if (count := whole(text)) is None:
        raise NotUsual
    return count


def _option(simple: Element, weights: Weights, scoring: Scoring, texts: QtiTexts, modal: dict[str, Markup]) -> Option:
    identifier = attribute(simple, "identifier")
    if attribute(simple, "templateIdentifier"):
        raise NotUsual
    work = copy.deepcopy(simple)
    feedback = modal.get(identifier)
    for own in list(descendants(work, "feedbackInline", "feedbackBlock")):
        if _shown_when_chosen(own, identifier, scoring):
            if feedback is not None:
                raise NotUsual
            feedback = texts.markup(own)
            _cut(own)
    return Option(
        identifier,
        texts.markup(work),
        pinned=flag(simple, "fixed"),
        weight=rational_text(weights.get(identifier, Fraction(0))),
        feedback=feedback,
    )


def _cut(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + (element.tail or "")
        else:
            parent.text = (parent.text or "") + (element.tail or "")
        element.tail = None
        parent.remove(element)


def _shown_when_chosen(feedback: Element, identifier: str, scoring: Scoring) -> bool:
    return (
        attribute(feedback, "outcomeIdentifier") in scoring.feedback
        and attribute(feedback, "identifier") == identifier
        and attribute(feedback, "showHide", "show") == "show"
    )


def _weights(identifiers: list[str], response: Response, scoring: Scoring) -> tuple[Weights, Fraction]:
    if scoring.kind == "map":
        if response.mapping is None:
            raise NotUsual
        return _mapped(identifiers, response.mapping, response.cardinality == "single")
    if scoring.kind != "match" or scoring.comparison != "match":
        raise NotUsual
    if not response.correct:
        raise NotUsual
    if set(response.correct) - set(identifiers):
        raise NotUsual
    return dict.fromkeys(response.correct, Fraction(1)), scoring.points


def _mapped(identifiers: list[str], mapping: Mapping, single: bool) -> tuple[Weights, Fraction]:
    values = dict.fromkeys(identifiers, mapping.default)
    values |= {key: value for key, value, _ in mapping.entries if key in values}
    if mapping.lower is not None and mapping.lower > 0:
        raise NotUsual
    positive = [value for value in values.values() if value > 0]
    most = max(positive, default=Fraction(0)) if single else sum(positive, Fraction(0))
    points = most if mapping.upper is None else min(most, mapping.upper)
    if points <= 0:
        raise NotUsual
    bottom = mapping.lower if single and mapping.lower is not None else min(values.values())
    shares = {identifier: min(max(value, bottom), points) / points for identifier, value in values.items()}
    return shares, points
