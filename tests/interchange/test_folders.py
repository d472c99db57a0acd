"""Folders of items and packages given to `exam-engine import`: pictures come along, and what is stored reads again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring import importing as runs
from exam_engine.interchange import importing, undoing
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from exam_engine.kit.settings import Settings
from exam_engine.telling import Expected
from item_bank.storage import queries as storage
from item_bank.storage.tables import bank as banks
from item_bank.storage.tables import import_run, metadata
from tests.interchange.test_commands import run
from tests.item_bank.formats.documents import PNG
from tests.item_bank.formats.packages import exam_of, manifest, resource
from tests.item_bank.formats.qti_items import choices, item, response

SHOWN = item('<p><img src="../images/a.png" alt="một"/></p>' + choices("a", "b"), response("A"))
EXAM = exam_of(
    '<assessmentSection identifier="S" title="S" visible="true">'
    '<assessmentItemRef identifier="I" href="items/a.xml"/></assessmentSection>'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "bank"
    (root / "items").mkdir(parents=True)
    (root / "images").mkdir()
    (root / "items" / "a.xml").write_bytes(SHOWN)
    (root / "test.xml").write_bytes(EXAM)
    (root / "images" / "a.png").write_bytes(PNG)
    return root


def test_a_folder_with_a_manifest_is_one_package(folder: Path) -> None:
    (folder / "imsmanifest.xml").write_bytes(manifest(resource("items/a.xml")))
    for given in (folder, folder / "imsmanifest.xml"):
        (found,) = run("import", given, "--dry-run")["files"]
        assert (found["file"], found["format"]) == (str(folder), "qti_package")
        assert [(one["id"], one["place"], one["status"]) for one in found["items"]] == [
            ("i1", "items/a.xml", "imported")
        ]
        (test,) = found["tests"]
        assert (test["id"], test["parts"], test["sections"], test["items"], test["status"]) == (
            "T1",
            1,
            1,
            1,
            "imported",
        )
        assert test["notes"] == []


def test_a_folder_without_one_is_its_files(folder: Path) -> None:
    found = {Path(one["file"]).name: one for one in run("import", folder, "--dry-run")["files"]}
    assert [one["status"] for one in found["a.xml"]["items"]] == ["imported"]
    assert [one["title"] for one in found["test.xml"]["tests"]] == ["Kiểm tra"]
    assert found["a.xml"]["tests"] == []


async def _bank(engine: AsyncEngine) -> str:
    """A bank of a school of its own."""
    bank = public_id()
    async with transaction(engine) as connection:
        unit = metadata.tables["exam.unit"]
        row = {"public_id": public_id(), "name": "Trường", "kind": "school", "path": f"{bank}.", "code": bank}
        values = {name: value for name, value in row.items() if name in unit.c}
        unit_id = (await connection.execute(insert(unit).values(values).returning(unit.c.id))).scalar_one()
        await storage.create_bank(connection, public_id=bank, unit_id=unit_id, name="Toán")
    return bank


@pytest.mark.parametrize("packaged", [False, True])
async def test_pictures_enter_the_bank_and_the_source_reads_again(
    folder: Path, settings: Settings, real_engine: AsyncEngine, packaged: bool
) -> None:
    if packaged:
        (folder / "imsmanifest.xml").write_bytes(manifest(resource("items/a.xml")))
    bank = await _bank(real_engine)
    (folder / "broken.xml").write_bytes(b"<assessmentItem")
    told = await importing.import_files(settings, [folder], bank=bank, locale="vi")
    assert sum(one.get("added", 0) for one in told["files"]) == 1
    assert [one["error"] is None for one in told["files"]] == ([True] if packaged else [False, True, True])
    async with transaction(real_engine) as connection:
        row = await storage.bank_by_public_id(connection, bank)
        assert row is not None
        (version,) = await storage.newest_versions(connection, row["id"])
        assert "data-asset" in version.content.stem.html
        stored = await connection.execute(select(import_run).where(import_run.c.file_name.endswith(".zip")))
        again = await runs.read_run(stored.mappings().one())
    assert [one.data for one in again.assets] == [PNG]


async def test_a_bank_goes_by_its_name(folder: Path, settings: Settings, real_engine: AsyncEngine) -> None:
    bank = await _bank(real_engine)
    async with transaction(real_engine) as connection:
        await connection.execute(update(banks).where(banks.c.public_id == bank).values(name=f"Lý {bank}"))
    told = await importing.import_files(settings, [folder / "items" / "a.xml"], bank=f"Lý {bank}", locale="vi")
    assert told["files"][0]["added"] == 1
    with pytest.raises(Expected, match="no bank Hoá"):
        await importing.import_files(settings, [folder / "items" / "a.xml"], bank="Hoá", locale="vi")


async def test_an_import_is_taken_back_by_command(folder: Path, settings: Settings, real_engine: AsyncEngine) -> None:
    (folder / "imsmanifest.xml").write_bytes(manifest(resource("items/a.xml"), resource("test.xml")))
    bank = await _bank(real_engine)
    (told,) = (await importing.import_files(settings, [folder], bank=bank, locale="vi", exams=True))["files"]
    (again,) = (await importing.import_files(settings, [folder], bank=bank, locale="vi", exams=True))["files"]
    assert (told["added"], told["tests"][0]["exam_created"], again["added"], again["known"]) == (1, True, 0, 1)
    assert again["tests"][0]["exam"] == told["tests"][0]["exam"]
    done = await undoing.undo(settings, told["import"], "vi")
    assert (done["items"], done["retired"], done["exams_kept"]) == (1, 1, [])
    with pytest.raises(Expected, match="no import"):
        await undoing.undo(settings, "nothing", "vi")


def test_packages_further_down_are_found_and_told_in_one_report(folder: Path, tmp_path: Path) -> None:
    (folder / "imsmanifest.xml").write_bytes(manifest(resource("items/a.xml")))
    (tmp_path / "loose.xml").write_bytes(item(choices("c", "d"), response("A")))
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "imsmanifest.xml").write_bytes(manifest())
    found = run("import", tmp_path, "--dry-run")["files"]
    assert [(Path(one["file"]).name, one["format"], len(one["items"])) for one in found] == [
        ("bank", "qti_package", 1),
        ("loose.xml", "qti", 1),
    ]


def test_a_loose_test_comes_with_its_items_and_their_pictures_where_an_exam_is_asked_for(folder: Path) -> None:
    found = {Path(one["file"]).name: one for one in run("import", folder, "--dry-run", "--exams")["files"]}
    test = found["test.xml"]
    assert [(one["place"], one["status"], one["notes"]) for one in test["items"]] == [("items/a.xml", "imported", [])]
    assert test["tests"][0]["notes"] == []
