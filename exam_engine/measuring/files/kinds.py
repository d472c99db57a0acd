"""Whether a key that is a whole number was typed or names an option, where nobody says the kind.

Options are called by whole numbers up to 10 without a sign: other numbers were typed. Of keys that may be either, the
answers tell: they were typed where other items have letters for options, or where candidates wrote several numbers that
no option is called by. What rests on no more than that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from exam_engine.measuring.files.keys import Key, lettered, may_be_option
from exam_engine.measuring.files.numbers import holds_numbers
from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.files.tables import listed

#: Few items have more options: that more different numbers name some is a guess.
USUAL_OPTIONS = 6
#: Share of the answers that no option is called by, from which on numbers were typed: fewer are slips and double marks.
TYPED = 0.05

#: Cell that holds an answer → how many hold it.
Answers = Mapping[str, int]


def settled(keys: Mapping[str, Key], answers: Mapping[str, Answers]) -> tuple[dict[str, Key], list[str]]:
    """answers: of each item whose kind was guessed. Keys whose kind is known, and what was guessed, in words."""
    letters = any(one.kind == "option" and lettered(one.answers) for one in keys.values())
    found = {
        item: replace(key, kind="number" if letters or typed(answers[item]) else "option", guessed=False)
        if key.guessed
        else key
        for item, key in keys.items()
    }
    guessed = [item for item, key in keys.items() if key.guessed]
    numbers = [item for item in guessed if found[item].kind == "number"]
    why = "options of other items are letters" if letters else "some answers are numbers that no option is called by"
    warnings = _told(numbers, "numbers that candidates typed", why)
    beside = any(key.kind == "number" for key in found.values())
    options = [item for item in guessed if found[item].kind == "option" and (beside or _many(answers[item]))]
    return found, warnings + _told(options, "numbers of options", "nearly all answers are such numbers")


def typed(answers: Answers) -> bool:
    """Whether candidates wrote several numbers that no option is called by."""
    others = [answer for answer in answers if holds_numbers((answer,)) and not may_be_option(answer)]
    return len(others) > 1 and sum(answers[one] for one in others) > TYPED * sum(answers.values())


def _many(answers: Answers) -> bool:
    return sum(map(may_be_option, answers)) > USUAL_OPTIONS


def _told(items: Sequence[str], what: str, why: str) -> list[str]:
    advice = "Say it in the key: kind number (Trả lời ngắn) or option (Trắc nghiệm)"
    return [f"{listed(map(quoted, items))}: keys were taken for {what}, as {why}. {advice}"] if items else []
