"""The files that a command was given, each with all that it needs: what is stored must be readable again by itself."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from item_bank.formats.__main__ import pictures_within
from item_bank.formats.archives import looks_like_zip
from item_bank.formats.model import N_, Imported, ReadProblem
from item_bank.formats.qti.manifest import NAME
from item_bank.formats.qti.package import LIMITS
from item_bank.formats.reading import read_file
from item_bank.formats.registry import FindPicture, Progress, no_progress

#: What lies beside items in a folder and holds none.
_BESIDE = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".mp3", ".mp4", ".ogg", ".wav", ".webm", ".css", ".js"}
)
#: Formats whose files name pictures and passages that lie beside them.
_NAMING = frozenset({"qti", "qti12"})


def files_in(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Each file with the folder that its pictures may lie in. Folders are walked, hidden files left out; a folder with
    a manifest is one package, and so is a manifest."""
    for path in paths:
        if path.name.lower() == NAME and path.is_file():
            yield path.parent, path.parent
        elif not path.is_dir() or (path / NAME).is_file():
            yield path, path.parent
        else:
            yield from ((file, path) for file in _within(path) if _is_read(file))


def _is_read(file: Path) -> bool:
    return file.name.lower() != NAME and file.suffix.lower() not in _BESIDE


def _within(folder: Path) -> list[Path]:
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    ]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it is read; `find`: what it names beside itself."""

    shown: str
    name: str
    data: bytes
    find: FindPicture
    root: Path
    path: Path

    def read(self, progress: Progress = no_progress) -> Imported:
        return read_file(self.name, self.data, find_picture=self.find, progress=progress)


def source_of(path: Path, root: Path) -> Source:
    """Raises OSError, and ReadProblem for a folder that is too large for a package."""
    if path.is_dir():
        files = {file.relative_to(path).as_posix(): file.read_bytes for file in _bounded(path)}
        return Source(str(path), f"{path.resolve().name}.zip", _packed(files), pictures_within(path, path), path, path)
    return Source(str(path), path.name, path.read_bytes(), pictures_within(root, path.parent), root, path)


def alone(source: Source) -> Source:
    """The source with the files it refers to beside it in one archive; itself where it refers to none.
    Raises ReadProblem."""
    used: dict[str, bytes] = {}

    def find(name: str) -> bytes | None:
        data = source.find(name)
        if data is not None:
            used[name] = data
        return data

    if looks_like_zip(source.data):
        return source
    imported = read_file(source.name, source.data, find_picture=find)
    if not used or not imported.items or imported.report.format not in _NAMING:
        return source
    # without the folders that are above all of them, which an archive cannot name
    folder = source.path.parent.resolve().relative_to(source.root.resolve()).as_posix()
    files = {posixpath.normpath(posixpath.join(folder, name)): _giving(data) for name, data in used.items()}
    files[posixpath.normpath(posixpath.join(folder, source.name))] = _giving(source.data)
    return Source(source.shown, f"{source.path.stem}.zip", _packed(files), source.find, source.root, source.path)


def _giving(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _bounded(folder: Path) -> list[Path]:
    """The files of a package's folder; links out of it are left out."""
    files = [file for file in _within(folder) if file.resolve().is_relative_to(folder.resolve())]
    if len(files) > LIMITS.entries or sum(file.stat().st_size for file in files) > LIMITS.total_bytes:
        message = N_("The folder is too large to be read as one package.")
        raise ReadProblem("folder_too_large", message)
    return files


def _packed(files: dict[str, Callable[[], bytes]]) -> bytes:
    """A zip that is the same for the same files, whenever it is made."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data(), zipfile.ZIP_DEFLATED)
    return made.getvalue()
