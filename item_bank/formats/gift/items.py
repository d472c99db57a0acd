"""A parsed GIFT question → an item of the bank, or the reason why not."""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.interactions.options import letters
from item_bank.content.model import (
    Composite,
    Essay,
    Interaction,
    Item,
    Markup,
    Numeric,
    Option,
    ShortText,
    SingleChoice,
)
from item_bank.content.pinning import pinned
from item_bank.content.rational import rational_text
from item_bank.formats.building import composite, matching, nothing_to_answer, with_place
from item_bank.formats.collecting import Entry
from item_bank.formats.gift.syntax import Answer, Part, Question, SyntaxProblem
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.registry import Reading
from item_bank.formats.texts import Texts
from item_bank.formats.typed_answers import TypedRange, numeric, range_of, short_text
from item_bank.formats.weighed_choices import weighed_choice

TRUTH = {"vi": ("Đúng", "Sai"), "en": ("True", "False")}
#: GIFT has no place for them.
POINTS = Fraction(1)


class ItemOfGift:
    """Builds the item of one question; `entry` gathers what is lost on the way."""

    def __init__(self, question: Question, reading: Reading, entry: Entry) -> None:
        self.question = question
        self.reading = reading
        self.entry = entry
        self.texts = Texts(entry, reading.find_picture)

    def build(self, topic: str, tags: tuple[str, ...]) -> Item:
        question = self.question
        interaction = self._interaction()
        general = question.general_feedback
        stem = self._markup(question.stem)
        composed = isinstance(interaction, Composite) and interaction.parts
        return Item(
            stem=with_place(stem) if composed else stem,
            interaction=interaction,
            title=question.title,
            language=self.reading.language,
            rationale=self._markup(general) if general else None,
            subject=self.reading.subject,
            grade=self.reading.grade,
            points="0" if question.kind == "description" else "1",
            topic=topic,
            tags=tags,
        )

    def _interaction(self) -> Interaction:
        match self.question.kind:
            case "truefalse":
                return self._true_false()
            case "multichoice":
                return weighed_choice(self._options(), POINTS, self.entry, single=True)
            case "multichoice-multi":
                return weighed_choice(self._options(), POINTS, self.entry, single=False)
            case "shortanswer":
                return self._short_text()
            case "numerical":
                return self._numeric()
            case "matching":
                return self._matching()
            case "essay":
                return Essay()
            case "description":
                return nothing_to_answer()

    def _markup(self, part: Part) -> Markup:
        return self.texts.markup(part.text, part.format)

    def _true_false(self) -> SingleChoice:
        question = self.question
        options = []
        for identifier, said, name in zip("AB", (True, False), TRUTH[self.reading.language], strict=True):
            right = said is question.truth
            feedback = question.right_feedback if right else question.wrong_feedback
            options.append(
                Option(
                    identifier,
                    self.texts.markup(name, "plain"),
                    weight="1" if right else "0",
                    feedback=self._markup(feedback) if feedback else None,
                )
            )
        return SingleChoice(tuple(options), shuffle=False)

    def _options(self) -> tuple[Option, ...]:
        answers = self.question.answers
        stay = pinned([answer.text.text for answer in answers])
        return tuple(
            Option(
                identifier,
                self._markup(answer.text),
                pinned=stays,
                weight=rational_text(_share(answer)),
                feedback=self._markup(answer.feedback) if answer.feedback else None,
            )
            for identifier, answer, stays in zip(letters(len(answers)), answers, stay, strict=True)
        )

    def _short_text(self) -> ShortText | Composite:
        self._drop_feedback()
        answers = [
            (self.texts.plain(answer.text.text, answer.text.format), _share(answer)) for answer in self.question.answers
        ]
        if not any(share > 0 for _text, share in answers):
            raise SyntaxProblem(0, "key_missing", N_("The item has no key: no answer earns a point."))
        return short_text(answers, POINTS)

    def _numeric(self) -> Numeric | Composite:
        self._drop_feedback()
        ranges = [self._range(answer) for answer in self.question.answers if answer.text.text or answer.right]
        if not any(one.share > 0 for one in ranges):
            raise SyntaxProblem(0, "key_missing", N_("The item has no key: no answer earns a point."))
        return numeric(ranges, POINTS)

    def _range(self, answer: Answer) -> TypedRange:
        try:
            return range_of(answer.text.text, "", _share(answer))
        except ReadProblem as problem:
            raise SyntaxProblem.of(answer.offset, problem) from problem

    def _matching(self) -> Composite:
        """`=stem -> match`; a match without a stem is there to mislead."""
        self._drop_feedback()
        stems: list[tuple[Markup, int]] = []
        targets: dict[str, Markup] = {}
        for answer in self.question.answers:
            stem, arrow, match = (one.strip() for one in answer.text.text.partition("->"))
            if not arrow or not match:
                message = N_("A matching answer is written =text -> match.")
                raise SyntaxProblem(answer.offset, "gift_match", message)
            targets.setdefault(match, self.texts.markup(match, answer.text.format))
            if stem:
                stems.append((self.texts.markup(stem, answer.text.format), list(targets).index(match)))
        if len(stems) < 2:
            raise SyntaxProblem(0, "gift_match", N_("A matching question needs at least two pairs."))
        return composite([matching("RESPONSE", stems, list(targets.values()), POINTS)], POINTS)

    def _drop_feedback(self) -> None:
        if any(answer.feedback for answer in self.question.answers):
            self.entry.note("feedback_dropped", N_("Feedback on typed answers is not kept."))


def _share(answer: Answer) -> Fraction:
    if answer.weight is not None:
        return answer.weight
    return Fraction(int(answer.right))
