"""Patterns of XML Schema (part 2, appendix F), matched in time proportional to the text whatever the pattern."""

from __future__ import annotations

import re
from functools import lru_cache

import re2

from item_bank.content.processing.values import ProcessingError

MOST_CHARACTERS = 2_000
_MOST_BYTES = 2 * 1024 * 1024
_CLASSES = {r"\i": "[A-Za-z_:]", r"\c": "[-A-Za-z0-9._:]", r"\I": "[^A-Za-z_:]", r"\C": "[^-A-Za-z0-9._:]"}


#: Counted repetitions and classes of Unicode take up to a tenth of a second to compile.
_HEAVY = re.compile(r"\{[0-9]|\\[pP]")


def effort(pattern: str) -> int:
    """In steps of a marking."""
    return 2_000 if _HEAVY.search(pattern) else 20


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text fits. Raises ProcessingError for a pattern that cannot be read."""
    found = _compiled(pattern)
    if isinstance(found, str):
        raise ProcessingError(found)
    return found.fullmatch(text) is not None


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> re2._Regexp | str:
    """Or why it cannot be read, which takes as long to find out."""
    if len(pattern) > MOST_CHARACTERS:
        return "the pattern is too long"
    for written, meant in _CLASSES.items():
        pattern = pattern.replace(written, meant)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_BYTES
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        return f"the pattern cannot be read: {error}"
