"""A parsed GIFT question → an item of the bank, or the reason why not."""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.interactions.options import letters
from item_bank.content.model import (
    AcceptedText,
    Essay,
    Interaction,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    ShortText,
    SingleChoice,
)
from item_bank.content.pinning import pinned
from item_bank.content.rational import rational_text
from item_bank.formats.collecting import Entry
from item_bank.formats.gift_syntax import Answer, Part, Question, SyntaxProblem
from item_bank.formats.model import N_
from item_bank.formats.numbers import ANY_NUMBER, as_decimal, middle, room
from item_bank.formats.registry import Reading
from item_bank.formats.texts import Texts

_TRUTH = {"vi": ("Đúng", "Sai"), "en": ("True", "False")}
MAX_ANSWERS = 100


class ItemOfGift:
    """Builds the item of one question; `entry` gathers what is lost on the way."""

    def __init__(self, question: Question, reading: Reading, entry: Entry) -> None:
        self.question = question
        self.reading = reading
        self.entry = entry
        self.texts = Texts(entry, reading.find_picture)

    def build(self, topic: str, tags: tuple[str, ...]) -> Item | None:
        question = self.question
        if question.kind == "description":
            self.entry.note("description", N_("A text without answers is no item."))
            return None
        interaction = self._interaction()
        general = question.general_feedback
        return Item(
            stem=self._markup(question.stem),
            interaction=interaction,
            title=question.title,
            language=self.reading.language,
            rationale=self._markup(general) if general else None,
            subject=self.reading.subject,
            grade=self.reading.grade,
            topic=topic,
            tags=tags,
        )

    def _interaction(self) -> Interaction:
        if len(self.question.answers) > MAX_ANSWERS:
            message = N_("The question has more than %(limit)s answers.")
            raise SyntaxProblem(0, "too_many_answers", message, limit=MAX_ANSWERS)
        match self.question.kind:
            case "truefalse":
                return self._true_false()
            case "multichoice":
                return SingleChoice(self._options())
            case "multichoice-multi":
                return MultipleChoice(self._options(), partial=True)
            case "shortanswer":
                return self._short_text()
            case "numerical":
                return self._numeric()
            case "essay":
                return Essay()
            case _:
                raise _unsupported(self.question.kind)

    def _markup(self, part: Part) -> Markup:
        return self.texts.markup(part.text, part.format)

    def _true_false(self) -> SingleChoice:
        question = self.question
        options = []
        for identifier, said, name in zip("AB", (True, False), _TRUTH[self.reading.language], strict=True):
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

    def _short_text(self) -> ShortText:
        self._drop_feedback()
        accepted = [
            AcceptedText(self.texts.plain(answer.text.text, answer.text.format), rational_text(_share(answer)))
            for answer in self.question.answers
            if _share(answer) > 0
        ]
        if any(_share(answer) < 0 for answer in self.question.answers):
            raise SyntaxProblem(0, "gift_negative", N_("A short answer with a negative weight is not supported."))
        longest = max((len(one.text) for one in accepted), default=0)
        return ShortText(tuple(accepted), max_chars=max(200, 2 * longest))

    def _numeric(self) -> Numeric:
        self._drop_feedback()
        right = [answer for answer in self.question.answers if _share(answer) > 0]
        if any(_share(answer) != 1 for answer in right):
            message = N_("A number that earns a part of the points is not supported.")
            raise SyntaxProblem(right[0].offset, "numeric_partial", message)
        ranges = [_range(answer) for answer in right]
        tolerances = {Fraction(tolerance): tolerance for _, tolerance in ranges}
        if len(tolerances) > 1:
            message = N_("Accepted numbers with different tolerances are not supported.")
            raise SyntaxProblem(right[0].offset, "numeric_tolerances", message)
        values = tuple(value for value, _ in ranges)
        return Numeric(values, next(iter(tolerances.values()), "0"), max_chars=room(values, ANY_NUMBER))

    def _drop_feedback(self) -> None:
        if any(answer.feedback for answer in self.question.answers):
            self.entry.note("feedback_dropped", N_("Feedback on typed answers is not kept."))


def _unsupported(kind: str) -> SyntaxProblem:
    return SyntaxProblem(0, "unsupported_interaction", N_("Items of the type %(type)s are not supported."), type=kind)


def _share(answer: Answer) -> Fraction:
    if answer.weight is not None:
        return answer.weight
    return Fraction(int(answer.right))


def _range(answer: Answer) -> tuple[str, str]:
    """`3.14:0.005`, `3..4` or `5` → the value and its tolerance, as decimals."""
    text = answer.text.text.strip()
    low, between, high = text.partition("..")
    value, _, tolerance = text.partition(":")
    try:
        if between:
            return middle(low, high)
        return as_decimal(value), as_decimal(tolerance).removeprefix("-") if tolerance.strip() else "0"
    except ValueError as error:
        raise SyntaxProblem(
            answer.offset,
            "number_unreadable",
            N_("%(text)s is not a number, a range or a number with a tolerance."),
            text=text[:60] or "—",
        ) from error
