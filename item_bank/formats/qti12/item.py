"""An item of QTI 1.2 → an item of one of the usual kinds where it is one in every respect, else a composite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from item_bank.content.best import maximum
from item_bank.content.model import Composite, Feedback, Item, Language, Passage, digest
from item_bank.content.processing.declared import Declaration, Field, Node, Rules
from item_bank.content.processing.rules import processed, score_name
from item_bank.content.processing.values import ProcessingError, number_text, parsed_number
from item_bank.content.rational import rational_text
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.names import Element, attribute, child, descendants, line_of
from item_bank.formats.qti.rules import first_repeated
from item_bank.formats.qti12.best import Answers, Marker, best
from item_bank.formats.qti12.body import Body, Presentation
from item_bank.formats.qti12.conditions import Conditions, Given, call, constant, variable
from item_bank.formats.qti12.feedback import feedback_of, show_by_name
from item_bank.formats.qti12.formula import Calculated, calculated_of
from item_bank.formats.qti12.metadata import UPLOADS, Metadata
from item_bank.formats.qti12.rules import FEEDBACK, SCORE, Condition, Processing, bounded, declaration, processing_of
from item_bank.formats.qti12.simple import simple_item
from item_bank.formats.qti12.texts import MaterialTexts
from item_bank.formats.registry import Reading

#: A score up to this is a percentage where no points are told (Common Cartridge, Canvas).
_PERCENT = Fraction(100)
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


#: By their identifiers, with what was said of their texts.
Passages = Mapping[str, tuple[Passage, Entry]]


@dataclass(slots=True)
class Source:
    """An item as far as it is read: what its text, its rules and its metadata say."""

    element: Element
    texts: MaterialTexts
    told: Metadata
    body: Body
    processing: Processing
    feedback: Mapping[str, str]
    calculated: Calculated | None
    #: The best answers found, and the most that the score can be.
    key: Answers
    most: Fraction


def read_item(element: Element, told: Metadata, reading: Reading, entry: Entry, passages: Passages) -> Item:
    """Raises ReadProblem."""
    texts = MaterialTexts(entry, reading.find_picture)
    presentation = _presentation(element, told, texts, reading)
    body = presentation.read()
    if not body.parts and (kind := told.fields.get("QUESTIONTYPE")):  # ILIAS keeps what it asks in the metadata
        message = N_("Items of the type %(type)s are not supported.")
        raise ReadProblem("unsupported_interaction", message, line=line_of(element), type=kind[:60])
    calculated = calculated_of(element)
    if calculated is not None:
        _check_calculated(body, element)
        body.html = calculated.shown(body.html)
        body.given = {name: _as_number(one) for name, one in body.given.items()}
    conditions = Conditions(body.given, entry, corners=told.blackboard, whole=reading.whole)
    conditions.fields = body.fields
    processing = processing_of(element, conditions, blackboard=told.blackboard)
    if calculated is not None:
        _mark_by_answer(processing, calculated, next(iter(body.given)))
    source = Source(element, texts, told, body, processing, feedback_of(element, texts), calculated, {}, Fraction(0))
    by_hand = told.by_hand or not processing.score
    if not by_hand:
        _find_key(source)
    show_by_name(source, entry, by_hand=by_hand)
    item = _item(source, presentation, reading, entry, by_hand=by_hand)
    if told.passage in passages:
        passage, said = passages[told.passage]
        entry.take(said)
        entry.passages.append(passage)
        item = msgspec.structs.replace(item, passage=digest(passage))
    return presentation.texts.recordings.placed(item)


def _as_number(given: Given) -> Given:
    """The response of a calculated item is a number, whatever its field says."""
    return Given(given.ident, "float")


def _presentation(element: Element, told: Metadata, texts: MaterialTexts, reading: Reading) -> Presentation:
    found = child(element, "presentation")
    if found is None:
        raise ReadProblem("presentation_missing", N_("The item has no presentation."), line=line_of(element))
    labels = {attribute(one, "ident") for one in descendants(found, "response_label")}
    named = {"".join(map(str, one.itertext())).strip() for one in descendants(element, "varequal")}
    made = Presentation(found, texts, told.type, reading.find_picture, labels_scored=bool(labels & named))
    if told.type in UPLOADS and not any(True for _ in descendants(found, "response_str", "response_lid")):
        made.asks_for_a_file = attribute(found, "allowed_types") or attribute(element, "allowed_types") or "*"
    return made


def _check_calculated(body: Body, element: Element) -> None:
    if len(body.parts) != 1 or body.parts[0].type not in {"text_entry", "extended_text"}:
        message = N_("An item with drawn numbers needs one field for its answer.")
        raise ReadProblem("calculated_fields", message, line=line_of(element))


def _mark_by_answer(processing: Processing, calculated: Calculated, response: str) -> None:
    """The written conditions are placeholders: the answer of the set decides."""
    declared = processing.outcomes.setdefault(SCORE, declaration(SCORE, most="100"))
    most = constant("float", declared.maximum or "100")
    kept = [one for one in processing.conditions if not one.sets and one.shows]
    right = call("setOutcomeValue", most, identifier=SCORE)
    last = [one for one in kept if "general_incorrect_fb" in one.shows]
    first = [one for one in kept if one not in last]
    shows = ("correct_fb",)
    processing.conditions = [*first, Condition(calculated.test(response), (right,), shows, stops=True), *last]
    processing.score = SCORE


def _find_key(source: Source) -> None:
    """What the best answers earn is the most, where the item does not tell it."""
    processing = source.processing
    declared = processing.outcomes[processing.score]
    told = parsed_number(declared.maximum) if declared.maximum else Fraction(0)
    if source.calculated is None:
        rules = (*processing.rules(feedback=False), *bounded(processing))
        marker = Marker(_declarations(source, by_hand=False), rules, processing.score)
        source.key, earned = best(marker, source.body.given, [one.test for one in processing.conditions if one.sets])
        told = told if told > 0 else earned
    source.most = told


def _declarations(source: Source, *, by_hand: bool) -> tuple[Declaration, ...]:
    """The responses with the best answers found as their keys; the outcomes; what a variant draws."""
    found = []
    for given in source.body.given.values():
        key = tuple(map(Field, source.key.get(given.ident, ()))) or None
        found.append(Declaration(given.ident, "response", given.cardinality, given.base, correct=key))
    for name, declared in source.processing.outcomes.items():
        if name == source.processing.score and not by_hand and source.most > 0:
            found.append(msgspec.structs.replace(declared, maximum=number_text(source.most)))
        else:
            found.append(declared)
    if source.processing.shown:
        found.append(Declaration(FEEDBACK, "outcome", "multiple", "identifier"))
    drawn = source.calculated.declarations() if source.calculated else ()
    if (twice := first_repeated(one.identifier for one in (*found, *drawn))) is not None:
        message = N_("%(name)s is declared twice.")
        raise ReadProblem("declared_twice", message, line=line_of(source.element), name=twice[:60])
    return (*found, *drawn)


def _item(source: Source, presentation: Presentation, reading: Reading, entry: Entry, *, by_hand: bool) -> Item:
    composite = _composite(source, entry, by_hand=by_hand)
    points = _points(source, composite, by_hand=by_hand)
    item = Item(
        stem=presentation.stem(),
        interaction=composite,
        title=entry.title,
        language=_language(source.element, reading.language),
        points=rational_text(points),
        subject=reading.subject,
        grade=reading.grade,
        topic=source.told.fields.get("qmd_topic", "") or reading.topic,
        level=reading.level,
        extra=source.told.extra(),
    )
    if reading.whole:
        points = _scale(source) or points
        item = msgspec.structs.replace(item, points=rational_text(points))
        told = score_name(composite.declarations, composite.rules) == source.processing.score
        return item if told else _scaled(item, source, points, by_hand=by_hand)
    if (simple := simple_item(source, item, by_hand=by_hand)) is not None:
        return simple
    return _scaled(item, source, points, by_hand=by_hand)


def _composite(source: Source, entry: Entry, *, by_hand: bool) -> Composite:
    processing = source.processing
    declared = _declarations(source, by_hand=by_hand)
    if by_hand:
        declared = _for_a_person(declared, processing.score)
        rules = _only_shown(processing)
        if source.body.parts and not source.told.by_hand:
            message = N_("The item says nothing of how it is marked: a person will mark it.")
            entry.note("marked_by_hand", message)
    else:
        rules = (*processing.rules(), *bounded(processing))
    first = next(iter(source.body.given), "")
    drawing = source.calculated.drawing(first) if source.calculated else Rules()
    feedback = tuple(
        Feedback(FEEDBACK, name, source.texts.markup(said))
        for name, said in source.feedback.items()
        if name in processing.shown
    )
    composite = Composite(tuple(source.body.parts), declared, Rules(rules), drawing, feedback)
    _try(composite, entry)
    return composite


def _for_a_person(declared: tuple[Declaration, ...], score: str) -> tuple[Declaration, ...]:
    """The score comes from outside."""
    others = tuple(one for one in declared if one.identifier not in {score, SCORE} or one.kind != "outcome")
    return (*others, Declaration(SCORE, "outcome", base_type="float", external="human"))


def _only_shown(processing: Processing) -> tuple[Node, ...]:
    unset = [_without_sets(one) for one in processing.conditions]
    return Processing(processing.outcomes, unset, also=processing.also).rules()


def _without_sets(condition: Condition) -> Condition:
    return Condition(condition.test, (), condition.shows, condition.stops)


def _scale(source: Source) -> Fraction | None:
    """The most by the source's own scale."""
    return source.most if source.most > 0 else None


