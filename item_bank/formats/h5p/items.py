"""H5P libraries → interactions; the libraries themselves are at https://h5p.org/content-types-and-applications.

A right answer earns a point and, where several may be chosen, a wrong one takes one away, but never below nothing.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from item_bank.content.interactions.options import letters
from item_bank.content.model import (
    Interaction,
    Markup,
    MultipleChoice,
    Option,
    Part,
    PartChoice,
    SingleChoice,
)
from item_bank.content.processing.declared import Declaration, Node
from item_bank.content.rational import rational_text
from item_bank.formats.building import (
    BLANKS,
    Marked,
    by_hand,
    composite,
    earning,
    fits,
    mapped,
    nothing_to_answer,
    place,
    response_name,
    text_pattern,
    typed_text,
)
from item_bank.formats.gift.items import TRUTH
from item_bank.formats.h5p.content import Content, Json
from item_bank.formats.h5p.drag import read_drag_question
from item_bank.formats.h5p.words import MarkedWord, alternatives, marked_words, pieces, restored
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.moodle.cloze_items import fill_places, token

MAX_WORDS = 1_000
_ALONE = r"[\s.?!,';:()\-]"
_ANY = r"[\s\S]*"
_WORD = re.compile(r"\S+")
_EDGES = ".,;:!?()[]{}\"'“”‘’«»…"


def split(name: str, params: Json) -> list[Json] | None:
    """The questions of a set; None for what is one question."""
    if not isinstance(params, dict):
        return None
    if name in ("H5P.QuestionSet", "H5P.Column"):
        found = params.get("questions" if name == "H5P.QuestionSet" else "content") or []
        inner = [one.get("content", one) for one in found if isinstance(one, dict)]
        return [one for one in inner if isinstance(one, dict)]
    if name == "H5P.SingleChoiceSet":
        choices = params.get("choices")
        sets = [one for one in choices if isinstance(one, dict)] if isinstance(choices, list) else []
        return [{"library": "SingleChoice", "params": one} for one in sets]
    return None


def _multi_choice(content: Content) -> Interaction:
    answers = content.many("answers")
    right = [bool(one.get("correct")) for one in answers]
    kind = str(content.behaviour("type", "auto"))
    single = kind == "single" or (kind == "auto" and sum(right) == 1)
    several = not single and not content.behaviour("singlePoint", False)
    share = Fraction(1, max(sum(right), 1)) if several else Fraction(1)
    content.points = Fraction(max(sum(right), 1)) if several else Fraction(1)
    wrong = -share if several else Fraction(0)
    options = tuple(
        Option(
            name,
            content.html(one.get("text")),
            weight=rational_text(share if correct else wrong),
            feedback=_feedback(content, one),
        )
        for name, one, correct in zip(letters(len(answers)), answers, right, strict=True)
    )
    content.stem = content.question(content.text("question"))
    shuffle = bool(content.behaviour("randomAnswers", True))
    if single:
        return SingleChoice(options, shuffle=shuffle)
    if not several and content.number(content.behaviour("passPercentage", 100) or 0) < 100:
        content.note("h5p_pass", N_("All right options have to be chosen; H5P gives the point for fewer, too."))
    return MultipleChoice(options, partial=several, shuffle=shuffle)


def _feedback(content: Content, answer: Json) -> Markup | None:
    said = answer.get("tipsAndFeedback") or {}
    if str(said.get("tip") or "").strip():
        _note_tips(content)
    told = str(said.get("chosenFeedback") or "").strip()
    return content.html(told) if told else None


def _note_tips(content: Content) -> None:
    content.note("tips_dropped", N_("Tips are not kept."))


def _true_false(content: Content) -> SingleChoice:
    said = str(content.params["correct"]).lower()
    if said not in ("true", "false"):
        raise ValueError(said)
    content.stem = content.question(content.text("question"))
    return SingleChoice(
        tuple(
            Option(name, Markup(words), weight="1" if value == said else "0")
            for name, words, value in zip("AB", TRUTH[content.reading.language], ("true", "false"), strict=True)
        ),
        shuffle=False,
    )


def _single_of_set(content: Content) -> SingleChoice:
    """The first answer is the right one."""
    answers = content.many("answers")
    content.stem = content.question(content.text("question"))
    return SingleChoice(
        tuple(
            Option(name, content.html(one), weight="0" if at else "1")
            for name, (at, one) in zip(letters(len(answers)), _mixed(answers), strict=True)
        )
    )


def _mixed(answers: Sequence[Any]) -> list[tuple[int, Any]]:
    """Each with its number, in an order that hangs on the words alone: where the first is always the right one, an exam
    that shuffles no options would show the key."""
    return sorted(enumerate(answers), key=lambda one: hashlib.sha256(str(one[1]).encode()).digest())


def _blanks(content: Content) -> Interaction:
    case = bool(content.behaviour("caseSensitive", True))
    if content.behaviour("acceptSpellingErrors", False):
        content.note("spelling_exact", N_("Misspelt answers are wrong here; H5P would take some of them."))
    texts: list[str] = []
    gaps: list[MarkedWord] = []
    for text in content.many("questions"):
        hidden, found = marked_words(str(text))
        at, told = 0, ""
        for one in found:
            told += hidden[at : one.start] + token(len(gaps))
            gaps.append(one)
            at = one.end
        texts.append(restored(told + hidden[at:]))
    if any(one.tip for one in gaps):
        _note_tips(content)
    count = len(gaps)
    marked = [
        typed_text(
            response_name(at, count),
            [(text, Fraction(1)) for text in alternatives(one.word)],
            Fraction(1),
            case_sensitive=case,
            wildcards=False,
        )
        for at, one in enumerate(gaps)
    ]
    body = content.html("".join(texts))
    filled = fill_places(body.html, {at: place(at, inline=True) for at in range(count)})
    intro = content.question(content.text("text"))
    # formulas of both texts are numbered from 0
    shifted = re.sub(r'data-math="(\d+)"', lambda found: f'data-math="{int(found[1]) + len(intro.math)}"', filled)
    content.stem = Markup(intro.html + shifted, intro.math + body.math)
    content.points = Fraction(count)
    return composite(marked, content.points)


def _drag_text(content: Content) -> Interaction:
    hidden, found = marked_words(html.escape(content.text("textField"), quote=False))
    if any(one.tip for one in found):
        _note_tips(content)
    stray = content.text("distractors")
    extra = [one.word for one in marked_words(stray)[1]] if "*" in stray else []
    words = [one.word for one in found] + extra
    at, told = 0, ""
    for number, one in enumerate(found):
        told += hidden[at : one.start] + token(number)
        at = one.end
    lines = restored(told + hidden[at:]).replace("\n", "<br/>")
    body = content.html(lines)
    gaps = {number: f'<span data-place="gap:G{number + 1}"></span>' for number in range(len(found))}
    names = letters(len(words))
    part = Part(
        "RESPONSE",
        "gap_match",
        choices=tuple(
            PartChoice(name, Markup(html.escape(word, quote=False))) for name, word in zip(names, words, strict=True)
        ),
        targets=tuple(PartChoice(f"G{number + 1}", Markup("")) for number in range(len(found))),
        text=Markup(fill_places(body.html, gaps), body.math),
        most=len(found),
        shuffle=True,
    )
    pairs = {
        f"{name} G{number + 1}": Fraction(1)
        for number, one in enumerate(found)
        for name, word in zip(names, words, strict=True)
        if word == one.word
    }
    key = [f"{names[number]} G{number + 1}" for number in range(len(found))]
    content.points = Fraction(len(found))
    content.stem = content.question(content.text("taskDescription"), place(0))
    return composite([mapped(part, "multiple", "directedPair", pairs, correct=key)], content.points)


def _mark_words(content: Content) -> Interaction:
    """Every word may be marked; those between stars are right."""
    hidden, found = marked_words(content.text("textField"))
    words: list[tuple[str, bool]] = []
    inner = {one.start: one for one in found}
    out, at = "", 0
    for start, one in inner.items():
        out += _hot(hidden[at:start], words)
        words.append((one.word, True))
        out += _place(len(words), html.escape(one.word, quote=False))
        at = one.end
    out += _hot(hidden[at:], words)
    if len(words) > MAX_WORDS:
        raise ReadProblem("text_too_long", N_("The text has more than %(limit)s words."), limit=MAX_WORDS)
    body = content.texts.html(restored(out).replace("\n", "<br/>"), places=True)
    right = sum(correct for _word, correct in words)
    part = Part(
        "RESPONSE",
        "hottext",
        choices=tuple(
            PartChoice(f"W{number}", Markup(html.escape(word, quote=False)))
            for number, (word, _c) in enumerate(words, 1)
        ),
        text=body,
        most=0,
    )
    points = {f"W{number}": Fraction(1 if correct else -1) for number, (_w, correct) in enumerate(words, 1)}
    content.points = Fraction(right)
    content.stem = content.question(content.text("taskDescription"), place(0))
    return composite([mapped(part, "multiple", "identifier", points)], content.points)


def _hot(text: str, words: list[tuple[str, bool]]) -> str:
    """A piece of HTML with a place around each of its words; marks at their edges stay outside."""

    def put(found: re.Match[str]) -> str:
        word = found[0]
        inner = word.strip(_EDGES)
        if not inner or word.startswith("&"):
            return word
        words.append((restored(html.unescape(inner)), False))
        before, after = word.split(inner, 1)
        return before + _place(len(words), inner) + after

    safe = re.sub("data-place", "data-none", text, flags=re.IGNORECASE)
    return "".join(_WORD.sub(put, piece) if is_text else piece for piece, is_text in pieces(safe))


def _place(number: int, inner: str) -> str:
    return f'<span data-place="hot:W{number}">{inner}</span>'


def _summary(content: Content) -> Interaction:
    """Of each group of statements the first is right."""
    groups = [one for one in content.many("summaries") if isinstance(one, dict) and one.get("summary")]
    marked, places = [], ""
    for at, group in enumerate(groups):
        names = letters(len(group["summary"]))
        mixed = _mixed(group["summary"])
        right = [number for number, _statement in mixed].index(0)
        choices = tuple(PartChoice(name, content.html(one)) for name, (_at, one) in zip(names, mixed, strict=True))
        part = Part(response_name(at, len(groups)), "choice", choices=choices, most=1, shuffle=True)
        marked.append(mapped(part, "single", "identifier", {names[right]: Fraction(1)}))
        places += place(at)
    if not marked:
        raise ReadProblem("key_missing", N_("The item has no key: no answer earns a point."))
    content.note("h5p_summary", N_("Each group is answered once; H5P lets candidates try until they are right."))
    content.points = Fraction(len(marked))
    content.stem = content.question(content.text("intro"), places)
    return composite(marked, content.points)


def _essay(content: Content) -> Interaction:
    """Points for keywords that stand alone in the text, each as often as it counts."""
    part = Part("RESPONSE", "extended_text", settings={"lines": str(content.behaviour("inputFieldSize", "10"))[:3]})
    content.stem = content.question(content.text("taskDescription"), place(0))
    rules: list[Node] = []
    total = Fraction(0)
    for one in content.many("keywords"):
        said = one.get("options") or {}
        points, often = content.number(said.get("points", 1)), min(max(int(said.get("occurrences", 1)), 1), 20)
        if said.get("forgiveMistakes"):
            content.note("spelling_exact", N_("Misspelt answers are wrong here; H5P would take some of them."))
        words = [str(one["keyword"]), *(str(other) for other in one.get("alternatives") or [])]
        keyword = _keyword(words, case_sensitive=bool(said.get("caseSensitive")))
        for count in range(1, often + 1):
            again = f"({_ALONE}({_ANY}{_ALONE})?{keyword}){{{count - 1}}}" if count > 1 else ""
            pattern = f"({_ANY}{_ALONE})?{keyword}{again}({_ALONE}{_ANY})?"
            rules += earning([(fits("RESPONSE", pattern), points)])
        total += points * often
    if not rules or content.behaviour("ignoreScoring", False):
        return by_hand([part], content.points)
    content.points = total
    declaration = Declaration("RESPONSE", "response", base_type="string")
    return composite([Marked(part, declaration, tuple(rules))], total)


def _keyword(words: list[str], *, case_sensitive: bool) -> str:
    """Any of the words, without the blanks that may stand around a whole answer."""
    patterns = [text_pattern(word.strip(), case_sensitive=case_sensitive) for word in words if word.strip()]
    return f"({'|'.join(one.removeprefix(BLANKS).removesuffix(BLANKS) for one in patterns)})"


def _text(content: Content) -> Interaction:
    content.points = Fraction(0)
    content.stem = content.question(content.text("text"))
    return nothing_to_answer()


def _alone(library: str) -> Callable[[Content], Interaction]:
    """A picture, sound or film between questions."""

    def read(content: Content) -> Interaction:
        content.points = Fraction(0)
        content.stem = Markup(content.medium(library, content.params))
        return nothing_to_answer()

    return read


LIBRARIES: dict[str, Callable[[Content], Interaction]] = {
    "H5P.MultiChoice": _multi_choice,
    "H5P.TrueFalse": _true_false,
    "SingleChoice": _single_of_set,
    "H5P.Blanks": _blanks,
    "H5P.DragText": _drag_text,
    "H5P.DragQuestion": read_drag_question,
    "H5P.MarkTheWords": _mark_words,
    "H5P.Summary": _summary,
    "H5P.Essay": _essay,
    "H5P.Text": _text,
    "H5P.AdvancedText": _text,
    **{name: _alone(name) for name in ("H5P.Audio", "H5P.Image", "H5P.Video")},
}
