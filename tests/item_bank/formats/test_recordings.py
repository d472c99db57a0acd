# ruff: noqa: E501 - markup in one line reads better than broken up
"""Sound and film inside questions of Moodle and QTI 1.2: parts of the item in their places; what is lost is told."""

from __future__ import annotations

import base64

import msgspec
import pytest

from item_bank.content.checking import undeliverable
from item_bank.content.model import Composite, Part
from item_bank.formats.gift.writing import write_gift
from item_bank.formats.model import Imported
from item_bank.formats.moodle.writing import write_moodle
from item_bank.formats.qti.writing_checked import write_qti
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored
from item_bank.formats.simple import described
from tests.item_bank.formats.test_moodle_xml import answers, file_of, question, read

SOUND = b"ID3" + bytes(40)
FILE = file_of(SOUND, "a b.mp3")
PLAYED = '<audio controls="true" title="Hai người chào nhau."><source src="@@PLUGINFILE@@/a%20b.mp3">a b.mp3</audio>'
RIGHT = answers(("a", "100"), ("b", "0"))


def parts(found: Imported) -> list[Part]:
    composite = found.items[0].item.interaction
    assert isinstance(composite, Composite), found.report
    return list(composite.parts)


def codes(found: Imported) -> list[tuple[str, int | None]]:
    return [(one.code, one.line) for one in found.report.items[0].reasons]


def test_a_sound_in_a_question_of_moodle_stands_in_its_place() -> None:
    found = read(question("multichoice", RIGHT, f"<p>Nghe:<br>{PLAYED} rồi chọn.</p>", FILE))
    (asset,) = found.assets
    assert (asset.media_type, asset.data, codes(found)) == ("audio/mpeg", SOUND, [])
    first, second = parts(found)
    assert (first.type, first.settings["asset"], second.type) == ("media", asset.digest, "choice")
    assert first.settings["description"] == "Hai người chào nhau."
    item = found.items[0].item
    assert item.stem.html == (
        '<p>Nghe:</p><div data-place="part:0"></div><p>rồi chọn.</p><div data-place="part:1"></div>'
    )
    assert [scored(item, {"RESPONSE": key}).score for key in "AB"] == [2, 0]
    assert (undeliverable(item), described(item) is not None) == ([], True)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('<a href="@@PLUGINFILE@@/a%20b.mp3">a b.mp3</a>', ["media", "choice"]),
        ('<object data="@@PLUGINFILE@@/a%20b.mp3"></object>', ["media", "choice"]),
        ('<object><embed src="@@PLUGINFILE@@/a%20b.mp3"></object>', ["media", "choice"]),
        (f"{PLAYED}{PLAYED}", ["media", "media", "choice"]),
        ("<video src='x.mp4'>", ["media", "choice"]),
    ],
)
def test_players_of_all_kinds(text: str, kinds: list[str]) -> None:
    found = read(question("multichoice", RIGHT, f"Nghe {text}", FILE))
    assert [part.type for part in parts(found)] == kinds
    assert "a b.mp3" not in found.items[0].item.stem.html


GAPS = "<dragbox><text>mèo</text><group>1</group></dragbox>"


@pytest.mark.parametrize(
    ("kind", "inner", "text", "kinds"),
    [
        ("cloze", "", PLAYED + "{1:SA:=a}", ["media", "text_entry"]),
        ("ddwtos", GAPS, f"Con [[1]] {PLAYED}", ["media", "gap_match"]),
        ("essay", "", PLAYED, ["media", "extended_text"]),
        ("description", "", PLAYED, ["media"]),
        ("numerical", answers(("5", "100")), PLAYED, ["media", "text_entry"]),
    ],
)
def test_every_kind_of_question_keeps_its_sound_and_moodle_gets_it_back(
    kind: str, inner: str, text: str, kinds: list[str]
) -> None:
    found = read(question(kind, inner, text, FILE))
    assert ([part.type for part in parts(found)], codes(found)) == (kinds, [])
    item = found.items[0].item
    assert "\ufde0" not in repr(item)
    made = write_moodle([Exported("i", item)], lambda _digest: found.assets[0])
    if kind != "ddwtos":  # of which Moodle's own form is not written
        back = read_file("a.xml", made.data)
        assert ([part.type for part in parts(back)], [one.code for one in made.notes]) == (kinds, [])
        assert (back.assets, back.items[0].item.stem) == (found.assets, item.stem)
    for version in ("2.1", "3.0"):
        package = write_qti([Exported("i", item)], lambda _digest: found.assets[0], version)  # type: ignore[arg-type]
        again = read_file("a.zip", package.data)
        assert [part.type for part in parts(again)] == kinds
        assert again.assets == found.assets


def test_a_format_without_a_place_for_it_leaves_the_item_out() -> None:
    found = read(question("multichoice", RIGHT, PLAYED, FILE))
    made = write_gift([Exported("i", found.items[0].item)])
    assert (made.items, made.notes[0].written) == (0, False)


