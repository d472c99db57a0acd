"""Real files from public repositories: every item is accounted for, refusals have a reason, keys earn full marks."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from exam_engine.interchange.telling import scoring
from item_bank.content.interactions import handler_for
from item_bank.content.markup import plain_text
from item_bank.content.model import Item, MultipleChoice, Numeric, SingleChoice
from item_bank.formats.__main__ import pictures_within
from item_bank.formats.encodings import decode
from item_bank.formats.gift.blocks import blocks
from item_bank.formats.gift.syntax import Answer, parse
from item_bank.formats.model import Imported, ReadProblem
from item_bank.formats.qti.declarations import responses
from item_bank.formats.reading import read_file

QTI = ("qti21", "qti22", "qti30")
#: What may be wrong with a whole file of these folders. Everything else would be a fault of a reader.
REFUSALS = {"manifest_unreadable", "item_outside", "item_missing", "package_empty"}
REFUSALS |= {"qti_no_item", "xml_malformed", "package_unsupported", "archive_damaged", "format_unknown", "xml_entity"}
#: A ratchet: raise it when a reader learns more, never lower it.
KEPT = {"gift": 91, "qti": 105}


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "interchange"


@pytest.fixture(scope="module")
def inventory(folder: Path) -> list[dict[str, str]]:
    with (folder / "INVENTORY.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def outcomes(folder: Path) -> dict[str, Imported | ReadProblem]:
    """Path below `interchange` → what was read, for every GIFT, QTI and broken file."""
    return dict(_read_all(folder))


def _read_all(folder: Path) -> Iterator[tuple[str, Imported | ReadProblem]]:
    for part in ("gift", *QTI, "negative"):
        for path in sorted((folder / part).rglob("*")):
            if path.is_file() and path.suffix in {".gift", ".txt", ".xml", ".qti", ".zip"}:
                find = pictures_within(folder, path.parent)
                try:
                    found: Imported | ReadProblem = read_file(path.name, path.read_bytes(), find_picture=find)
                except ReadProblem as problem:
                    found = problem
                yield str(path.relative_to(folder)), found


def test_whole_files_are_refused_only_for_a_known_reason(outcomes: dict[str, Imported | ReadProblem]) -> None:
    refused = {name: one.code for name, one in outcomes.items() if isinstance(one, ReadProblem)}
    assert set(refused.values()) <= REFUSALS
    broken = {name for name in outcomes if name.startswith("negative/")}
    assert broken <= set(refused)


@pytest.mark.pitfall("I2")
def test_no_item_of_the_inventory_is_lost(
    inventory: list[dict[str, str]], outcomes: dict[str, Imported | ReadProblem]
) -> None:
    """Each row of an item is an entry of the report: kept, changed, dropped or refused."""
    expected: dict[str, int] = defaultdict(int)
    for row in inventory:
        if row["kind"] in {"item", "description"} and row["file"].startswith(("gift/", *QTI)) and not row["inner"]:
            expected[row["file"]] += 1
    assert sum(expected.values()) > 500
    for name, count in expected.items():
        found = outcomes[name]
        assert isinstance(found, Imported), (name, found)
        assert len(found.report.items) == count, name


def test_every_refusal_and_change_has_a_reason_with_a_line(outcomes: dict[str, Imported | ReadProblem]) -> None:
    for name, found in outcomes.items():
        for entry in found.report.items if isinstance(found, Imported) else ():
            if entry.outcome == "kept":
                assert not entry.reasons
            else:
                assert entry.reasons, name
                assert all(reason.line and reason.text for reason in entry.reasons), (name, entry.reasons)


def test_at_least_so_many_items_are_read(outcomes: dict[str, Imported | ReadProblem]) -> None:
    read = Counter({"gift": 0, "qti": 0})
    for one in outcomes.values():
        if isinstance(one, Imported):
            read[one.report.format] += len(one.items)
    assert {name: read[name] >= least for name, least in KEPT.items()} == {"gift": True, "qti": True}, read


def test_supported_items_with_a_standard_template_are_refused_for_named_reasons_only(
    inventory: list[dict[str, str]], outcomes: dict[str, Imported | ReadProblem]
) -> None:
    """An interaction and a template that are supported, and yet refused: only for what the item itself lacks."""
    wanted = {"choiceInteraction", "textEntryInteraction", "extendedTextInteraction"}
    reasons: Counter[str] = Counter()
    read = 0
    for row in inventory:
        if (
            row["types"] in wanted
            and row["rp"] in {"template:match_correct", "template:map_response"}
            and not row["inner"]
        ):
            found = outcomes.get(row["file"])
            assert isinstance(found, Imported), row["file"]
            read += len(found.items)
            reasons.update(entry.reasons[-1].code for entry in found.report.items if entry.outcome == "refused")
    assert read >= 46
    allowed = {"key_missing", "not_usable", "picture_missing", "passage_missing", "media_unsupported", "adaptive_item"}
    assert set(reasons) <= allowed, reasons


def test_declared_keys_earn_full_marks(folder: Path, outcomes: dict[str, Imported | ReadProblem]) -> None:
    checked = 0
    for name, found in outcomes.items():
        if not (isinstance(found, Imported) and found.report.format == "qti" and found.items):
            continue
        item = found.items[0].item
        key = _declared(folder / name) if item.type not in {"essay", "composite"} else ()
        if key and not _scores_other_than_key(found):
            checked += 1
            response = _as_response(item, key)
            assert handler_for(item).mark(item, response).share == 1, (name, key)
    assert checked >= 40


def _declared(path: Path) -> tuple[str, ...]:
    root = etree.fromstring(path.read_bytes())
    declared = list(responses(root).values())
    mapping = declared[0].mapping
    # where a mapping is, the declared response need not be the best one: only those that are count here
    values = {key: value for key, value, _ in mapping.entries} if mapping else {}
    best = all(values.get(key, 0) > 0 for key in declared[0].correct) if mapping else True
    return declared[0].correct if best else ()


def _scores_other_than_key(found: Imported) -> bool:
    interaction = found.items[0].item.interaction
    return isinstance(interaction, MultipleChoice) and interaction.partial and found.report.items[0].outcome != "kept"


def _as_response(item: Item, key: tuple[str, ...]) -> str | list[str]:
    interaction = item.interaction
    if isinstance(interaction, SingleChoice):
        return key[0]
    if isinstance(interaction, MultipleChoice):
        return sorted(key)
    return key[0].replace(".", ",") if isinstance(interaction, Numeric) else key[0]


def test_gift_agrees_with_the_published_parse_trees(folder: Path) -> None:
    """The trees beside the files of GIFT-grammar-PEG.js: type, title, stem, answers, weights, feedback."""

    compared = 0
    for path in sorted(folder.glob("gift/fuhrmanator*/tests/questions/*.gift")):
        tree = path.with_suffix(".json")
        if not tree.exists():
            continue
        wanted = [one for one in msgspec.json.decode(tree.read_bytes()) if one["type"] != "Category"]
        found = [parse(block.text) for block in blocks(decode(path.read_bytes()))]
        assert len(found) == len(wanted), path.name
        for ours, theirs in zip(found, wanted, strict=True):
            assert KINDS[ours.kind] == theirs["type"], path.name
            assert ours.title == (theirs["title"] or "")
            assert _squeezed(ours.stem.text) == _squeezed(theirs["stem"]["text"])
            assert ours.stem.format == theirs["stem"]["format"]
            if theirs.get("choices") and ours.kind != "numerical":
                assert [_ours(one, ours.kind) for one in ours.answers] == [_theirs(one) for one in theirs["choices"]], (
                    path.name
                )
            compared += 1
    assert compared >= 40


KINDS = {
    "description": "Description", "essay": "Essay", "numerical": "Numerical", "multichoice": "MC",
    "multichoice-multi": "MC", "matching": "Matching", "truefalse": "TF", "shortanswer": "Short",
}  # fmt: skip


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _ours(answer: Answer, kind: str) -> tuple[object, ...]:

    feedback = _squeezed(answer.feedback.text) if answer.feedback else None
    weight = None if answer.weight is None else round(float(answer.weight * 100), 4)
    matched = _squeezed(answer.text.text.partition("->")[0] if kind == "matching" else answer.text.text)
    return (matched, weight, feedback)


def _theirs(choice: dict[str, object]) -> tuple[object, ...]:
    text = choice.get("text") or choice.get("subquestion")
    feedback = choice.get("feedback")
    assert isinstance(text, dict)
    weight = choice.get("weight")
    assert weight is None or isinstance(weight, int | float)
    said = _squeezed(feedback["text"]) if isinstance(feedback, dict) else None
    return (_squeezed(text["text"]), None if weight is None else round(float(weight), 4), said)


def test_gift_of_moodle_in_windows_1252(outcomes: dict[str, Imported | ReadProblem]) -> None:
    (found,) = [one for name, one in outcomes.items() if name.endswith("questions_encoding_windows-1252.gift.txt")]
    assert isinstance(found, Imported)
    assert found.report.encoding == "cp1252"
    assert [plain_text(one.item.stem) for one in found.items] == ["asdf", "asdfasdf", "asdf"]
    assert [entry.line for entry in found.report.items] == [6, 10, 14]
    assert {one.item.topic for one in found.items} == {"Default for LTTEST"}


@pytest.fixture(scope="module")
def of_moodle(folder: Path) -> dict[str, Imported]:
    """Files of Moodle's other formats and of H5P."""
    found = {}
    for path in sorted(one for part in MOODLE for one in (folder / part).rglob("*") if one.is_file()):
        if path.name != "content.json":
            find = pictures_within(folder, path.parent)
            found[str(path.relative_to(folder))] = read_file(path.name, path.read_bytes(), find_picture=find)
    return found


#: Folder → format, items that are in, and those of them that are marked by their key.
MOODLE = {
    "moodle-xml": ("moodle_xml", 22, 19),
    "aiken": ("aiken", 2, 2),
    "moodle-text": ("", 2, 2),
    "h5p": ("h5p", 2, 2),
}
#: Of the same folders: texts that are broken on purpose, and H5P contents that ask for nothing.
REFUSED = {"moodle-text": 3, "h5p": 3}


@pytest.mark.parametrize("part", MOODLE)
def test_moodles_formats_come_in_whole(part: str, of_moodle: dict[str, Imported]) -> None:
    form, wanted, marked = MOODLE[part]
    files = [one for name, one in of_moodle.items() if name.startswith(part)]
    assert not form or {one.report.format for one in files} == {form}
    items = [found.item for one in files for found in one.items]
    assert len(items) >= wanted
    assert sum(scoring(item) == "auto" for item in items) >= marked
    broken = [entry for one in files for entry in one.report.items if entry.outcome == "refused"]
    assert len(broken) == REFUSED.get(part, 0)
    assert all(entry.reasons[-1].line for entry in broken)
