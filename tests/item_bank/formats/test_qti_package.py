# ruff: noqa: E501 - markup in one line reads better than broken up
"""Content packages and tests of QTI: what is in them comes in, and what is wrong with them is said."""

from __future__ import annotations

import pytest

from item_bank.content.missing import MISSING
from item_bank.formats.model import HostileFile, Imported, ReadProblem
from item_bank.formats.qti.test_model import ItemRef, Section
from item_bank.formats.reading import read_file
from tests.item_bank.formats.packages import exam_of, manifest, resource, zipped
from tests.item_bank.formats.qti_items import as_version_3, choices, item, response

ONE = item(choices("một", "hai"), response("A"))
#: A Common Cartridge's assessment.
OLD = b"""<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="A" title="A"><section ident="s"><item ident="q1" title="Q">
<presentation><material><mattext texttype="text/html">&lt;p&gt;2 + 2?&lt;/p&gt;</mattext></material><response_lid ident="r" rcardinality="Single"><render_choice>
<response_label ident="a"><material><mattext>3</mattext></material></response_label><response_label ident="b"><material><mattext>4</mattext></material></response_label></render_choice></response_lid></presentation>
<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes><respcondition continue="No"><conditionvar><varequal respident="r">b</varequal></conditionvar><setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing></item></section></assessment></questestinterop>"""
METADATA = (
    "<imsmd:general><imsmd:title><imsmd:langstring>Tên khác</imsmd:langstring></imsmd:title><imsmd:keyword><imsmd:langstring>hàm số, đạo hàm</imsmd:langstring></imsmd:keyword></imsmd:general>"
    "<imsmd:educational><imsmd:difficulty><imsmd:value><imsmd:langstring>difficult</imsmd:langstring></imsmd:value></imsmd:difficulty></imsmd:educational>"
    "<imsmd:lifecycle><imsmd:contribute><imsmd:role><imsmd:value>author</imsmd:value></imsmd:role><imsmd:entity>BEGIN:VCARD FN:Lê Thị Hoa END:VCARD</imsmd:entity></imsmd:contribute></imsmd:lifecycle>"
    "<imsmd:classification><imsmd:purpose><imsmd:value>discipline</imsmd:value></imsmd:purpose><imsmd:taxonpath><imsmd:taxon><imsmd:entry><imsmd:langstring>Toán</imsmd:langstring></imsmd:entry></imsmd:taxon></imsmd:taxonpath></imsmd:classification>"
)


def read(files: dict[str, bytes], name: str = "bank.zip") -> Imported:
    return read_file(name, zipped(files))


def places(found: Imported) -> list[str]:
    return [entry.place for entry in found.report.items]


def test_items_stand_in_the_manifests_order_with_its_metadata() -> None:
    found = read(
        {"a.xml": ONE, "b.xml": ONE, "imsmanifest.xml": manifest(resource("b.xml", METADATA), resource("a.xml"))}
    )
    assert found.report.format == "qti_package"
    assert places(found) == ["b.xml", "a.xml"]
    told, bare = (one.item for one in found.items)
    assert (told.title, told.subject, told.author) == ("Một câu", "Toán", "Lê Thị Hoa")
    assert told.tags == ("hàm số", "đạo hàm")
    assert told.extra == {"difficulty": "difficult"}
    assert (bare.tags, bare.subject, dict(bare.extra)) == ((), "", {})
    assert found.items[0].source == ONE


def test_items_that_the_manifest_forgets_are_read_and_it_is_said() -> None:
    found = read(
        {"imsmanifest.xml": manifest(resource("a.xml")), "a.xml": ONE, "more/b.xml": ONE, "__MACOSX/._b.xml": b"x"}
    )
    assert places(found) == ["a.xml", "more/b.xml"]
    assert [problem.code for problem in found.report.problems] == ["items_unlisted"]


@pytest.mark.parametrize("broken", [b"<manifest><resources>", b"<package/>"])
def test_a_broken_manifest_hides_no_item(broken: bytes) -> None:
    found = read({"imsmanifest.xml": broken, "a.xml": ONE})
    assert len(found.items) == 1
    assert [problem.code for problem in found.report.problems] == ["manifest_unreadable"]


