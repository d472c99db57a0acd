"""One stream of a compound file (MS-CFB), as OLE objects are stored. Bounded: each sector is read at most once."""

from __future__ import annotations

import struct

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_BYTES = 4 * 1024 * 1024
_HEADER, _ENTRY, _SMALL = 512, 128, 64
_END = 0xFFFFFFFA  # this and all above are marks, not sectors
_IN_HEADER = 109


class CompoundError(ValueError):
    """The file is no compound file, is damaged, or has no such stream."""


def stream(data: bytes, name: str) -> bytes:
    """The bytes of the stream of this name, wherever in the file's folders it lies. Raises CompoundError."""
    if not data.startswith(SIGNATURE) or not _HEADER <= len(data) <= MAX_BYTES:
        raise CompoundError
    try:
        return _File(data).stream(name)
    except struct.error as error:
        raise CompoundError from error


class _File:
    def __init__(self, data: bytes) -> None:
        self.data = data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small_shift != 6:
            raise CompoundError
        self.size = 1 << shift
        self.table = self._table()
        first_directory, _, self.cutoff, first_small = struct.unpack_from("<I4sII", data, 48)
        self.directory = self._chain(first_directory)
        self.small_table = _numbers(self._chain(first_small))

    def stream(self, name: str) -> bytes:
        root = b""
        for at in range(0, len(self.directory) - _ENTRY + 1, _ENTRY):
            entry = self.directory[at : at + _ENTRY]
            (length,) = struct.unpack_from("<H", entry, 64)
            start, size = struct.unpack_from("<II", entry, 116)
            if at == 0:  # the root is always the first (2.6.2)
                root = self._chain(start)
            elif entry[66] == 2 and entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace") == name:
                found = self._chain(start) if size >= self.cutoff else self._small(root, start)
                if len(found) < size:
                    raise CompoundError
                return found[:size]
        raise CompoundError

    def _table(self) -> list[int]:
        """The sector that follows each sector: listed in the header, and in further sectors for large files."""
        places = list(struct.unpack_from(f"<{_IN_HEADER}I", self.data, 76))
        (following,) = struct.unpack_from("<I", self.data, 68)
        for _ in range(len(self.data) // self.size):
            if following >= _END:
                break
            *more, following = _numbers(self._sector(following))
            places += [place for place in more if place < _END]
            if len(places) > len(self.data) // self.size + _IN_HEADER:
                raise CompoundError
        listed = [place for place in places if place < _END]
        if len(set(listed)) < len(listed):
            raise CompoundError
        return [one for place in listed for one in _numbers(self._sector(place))]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        found = self.data[start : start + self.size]
        if not found:
            raise CompoundError
        return found.ljust(self.size, b"\0")

    def _chain(self, number: int) -> bytes:
        found: list[bytes] = []
        while number < _END:
            if number >= len(self.table) or len(found) * self.size > len(self.data):
                raise CompoundError
            found.append(self._sector(number))
            number = self.table[number]
        return b"".join(found)

    def _small(self, root: bytes, number: int) -> bytes:
        found: list[bytes] = []
        while number < _END:
            if number >= len(self.small_table) or len(found) * _SMALL > len(root):
                raise CompoundError
            found.append(root[number * _SMALL : (number + 1) * _SMALL])
            number = self.small_table[number]
        return b"".join(found)


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
