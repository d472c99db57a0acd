"""Word documents built part by part, as Word writes them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from item_bank.content.omml import NAMESPACE

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": W,
        "r": _R,
        "m": NAMESPACE,
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    }.items()
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000050001"
    "0d0a2db40000000049454e44ae426082"
)


def run(text: str, *looks: str, color: str = "") -> str:
    """`looks`: b, i, u, sub, sup; a tab in the text is Word's tab, a line end its line break."""
    properties = "".join(
        {"u": '<w:u w:val="single"/>', "sub": '<w:vertAlign w:val="subscript"/>'}.get(look)
        or ('<w:vertAlign w:val="superscript"/>' if look == "sup" else f"<w:{look}/>")
        for look in looks
    )
    properties += f'<w:color w:val="{color}"/>' if color else ""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    pieces = escaped.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">').replace(
        "\n", '</w:t><w:br/><w:t xml:space="preserve">'
    )
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{pieces}</w:t></w:r>'


def paragraph(*runs: str, style: str = "", list_of: tuple[int, int] | None = None) -> str:
    """Texts without `<` at their start are plain runs. `list_of`: (numId, level)."""
    made = "".join(one if one.startswith("<") else run(one) for one in runs)
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if list_of:
        properties += f'<w:numPr><w:ilvl w:val="{list_of[1]}"/><w:numId w:val="{list_of[0]}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{made}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = (
        "".join(f"<w:tc>{cell if cell.startswith('<w:p>') else paragraph(cell)}</w:tc>" for cell in row) for row in rows
    )
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def formula(inner: str, *, display: bool = False) -> str:
    made = f"<m:oMath>{inner}</m:oMath>"
    return f"<m:oMathPara>{made}</m:oMathPara>" if display else made


def letters(text: str) -> str:
    return f'<m:r><w:rPr><w:rFonts w:ascii="Cambria Math"/></w:rPr><m:t>{text}</m:t></m:r>'


def picture(relation: str, *, anchored: bool = False) -> str:
    place = "anchor" if anchored else "inline"
    blip = f'<pic:pic><pic:blipFill><a:blip r:embed="{relation}"/></pic:blipFill></pic:pic>'
    blip = f"<a:graphic><a:graphicData>{blip}</a:graphicData></a:graphic>"
    return f"<w:r><w:drawing><wp:{place}>{blip}</wp:{place}></w:drawing></w:r>"


def math_type(relation: str) -> str:
    shape = f'<v:shape><v:imagedata r:id="{relation}"/></v:shape>'
    return f'<w:r><w:object>{shape}<o:OLEObject ProgID="Equation.DSMT4"/></w:object></w:r>'


def level(number: int, form: str, text: str) -> str:
    return f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'


