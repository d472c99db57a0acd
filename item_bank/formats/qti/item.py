"""One assessmentItem → an item of the bank, or the reason why not (source: QTI 2.1 ASI Information Model, IMS 2012;
QTI 2.2, 2015; QTI 3.0, 1EdTech 2022)."""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.model import Interaction, Item, Language, Markup
from item_bank.content.rational import rational_text
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_
from item_bank.formats.qti.choice import choice
from item_bank.formats.qti.cluster import cluster, is_cluster
from item_bank.formats.qti.declarations import Outcome, Response, number, outcomes, responses
from item_bank.formats.qti.entry import essay, text_entry
from item_bank.formats.qti.names import Element, attribute, child, children, descendants, flag, line_of, local, text_of
from item_bank.formats.qti.passage import passage_of
from item_bank.formats.qti.processing import Scoring, scoring_of
from item_bank.formats.qti.texts import QtiTexts, has_text_after, stem_element
from item_bank.formats.qti.usual import NotUsual
from item_bank.formats.registry import Reading
from item_bank.formats.xlsx.columns import level_named

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: modalFeedback with this identifier, or for an outcome of this name, is the item's rationale.
_RATIONALE = {"rationale", "solution"}


def read_item(root: Element, reading: Reading, entry: Entry) -> Item:
    """Raises NotUsual for an item that changes while it is taken, for none or several interactions, for kinds and rules
    that no usual item has."""
    body = child(root, "itemBody")
    changes = flag(root, "adaptive") or any(True for _ in children(root, "templateDeclaration", "templateProcessing"))
    if body is None or changes:
        raise NotUsual
    interactions = [element for element in body.iterdescendants() if local(element).endswith("Interaction")]
    if len(interactions) != 1:
        raise NotUsual
    return _QtiItem(root, body, interactions[0], reading, entry).build()


class _Texts(QtiTexts):
    def inner_feedback(self, _element: Element, _name: str) -> None:
        raise NotUsual


class _QtiItem:
    def __init__(self, root: Element, body: Element, interaction: Element, reading: Reading, entry: Entry) -> None:
        self.root, self.body, self.interaction, self.reading, self.entry = root, body, interaction, reading, entry
        self.outcomes = outcomes(root)
        self.texts = _Texts(entry, reading.find_picture)

    def build(self) -> Item:
        name = local(self.interaction)
        if name not in {"choiceInteraction", "textEntryInteraction", "extendedTextInteraction"} and not (
            name == "matchInteraction" and is_cluster(self.interaction)
        ):
            raise NotUsual
        self._note_what_is_lost()
        response = self._response()
        scoring = self._scoring(response, name)
        feedback, rationale = self._feedback(scoring)
        interaction, points = self._interaction(name, response, scoring, feedback)
        return Item(
            stem=self.texts.markup(stem_element(self.body, self.interaction)),
            interaction=interaction,
            title=attribute(self.root, "title"),
            language=self._language(),
            passage=passage_of(self.root, self.reading, self.entry),
            rationale=rationale,
            points=rational_text(points),
            subject=self.reading.subject,
            grade=self.reading.grade,
            topic=attribute(self.body, "data-topic"),
            level=level_named(attribute(self.body, "data-level")),
        )

    def _interaction(
        self, name: str, response: Response, scoring: Scoring, feedback: dict[str, Markup]
    ) -> tuple[Interaction, Fraction]:
        match name:
            case "choiceInteraction":
                return choice(self.interaction, response, scoring, self.texts, feedback)
            case "textEntryInteraction":
                return text_entry(self.interaction, response, scoring, self.texts)
            case "matchInteraction":
                return cluster(self.interaction, response, scoring, self.outcomes, self.texts)
            case _:
                return self._essay(response, scoring)

    def _essay(self, response: Response, scoring: Scoring) -> tuple[Interaction, Fraction]:
        if scoring.kind != "none":
            raise NotUsual
        points = self._maximum() or Fraction(1)
        self.texts.keeps_scorer_rubrics = True
        rubric = "\n".join(" ".join(text_of(one).split()) for one in self._scorer_rubrics())
        return essay(self.interaction, response, rubric, points), points

    def _scorer_rubrics(self) -> list[Element]:
        found = descendants(self.body, "rubricBlock")
        return [one for one in found if "scorer" in attribute(one, "view").split() and text_of(one)]

    def _response(self) -> Response:
        identifier = attribute(self.interaction, "responseIdentifier")
        declared = responses(self.root).get(identifier)
        if declared is None:
            raise NotUsual
        return declared

    def _scoring(self, response: Response, name: str) -> Scoring:
        scoring = scoring_of(self.root, response.identifier, self.outcomes)
        if scoring is not None:
            return scoring
        if name == "extendedTextInteraction":
            return Scoring("none")
        if not response.correct and response.mapping is None:
            raise NotUsual
        message = N_("The item has no response processing; it will be marked by its declared key.")
        self.entry.note("processing_assumed", message, line=response.line)
        return Scoring("map" if response.mapping is not None else "match")

    def _maximum(self) -> Fraction | None:
        for name in ("MAXSCORE", "SCORE"):
            declared: Outcome | None = self.outcomes.get(name)
            element = next(
                (one for one in children(self.root, "outcomeDeclaration") if attribute(one, "identifier") == name), None
            )
            written = attribute(element, "normalMaximum") if element is not None else ""
            text = (declared.default if declared and name == "MAXSCORE" else None) or written
            if text and number(text) > 0:
                return number(text)
        return None

    def _feedback(self, scoring: Scoring) -> tuple[dict[str, Markup], Markup | None]:
        """By option identifier, and the rationale."""
        by_option: dict[str, Markup] = {}
        rationale = None
        for modal in children(self.root, "modalFeedback"):
            outcome, identifier = attribute(modal, "outcomeIdentifier"), attribute(modal, "identifier")
            shown = attribute(modal, "showHide", "show") == "show"
            if {outcome.lower(), identifier.lower()} & _RATIONALE:
                rationale = self.texts.markup(modal)
            elif shown and outcome in scoring.feedback and local(self.interaction) == "choiceInteraction":
                by_option[identifier] = self.texts.markup(modal)
            else:
                raise NotUsual  # it depends on more than the chosen option
        return by_option, rationale

    def _note_what_is_lost(self) -> None:
        for element in children(self.root, "stylesheet", "companionMaterialsInfo", "catalogInfo"):
            message = N_("<%(name)s> is not kept.")
            self.entry.note("element_dropped", message, line=line_of(element), name=local(element))
        if local(self.interaction) != "textEntryInteraction" and has_text_after(self.body, self.interaction):
            raise NotUsual  # the answer field of a usual item stands last

    def _language(self) -> Language:
        said = (self.root.get(_XML_LANG) or self.body.get(_XML_LANG) or "").lower()[:2]
        return "vi" if said == "vi" else "en" if said == "en" else self.reading.language
