"""Items → a content package of QTI 2.1, 2.2 or 3.0: manifest, one file an item, pictures beside them.

Source: IMS Content Packaging 1.1.4 and its use by QTI 2.1, 2.2 and 3.0 (resource types).
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec
from lxml import etree

from item_bank.content.markup import joined
from item_bank.content.model import Asset, Item, Passage
from item_bank.formats.qti.names import Element
from item_bank.formats.qti.writing import Version, passage_document, write_item

_MANIFEST = {
    "2.1": "http://www.imsglobal.org/xsd/imscp_v1p1",
    "2.2": "http://www.imsglobal.org/xsd/imscp_v1p1",
    "3.0": "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
}
_TYPES = {"2.1": "imsqti_item_xmlv2p1", "2.2": "imsqti_item_xmlv2p2", "3.0": "imsqti_item_xmlv3p0"}
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/svg+xml": "svg"}
ENDINGS |= {"audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/ogg": "ogg", "audio/webm": "webm", "audio/wav": "wav"}
ENDINGS |= {"video/mp4": "mp4", "video/ogg": "ogv", "video/webm": "webm"}
#: Every package is the same bytes for the same items.
_TIME = (1980, 1, 1, 0, 0, 0)
_NAME = re.compile(r"[^A-Za-z0-9_.\-]+")


@dataclass(frozen=True, slots=True)
class Exported:
    """An item to be written. identifier: its own, as the package names it."""

    identifier: str
    item: Item
    passage: Passage | None = None


def write_package(items: Iterable[Exported], asset: Callable[[str], Asset], version: Version) -> bytes:
    """`asset`: the picture of a digest. Items are written one by one; pictures once."""
    package = PackageWriter(asset, version)
    for one in items:
        package.keep(package.documents(one))
    return package.finish()


@dataclass(slots=True)
class Documents:
    """The files of one item: its own, its passage's, its pictures; by path, its own the first. metadata: what the
    manifest says of it."""

    name: str
    files: dict[str, bytes]
    pictures: dict[str, bytes]
    metadata: Element | None = None


class PackageWriter:
    def __init__(self, asset: Callable[[str], Asset], version: Version) -> None:
        self.asset, self.version = asset, version
        self._stream = io.BytesIO()
        self._zip = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_DEFLATED)
        self._resources: list[Element] = []
        self._names: set[str] = set()
        self._written: set[str] = set()

    def documents(self, one: Exported) -> Documents:
        """Nothing of it is in the package before it is kept."""
        name = self._free(one.identifier)
        made = Documents(name, {}, {})

        def named(digest: str) -> str:
            asset = self.asset(digest)
            path = f"assets/{digest[:32]}.{ENDINGS.get(asset.media_type, 'bin')}"
            made.pictures[path] = asset.data
            return f"../{path}"

        stimulus, item, beside = "", one.item, {}
        if one.passage is not None and self.version == "3.0":
            stimulus = f"{name}-passage"
            beside[f"items/{stimulus}.xml"] = passage_document(one.passage, stimulus, self.version, named)
        elif one.passage is not None:  # which no version before has a place for
            item = msgspec.structs.replace(item, stem=joined(one.passage.markup, item.stem))
        document = write_item(item, name, self.version, named, passage=stimulus)
        made.files = {f"items/{name}.xml": document} | beside
        return made

    def keep(self, made: Documents) -> None:
        for path, data in (made.files | made.pictures).items():
            if path not in self._written:
                self._write(path, data)
        self._written |= set(made.pictures)
        self._names.add(made.name.casefold())
        self._resources.append(resource_of(made, self.version))

    def _free(self, identifier: str) -> str:
        """The identifier as a name of a file that no other item has."""
        stem = _NAME.sub("-", identifier).strip(".-")[:80] or "item"
        stem = stem if re.match(r"[A-Za-z_]", stem) else f"i{stem}"
        name, number = stem, 1
        while name.casefold() in self._names:
            number += 1
            name = f"{stem}-{number}"
        return name

    def _write(self, path: str, data: bytes) -> None:
        entry = zipfile.ZipInfo(path, _TIME)
        entry.compress_type = zipfile.ZIP_DEFLATED
        self._zip.writestr(entry, data)

    def finish(self) -> bytes:
        self._write("imsmanifest.xml", manifest_of(self._resources, self.version))
        self._zip.close()
        return self._stream.getvalue()


def resource_of(made: Documents, version: Version) -> Element:
    """Of the manifest."""
    files = [*made.files, *made.pictures]
    element = etree.Element("resource", identifier=f"r-{made.name}", type=_TYPES[version], href=files[0])
    if made.metadata is not None:
        element.append(copy.deepcopy(made.metadata))
    for path in files:
        etree.SubElement(element, "file", href=path)
    return element


def manifest_of(resources: Sequence[Element], version: Version) -> bytes:
    root = etree.Element("manifest", identifier="manifest", xmlns=_MANIFEST[version])
    metadata = etree.SubElement(root, "metadata")
    etree.SubElement(metadata, "schema").text = "QTI Package" if version == "3.0" else f"QTIv{version} Package"
    etree.SubElement(metadata, "schemaversion").text = "3.0.0" if version == "3.0" else "1.0.0"
    etree.SubElement(root, "organizations")
    etree.SubElement(root, "resources").extend(resources)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
