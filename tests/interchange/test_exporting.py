"""`exam-engine export --format`: a bank or an exam goes out as a package, and comes back as it was."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import pytest_asyncio
from click.testing import CliRunner
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.cli import main
from exam_engine.interchange.exporting import export_items
from exam_engine.kit.settings import Settings
from exam_engine.telling import Expected
from item_bank.content.markup import plain_text
from item_bank.formats.reading import read_file
from tests.accounts.school import Client
from tests.sittings.world import World, build, items


@pytest_asyncio.fixture(loop_scope="session")
async def world(app_client: Client, app: Litestar, real_engine: AsyncEngine) -> World:
    return await build(app_client, app, real_engine)


async def test_a_bank_comes_back_as_it_was(world: World, settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "bank.zip"
    told = await export_items(settings, "qti30", out, world.bank, None)
    expected = items()
    assert told["items"] == len(expected)
    with zipfile.ZipFile(out) as package:
        names = [name for name in package.namelist() if name.startswith("items/") and "passage" not in name]
        texts = {Path(name).name: package.read(name) for name in package.namelist() if name.startswith("items/")}
        back = [read_file("i.xml", package.read(name), find_picture=texts.get).items[0].item for name in names]
    assert [one.interaction for one in back] == [one.interaction for one in expected]
    assert [bool(one.passage) for one in back] == [bool(one.passage) for one in expected]
    assert [plain_text(one.stem) for one in back] == [plain_text(one.stem) for one in expected]
    assert [one.title for one in back] == [one.title for one in expected]


async def test_an_exam_goes_out_in_every_version(world: World, settings: Settings, tmp_path: Path) -> None:
    for form in ("qti21", "qti22", "qti30"):
        told = await export_items(settings, form, tmp_path / f"{form}.zip", None, world.exam)
        assert told["items"] > 0
        assert zipfile.is_zipfile(tmp_path / f"{form}.zip")


async def test_a_bank_and_an_exam_go_out_in_every_other_format(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    """What is read back is as much as the report says was written; the rest is told, item by item."""
    whole = len(items())
    for form, ending in (("docx", "docx"), ("xlsx", "xlsx"), ("moodle", "xml"), ("gift", "gift")):
        for bank, exam in ((world.bank, None), (None, world.exam)):
            out = tmp_path / f"a.{ending}"
            told = await export_items(settings, form, out, bank, exam)
            back = read_file(out.name, out.read_bytes()).items
            assert len(back) == told["items"] > 0
            assert told["not_held"] == len({note["item"] for note in told["notes"] if not note["written"]})
            assert bank is None or told["items"] + told["not_held"] == whole


async def test_the_paper_of_an_exam_has_its_sections_and_no_keys(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "paper.docx"
    await export_items(settings, "docx", out, None, world.exam, keys=False)
    with zipfile.ZipFile(out) as package:
        document = package.read("word/document.xml").decode()
    assert "PHẦN I." in document
    assert "<w:u " not in document


async def test_a_bank_that_is_not_there_is_told_with_those_that_are(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(Expected, match=world.bank):
        await export_items(settings, "qti30", tmp_path / "x.zip", "nobody", None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "qti30", "--bank", "x"], "--out"),
        (["--format", "gift", "--out", "x.gift", "--bank", "x", "--no-keys"], "docx"),
        (["--format", "qti30", "--out", "x.zip"], "--bank or --exam"),
        (["--format", "qti30", "--out", "x.zip", "--bank", "a", "--exam", "b"], "--bank or --exam"),
        (["--format", "qti30", "--out", "nowhere/x.zip", "--bank", "a"], "not a folder"),
        ([], "SITTING"),
    ],
)
def test_what_is_missing_is_said_before_a_database_is_asked(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["export", *arguments])
    assert done.exit_code == 2
    assert said in done.stderr
