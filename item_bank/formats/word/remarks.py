"""What of a Word document is no part of the test that is read, told once for the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from item_bank.formats.model import N_, Reason
from item_bank.formats.word.package import Package, W

_SHOWN = 100


def remarks_on(package: Package, margins: Sequence[str]) -> Iterator[Reason]:
    """`margins`: texts at the head and the foot of pages."""
    root = package.document
    if root.find(f".//{W}del") is not None or root.find(f".//{W}ins") is not None:
        message = N_("The document holds tracked changes; it was read as if all were accepted.")
        yield Reason.of("docx_tracked", message)
    if root.find(f".//{W}altChunk") is not None:
        message = N_("The document holds another document inside it; that one was not read.")
        yield Reason.of("docx_part_left", message)
    if any(name.lower().endswith("vbaproject.bin") for name in package.names):
        yield Reason.of("docx_macros", N_("The document holds macros; they were left out and never run."))
    if comments := package.texts("comments"):
        message = N_("%(n)s comments beside the text were left out: %(text)s")
        yield Reason.of("docx_comments", message, n=len(comments), text=" · ".join(comments)[:_SHOWN])
    if margins:
        message = N_("What stands at the head and the foot of pages was left out: %(text)s")
        yield Reason.of("docx_margins", message, text=" · ".join(dict.fromkeys(margins))[:_SHOWN])
