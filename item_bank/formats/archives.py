"""Opening zip files (and XLSX, which is one) that a stranger made.

Every limit is checked against the directory before anything is unpacked, and again while unpacking, because the sizes
in a zip directory are only what its maker claims.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from item_bank.formats.model import N_, HostileFile, ReadProblem

_ENCRYPTED = 0x1
_SYMLINK = 0o120000


@dataclass(frozen=True, slots=True)
class Limits:
    entries: int = 5_000
    entry_bytes: int = 50 * 1024 * 1024
    total_bytes: int = 200 * 1024 * 1024
    #: Of all that is unpacked while the archive is read: many items may name the same file.
    read_bytes: int = 4 * 1024 * 1024 * 1024
    ratio: int = 200
    #: Below this size a high ratio is harmless (blank sheets compress well).
    ratio_from_bytes: int = 1024 * 1024


def looks_like_zip(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


class Archive:
    """A checked zip: names are relative paths without `..`; contents never exceed their declared, limited size."""

    def __init__(self, data: bytes, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError, IndexError) as error:
            raise _damaged() from error
        _check_entries(entries, self.limits)
        self._unpacked = 0
        self._entries = {entry.filename: entry for entry in entries if not entry.is_dir()}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)

    @property
    def size(self) -> int:
        """Unpacked, in bytes."""
        return sum(entry.file_size for entry in self._entries.values())

    def size_of(self, name: str) -> int:
        """Unpacked; 0 for what is not there."""
        return self._entries[name].file_size if name in self._entries else 0

    def read(self, name: str) -> bytes:
        entry = self._entries[name]
        self._unpacked += entry.file_size
        if self._unpacked > self.limits.read_bytes:
            raise _too_large(self.limits.read_bytes)
        try:
            with self._zip.open(entry) as stream:
                data = stream.read(entry.file_size + 1)
        except Exception as error:  # zipfile lets zlib, lzma and struct errors of a damaged file through
            raise _damaged() from error
        if len(data) > entry.file_size:
            raise HostileFile(
                "archive_lies", N_("%(name)s in the archive is larger than it claims."), name=_short(name)
            )
        return data

    def check_all(self) -> None:
        """Unpacks every entry once, bounded, for a library that will open the archive by itself."""
        for name in self._entries:
            self.read(name)


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise HostileFile("archive_entries", N_("The archive holds more than %(limit)s files."), limit=limits.entries)
    if len({entry.filename for entry in entries}) != len(entries):
        raise HostileFile("archive_duplicate", N_("The archive holds two files of the same name."))
    for entry in entries:
        _check_entry(entry, limits)
    if sum(entry.file_size for entry in entries) > limits.total_bytes:
        raise _too_large(limits.total_bytes)


def _check_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    name = entry.filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":" or "\0" in name:
        raise HostileFile("archive_path", N_("The archive names a file outside itself: %(name)s."), name=_short(name))
    if entry.external_attr >> 16 & 0o170000 == _SYMLINK:
        raise HostileFile(
            "archive_link", N_("The archive holds a link instead of a file: %(name)s."), name=_short(name)
        )
    if entry.flag_bits & _ENCRYPTED:
        raise ReadProblem("archive_encrypted", N_("The archive is protected by a password."))
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ReadProblem("archive_method", N_("%(name)s is packed in a way that is not read."), name=_short(name))
    if entry.file_size > limits.entry_bytes:
        raise _too_large(limits.entry_bytes)
    if entry.file_size > limits.ratio_from_bytes and entry.file_size > limits.ratio * max(entry.compress_size, 1):
        raise HostileFile("archive_bomb", N_("%(name)s is compressed beyond belief."), name=_short(name))


def _short(name: str) -> str:
    return name[:200]


def _too_large(limit: int) -> HostileFile:
    return HostileFile("archive_size", N_("The archive unpacks to more than %(limit)s MB."), limit=limit // 2**20)


def _damaged() -> ReadProblem:
    return ReadProblem("archive_damaged", N_("The archive is damaged or cut off."))
