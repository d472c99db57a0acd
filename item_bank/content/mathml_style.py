"""Style attributes of MathML as Temml and editors write them → classes and attributes that need no inline style.

The classes are the ones of `exam_engine/web/style/mathematics.css`; a test holds the two equal.
"""

from __future__ import annotations

import re

#: Steps of padding, in em; a length goes to the nearest.
PADDINGS = {0.0: "0", 0.1667: "1", 0.2778: "2", 0.5: "3", 1.0: "4", 2.0: "5"}
_SIDES = {"left": "l", "right": "r", "top": "t", "bottom": "b"}
_KINDS = ("solid", "dashed", "double")
_EXACT = {
    ("font-weight", "bold"): ("class", "m-bold"),
    ("text-align", "left"): ("class", "tml-left"),
    ("text-align", "-webkit-left"): ("class", "tml-left"),
    ("text-align", "right"): ("class", "tml-right"),
    ("text-align", "-webkit-right"): ("class", "tml-right"),
    ("width", "100%"): ("class", "m-full"),
    ("width", "50%"): ("class", "m-half"),
    ("padding", "0"): ("class", "m-pad-0"),
    ("padding", "0.3em"): ("class", "m-box"),
    ("padding", "3pt"): ("class", "m-box"),
    ("transform", "scaleX(-1)"): ("class", "m-mirror"),
    ("math-depth", "0"): ("scriptlevel", "0"),
    ("math-depth", "2"): ("scriptlevel", "2"),
    ("display", "inline-block"): ("class", "m-inline-block"),
}
_COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?|[a-zA-Z]{3,20}")
_EM = re.compile(r"(\d*\.?\d+)(em|ex|pt)?")


def attributes_of_style(style: str) -> dict[str, str]:
    """`color:#f00;padding-left:0.5em` → `{"mathcolor": "#f00", "class": "m-pl-3"}`; the rest is left out."""
    found: dict[str, str] = {}
    classes: list[str] = []
    for declaration in style.split(";")[:40]:
        name, _colon, value = (part.strip() for part in declaration.partition(":"))
        key, word = _EXACT.get((name, value)) or _translated(name, value)
        if key == "class":
            classes.append(word)
        elif key:
            found[key] = word
    if classes:
        found["class"] = " ".join(dict.fromkeys(classes))
    return found


def classes() -> frozenset[str]:
    """Every class that a translation can yield."""
    exact = {word for key, word in _EXACT.values() if key == "class"}
    padded = {f"m-p{side}-{step}" for side in _SIDES.values() for step in PADDINGS.values()}
    lines = {f"m-line-{side}" + ("" if kind == "solid" else f"-{kind}") for side in _SIDES for kind in _KINDS}
    return frozenset(exact | padded | lines)


def _translated(name: str, value: str) -> tuple[str, str]:
    if name in {"color", "background-color"} and _COLOUR.fullmatch(value):
        return ("mathcolor" if name == "color" else "mathbackground"), value
    side = name.rpartition("-")[2]
    if name.startswith("padding-") and side in _SIDES and (length := _EM.fullmatch(value)):
        ems = float(length[1]) * {"ex": 0.45, "pt": 0.1}.get(length[2] or "em", 1.0)
        nearest = min(PADDINGS, key=lambda step: abs(step - ems))
        return "class", f"m-p{_SIDES[side]}-{PADDINGS[nearest]}"
    if name.startswith("border-") and side in _SIDES:
        kind = next((kind for kind in _KINDS if kind in value), "")
        return ("class", f"m-line-{side}" + ("" if kind == "solid" else f"-{kind}")) if kind else ("", "")
    return "", ""
