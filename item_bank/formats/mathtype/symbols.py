"""Fonts of signs that have no Unicode of their own in old documents: Symbol, Wingdings, MT Extra → characters.

Symbol: Adobe's "symbol.txt" (unicode.org, MAPPINGS/VENDORS/ADOBE); Wingdings: only what tests use.
"""

from __future__ import annotations

# fmt: off
_SYMBOL_20 = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_A0 = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
_SYMBOL_F1 = "⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
# fmt: on
SYMBOL = {0x20 + at: sign for at, sign in enumerate(_SYMBOL_20)}
SYMBOL |= {0xA0 + at: sign for at, sign in enumerate(_SYMBOL_A0)}
SYMBOL |= {0xF1 + at: sign for at, sign in enumerate(_SYMBOL_F1)}
WINGDINGS = {0x22: "✂", 0x46: "☞", 0x4A: "☺", 0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x71: "❑", 0x75: "◆", 0x76: "❖"}
WINGDINGS |= {0x77: "◆", 0x9F: "•", 0xA7: "▪", 0xA8: "☐", 0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE8: "➔"}
WINGDINGS |= {0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"} | {0x81 + at: chr(0x2460 + at) for at in range(10)}
WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"}
WEBDINGS = {0x61: "✓", 0x72: "✗"}
MT_EXTRA = {
    0x21: "⌢",
    0x4B: "…",
    0x4C: "⋯",
    0x4D: "⋮",
    0x4F: "⋱",
    0x50: "⋰",
    0x67: "ħ",
    0x68: "ℏ",
    0x6C: "ℓ",
    0x6F: "∘",
}
MT_EXTRA |= {0xA1: "ƛ", 0xB4: "≬", 0xC5: "⨿", 0xC7: "⋂", 0xC8: "⋃"}
_FONTS = {
    "symbol": SYMBOL,
    "wingdings": WINGDINGS,
    "wingdings 2": WINGDINGS_2,
    "webdings": WEBDINGS,
    "mt extra": MT_EXTRA,
}


def has_signs(font: str) -> bool:
    return font.casefold() in _FONTS


def sign(code: int, font: str) -> str:
    """The character at a place of the font, which Word writes as F000 and more; empty where it is not known."""
    found = _FONTS.get(font.casefold(), SYMBOL if 0xF020 <= code <= 0xF0FF else {})
    return found.get(code & 0xFF if 0xF000 <= code <= 0xF0FF else code, "")
