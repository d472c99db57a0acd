"""The parts of a .docx around its body (ISO/IEC 29500-1 and -2): styles, header, pictures, relations."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from item_bank.content.model import Asset
from item_bank.content.omml import NAMESPACE as MATH
from item_bank.formats.qti.writing_package import ENDINGS

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DECLARED = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": _MAIN,
        "r": _RELATIONS,
        "m": MATH,
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    }.items()
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Every document is the same bytes for the same items.
_TIME = (1980, 1, 1, 0, 0, 0)
#: Millimetres of A4 and its margins, in twentieths of a point.
_PAGE = (
    '<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
    "</w:sectPr>"
)


@dataclass(slots=True)
class Media:
    """The pictures of a document, each once, by the digest of its bytes."""

    held: dict[str, Asset] = field(default_factory=dict)

    def relation(self, digest: str, asset: Asset) -> str:
        self.held[digest] = asset
        return _relation(digest)


def _relation(digest: str) -> str:
    return f"p{digest[:32]}"


def package(body: Sequence[str], media: Media, title: str, language: str, more: Mapping[str, str]) -> bytes:
    """more: further parts of the package by name, as XML, that Word keeps."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(media),
        "_rels/.rels": _relations({"main": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"{_XML}<w:document {_DECLARED}><w:body>{''.join(body)}{_PAGE}</w:body></w:document>",
        "word/styles.xml": _styles(language),
        "word/header1.xml": _header(title),
    }
    targets = {"styles": ("styles", "styles.xml"), "header": ("header", "header1.xml")}
    for digest, asset in media.held.items():
        name = f"media/{digest[:32]}.{ENDINGS[asset.media_type]}"
        parts[f"word/{name}"] = asset.data
        targets[_relation(digest)] = ("image", name)
    for number, (name, text) in enumerate(more.items(), 1):
        parts[name] = _XML + text
        targets[f"x{number}"] = ("customXml", f"../{name}")
    parts["word/_rels/document.xml.rels"] = _relations(targets)
    return _zipped(parts)


def _zipped(parts: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return stream.getvalue()


def _types(media: Media) -> str:
    kinds = sorted({asset.media_type for asset in media.held.values()})
    pictures = "".join(f'<Default Extension="{ENDINGS[kind]}" ContentType="{kind}"/>' for kind in kinds)
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{pictures}'
        f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_OFFICE}.styles+xml"/>'
        f'<Override PartName="/word/header1.xml" ContentType="{_OFFICE}.header+xml"/></Types>'
    )


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    made = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'


def _header(title: str) -> str:
    """The title stands here and not among the lines of the test, where it could be taken for one of them."""
    text = f'<w:r><w:t xml:space="preserve">{escape(title, quote=False)}</w:t></w:r>' if title else ""
    return f'{_XML}<w:hdr {_DECLARED}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{text}</w:p></w:hdr>'


def _styles(language: str) -> str:
    tongue = {"vi": "vi-VN", "en": "en-US"}.get(language, "vi-VN")
    font = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
    return (
        f'{_XML}<w:styles {_DECLARED}><w:docDefaults><w:rPrDefault><w:rPr>{font}<w:sz w:val="24"/>'
        f'<w:szCs w:val="24"/><w:lang w:val="{tongue}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="60" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        + _style("Heading1", "heading 1", '<w:keepNext/><w:spacing w:before="240" w:after="120"/>', "<w:b/>")
        + _style("Question", "Question", '<w:keepNext/><w:spacing w:before="120"/>')
        + _style("Option", "Option", '<w:ind w:left="284"/>')
        + _style("Solution", "Solution", '<w:ind w:left="284"/>')
        + _style("Header", "header", '<w:jc w:val="center"/>')
        + '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
        + "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        + "</w:tblBorders></w:tblPr></w:style></w:styles>"
    )


def _style(identifier: str, name: str, paragraph: str, runs: str = "") -> str:
    looks = f"<w:rPr>{runs}</w:rPr>" if runs else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{identifier}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f"<w:pPr>{paragraph}</w:pPr>{looks}</w:style>"
    )
