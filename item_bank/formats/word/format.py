"""A written test as a Word document (ISO/IEC 29500-1); docs/authoring/text-and-word.md has the conventions."""

from __future__ import annotations

from item_bank.formats.archives import looks_like_zip
from item_bank.formats.model import N_, Imported, ReadProblem
from item_bank.formats.paper.reading import read_document
from item_bank.formats.registry import Format, Reading
from item_bank.formats.word import formulas
from item_bank.formats.word.lines import document_of
from item_bank.formats.word.package import Package

_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect(name: str, data: bytes) -> float:
    lowered = name.lower()
    if lowered.endswith(".doc") and data.startswith(_OLD_WORD):
        return 0.9
    if not looks_like_zip(data):
        return 0.0
    return 1.0 if lowered.endswith((".docx", ".docm")) else 0.6 if b"word/document.xml" in data else 0.0


def read(data: bytes, reading: Reading) -> Imported:
    if data.startswith(_OLD_WORD):
        message = N_("The file is in the old Word format (.doc). Open it in Word and save it as .docx.")
        raise ReadProblem("doc_old", message)
    package = Package(data)
    document = document_of(package)
    formulas.restore(document.objects, formulas.read(package))
    return read_document(document, "docx", reading)


FORMAT = Format("docx", "Word", (".docx",), detect, read)
