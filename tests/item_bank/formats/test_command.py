"""`python -m item_bank.formats`: what people and programs see of a dry run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from item_bank.formats.__main__ import main

GIFT = "Một{=1 ~2}\n\nGhép{=a -> 1 =b}\n"


def test_people_see_each_item_with_its_reason_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.gift"
    file.write_text(GIFT)
    assert main([str(file)]) == 0
    out = capsys.readouterr().out
    assert "1 kept, 0 changed, 0 dropped, 1 refused" in out
    assert "refused  line 3" in out
    assert "line 3: A matching answer is written =text -> match. [gift_match]" in out


def test_programs_see_one_object_for_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "a.gift", tmp_path / "b.xml"
    good.write_text(GIFT)
    bad.write_text("<assessmentItem>")
    assert main([str(good), str(bad), str(tmp_path / "none.gift"), "--json"]) == 1
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["counts"] == {"kept": 1, "changed": 0, "dropped": 0, "refused": 1}
    assert [entry["outcome"] for entry in first["report"]["items"]] == ["kept", "refused"]
    assert first["report"]["items"][1]["reasons"][0]["line"] == 3
    assert second["refused"]["code"] == "xml_malformed"
    assert third["refused"]["code"] == "file_unreadable"


def test_pictures_outside_the_folder_are_not_read(
    tmp_path: Path, png: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret.png").write_bytes(png)
    folder = tmp_path / "items"
    folder.mkdir()
    (folder / "own.png").write_bytes(png)
    for name, code in (("own.png", 1), ("../secret.png", 0)):
        (folder / "a.gift").write_text(f'[html]<img src\\="{name}">{{T}}')
        main([str(folder / "a.gift"), "--json"])
        assert json.loads(capsys.readouterr().out)["counts"]["kept"] == code
