"""Formulas as MathType stores them: MTEF 5 in the stream “Equation Native” of a compound file, written byte by byte."""

from __future__ import annotations

import struct

_HEADER_5 = bytes([5, 1, 0, 7, 8]) + b"DSMT7\0\0"
#: What MathType writes before each formula: an encoding, fonts, preferences; shortened, but of every kind.
_FONTS = b"\x13WinAllBasicCodePages\0\x11\x05Times New Roman\0\x11\x03Symbol\0"
_BEFORE = _FONTS + b"\x12\0\x02\x21\x2f\x45\xf0\x01\x21\xf0\x02\x01\0\0"
END, SUB, FULL = b"\0", b"\x0b", b"\x0a"
NULL = b"\x01\x01"


def row(*records: bytes) -> bytes:
    return b"\x01\0" + b"".join(records) + END


def char(text: str, typeface: int = 3) -> bytes:
    return b"".join(b"\x02\0" + bytes([typeface + 128]) + struct.pack("<H", ord(one)) for one in text)


def number(text: str) -> bytes:
    return char(text, 8)


def sign(text: str) -> bytes:
    return char(text, 6)


def template(selector: int, variation: int, *slots: bytes) -> bytes:
    wide = bytes([variation]) if variation < 0x80 else bytes([variation & 0x7F | 0x80, variation >> 8])
    return bytes([3, 0, selector]) + wide + b"\0" + b"".join(slots) + END


def mtef(*records: bytes) -> bytes:
    return _HEADER_5 + _BEFORE + FULL + row(*records) + END


def embedded(data: bytes) -> bytes:
    """The OLE object: the header of 28 bytes that tells its own length, then MTEF."""
    native = struct.pack("<HIHIIIII", 28, 0x20000, 0xC1C6, len(data), 0, 0, 0, 0)[:28] + data
    return compound("Equation Native", native)


def compound(name: str, data: bytes) -> bytes:
    """A compound file (MS-CFB, version 3) of one stream: in small sectors below 4096 bytes, as MathType's are."""
    small = len(data) < 4096
    unit = 64 if small else 512
    padded = data + bytes(-len(data) % unit)
    units = len(padded) // unit
    kept = padded + bytes(-len(padded) % 512)
    first = 3 if small else 2  # after the table, the directory and the table of small sectors
    last = first + len(kept) // 512 - 1
    table = [0xFFFFFFFD, 0xFFFFFFFE] + ([0xFFFFFFFE] if small else [])
    table += [*range(first + 1, last + 1), 0xFFFFFFFE]
    root = _entry("Root Entry", 5, 1, first if small else 0xFFFFFFFE, len(padded) if small else 0)
    directory = root + _entry(name, 2, 0xFFFFFFFF, 0 if small else first, len(data))
    sectors = [_numbers(table), directory + bytes(512 - len(directory))]
    if small:
        sectors.append(_numbers([*range(1, units), 0xFFFFFFFE]))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<III", 0, 1, 1) + bytes(4) + struct.pack("<I", 4096)
    header += struct.pack("<IIII", 2 if small else 0xFFFFFFFE, int(small), 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * 4 * 108
    return header + b"".join(sectors) + kept


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    made = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return made + bytes(36) + struct.pack("<III", start, size, 0)


def _numbers(table: list[int]) -> bytes:
    return struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
