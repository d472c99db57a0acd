"""What a package's manifest says of an item, as metadata of a learning object (IEEE 1484.12.3, LOM): the way back of
`manifest`. Places without a text are left out."""

from __future__ import annotations

from lxml import etree

from item_bank.content.model import Item
from item_bank.formats.qti.names import Element
from item_bank.formats.written import clean

_LOM = "http://ltsc.ieee.org/xsd/LOM"


def metadata_of(item: Item) -> Element | None:
    """Keywords, author, licence, subject, topic; None where there is nothing to say."""
    lom = etree.Element("lom", nsmap={"lom": _LOM})
    general = etree.SubElement(lom, "general")
    _said(general, "description", item.extra.get("description", ""), item.language)
    for tag in item.tags:
        _said(general, "keyword", tag, item.language)
    if item.author:
        _author(lom, item.author)
    if difficulty := item.extra.get("difficulty"):
        _chosen(etree.SubElement(lom, "educational"), "difficulty", difficulty)
    _said(etree.SubElement(lom, "rights"), "description", item.licence, item.language)
    for purpose, text in (("discipline", item.subject), ("idea", item.topic)):
        if text:
            _classified(lom, purpose, text, item.language)
    for empty in [one for one in lom if not len(one)]:
        lom.remove(empty)
    if not len(lom):
        return None
    metadata = etree.Element("metadata")
    metadata.append(lom)
    for one in lom.iter():
        one.tag = f"{{{_LOM}}}{one.tag}"
    return metadata


def _said(parent: Element, name: str, text: str, language: str) -> None:
    if text.strip():
        string = etree.SubElement(etree.SubElement(parent, name), "string", language=language)
        string.text = clean(text)


def _chosen(parent: Element, name: str, value: str) -> None:
    """A word of LOM's own vocabulary."""
    chosen = etree.SubElement(parent, name)
    etree.SubElement(chosen, "source").text = "LOMv1.0"
    etree.SubElement(chosen, "value").text = value


def _author(lom: Element, name: str) -> None:
    contribute = etree.SubElement(etree.SubElement(lom, "lifeCycle"), "contribute")
    _chosen(contribute, "role", "author")
    words = " ".join(clean(name).split())
    etree.SubElement(contribute, "entity").text = f"BEGIN:VCARD\nVERSION:3.0\nFN:{words}\nEND:VCARD"


def _classified(lom: Element, purpose: str, text: str, language: str) -> None:
    classification = etree.SubElement(lom, "classification")
    _chosen(classification, "purpose", purpose)
    taxon = etree.SubElement(etree.SubElement(classification, "taxonPath"), "taxon")
    _said(taxon, "entry", text, language)
