"""Windows metafiles of Word documents: their formula or their one bitmap is shown; what they draw leaves its place."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from item_bank.content.markup import assets_in
from item_bank.content.missing import MISSING
from item_bank.content.pictures import Picture, inspect
from item_bank.formats.mathtype import metafiles
from item_bank.formats.reading import read_file
from tests.item_bank.formats.compounds import char, mtef
from tests.item_bank.formats.documents import document, paragraph, picture

FORMULA = mtef(char("x"))


def wmf(*records: tuple[int, bytes], placeable: bool = True) -> bytes:
    body = b"".join(
        struct.pack("<IH", 3 + (len(data) + 1) // 2, function) + data + bytes(len(data) % 2)
        for function, data in (*records, (0, b""))
    )
    head = struct.pack("<HHHIHIH", 1, 9, 0x300, 9 + len(body) // 2, 1, 100, 0)
    return (b"\xd7\xcd\xc6\x9a" + bytes(18) if placeable else b"") + head + body


def comment(data: bytes) -> tuple[int, bytes]:
    return 0x0626, struct.pack("<HH", 15, len(data)) + data


def mathtype(data: bytes, total: int) -> tuple[int, bytes]:
    return comment(b"AppsMFCC" + struct.pack("<HII", 1, total, len(data)) + b"Design Science, Inc./MTEF\0" + data)


def bitmap(bits: int, width: int = 3, height: int = 2) -> bytes:
    length = (width * bits + 31) // 32 * 4
    palette = b"".join(bytes([at, 0, 255 - at, 0]) for at in range(1 << bits)) if bits <= 8 else b""
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, 0, 0, 0, 0, 0)
    return head + palette + bytes(range(length)) + bytes(length) * (height - 1)


def emf(*records: tuple[int, bytes]) -> bytes:
    head = struct.pack("<II", 1, 88) + bytes(32) + b" EMF" + bytes(44)
    return head + b"".join(struct.pack("<II", kind, 8 + len(data)) + data for kind, data in (*records, (14, bytes(12))))


def stretched(data: bytes) -> tuple[int, bytes]:
    return 81, bytes(40) + struct.pack("<IIII", 80, 40, 120, len(data) - 40) + bytes(16) + data


@pytest.mark.parametrize(
    "data",
    [
        wmf(mathtype(FORMULA[:40], len(FORMULA)), (0x0103, b"\x08\0"), mathtype(FORMULA[40:], len(FORMULA))),
        wmf(comment(b"MathType" + struct.pack("<HH", 0x5555, len(FORMULA)) + FORMULA), placeable=False),
    ],
)
def test_the_formula_of_a_metafile_is_read(data: bytes) -> None:
    assert metafiles.formula_in(data) == "<math><mi>x</mi></math>"
    found = read_file("de.docx", document(
        paragraph("Câu 1. Tính ", picture("rW")), paragraph("A. 1\tB. 2"), paragraph("Đáp án: A"), media={"rW": data},
    ))  # fmt: skip
    assert found.items[0].item.stem.math[0].mathml == "<math><mi>x</mi></math>"


@pytest.mark.parametrize("bits", [1, 4, 8, 24, 32])
def test_the_one_bitmap_of_a_metafile_becomes_png(bits: int) -> None:
    for data in (
        wmf((0x020B, bytes(4)), (0x0F43, bytes(22) + bitmap(bits))),
        emf((9, bytes(8)), stretched(bitmap(bits))),
    ):
        made = metafiles.picture_in(data)
        assert made
        assert inspect(made) == Picture("image/png", 3, 2)


def test_colours_and_lines_stand_in_their_order() -> None:
    made = metafiles.picture_in(wmf((0x0B41, bytes(20) + bitmap(24))))
    assert made
    at = made.index(b"IDAT")
    (length,) = struct.unpack_from(">I", made, at - 4)
    assert zlib.decompress(made[at + 4 : at + 4 + length]) == b"\0" + bytes(9) + b"\0\2\1\0\5\4\3\10\7\6"


def test_what_a_metafile_draws_keeps_its_place_for_a_picture() -> None:
    line, bits = (0x0213, bytes(4)), (0x0F43, bytes(22) + bitmap(24))
    for data in (wmf(line), wmf(bits, line), wmf(bits, bits), wmf(), emf((54, bytes(8))), wmf((0x0F43, bytes(60)))):
        assert metafiles.picture_in(data) is None
        lines = (paragraph("Câu 1. Xem ", picture("rW")), paragraph("A. 1\tB. 2"), paragraph("Đáp án: A"))
        found = read_file("de.docx", document(*lines, media={"rW": data}))
        assert [one.code for one in found.report.items[0].reasons] == ["picture_lost"]
        assert assets_in(found.items[0].item.stem) == [MISSING.digest]


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(["wmf", "emf", "formula"]), st.integers(0, 300), st.binary(max_size=12))
def test_damaged_metafiles_do_no_harm(kind: str, at: int, noise: bytes) -> None:
    whole = {
        "wmf": wmf((0x0F43, bytes(22) + bitmap(8))),
        "emf": emf(stretched(bitmap(24))),
        "formula": wmf(mathtype(FORMULA, len(FORMULA))),
    }[kind]
    data = whole[:at] + noise + whole[at + len(noise) :]
    metafiles.picture_in(data)
    metafiles.formula_in(data)
