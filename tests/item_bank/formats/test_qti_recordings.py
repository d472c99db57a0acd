"""Recordings of QTI items: kept by what their bytes say, written again beside the item, and missed with a reason."""

from __future__ import annotations

import io
import zipfile

import pytest

from exam_engine.sittings.forms import mentioned_assets
from item_bank.content.checking import undeliverable
from item_bank.content.model import Composite, Part
from item_bank.formats.model import Imported
from item_bank.formats.qti.writing_checked import write_qti
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored
from tests.item_bank.formats.qti_items import choices, item, response

SOUND = b"ID3" + bytes(400)
DECLARED = '<responseDeclaration identifier="R" cardinality="single" baseType="integer"/>'
ITEM = """<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="nghe" title="Nghe" adaptive="false"
 timeDependent="false">{declared}
<responseDeclaration identifier="T" cardinality="single" baseType="string"/>
<itemBody><mediaInteraction responseIdentifier="R" autostart="true" maxPlays="2">{shown}</mediaInteraction>
<extendedTextInteraction responseIdentifier="T"/></itemBody></assessmentItem>""".replace("{declared}", DECLARED)
OBJECT = '<object type="audio/ogg" data="tieng/bai%201.mp3">Hai người chào nhau.</object>'
SOURCE = '<audio title="Hai người chào nhau."><source src="tieng/bai%201.mp3"/></audio>'


def read(shown: str, files: dict[str, bytes]) -> Imported:
    return read_package(ITEM.format(shown=shown), files)


def read_package(item: str, files: dict[str, bytes]) -> Imported:
    with io.BytesIO() as stream:
        with zipfile.ZipFile(stream, "w") as package:
            package.writestr("nghe.xml", item)
            for name, data in files.items():
                package.writestr(name, data)
        return read_file("nghe.zip", stream.getvalue(), language="vi")


def recording(found: Imported, kind: str = "") -> Part:
    composite = found.items[0].item.interaction
    assert isinstance(composite, Composite)
    return next(part for part in composite.parts if kind in part.type)


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


@pytest.mark.parametrize("shown", [OBJECT, SOURCE])
def test_a_player_in_the_text_is_a_part_of_its_own(shown: str) -> None:
    source = item(f"<p>Nghe</p><div>{shown}</div>" + choices("a", "b"), response("A"))
    found = read_package(source.decode(), {"tieng/bai 1.mp3": SOUND})
    (made,), (asset,) = found.items, found.assets
    composite = made.item.interaction
    assert isinstance(composite, Composite)
    assert sorted(part.type for part in composite.parts) == ["choice", "media"]
    told = recording(found, "media").settings
    assert (told["asset"], told["description"]) == (asset.digest, "Hai người chào nhau.")
    assert (found.report.items[0].outcome, undeliverable(made.item)) == ("kept", [])
    assert [scored(made.item, {"RESPONSE": key}).score for key in "AB"] == [1, 0]
    back = read_file("a.zip", write_qti([Exported("i", made.item)], lambda _digest: asset, "2.2").data)
    assert recording(back, "media").settings["asset"] == asset.digest


def test_what_plays_need_not_be_declared() -> None:
    source = ITEM.format(shown=OBJECT).replace(DECLARED, "")
    found = read_package(source, {"tieng/bai 1.mp3": SOUND})
    assert (found.report.items[0].outcome, recording(found).type) == ("changed", "media")
    assert "response_implied" not in [one.code for one in found.report.items[0].reasons]


@pytest.mark.parametrize(
    ("files", "code"), [({}, "recording_missing"), ({"tieng/bai 1.mp3": b"<html>"}, "recording_refused")]
)
def test_what_is_not_there_or_cannot_be_played_is_said(files: dict[str, bytes], code: str) -> None:
    found = read(OBJECT, files)
    assert found.report.items[0].reasons[0].code == code
    assert "did not come with its file" in " ".join(undeliverable(found.items[0].item))
