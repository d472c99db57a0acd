"""A test of twenty questions as teachers type it, as text and as a Word document. One key was forgotten."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

SINGLE, CLUSTERS, NUMBERS = 12, 4, 4
FORGOTTEN = 7
LETTERS = "ABCD"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def key(number: int) -> str:
    return LETTERS[number % 4]


def as_text() -> str:
    """Keys in a table at the end, statements with their letters, short answers on a line."""
    lines = ["PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn"]
    for n in range(1, SINGLE + 1):
        options = zip(LETTERS, _values(n), strict=True)
        lines += [
            f"Câu {n}. Giá trị của {n} + {n + 3} là",
            "    ".join(f"{letter}. {value}" for letter, value in options),
        ]
    lines.append("PHẦN II. Câu trắc nghiệm đúng sai")
    for n in range(1, CLUSTERS + 1):
        lines.append(f"Câu {n}. Cho hàm số $y = x^2 - {2 * n}x$.")
        lines += [f"{mark}) {text}" for mark, text, _true in _statements(n)]
    lines.append("PHẦN III. Câu trắc nghiệm trả lời ngắn")
    for n in range(1, NUMBERS + 1):
        lines += [f"Câu {n}. Tính {7 * n} : 2.", f"Đáp án: {7 * n / 2:g}".replace(".", ",")]
    lines += ["HẾT", "ĐÁP ÁN", "PHẦN I"]
    lines.append("   ".join(f"{n}.{key(n)}" for n in range(1, SINGLE + 1) if n != FORGOTTEN))
    lines.append("PHẦN II")
    lines += [
        f"Câu {n}. " + "".join("Đ" if true else "S" for *_, true in _statements(n)) for n in range(1, CLUSTERS + 1)
    ]
    return "\n".join(lines)


def as_docx() -> bytes:
    """The right options and statements are underlined."""
    lines = [_line("PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn")]
    for n in range(1, SINGLE + 1):
        lines.append(_line(f"Câu {n}. Giá trị của {n} + {n + 3} là"))
        right = "" if n == FORGOTTEN else key(n)
        lines += [
            _line(f"{letter}. {value}", letter == right) for letter, value in zip(LETTERS, _values(n), strict=True)
        ]
    lines.append(_line("PHẦN II. Câu trắc nghiệm đúng sai"))
    for n in range(1, CLUSTERS + 1):
        lines.append(_line(f"Câu {n}. Cho hàm số y = x² − {2 * n}x."))
        lines += [_line(f"{mark}) {text}", true) for mark, text, true in _statements(n)]
    lines.append(_line("PHẦN III. Câu trắc nghiệm trả lời ngắn"))
    for n in range(1, NUMBERS + 1):
        lines += [_line(f"Câu {n}. Tính {7 * n} : 2."), _line(f"Đáp án: {7 * n / 2:g}".replace(".", ","))]
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {W}><w:body>{''.join(lines)}</w:body></w:document>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _values(n: int) -> list[int]:
    """The right one stands at the key's letter."""
    right = LETTERS.index(key(n))
    return [2 * n + 3 + place - right for place in range(4)]


def _statements(n: int) -> list[tuple[str, str, bool]]:
    return [("a", f"Hàm số đạt cực tiểu tại x = {n}.", True), ("b", f"Giá trị cực tiểu bằng {n * n}.", False),
             ("c", "Đồ thị đi qua gốc tọa độ.", True), ("d", "Hàm số luôn đồng biến.", False)]  # fmt: skip


def _line(text: str, underlined: bool = False) -> str:
    looks = '<w:rPr><w:u w:val="single"/></w:rPr>' if underlined else ""
    return f'<w:p><w:r>{looks}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
