"""The way in: the bytes of an uploaded file → what would be imported. Reading stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from item_bank.content.model import Language
from item_bank.formats.archives import Archive, looks_like_zip
from item_bank.formats.model import N_, Imported, ReadProblem
from item_bank.formats.registry import (
    FindPicture,
    Format,
    Progress,
    Reading,
    format_named,
    formats,
    no_picture,
    no_progress,
)

MAX_BYTES = 20 * 1024 * 1024


def read_file(
    name: str,
    data: bytes,
    *,
    format_name: str | None = None,
    language: Language = "vi",
    subject: str = "",
    grade: str = "",
    topic: str = "",
    level: str = "",
    repairs: Mapping[str, Any] | None = None,
    find_picture: FindPicture = no_picture,
    whole: bool = False,
    progress: Progress = no_progress,
) -> Imported:
    """Reads a file of any known format. Raises ReadProblem (HostileFile) when the file as a whole is unusable."""
    _check_size(data)
    chosen = format_named(format_name) if format_name else detect(name, data)
    told = Reading(name, language, subject, grade, find_picture, topic, level, repairs or {}, whole, progress)
    return chosen.read(data, told)


def detect(name: str, data: bytes) -> Format:
    sureness, best = max(((known.detect(name, data), known) for known in formats()), key=lambda pair: pair[0])
    if sureness <= 0:
        raise _unknown(name, data)
    return best


def _check_size(data: bytes) -> None:
    if not data.strip(b"\0 \t\r\n"):
        raise ReadProblem("file_empty", N_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise ReadProblem(
            "file_too_large",
            N_("The file has %(size)s MB; at most %(limit)s MB are read."),
            size=len(data) // 2**20,
            limit=MAX_BYTES // 2**20,
        )


def _unknown(name: str, data: bytes) -> ReadProblem:
    if looks_like_zip(data):
        Archive(data)  # a damaged or hostile one is called so
        return ReadProblem(
            "package_unsupported",
            N_("%(name)s is a zip file in which no questions of a known format were found."),
            name=name,
        )
    known = ", ".join(extension for each in formats() for extension in each.extensions)
    return ReadProblem(
        "format_unknown",
        N_("%(name)s is in no format that can be read. Known file endings: %(known)s."),
        name=name,
        known=known,
    )
