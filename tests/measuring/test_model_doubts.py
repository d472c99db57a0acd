"""What a response model's figures are worth: which items the answers identify, and how many persons a test rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner

from exam_engine.cli import main
from item_bank.statistics.irt.models import Logistic
from tests.item_bank.statistics.calibrated import abilities, answers, some_items
from tests.measuring.typing import typed


def written(path: Path, responses: np.ndarray[Any, Any]) -> Path:
    """Cells of −1 stay empty: not presented."""
    names = ",".join(f"q{number}" for number in range(1, responses.shape[1] + 1))
    rows = [",".join("" if cell < 0 else str(cell) for cell in row) for row in responses.tolist()]
    path.write_text("\n".join([names, *rows]), encoding="utf-8")
    return path


def test_items_that_nothing_joins_to_the_others_are_marked_wherever_they_count(tmp_path: Path) -> None:
    responses = answers(some_items("2pl", 7), abilities(1200))
    responses[:800, 5:] = -1
    responses[800:, :5] = -1
    found = typed("analyse", written(tmp_path / "r.csv", responses), "--model", "2pl")
    marks = [True] * 5 + [False] * 2
    assert found["irt"]["converged"] is True
    assert [row["reliable"] for row in found["irt"]["items"]] == marks
    assert [row["reliable"] for row in found["fit"]] == marks
    assert [row["reliable"] for row in found["irt"]["persons"]] == [True] * 800 + [False] * 400
    assert any("hardly determine “q6”, “q7”" in one for one in found["irt"]["warnings"])


def test_forms_without_a_common_item_are_not_comparable(tmp_path: Path) -> None:
    """Whoever reads the abilities of a model must know, and nobody is sent to them."""
    responses = answers(some_items("2pl", 8), abilities(600))
    responses[:300, 4:] = -1
    responses[300:, :4] = -1
    apart = written(tmp_path / "apart.csv", responses)
    found = typed("analyse", apart, "--model", "rasch")
    (said,) = [one for one in found["irt"]["warnings"] if one.startswith("not joined")]
    assert "“q1”, “q2”, “q3” and 1 more; “q5”, “q6”, “q7” and 1 more" in said
    assert "separate_items" in found["classical"]["warnings"]
    shown = CliRunner().invoke(main, ["analyse", str(apart), "--model", "rasch"]).stdout
    assert "Rely on the abilities of a model" not in shown
    assert "--model tells of abilities" not in shown
    assert "different parts are not comparable" in " ".join(shown.split())
    groups = tmp_path / "g.csv"
    groups.write_text("group\n" + "a\nb\n" * 300, encoding="utf-8")
    assert said in typed("dif", apart, "--groups", groups)["warnings"]
    bank = tmp_path / "bank.csv"
    bank.write_text("item,a,b\nq1,1,0\nq5,1,0\n", encoding="utf-8")
    known = typed("analyse", apart, "--model", "2pl", "--fixed", bank)
    assert not any("not joined" in one for one in known["irt"]["warnings"])
    responses[0, 4] = 1
    joined = typed("analyse", written(tmp_path / "joined.csv", responses), "--model", "rasch")
    assert not any("not joined" in one for one in joined["irt"]["warnings"])
    assert "different_items" in joined["classical"]["warnings"]


def test_two_items_with_a_slope_each_are_calibrated_and_marked(tmp_path: Path) -> None:
    file = written(tmp_path / "r.csv", answers([Logistic(1.0, 0.0)] * 2, abilities(500)))
    found = typed("analyse", file, "--model", "2pl")
    assert not any(row["reliable"] for part in (found["irt"]["items"], found["fit"]) for row in part)
    assert not any(row["reliable"] for row in found["irt"]["persons"])
    assert all(row["reliable"] for row in typed("analyse", file, "--model", "rasch")["fit"])


def test_what_rests_on_few_persons_is_said(tmp_path: Path) -> None:
    responses = answers(some_items("2pl", 8), abilities(400))
    complete = typed("analyse", written(tmp_path / "all.csv", responses), "--model", "2pl", "--sx2", "--global-fit")
    assert complete["fit"][0]["sx2"]["warnings"] == complete["irt"]["global_fit"]["warnings"] == []
    assert complete["irt"]["global_fit"]["reliable"] is True
    responses[np.arange(390), np.arange(390) % 8] = -1
    found = typed("analyse", written(tmp_path / "few.csv", responses), "--model", "2pl", "--sx2", "--global-fit")
    for row in found["fit"]:
        assert row["sx2"]["n"] == 10
        assert row["sx2"]["df"] >= 0
        assert (row["sx2"]["p"] is None) == (row["sx2"]["df"] == 0)
        assert any("10 of 400 persons answered every item" in one for one in row["sx2"]["warnings"])
    assert len(found["irt"]["global_fit"]["warnings"]) == 2
