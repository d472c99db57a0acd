"""What a run tells a program of each file and item, under stable keys (docs/formats.md)."""

from __future__ import annotations

from typing import Any

from item_bank.content.interactions.composite import waits_for_a_person
from item_bank.content.model import Composite, Item
from item_bank.formats.model import Imported, ItemReport, Reason, TestReport, Translate

Found = dict[str, Any]
#: Refused because only its maker's own program could show or mark it.
UNSUPPORTED = frozenset({"unsupported_interaction", "processing_unsupported"})


def file_entry(name: str, imported: Imported, translate: Translate) -> Found:
    items = [_entry(report, imported, translate) for report in imported.report.items]
    problems = [_told(one, translate) for one in imported.report.problems]
    return {
        "file": name,
        "format": imported.report.format,
        "error": None,
        "items": items,
        "tests": [_test(one, translate) for one in imported.report.tests],
        "problems": problems,
    }


def unreadable(name: str, reason: Reason, translate: Translate) -> Found:
    return {"file": name, "format": None, "error": _told(reason, translate), "items": [], "tests": [], "problems": []}


def _test(test: TestReport, translate: Translate) -> Found:
    return {
        "id": test.identifier,
        "title": test.title,
        "place": test.place,
        "parts": test.parts,
        "sections": test.sections,
        "items": test.items,
        "status": "imported",
        "notes": [_told(reason, translate) for reason in test.reasons],
    }


def _told(reason: Reason, translate: Translate) -> str:
    where = f"{reason.place or f'line {reason.line}'}: " if reason.place or reason.line else ""
    return f"{where}{reason.told(translate)} [{reason.code}]"


def _entry(report: ItemReport, imported: Imported, translate: Translate) -> Found:
    item = imported.items[report.index].item if report.index is not None else None
    return {
        "id": report.identifier,
        "title": report.title,
        "place": report.place,
        "interactions": interactions(item) if item else [],
        "status": _status(report),
        "outcome": report.outcome,
        "scoring": scoring(item) if item else "none",
        "notes": [_told(reason, translate) for reason in report.reasons],
    }


def _status(report: ItemReport) -> str:
    if report.outcome in ("kept", "changed"):
        return "imported"
    if any(reason.code in UNSUPPORTED for reason in report.reasons):
        return "unsupported"
    return report.outcome


def interactions(item: Item) -> list[str]:
    if isinstance(item.interaction, Composite):
        return [part.type for part in item.interaction.parts]
    return [item.type]


def scoring(item: Item) -> str:
    """auto: by rules or a key; manual: by a person; none: there is nothing to answer."""
    composite = item.interaction
    if not isinstance(composite, Composite):
        return "manual" if item.type == "essay" else "auto"
    if not composite.parts:
        return "none"
    if any(one.external for one in composite.declarations):
        return "manual"
    return "auto" if composite.rules.rules or not waits_for_a_person(composite) else "manual"
