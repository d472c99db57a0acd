"""Office MathML as Word puts it on the clipboard: inside HTML, its runs without `m:t`, with HTML's looks in between."""

from __future__ import annotations

import html
import re

from item_bank.content.omml import NAMESPACE

_PART = re.compile(r"<(?P<closing>/?)m:(?P<name>\w+)(?P<attributes>[^<>]*)>|<[^<>]*>|(?P<text>[^<]+)")
_ATTRIBUTE = re.compile(r"m:(\w+)\s*=\s*(?:\"([^\"<>&]*)\"|'([^'<>&]*)'|([^\s\"'<>&/]+))")
LONGEST = 60_000


def omml_of_html(source: str) -> str:
    """The XML of one `m:oMath` or `m:oMathPara`; what is not of that kind is left out."""
    written: list[str] = []
    in_run, properties = False, 0
    for part in _PART.finditer(source[:LONGEST]):
        name = part["name"]
        if part["text"]:
            text = " ".join(html.unescape(part["text"]).split())
            if in_run and not properties and text:
                written.append(f'<m:t xml:space="preserve">{html.escape(text, quote=False)}</m:t>')
        elif name and name != "t":
            closing, empty = bool(part["closing"]), part["attributes"].rstrip().endswith("/")
            if name == "r":
                in_run = not closing and not empty
            elif name.endswith("Pr") and not empty:
                properties += -1 if closing else 1
            declared = "" if written else f' xmlns:m="{NAMESPACE}"'
            written.append(f"<{part['closing']}m:{name}{declared}{_attributes(part['attributes'])}{'/' * empty}>")
    return "".join(written)


def _attributes(source: str) -> str:
    found = ((name, double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(source))
    return "".join(f' m:{name}="{html.escape(html.unescape(value))}"' for name, value in found)
