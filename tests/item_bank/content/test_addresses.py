"""The address of an item says what it holds, not how it came about."""

from __future__ import annotations

import msgspec

from item_bank.content.markup import Markup
from item_bank.content.model import Item, Option, SingleChoice, digest, encode

ITEM = Item(Markup("Chọn b."), SingleChoice((Option("A", Markup("a")), Option("B", Markup("b"), weight="1"))))


def test_an_item_that_was_kept_and_read_again_has_the_address_it_had() -> None:
    typed = msgspec.structs.replace(ITEM, language=b"vi".decode(), points=b"1".decode())
    assert digest(typed) == digest(ITEM) == digest(msgspec.json.decode(encode(typed), type=Item))
    assert b"language" not in encode(typed)
