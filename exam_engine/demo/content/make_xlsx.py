"""Fills the XLSX template from the reviewed sources: `python -m exam_engine.demo.content.make_xlsx`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exam_engine.demo.content.sources import CONTENT, source
from item_bank.content.model import Language
from item_bank.formats.xlsx.columns import COLUMNS, PASSAGE_COLUMNS, SHEETS, TYPES

#: Source → file and the points of its parts.
BOOKS = {"vat_li": "vat-li-12.xlsx", "tieng_anh": "tieng-anh-12-reading-writing.xlsx"}
POINTS = {
    "vat_li": {"I": "0,25", "II": "1", "III": "0,25", "lớp": "0,5"},
    "tieng_anh": {"I": "0.2", "essay": "2.4"},
}
LETTERS = "ABCDEFGH"
ITEM_COLUMNS = (
    "id", "type", "stem", *"ABCD", "key", "points", "level", "levels", "topic", "grade", "subject", "rationale",
    "passage", "language", "author", "licence",
)  # fmt: skip
WIDE = {"stem": 60, "rationale": 50, "text": 90}


def main() -> None:
    for name, file_name in BOOKS.items():
        workbook(name).save(CONTENT / file_name)


def workbook(name: str) -> Workbook:
    content = source(name)
    language: Language = content["language"]
    book = Workbook()
    book.properties.creator = content["author"]
    book.properties.created = book.properties.modified = datetime(2026, 11, 21, tzinfo=UTC).replace(tzinfo=None)
    items = book.active
    assert isinstance(items, Worksheet)
    rows = [_item(item, content, POINTS[name]) for item in content["items"]]
    _fill(items, SHEETS["items"], language, [COLUMNS[column] for column in ITEM_COLUMNS], list(ITEM_COLUMNS), rows)
    passages = [{"id": key, "title": one["title"], "text": one["text"]} for key, one in content["passages"].items()]
    columns = ["id", "title", "text"]
    titles = [PASSAGE_COLUMNS[column] for column in columns]
    _fill(book.create_sheet(), SHEETS["passages"], language, titles, columns, passages)
    return book


def _fill(
    sheet: Worksheet,
    names: tuple[str, str],
    language: Language,
    titles: list[tuple[str, str, tuple[str, ...]]],
    columns: list[str],
    rows: list[dict[str, str]],
) -> None:
    said = 0 if language == "vi" else 1
    sheet.title = names[said]
    sheet.append([title[said] for title in titles])
    for row in rows:
        sheet.append([row.get(column, "") for column in columns])
    for index, (column, cells) in enumerate(zip(columns, sheet.columns, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(index)].width = WIDE.get(column, 16)
        for cell in cells:
            # As text: Excel would turn 0,5 into a binary float and 1/2 into a day.
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)
    sheet.freeze_panes = "A2"


def _item(item: dict[str, Any], content: dict[str, Any], points: dict[str, str]) -> dict[str, str]:
    row: dict[str, str] = {name: content[name] for name in ("grade", "subject", "language", "author", "licence")}
    row |= {name: item[name] for name in ("id", "stem", "level", "topic", "rationale")}
    row |= {"points": points[item["part"]], "passage": item.get("passage", "")}
    language = 0 if content["language"] == "vi" else 1
    return row | _interaction(item, language)


def _interaction(item: dict[str, Any], language: int) -> dict[str, str]:
    if "statements" in item:
        statements: list[list[str]] = item["statements"]
        texts, truths, levels = ([one[column] for one in statements] for column in range(3))
        row = {"type": _type("true_false_cluster", language), "key": "".join(truths), "levels": "; ".join(levels)}
        return row | dict(zip(LETTERS, texts, strict=False))
    if "rubric" in item:
        return {"type": _type("essay", language), "key": "\n".join(item["rubric"])}
    if "accepted" in item:
        return {"type": _type("numeric", language), "key": "; ".join(item["accepted"])}
    kind = "multiple_choice" if " " in item["key"] else "single_choice"
    key = ", ".join(item["key"].split())
    return {"type": _type(kind, language), "key": key} | dict(zip(LETTERS, item["options"], strict=False))


def _type(name: str, language: int) -> str:
    vietnamese, english, _ = TYPES[name]
    return english if language else vietnamese


if __name__ == "__main__":
    main()
