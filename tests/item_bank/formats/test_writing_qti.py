"""What is written is read back the same: the usual kinds, every kind of interaction, packages."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from item_bank.content.interactions import handler_for
from item_bank.content.markup import from_html
from item_bank.content.model import (
    AcceptedText,
    Asset,
    Composite,
    Essay,
    Interaction,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    Passage,
    Picture,
    RubricPoint,
    ShortText,
    SingleChoice,
    Statement,
    TrueFalseCluster,
)
from item_bank.content.ruled import composite_of
from item_bank.formats.__main__ import pictures_within
from item_bank.formats.model import ReadProblem
from item_bank.formats.qti.writing import VERSIONS, Version, write_item
from item_bank.formats.qti.writing_checked import write_qti
from item_bank.formats.qti.writing_package import Exported, write_package
from item_bank.formats.reading import read_file
from item_bank.formats.registry import FindPicture
from item_bank.formats.scoring import scored

versions = pytest.mark.parametrize("version", VERSIONS)


def options(*weights: str) -> tuple[Option, ...]:
    return tuple(
        Option(name, from_html(f"phần {name}"), weight=one) for name, one in zip("ABCDE", weights, strict=False)
    )


def made(interaction: Interaction, points: str = "1") -> Item:
    return Item(from_html(r"<p>Tính \(\frac12\) với a &lt; b</p>"), interaction, title="Một câu", points=points)


STATEMENTS = tuple(Statement(name, from_html(f"mệnh đề {name}"), name in "ad") for name in "abcd")
SAMPLES = {
    "single": made(SingleChoice(options("0", "1", "0", "0")), "0.25"),
    "weighted": made(SingleChoice(options("1", "0.5", "0", "-0.5"), shuffle=False), "2"),
    "told": made(
        SingleChoice((*options("1"), Option("B", from_html("b"), feedback=from_html("Chưa đúng"), pinned=True)))
    ),
    "several": made(MultipleChoice(options("1", "0", "1"), max_choices=2)),
    "partial": made(MultipleChoice(options("0.5", "-0.5", "0.5"), partial=True)),
    "cluster": made(TrueFalseCluster(STATEMENTS)),
    "number": made(Numeric(("3.5",), tolerance="0.05"), "0.5"),
    "text": made(ShortText((AcceptedText("Hà Nội"), AcceptedText("Hanoi", "0.5")))),
    "essay": made(Essay((RubricPoint("1", "Nêu được ba ý", "2"),), lines=20), "2"),
}


def written(item: Item, version: Version) -> bytes:
    return write_item(item, "i1", version, lambda digest: f"{digest}.png")


def read_back(item: Item, version: Version) -> Item:
    imported = read_file("i1.xml", written(item, version))
    assert imported.items, imported.report
    return imported.items[0].item


@versions
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_the_usual_kinds_come_back_as_they_went(name: str, version: Version) -> None:
    item = SAMPLES[name]
    back = read_back(item, version)
    assert (back.interaction, back.points) == (item.interaction, item.points)
    assert back.stem.math == item.stem.math or back.stem.math[0].mathml == item.stem.math[0].mathml


@pytest.mark.parametrize("name", ["number", "text", "essay", "single"])
def test_no_empty_paragraph_is_added_by_each_round(name: str) -> None:
    once = read_back(SAMPLES[name], "3.0")
    assert once.stem.html == SAMPLES[name].stem.html
    assert read_back(once, "3.0").stem == once.stem


def test_the_picture_of_a_stage_is_written_once(png: bytes) -> None:
    asset = Asset.of("image/png", png)
    response = (
        '<responseDeclaration identifier="R" cardinality="single" baseType="point"><areaMapping defaultValue="0">'
    )
    response += '<areaMapEntry shape="circle" coords="1,1,1" mappedValue="1"/></areaMapping></responseDeclaration>'
    picture = '<object data="a.png" type="image/png" width="9" height="9">nền</object>'
    thing = '<object data="a.png" type="image/png">cờ</object>'
    stage = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i" title="t">'
        f'{response}<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/><itemBody><p>Đặt</p>'
        f'<positionObjectStage>{picture}<positionObjectInteraction responseIdentifier="R">{thing}'
        "</positionObjectInteraction></positionObjectStage></itemBody>"
        '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response_point"/>'
        "</assessmentItem>"
    )
    item = read_file("i.xml", stage.encode(), find_picture=lambda _href: png).items[0].item
    made = write_qti([Exported("i", item)], lambda _digest: asset, "2.1")
    assert (made.items, made.notes) == (1, ())
    back = read_file("a.zip", made.data).items[0].item
    for one in (item, back):
        # Above the part that has it, it would be shown twice.
        assert "img" not in one.stem.html
        assert isinstance(one.interaction, Composite)
        assert one.interaction.parts[0].picture == Picture(asset.digest, 9, 9, "nền")


@versions
def test_labels_stand_in_the_manifest(version: Version) -> None:
    labels: dict[str, Any] = {
        "subject": "Vật lí",
        "topic": "Dao động / con lắc",
        "author": "Lê Văn A",
        "licence": "CC BY 4.0",
    }
    more: dict[str, Any] = {"tags": ("ôn tập", "12A1"), "extra": {"difficulty": "easy", "description": "Câu dễ"}}
    item = Item(SAMPLES["text"].stem, SAMPLES["text"].interaction, title="t", grade="12", **labels, **more)
    made = write_qti([Exported("i", item)], lambda _digest: Asset("", "", b""), version)
    back = read_file("a.zip", made.data).items[0].item
    assert {name: getattr(back, name) for name in (*labels, *more)} == labels | more
    assert [one.text for one in made.notes if one.code == "metadata_not_held"] == ["Not held: grade."]


@versions
def test_a_document_is_named_as_its_version_wants(version: Version) -> None:
    root = etree.fromstring(written(SAMPLES["single"], version))
    names = {etree.QName(one).localname for one in root.iter()}
    assert ("qti-simple-choice" if version == "3.0" else "simpleChoice") in names
    assert ("simpleChoice" if version == "3.0" else "qti-simple-choice") not in names
    assert {one.nsmap.get(None) for one in root.iter()} <= {root.nsmap[None], "http://www.w3.org/1998/Math/MathML"}


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_rules_mark_a_usual_item_as_its_kind_does(data: st.DataObject) -> None:
    """Both ways of saying the same item earn the same."""
    name = data.draw(st.sampled_from(sorted(set(SAMPLES) - {"essay"})))
    item = SAMPLES[name]
    ruled = composite_of(item)
    response: Any
    given_rules: Any
    match item.interaction:
        case SingleChoice(options=found):
            response = data.draw(st.sampled_from([one.id for one in found]))
            given_rules = response
        case MultipleChoice(options=found):
            response = sorted(data.draw(st.sets(st.sampled_from([one.id for one in found]), max_size=3))) or None
            given_rules = response
        case TrueFalseCluster(statements=statements):
            response = {one.id: data.draw(st.booleans()) for one in statements}
            given_rules = [f"S{key} {'T' if value else 'F'}" for key, value in response.items()]
        case _:
            response = data.draw(st.sampled_from(["3.5", "3.55", "3.56", "0", "Hà Nội", "hanoi", "Huế"]))
            given_rules = response if name == "text" or response[0].isdigit() else None
    share = handler_for(item).mark(item, response).share
    assert share is not None
    assert scored(ruled, given_rules).score == share * item.maximum


@pytest.mark.parametrize("pattern", ["*Nội", "Hà*", "5\\*3", "a.b*", "*"])
@pytest.mark.parametrize("typed", ["Hà Nội", "hà nội", "5*3", "5x3", "a.bc", "axbc", "Nội"])
@pytest.mark.parametrize("case", [True, False])
def test_wildcards_are_patterns(pattern: str, typed: str, case: bool) -> None:
    item = made(ShortText((AcceptedText(pattern), AcceptedText("axbc", "0.5")), case_sensitive=case))
    share = handler_for(item).mark(item, typed).share
    assert scored(composite_of(item), typed).score == share


@versions
def test_a_package_holds_pictures_passages_and_free_names(version: Version, png: bytes) -> None:
    asset = Asset.of("image/png", png)
    picture = f'<p>Nhìn hình <img data-asset="{asset.digest}" alt="hình"/></p>'
    item = Item(Markup(picture), SAMPLES["single"].interaction)
    passage = Passage(Markup("<p>Dòng sông</p>"), "Sông")
    exported = [Exported("a b", item, passage), Exported("a/b", item), Exported("A-b", item)]
    data = write_package(exported, lambda _digest: asset, version)
    assert data == write_package(exported, lambda _digest: asset, version)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        names = opened.namelist()
        assert sorted(one for one in names if one.endswith("b.xml") or "-b-" in one)
        assert sum(name.startswith("assets/") for name in names) == 1
        manifest = etree.fromstring(opened.read("imsmanifest.xml"))
        hrefs = {str(one.get("href")) for one in manifest.iter("{*}file")}
        assert hrefs | {"imsmanifest.xml"} == set(names)
        first = opened.read("items/a-b.xml").decode()
    assert "Dòng sông" in first if version != "3.0" else "a-b-passage.xml" in first


def in_package(assets: dict[str, bytes]) -> FindPicture:
    return lambda name: assets.get(name.removesuffix(".png"))


def test_every_item_of_the_shared_folder_comes_back(shared: Path) -> None:
    """What our own kinds hold is not lost on the way through any version."""
    folder = shared / "interchange" / "qti22"
    same = other = 0
    for path in sorted(folder.rglob("*.xml")):
        try:
            imported = read_file(path.name, path.read_bytes(), find_picture=pictures_within(folder, path.parent))
        except ReadProblem:
            continue
        assets = {one.digest: one.data for one in imported.assets}
        for one in imported.items:
            data = write_item(one.item, "i1", "3.0", lambda digest: f"{digest}.png")
            back = read_file("i1.xml", data, find_picture=in_package(assets))
            alike = bool(back.items) and back.items[0].item.interaction == one.item.interaction
            same, other = same + alike, other + (not alike)
    assert same >= 75
    assert other <= 3


def test_points_are_decimals() -> None:
    item = made(Composite((), ()), "1")
    assert scored(item, {}).score is None
    assert Fraction(SAMPLES["single"].points) == Fraction(1, 4)