def _points(source: Source, composite: Composite, *, by_hand: bool) -> Fraction:
    told = source.told.points()
    if told is None or told < 0:
        told = (_scale(source) or maximum(composite)) if not by_hand else None
        told = Fraction(1) if told in (None, _PERCENT) else told
    assert told is not None
    return told if told > 0 or not source.body.parts else Fraction(1)


def _scaled(item: Item, source: Source, points: Fraction, *, by_hand: bool) -> Item:
    """The score on the scale of the item's points, as a last rule."""
    composite = item.interaction
    assert isinstance(composite, Composite)
    if by_hand or not source.most or (source.most == points and source.processing.score == SCORE):
        return item
    name = source.processing.score
    factor = points / source.most
    part = call("product", variable(name), constant("float", str(factor.numerator)))
    rule = call("setOutcomeValue", call("divide", part, constant("float", str(factor.denominator))), identifier=SCORE)
    declared = [_told(one, name, points) for one in composite.declarations]
    if name != SCORE:
        declared.append(Declaration(SCORE, "outcome", base_type="float", maximum=number_text(points)))
    rules = Rules((*composite.rules.rules, rule))
    changed = msgspec.structs.replace(composite, declarations=tuple(declared), rules=rules)
    return msgspec.structs.replace(item, interaction=changed)


def _told(declared: Declaration, name: str, points: Fraction) -> Declaration:
    if declared.identifier != name or name != SCORE:
        return declared
    changed: Declaration = msgspec.structs.replace(declared, maximum=number_text(points))
    return changed


def _try(composite: Composite, entry: Entry) -> None:
    """The rules once on no answer: what fails then would fail while marking."""
    if composite.drawing.rules:
        return
    message = N_("A rule of the item cannot be carried out: %(problem)s")
    try:
        scope = processed(composite.declarations, composite.rules, {})
    except ProcessingError as error:
        raise ReadProblem("processing_failed", message, problem=error) from None
    for problem in dict.fromkeys(told for _name, told in scope.failures):
        entry.note("processing_failed", message, problem=problem)


def _language(element: Element, default: Language) -> Language:
    said = (element.get(_XML_LANG) or "").lower()[:2]
    return "vi" if said == "vi" else "en" if said == "en" else default
