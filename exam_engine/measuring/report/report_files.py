"""Where a report goes: one PDF or page, or a folder with both and the figures. A file is there whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from exam_engine.kit.pages import environment
from exam_engine.kit.printing import compiled
from exam_engine.kit.settings import Settings
from exam_engine.measuring.files.placing import check_folder, put
from exam_engine.measuring.files.tables import FileUnusable
from exam_engine.measuring.named import Found
from exam_engine.measuring.report import reporting
from exam_engine.measuring.report.analysed import Analysed


def check(path: Path) -> None:
    """Before the work begins. Raises FileUnusable where nothing can be written."""
    folder = path.parent if _is_file(path) else path
    if _is_file(path) and path.is_dir():
        raise FileUnusable(f"{path}: is a folder")
    check_folder(folder)


def make(path: Path, found: Analysed, language: str, figures: str) -> None:
    """figures: the document of --json."""
    write(path, reporting.document(found, language, *now()), figures, "analysis")


def now() -> tuple[datetime, str]:
    """The date of a report is today's where the service's units are by default."""
    return datetime.now(UTC), Settings().default_zone


def write(path: Path, document: Found, figures: str, name: str) -> None:
    """FILE.pdf or FILE.html, or report.pdf, report.html and `name`.json of a folder, which is made."""
    if _is_file(path):
        files = {path: _made(path, document)}
    else:
        made = {one: _made(one, document) for one in (path / "report.pdf", path / "report.html")}
        files = made | {path / f"{name}.json": (figures + "\n").encode()}
    for file, content in files.items():
        put(file, content)


def _made(path: Path, document: Found) -> bytes:
    if path.suffix.lower() == ".pdf":
        return compiled("analysis", lambda: {**document, "texts": {}})
    return environment().get_template("print/analysis.html").render(document).encode()


def _is_file(path: Path) -> bool:
    return path.suffix.lower() in (".pdf", ".html")
