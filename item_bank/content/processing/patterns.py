"""Patterns of XML Schema (part 2, appendix F), matched in time proportional to the text whatever the pattern."""

from __future__ import annotations

from functools import lru_cache

import re2

from item_bank.content.processing.values import ProcessingError

MOST_CHARACTERS = 2_000
_CLASSES = {r"\i": "[A-Za-z_:]", r"\c": "[-A-Za-z0-9._:]", r"\I": "[^A-Za-z_:]", r"\C": "[^-A-Za-z0-9._:]"}


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text fits. Raises ProcessingError for a pattern that cannot be read."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> re2._Regexp:
    if len(pattern) > MOST_CHARACTERS:
        raise ProcessingError("the pattern is too long")
    for written, meant in _CLASSES.items():
        pattern = pattern.replace(written, meant)
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise ProcessingError(f"the pattern cannot be read: {error}") from None