def numbering(*levels: str) -> str:
    return (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def document(
    *blocks: str,
    media: Mapping[str, bytes] | None = None,
    numbered: str = "",
    styles: str = "",
    extra: Mapping[str, bytes] | None = None,
    external: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> bytes:
    """`media`: relation id → bytes, put as `word/media/ID`. `parts`: further parts by their kind, as `footnotes`."""
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    body = f"{declaration}<w:document {_NAMESPACES}><w:body>{''.join(blocks)}</w:body></w:document>"
    relations = {name: ("image", f"media/{name}", "") for name in media or {}}
    relations |= {name: ("image", target, ' TargetMode="External"') for name, target in (external or {}).items()}
    stored: dict[str, bytes] = {f"word/media/{name}": data for name, data in (media or {}).items()}
    for kind, content in {"numbering": numbered, "styles": styles, **(parts or {})}.items():
        if content:
            relations[kind] = (kind, f"{kind}.xml", "")
            stored[f"word/{kind}.xml"] = content.encode()
    rows = "".join(
        f'<Relationship Id="{name}" Type="{_R}/{kind}" Target="{target}"{mode}/>'
        for name, (kind, target, mode) in relations.items()
    )
    top = f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
    stored |= {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">{top}</Relationships>'.encode(),
        "word/document.xml": body.encode(),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{rows}</Relationships>'.encode(),
        **(extra or {}),
    }
    return zipped(stored)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


# --- what else Word writes -------------------------------------------------------------


def png(colour: tuple[int, int, int], width: int = 60, height: int = 40) -> bytes:
    """A picture of one colour, so that each has bytes of its own."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def symbol(code: str, font: str = "Symbol") -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def in_font(text: str, font: str) -> str:
    return (
        f'<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
    )


def highlighted(text: str) -> str:
    return f'<w:r><w:rPr><w:highlight w:val="yellow"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def listed(text: str, at: tuple[int, int], *looks: str, runs: tuple[str, ...] = ()) -> str:
    """A paragraph of a list; the looks are those of its number."""
    look = "".join(
        {"u": '<w:u w:val="single"/>', "red": '<w:color w:val="FF0000"/>'}.get(one, f"<w:{one}/>") for one in looks
    )
    number = f'<w:numPr><w:ilvl w:val="{at[1]}"/><w:numId w:val="{at[0]}"/></w:numPr>'
    return f"<w:p><w:pPr>{number}<w:rPr>{look}</w:rPr></w:pPr>{run(text)}{''.join(runs)}</w:p>"


def lists(*abstracts: tuple[str, ...], numbers: tuple[tuple[int, int, int], ...]) -> str:
    """`numbers`: (numId, abstract list, where its first level starts anew; 0: it counts on)."""
    made = "".join(
        f'<w:abstractNum w:abstractNumId="{at}">{"".join(one)}</w:abstractNum>' for at, one in enumerate(abstracts)
    )
    for identifier, abstract, start in numbers:
        anew = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>' if start else ""
        made += f'<w:num w:numId="{identifier}"><w:abstractNumId w:val="{abstract}"/>{anew}</w:num>'
    return f'<w:numbering xmlns:w="{W}">{made}</w:numbering>'


def text_box(*paragraphs: str) -> str:
    """As Word 2010 and later write it: a shape, and the same again in VML for older programs."""
    inner = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    shape = f'<wps:wsp xmlns:wps="{WPS}"><wps:txbx>{inner}</wps:txbx></wps:wsp>'
    new = f"<w:drawing><wp:anchor><a:graphic><a:graphicData>{shape}</a:graphicData></a:graphic></wp:anchor></w:drawing>"
    old = f"<w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def drawn_group(*labels: str, relation: str = "") -> str:
    """Lines with letters at them, on a picture or on none."""
    blip = (
        f'<pic:pic><pic:blipFill><a:blip r:embed="{relation}"/></pic:blipFill></pic:pic>' if relation else "<wps:wsp/>"
    )
    boxes = "".join(
        f"<wps:wsp><wps:txbx><w:txbxContent>{paragraph(one)}</w:txbxContent></wps:txbx></wps:wsp>" for one in labels
    )
    inner = f'<wpg:wgp xmlns:wpg="urn:g" xmlns:wps="{WPS}">{blip}{boxes}</wpg:wgp>'
    graphic = f"<a:graphic><a:graphicData>{inner}</a:graphicData></a:graphic>"
    return f"<w:r><w:drawing><wp:anchor>{graphic}</wp:anchor></w:drawing></w:r>"


def vml_picture(relation: str, *, floating: bool = False) -> str:
    style = ' style="position:absolute;margin-left:300pt"' if floating else ""
    return f'<w:r><w:pict><v:shape{style}><v:imagedata r:id="{relation}"/></v:shape></w:pict></w:r>'


def math_type_object(relation: str, ole: str) -> str:
    """`relation` is the picture, `ole` the formula's own data."""
    shape = f'<v:shape><v:imagedata r:id="{relation}"/></v:shape>'
    return f'<w:r><w:object>{shape}<o:OLEObject ProgID="Equation.DSMT4" r:id="{ole}"/></w:object></w:r>'


WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
#: A metafile's beginning: what MathType leaves beside its formula, and no browser shows.
WMF = b"\xd7\xcd\xc6\x9a" + bytes(40)


# --- equations (OMML) ------------------------------------------------------------------------


def fraction(above: str, below: str) -> str:
    return f"<m:f><m:num>{_math(above)}</m:num><m:den>{_math(below)}</m:den></m:f>"


def power(base: str, above: str) -> str:
    return f"<m:sSup><m:e>{_math(base)}</m:e><m:sup>{_math(above)}</m:sup></m:sSup>"


def index(base: str, below: str) -> str:
    return f"<m:sSub><m:e>{_math(base)}</m:e><m:sub>{_math(below)}</m:sub></m:sSub>"


def nucleus(mass: str, charge: str, name: str) -> str:
    return f"<m:sPre><m:sub>{_math(charge)}</m:sub><m:sup>{_math(mass)}</m:sup><m:e>{_math(name)}</m:e></m:sPre>"


def root(inner: str) -> str:
    return f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{_math(inner)}</m:e></m:rad>'


def integral(low: str, high: str, inner: str) -> str:
    limits = f"<m:sub>{_math(low)}</m:sub><m:sup>{_math(high)}</m:sup>"
    return f'<m:nary><m:naryPr><m:limLoc m:val="subSup"/></m:naryPr>{limits}<m:e>{_math(inner)}</m:e></m:nary>'


def vector(inner: str) -> str:
    return f'<m:acc><m:accPr><m:chr m:val="\u20d7"/></m:accPr><m:e>{_math(inner)}</m:e></m:acc>'


def cases(*rows: str) -> str:
    inner = "".join(f"<m:e>{_math(one)}</m:e>" for one in rows)
    fence = '<m:dPr><m:begChr m:val="{"/><m:endChr m:val=""/></m:dPr>'
    return f"<m:d>{fence}<m:e><m:eqArr>{inner}</m:eqArr></m:e></m:d>"


def matrix(*rows: tuple[str, ...]) -> str:
    inner = "".join(f"<m:mr>{''.join(f'<m:e>{_math(one)}</m:e>' for one in row)}</m:mr>" for row in rows)
    return f"<m:d><m:e><m:m>{inner}</m:m></m:e></m:d>"


def _math(text: str) -> str:
    return text if text.startswith("<m:") else letters(text)
