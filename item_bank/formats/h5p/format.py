"""H5P: interactive content as a `.h5p` package, or as the folder that was unpacked from one.

Source: H5P documentation, "H5P specification", https://h5p.org/documentation/developers/h5p-specification: `h5p.json`
names the main library, `content/content.json` has its parameters, pictures lie beside it. The programs of the libraries
are not read. What becomes what: docs/authoring/h5p.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from item_bank.content.model import Item
from item_bank.formats.archives import Archive, looks_like_zip
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.h5p.content import Content, Json, texts_of
from item_bank.formats.h5p.items import LIBRARIES, split
from item_bank.formats.model import N_, HostileFile, Imported, ReadProblem, Reason
from item_bank.formats.registry import FindPicture, Format, Reading

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH, MAX_NESTED = 60, 5
_PLACE = "content/content.json"


@dataclass(frozen=True, slots=True)
class Package:
    main: Mapping[str, Json]
    content: Json
    find_picture: FindPicture


def detect(name: str, data: bytes) -> float:
    lowered = name.lower()
    if looks_like_zip(data):
        return 1.0 if b"h5p.json" in data and b"content/content.json" in data else 0.9 * lowered.endswith(".h5p")
    if lowered == "h5p.json" and b"mainLibrary" in data:
        return 1.0
    return 0.6 if lowered == "content.json" and data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else 0.0


def read(data: bytes, reading: Reading) -> Imported:
    collector = Collector("h5p", reading)
    if reading.file_name.lower() == "content.json":
        if reading.find_picture("../h5p.json") is None:
            raise _missing("h5p.json")
        message = N_("This file is read together with the h5p.json above it.")
        collector.problems.append(Reason.of("h5p_content", message))
        return collector.finish()
    package = _package(data, reading)
    library = str(package.main.get("mainLibrary", ""))
    title = str(package.main.get("title", ""))[:300]
    for number, (name, params, said) in enumerate(_contents(library, package.content, title), 1):
        entry = Entry("", said, 1, f"{_PLACE} {number}")
        source = msgspec.json.encode({"library": name, "params": params})
        collector.add(entry, source, partial(_item, name, params, reading, package.find_picture))
    if not collector.entries:
        collector.problems.append(Reason.of("no_items", N_("The file holds no question.")))
    return collector.finish()


def _package(data: bytes, reading: Reading) -> Package:
    if looks_like_zip(data):
        archive = Archive(data)

        def inside(name: str) -> bytes | None:
            return archive.read(name) if name in archive.names else None
    else:

        def inside(name: str) -> bytes | None:
            return data if name == "h5p.json" else reading.find_picture(name)

    main, content = (_json(inside(name), name) for name in ("h5p.json", _PLACE))
    if not isinstance(main, dict) or not isinstance(content, dict):
        raise _broken(_PLACE)
    return Package(main, content, lambda name: inside(f"content/{name}"))


def _json(data: bytes | None, name: str) -> Json:
    if data is None:
        raise _missing(name)
    if len(data) > MAX_BYTES:
        raise HostileFile(
            "json_too_large", N_("%(name)s has more than %(limit)s MB."), name=name, limit=MAX_BYTES >> 20
        )
    if rb"\u0000" in data:  # no text of anybody; no database could keep what is said of it
        raise _broken(name)
    try:
        found = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise _broken(name) from None
    if _depth(found) > MAX_DEPTH:
        raise HostileFile("json_depth", N_("%(name)s is nested too deeply."), name=name)
    return found


def _depth(value: Json) -> int:
    """Counted level by level: no program's stack grows with a stranger's file."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        inner: list[Json] = []
        for one in level:
            inner += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        level, depth = inner, depth + 1
    return depth


def _missing(name: str) -> ReadProblem:
    return ReadProblem("h5p_missing", N_("The H5P content lacks its file %(name)s."), name=name)


def _broken(name: str) -> ReadProblem:
    return ReadProblem("h5p_broken", N_("%(name)s is not the JSON of an H5P content."), name=name)


def _contents(library: str, params: Json, title: str, depth: int = 0) -> Iterator[tuple[str, Json, str]]:
    """Library, parameters and title of each question; sets of questions are opened."""
    name = library.split(" ", maxsplit=1)[0]
    inner = split(name, params)
    if inner is None or depth > MAX_NESTED:
        yield name, params, title
        return
    for number, one in enumerate(inner, 1):
        own = one.get("metadata") if isinstance(one.get("metadata"), dict) else {}
        told = str((own or {}).get("title") or f"{title} {number}").strip()[:300]
        yield from _contents(str(one.get("library", "")), one.get("params"), told, depth + 1)


def _item(name: str, params: Json, reading: Reading, find: FindPicture, entry: Entry) -> Item:
    read_content = LIBRARIES.get(name)
    if read_content is None:
        message = N_("Items of the type %(type)s are not supported.")
        raise ReadProblem("unsupported_interaction", message, type=name[:60] or "—")
    try:
        content = Content(params, texts_of(entry, find), entry, reading)
        return content.item(read_content(content))
    except (TypeError, AttributeError, KeyError, IndexError, ValueError) as error:
        raise _malformed(name, error) from error


def _malformed(name: str, error: Exception) -> ReadProblem:
    message = N_("The parameters are not those of %(type)s: %(problem)s")
    told: Any = error
    return ReadProblem("h5p_parameters", message, type=name[:60], problem=str(told)[:100] or type(error).__name__)


FORMAT = Format("h5p", "H5P", (".h5p",), detect, read)
