"""Every warning that an analysis can give has a sentence in the language of its report."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest

import item_bank.statistics
from exam_engine.kit import languages
from exam_engine.measuring import figures, files
from exam_engine.measuring.printing.cautions import cautions, of_forms, sentences
from item_bank.statistics.classical import Caution
from item_bank.statistics.irt.naming import named
from tests.measuring.typing import typed

LIBRARY = Path(item_bank.statistics.__file__).parent
#: Of commands that answer in a terminal only.
WITHOUT_REPORT = ("equating", "times", "similarity", "standards.py", "raters.py")
OF_OTHERS = ("alike", "bookmarks", "choices", "equating", "model_equating", "standards", "timing", "seats", "seconds")
#: What functions that word warnings return.
SEVERAL = ("list[str]", "Iterator[str]", "tuple[str, ...]")
#: What may stand in a place of a text.
FILLINGS = ("3", "“q1”", "", "numbers of options")
#: Shorter ones are names and parts of sentences.
WORDS = 4
ITEMS = [f"q{number}" for number in range(400)]
Parts = Mapping[str, ast.expr]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _texts(function: ast.FunctionDef) -> Iterator[tuple[str, ...]]:
    """What a function may say beside its errors: of each text how it reads with its places filled in some way."""
    nodes = list(ast.walk(function))
    parts = {
        one.targets[0].id: one.value
        for one in nodes
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
    }
    outer = [one for one in nodes if isinstance(one, (ast.Raise, ast.FormattedValue))]
    used = {name.id for one in outer for name in ast.walk(one) if isinstance(name, ast.Name)}
    inside = [value for one in nodes if isinstance(one, ast.JoinedStr) for value in one.values]
    of_parts = [value for name, value in parts.items() if name in used]
    docstring = [one for one in function.body[:1] if isinstance(one, ast.Expr)]
    left_out = {id(inner) for one in (*outer, *inside, *of_parts, *docstring) for inner in ast.walk(one)}
    for node in nodes:
        if _is_text(node) and id(node) not in left_out:
            read = tuple(_readings(node, parts))
            if len(read[0].split()) >= WORDS:
                yield read


def _readings(node: ast.AST, parts: Parts) -> Iterator[str]:
    match node:
        case ast.Constant(str() as text):
            yield text
        case ast.JoinedStr(values):
            for each in product(*(tuple(_readings(value, parts)) for value in values)):
                yield "".join(each)
        case ast.FormattedValue(ast.Name(name)) if name in parts and _is_text(parts[name]):
            yield from _readings(parts[name], parts)
        case _:
            yield from FILLINGS


def _said(path: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield f"{path.parent.name}/{path.name}, {node.name}", node


def _library() -> list[tuple[str, tuple[str, ...]]]:
    paths = (one for one in LIBRARY.rglob("*.py") if one.relative_to(LIBRARY).parts[0] not in WITHOUT_REPORT)
    return [(place, read) for path in sorted(paths) for place, function in _said(path) for read in _texts(function)]


def _command() -> list[tuple[str, tuple[str, ...]]]:
    """Of functions that return warnings; others there word what is wrong with a file, which ends the command."""
    return [
        (place, read)
        for folder in (files, figures)
        for path in sorted(Path(str(folder.__file__)).parent.glob("*.py"))
        if path.stem not in OF_OTHERS
        for place, function in _said(path)
        if function.returns and ast.unparse(function.returns) in SEVERAL
        for read in _texts(function)
    ]


def _is_known(warning: str) -> bool:
    read = named(warning, ITEMS)
    if not of_forms({"forms": {"warnings": [read]}}):
        return True  # a reason to look at an item, which has a text of its own
    said = list(sentences(read, languages.translator("vi")))
    return bool(said) and said[0].casefold() != read.casefold()


@pytest.mark.parametrize(("collect", "least"), [(_library, 14), (_command, 4)])
def test_every_warning_has_a_vietnamese_sentence(
    collect: Callable[[], list[tuple[str, tuple[str, ...]]]], least: int
) -> None:
    texts = collect()
    assert len(texts) >= least, "warnings are no longer found where they are said"
    unknown = [f"{place}: {read[0]}" for place, read in texts if not any(map(_is_known, read))]
    assert not unknown, "\n".join(["warnings without a sentence in printing/cautions.py:", *unknown])
    assert all(map(_is_known, map(str, Caution)))


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., str]:
    """What the Vietnamese report of an analysis says before its figures."""

    def made(responses: str, key: str, *options: str, encoding: str = "utf-8") -> str:
        (tmp_path / "r.csv").write_bytes(responses.encode(encoding))
        (tmp_path / "k.csv").write_text(key, encoding="utf-8")
        typed("analyse", tmp_path / "r.csv", "--key", tmp_path / "k.csv", *options, "--report", tmp_path / "d")
        text = (tmp_path / "d" / "report.html").read_text(encoding="utf-8")
        return "\n".join(re.findall('<p class="caution">(.*?)</p>', text, re.DOTALL))

    return made


def test_what_is_unclear_in_a_file_is_vietnamese_in_the_report(page: Callable[..., str]) -> None:
    rows = "".join(
        f"{a},{b},{c},{7 + n % 5},é\n"
        for n, (a, b, c) in enumerate([("A", "B", "A"), ("B", "A", "B"), ("A", "A", "B")] * 16)
    )
    said = page(
        "q1,q2,q3,q4,x\n" + rows, "item,key\nq1,A\nq2,A\nq3,A\nq4,7\nq9,B\n", "--items", "q*", encoding="cp1258"
    )
    assert "Tệp không dùng bảng mã UTF-8" in said
    assert "không có các cột này: q9" in said
    assert "“q4”: đáp án được hiểu là số" in said
    assert not re.search(r"\b(the|was|were|not)\b", said)


def test_what_a_figure_of_the_report_lacks_is_said(page: Callable[..., str]) -> None:
    rows = "".join(f"{a},{b}\n" for a, b in [("A", "B"), ("B", "A")] * 20)
    assert "Không tính được độ chắc chắn khi xếp loại theo điểm cắt" in page(
        "q1,q2\n" + rows, "item,key\nq1,A\nq2,A\n", "--cut", "1"
    )


def test_doubts_of_sets_and_of_a_model_behind_a_figure_are_told() -> None:
    """`marginal` stands in the report, with the doubts of the model that it is of; other figures do not."""
    warnings = ["marginal: not converged after 9 steps", "marginal: no item varies", "omega: no factor"]
    told = {"classical": {"warnings": warnings}}
    first, second = cautions(told, str_of := languages.translator("en"))
    assert first == "The calibration did not come to rest: its figures are not to be relied on."
    assert second.startswith("Marginal reliability is not defined")
    (whole,) = sentences("of sets: F: every item was flagged, so persons", str_of)
    assert whole.startswith("Sets: Group F: every item differs")
