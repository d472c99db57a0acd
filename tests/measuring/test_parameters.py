"""Parameters that are given for items, from files that may hold anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from exam_engine.measuring.files import rows
from tests.measuring.typing import refused, typed


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("b.csv", "item,a,b\nq1,1,1_0\n", "“1_0” is not a number"),
        ("b.csv", "item,a,b\nq1,1,inf\n", "“inf” is not a number"),
        ("b.json", '{"items": [{"item": "q1", "a": 1, "a": 2, "b": 0}]}', "“a” is there twice"),
        ("b.json", '{"items": []', "line 1, column 13: not valid JSON"),
    ],
)
def test_parameters_are_read_as_keys_are(tmp_path: Path, name: str, text: str, told: str) -> None:
    responses, bank = tmp_path / "r.csv", tmp_path / name
    responses.write_text("q1,q2,q3\n" + "1,0,1\n0,1,1\n1,1,0\n0,0,0\n" * 5, encoding="utf-8")
    bank.write_text(text, encoding="utf-8")
    assert told in refused("analyse", responses, "--model", "2pl", "--fixed", bank)
    bank = tmp_path / "good.csv"
    bank.write_text("item;a;b\nq1;1,25;-1.2345678901234567e-01\n", encoding="utf-8")
    found = typed("analyse", responses, "--model", "2pl", "--fixed", bank)["irt"]["items"][0]
    assert (found["a"], found["b"]) == (1.25, -0.12345678901234567)


def test_parameters_of_any_size_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    responses, bank = tmp_path / "r.csv", tmp_path / "b.json"
    responses.write_text("q1,q2\n1,0\n0,1\n", encoding="utf-8")
    bank.write_text(" " * 2**20 + '{"items": []}', encoding="utf-8")
    monkeypatch.setattr(rows, "MOST_BYTES", 2**20)
    assert "is larger than 1 MB" in refused("analyse", responses, "--model", "2pl", "--fixed", bank)
