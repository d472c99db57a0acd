"""Differential item functioning in a report: a difference to ask the subject team about, never a verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from exam_engine.measuring.named import Found, Row
from exam_engine.measuring.printing.aligned import cut
from exam_engine.measuring.printing.cautions import sentences
from exam_engine.measuring.printing.second_look import difference, ets_class
from exam_engine.measuring.report.writer import Writer, section, table

#: Of the name of a group in a table.
LETTERS = 22


def differences(rows: Sequence[Row], sets: Sequence[Row], matching: Row, write: Writer) -> Iterator[Found]:
    """rows: of `dif`, an item and focal group each. sets: of `dif_sets`. matching: of `dif_matching`."""
    _ = write.say
    note = _(
        "Candidates of equal ability are compared: those of the group named with those of group %(reference)s. An item "
        "that differs is a question for the subject team, and no verdict: a group may know its subject matter better "
        "or less well.",
        reference=matching["reference"],
    )
    warned = (sentence for warning in matching["warnings"] for sentence in sentences(warning, _))
    more = _(
        "Difference: Mantel–Haenszel delta, of items of several points the standardised mean difference in points; "
        "below 0 the item is harder for the group named. Class A: hardly any difference, B: moderate, C: large (AA, "
        "BB, CC of items of several points). p: how often chance alone would show as much, adjusted for the number of "
        "items. Logistic: class by logistic regression, which also sees a difference at some scores only."
    )
    yield section(
        _("Differences between groups (DIF)"),
        note=" ".join(dict.fromkeys([note, _matching(matching, write), *warned])),
        table=_table(rows, [[cut(row["item"])] for row in rows], [_("Item")], write),
        more=more,
    )
    if sets:
        names = [[cut(row["set"]), ", ".join(map(cut, row["items"]))] for row in sets]
        yield section(
            _("Sets studied whole (DIF)"),
            note=_("A set counts as one item: its items share a passage, and what differs may be the passage itself."),
            table=_table(sets, names, [_("Set"), _("Items")], write),
        )


def _matching(matching: Row, write: Writer) -> str:
    """What equal ability means here."""
    _ = write.say
    if matching["matched_on"] == "ability":
        return _("Equal ability: by the Rasch model, as not everybody was presented with the same items.")
    if not matching["purified"]:
        return _("Equal ability: the same total of all items.")
    if not matching["purification_rounds"]:
        return _("Equal ability: the same total of all items, as none had to be left out.")
    return _(
        "Equal ability: the same total of the item itself and of those that show no difference (purified in %(n)s "
        "rounds).",
        n=matching["purification_rounds"],
    )


def _table(rows: Sequence[Row], names: Sequence[Sequence[str]], heads: Sequence[str], write: Writer) -> Found:
    """names, heads: of the first columns, which say what a row is about."""
    _, told = write.say, write.told
    lines = [
        [
            *name,
            cut(row["focal"], LETTERS),
            told(difference(row)),
            ets_class(row),
            write.p(_adjusted(row)),
            _logistic(row),
        ]
        for name, row in zip(names, rows, strict=True)
    ]
    further = [_("Group"), _("Difference"), _("Size of difference"), _("p (adjusted)"), _("Logistic")]
    return table([*heads, *further], lines, "l" * len(heads) + "lrlrl")


def of_item(rows: Sequence[Row], write: Writer) -> list[list[str]]:
    """Facts of an item page: a group and what it differs by."""
    _ = write.say
    facts = []
    for row in rows:
        if ets_class(row):
            p = write.p(_adjusted(row))
            said = f"{write.told(difference(row))} ({ets_class(row)}), p {p if p.startswith('<') else f'= {p}'}"
            facts.append([_("Difference of group %(group)s", group=row["focal"]), said])
    return facts


def _adjusted(row: Row) -> float | None:
    values = (row["adjusted"].get(name) for name in ("mantel_haenszel", "mantel"))
    return next((float(one) for one in values if one is not None and math.isfinite(one)), None)


def _logistic(row: Row) -> str:
    """Jodoin and Gierl's letter for uniform and non-uniform differences together."""
    return str((row.get("logistic") or row.get("ordinal") or {}).get("both", {}).get("jodoin_gierl") or "")
