# ruff: noqa: E501 - markup in one line reads better than broken up
"""`exam-engine import --dry-run` and `exam-engine score`, as a program calls them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from exam_engine.cli import main
from item_bank.formats.gift import format as gift
from tests.item_bank.formats.qti_items import choices, item, response

TWO = (
    '<p>Thủ đô là <textEntryInteraction responseIdentifier="CITY"/>.</p>'
    '<matchInteraction responseIdentifier="PAIRS" maxAssociations="2"><prompt>Nối</prompt>'
    '<simpleMatchSet><simpleAssociableChoice identifier="vn" matchMax="1">Việt Nam</simpleAssociableChoice><simpleAssociableChoice identifier="la" matchMax="1">Lào</simpleAssociableChoice></simpleMatchSet>'
    '<simpleMatchSet><simpleAssociableChoice identifier="hn" matchMax="1">Hà Nội</simpleAssociableChoice><simpleAssociableChoice identifier="vt" matchMax="1">Viêng Chăn</simpleAssociableChoice></simpleMatchSet></matchInteraction>'
)
DECLARED = (
    '<responseDeclaration identifier="CITY" cardinality="single" baseType="string"><mapping defaultValue="0"><mapEntry mapKey="Hà Nội" mappedValue="0.5" caseSensitive="false"/></mapping></responseDeclaration>'
    '<responseDeclaration identifier="PAIRS" cardinality="multiple" baseType="directedPair"><mapping defaultValue="-0.5" lowerBound="0"><mapEntry mapKey="vn hn" mappedValue="1"/><mapEntry mapKey="la vt" mappedValue="1"/></mapping></responseDeclaration>'
)
SUM = '<responseProcessing><setOutcomeValue identifier="SCORE"><sum><mapResponse identifier="CITY"/><mapResponse identifier="PAIRS"/></sum></setOutcomeValue></responseProcessing>'

SUM_OF_RECORD = '<responseProcessing><setOutcomeValue identifier="SCORE"><fieldValue fieldIdentifier="floatValue"><variable identifier="RESPONSE"/></fieldValue></setOutcomeValue></responseProcessing>'


def run(*arguments: str | Path) -> Any:
    done = CliRunner().invoke(main, [*map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    path = tmp_path / "two.xml"
    path.write_bytes(item(TWO, DECLARED, SUM))
    return path


@pytest.mark.parametrize(
    ("given", "score"),
    [
        ({"CITY": "hà nội", "PAIRS": ["vn hn", "la vt"]}, 2.5),
        ({"PAIRS": [["vn", "hn"], ["la", "hn"]]}, 0.5),
        ({"CITY": {"base": {"string": "Hà Nội"}}, "PAIRS": {"list": {"directedPair": [["vn", "hn"]]}}}, 1.5),
        ({}, 0),
        ({"CITY": None, "PAIRS": []}, 0),
    ],
)
def test_a_response_earns_what_the_items_rules_say(two: Path, given: Any, score: float) -> None:
    told = run("score", two, "--response", json.dumps(given))
    assert (told["score"], told["max_score"], told["outcomes"]["SCORE"]) == (score, 2.5, score)


def test_one_response_needs_no_name(tmp_path: Path) -> None:
    path = tmp_path / "one.xml"
    path.write_bytes(item(choices("một", "hai"), response("B")))
    assert [run("score", path, "--response", f'"{letter}"')["score"] for letter in "AB"] == [0, 1]


@pytest.mark.parametrize(
    ("response", "said"),
    [("x", "not JSON"), ('"A"', "name the responses: CITY, PAIRS"), ('{"PAIRS": ["vn"]}', "does not have two parts")],
)
def test_a_response_that_does_not_fit_is_one_line(two: Path, response: str, said: str) -> None:
    done = CliRunner().invoke(main, ["score", str(two), "--response", response])
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_is_tried_without_a_database(two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAM_ENGINE_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    (tmp_path / "broken.xml").write_text("<assessmentItem")
    (tmp_path / "own.xml").write_bytes(
        item('<customInteraction responseIdentifier="RESPONSE"/>', response("", "string"))
    )
    told = run("import", tmp_path, "--dry-run")
    found = {Path(one["file"]).name: one for one in told["files"]}
    assert "not well-formed" in found["broken.xml"]["error"] or "xml_malformed" in found["broken.xml"]["error"]
    (kept,) = found["two.xml"]["items"]
    assert (kept["status"], kept["scoring"], kept["interactions"]) == ("imported", "auto", ["text_entry", "match"])
    (own,) = found["own.xml"]["items"]
    assert (own["status"], own["scoring"]) == ("unsupported", "none")
    assert "unsupported_interaction" in own["notes"][0]


def test_a_fault_of_the_program_in_one_file_leaves_the_others(
    two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.gift").write_text("::a:: Một {T}")

    def fails(*_: object) -> None:
        raise AttributeError("texts")

    monkeypatch.setattr(gift, "FORMAT", replace(gift.FORMAT, read=fails))
    told = run("import", tmp_path, "--dry-run", "--report", tmp_path / "a.xlsx")
    found = {Path(one["file"]).name: one for one in told["files"]}
    assert "AttributeError" in found["a.gift"]["error"]
    assert [one["status"] for one in found["two.xml"]["items"]] == ["imported"]
    assert (tmp_path / "a.xlsx").is_file()


def test_an_adaptive_item_is_never_marked_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(item(choices("A", "B"), response("A")).replace(b'adaptive="false"', b'adaptive="true"'))
    told = run("score", path, "--response", '"A"')
    assert (told["score"], told["max_score"]) == (1, 1)
    assert "adaptive" in told["notes"][0]


def test_a_variant_tells_what_was_drawn_and_what_it_can_earn(tmp_path: Path) -> None:
    drawn = (
        '<templateDeclaration identifier="N" cardinality="single" baseType="integer"/>'
        '<templateProcessing><setTemplateValue identifier="N"><randomInteger min="2" max="90"/></setTemplateValue>'
        '<setCorrectResponse identifier="RESPONSE"><variable identifier="N"/></setCorrectResponse></templateProcessing>'
    )
    path = tmp_path / "a.xml"
    body = '<p>Gõ <printedVariable identifier="N"/>: <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    path.write_bytes(item(body, response("", "integer") + drawn))
    number = run("score", path, "--response", "1", "--seed", "a")["variables"]["N"]
    told = run("score", path, "--response", str(number), "--seed", "a")
    assert (told["score"], told["max_score"], told["variables"]) == (1, 1, {"N": number})


def test_an_import_needs_a_bank(two: Path) -> None:
    done = CliRunner().invoke(main, ["import", str(two)])
    assert done.exit_code == 2
    assert "--bank" in done.stderr


@pytest.mark.parametrize(
    "given", ['{"record": [{}]}', '{"record": "a"}', '[{"name": {}}]', '{"a": {}}', '[["a"]]', "{}", '{"a": [[1, [2, 3]]]}', "[" * 100_000, "1e400", "[[[]]]", "NaN"]
)  # fmt: skip
def test_any_response_earns_something_or_is_refused_in_words(tmp_path: Path, given: str) -> None:
    """Fields without names or values, and lists within lists without end, ended the command with its insides."""
    declared = '<responseDeclaration identifier="RESPONSE" cardinality="record"/>'
    path = tmp_path / "record.xml"
    path.write_bytes(item('<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>', declared, SUM_OF_RECORD))
    done = CliRunner().invoke(main, ["score", str(path), "--response", given, "--json"])
    assert done.exception is None or isinstance(done.exception, SystemExit)
