"""Content packages: a zip of QTI files with their pictures, with an imsmanifest.xml or without (IMS Content Packaging
1.2; IMS Common Cartridge 1.1 to 1.3, whose assessments are QTI 1.2).

What a file is, its root element tells; the manifest gives the order and the metadata. Items that it forgets are read,
too. Items are read one after the other: of the archive only one file at a time is unpacked.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace

import msgspec

from item_bank.content.model import Item
from item_bank.content.sentence import Sentence
from item_bank.formats.archives import Archive, Limits, looks_like_zip
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.model import N_, HostileFile, Imported, ReadProblem, Reason
from item_bank.formats.qti.format import TESTS, read_root
from item_bank.formats.qti.manifest import NAME, About, Resource, path_within, read_manifest
from item_bank.formats.qti.names import Element, attribute, line_of, local
from item_bank.formats.qti12 import format as qti12
from item_bank.formats.registry import FindPicture, Format, Reading
from item_bank.formats.xml import parse_xml

#: 10,000 items, each with a picture or two.
LIMITS = Limits(entries=50_000)
#: Packages within a package, and how deep.
MAX_PACKAGES = 50
MAX_DEPTH = 2
_ENDINGS = (".xml", ".qti")
#: Files that packages of other programs hold beside their items.
_OTHERS = ("assessment_meta.xml", "course_settings.xml", "module_meta.xml", "media_tracks.xml", "files_meta.xml")
_OLD = "questestinterop"
_SECTION = "assessmentSection"
#: Of a QTI package, and no item.
_BESIDE = ("assessmentStimulus", "outcomeDeclaration", "responseProcessing", "html", "lom")


def detect(name: str, data: bytes) -> float:
    """A zip with a manifest, or with a file of QTI near its beginning."""
    if not looks_like_zip(data):
        return 0.0
    try:
        archive = Archive(data, LIMITS)
        if _manifests(archive):
            return 0.95
        if {"[Content_Types].xml", "h5p.json"} & set(archive.names):
            return 0.0
        return 0.6 if any(_holds_qti(archive, each) for each in _candidates(archive)[:5]) else 0.0
    except ReadProblem:
        return 0.1 if name.lower().endswith((".zip", ".imscc")) else 0.0


def _holds_qti(archive: Archive, name: str) -> bool:
    if looks_like_zip(start := archive.read(name)):
        return True
    return any(word in start for word in (b"assessmentItem", b"assessment-item", b"assessmentTest", b"questestinterop"))


def _manifests(archive: Archive) -> list[str]:
    """From the outermost to the innermost."""
    found = [name for name in archive.names if posixpath.basename(name).lower() == NAME]
    return sorted(found, key=lambda name: (name.count("/"), name))


def _candidates(archive: Archive) -> list[str]:
    """Files that may hold items, in the order of their names; files that a system adds by itself are left out."""
    return [
        name
        for name in sorted(archive.names)
        if name.lower().endswith((*_ENDINGS, ".zip", ".imscc"))
        and posixpath.basename(name).lower() not in (NAME, *_OTHERS)
        and not any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
    ]


def read(data: bytes, reading: Reading) -> Imported:
    collector = Collector("qti_package", reading)
    _Package(collector, Archive(data, LIMITS), reading).read()
    if not collector.entries and not collector.tests:
        raise _nothing(collector)
    return collector.finish()


def _nothing(collector: Collector) -> ReadProblem:
    """A package without any item: the first thing that is wrong with it is why."""
    if collector.problems:
        first = collector.problems[0]
        problem = ReadProblem(first.code, "%(problem)s", problem=first.text)
        problem.reason = first
        return problem
    return ReadProblem("package_empty", N_("The package holds no items and no tests."))


@dataclass(slots=True)
class _Package:
    collector: Collector
    archive: Archive
    reading: Reading
    #: Where it lies within the package around it.
    place: str = ""
    depth: int = 0
    #: Names in letters of one case: makers on Windows do not mind them.
    names: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    #: Sizes of the packages that were opened, of all within the outermost.
    packages: list[int] = field(default_factory=list)
    sections: list[tuple[Element, bytes, Reading, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = {name.replace("\\", "/").lower(): name for name in self.archive.names}

    def read(self) -> None:
        listed = [one for name in _manifests(self.archive) for one in self._resources(name)]
        named = {self._name(one.path) for one in listed}
        left = [name for name in _candidates(self.archive) if name not in named]
        whole = len(listed) + len(left)
        for number, resource in enumerate(listed):
            self.reading.progress(number, whole)
            self._listed(resource)
        before = len(self.collector.entries)
        for number, name in enumerate(left, len(listed)):
            self.reading.progress(number, whole)
            if name not in self.seen:
                self._file(name, None)
        self._left_sections()
        if listed and (count := len(self.collector.entries) - before):
            message = N_("The manifest does not list %(count)s of the items; they were read all the same.")
            self._problem("items_unlisted", message, count=count)

    def _resources(self, name: str) -> list[Resource]:
        try:
            return read_manifest(self.archive.read(name), posixpath.dirname(name))
        except HostileFile:
            raise
        except ReadProblem as problem:
            message = N_("The manifest cannot be read: %(problem)s")
            said = Sentence.of(problem.reason.message, **problem.reason.params)
            self._problem("manifest_unreadable", message, line=problem.line, problem=said)
            return []

    def _listed(self, resource: Resource) -> None:
        name = self._name(resource.path)
        if name is None:
            if resource.is_qti:
                self._missing(resource)
        elif name not in self.seen and (resource.is_qti or name.lower().endswith(_ENDINGS)):
            self._file(name, resource)

    def _missing(self, resource: Resource) -> None:
        """An item of the manifest that is not there is an item refused; of anything else it is only said."""
        outside = bool(resource.href and not resource.path)
        problem = ReadProblem(
            "item_outside" if outside else "item_missing",
            N_("%(name)s, which the manifest lists, lies outside of the package.")
            if outside
            else N_("%(name)s, which the manifest lists, did not come with the package."),
            line=resource.line,
            name=(resource.href or resource.identifier)[:80],
        )
        if "item" in resource.type.lower():
            self._refuse(Entry(resource.identifier, resource.about.title, resource.line, self._at(NAME)), problem)
        else:
            self.collector.problems.append(problem.reason)

    def _file(self, name: str, resource: Resource | None) -> None:
        self.seen.add(name)
        data = self.archive.read(name)
        if looks_like_zip(data):
            self._nested(name, data)
            return
        try:
            root = parse_xml(data)
        except HostileFile:
            raise
        except ReadProblem as problem:
            self._unreadable(name, problem, resource)
            return
        self._root(root, data, name, resource)

    def _root(self, root: Element, data: bytes, name: str, resource: Resource | None) -> None:
        kind, place = local(root), self._at(name)
        reading = replace(self.reading, find_picture=self._find(posixpath.dirname(name)))
        if kind == _SECTION:
            self.sections.append((root, data, reading, place))
        elif kind == _OLD:
            self._old(data, reading, place)
        elif kind == "assessmentItem" or kind in TESTS:
            self._qti(root, data, reading, place, resource.about if resource else About())
        elif resource and resource.is_qti and kind not in _BESIDE:
            message = N_("The file is a <%(name)s>, which is neither a QTI item nor a test.")
            self._unreadable(name, ReadProblem("qti_no_item", message, line=line_of(root), name=kind), resource)

    def _qti(self, root: Element, data: bytes, reading: Reading, place: str, about: About) -> None:
        """What is wrong with one item or test is said of this one alone."""
        try:
            read_root(self.collector, root, data, reading, place, about.described)
        except ReadProblem as problem:
            if problem.code == "too_many_items":
                raise
            self._refuse(Entry(attribute(root, "identifier"), attribute(root, "title"), 1, place), problem)

    def _old(self, data: bytes, reading: Reading, place: str) -> None:
        """Assessments of QTI 1.2, which Common Cartridges hold."""
        try:
            qti12.read_into(self.collector, data, reading, place)
        except ReadProblem as problem:
            if problem.code == "too_many_items":
                raise
            self._refuse(Entry(line=1, place=place), problem)

    def _left_sections(self) -> None:
        """Sections in files of their own, where no test refers to them."""
        if not self.collector.tests:
            for root, data, reading, place in self.sections:
                self._qti(root, data, reading, place, About())

    def _nested(self, name: str, data: bytes) -> None:
        if self.depth + 1 > MAX_DEPTH or len(self.packages) >= MAX_PACKAGES:
            message = N_("Packages lie in packages more than %(limit)s deep, or there are too many of them.")
            raise HostileFile("archive_nested", message, limit=MAX_DEPTH)
        try:
            archive = Archive(data, LIMITS)
        except HostileFile:
            raise
        except ReadProblem as problem:
            self._unreadable(name, problem, None)
            return
        self.packages.append(archive.size)
        if sum(self.packages) > LIMITS.total_bytes:
            message = N_("The archive unpacks to more than %(limit)s MB.")
            raise HostileFile("archive_size", message, limit=LIMITS.total_bytes // 2**20)
        place = self._at(name)
        _Package(self.collector, archive, self.reading, place, self.depth + 1, packages=self.packages).read()

    def _unreadable(self, name: str, problem: ReadProblem, resource: Resource | None) -> None:
        """Where the manifest says that it is an item, an item is refused; else the file is only named."""
        place = self._at(name)
        if resource and resource.is_qti:
            self._refuse(Entry(resource.identifier, resource.about.title, None, place), problem)
        else:
            self.collector.problems.append(msgspec.structs.replace(problem.reason, place=place))

    def _refuse(self, entry: Entry, problem: ReadProblem) -> None:
        def refuse(_entry: Entry) -> Item | None:
            raise problem

        self.collector.add(entry, b"", refuse)

    def _problem(self, code: str, message: str, *, line: int | None = None, **params: object) -> None:
        self.collector.problems.append(Reason.of(code, message, line=line, place=self._at(NAME), **params))

    def _name(self, path: str) -> str | None:
        """The name in the archive of a path; letters of another case are forgiven."""
        return self.names.get(path.lower()) if path else None

    def _at(self, name: str) -> str:
        return f"{self.place}/{name}" if self.place else name

    def _find(self, folder: str) -> FindPicture:
        """Files by their address from a folder of the package; of systems that put them below the root, from there."""

        def find(href: str) -> bytes | None:
            name = self._name(path_within(folder, href)) or self._name(path_within("", href.lstrip("/")))
            return self.archive.read(name) if name else None

        return find


FORMAT = Format("qti_package", "QTI 1.2, 2.x, 3.0 (zip)", (".zip", ".imscc"), detect, read)
