"""Items → Moodle XML, with pictures inside and a category for each topic.

Source: Moodle documentation, "Moodle XML format" (see moodle_xml.py). Every question is read back before it goes into
the file; kinds that Moodle does not have become the nearest that marks the same, or a note.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import msgspec
from lxml import etree

from item_bank.content.markup import editable, joined, plain_text
from item_bank.content.model import (
    Asset,
    Composite,
    Essay,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.content.rational import rational
from item_bank.content.sentence import Sentence
from item_bank.formats import held
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.moodle import format as moodle_xml
from item_bank.formats.moodle.writing_cloze import cloze_text
from item_bank.formats.moodle.writing_recordings import with_players, without_recordings
from item_bank.formats.qti.names import Element
from item_bank.formats.qti.writing_package import ENDINGS, Exported
from item_bank.formats.registry import Reading
from item_bank.formats.written import (
    Notes,
    NotHeldError,
    Pairs,
    Written,
    category_of,
    clean,
    note_feedback,
    pairs_of_cluster,
    pairs_of_match,
    percent,
    without_places,
)

_ASSET = re.compile(r'data-asset="([0-9a-f]{64})"')
#: Places that Moodle keeps of a question's points.
_PLACES = 7
_NAME_CHARS = 80
_BY_HAND = {"extended_text", "upload"}


def write_moodle(items: Iterable[Exported], asset: Callable[[str], Asset]) -> Written:
    """`asset`: the picture of a digest."""
    notes = Notes()
    root = etree.Element("quiz")
    made = notes.each(items, lambda one: (one.item.topic, _Question(one, asset, notes).element()))
    topic = ""
    for its_topic, question in made:
        if its_topic != topic:
            root.append(_category(clean(its_topic)))
            topic = its_topic
        root.append(question)
    etree.indent(root, space="  ")
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return Written(data, len(made), tuple(notes.found))


class _Question:
    def __init__(self, one: Exported, asset: Callable[[str], Asset], notes: Notes) -> None:
        self.one, self.asset, self.notes = one, asset, notes
        self.root = etree.Element("question")
        stem = one.item.stem
        if one.passage is not None:
            stem = joined(one.passage.markup, stem)
            notes.tell("passage_in_stem", N_("The passage stands above the question: Moodle has no place for it."))
        self.whole = msgspec.structs.replace(one.item, stem=stem)
        self.item, self.stem, self.media = without_recordings(one.item, stem, notes)

    def element(self) -> Element:
        """Raises NotHeldError."""
        answers: list[Element] = []
        kind = self._answers(answers)
        self.root.set("type", kind)
        title = " ".join(self.item.title.split()) or plain_text(self.item.stem)[:_NAME_CHARS]
        self._plain("name", title)
        if kind == "cloze":
            self._text("questiontext", cloze_text(self.item, self.stem, self.notes))
        else:
            self._markup("questiontext", self.stem)
        if self.item.rationale:
            self._markup("generalfeedback", self.item.rationale)
        if kind not in ("cloze", "description"):
            etree.SubElement(self.root, "defaultgrade").text = self._grade()
        etree.SubElement(self.root, "idnumber").text = clean(self.one.identifier)
        self.root.extend(answers)
        if self.item.tags:
            tags = etree.SubElement(self.root, "tags")
            for tag in self.item.tags:
                etree.SubElement(etree.SubElement(tags, "tag"), "text").text = clean(tag)
        self._check(kind)
        return self.root

    def _grade(self) -> str:
        points = self.item.maximum
        text = f"{float(points):.{_PLACES}f}".rstrip("0").rstrip(".")
        if Fraction(text) != points:
            self.notes.tell(
                "points_rounded",
                N_("Moodle keeps %(places)s places: %(points)s points became %(kept)s."),
                places=_PLACES,
                points=points,
                kept=text,
            )
        return text

    def _check(self, kind: str) -> None:
        """What our own reader would refuse, no other program shall get."""
        quiz = etree.Element("quiz")
        quiz.append(etree.fromstring(etree.tostring(self.root)))
        try:
            found = moodle_xml.read(etree.tostring(quiz), Reading("item.xml"))
        except ReadProblem as problem:
            raise _unreadable(problem) from problem
        same = any(one.item.type == self.whole.type for one in found.items)
        written = self.whole if same else msgspec.structs.replace(self.item, stem=self.stem)
        kinds = {"matching": ("composite",), "essay": ("essay",)}.get(kind, ())
        held.check(written, found, self.notes, kinds=kinds)

    # --- texts

    def _plain(self, name: str, text: str) -> None:
        etree.SubElement(etree.SubElement(self.root, name), "text").text = clean(text)

    def _markup(self, name: str, markup: Markup, parent: Element | None = None) -> Element:
        return self._text(name, editable(markup), parent)

    def _text(self, name: str, html: str, parent: Element | None = None) -> Element:
        """With the pictures it shows beside it."""
        holder = etree.SubElement(self.root if parent is None else parent, name, format="html")
        files: dict[str, Asset] = {}

        def named(digest: str) -> str:
            asset = self.asset(digest)
            path = f"{digest[:32]}.{ENDINGS.get(asset.media_type, 'bin')}"
            files[path] = asset
            return f"@@PLUGINFILE@@/{path}"

        html = _ASSET.sub(lambda found: f'src="{named(found[1])}"', html)
        if name == "questiontext":
            html = with_players(html, self.media, named)
        etree.SubElement(holder, "text").text = clean(html)
        for path, asset in files.items():
            file = etree.SubElement(holder, "file", name=path, path="/", encoding="base64")
            file.text = base64.b64encode(asset.data).decode()
        return holder

    # --- kinds

    def _answers(self, into: list[Element]) -> str:
        """The name of Moodle's kind; its answers and settings go to `into`."""
        match self.item.interaction:
            case SingleChoice() as single:
                self._options(into, single.options, single=True, shuffle=single.shuffle)
                return "multichoice"
            case MultipleChoice() as several:
                return self._several(into, several)
            case TrueFalseCluster() as cluster:
                return self._matching(into, pairs_of_cluster(cluster, self.item, self.notes))
            case Numeric() as number:
                for value in number.accepted:
                    answer = _answer(value, Fraction(1))
                    etree.SubElement(answer, "tolerance").text = number.tolerance
                    into.append(answer)
                return "numerical"
            case ShortText() as short:
                into.append(_setting("usecase", "1" if short.case_sensitive else "0"))
                best_first = sorted(short.accepted, key=lambda one: rational(one.weight), reverse=True)
                into += [_answer(one.text, rational(one.weight)) for one in best_first]
                return "shortanswer"
            case Essay() as essay:
                return self._essay(into, essay)
            case Composite() as composite:
                return self._composite(into, composite)

    def _options(self, into: list[Element], options: Sequence[Option], *, single: bool, shuffle: bool) -> None:
        if shuffle and any(one.pinned for one in options):
            self.notes.tell("order_not_held", N_("Moodle shuffles all options or none: none is shuffled."))
            shuffle = False
        into += [_setting("single", _flag(single)), _setting("shuffleanswers", _flag(shuffle))]
        for one in options:
            answer = self._markup("answer", one.markup)
            answer.set("fraction", percent(rational(one.weight)))
            if one.feedback:
                self._markup("feedback", one.feedback, answer)
            into.append(answer)

    def _several(self, into: list[Element], choice: MultipleChoice) -> str:
        if choice.also:
            raise NotHeldError("marking_not_held", N_("Several sets of options earn the points, and Moodle knows one."))
        self._options(into, choice.options, single=False, shuffle=choice.shuffle)
        if choice.partial:
            return "multichoice"
        self.notes.tell(
            "plugin_needed", N_("Moodle takes all or nothing only with the plugin All-or-Nothing Multiple Choice.")
        )
        return "multichoiceset"

    def _matching(self, into: list[Element], pairs: Pairs) -> str:
        into.append(_setting("shuffleanswers", _flag(pairs.shuffle)))
        for left, right in (*pairs.pairs, *((Markup(""), one) for one in pairs.others)):
            if "data-asset" in right.html:
                raise NotHeldError(
                    "picture_not_held", N_("The right side of a pair shows a picture; Moodle takes words.")
                )
            held = self._markup("subquestion", left)
            answer = etree.SubElement(held, "answer")
            etree.SubElement(answer, "text").text = clean(editable(right))
            into.append(held)
        return "matching"

    def _essay(self, into: list[Element], essay: Essay) -> str:
        into += [_setting("responseformat", "editor"), _setting("responsefieldlines", str(essay.lines))]
        if essay.max_words:
            into.append(_setting("maxwordlimit", str(essay.max_words)))
        if len(essay.rubric) > 1:
            self.notes.tell("rubric_joined", N_("The rubric became one text for the grader."))
        several = len(essay.rubric) > 1
        lines = [f"{one.text} ({one.points})" if several else one.text for one in essay.rubric]
        if lines:
            paragraphs = "".join(f"<p>{_escaped(line)}</p>" for line in lines)
            into.append(self._markup("graderinfo", Markup(paragraphs)))
        return "essay"

    def _composite(self, into: list[Element], composite: Composite) -> str:
        if not composite.parts:
            return "description"
        if all(part.type in _BY_HAND and part.prompt is None for part in composite.parts):
            return self._by_hand(into, composite)
        pairs = pairs_of_match(self.item, composite)
        if pairs is None:
            return "cloze"
        note_feedback(composite.feedback, self.notes)
        self.stem = without_places(self.stem)
        return self._matching(into, pairs)

    def _by_hand(self, into: list[Element], composite: Composite) -> str:
        """What is typed and what is handed in, which a person marks."""
        kinds = [part.type for part in composite.parts]
        if sorted(kinds) != sorted(set(kinds)) or composite.rules.rules or composite.drawing.rules:
            raise NotHeldError("interaction_not_held", N_("Moodle's essay has one field for words and one for files."))
        lines = composite.parts[0].settings.get("lines", "")
        into.append(_setting("responseformat", "editor" if "extended_text" in kinds else "noinline"))
        into += [_setting("responsefieldlines", lines)] if lines else []
        into += [_setting("attachments", "-1")] if "upload" in kinds else []
        note_feedback(composite.feedback, self.notes)
        self.stem = without_places(self.stem)
        return "essay"


def _category(topic: str) -> Element:
    element = etree.Element("question", type="category")
    etree.SubElement(etree.SubElement(element, "category"), "text").text = category_of(topic)
    return element


def _answer(text: str, share: Fraction) -> Element:
    answer = etree.Element("answer", fraction=percent(share), format="plain_text")
    etree.SubElement(answer, "text").text = clean(text)
    return answer


def _setting(name: str, value: str) -> Element:
    element = etree.Element(name)
    element.text = value
    return element


def _unreadable(problem: ReadProblem) -> NotHeldError:
    message = N_("This program would not read it back from there. %(said)s")
    return NotHeldError("not_readable", message, said=[Sentence.of(problem.reason.message, **problem.reason.params)])


def _flag(truth: bool) -> str:
    return "true" if truth else "false"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
