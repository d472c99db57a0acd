"""Text in the composed form of Unicode (NFC), in time that does not depend on who wrote it."""

from __future__ import annotations

import re
import unicodedata

#: Marks above and below one letter. Putting them in order takes time in proportion to the square of their number;
#: no language has so many (UAX #15, Stream-Safe Text Format).
MOST_MARKS = 30
_JOINER = "\u034f"  # combining grapheme joiner: it is not seen, and no mark is sorted across it
#: Where marks may be: none is a letter, but for two that `NFKD` makes of half-width ones.
_RUN = re.compile(rf"(?:[^\w\s\x00-\u02ff]|[\uff9e\uff9f]){{{MOST_MARKS + 1},}}")


def composed(text: str) -> str:
    """NFC. Of letters with more than 30 marks it is that of the stream-safe text."""
    # an answer at once for nearly every text, and never by putting marks in order
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", stream_safe(text))


def stream_safe(text: str) -> str:
    """With a joiner after every 30 marks that stand on one letter; nearly every text stays as it is."""
    return _RUN.sub(_parted, text)


def _parted(run: re.Match[str]) -> str:
    parts, marks = [], 0
    for character in run.group():
        marks = marks + 1 if _is_mark(character) else 0
        if marks > MOST_MARKS:
            parts.append(_JOINER)
            marks = 1
        parts.append(character)
    return "".join(parts)


def _is_mark(character: str) -> bool:
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) > 0
