"""Formulas inside text: found by their delimiters before the rest is read, and put back as MathML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from item_bank.content.mathematics import MathematicsError, omml_to_mathml, sanitise_mathml, tex_to_mathml
from item_bank.content.mathml_gist import gist
from item_bank.content.model import Formula
from item_bank.content.omml_html import omml_of_html
from item_bank.content.sentence import N_, Sentence, why

# Stand-ins for formulas while the text around them is cleaned; both characters are taken out of what comes in.
OPEN, CLOSE = "\uf8f0", "\uf8f1"
TOKEN = re.compile(f"{OPEN}([0-9]+){CLOSE}")

#: Of one text: each takes a millisecond and more to convert.
MOST_FORMULAS = 3_000
_TAG = r"<[/!?]?[a-zA-Z][^<>]*>"
# Content stops at the next opening delimiter, so that a text full of them is still read in one pass.
# A dollar opens only before something, and closes only after something and not before a digit: "$5 and $6" is money.
_TEX = (
    r"(?P<escaped>\\\$)"
    r"|\$\$(?P<dollars>(?:\\.|(?!{tag})[^$\\]){1,3000}+)\$\$"
    r"|\\\[(?P<bracket>(?:\\[^][()]|(?!{tag})[^\\]){1,3000}+)\\\]"
    r"|\\\((?P<paren>(?:\\[^][()]|(?!{tag})[^\\]){1,3000}+)\\\)"
    r"|\$(?=[^\s$])(?P<dollar>(?:\\.|(?!{tag})[^$\\]){1,3000}+)(?<=[^\s\\])\$(?!\d)"
)
_MATHML = r"(?P<mathml><math\b(?:(?!<math\b).){0,20000}?</math\s*>)|(?P<skipped>" + _TAG + ")"
_IN_TEXT = re.compile(_TEX.replace("(?!{tag})", ""), re.DOTALL)
_IN_HTML = re.compile(_MATHML + "|" + _TEX.replace("{tag}", _TAG), re.DOTALL | re.IGNORECASE)
_MATHML_ALONE = re.compile(_MATHML, re.DOTALL | re.IGNORECASE)
_ANNOTATED = re.compile(
    r"<annotation\b[^<>]*\bencoding\s*=\s*[\"'](?:application/x-)?(?:la)?tex[\"'][^<>]*>([^<>]{1,4000})</annotation\s*>",
    re.IGNORECASE,
)
#: Names of more than a letter: variables of a parametric item may be among them.
_NAMES = re.compile(r"<mi[^<>]*>([^<]*)</mi>")
#: Words between spaces and nothing that formulas are made of: prose between two amounts of money.
_PROSE = re.compile(r"[^\\^_={}<>]*\s[^\W\d_]{2,}\s[^\\^_={}<>]*")


class Formulas:
    """Collects the formulas of one text; what can't be converted stays as its author wrote it and is a problem."""

    def __init__(self, problems: list[str]) -> None:
        self.found: list[Formula] = []
        self._problems = problems

    def extract_from_html(self, source: str, *, tex: bool) -> str:
        return (_IN_HTML if tex else _MATHML_ALONE).sub(self._replace_in_html, without_comments(without_tokens(source)))

    def extract_from_text(self, source: str) -> str:
        return _IN_TEXT.sub(lambda match: self._replace_tex(match, str), without_tokens(source))

    def add(self, formula: Formula) -> str:
        self.found.append(formula)
        return f"{OPEN}{len(self.found) - 1}{CLOSE}"

    def _replace_in_html(self, match: re.Match[str]) -> str:
        if match["skipped"]:
            return match[0]
        return self._mathml(match[0]) if match["mathml"] else self._replace_tex(match, html.unescape)

    def _replace_tex(self, match: re.Match[str], unescape: Callable[[str], str]) -> str:
        if match["escaped"]:
            return "$"
        if match["dollar"] and _PROSE.fullmatch(match["dollar"]):
            return match[0]
        written = match["dollars"] or match["bracket"] or match["paren"] or match["dollar"]
        display = bool(match["dollars"] or match["bracket"])
        return self.tex(match[0], unescape(written).replace("\xa0", " ").strip(), display)

    def tex(self, written: str, tex: str, display: bool) -> str:
        """The token of the formula; `written`, where it can't be read."""
        if not tex:
            return written
        try:
            if len(self.found) >= MOST_FORMULAS:
                raise MathematicsError(
                    Sentence.of(N_("The text has more than %(limit)s formulas"), limit=MOST_FORMULAS)
                )
            return self.add(Formula(tex, "tex", tex_to_mathml(tex, display), display))
        except ValueError as error:
            message = N_("The formula %(formula)s can't be read: %(problem)s")
            self._problems.append(Sentence.of(message, formula=tex[:60], problem=why(error)))
            return written

    def pasted(self, notation: str, source: str) -> str:
        """The token of a formula that the clipboard held as Word's or as MathML; nothing where it can't be read."""
        if notation == "mathml":
            return self._mathml(source)
        try:
            xml = omml_of_html(source)
            display = xml.startswith("<m:oMathPara")
            return self.add(Formula(xml, "omml", omml_to_mathml(xml, display), display))
        except ValueError as error:
            self._problems.append(Sentence.of(N_("A formula can't be read: %(problem)s"), problem=why(error)))
            return ""

    def _mathml(self, source: str) -> str:
        try:
            clean = sanitise_mathml(source)
        except ValueError as error:
            self._problems.append(Sentence.of(N_("A MathML formula can't be read: %(problem)s"), problem=why(error)))
            return ""
        if clean in ("", "<math/>"):
            return ""
        opening = source[: source.find(">")]
        display = re.search(r"display\s*=\s*['\"]?block", opening) is not None
        return self.add(_as_annotated(source, display, clean) or Formula(clean, "mathml", clean, display))


def _as_annotated(source: str, display: bool, clean: str) -> Formula | None:
    """The formula as the TeX that stands beside its MathML, where that says the same."""
    found = _ANNOTATED.search(source)
    tex = html.unescape(found[1]).strip() if found else ""
    if not tex:
        return None
    try:
        made = tex_to_mathml(tex, display)
        same = gist(made) == gist(clean) and _NAMES.findall(made) == _NAMES.findall(clean)
        return Formula(tex, "tex", made, display) if same else None
    except ValueError:
        return None


def with_annotation(formula: Formula) -> str:
    """Its MathML, with the TeX that its author typed beside it (MathML 3, 5.1.2)."""
    whole = re.fullmatch(r"(<math[^>]*>)(.*)</math>", formula.mathml, re.DOTALL)
    if formula.notation != "tex" or whole is None:
        return formula.mathml
    tex = html.escape(formula.source, quote=False)
    annotation = f'<annotation encoding="application/x-tex">{tex}</annotation>'
    return f"{whole[1]}<semantics><mrow>{whole[2]}</mrow>{annotation}</semantics></math>"


def without_tokens(source: str) -> str:
    return source.replace(OPEN, "").replace(CLOSE, "")


def without_comments(source: str) -> str:
    """HTML without its comments: a delimiter inside one must not be paired with one outside."""
    kept, place = [], 0
    while (start := source.find("<!--", place)) >= 0 and (end := source.find("-->", start + 4)) >= 0:
        kept.append(source[place:start])
        place = end + 3
    return "".join(kept) + source[place:]
