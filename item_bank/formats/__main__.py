"""`python -m item_bank.formats FILES [--json]`: what an import would do, without a database. Stores nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from item_bank.formats.model import OUTCOMES, Imported, ItemReport, ReadProblem, Reason
from item_bank.formats.reading import read_file
from item_bank.formats.registry import FindPicture, formats


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all could be read (refused items included), 1 when a whole file could not."""
    parser = argparse.ArgumentParser(prog="python -m item_bank.formats", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILES")
    parser.add_argument("--json", action="store_true", help="one JSON object per line and file")
    parser.add_argument("--language", choices=("vi", "en"), default="vi", help="of items that do not say")
    parser.add_argument("--format", choices=[known.name for known in formats()], help="instead of guessing it")
    parser.add_argument(
        "--pictures", type=Path, help="folder that pictures may be read from (default: beside the file)"
    )
    options = parser.parse_args(arguments)
    failed = 0
    totals: dict[str, int] = {}
    for path in options.files:
        outcome = _read(path, options)
        failed += isinstance(outcome, Reason)
        for name, count in (outcome.report.counts() if isinstance(outcome, Imported) else {"unreadable": 1}).items():
            totals[name] = totals.get(name, 0) + count
        sys.stdout.write(_json(path, outcome) if options.json else _text(path, outcome))
    if len(options.files) > 1 and not options.json:
        sys.stdout.write(f"total: {_counts(totals)}\n")
    return 1 if failed else 0


def _read(path: Path, options: argparse.Namespace) -> Imported | Reason:
    try:
        data = path.read_bytes()
    except OSError as error:
        return Reason.of("file_unreadable", "%(problem)s", problem=error.strerror or error)
    try:
        return read_file(
            path.name,
            data,
            format_name=options.format,
            language=options.language,
            find_picture=pictures_within(options.pictures or path.parent, path.parent),
        )
    except ReadProblem as problem:
        return problem.reason


def pictures_within(root: Path, start: Path) -> FindPicture:
    """Finds pictures by their path from `start`, but never outside `root`."""

    def find(name: str) -> bytes | None:
        try:
            path = (start / name).resolve()
            return path.read_bytes() if path.is_relative_to(root.resolve()) and path.is_file() else None
        except (OSError, ValueError, RuntimeError):  # RuntimeError: links that lead round in a circle
            return None

    return find


def _json(path: Path, outcome: Imported | Reason) -> str:
    result: dict[str, Any] = {"file": str(path)}
    if isinstance(outcome, Reason):
        result["refused"] = _plain(outcome)
    else:
        report = msgspec.to_builtins(outcome.report)
        for entry, source in zip(report.get("items", ()), outcome.report.items, strict=True):
            entry["reasons"] = [_plain(reason) for reason in source.reasons]
        report["problems"] = [_plain(reason) for reason in outcome.report.problems]
        result |= {"counts": outcome.report.counts(), "report": report}
    return msgspec.json.encode(result).decode() + "\n"


def _plain(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "text": reason.text, "line": reason.line, "place": reason.place}


def _text(path: Path, outcome: Imported | Reason) -> str:
    if isinstance(outcome, Reason):
        return f"{path}: refused\n    {_located(outcome)}\n"
    lines = [f"{path}: {outcome.report.format}, {_counts(outcome.report.counts())}"]
    lines += [f"    {_located(problem)}" for problem in outcome.report.problems]
    lines += [line for entry in outcome.report.items for line in _entry(entry)]
    return "\n".join(lines) + "\n"


def _entry(entry: ItemReport) -> list[str]:
    where = entry.place or f"line {entry.line}"
    named = " ".join(part for part in (where, entry.type, entry.identifier or entry.title) if part)
    return [f"  {entry.outcome:8} {named}", *(f"    {_located(reason)}" for reason in entry.reasons)]


def _located(reason: Reason) -> str:
    return f"{f'line {reason.line}: ' if reason.line and not reason.place else ''}{reason.text} [{reason.code}]"


def _counts(counts: Any) -> str:
    return ", ".join(f"{counts[name]} {name}" for name in (*OUTCOMES, "unreadable") if name in counts)


if __name__ == "__main__":
    sys.exit(main())
