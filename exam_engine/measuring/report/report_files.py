"""Where a report goes: one PDF, or a folder with PDF, page and figures. A file is there whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exam_engine.kit.pages import environment
from exam_engine.kit.printing import compiled
from exam_engine.kit.settings import Settings
from exam_engine.measuring.files.placing import check_folder, put
from exam_engine.measuring.files.tables import FileUnusable
from exam_engine.measuring.report import reporting
from exam_engine.measuring.report.analysed import Analysed


def check(path: Path) -> None:
    """Before the work begins. Raises FileUnusable where nothing can be written."""
    folder = path.parent if _is_file(path) else path
    if _is_file(path) and path.is_dir():
        raise FileUnusable(f"{path}: is a folder")
    check_folder(folder)


def make(path: Path, found: Analysed, language: str, figures: str) -> None:
    """figures: the document of --json. The date is today's where the service's units are by default."""
    document = reporting.document(found, language, datetime.now(UTC), Settings().default_zone)
    write(path, document, figures)


def write(path: Path, document: dict[str, Any], figures: str) -> None:
    """FILE.pdf, or report.pdf, report.html and analysis.json of a folder, which is made."""
    pdf = compiled("analysis", lambda: {**document, "texts": {}})
    if _is_file(path):
        files = {path: pdf}
    else:
        page = environment().get_template("print/analysis.html").render(document)
        files = {
            path / "report.pdf": pdf,
            path / "report.html": page.encode(),
            path / "analysis.json": (figures + "\n").encode(),
        }
    for file, content in files.items():
        put(file, content)


def _is_file(path: Path) -> bool:
    return path.suffix.lower() == ".pdf"
