"""Vietnamese text for search and for order, as plain strings that an index of any collation can hold."""

from __future__ import annotations

import unicodedata

from item_bank.content.composing import composed, stream_safe

# đ has no decomposition; the others are letters of neighbours' names that NFD leaves whole.
_LETTERS = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "’": "'", "–": "-", "−": "-", "\u034f": ""})


def fold(text: str) -> str:
    """Lower case without accents, with single spaces: "Đề Ôn  tập" → "de on tap"."""
    # Case is folded before and after: letters such as 𝓐 get one only when they are taken apart.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", stream_safe(text).casefold()).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.translate(_LETTERS).split())


# The Vietnamese alphabet; f, j, w and z stand where dictionaries put them.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng
_SHAPES = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn: they make a letter of its own
_RANK = {letter: chr(ord("A") + rank) for rank, letter in enumerate(_ALPHABET)}  # A … a: one ASCII character a letter


def sort_key(text: str) -> str:
    """A text whose plain code-point order is the Vietnamese dictionary order.

    Syllable by syllable: the letters (a ă â … d đ e ê … o ô ơ … u ư …), then the tone (none, huyền, hỏi, ngã, sắc,
    nặng); so `ma mà mả mã má mạ man`. The text itself ends the key: equal keys mean equal text up to case and form.
    """
    syllables = "".join(_syllable(word) + " " for word in text.split())
    return syllables + "\x1f" + " ".join(composed(text).casefold().split())


def name_key(given: str, family: str, middle: str = "") -> str:
    """The order of Vietnamese class lists: given name, then family name, then middle name."""
    return "\x1e".join(sort_key(part) for part in (given, family, middle))


def _syllable(word: str) -> str:
    letters, tone = [], "0"
    for letter in _split(unicodedata.normalize("NFD", stream_safe(word).casefold())):
        base = composed("".join(c for c in letter if c not in _TONES))
        tone = next((_TONES[c] for c in letter if c in _TONES), tone)
        letters.append(_RANK.get(base) or _other(base))
    return "".join(letters) + "!" + tone  # "!" comes before every letter: a shorter syllable stands first


def _other(base: str) -> str:
    bare = unicodedata.normalize("NFD", base)[:1]
    if bare in _RANK:
        return _RANK[bare]
    return bare if bare < "A" else "~" + bare  # digits and marks before all letters, other scripts after them


def _split(decomposed: str) -> list[str]:
    """Each base character with its combining marks, in canonical order."""
    letters: list[str] = []
    for character in decomposed:
        if unicodedata.combining(character) and letters:
            letters[-1] += character
        else:
            letters.append(character)
    return letters
