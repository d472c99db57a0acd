"""Spaces before the lines of a program: in Python they tell which lines belong to a block."""

from __future__ import annotations

import re

from item_bank.formats.paper.lines import Rich

#: A line that opens a block, in the languages of schools: Python, C++, Pascal.
_OPENS = re.compile(
    r"\s*(?:(?:for|while|if|elif|else|def|class|try|except|finally|with)\b.*:|.*\{|.*\b(?:begin|do|then|else))\s*",
    re.IGNORECASE,
)
_TAB, _MOST = 4, 24
_KEPT = "\xa0"


def indented(content: Rich, above: str) -> Rich:
    """A line below another one, with its spaces where both are of a program; elsewhere they are the page's."""
    plain = content.stripped()
    lead = content.text[: len(content.text) - len(content.text.lstrip(" \t"))]
    if not lead or not (above.startswith(_KEPT) or _OPENS.fullmatch(above)):
        return plain
    width = min(len(lead.expandtabs(_TAB)), _MOST)
    return Rich(_KEPT * width + plain.text, bytes(width) + plain.looks)
