"""The files that a command was given, each with all that it needs: what is stored must be readable again by itself."""

from __future__ import annotations

import io
import os
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
    a manifest is one package, wherever it lies, and so is a manifest."""
    for path in paths:
        if path.name.lower() == NAME and path.is_file():
            yield path.parent, path.parent
        elif not path.is_dir():
            yield path, path.parent
        else:
            yield from _walked(path, path)


def _walked(folder: Path, root: Path) -> Iterator[tuple[Path, Path]]:
    if (folder / NAME).is_file():
        yield folder, folder
        return
    for one in sorted(folder.iterdir()):
        if one.name.startswith("."):
            continue
        if one.is_file() and one.suffix.lower() not in _BESIDE:
            yield one, root
        elif one.is_dir() and not one.is_symlink():
            yield from _walked(one, root)


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


def alone(source: Source, *, tests: bool = False) -> Source:
    """The source with the files it refers to beside it in one archive; itself where it refers to none. `tests`: a test
    comes with its items, and these with what they refer to. Raises ReadProblem."""
    if looks_like_zip(source.data):
        return source
    start = source.path.parent.resolve()
    used: dict[Path, bytes] = {}
    imported = _read_noting(source.path, source.data, source.root, used)
    if not used or imported.report.format not in _NAMING or not (imported.items or (tests and imported.tests)):
        return source
    if imported.tests:
        _follow(source.root, used)
    # without the folders that are above all of them, which an archive cannot name
    above = Path(os.path.commonpath([start, *(path.parent for path in used)]))
    files = {path.relative_to(above).as_posix(): _giving(data) for path, data in used.items()}
    files[(start / source.name).relative_to(above).as_posix()] = _giving(source.data)
    return Source(source.shown, f"{source.path.stem}.zip", _packed(files), source.find, source.root, source.path)


def _follow(root: Path, used: dict[Path, bytes]) -> None:
    """Also what the items refer to, one after the other."""
    waiting = list(used)
    while waiting and len(used) < LIMITS.entries:
        path = waiting.pop()
        if path.suffix.lower() != ".xml":
            continue
        found: dict[Path, bytes] = {}
        try:
            _read_noting(path, used[path], root, found)
        except ReadProblem:
            continue  # said where the archive is read
        waiting += [one for one in found if one not in used]
        used |= found


def _read_noting(path: Path, data: bytes, root: Path, used: dict[Path, bytes]) -> Imported:
    """Reads a file and notes which others it asks for."""
    folder = path.parent.resolve()
    find = pictures_within(root, folder)

    def noting(name: str) -> bytes | None:
        found = find(name)
        if found is not None:
            used[(folder / name).resolve()] = found
        return found

    return read_file(path.name, data, find_picture=noting)


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
