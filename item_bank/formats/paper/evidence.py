"""What says which option is the key or which statement is true: marks, looks, words, tables; whether they agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from item_bank.content.folding import fold
from item_bank.formats.model import N_
from item_bank.formats.paper.draft import Choice, Draft
from item_bank.formats.paper.lines import Look, Rich
from item_bank.formats.paper.signs import signs_taken
from item_bank.formats.xlsx.columns import truths

#: Source of evidence → the words for it in a report.
SOURCES = {
    "star": N_("a star"),
    "underline": N_("an underlined letter"),
    "colour": N_("a colour"),
    "highlight": N_("highlighting"),
    "said": N_("the words of the question"),
    "table": N_("the table of answers"),
    "bold": N_("bold letters"),
}
_LETTERS = re.compile(
    r"^\W*([A-Ha-h](?:\s*(?:,|;|&|và|and)\s*[A-Ha-h]\b)*|[A-H]{2,5})(?:\s*[.):]\s*.*|\W*)$", re.DOTALL
)
_STATEMENT = re.compile(
    r"(?:^|[\s,;.])([a-h])\s*[).:–-]?\s*[:–-]?\s*(đúng|sai|true|false|đ|s|t|f)(?!\w)", re.IGNORECASE
)
_TRUE = {"dung", "d", "true", "t"}


@dataclass(frozen=True, slots=True)
class Evidence:
    source: str
    said: str


def letters_in(text: str) -> str:
    """`B`, `B. Hà Nội`, `A, C` → the letters; empty when the text is something else."""
    found = _LETTERS.match(text.strip())
    return "".join(dict.fromkeys(re.findall(r"[A-H]", found[1].upper()))) if found else ""


def key_evidence(draft: Draft, choices: Sequence[Choice], table: Iterable[str]) -> list[Evidence]:
    """Evidence for the key of options, letters as written; a look counts when some have it and others have not."""
    found = [Evidence("star", _some(choices, [one.starred for one in choices]))]
    found.append(Evidence("underline", _looking(choices, Look.UNDERLINE)))
    found.append(Evidence("colour", _looking(choices, Look.RED) or _looking(choices, Look.COLOURED)))
    found.append(Evidence("highlight", _looking(choices, Look.HIGHLIGHT)))
    found += [Evidence("said", letters_in(said)) for said in draft.said]
    found += [Evidence("table", letters_in(said)) for said in table]
    found = [one for one in found if one.said]
    # Where all letters are bold, the option whose text is bold, too.
    bold = _looking(choices, Look.BOLD) or _some(choices, [one.content.has(Look.BOLD) for one in choices])
    return found or ([Evidence("bold", bold)] if len(bold) == 1 else [])


def _looking(choices: Sequence[Choice], look: Look) -> str:
    return _some(choices, [one.marked(look) for one in choices])


def _some(choices: Sequence[Choice], marked: Sequence[bool]) -> str:
    letters = "".join(one.letter.upper() for one, is_marked in zip(choices, marked, strict=True) if is_marked)
    return letters if 0 < len(letters) < len(choices) else ""


def truth_evidence(draft: Draft, table: Iterable[str], *, decided: bool) -> list[Evidence]:
    """Evidence for a cluster, `TFFT` in the order of its statements, `?` where it says nothing. Cuts the signs off."""
    statements = draft.statements
    found = [Evidence("said", signs_taken(statements, decided=decided))]
    for source, look in (
        ("underline", Look.UNDERLINE),
        ("colour", Look.RED),
        ("colour", Look.COLOURED),
        ("highlight", Look.HIGHLIGHT),
    ):
        found.append(Evidence(source, _as_truth([one.marked(look) for one in statements])))
    found.append(Evidence("star", _as_truth([one.starred for one in statements])))
    found += [Evidence("said", truth_in(said, len(statements))) for said in (*draft.said, *_lines_of(draft.solution))]
    found += [Evidence("table", truth_in(said, len(statements))) for said in table]
    return _unique([one for one in found if one.said.strip("?")])


def _lines_of(solution: Rich) -> list[str]:
    return [solution.text] if solution else []


def _as_truth(marked: Sequence[bool]) -> str:
    """Only where some are marked and others are not: all alike is the style of the page."""
    return "".join("T" if one else "F" for one in marked) if any(marked) and not all(marked) else ""


def truth_in(text: str, count: int) -> str:
    """`ĐSSĐ`, `a) Đúng b) Sai …`, explanations that begin `a) Sai. Vì …`; `?` for statements not named."""
    named = {found[1].lower(): _sign(found[2]) for found in _STATEMENT.finditer(text)}
    if named:
        return "".join(named.get(chr(ord("a") + at), "?") for at in range(count))
    values = truths(text)
    return "".join("T" if one else "F" for one in values) if values and len(values) == count else ""


def _sign(word: str) -> str:
    return "T" if fold(word) in _TRUE else "F"


def _unique(found: list[Evidence]) -> list[Evidence]:
    return list(dict.fromkeys(found))


def merged(evidence: Sequence[Evidence], count: int) -> str:
    """Partial truths laid over each other; `!` where they contradict."""
    signs = []
    for at in range(count):
        said = {one.said[at] for one in evidence} - {"?"}
        signs.append("?" if not said else said.pop() if len(said) == 1 else "!")
    return "".join(signs)
