"""Word documents built part by part, as Word writes them."""

from __future__ import annotations

import io
import zipfile
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
) -> bytes:
    """`media`: relation id → bytes, put as `word/media/ID`."""
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    body = f"{declaration}<w:document {_NAMESPACES}><w:body>{''.join(blocks)}</w:body></w:document>"
    relations = {name: ("image", f"media/{name}", "") for name in media or {}}
    relations |= {name: ("image", target, ' TargetMode="External"') for name, target in (external or {}).items()}
    parts: dict[str, bytes] = {f"word/media/{name}": data for name, data in (media or {}).items()}
    for kind, content in (("numbering", numbered), ("styles", styles)):
        if content:
            relations[kind] = (kind, f"{kind}.xml", "")
            parts[f"word/{kind}.xml"] = content.encode()
    rows = "".join(
        f'<Relationship Id="{name}" Type="{_R}/{kind}" Target="{target}"{mode}/>'
        for name, (kind, target, mode) in relations.items()
    )
    top = f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
    parts |= {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">{top}</Relationships>'.encode(),
        "word/document.xml": body.encode(),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{rows}</Relationships>'.encode(),
        **(extra or {}),
    }
    return zipped(parts)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()
