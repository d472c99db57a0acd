"""What a Windows metafile holds that a browser can show: the formula that MathType put into it, or its one bitmap.

Records after [MS-WMF] 2.3 and [MS-EMF] 2.3; formulas after "Application-specific metafile comment convention" of the
MathType SDK. A metafile that draws lines and letters is no picture here: half of it would be worse than none.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from item_bank.formats.mathtype.bitmaps import png_of_bitmap
from item_bank.formats.mathtype.reading import mathml_of_mtef

_PLACEABLE = b"\xd7\xcd\xc6\x9a"
_PLAIN = (b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")
_EMF = b"\x01\x00\x00\x00"
_MOST_RECORDS = 50_000
_ESCAPE, _COMMENT = 0x0626, 15
#: Records of WMF with a bitmap → where it begins behind size and function.
_BITMAPS = {0x0F43: 22, 0x0B41: 20, 0x0940: 16}
#: Records of WMF that draw nothing: they set what others draw with, or make and choose it.
_SETTING = {0x0000, 0x001E, 0x0127, 0x0035, 0x00F7, 0x01F0, 0x012C, 0x012D, 0x02FA, 0x02FB, 0x02FC, _ESCAPE}
_SETTING |= {0x0102, 0x0103, 0x0104, 0x0105, 0x0106, 0x0107, 0x0108, 0x012E, 0x0149, 0x0201, 0x0209, 0x020A}
_SETTING |= {0x020B, 0x020C, 0x020D, 0x020E, 0x020F, 0x0211, 0x0214, 0x0231, 0x0410, 0x0412, 0x0415, 0x0416}
#: The same of EMF: kinds of records, and where they say the places of a bitmap's head and bits.
_EMF_BITMAPS = {81: 48, 76: 84, 77: 84}
_EMF_SETTING = {1, *range(9, 15), *range(16, 41), 48, 49, 50, 51, 52, 57, 58, 70, 75, 82, 95, 98, 115}


def is_metafile(data: bytes) -> bool:
    return data.startswith((_PLACEABLE, *_PLAIN)) or _is_emf(data)


def _is_emf(data: bytes) -> bool:
    return data.startswith(_EMF) and data[40:44] == b" EMF"


def formula_in(data: bytes) -> str | None:
    """The MathML of the formula that the metafile is the picture of."""
    chunks = b"".join(_chunks(data))
    return mathml_of_mtef(chunks) if chunks else None


def picture_in(data: bytes) -> bytes | None:
    """PNG, where one bitmap is all that the metafile draws."""
    found: list[bytes] = []
    try:
        for bitmap in _emf_bitmaps(data) if _is_emf(data) else _wmf_bitmaps(data):
            if bitmap is None or found:
                return None
            found.append(bitmap)
    except struct.error:
        return None
    return png_of_bitmap(found[0]) if found else None


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Function and parameters of each record of a WMF."""
    place = (22 if data.startswith(_PLACEABLE) else 0) + 18
    for _ in range(_MOST_RECORDS):
        if place + 6 > len(data):
            return
        size, function = struct.unpack_from("<IH", data, place)
        if size < 3:
            return
        yield function, data[place + 6 : place + 2 * size]
        place += 2 * size


def _chunks(data: bytes) -> Iterator[bytes]:
    """Parts of the MTEF in comments; before MathType 6.0b one comment held all of it."""
    if _is_emf(data):
        return
    for function, body in _records(data):
        if function != _ESCAPE or body[:2] != _COMMENT.to_bytes(2, "little"):
            continue
        said = body[4:]
        if said.startswith(b"AppsMFCC") and (end := said.find(b"\0", 18)) > 0 and b"MTEF" in said[18:end]:
            yield said[end + 1 : end + 1 + int.from_bytes(said[14:18], "little")]
        elif said.startswith(b"MathType\x55\x55"):
            yield said[12 : 12 + int.from_bytes(said[10:12], "little")]


def _wmf_bitmaps(data: bytes) -> Iterator[bytes | None]:
    """None for whatever else is drawn."""
    for function, body in _records(data):
        if function in _BITMAPS:
            yield body[_BITMAPS[function] :]
        elif function not in _SETTING:
            yield None


def _emf_bitmaps(data: bytes) -> Iterator[bytes | None]:
    place = 0
    for _ in range(_MOST_RECORDS):
        if place + 8 > len(data):
            return
        kind, size = struct.unpack_from("<II", data, place)
        record = data[place : place + size]
        if size < 8:
            return
        if kind in _EMF_BITMAPS:
            head, head_size, bits, bits_size = struct.unpack_from("<IIII", record, _EMF_BITMAPS[kind])
            if bits_size:
                yield record[head : head + head_size] + record[bits : bits + bits_size]
        elif kind not in _EMF_SETTING:
            yield None
        place += size
