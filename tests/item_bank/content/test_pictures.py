from __future__ import annotations

import base64
import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.pictures import MAX_BYTES, Picture, PictureRefused, asset_of, from_data_uri, inspect

#: Pictures of 30 × 20 pixels in one colour.
PICTURES = {
    "PNG": (
        "iVBORw0KGgoAAAANSUhEUgAAAB4AAAAUCAIAAAAVyRqTAAAAIUlEQVR4nGP8z0ArwEQzk0eNHjV61OhRo0eNHjWahkYDAKmaASfq"
        "+1XNAAAAAElFTkSuQmCC"
    ),
    "GIF": (
        "R0lGODdhHgAUAIEAAP8AAAAAAAAAAAAAACwAAAAAHgAUAEAIKgABCBxIsKDBgwgTKlzIsKHDhxAjSpxIsaLFixgzatzIsaPHjyBDiiwYEAA7"
    ),
    "JPEG": (
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////"
        "////////////////////wAALCAAUAB4BAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF"
        "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW"
        "V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi"
        "4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AI6KKKKKKKKKKK//2Q=="
    ),
    "PROGRESSIVE": (
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////"
        "////////////////////wgALCAAUAB4BAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/2gAIAQEAAAABkAH/xAAUEAEAAAAAAAAA"
        "AAAAAAAAAAAw/9oACAEBAAEFAk//xAAUEAEAAAAAAAAAAAAAAAAAAAAw/9oACAEBAAY/Ak//xAAUEAEAAAAAAAAAAAAAAAAAAAAw"
        "/9oACAEBAAE/IU//2gAIAQEAAAAQAA//xAAUEAEAAAAAAAAAAAAAAAAAAAAw/9oACAEBAAE/EE//2Q=="
    ),
    "WEBP": (
        "UklGRkwAAABXRUJQVlA4IEAAAABwAwCdASoeABQAPm00lkekIyIhKAgAgA2JZQDKLoB+AABBlBAA/vCbQ//ILlhdcjX/8gP+QH/I"
        "D/+PfYwoMAAA"
    ),
    "LOSSLESS": ("UklGRhwAAABXRUJQVlA4TA8AAAAvHcAEAAcQ/Y/+ByKi/wEA"),
}


def picture(name: str) -> bytes:
    return base64.b64decode(PICTURES[name])


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("PNG"), "image/png"),
        (picture("GIF"), "image/gif"),
        (picture("JPEG"), "image/jpeg"),
        (picture("PROGRESSIVE"), "image/jpeg"),
        (picture("WEBP"), "image/webp"),
        (picture("LOSSLESS"), "image/webp"),
    ],
)
def test_kind_and_size_are_read_from_the_bytes(data: bytes, media_type: str) -> None:
    assert inspect(data) == Picture(media_type, 30, 20)
    uri = f"data:text/html;base64,{base64.b64encode(data).decode()}"
    assert from_data_uri(uri) == asset_of(data)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<?xml version='1.0'?><svg/>", "SVG"),
        (b"\xd7\xcd\xc6\x9a123", "metafiles"),
        (b"", "no PNG"),
        (b"<html>", "no PNG"),
        (picture("PNG")[:20], "damaged"),
        (picture("JPEG")[:30], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 9000, 1), "pixels"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 0, 1), "pixels"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 7000, 7000), "million"),
        (b"\x89PNG\r\n\x1a\n" + bytes(MAX_BYTES), "MB"),
    ],
)
def test_what_browsers_cannot_safely_show_is_refused(data: bytes, word: str) -> None:
    with pytest.raises(PictureRefused, match=word):
        inspect(data)


@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"RIFF1234WEBPVP8 ", b"RIFF1234WEBPVP8L"]),
    st.binary(),
)
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes) -> None:
    with contextlib.suppress(PictureRefused):
        inspect(start + rest)


@given(st.text())
def test_any_address_is_read_or_refused(text: str) -> None:
    with pytest.raises(PictureRefused):
        from_data_uri(f"data:image/png;base64,{text}")
