"""Recordings of QTI items: kept by what their bytes say, written again beside the item, and missed with a reason."""

from __future__ import annotations

import io
import zipfile

import pytest

from exam_engine.sittings.forms import mentioned_assets
from item_bank.content.checking import undeliverable
from item_bank.content.model import Composite, Part
from item_bank.formats.model import Imported
from item_bank.formats.reading import read_file

SOUND = b"ID3" + bytes(400)
ITEM = """<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="nghe" title="Nghe" adaptive="false"
 timeDependent="false"><responseDeclaration identifier="R" cardinality="single" baseType="integer"/>
<responseDeclaration identifier="T" cardinality="single" baseType="string"/>
<itemBody><mediaInteraction responseIdentifier="R" autostart="true" maxPlays="2">{shown}</mediaInteraction>
<extendedTextInteraction responseIdentifier="T"/></itemBody></assessmentItem>"""
OBJECT = '<object type="audio/ogg" data="tieng/bai%201.mp3">Hai người chào nhau.</object>'
SOURCE = '<audio title="Hai người chào nhau."><source src="tieng/bai%201.mp3"/></audio>'


def read(shown: str, files: dict[str, bytes]) -> Imported:
    with io.BytesIO() as stream:
        with zipfile.ZipFile(stream, "w") as package:
            package.writestr("nghe.xml", ITEM.format(shown=shown))
            for name, data in files.items():
                package.writestr(name, data)
        return read_file("nghe.zip", stream.getvalue(), language="vi")


def recording(found: Imported) -> Part:
    composite = found.items[0].item.interaction
    assert isinstance(composite, Composite)
    return composite.parts[0]


@pytest.mark.parametrize("shown", [OBJECT, SOURCE])
def test_it_is_kept_with_its_words_and_its_limit(shown: str) -> None:
    found = read(shown, {"tieng/bai 1.mp3": SOUND})
    (asset,) = found.assets
    assert (asset.media_type, asset.data) == ("audio/mpeg", SOUND)
    told = recording(found).settings
    assert (told["asset"], told["kind"], told["most_plays"]) == (asset.digest, "audio/mpeg", "2")
    assert told["description"] == "Hai người chào nhau."
    assert mentioned_assets([found.items[0].item]) == {asset.digest}
    assert undeliverable(found.items[0].item) == []


@pytest.mark.parametrize(
    ("files", "code"), [({}, "recording_missing"), ({"tieng/bai 1.mp3": b"<html>"}, "recording_refused")]
)
def test_what_is_not_there_or_cannot_be_played_is_said(files: dict[str, bytes], code: str) -> None:
    found = read(OBJECT, files)
    assert found.report.items[0].reasons[0].code == code
    assert "did not come with its file" in " ".join(undeliverable(found.items[0].item))
