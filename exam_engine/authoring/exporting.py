"""The items of a bank or an exam as a file for other programs, for the page and for `exam-engine export --format`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.definition import Section, decode
from item_bank.content.markup import assets_in
from item_bank.content.model import Asset, Item, Language, Passage
from item_bank.content.recordings import recordings_in
from item_bank.formats.gift.writing import write_gift
from item_bank.formats.moodle.writing import write_moodle
from item_bank.formats.qti.writing import Version
from item_bank.formats.qti.writing_checked import write_qti
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.word.writing import PaperPart, write_docx
from item_bank.formats.written import Written, pictures_of
from item_bank.storage import queries as storage

VERSIONS: dict[str, Version] = {"qti21": "2.1", "qti22": "2.2", "qti30": "3.0"}
#: Format → the ending of its files.
ENDINGS = {"docx": "docx", "xlsx": "xlsx", "moodle": "xml", "gift": "gift", **dict.fromkeys(VERSIONS, "zip")}
_PAGE = 500
#: A picture or recording that the bank itself does not have.
_MISSING = Asset("missing", "application/octet-stream", b"")


@dataclass(frozen=True, slots=True)
class Found:
    """What goes out: as the sections of a paper, each item once in `items`."""

    title: str
    language: Language
    parts: tuple[PaperPart, ...]

    @property
    def items(self) -> tuple[Exported, ...]:
        return tuple({one.identifier: one for part in self.parts for one in part.items}.values())


async def of_bank(connection: AsyncConnection, bank: RowMapping) -> Found:
    items = await _exported(connection, await not_retired(connection, bank["id"]))
    english = sum(one.item.language == "en" for one in items.values())
    return Found(bank["name"], "en" if english * 2 > len(items) else "vi", (PaperPart(tuple(items.values())),))


async def not_retired(connection: AsyncConnection, bank_id: int) -> list[storage.StoredVersion]:
    """The newest version of each item that may be used, the oldest item first."""
    versions: list[storage.StoredVersion] = []
    before = None
    while page := await storage.newest_versions(connection, bank_id, before=before, limit=_PAGE):
        versions += page
        before = page[-1].item_id
    return [one for one in reversed(versions) if one.status != "retired"]


async def of_exam(connection: AsyncConnection, exam: RowMapping) -> Found:
    """Section by section: the items that are set, then all that may be drawn."""
    definition = decode(exam["definition"])
    wanted = [version for section in definition.sections for version in versions_of(section)]
    items = await _exported(connection, list((await storage.versions_by_id(connection, wanted)).values()))
    parts = tuple(_part(section, items) for section in definition.sections)
    return Found(definition.title, definition.language, parts)


def versions_of(section: Section) -> list[int]:
    drawn = [version for draw in section.draws for version in draw.versions]
    return list(dict.fromkeys([*(one.version for one in section.items), *drawn]))


def _part(section: Section, items: Mapping[int, Exported]) -> PaperPart:
    """Items with the points that they have in the exam."""
    points = {version: draw.points for draw in section.draws for version in draw.versions}
    points |= {one.version: one.points for one in section.items}
    found = [_worth(items[version], points[version]) for version in versions_of(section) if version in items]
    return PaperPart(tuple(found), section.title, section.instructions)


def _worth(one: Exported, points: str | None) -> Exported:
    if points is None:
        return one
    return Exported(one.identifier, msgspec.structs.replace(one.item, points=points), one.passage)


async def _exported(connection: AsyncConnection, versions: Sequence[storage.StoredVersion]) -> dict[int, Exported]:
    """By number of version, in the given order."""
    wanted = {one.content.passage for one in versions if one.content.passage}
    passages = await storage.passages_by_digest(connection, wanted)
    return {
        one.id: Exported(one.item_public_id, one.content, passages.get(one.content.passage or "")) for one in versions
    }


async def written(connection: AsyncConnection, found: Found, form: str, *, keys: bool = True) -> Written:
    """keys: with what is right, for a format that can leave it out."""
    return await write(found, await assets_of(connection, found), form, keys=keys)


async def assets_of(connection: AsyncConnection, found: Found) -> Mapping[str, Asset]:
    digests = {digest for one in found.items for digest in _assets(one.item, one.passage)}
    digests |= {digest for part in found.parts if part.instructions for digest in assets_in(part.instructions)}
    return await storage.assets_by_digest(connection, digests)


async def write(found: Found, assets: Mapping[str, Asset], form: str, *, keys: bool = True) -> Written:
    """Needs no connection: it may take long."""
    return await asyncio.to_thread(_write, form, found, lambda digest: assets.get(digest, _MISSING), keys)


def _assets(item: Item, passage: Passage | None) -> set[str]:
    return pictures_of(item).union(recordings_in(item), assets_in(passage.markup) if passage else ())


def _write(form: str, found: Found, asset: Callable[[str], Asset], keys: bool) -> Written:
    match form:
        case "moodle":
            return write_moodle(found.items, asset)
        case "gift":
            return write_gift(found.items)
        case "xlsx":
            from item_bank.formats.xlsx.writing_items import write_items  # openpyxl: not in every web worker

            return write_items(found.items, asset, found.language)
        case "docx":
            return write_docx(found.parts, asset, title=found.title, language=found.language, keys=keys)
    return write_qti(found.items, asset, VERSIONS[form])
