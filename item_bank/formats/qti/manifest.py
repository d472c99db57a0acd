"""imsmanifest.xml: what a content package holds and what its makers say of it (IMS Content Packaging 1.1.4 and 1.2;
IEEE LOM 1484.12.1 as IMS Learning Resource Meta-Data binds it; QTI metadata)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import msgspec

from item_bank.content.model import Item
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.names import Element, attribute, child, children, descendants, line_of, local, text_of
from item_bank.formats.xml import parse_xml

NAME = "imsmanifest.xml"
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\")
#: Resource types of items, tests, sections and banks; of Common Cartridges `imsqti_xmlv1p2/imscc_xmlv1p1/assessment`.
_QTI_TYPE = re.compile(r"^ims(?:qti|apip)_|question-bank", re.IGNORECASE)
#: Markup of a keyword that is no word for people, and how long one may be.
_MAX_TAG = 60
_MAX_TAGS = 20
#: Of a visiting card the name, and where the next field begins.
_MAX_NAME = 300
_CARD_NAME = re.compile(r"\bFN(?:;[^:\r\n]{0,100})?:([^\r\n]{0,300})")
_CARD_FIELD = re.compile(r"\s(?:N|ORG|EMAIL|END|VERSION)[:;]")
#: LOM's difficulty; the bank keeps it as it is written.
_DIFFICULTY = ("very easy", "easy", "medium", "difficult", "very difficult")


@dataclass(frozen=True, slots=True)
class About:
    """What the metadata of a resource say of its item."""

    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    difficulty: str = ""
    subject: str = ""
    topic: str = ""
    author: str = ""
    licence: str = ""

    def described(self, item: Item) -> Item:
        """The item with what its file itself does not say."""
        extra = {"description": self.description, "difficulty": self.difficulty}
        return msgspec.structs.replace(
            item,
            title=item.title or self.title,
            subject=self.subject or item.subject,
            topic=item.topic or self.topic,
            tags=tuple(dict.fromkeys((*item.tags, *self.tags))),
            author=item.author or self.author,
            licence=item.licence or self.licence,
            extra={**{name: value for name, value in extra.items() if value}, **item.extra},
        )


@dataclass(frozen=True, slots=True)
class Resource:
    """`path`: from the archive's root; "" for an address outside of it."""

    identifier: str
    type: str
    href: str
    path: str
    line: int | None
    about: About

    @property
    def is_qti(self) -> bool:
        return bool(_QTI_TYPE.search(self.type))


def read_manifest(data: bytes, folder: str) -> list[Resource]:
    """`folder`: where in the archive the manifest lies. Raises ReadProblem for what is no manifest."""
    root = parse_xml(data)
    if local(root) != "manifest":
        message = N_("The manifest is a <%(name)s>, not a <manifest>.")
        raise ReadProblem("manifest_unreadable", message, line=line_of(root), name=local(root))
    found: list[Resource] = []
    for resources in descendants(root, "resources"):
        base = posixpath.join(_base(root), _base(resources))
        found += [_resource(one, folder, base) for one in children(resources, "resource")]
    return found


def _base(element: Element) -> str:
    return (element.get("{http://www.w3.org/XML/1998/namespace}base") or "").strip()


def _resource(element: Element, folder: str, base: str) -> Resource:
    href = attribute(element, "href") or next((attribute(one, "href") for one in children(element, "file")), "")
    base = posixpath.join(base, _base(element))
    return Resource(
        attribute(element, "identifier"),
        attribute(element, "type"),
        href,
        path_within(folder, posixpath.join(base, href)) if href else "",
        line_of(element),
        _about(element),
    )


def path_within(folder: str, href: str) -> str:
    """The path of an href from the archive's root; "" where it leads out of it."""
    words = re.split("[?#]", href, maxsplit=1)[0]
    if not words or _REMOTE.match(words):
        return ""
    path = posixpath.normpath(posixpath.join(folder, unquote(words)))
    return "" if path.startswith(("../", "/")) or path in {"..", "."} else path


def _about(element: Element) -> About:
    metadata = child(element, "metadata")
    if metadata is None:
        return About()
    general = next(descendants(metadata, "general"), None)
    taxa = [found for one in descendants(metadata, "taxonPath", "taxonpath") if (found := list(_taxa(one)))]
    subject = [path for purpose, path in _classified(metadata) if purpose == "discipline"]
    others = [path for purpose, path in _classified(metadata) if purpose != "discipline"]
    keywords = descendants(general, "keyword") if general is not None else ()
    return About(
        title=_said(child(general, "title")),
        description=_said(child(general, "description")),
        tags=tuple(dict.fromkeys(word[:_MAX_TAG] for one in keywords for word in _words(one)))[:_MAX_TAGS],
        difficulty=_difficulty(metadata),
        subject=subject[0][-1] if subject else "",
        topic=(others or ([] if subject else taxa) or [[""]])[0][-1],
        author=_author(metadata),
        licence=_said(next((child(one, "description") for one in descendants(metadata, "rights")), None))[:200],
    )


def _classified(metadata: Element) -> Iterator[tuple[str, list[str]]]:
    for one in descendants(metadata, "classification"):
        purpose = _value(child(one, "purpose")).lower()
        for path in children(one, "taxonPath", "taxonpath"):
            if words := list(_taxa(path)):
                yield purpose, words


def _taxa(path: Element) -> Iterator[str]:
    """The names along a path of taxa, from the widest to the narrowest."""
    for taxon in descendants(path, "taxon"):
        if name := _said(child(taxon, "entry")):
            yield name


def _words(element: Element) -> list[str]:
    """A keyword in each of its languages; some programs write several with commas between them."""
    strings = list(descendants(element, "string", "langstring")) or [element]
    return [word for one in strings for said in text_of(one).split(",") if (word := " ".join(said.split()))]


def _said(element: Element | None) -> str:
    """The first text of an element that may have one for each language."""
    if element is None:
        return ""
    strings = [*descendants(element, "string", "langstring")] or [element]
    return next((words for one in strings if (words := " ".join(text_of(one).split()))), "")[:500]


def _value(element: Element | None) -> str:
    value = child(element, "value")
    return _said(value if value is not None else element)


def _difficulty(metadata: Element) -> str:
    said = _value(next(descendants(metadata, "difficulty"), None)).lower()
    return said if said in _DIFFICULTY else ""


def _author(metadata: Element) -> str:
    """Of a contribution as an author or creator the name on its visiting card (vCard)."""
    for one in descendants(metadata, "contribute"):
        if _value(child(one, "role")).lower() in {"author", "creator"}:
            entity = next(children(one, "entity", "centity"), None)
            card = text_of(entity) if entity is not None else ""
            named = _CARD_NAME.search(card)
            said = _CARD_FIELD.split(named[1])[0] if named else "" if "VCARD" in card else card[:_MAX_NAME]
            found = " ".join(said.split())
            if found:
                return found[:100]
    return ""
