"""Formulas of MathType and Equation Editor become MathML; what is damaged or unknown is left to their pictures."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from item_bank.formats.mathtype.compound import CompoundError, stream
from item_bank.formats.mathtype.reading import mathml_of, mathml_of_mtef
from tests.item_bank.formats.compounds import (
    END,
    NULL,
    SUB,
    char,
    compound,
    embedded,
    mtef,
    number,
    row,
    sign,
    template,
)


def shown(*records: bytes) -> str:
    found = mathml_of_mtef(mtef(*records))
    assert found
    return found.removeprefix("<math>").removesuffix("</math>")


def sup(*records: bytes) -> bytes:
    return template(28, 0, SUB, NULL, row(*records))


def sub(*records: bytes) -> bytes:
    return template(27, 0, SUB, row(*records), NULL)


A, X = "<mi>a</mi>", "<mi>x</mi>"


@pytest.mark.parametrize(
    ("records", "wanted"),
    [
        ((template(11, 0, row(number("15")), row(char("x"))),), f"<mfrac><mn>15</mn>{X}</mfrac>"),
        ((template(10, 0, row(char("x")), SUB, NULL),), f"<msqrt>{X}</msqrt>"),
        ((template(10, 1, row(char("x")), SUB, row(number("3"))),), f"<mroot>{X}<mn>3</mn></mroot>"),
        ((char("x"), sup(number("2")), sign("+"), number("1")), f"<msup>{X}<mn>2</mn></msup><mo>+</mo><mn>1</mn>"),
        ((char("H", 1), sub(number("2")), char("O", 1)), '<msub><mi mathvariant="normal">H</mi><mn>2</mn></msub>'),
        ((template(29, 1, row(number("92")), row(number("235"))), char("U", 1)), "<mmultiscripts>"),
        (
            (template(15, 0x31, row(char("x")), row(number("0")), row(number("1")), sign("∫")),),
            f'<mrow><msubsup><mo largeop="true">∫</mo><mn>0</mn><mn>1</mn></msubsup>{X}</mrow>',
        ),
        ((template(23, 16, row(char("lim", 2)), row(char("x")), NULL),), f"<munder><mi>lim</mi>{X}</munder>"),
        ((template(31, 2, row(char("a")), b"\x02\0\x96\xd7\x20"),), '<mover accent="true"><mi>a</mi>'),
        ((template(1, 3, row(char("x"))),), f"{X}"),
        ((template(9, 0x10, row(char("x"))),), f"{X}"),
        ((template(14, 0x20 | 4, row(char("t", 1)), NULL),), "→</mo>"),
        ((template(2, 1, row(b"\x04\0\x01\0" + row(char("x")) + row(char("a")) + END)),), "<mtable"),
        ((b"\x05\0\0\0\0\x02\x02" + b"\0\0" + row(char("a")) * 4 + END,), "</mtr><mtr>"),
        ((b"\x02\x01\x83x\0" + b"\x06\0\x11" + END,), f'<mover accent="true">{X}'),
        ((b"\x02\x01\x83x\0" + b"\x06\0\x05" + END,), f"<msup>{X}<mo>′</mo></msup>"),
    ],
)  # fmt: skip
def test_templates(records: tuple[bytes, ...], wanted: str) -> None:
    assert wanted in shown(*records)


def test_looks_between_the_records_say_nothing() -> None:
    """Colours, explicit sizes, a ruler, a future record, a nudge."""
    colour = b"\x10\0" + bytes(6) + b"\x0f\x01"
    nudged = b"\x02\x08\x80\x90\x83x\0"
    ruled = b"\x01\x02\x01\0\x8c\x10" + b"\x09\x65\x0c\0" + colour + b"\x64\x02ab" + nudged + END
    found = mathml_of_mtef(mtef()[:-4] + ruled + END)
    assert found == f"<math>{X}</math>"


@pytest.mark.parametrize("version", [3, 4])
def test_older_versions_have_templates_and_signs_of_their_own(version: int) -> None:
    """The fraction is template 14, options stand in the upper half of a byte, α is an `a` of the Symbol font."""

    def old(text: str, typeface: int = 3) -> bytes:
        return b"".join(b"\x02" + bytes([typeface + 128]) + struct.pack("<H", ord(one)) for one in text)

    fraction = b"\x03\x0e\0\0" + b"\x01" + old("a", 4) + END + b"\x01" + old("2", 8) + END + END
    power = b"\x03\x0f\0\0" + b"\x0b\x11\x01" + old("2", 8) + END + END
    found = mathml_of_mtef(bytes([version, 1, 1, 3, 0]) + b"\x0a\x01" + fraction + old("x") + power + END + END)
    assert found == f"<math><mfrac><mi>α</mi><mn>2</mn></mfrac><msup>{X}<mn>2</mn></msup></math>"


@pytest.mark.parametrize("size", [100, 5_000])
def test_objects_hold_formulas_in_small_sectors_and_in_large_ones(size: int) -> None:
    assert mathml_of(embedded(mtef(char("x")) + bytes(size))) == f"<math>{X}</math>"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        compound("CONTENTS", b"x" * 100),
        embedded(b"\x09"),
        embedded(mtef(char("\ue123"))),
        embedded(mtef(template(99, 0, row(char("x"))))),
        embedded(mtef(template(1, 3) * 6_000)),
        embedded(mtef()[:-2] + b"\x01\0" * 5_000),
    ],
)
def test_what_is_no_formula_is_left_to_its_picture(data: bytes) -> None:
    assert mathml_of(data) is None


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=80), st.integers(0, 60), st.integers(0, 1500))
def test_damaged_objects_are_no_formula_or_one(noise: bytes, at: int, far: int) -> None:
    whole = mtef(char("x"), sup(number("2")), template(11, 0, row(char("a")), row(char("b"))))
    mathml_of_mtef(whole[:at] + noise + whole[at + len(noise) :])
    held = embedded(whole)
    mathml_of(held[:far] + noise[:8] + held[far + len(noise[:8]) :])


def _header(directory: int, further: int, table: tuple[int, ...] = ()) -> bytes:
    """Of a compound file with sectors of 512 bytes: where its directory, the rest of its table and the table begin."""
    made = bytearray(b"\xff" * 512)
    made[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<HH", made, 30, 9, 6)
    struct.pack_into("<I", made, 48, directory)
    struct.pack_into("<III", made, 56, 4096, 0xFFFFFFFE, 0)
    struct.pack_into("<I", made, 68, further)
    struct.pack_into(f"<{len(table)}I", made, 76, *table)
    return bytes(made)


def test_a_table_that_goes_round_in_itself_is_refused() -> None:
    """A file of four megabytes filled as many gigabytes."""
    round_about = struct.pack("<128I", *[1] * 127, 0) + struct.pack("<128I", *[0xFFFFFFFE] * 128)
    named = "Equation Native".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HB", 32, 2)
    directory = bytes(128) + named.ljust(116, b"\0") + struct.pack("<III", 0xFFFFFFFE, 0, 0)
    assert stream(_header(2, 0xFFFFFFFE, (1,)) + round_about + directory.ljust(512, b"\0"), "Equation Native") == b""
    with pytest.raises(CompoundError):
        stream(_header(2, 0, (1,)) + round_about + directory.ljust(512, b"\0"), "Equation Native")


def test_only_the_first_entry_is_the_root() -> None:
    """Each further one cost a reading of the whole file."""
    entry = bytearray(128)
    entry[66] = 5
    struct.pack_into("<II", entry, 116, 1, 0)
    sectors = 120
    table = struct.pack("<128I", 0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE, *[0xFFFFFFFF] * (127 - sectors))
    reads = 0

    class Counted(bytes):
        def __getitem__(self, place: object) -> object:  # type: ignore[override]
            nonlocal reads
            reads += 1
            return super().__getitem__(place)  # type: ignore[call-overload]

    data = Counted(_header(1, 0xFFFFFFFE, (0,)) + table + bytes(entry) * 4 * sectors)
    with pytest.raises(CompoundError):
        stream(data, "Equation Native")
    assert reads < 10 * sectors
