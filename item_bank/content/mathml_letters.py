"""Letters of a `mathvariant` as the characters that Unicode has for them (MathML 3, 3.2.2; block 1D400–1D7FF)."""

from __future__ import annotations

import unicodedata

_NAMES = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "fraktur": "FRAKTUR",
    "bold-fraktur": "BOLD FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "bold-sans-serif": "SANS-SERIF BOLD",
    "sans-serif-italic": "SANS-SERIF ITALIC",
    "sans-serif-bold-italic": "SANS-SERIF BOLD ITALIC",
    "monospace": "MONOSPACE",
}
# Those that had a place in Unicode before the block was made.
_ELSEWHERE = {
    "italic": {"h": "ℎ"},
    "script": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "fraktur": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "double-struck": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
}
_DIGITS = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"]


def in_variant(text: str, variant: str) -> str:
    """The text in mathematical letters: `in_variant("R", "double-struck")` is `ℝ`; what has no such letter stays."""
    return "".join(_letter(character, variant) for character in text)


def _letter(character: str, variant: str) -> str:
    style = _NAMES.get(variant)
    if style is None:
        return character
    if character in _ELSEWHERE.get(variant, {}):
        return _ELSEWHERE[variant][character]
    name = _unicode_name(character)
    try:
        return unicodedata.lookup(f"MATHEMATICAL {style} {name}") if name else character
    except KeyError:
        return character


def _unicode_name(character: str) -> str:
    if character.isascii() and character.isdigit():
        return f"DIGIT {_DIGITS[int(character)]}"
    if character.isascii() and character.isalpha():
        return f"{'SMALL' if character.islower() else 'CAPITAL'} {character.upper()}"
    name = unicodedata.name(character, "")
    return name.removeprefix("GREEK ").replace("LETTER ", "") if name.startswith("GREEK ") else ""
