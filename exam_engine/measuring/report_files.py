"""Where a report goes: one PDF, or a folder with PDF, page and figures. A file is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exam_engine.kit.pages import environment
from exam_engine.kit.printing import compiled
from exam_engine.kit.settings import Settings
from exam_engine.measuring import reporting
from exam_engine.measuring.reporting import Analysed
from exam_engine.measuring.tables import FileUnusable


def check(path: Path) -> None:
    """Before the work begins. Raises FileUnusable where nothing can be written."""
    folder = path.parent if _is_file(path) else path
    if _is_file(path) and path.is_dir():
        raise FileUnusable(f"{path}: is a folder")
    if folder.exists() and not folder.is_dir():
        raise FileUnusable(f"{folder}: is no folder")
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        raise FileUnusable(f"{folder}: cannot be written to")


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
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            _replace(file, content)
        except OSError as error:
            raise FileUnusable(f"{file}: {error.strerror}") from None


def _is_file(path: Path) -> bool:
    return path.suffix.lower() == ".pdf"


def _replace(file: Path, content: bytes) -> None:
    """Written beside, then put in place."""
    number, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    beside = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
        mask = os.umask(0)
        os.umask(mask)
        beside.chmod(0o666 & ~mask)
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
