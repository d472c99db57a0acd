"""Any assessmentItem → a composite item: every interaction, every variable and rule as its author wrote them."""

from __future__ import annotations

import re
from fractions import Fraction

from lxml import etree

from item_bank.assembly.randomness import Stream
from item_bank.content.best import maximum
from item_bank.content.interactions.composite import waits_for_a_person
from item_bank.content.interactions.parts.registry import PARTS
from item_bank.content.model import Composite, Item, Language, Markup, Part
from item_bank.content.processing.declared import Cardinality, Declaration, Node, Rules
from item_bank.content.processing.rules import SCORE, TEMPLATES, drawn, processed, template_written, unknown_names
from item_bank.content.processing.scope import declared_of
from item_bank.content.processing.values import ProcessingError, of_fields
from item_bank.content.rational import rational_text
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.body import BodyTexts, read_body
from item_bank.formats.qti.names import Element, attribute, child, children, flag, line_of, local
from item_bank.formats.qti.passage import passage_of
from item_bank.formats.qti.rules import declarations, rules_of
from item_bank.formats.registry import Reading

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Variants of an item with a script that are drawn when it is read.
_TRIED = 20
#: Names of variables that a text shows or asks for.
_SHOWN = re.compile(r'data-place="(?:variable:|when:)([^"=!]*)')
_CONDITION = re.compile(r"!?=")
_LOST = ("stylesheet", "companionMaterialsInfo", "catalogInfo")


def read_composite(root: Element, reading: Reading, entry: Entry) -> Item:
    """Raises ReadProblem for what cannot be kept: no body, an interaction or a rule that only its maker knows."""
    body = child(root, "itemBody")
    if body is None:
        body = etree.SubElement(root, "itemBody")
        entry.note("body_missing", N_("The item has no itemBody."), line=line_of(root))
    declared = declarations(root)
    rules = rules_of(child(root, "responseProcessing"))
    drawing = rules_of(child(root, "templateProcessing"))
    texts = BodyTexts(entry, reading.find_picture)
    stem, parts = read_body(body, texts)
    rules, drawing = (_known(one, root, entry, needed=bool(parts)) for one in (rules, drawing))
    declared = (*declared, *_implied(parts, declared, entry, line_of(body)))
    feedback = [*texts.feedback, *(texts.feedback_of(modal) for modal in children(root, "modalFeedback"))]
    answered = [part.id for part in parts if part.type != "media"]
    declared, rules = _with_key_rules(declared, rules, answered, entry)
    if _shows_variables(stem, parts, declared, line_of(body)) and not drawing.rules:
        drawing = _defaults(declared)
    composite = Composite(parts, declared, rules, drawing, tuple(feedback), flag(root, "adaptive"))
    _try(composite, entry, line_of(root))
    _note(root, composite, entry)
    return Item(
        stem=stem,
        interaction=composite,
        title=attribute(root, "title"),
        language=_language(root, body, reading.language),
        passage=passage_of(root, reading, entry),
        points=rational_text(maximum(composite) or Fraction(1)),
        subject=reading.subject,
        grade=reading.grade,
    )


def _known(rules: Rules, root: Element, entry: Entry, *, needed: bool) -> Rules:
    """Raises ReadProblem for a rule that only its maker knows; where there is nothing to answer it is only left out."""
    for unknown in unknown_names(rules):
        message = N_("The response processing is not one of the known forms (at %(name)s).")
        problem = ReadProblem("processing_unsupported", message, line=line_of(root), name=unknown)
        if needed:
            raise problem
        entry.remark(problem)
        return Rules()
    return rules


def _implied(
    parts: tuple[Part, ...], declared: tuple[Declaration, ...], entry: Entry, line: int | None
) -> list[Declaration]:
    """Responses that interactions name and nobody declared."""
    known = {one.identifier for one in declared}
    found: dict[str, Declaration] = {}
    for part in parts:
        if part.type == "media" and part.id not in known:
            found[part.id] = Declaration(part.id, "response", base_type="integer")
        elif part.id not in known and part.id not in found and part.type in PARTS:
            bases = {"id": "identifier", "pair": "directedPair", "text": "string", "flag": "boolean"}
            gives = PARTS[part.type].gives
            many: Cardinality = "ordered" if "order" in part.type else "single" if part.most == 1 else "multiple"
            found[part.id] = Declaration(part.id, "response", many, bases.get(gives, gives))
            message = N_("The response %(name)s is not declared; its answers are kept and earn nothing.")
            entry.note("response_implied", message, line=line, name=part.id)
    return list(found.values())


def _with_key_rules(
    declared: tuple[Declaration, ...], rules: Rules, parts: list[str], entry: Entry
) -> tuple[tuple[Declaration, ...], Rules]:
    """An item that declares a key and no rules is marked by the key: by its mapping if it has one, else by the match
    of the correct answer. That is said, for its author did not."""
    if rules.rules or rules.template:
        if rules.template in TEMPLATES and not any(one.identifier == SCORE for one in declared):
            declared = (*declared, Declaration(SCORE, "outcome", base_type="float"))
        if (
            rules.template in TEMPLATES
            and len(parts) == 1
            and not any(one.identifier == "RESPONSE" for one in declared)
        ):
            # makers name the only response as they like and mean it all the same
            rules = Rules(template_written(rules.template, parts[0]))
        return declared, rules
    keyed = [one for one in declared if one.identifier in parts and (one.correct or one.mapping or one.areas)]
    if len(keyed) != 1 or len(parts) != 1 or keyed[0].identifier != "RESPONSE":
        return declared, rules
    entry.note("processing_assumed", N_("The item has no response processing; it will be marked by its declared key."))
    one = keyed[0]
    template = "map_response" if one.mapping else "map_response_point" if one.areas else "match_correct"
    if not any(each.identifier == SCORE for each in declared):
        declared = (*declared, Declaration(SCORE, "outcome", base_type="float"))
    return declared, Rules(template=template)


