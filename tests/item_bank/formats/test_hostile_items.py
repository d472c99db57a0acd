# ruff: noqa: E501 - markup in one line reads better than broken up
"""Items of QTI, 1.2 and 2, that are made to take time or memory without measure, or to end the reading of a whole file."""

from __future__ import annotations

from pathlib import Path

import pytest

from item_bank.content.interactions.registry import handler_for
from item_bank.content.markup import render
from item_bank.content.variants import variant
from item_bank.formats.__main__ import pictures_within
from item_bank.formats.archives import Archive, Limits
from item_bank.formats.collecting import MOST_NOTES
from item_bank.formats.model import HostileFile, Imported, ReadProblem
from item_bank.formats.qti import tests as section_files
from item_bank.formats.reading import read_file
from tests.item_bank.formats import qti12_items
from tests.item_bank.formats.packages import exam_of, manifest, resource, zipped
from tests.item_bank.formats.qti_items import MAP, V21, choices, item, response

ONE = item(choices("một", "hai"), response("A"))


def codes(found: Imported) -> set[str]:
    return {reason.code for entry in found.report.items for reason in entry.reasons}


def test_feedback_within_feedback_is_read_once() -> None:
    """Each level read what is in it twice: forty would never have come to an end."""
    deep = '<feedbackBlock outcomeIdentifier="F" identifier="a"><p>' * 40 + "x" + "</p></feedbackBlock>" * 40
    found = read_file("a.xml", item(deep + choices("a", "b"), response("A")))
    composite = found.items[0].item.interaction
    assert len(composite.feedback) == 40  # type: ignore[union-attr]


def test_declarations_within_the_body_do_not_tell_the_key() -> None:
    body = choices("một", "hai") + response("A").replace("<value>", "<value>khóa ")
    found = read_file("a.xml", item(body, response("A")))
    assert "khóa" not in found.items[0].item.stem.html
    assert "element_dropped" in codes(found)


def test_a_beginning_full_of_comments_is_no_item_of_qti_1() -> None:
    with pytest.raises(ReadProblem):
        read_file("a.xml", b"<!---->" * 60 + b"<x/>")


def test_conditions_that_repeat_those_before_them_are_bounded() -> None:
    """Each `other` holds all conditions before it, also the others."""
    told = [
        qti12_items.condition(
            "<other/>" if n % 2 else qti12_items.equal(str(n)), score="1", action="Add", goes_on="Yes"
        )
        for n in range(80)
    ]
    one = qti12_items.item(qti12_items.material("a") + qti12_items.fib(), qti12_items.processing(*told))
    assert codes(read_file("a.xml", qti12_items.document(one))) == {"conditions_deep"}


def test_rules_that_take_long_are_not_tried_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("item_bank.formats.qti12.best.MOST_STEPS", 5_000)
    told = [qti12_items.condition(qti12_items.equal(f"k{n}"), score="1") for n in range(400)]
    one = qti12_items.item(qti12_items.material("a") + qti12_items.fib(), qti12_items.processing(*told))
    found = read_file("a.xml", qti12_items.document(one))
    assert [entry.type for entry in found.report.items] == ["composite"]


@pytest.mark.parametrize("text", ["&lt;img " + "a" * 400_000 + "&gt;", "&lt;img " + "a " * 200_000 + "&gt;"])
def test_attributes_without_end(text: str) -> None:
    one = qti12_items.item(qti12_items.material(text, "text/html") + qti12_items.lid("a", "b"))
    assert "text_too_long" in codes(read_file("a.xml", qti12_items.document(one)))


@pytest.mark.parametrize("card", ["FN;" * 200_000, "FN:" + " " * 400_000])
def test_a_visiting_card_without_end(card: str) -> None:
    author = f"<imsmd:lifecycle><imsmd:contribute><imsmd:role><imsmd:value>author</imsmd:value></imsmd:role><imsmd:entity>VCARD {card}x</imsmd:entity></imsmd:contribute></imsmd:lifecycle>"
    found = read_file("a.zip", zipped({"imsmanifest.xml": manifest(resource("a.xml", author)), "a.xml": ONE}))
    assert len(found.items) == 1


