"""choiceInteraction → single or multiple choice (QTI 2.1 ASI Information Model, 7.4.1)."""

from __future__ import annotations

import copy
from fractions import Fraction

from item_bank.content.model import Markup, MultipleChoice, Option, SingleChoice
from item_bank.content.rational import rational_text
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.declarations import Mapping, Response
from item_bank.formats.qti.names import Element, attribute, children, descendants, flag, line_of
from item_bank.formats.qti.processing import Scoring
from item_bank.formats.qti.texts import QtiTexts

#: Identifier → share of the points.
Weights = dict[str, Fraction]
MAX_OPTIONS = 100


def choice(
    interaction: Element, response: Response, scoring: Scoring, texts: QtiTexts, modal: dict[str, Markup]
) -> tuple[SingleChoice | MultipleChoice, Fraction]:
    """The interaction and the item's points."""
    if response.base_type != "identifier" or response.cardinality not in {"single", "multiple"}:
        message = N_("A choice with responses of %(cardinality)s %(type)s is not supported.")
        raise _problem(interaction, "response_type", message, cardinality=response.cardinality, type=response.base_type)
    simple = list(children(interaction, "simpleChoice"))
    if len(simple) > MAX_OPTIONS:
        raise _problem(interaction, "too_many_answers", N_("The question has more than 100 answers."))
    identifiers = [attribute(one, "identifier") for one in simple]
    most = _count(interaction, "maxChoices", "1")
    weights, points = _weights(interaction, identifiers, response, scoring)
    single = response.cardinality == "single"
    options = tuple(_option(one, weights, scoring, texts, modal) for one in simple)
    shuffle = flag(interaction, "shuffle")
    if single:
        if most > 1:
            raise _problem(interaction, "choices_contradict", N_("Several choices are allowed, but one is recorded."))
        if any(share < 0 for share in weights.values()) and not _may_be_negative(response):
            texts.entry.note("score_not_negative", N_("The item could earn less than 0 points; here it can't."))
        return SingleChoice(options, shuffle), points
    least = min(_count(interaction, "minChoices", "0"), len(options))
    partial = scoring.kind == "map"
    if partial and any(share < 0 for share in weights.values()) and _may_be_negative(response):
        texts.entry.note("score_not_negative", N_("The item could earn less than 0 points; here it can't."))
    return MultipleChoice(options, partial, least, min(most, len(options)) or None, shuffle), points


def _may_be_negative(response: Response) -> bool:
    return response.mapping is not None and (response.mapping.lower is None or response.mapping.lower < 0)


def _count(interaction: Element, name: str, default: str) -> int:
    text = attribute(interaction, name, default)
    if not text.isdigit() or len(text) > 4:
        raise _problem(interaction, "number_unreadable", N_("%(text)s is not a number."), text=text[:60])
    return int(text)


def _option(simple: Element, weights: Weights, scoring: Scoring, texts: QtiTexts, modal: dict[str, Markup]) -> Option:
    identifier = attribute(simple, "identifier")
    if attribute(simple, "templateIdentifier"):
        raise _problem(simple, "template_item", N_("Items made from templates with variables are not supported."))
    work = copy.deepcopy(simple)
    feedback = modal.get(identifier)
    for own in list(descendants(work, "feedbackInline", "feedbackBlock")):
        if _shown_when_chosen(own, identifier, scoring):
            if feedback is not None:
                message = N_("A second feedback on the same option is not kept.")
                texts.entry.note("feedback_dropped", message, line=line_of(own))
            else:
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


def _weights(
    interaction: Element, identifiers: list[str], response: Response, scoring: Scoring
) -> tuple[Weights, Fraction]:
    if scoring.kind == "map":
        if response.mapping is None:
            raise _problem(interaction, "mapping_missing", N_("The item has no mapping to be marked by."))
        return _mapped(interaction, identifiers, response.mapping, response.cardinality == "single")
    if scoring.kind != "match" or scoring.comparison != "match":
        raise _problem(interaction, "processing_unsupported", N_("The item says nothing of how choices are marked."))
    if not response.correct:
        raise _problem(interaction, "key_missing", N_("The item declares no correct response."))
    if unknown := set(response.correct) - set(identifiers):
        raise _problem(interaction, "key_unknown", N_("The key %(key)s is none of the options."), key=min(unknown)[:60])
    return dict.fromkeys(response.correct, Fraction(1)), scoring.points


def _mapped(interaction: Element, identifiers: list[str], mapping: Mapping, single: bool) -> tuple[Weights, Fraction]:
    values = dict.fromkeys(identifiers, mapping.default)
    values |= {key: value for key, value, _ in mapping.entries if key in values}
    if mapping.lower is not None and mapping.lower > 0:
        raise _problem(interaction, "lower_bound", N_("A lower bound above 0 is not supported."))
    positive = [value for value in values.values() if value > 0]
    most = max(positive, default=Fraction(0)) if single else sum(positive, Fraction(0))
    points = most if mapping.upper is None else min(most, mapping.upper)
    if points <= 0:
        raise _problem(interaction, "key_missing", N_("No option earns points."))
    bottom = mapping.lower if single and mapping.lower is not None else min(values.values())
    shares = {identifier: min(max(value, bottom), points) / points for identifier, value in values.items()}
    return shares, points


def _problem(element: Element, code: str, message: str, **params: str) -> ReadProblem:
    return ReadProblem(code, message, line=line_of(element), place="", **params)