def _shows_variables(
    stem: Markup, parts: tuple[Part, ...], declarations: tuple[Declaration, ...], line: int | None
) -> bool:
    """Whether any of its texts depends on a variable. Raises ReadProblem for one that is not declared."""
    texts = [stem, *(markup for part in parts for markup in (part.prompt, part.text) if markup)]
    choices = [one for part in parts for one in (*part.choices, *part.targets)]
    texts += [one.markup for one in choices]
    names = [name for text in texts for name in _SHOWN.findall(text.html)]
    names += [_CONDITION.split(one.when)[0] for one in choices if one.when]
    declared = declared_of(declarations)
    for name in names:
        if name not in declared:
            message = N_("The text shows the variable %(name)s, which is not declared.")
            raise ReadProblem("dynamic_text", message, line=line, name=name[:60])
    return bool(names)


def _defaults(declarations: tuple[Declaration, ...]) -> Rules:
    """Variables that no rule draws have their defaults: there is one variant."""
    templates = [one.identifier for one in declarations if one.kind == "template"]
    return Rules(
        tuple(
            Node("setTemplateValue", {"identifier": name}, (Node("default", {"identifier": name}),))
            for name in templates
        )
    )


def _try(composite: Composite, entry: Entry, line: int | None) -> None:
    """The rules once, on no answer and on the key: what fails then would fail while marking."""
    if composite.drawing.rules:  # their variables have values in a variant only
        _try_drawing(composite, line)
        return
    keys = {one.identifier: one.correct for one in composite.declarations if one.kind == "response"}
    declared = declared_of(composite.declarations)
    message = N_("A rule of the item cannot be carried out: %(problem)s")
    try:
        answers = {name: of_fields(declared[name], fields) for name, fields in keys.items()}
        tried = [processed(composite.declarations, composite.rules, one) for one in ({}, answers)]
    except ProcessingError as error:
        raise ReadProblem("processing_failed", message, line=line, problem=error) from None
    for problem in dict.fromkeys(told for scope in tried for _name, told in scope.failures):
        entry.note("processing_failed", message, line=line, problem=problem)


def _try_drawing(composite: Composite, line: int | None) -> None:
    """Some variants of an item whose script a maker's program would carry out: whether all of it is known here shows
    when it runs."""
    if not any(node.name == "customOperator" for node in composite.drawing.walk()):
        return
    for seed in range(_TRIED):
        try:
            scope = drawn(composite.declarations, composite.drawing, Stream(str(seed), 1, "variant").below)
            problem = next((told for _name, told in scope.failures), "")
        except ProcessingError as error:
            problem = str(error)
        if problem:
            message = N_("A rule of the item cannot be carried out: %(problem)s")
            raise ReadProblem("processing_unsupported", message, line=line, problem=problem)


def _note(root: Element, composite: Composite, entry: Entry) -> None:
    for declared in composite.declarations:
        _note_key(declared, composite, entry)
    unmarked = not (composite.rules.rules or composite.rules.template) and waits_for_a_person(composite)
    score = next((one for one in composite.declarations if one.identifier == SCORE), None)
    if composite.parts and unmarked and not (score and score.external):
        message = N_("The item says nothing of how it is marked: a person will mark it.")
        entry.note("marked_by_hand", message, line=line_of(root))
    keyed = any(one.correct or one.mapping or one.areas for one in composite.declarations)
    if composite.rules.template and not keyed and not composite.drawing.rules:
        message = N_("The item has no key: no answer earns a point.")
        entry.note("key_missing", message, line=line_of(root))
    for element in children(root, *_LOST):
        message = N_("<%(name)s> is not kept.")
        entry.note("element_dropped", message, line=line_of(element), name=local(element))
    if composite.adaptive:
        message = N_("The item is adaptive: it is kept whole, but cannot be put into an exam yet.")
        entry.note("adaptive_item", message, line=line_of(root))


def _note_key(declared: Declaration, composite: Composite, entry: Entry) -> None:
    """A key that nobody can give."""
    for part in composite.parts:
        if part.id != declared.identifier or part.type not in PARTS or PARTS[part.type].gives != "id":
            continue
        known = {name for name, _moves in PARTS[part.type].option_ids(part)}
        for field in declared.correct or ():
            if field.text not in known:
                message = N_("The key of %(name)s names %(option)s, which is no choice.")
                entry.note("key_unknown", message, name=declared.identifier, option=field.text[:60])


def _language(root: Element, body: Element, default: Language) -> Language:
    said = (root.get(_XML_LANG) or body.get(_XML_LANG) or "").lower()[:2]
    return "vi" if said == "vi" else "en" if said == "en" else default
