"""Pictures of an item: those that did not come along keep their place, and can be put in and described."""

from __future__ import annotations

import pytest

from item_bank.content.checking import unapprovable, undeliverable
from item_bank.content.missing import MISSING, Mended, pictures, with_pictures
from item_bank.content.model import Item
from item_bank.formats.reading import read_file
from tests.item_bank.formats.documents import PNG
from tests.item_bank.formats.qti_items import choices, item, response

TWO = '<p><img src="a.png" alt="một &quot;hai&quot;"/> và <img src="gone.png" alt=""/></p>'
SPOTS = (
    '<hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1">'
    '<object data="map.png" type="image/png" width="9" height="9">'
    '</object><hotspotChoice identifier="A" shape="rect" coords="0,0,3,3"/></hotspotInteraction>'
)


def _read(body: str) -> Item:
    (one,) = read_file("a.xml", item(body, response("A")), find_picture={"a.png": PNG}.get).items
    return one.item


def test_a_missing_picture_keeps_its_place_and_no_exam_takes_it() -> None:
    found = _read(TWO + choices("x", "y"))
    assert [(one.missing, one.alt) for one in pictures(found)] == [(False, 'một "hai"'), (True, "")]
    assert ["did not come" in reason for reason in undeliverable(found)] == [True]
    mended = with_pictures(found, {1: Mended(pictures(found)[0].asset, "<ba>")})
    assert [(one.missing, one.alt) for one in pictures(mended)] == [(False, 'một "hai"'), (False, "<ba>")]
    assert undeliverable(mended) == unapprovable(mended) == []
    assert mended.interaction == found.interaction


def test_a_picture_without_words_waits_for_approval_only() -> None:
    found = with_pictures(_read(TWO + choices("x", "y")), {1: Mended(asset="0" * 64)})
    assert undeliverable(found) == []
    assert ["no description" in reason for reason in unapprovable(found)] == [True]


def test_the_picture_of_an_interaction_is_one_too() -> None:
    found = _read(SPOTS)
    assert [(one.missing, one.alt) for one in pictures(found)] == [(True, "")]
    mended = with_pictures(found, {0: Mended("0" * 64, "Bản đồ")})
    assert [(one.missing, one.alt) for one in pictures(mended)] == [(False, "Bản đồ")]


@pytest.mark.parametrize(
    "source", ['[html]Nhìn <img src\\="a.png">{T}', '[html]<img src\\="https\\://a.example/b.png">{T}']
)
def test_gift_keeps_the_place_too_and_fetches_nothing(source: str) -> None:
    found = read_file("a.gift", source.encode())
    assert [one.outcome for one in found.report.items] == ["changed"]
    assert found.assets == (MISSING,)