@pytest.mark.parametrize(
    "bounds",
    ['lowerBound="a" upperBound="2"', 'lowerBound="0" upperBound="1e999"', 'lowerBound="0" upperBound="9" step="x"'],
)
def test_a_scale_without_numbers_is_refused_alone(bounds: str) -> None:
    """It ended the reading of every item of the package."""
    slider = f'<sliderInteraction responseIdentifier="RESPONSE" {bounds}/>'
    parts = {"a.xml": item(slider, response("1", "float"), MAP), "b.xml": ONE}
    found = read_file("a.zip", zipped(parts))
    assert [entry.outcome for entry in found.report.items] == ["refused", "kept"]


def test_a_scale_without_a_step_goes_by_ones() -> None:
    slider = '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="9"/>'
    one = read_file("a.xml", item(slider, response("1", "float"))).items[0].item
    part = handler_for(one).body(one, render, {})["parts"][0]
    assert (part["lower"], part["upper"], part["step"]) == (0, 9, 1)


def test_only_so_much_is_said_of_an_item_and_of_a_file() -> None:
    keys = "|".join(f"k{n}" for n in range(2_000))
    found = read_file(
        "a.xml", item(choices("a", "b", attributes='maxChoices="0"'), response(keys, cardinality="multiple"))
    )
    assert len(found.report.items[0].reasons) == MOST_NOTES
    listed = [resource(f"{n}.xml", kind="imsqti_assessment_xmlv2p1") for n in range(1_000)]
    found = read_file("a.zip", zipped({"imsmanifest.xml": manifest(*listed), "a.xml": ONE}))
    assert len(found.report.problems) == MOST_NOTES
    assert found.report.problems[-1].code == "more_to_say"


def test_formulas_and_letters_of_all_texts_of_an_item_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"<math><mi>x</mi><mn>{n}</mn></math>" * 2 for n in range(4)]
    assert not codes(read_file("a.xml", item(choices(*texts), response("A"))))
    for limit in ("MAX_ITEM_FORMULAS", "MAX_ITEM_CHARS"):
        with monkeypatch.context() as patched:
            patched.setattr(f"item_bank.formats.texts.{limit}", 7)
            assert codes(read_file("a.xml", item(choices(*texts), response("A")))) == {"text_too_long"}


def test_a_section_that_is_referred_to_time_and_again_counts_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(section_files, "MAX_ELEMENTS", 2_000)
    refs = '<assessmentItemRef identifier="i" href="a.xml"/>' * 300
    section = f'<assessmentSection xmlns="{V21}" identifier="s" title="s" visible="true">{refs}</assessmentSection>'
    files = {"s.xml": section.encode(), "a.xml": ONE}
    for times, said in ((3, set()), (30, {"xml_too_large"})):
        test = exam_of('<assessmentSectionRef identifier="r" href="s.xml"/>' * times)
        found = read_file("a.zip", zipped(files | {"test.xml": test}))
        assert codes(found) == said
        assert len(found.items) == 1


def test_packages_in_a_package_unpack_to_no_more_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("item_bank.formats.qti.package.LIMITS", Limits(total_bytes=20_000))
    inner = zipped({"a.xml": ONE + b" " * 9_000})
    assert len(read_file("a.zip", zipped({"1.zip": inner})).items) == 1
    with pytest.raises(HostileFile, match="unpacks"):
        read_file("a.zip", zipped({f"{n}.zip": inner for n in range(5)}))


def test_what_is_unpacked_again_and_again_is_counted() -> None:
    archive = Archive(zipped({"a": b"x" * 600}), Limits(read_bytes=2_000))
    for _time in range(3):
        archive.read("a")
    with pytest.raises(HostileFile, match="unpacks"):
        archive.read("a")


