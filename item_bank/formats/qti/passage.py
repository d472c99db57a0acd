"""A passage that several QTI 3.0 items share: qti-assessment-stimulus-ref → a file of its own, beside the item's."""

from __future__ import annotations

import posixpath

from item_bank.content.model import Passage, digest
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.names import Element, attribute, child, children, line_of, local
from item_bank.formats.qti.texts import QtiTexts
from item_bank.formats.registry import Reading
from item_bank.formats.xml import parse_xml


def passage_of(item: Element, reading: Reading, entry: Entry) -> str | None:
    """The passage's digest; the passage itself goes to the entry."""
    references = list(children(item, "assessmentStimulusRef"))
    if not references:
        return None
    if len(references) > 1:
        message = N_("The item refers to several passages; one is supported.")
        raise ReadProblem("several_passages", message, line=line_of(references[1]))
    passage = _read(attribute(references[0], "href"), references[0], reading, entry)
    entry.passages.append(passage)
    return digest(passage)


def _read(href: str, reference: Element, reading: Reading, entry: Entry) -> Passage:
    data = reading.find_picture(href) if href else None
    if data is None:
        message = N_("The passage %(name)s did not come with the file.")
        raise ReadProblem("passage_missing", message, line=line_of(reference), name=href[:80])
    root = parse_xml(data)
    body = child(root, "stimulusBody")
    if local(root) != "assessmentStimulus" or body is None:
        message = N_("The file %(name)s is no passage.")
        raise ReadProblem("passage_unreadable", message, line=line_of(reference), name=href[:80])
    folder = posixpath.dirname(href)
    texts = QtiTexts(entry, lambda name: reading.find_picture(posixpath.join(folder, name)))
    return Passage(texts.markup(body), attribute(root, "title"))
