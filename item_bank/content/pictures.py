"""Pictures that come with items: what a browser may be sent, told by the bytes and not by a name."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from item_bank.content.model import Asset
from item_bank.content.sentence import N_, Sentence

MAX_BYTES = 2 * 1024 * 1024
MAX_SIDE = 8_000
MAX_PIXELS = 24_000_000


#: At the end of what programs that make pages put in place of a description.
_FILE_NAME = re.compile(r"\.(?:png|jpe?g|gif|webp|bmp|svg|tiff?|emf|wmf)\s*$", re.IGNORECASE)


class PictureRefused(ValueError):
    """The picture can't be used; the message says why and what to do, in English."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Media type and size in pixels, read from the file's own header."""

    media_type: str
    width: int
    height: int


def asset_of(data: bytes) -> Asset:
    """The picture as an asset. Raises PictureRefused."""
    return Asset.of(inspect(data).media_type, data)


def inspect(data: bytes, most: int = MAX_BYTES) -> Picture:
    """Raises PictureRefused for what no browser should be sent, or has more than `most` bytes."""
    if len(data) > most:
        raise _too_large()
    picture = _read_header(data)
    if not (0 < picture.width <= MAX_SIDE and 0 < picture.height <= MAX_SIDE):
        raise PictureRefused(
            Sentence.of(N_("The picture must be between 1 and %(limit)s pixels wide and high."), limit=MAX_SIDE)
        )
    if picture.width * picture.height > MAX_PIXELS:
        message = N_("The picture has more than %(limit)s million pixels. Save it smaller.")
        raise PictureRefused(Sentence.of(message, limit=MAX_PIXELS // 1_000_000))
    return picture


def from_data_uri(uri: str) -> Asset:
    """The picture inside a `data:` address. Raises PictureRefused."""
    head, comma, _body = uri.partition(",")
    if not comma or not head.lower().startswith("data:"):
        raise PictureRefused(Sentence.of(N_("The address of the picture holds no data.")))
    if len(uri) > 3 * MAX_BYTES:
        raise _too_large()
    try:
        return asset_of(data_of_uri(uri))
    except binascii.Error as error:
        raise PictureRefused(Sentence.of(N_("The data of the picture is damaged."))) from error


def data_of_uri(uri: str) -> bytes:
    """The bytes inside a `data:` address. Raises binascii.Error where they are damaged."""
    head, _comma, body = uri.partition(",")
    raw = unquote_to_bytes(body)
    return (
        base64.b64decode(re.sub(rb"\s", b"", raw), validate=True) if head.lower().rstrip().endswith(";base64") else raw
    )


def description(alt: str) -> str:
    """The words that describe a picture: none where they are only its file's name, which may tell what it is for."""
    return "" if _FILE_NAME.search(alt) else alt


def _too_large() -> PictureRefused:
    message = N_("The picture is larger than %(limit)s MB. Save it smaller.")
    return PictureRefused(Sentence.of(message, limit=MAX_BYTES // 1024 // 1024))


def _read_header(data: bytes) -> Picture:
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            return Picture("image/png", *struct.unpack(">II", data[16:24]))
        if data.startswith((b"GIF87a", b"GIF89a")):
            return Picture("image/gif", *struct.unpack("<HH", data[6:10]))
        if data.startswith(b"\xff\xd8\xff"):
            return Picture("image/jpeg", *_jpeg_size(data))
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return Picture("image/webp", *_webp_size(data))
    except (struct.error, IndexError) as error:
        raise PictureRefused(Sentence.of(N_("The picture is cut off or damaged."))) from error
    if b"<svg" in data[:1024].lower() or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        raise PictureRefused(
            Sentence.of(N_("SVG drawings can't be used, because they may hold programs. Save it as PNG."))
        )
    if data.startswith((b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"\x01\x00\x00\x00")):
        raise PictureRefused(
            Sentence.of(N_("Windows metafiles (WMF, EMF) can't be shown by browsers. Save it as PNG."))
        )
    raise PictureRefused(Sentence.of(N_("The file is no PNG, JPEG, GIF or WebP picture.")))


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height from the frame header (ITU-T T.81, B.2.2): the SOF marker, but DHT, JPG and DAC."""
    place = 2
    while data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        (length,) = struct.unpack(">H", data[place + 2 : place + 4])
        place += 2 + length
    raise PictureRefused(Sentence.of(N_("The picture is cut off or damaged.")))


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of the three kinds of WebP (RFC 9649, 2.5 to 2.7)."""
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise PictureRefused(Sentence.of(N_("The picture is cut off or damaged.")))
