"""The formats that can be read. A new format is one module that defines `FORMAT`, and its name here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from item_bank.content.model import Language
from item_bank.formats.model import Imported

#: Finds the bytes of a picture that a file names but does not hold; None when there is none.
FindPicture = Callable[[str], bytes | None]


def no_picture(_href: str) -> bytes | None:
    return None


#: (done, of): how far the reading of a large file is; of 0 where nobody knows yet how many there are.
Progress = Callable[[int, int], None]


def no_progress(_done: int, _whole: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader is told about a file beside its bytes; the item fields are used where the file says nothing."""

    file_name: str
    language: Language = "vi"
    subject: str = ""
    grade: str = ""
    find_picture: FindPicture = no_picture
    topic: str = ""
    level: str = ""
    #: What a person decided about doubtful items, by their keys (`paper.decisions.Decision` as JSON).
    repairs: Mapping[str, Any] = field(default_factory=dict)
    #: Every item with the rules of its source, also where one of the usual kinds says the same.
    whole: bool = False
    #: Told how many of how many files of a package are read.
    progress: Progress = no_progress


@dataclass(frozen=True, slots=True)
class Format:
    """`detect(name, data)`: how sure the format is that the file is its own, 0 (no) to 1."""

    name: str
    title: str
    extensions: tuple[str, ...]
    detect: Callable[[str, bytes], float]
    read: Callable[[bytes, Reading], Imported]


MODULES = (
    "gift.format",
    "qti.format",
    "qti.package",
    "qti12.format",
    "xlsx.format",
    "paper.text_format",
    "word.format",
    "aiken",
    "missing_word",
    "moodle.cloze",
    "moodle.format",
    "h5p.format",
)


def formats() -> tuple[Format, ...]:
    return tuple(import_module(f"item_bank.formats.{module}").FORMAT for module in MODULES)


def format_named(name: str) -> Format:
    return next(known for known in formats() if known.name == name)
