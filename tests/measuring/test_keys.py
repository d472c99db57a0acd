"""docs/statistics/keys.md explains every key that a command prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.measuring.typing import typed

PAGE = Path(__file__).parents[2] / "docs" / "statistics" / "keys.md"


def keys(value: Any, but: frozenset[str]) -> Iterator[str]:
    """`but`: names of items, which are no keys."""
    match value:
        case dict():
            for name, one in value.items():
                if name not in but:
                    yield name
                yield from keys(one, but)
        case list():
            for one in value:
                yield from keys(one, but)


@pytest.fixture
def responses(tmp_path: Path) -> Path:
    """Options, a cluster, a typed number and a group; every method of the commands has something to say."""
    path = tmp_path / "r.csv"
    options, clusters = ("ABCD" * 60), ["ĐSSĐ", "ĐSSS", "SSSĐ", "ĐĐĐĐ", "SĐĐS"]
    rows = [
        f"{options[n]},{options[n // 3]},{'BA'[n % 5 > 2]},{clusters[n * n % 7 % 5]},{n % 3 / 2},{'FM'[n % 2]}"
        for n in range(200)
    ]
    rows += ["A,,B,ĐSSĐ,,F"]
    path.write_text("\n".join(["p1,p2,p3,c1,n1,sex", *rows]), encoding="utf-8")
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "k.csv"
    path.write_text("item,key,set\np1,A,text\np2,B,text\np3,B,\nc1,ĐSSĐ,\nn1,0.5,\n", encoding="utf-8")
    return path


def test_every_key_is_explained(responses: Path, key: Path, tmp_path: Path) -> None:
    forms = tmp_path / "x.csv", tmp_path / "y.csv"
    times = tmp_path / "t.csv"
    times.write_text("p1,p2,p3\n" + "".join(f"{3 + n % 11},{5 + n % 7},{4 + n % 5}\n" for n in range(201)))
    ratings, pages, bank = (tmp_path / f"{name}.csv" for name in ("ratings", "pages", "bank"))
    ratings.write_text("p1,p2,p3,c1\n0.5,0.4,0.3,0.2\n0.6,0.3,0.4,0.5\n", encoding="utf-8")
    pages.write_text("judge,page\nAn,1\nBa,2\n", encoding="utf-8")
    bank.write_text("item,b\np1,0\np2,1\n", encoding="utf-8")
    for form in forms:
        form.write_text("total\n" + "\n".join(str(n % 11) for n in range(150)), encoding="utf-8")
    orders = tmp_path / "m.csv"
    orders.write_text("form,position,item,key\nF,p1,p1,A\nF,p2,p2,B\nM,p1,p2,B\nM,p2,p1,A\n", encoding="utf-8")
    request, other = tmp_path / "request.json", tmp_path / "other.json"
    request.write_text('{"items": "bank.csv", "forms": 2, "length": 1}', encoding="utf-8")
    other.write_text('{"items": "bank.csv", "forms": 2, "length": 1, "by": "facility"}', encoding="utf-8")
    read = (responses, "--key", key, "--empty", "omitted")
    marked = ("--key", key, "--empty", "omitted", "--items", "p?,n1")
    documents = [
        typed("analyse", *read, "--model", "2pl", "--sx2", "--global-fit", "--groups", "sex", "--cut", "1"),
        typed("analyse", *read, "--model", "nominal", "--items", "p?"),
        typed("standard", ratings, "--method", "angoff", "--responses", *read),
        typed("standard", pages, "--method", "bookmark", "--parameters", bank, "--id", "judge"),
        typed(
            "standard", times, "--method", "contrasting-groups", "--total", "p1", "--judged", "p2", "--competent", "9"
        ),
        typed("times", times, "--responses", *read, "--model", "rasch"),
        typed("analyse", responses, "--form", "sex", "--forms", orders, "--empty", "omitted"),
        typed("dif", *read, "--groups", "sex"),
        typed("equate", *forms, "--design", "random-groups", "--total", "total"),
        typed("equate", responses, responses, "--design", "neat", *marked, "--model", "rasch"),
        typed("assemble", request),
        typed("assemble", other),
        typed("similarity", *read, "--items", "p?,c1", "--level", "0.9", "--index", "omega"),
    ]
    assert documents[-1]["flagged"], "so that its keys are seen"
    found = set(keys(documents, frozenset({"p1", "p2", "p3", "c1", "n1"})))
    explained = set(re.findall(r"`(\w+)`", PAGE.read_text(encoding="utf-8")))
    assert len(found) > 130
    assert sorted(found - explained) == []
