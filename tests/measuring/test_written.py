"""What candidates wrote: statements of clusters and typed numbers, and keys that look wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.measuring.typing import typed

#: Of c1 the key of statement b is the wrong way round; of n2 the best answer 2.5, not the key.
KEY = 'item,key,kind\nc1,ĐĐSS,cluster\nc2,ĐSSĐ,cluster\nn1,"0,5",number\nn2,7,number\n'
TRUTH = {"c1": "ĐSSS", "c2": "ĐSSĐ"}
N = 300


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    rng = np.random.default_rng(11)
    ability = rng.normal(size=N)

    def knows(difficulty: float) -> Any:
        return rng.random(N) < 1 / (1 + np.exp(difficulty - 2 * ability))

    def judged(truth: str) -> list[str]:
        by_statement = [np.where(knows(0) | (rng.random(N) < 0.3), one, {"Đ": "S", "S": "Đ"}[one]) for one in truth]
        return ["".join(row) for row in zip(*by_statement, strict=True)]

    clusters = {name: judged(truth) for name, truth in TRUTH.items()}
    n1 = np.where(knows(0), np.where(np.arange(N) % 2, "0.5", "0,50"), np.where(knows(0.5), "2", "x = 2"))
    n2 = np.where(knows(0), "2.5", [str(100 + place) for place in range(N)])
    clusters["c1"][0], n2[1] = "ĐS-S", ""
    rows = [",".join([*cells, f'"{one}"', two]) for *cells, one, two in zip(*clusters.values(), n1, n2, strict=True)]
    folder = tmp_path_factory.mktemp("written")
    responses, key = folder / "r.csv", folder / "k.csv"
    responses.write_text("\n".join(["c1,c2,n1,n2", *rows]), encoding="utf-8")
    key.write_text(KEY, encoding="utf-8")
    return responses, key


@pytest.fixture(scope="module")
def found(files: tuple[Path, Path]) -> Any:
    return typed("analyse", files[0], "--key", files[1], "--empty", "omitted")


def test_statements_stand_below_their_cluster(found: Any) -> None:
    assert list(found["statements"]) == ["c1", "c2"]
    rows = found["statements"]["c2"]
    assert [(row["statement"], row["key"]) for row in rows] == [("a", "Đ"), ("b", "S"), ("c", "S"), ("d", "Đ")]
    assert all(row["n"] == N and row["rest"] > 0.2 and not row["suspect"] for row in rows)
    assert all(row["share"] + row["against"] == pytest.approx(1) for row in rows)
    blank = found["statements"]["c1"][2]
    assert blank["omitted"] == 1
    assert blank["share"] + blank["against"] + 1 / N == pytest.approx(1)


def test_the_rest_is_without_the_whole_cluster(files: tuple[Path, Path], found: Any) -> None:
    lines = files[0].read_text(encoding="utf-8").splitlines()[1:]
    right = [line.split(",")[1][0] == "Đ" for line in lines]
    table = (0, 0.1, 0.25, 0.5, 1)
    others = [
        table[sum(one == of for one, of in zip(line, "ĐĐSS", strict=False))] + ('"0.5"' in line or '"0,50"' in line)
        for line in lines
    ]
    assert found["statements"]["c2"][0]["rest"] == pytest.approx(np.corrcoef(right, others)[0, 1], abs=1e-12)


def test_a_statement_whose_key_is_the_wrong_way_round(found: Any) -> None:
    assert [row["suspect"] for row in found["statements"]["c1"]] == [False, True, False, False]
    assert found["statements"]["c1"][1]["against_shares"][-1] > 0.5


def test_a_cluster_without_a_judgement_was_omitted(tmp_path: Path) -> None:
    responses, key = tmp_path / "r.csv", tmp_path / "k.csv"
    responses.write_text("c1,n1\nĐS,1.5\n--,1.5\n-S,2\n,2\n", encoding="utf-8")
    key.write_text("item,key,table\nc1,ĐS,0.5 1\nn1,1.5,\n", encoding="utf-8")
    found = typed("analyse", responses, "--key", key)
    assert [found["classical"]["items"][0][name] for name in ("n", "omitted")] == [3, 1]
    assert [row["omitted"] for row in found["statements"]["c1"]] == [2, 1]


def test_typed_numbers_are_counted_as_the_numbers_that_they_are(found: Any) -> None:
    right, *wrong = found["numbers"]["n1"]
    assert right["answer"] in ("0.5", "0,50")
    assert (right["key"], right["suspect"]) == (True, False)
    assert right["share"] == pytest.approx(found["classical"]["items"][2]["facility"])
    assert right["rest"] == pytest.approx(found["classical"]["items"][2]["item_rest"])
    assert {row["answer"] for row in wrong} == {"2", "x = 2"}
    assert sum(row["n"] for row in (right, *wrong)) == N


def test_a_wrong_answer_of_the_best_makes_the_key_suspect(found: Any) -> None:
    rows = found["numbers"]["n2"]
    assert (rows[0]["answer"], rows[0]["suspect"], rows[0]["key"]) == ("2.5", True, False)
    # Ten of the many answers, the key that nobody gave, and those who gave none.
    assert len(rows) == 12
    assert (rows[-2]["answer"], rows[-2]["key"], rows[-2]["n"], rows[-2]["rest"]) == ("7", True, 0, None)
    assert (rows[-1]["answer"], rows[-1]["n"]) == ("omitted", 1)
    assert not any(row["suspect"] for row in rows[1:])


def test_without_such_items_nothing_is_said_of_them(files: tuple[Path, Path]) -> None:
    found = typed("analyse", files[0], "--key", files[1], "--empty", "omitted", "--items", "c1,c2")
    assert "numbers" not in found
    assert found["distractors"] == {}
