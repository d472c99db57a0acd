"""XML that a stranger made: no document types with content of their own, no entities, no network, bounded depth."""

from __future__ import annotations

import re

from lxml import etree

from item_bank.formats.encodings import decode
from item_bank.formats.model import N_, HostileFile, ReadProblem

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 100
#: Encodings in which `_refuse_declarations` sees what the parser sees.
_ENCODINGS = {
    None,
    "UTF-8",
    "utf-8",
    "UTF8",
    "UTF-16",
    "utf-16",
    "UTF-16LE",
    "UTF-16BE",
    "ASCII",
    "US-ASCII",
    "us-ascii",
}
_ENCODINGS |= {"ISO-8859-1", "iso-8859-1", "Windows-1252", "windows-1252", "Windows-1258", "windows-1258"}
_DECLARATION = re.compile(r"<!(?:ENTITY|ELEMENT|ATTLIST|NOTATION)\b|<!DOCTYPE[^>\[]*\[")


def parse_xml(data: bytes) -> etree._Element:
    """The root element. Raises HostileFile for declarations and depth, ReadProblem for what is not well-formed."""
    if len(data) > MAX_BYTES:
        message = N_("The XML has more than %(limit)s MB.")
        raise HostileFile("xml_too_large", message, limit=MAX_BYTES // 2**20)
    _refuse_declarations(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed(error) from error
    except ValueError as error:
        raise ReadProblem("xml_malformed", N_("The XML is not well-formed: %(problem)s"), problem=error) from error
    _check(root)
    if root.getroottree().docinfo.encoding not in _ENCODINGS:
        raise ReadProblem("xml_encoding", N_("The XML is in an encoding that is not read; save it as UTF-8."))
    return root


def _refuse_declarations(data: bytes) -> None:
    """Before parsing: libxml2 would expand entities in attributes while it reads."""
    try:
        text = "".join(decode(data).lines)
    except ReadProblem:
        return  # the parser says better what is wrong
    if found := _DECLARATION.search(text):
        raise _declarations(text.count("\n", 0, found.start()) + 1)


def _declarations(line: int | None) -> HostileFile:
    message = N_("The XML declares entities or its own document type, which is refused.")
    return HostileFile("xml_declarations", message, line=line)


def _malformed(error: etree.XMLSyntaxError) -> ReadProblem:
    message = str(error.msg or error).split(" (<string>")[0]
    if "depth" in message.lower():
        return HostileFile("xml_depth", N_("The XML is nested too deeply."), line=error.lineno or None)
    return ReadProblem(
        "xml_malformed", N_("The XML is not well-formed: %(problem)s"), line=error.lineno or None, problem=message
    )


def _check(root: etree._Element) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise HostileFile("xml_depth", N_("The XML is nested too deeply."), line=element.sourceline)
    for entity in root.iter(etree.Entity):
        raise ReadProblem(
            "xml_entity",
            N_("The XML uses the entity %(name)s, which XML does not know."),
            line=_line_of(entity),
            name=entity.text,
        )


def _line_of(entity: etree._Element) -> int | None:
    parent = entity.getparent()
    line: object = None if parent is None else parent.sourceline
    return line if isinstance(line, int) else None
