"""A content package of which every item is read back before it goes in: what QTI does not hold is told."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable

import msgspec

from item_bank.content.markup import joined
from item_bank.content.model import Asset
from item_bank.formats import held
from item_bank.formats.model import N_
from item_bank.formats.qti import format as qti
from item_bank.formats.qti.manifest import read_manifest
from item_bank.formats.qti.writing import Version
from item_bank.formats.qti.writing_metadata import metadata_of
from item_bank.formats.qti.writing_package import Documents, Exported, PackageWriter, manifest_of, resource_of
from item_bank.formats.registry import Reading
from item_bank.formats.written import Notes, Written

#: An accepted text with a * is a pattern there; what several rules say becomes an item with rules of its own.
_MAY_BECOME = ("composite",)


def write_qti(items: Iterable[Exported], asset: Callable[[str], Asset], version: Version) -> Written:
    """`asset`: the picture of a digest."""
    notes = Notes()
    package = PackageWriter(asset, version)

    def add(one: Exported) -> None:
        made = package.documents(one)
        made.metadata = metadata_of(one.item)
        _check(one, made, version, notes)
        package.keep(made)

    count = len(notes.each(items, add))
    return Written(package.finish(), count, tuple(notes.found))


def _check(one: Exported, made: Documents, version: Version, notes: Notes) -> None:
    """Raises NotHeldError."""
    files = {posixpath.basename(path): data for path, data in (made.files | made.pictures).items()}
    document = next(iter(made.files.values()))
    read = qti.read(document, Reading("item.xml", find_picture=lambda href: files.get(posixpath.basename(href))))
    about = read_manifest(manifest_of([resource_of(made, version)], version), "")[0].about
    items = tuple(msgspec.structs.replace(each, item=about.described(each.item)) for each in read.items)
    found = msgspec.structs.replace(read, items=items)
    if one.passage is None or version == "3.0":
        held.check(one.item, found, notes, kinds=_MAY_BECOME, passage=one.passage)
        return
    notes.tell("passage_in_stem", N_("The passage stands above the question: QTI before 3.0 has no place for it."))
    whole = msgspec.structs.replace(one.item, stem=joined(one.passage.markup, one.item.stem))
    held.check(whole, found, notes, kinds=_MAY_BECOME)
