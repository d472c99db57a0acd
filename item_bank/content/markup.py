"""Markup from untrusted HTML or plain text, and back: the only way into `Markup`, so that pages can trust it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from urllib.parse import unquote

import nh3

from item_bank.content.composing import composed
from item_bank.content.formulas import TOKEN, Formulas, without_tokens
from item_bank.content.headers import SLOT, bare, named, without_empty, words_of
from item_bank.content.model import Formula, Markup
from item_bank.content.pictures import PictureRefused, description
from item_bank.content.sentence import N_, Sentence, why

#: The address of a picture in a source → the digest of an asset; raises PictureRefused.
ResolvePicture = Callable[[str], str]

_COMMON = {"lang", "dir"}
_CELL = {"colspan", "rowspan"}
#: Every element that may stand in an item, and its attributes beside `lang` and `dir`; no id, class, style or link.
ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in ("p", "blockquote", "pre", "hr", "br", "h3", "h4", "h5", "h6", "figure", "figcaption")},
    **{tag: set() for tag in ("ul", "dl", "dt", "dd")},
    **{
        tag: set() for tag in ("b", "strong", "i", "em", "u", "s", "small", "mark", "sub", "sup", "code", "kbd", "samp")
    },
    **{tag: set() for tag in ("var", "q", "cite", "dfn", "ins", "del", "bdi", "bdo", "wbr")},
    **{tag: set() for tag in ("ruby", "rt", "rp", "table", "caption", "thead", "tbody", "tfoot", "tr")},
    "div": {"data-place"},
    "span": {"data-place"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "abbr": {"title"},
    "colgroup": {"span"},
    "col": {"span"},
    "td": _CELL,
    "th": _CELL | {"scope", "abbr"},
    "img": {"data-asset", "alt", "width", "height"},
}
_VOID = {"br", "hr", "img", "col", "wbr"}
_BREAKING = {"p", "div", "blockquote", "pre", "hr", "br", "h3", "h4", "h5", "h6", "figure", "figcaption", "ul", "ol"}
_BREAKING |= {"li", "dl", "dt", "dd", "table", "caption", "tr"}
_DROPPED_WITH_CONTENT = {"script", "style", "template", "noscript", "iframe", "object", "svg", "title", "select"}
_NUMBER = re.compile(r"[0-9]{1,4}")
_VALUES: dict[str, re.Pattern[str]] = {
    "lang": re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "type": re.compile(r"[1aAiI]"),
    "reversed": re.compile(r""),
    "data-asset": re.compile(r"[0-9a-f]{64}"),
    # of a composite item (`model.Composite`)
    "data-place": re.compile(r"(?:part|gap|hot|variable|when|feedback):[\w.:!=\-]{1,200}"),
    **dict.fromkeys(("colspan", "rowspan", "span", "start", "value", "width", "height"), _NUMBER),
}
_EDITED_FORMULA = re.compile(
    r'<span data-(?:tex="(?P<tex>[^"]*)"(?P<display> data-display="1")?|kept="(?P<kept>[0-9]{1,4})"'
    r'|(?P<notation>omml|mathml)="(?P<xml>[^"<>]*)")></span>'
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_cleaner_attributes = {tag: attributes | _COMMON for tag, attributes in ALLOWED.items()}
_cleaner_attributes["img"] = _cleaner_attributes["img"] | {"src"}
#: Made once: a bank of thousands asks for tens of thousands of texts.
_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED),
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_cleaner_attributes,
    url_schemes={"http", "https", "data", "file", "cid"},
    link_rel=None,
    strip_comments=True,
)
_PLAIN = re.compile(r"[^<>&]*")


def from_html(
    source: str, resolve: ResolvePicture | None = None, problems: list[str] | None = None, *, tex: bool = True
) -> Markup:
    """Sanitised markup. What is lost in a way that a reader would notice is appended to `problems`, in English.

    With `tex`, `$…$`, `\\(…\\)`, `$$…$$` and `\\[…\\]` are formulas; `<math>` always is.
    """
    notes = [] if problems is None else problems
    formulas = Formulas(notes)
    return _sanitised(formulas.extract_from_html(_plain(source), tex=tex), formulas, resolve, notes)


def _sanitised(source: str, formulas: Formulas, resolve: ResolvePicture | None, notes: list[str]) -> Markup:
    writer = _Writer(formulas.found, resolve, notes)
    if _PLAIN.fullmatch(source):
        writer.handle_data(source)  # nothing in it is markup: both gates would leave it as it is
    else:
        writer.feed(_CLEANER.clean(source))
        writer.close()
    return _renumbered("".join(writer.written).strip(), formulas.found)


def from_text(source: str, problems: list[str] | None = None, *, tex: bool = True) -> Markup:
    """Plain text: an empty line parts paragraphs, a line end is a line break."""
    formulas = Formulas([] if problems is None else problems)
    text = _plain(source)
    text = html.escape(formulas.extract_from_text(text) if tex else without_tokens(text), quote=False)
    text = TOKEN.sub(r'<span data-math="\1"></span>', text)
    paragraphs = [part.strip().replace("\n", "<br/>") for part in re.split(r"\n\s*\n", text.strip())]
    joined = paragraphs[0] if len(paragraphs) == 1 else "".join(f"<p>{part}</p>" for part in paragraphs)
    return Markup(joined, tuple(formulas.found))


def resanitised(markup: Markup, problems: list[str] | None = None) -> Markup:
    """Markup that came from outside in our own form (an exchange file), made as safe as any other."""
    return from_html(editable(markup), problems=problems)


def for_editor(markup: Markup, kept: list[Formula]) -> str:
    """HTML for the editor in the browser: a formula is an empty span with its TeX, or, where it was imported in another
    notation, the place of the original in `kept` (which is filled)."""

    def place(formula: Formula) -> str:
        if formula.notation == "tex":
            display = ' data-display="1"' if formula.display else ""
            return f'<span data-tex="{html.escape(formula.source)}"{display}></span>'
        if formula not in kept:
            kept.append(formula)
        return f'<span data-kept="{kept.index(formula)}"></span>'

    return _filled(markup, place)


def from_editor(source: str, kept: Sequence[Formula], problems: list[str]) -> Markup:
    """What the editor in the browser sends, sanitised like everything else. Dollars in the text are dollars."""
    formulas = Formulas(problems)

    def taken(match: re.Match[str]) -> str:
        if match["kept"] is not None:
            number = int(match["kept"])
            return formulas.add(kept[number]) if number < len(kept) else ""
        if match["notation"] is not None:
            return formulas.pasted(match["notation"], unquote(match["xml"]))
        tex = html.unescape(match["tex"]).replace("\xa0", " ").strip()
        return formulas.tex(html.escape(f"${tex}$", quote=False), tex, match["display"] is not None)

    text = formulas.extract_from_html(_plain(source), tex=False)
    return _sanitised(_EDITED_FORMULA.sub(taken, text), formulas, None, problems)


def render(markup: Markup) -> str:
    """The HTML for papers and staff pages: formulas as MathML in their places, header cells with a name."""
    lonely = bare(markup)

    def fill(slot: re.Match[str]) -> str:
        number = int(slot[1])
        if number >= len(markup.math):
            return ""
        return named(markup.math[number]) if number in lonely else markup.math[number].mathml

    return SLOT.sub(fill, without_empty(markup.html))


def editable(markup: Markup) -> str:
    """HTML that `from_html` reads back: formulas as TeX in `\\(…\\)` where that is how they were written."""
    literal = markup.html.replace("$", "&#36;").replace("\\", "&#92;")  # so that no text is taken for a formula
    return _filled(Markup(literal, markup.math), _source)


def plain_text(markup: Markup) -> str:
    """The words alone, for search, lists and exports; a formula stands as its source in TeX, or as its characters."""
    reader = _Reader()
    reader.feed(_filled(markup, lambda formula: html.escape(words_of(formula))))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).split("\n"))
    return "\n".join(line for line in lines if line)


def assets_in(markup: Markup) -> list[str]:
    """The digests of the pictures it shows, in order."""
    return re.findall(r'data-asset="([0-9a-f]{64})"', markup.html)


def joined(*markups: Markup) -> Markup:
    """One below the other, none inside another however many there are."""
    if len(markups) == 1:
        return markups[0]
    pieces: list[str] = []
    formulas: list[Formula] = []
    for one in markups:
        pieces.append(f"<div>{_moved(one.html, len(formulas))}</div>")
        formulas += one.math
    return Markup("".join(pieces), tuple(formulas))


def _moved(text: str, by: int) -> str:
    """The text with its formulas counted from another number."""
    return SLOT.sub(lambda found: f'<span data-math="{int(found[1]) + by}"></span>', text)


def is_blank(markup: Markup) -> bool:
    return not markup.math and "<img" not in markup.html and not plain_text(markup)


def _plain(source: str) -> str:
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    return composed(_CONTROL.sub("", text))


class _Writer(HTMLParser):
    """Writes what nh3 leaves as XHTML: a second gate for every name and value; formulas and pictures in place."""

    def __init__(self, formulas: list[Formula], resolve: ResolvePicture | None, problems: list[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._formulas = formulas
        self._resolve = resolve
        self._problems = problems

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            return
        values = {name: self._untokened(value or "") for name, value in attrs}
        if tag == "img":
            values["data-asset"] = self._asset(values)
            values["alt"] = description(values.get("alt", ""))
            if not values["data-asset"]:
                self.written.append(html.escape(values["alt"], quote=False))
                return
        kept = [(name, value) for name, value in values.items() if _permitted(tag, name, value)]
        attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in sorted(kept))
        self.written.append(f"<{tag}{attributes}/>" if tag in _VOID else f"<{tag}{attributes}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in ALLOWED and tag not in _VOID:
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        escaped = html.escape(data, quote=False).replace("\xa0", "&#160;")
        self.written.append(TOKEN.sub(r'<span data-math="\1"></span>', escaped))

    def _untokened(self, value: str) -> str:
        return TOKEN.sub(lambda match: self._formulas[int(match[1])].source, value)

    def _asset(self, values: dict[str, str]) -> str:
        source = values.pop("src", "")
        own = values.get("data-asset", "")
        if _VALUES["data-asset"].fullmatch(own):
            return own
        if self._resolve is None:
            self._left_out(source, Sentence.of(N_("pictures can't be brought along here.")))
            return ""
        try:
            return self._resolve(source)
        except PictureRefused as refusal:
            self._left_out(source, why(refusal))
            return ""

    def _left_out(self, source: str, problem: str) -> None:
        if source.startswith("data:"):
            said = Sentence.of(N_("The picture inside the text is left out: %(problem)s"), problem=problem)
        else:
            message = N_("The picture %(name)s is left out: %(problem)s")
            said = Sentence.of(message, name=source[:80], problem=problem)
        self._problems.append(said)


def _permitted(tag: str, name: str, value: str) -> bool:
    if name not in ALLOWED[tag] | _COMMON:
        return False
    pattern = _VALUES.get(name)
    return pattern is None or pattern.fullmatch(value) is not None


def _renumbered(written: str, found: list[Formula]) -> Markup:
    """Formulas that the text still shows, counted from 0 in their order; what was inside a dropped element is gone."""
    shown = [int(number) for number in SLOT.findall(written)]
    numbers = iter(range(len(shown)))
    text = SLOT.sub(lambda _: f'<span data-math="{next(numbers)}"></span>', written)
    return Markup(text, tuple(found[number] for number in shown))


def _filled(markup: Markup, show: Callable[[Formula], str]) -> str:
    def fill(match: re.Match[str]) -> str:
        number = int(match[1])
        return show(markup.math[number]) if number < len(markup.math) else ""

    return SLOT.sub(fill, markup.html)


def _source(formula: Formula) -> str:
    if formula.notation != "tex":
        return formula.mathml
    tex = html.escape(formula.source, quote=False)
    return f"\\[{tex}\\]" if formula.display else f"\\({tex}\\)"


class _Reader(HTMLParser):
    """The text alone: blocks and breaks part lines, cells are parted by a tab, a picture gives its description."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKING:
            self.words.append("\n")
        elif tag in {"td", "th"}:
            self.words.append("\t")
        elif tag == "img":
            self.words.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKING:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