def test_a_zip_without_a_manifest_is_read() -> None:
    assert places(read({"x/2.xml": ONE, "x/1.xml": as_version_3(ONE), "x/a.css": b""})) == ["x/1.xml", "x/2.xml"]


def test_pictures_are_found_from_the_items_own_folder(png: bytes) -> None:
    shown = item('<p><img src="../p%20q/A.png" alt="một"/></p>' + choices("a", "b"), response("A"))
    found = read(
        {"root/imsmanifest.xml": manifest(resource("items/a.xml")), "root/items/a.xml": shown, "root/p q/a.PNG": png}
    )
    assert [asset.data for asset in found.assets] == [png]
    away = read({"items/a.xml": shown.replace(b"../p", b"../../p"), "p q/a.PNG": png})
    assert away.assets == (MISSING,)


def test_what_the_manifest_lists_and_is_not_there_is_refused_by_name() -> None:
    found = read(
        {"imsmanifest.xml": manifest(resource("gone.xml"), resource("../out.xml"), resource("a.xml")), "a.xml": ONE}
    )
    assert [(entry.outcome, entry.reasons[-1].code if entry.reasons else "") for entry in found.report.items] == [
        ("refused", "item_missing"),
        ("refused", "item_outside"),
        ("kept", ""),
    ]


def test_one_broken_item_leaves_the_others() -> None:
    found = read(
        {"imsmanifest.xml": manifest(resource("a.xml"), resource("b.xml")), "a.xml": b"<assessmentItem", "b.xml": ONE}
    )
    assert [entry.outcome for entry in found.report.items] == ["refused", "kept"]
    assert found.report.items[0].reasons[0].code == "xml_malformed"
    assert found.report.items[0].place == "a.xml"


def test_a_cartridge_holds_assessments_of_qti_1_2() -> None:
    listed = resource("q/a.xml", kind="imsqti_xmlv1p2/imscc_xmlv1p1/assessment")
    found = read({"imsmanifest.xml": manifest(listed), "q/a.xml": OLD, "q/assessment_meta.xml": b"<quiz/>"}, "a.imscc")
    assert [one.item.type for one in found.items] == ["single_choice"]
    assert places(found) == ["q/a.xml"]


def test_packages_within_a_package() -> None:
    inner = zipped({"imsmanifest.xml": manifest(resource("a.xml")), "a.xml": ONE})
    assert places(read({"one.zip": inner, "two/three.zip": inner})) == ["one.zip/a.xml", "two/three.zip/a.xml"]


def test_packages_nested_without_end_are_refused() -> None:
    data = zipped({"a.xml": ONE})
    for _ in range(4):
        data = zipped({"a.zip": data})
    with pytest.raises(HostileFile) as refused:
        read_file("a.zip", data)
    assert refused.value.code == "archive_nested"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"imsmanifest.xml": manifest(), "../a.xml": ONE}, "archive_path"),
        ({"imsmanifest.xml": manifest(), "a.xml": b" " * 3_000_000}, "archive_bomb"),
        ({"imsmanifest.xml": manifest(resource("a.xml")), "a.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><assessmentItem/>'}, "xml_declarations"),
        ({"imsmanifest.xml": b"<manifest>" + b"<a>" * 200 + b"</a>" * 200 + b"</manifest>"}, "xml_depth"),
        ({"imsmanifest.xml": manifest()}, "package_empty"),
        ({"imsmanifest.xml": b"<manifest>"}, "manifest_unreadable"),
    ],
)  # fmt: skip
def test_hostile_and_empty_packages(files: dict[str, bytes], code: str) -> None:
    with pytest.raises(ReadProblem) as refused:
        read(files)
    assert refused.value.code == code


def test_progress_counts_files() -> None:
    from item_bank.formats.qti.package import FORMAT
    from item_bank.formats.registry import Reading

    told: list[tuple[int, int]] = []
    data = zipped({f"{number}.xml": ONE for number in range(3)})
    FORMAT.read(data, Reading("a.zip", progress=lambda done, whole: told.append((done, whole))))
    assert told == [(0, 3), (1, 3), (2, 3)]