def test_moodle_counts_no_plays_and_that_is_told() -> None:
    found = read(question("truefalse", answers(("true", "100")), PLAYED, FILE))
    sound, choice = parts(found)
    limited = msgspec.structs.replace(sound, settings={**sound.settings, "most_plays": "2"})
    item = found.items[0].item
    composite = msgspec.structs.replace(item.interaction, parts=(limited, choice))
    made = write_moodle(
        [Exported("i", msgspec.structs.replace(item, interaction=composite))], lambda _digest: found.assets[0]
    )
    assert (made.items, [one.code for one in made.notes]) == (1, ["plays_not_held"])


def test_what_is_missing_leaves_its_place_and_is_told() -> None:
    film = "<video><source src='@@PLUGINFILE@@/no.mp4'>\n<track src='x'>Người nói chậm</video>"
    found = read(question("multichoice", RIGHT, f"Xem\n{film}"))
    assert codes(found) == [("recording_missing", 4), ("captions_dropped", 4)]
    assert parts(found)[0].settings["description"] == "Người nói chậm"
    assert "did not come with its file" in " ".join(undeliverable(found.items[0].item))


def test_what_feedback_plays_is_left_out_and_what_an_option_plays_refuses_it() -> None:
    said = f"<generalfeedback><text><![CDATA[Nghe lại {PLAYED} <iframe src='x'></iframe>]]></text></generalfeedback>"
    found = read(question("truefalse", answers(("true", "100")) + said))
    assert [code for code, _line in codes(found)] == ["media_dropped", "media_dropped"]
    assert found.items[0].item.rationale is not None
    for inner in (answers((f"<![CDATA[{PLAYED}]]>", "100"), ("b", "0")), RIGHT):
        text = "Xem <iframe src='x'></iframe>" if inner is RIGHT else "Chọn"
        assert codes(read(question("multichoice", inner, text, FILE))) == [("media_unsupported", 3)]


def test_an_essay_with_a_sound_tells_what_only_an_essay_has() -> None:
    inner = "<maxwordlimit>20</maxwordlimit><graderinfo><text>Ba ý.</text></graderinfo>"
    found = read(question("essay", inner, PLAYED, FILE))
    assert [code for code, _line in codes(found)] == ["rubric_dropped", "limit_dropped"]


def test_openings_without_an_end_take_no_time() -> None:
    text = "<audio " * 5_000 + "<audio>" * 45 + "<a href='x.mp3'>" * 3_000
    assert read(question("truefalse", answers(("true", "100")), text)).report.items[0].outcome in ("changed", "refused")


# --- QTI 1.2 ---------------------------------------------------------------------------------------------------------

QTI12 = """<questestinterop><item ident="i" title="t"><presentation><material>{material}</material>
<response_lid ident="R" rcardinality="Single"><render_choice>
<response_label ident="A"><material>{option}</material></response_label>
<response_label ident="B"><material><mattext>b</mattext></material></response_label></render_choice></response_lid>
</presentation><resprocessing><outcomes><decvar/></outcomes><respcondition><conditionvar><varequal respident="R">A</varequal>
</conditionvar><setvar action="Set">1</setvar></respcondition></resprocessing></item></questestinterop>"""


def read12(material: str, option: str = "<mattext>a</mattext>", *, whole: bool = False) -> Imported:
    data = QTI12.format(material=material, option=option).encode()
    return read_file("a.xml", data, find_picture={"sounds/a b.mp3": SOUND}.get, whole=whole)


INSIDE = f'<mataudio audiotype="audio/mp3" embedded="base64">{base64.b64encode(SOUND).decode()}</mataudio>'


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    "material",
    [
        '<mattext>Nghe</mattext><mataudio uri="sounds/a%20b.mp3" label="Hai người"/>',
        f"<mattext>Nghe</mattext>{INSIDE}",
        '<mattext texttype="text/html">Nghe &lt;audio src="sounds/a b.mp3"&gt;&lt;/audio&gt;</mattext>',
        '<mattext texttype="text/html">Nghe &lt;a href="$IMS-CC-FILEBASE$/sounds/a%20b.mp3"&gt;bài&lt;/a&gt;</mattext>',
    ],
)
def test_a_sound_in_a_question_of_qti_1_2(material: str, whole: bool) -> None:
    found = read12(material, whole=whole)
    (asset,) = found.assets
    first, second = parts(found)
    assert (asset.data, first.settings["asset"], second.type) == (SOUND, asset.digest, "choice")
    item = found.items[0].item
    assert (codes(found), undeliverable(item)) == ([], [])
    assert [scored(item, {"R" if whole else "RESPONSE": key}).score for key in "AB"] == [1, 0]


def test_applets_and_options_that_play() -> None:
    assert codes(read12('<mattext>Xem</mattext><matapplet uri="a.class"/>')) == [("media_dropped", 1)]
    assert codes(read12("<mattext>Nghe</mattext>", '<mataudio uri="sounds/a%20b.mp3"/>'))[-1] == (
        "media_unsupported",
        3,
    )
    assert codes(read12('<mattext>Nghe</mattext><matvideo uri="no.mp4"/>')) == [("recording_missing", 1)]
