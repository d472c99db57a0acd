"""Where what is made goes: a file is there whole or not at all, and what stands in the way is told before the work."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from exam_engine.measuring.files.tables import FileUnusable


def check_folder(folder: Path) -> None:
    """That files can be put there; it may not exist yet. Raises FileUnusable."""
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        raise FileUnusable(f"{folder}: is no folder")
    if not os.access(folder, os.W_OK):
        raise FileUnusable(f"{folder}: cannot be written to")


def put(file: Path, content: bytes) -> None:
    """Its folder is made. Raises FileUnusable."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _replace(file, content)
    except OSError as error:
        raise FileUnusable(f"{file}: {error.strerror}") from None


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
