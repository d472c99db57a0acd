"""Tables of what candidates answered: options, statements of a cluster, typed numbers."""

from __future__ import annotations

from collections.abc import Sequence

from exam_engine.measuring.figures.written import OMITTED_ROW
from exam_engine.measuring.files.rows import in_line
from exam_engine.measuring.named import Found, Row
from exam_engine.measuring.report.writer import Writer, table

#: Longer ones are cut: candidates type what they like.
LETTERS = 24


def options(rows: Sequence[Row], write: Writer) -> Found:
    _ = write.say
    return _chosen(rows, "option", _("Option"), write)


def numbers(rows: Sequence[Row], write: Writer) -> Found:
    _ = write.say
    return _chosen(
        [{**row, "answer": in_line(row["answer"], LETTERS)} for row in rows], "answer", _("Typed answer"), write
    )


def statements(rows: Sequence[Row], write: Writer) -> Found:
    _, told, lines = write.say, write.told, []
    for row in rows:
        remark = _("key may be reversed") if row["suspect"] else ""
        shares = [told(one) for one in row["shares"]]
        cells = [row["statement"], row["key"], told(row["omitted"], 0), told(row["share"])]
        lines.append([*cells, *shares, told(row["rest"]), remark])
    groups = _groups(rows, write)
    head = [_("Statement"), _("Key"), _("Omitted"), _("Share right"), *groups]
    return table([*head, _("Correlation with the rest"), ""], lines, f"llrr{'r' * len(groups)}rl")


def _chosen(rows: Sequence[Row], name: str, head: str, write: Writer) -> Found:
    _, told, lines = write.say, write.told, []
    for row in rows:
        remark = _("the key") if row["key"] else _("may be the key") if row["suspect"] else ""
        said = _("Omitted") if row[name] == OMITTED_ROW else row[name]
        shares = [told(one) for one in row["shares"]]
        lines.append([said, told(row["n"], 0), told(row["share"]), *shares, told(row["rest"]), remark])
    groups = _groups(rows, write)
    heads = [head, "n", _("Share"), *groups, _("Correlation with the rest"), ""]
    return table(heads, lines, f"lrr{'r' * len(groups)}rl")


def _groups(rows: Sequence[Row], write: Writer) -> list[str]:
    """Of the score groups that the shares are of."""
    _ = write.say
    if rows and len(rows[0]["shares"]) == 2:
        return [_("Lower half"), _("Upper half")]
    return [_("Lower third"), _("Middle third"), _("Upper third")]