RULES = '<outcomeProcessing><setOutcomeValue identifier="SCORE"><sum><testVariables variableIdentifier="SCORE" weightIdentifier="W"/></sum></setOutcomeValue></outcomeProcessing>'
SECTIONS = """<itemSessionControl maxAttempts="1" showFeedback="false"/>
<assessmentSection identifier="S1" title="Phần I" visible="true" fixed="true"><rubricBlock view="candidate"><p>Chọn một đáp án.</p></rubricBlock>
<selection select="2"/><ordering shuffle="true"/>
<assessmentItemRef identifier="I1" href="a.xml" category="dễ hình" fixed="true" required="true"><weight identifier="W" value="0.25"/></assessmentItemRef>
<assessmentItemRef identifier="I2" href="b.xml"><preCondition><match><variable identifier="I1.SCORE"/><baseValue baseType="float">1</baseValue></match></preCondition></assessmentItemRef>
<assessmentSection identifier="S2" title="Trong" visible="false" keepTogether="false"><assessmentItemRef identifier="I3" href="c.xml"><branchRule target="EXIT_TEST"><gt><variable identifier="I1.SCORE"/><baseValue baseType="float">0</baseValue></gt></branchRule><timeLimits maxTime="60"/></assessmentItemRef></assessmentSection>
</assessmentSection><assessmentSectionRef identifier="S3" href="sections/s3.xml"/>"""
THIRD = b'<assessmentSection identifier="S3" title="Ngo\xc3\xa0i" visible="true"><assessmentItemRef identifier="I4" href="../a.xml"/></assessmentSection>'


@pytest.mark.parametrize("version_3", [False, True])
def test_a_test_is_kept_with_all_that_holds_it_together(version_3: bool) -> None:
    data = exam_of(SECTIONS, RULES)
    data = as_version_3(data) if version_3 else data
    found = read({"t.xml": data, "a.xml": ONE, "b.xml": ONE, "sections/s3.xml": THIRD})
    (test,) = found.tests
    (part,) = test.parts
    first, third = part.sections
    assert (test.identifier, test.title, test.place, test.source) == ("T1", "Kiểm tra", "t.xml", data)
    assert test.limits is not None
    assert test.limits.most == "2700"
    assert (part.navigation, part.submission, part.control["maxAttempts"]) == ("nonlinear", "simultaneous", "1")
    assert (first.title, first.fixed, first.select, first.shuffle) == ("Phần I", True, 2, True)
    assert "Chọn một đáp án" in first.rubrics[0].markup.html
    one, two, inner = first.inner
    assert isinstance(one, ItemRef)
    assert isinstance(inner, Section)
    assert one.identifier == "I1"
    assert (one.href, one.categories, one.weights, one.fixed, one.required) == (
        "a.xml",
        ("dễ", "hình"),
        {"W": "0.25"},
        True,
        True,
    )
    assert two.preconditions[0].name == "match"
    assert (inner.visible, inner.together) == (False, False)
    assert [(ref.identifier, ref.href) for ref in test.items()] == [
        ("I1", "a.xml"),
        ("I2", "b.xml"),
        ("I3", "c.xml"),
        ("I4", "a.xml"),
    ]
    assert third.title == "Ngoài"
    assert {node.name for node in test.rules.walk()} == {"setOutcomeValue", "sum", "testVariables"}
    codes = {reason.code for reason in test.notes}
    assert codes == {"test_preconditions", "test_branching", "test_inner_limits", "test_outcomes", "test_items_missing"}


def test_a_section_file_that_refers_to_itself_ends() -> None:
    loop = '<assessmentSectionRef identifier="S3" href="s.xml"/>'
    section = f'<assessmentSection identifier="S3" title="x" visible="true">{loop}</assessmentSection>'.encode()
    (test,) = read({"t.xml": exam_of(loop), "s.xml": section}).tests
    assert [one.identifier for one in test.sections()] == ["S3"]
    assert [reason.code for reason in test.notes] == ["section_missing"]


def test_a_test_without_parts_is_refused() -> None:
    with pytest.raises(ReadProblem) as refused:
        read_file("t.xml", b'<assessmentTest identifier="t" title="t"/>')
    assert refused.value.code == "test_empty"
