"""A device-independent bitmap ([MS-WMF] 2.2.2.9) as PNG."""

from __future__ import annotations

import struct
import zlib

_MOST_PIXELS = 4_000_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURED, _OF_PALETTE = 2, 3


def png_of_bitmap(data: bytes) -> bytes | None:
    """None for a bitmap that is damaged, too large, or packed in a way that is not read."""
    try:
        return _converted(data)
    except (struct.error, ValueError, IndexError):
        return None


def _converted(data: bytes) -> bytes | None:
    head, width, height, _planes, bits, packed = struct.unpack_from("<IiiHHI", data)
    if packed in (4, 5):  # JPEG or PNG as it is
        return data[head:]
    rows = abs(height)
    if packed or head < 40 or bits not in (1, 4, 8, 24, 32) or not 0 < width * rows <= _MOST_PIXELS or width < 0:
        return None
    (used,) = struct.unpack_from("<I", data, 32)
    colours = (used or 1 << bits) if bits <= 8 else 0
    if colours > 256:
        return None
    start = head + 4 * colours
    length = (width * bits + 31) // 32 * 4
    if len(data) < start + length * rows:
        return None
    lines = [data[start + at * length : start + (at + 1) * length] for at in range(rows)]
    if height > 0:  # the last line comes first
        lines.reverse()
    palette = data[head:start]
    return _png(width, rows, bits, palette, [_line(one, width, bits) for one in lines])


def _line(line: bytes, width: int, bits: int) -> bytes:
    """Red, green, blue; what a palette names stays packed, as PNG has it, too."""
    if bits <= 8:
        return line[: (width * bits + 7) // 8]
    step = bits // 8
    made = bytearray(3 * width)
    for colour in range(3):
        made[colour::3] = line[2 - colour : step * width : step]
    return bytes(made)


def _png(width: int, height: int, bits: int, palette: bytes, lines: list[bytes]) -> bytes:
    kind, depth = (_OF_PALETTE, bits) if bits <= 8 else (_COLOURED, 8)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))]
    if bits <= 8:
        entries = range(0, len(palette), 4)
        chunks.append((b"PLTE", b"".join(palette[at : at + 3][::-1] for at in entries)))
    chunks += [(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines))), (b"IEND", b"")]
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