def test_a_picture_that_an_item_shows_often_is_unpacked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    plain = Archive.read
    monkeypatch.setattr(Archive, "read", lambda self, name: read.append(name) or plain(self, name))  # type: ignore[func-returns-value]
    many = '<img src="big.png" alt="x"/>' * 50
    found = read_file(
        "a.zip", zipped({"a.xml": item(f"<p>{many}</p>" + choices("a", "b"), response("A")), "big.png": b"x"})
    )
    assert len(found.items) == 1
    assert read.count("big.png") <= 2  # as a usual item, and as a composite where it is none


def test_files_packed_in_rare_ways_are_refused() -> None:
    """Their unpacking may ask for gigabytes that no size in the archive tells."""
    import io
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.xml", ONE)
    with pytest.raises(ReadProblem) as caught:
        Archive(made.getvalue())
    assert caught.value.code == "archive_method"


@pytest.mark.parametrize("count", ["²", "٣", "9" * 5_000])
def test_counts_that_are_none_refuse_the_item_alone(count: str) -> None:
    """A raised two was taken for a digit, and ended the reading of the file."""
    body = choices("a", "b", attributes=f'maxChoices="{count}"')
    picture = f'<hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1"><object data="a.png" width="{count}"/></hotspotInteraction>'
    media = f'<mediaInteraction responseIdentifier="RESPONSE" autostart="false" maxPlays="{count}"><object data="a.mp3"/></mediaInteraction>'
    for each in (body, picture, media):
        found = read_file("a.xml", item(each, response("A", "integer" if each == media else "identifier")))
        assert len(found.report.items) == 1
        for one in found.items:
            handler_for(one.item).body(one.item, render, {})


TEMPLATE = '<templateDeclaration identifier="T" cardinality="single" baseType="identifier"><defaultValue><value>a</value></defaultValue></templateDeclaration>'
SHOWN = '<p><templateInline templateIdentifier="T" identifier="a" showHide="show">một</templateInline><templateInline templateIdentifier="T" identifier="b" showHide="show">hai</templateInline></p>'


def test_variables_that_nothing_draws_have_their_defaults() -> None:
    """All variants of the text were shown together, the solution of one beside the question of another."""
    found = read_file("a.xml", item(SHOWN + choices("a", "b"), TEMPLATE + response("A")))
    shown = variant(found.items[0].item, lambda _bound: 0).stem.html
    assert "một" in shown
    assert "hai" not in shown


def test_options_that_ask_for_a_variable_nobody_declares_are_refused() -> None:
    assert codes(read_file("a.xml", item(choices("a" + SHOWN, "b"), response("A")))) == {"dynamic_text"}


@pytest.mark.parametrize(
    ("pattern", "sent"), [("[0-9]+(,[0-9]{2})?", True), ("(a+)+b", False), ("(a|a)*b", False), ("a*a*a*b", False), (r"(a)\1", False)]
)  # fmt: skip
def test_patterns_that_would_hold_up_a_candidates_page_are_not_sent(pattern: str, sent: bool) -> None:
    field = f'<p><textEntryInteraction responseIdentifier="RESPONSE" patternMask="{pattern}"/></p>'
    found = read_file("a.xml", item(field, response("A", "string")), whole=True)
    part = handler_for(found.items[0].item).body(found.items[0].item, render, {})["parts"][0]
    assert ("pattern" in part) == sent


def test_links_out_of_the_folder_or_round_in_a_circle_are_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "out.png").symlink_to(tmp_path / "secret.png")
    (folder / "round.png").symlink_to(folder / "round.png")
    find = pictures_within(folder, folder)
    names = ("out.png", "round.png", "../secret.png", "/etc/passwd", "a\0", "a" * 5_000, "")
    assert [find(name) for name in names] == [None] * len(names)
