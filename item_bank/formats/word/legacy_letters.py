"""Vietnamese typed in fonts from before Unicode: TCVN3 (fonts `.VnTime` …) and VNI (`VNI-Times` …).

The document holds letters of Western Europe; the font draws others. TCVN 5712:1993, VN3; VNI for Windows, two bytes.
"""

from __future__ import annotations

import re

from item_bank.content.composing import composed

_TCVN3 = dict(
    zip(
        "¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉËÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\u00adøõö÷ùýúûüþ®¡¢§£¤¥¦",
        "áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT, _ROOF, _BOWL = "\u0301\u0300\u0309\u0303\u0323\u0302\u0306"
#: A letter that follows a vowel and is drawn over or under it.
_VNI_MARKS = {
    "ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _ROOF, "á": _ROOF + _ACUTE, "à": _ROOF + _GRAVE, "å": _ROOF + _HOOK, "ã": _ROOF + _TILDE, "ä": _DOT + _ROOF,
    "ê": _BOWL, "é": _BOWL + _ACUTE, "è": _BOWL + _GRAVE, "ú": _BOWL + _HOOK, "ü": _BOWL + _TILDE, "ë": _DOT + _BOWL,
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_LETTERS |= {one.upper(): other.upper() for one, other in _VNI_LETTERS.items()}
_VNI_MARKS |= {one.upper(): mark for one, mark in _VNI_MARKS.items()}
_VNI = re.compile(f"([aeouyAEOUYôöÔÖ])([{''.join(_VNI_MARKS)}])|([{''.join(_VNI_LETTERS)}])")


def is_legacy(font: str) -> bool:
    return font.startswith(".Vn") or font.upper().startswith("VNI-")


def unicode_of(text: str, font: str) -> str:
    """The letters as they are seen. Fonts of TCVN3 whose name ends in H draw capitals."""
    if font.startswith(".Vn"):
        made = "".join(_TCVN3.get(one, one) for one in text)
        return made.upper() if font.endswith("H") else made
    return composed(_VNI.sub(_letter, text))


def _letter(found: re.Match[str]) -> str:
    if found[3]:
        return _VNI_LETTERS[found[3]]
    return _VNI_LETTERS.get(found[1], found[1]) + _VNI_MARKS[found[2]]
