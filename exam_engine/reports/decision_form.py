"""The decision about an item as a form sends it, and in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from exam_engine.kit.errors import _, invalid
from exam_engine.kit.forms import clean
from exam_engine.scoring.item_rulings import ItemRuling, Kind, ruled_item
from item_bank.content.interactions import handler_for
from item_bank.content.interactions.key import Filled, InvalidKey, KeyField
from item_bank.content.model import Item
from item_bank.content.sentence import Sentence

ACTS = ("key", "second", "full_marks", "dropped", "as_written")
KIND_LABELS = {
    "key": _("Key corrected"),
    "full_marks": _("Full marks for all"),
    "dropped": _("Counts nothing"),
    "as_written": _("As it was written"),
}
KIND_TONES = {"key": "info", "full_marks": "success", "dropped": "warning", "as_written": ""}
_LONGEST = 2000
_MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence: msgid and what fills its places."""

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Forms:
    """What the page offers: the fields of the two acts that need any (none: a person marks the item)."""

    key: tuple[KeyField, ...]
    second: tuple[KeyField, ...]
    as_written: bool


def offered(written: Item, in_force: ItemRuling | None) -> Forms:
    item = ruled_item(written, in_force)
    handler = handler_for(item)
    second = tuple(handler.second_fields(item))
    usable = any(one.kind == "lines" or one.choices for one in second)
    return Forms(tuple(handler.key_fields(item)), second if usable else (), in_force is not None)


def filled(pairs: Iterable[tuple[str, str]]) -> Filled:
    """What was sent, by field. Refused is what can't be shown or stored again."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if clean(value) is None or len(value) > _LONGEST:
            raise invalid(_("This contains characters that can't be stored."))
        found.setdefault(name, []).append(value)
    if any(len(values) > _MOST_VALUES for values in found.values()):
        raise invalid(_("This is too long."))
    return found


def read(act: str, sent: Filled, version: int, written: Item, in_force: ItemRuling | None) -> ItemRuling:
    """Raises InvalidKey where what was filled in is no key, or no other one."""
    if act not in ACTS:
        raise invalid(_("Please choose one of the list."))
    if act not in ("key", "second"):
        return ItemRuling(version, _kind(act))
    item = ruled_item(written, in_force)
    handler = handler_for(item)
    changed = handler.with_key(item, sent) if act == "key" else handler.with_second(item, sent)
    if changed.interaction == written.interaction and in_force is not None:
        return ItemRuling(version, "as_written")
    if changed.interaction == item.interaction and (in_force is None or in_force.kind == "key"):
        raise InvalidKey(Sentence.of(_("This is the key now; choose another option.")))
    return ItemRuling(version, "key", changed.interaction)


def _kind(act: str) -> Kind:
    kinds: dict[str, Kind] = {"full_marks": "full_marks", "dropped": "dropped", "as_written": "as_written"}
    return kinds[act]


def in_words(decision: ItemRuling, written: Item, former: ItemRuling | None, scale: str | None, points: str) -> Words:
    match decision.kind:
        case "key":
            before, after = _key(ruled_item(written, former)), _key(ruled_item(written, decision))
            return Words(_("The key was %(before)s and becomes %(after)s."), {"before": before, "after": after})
        case "full_marks":
            return Words(_("Everybody who had the item gets its full points, whether they answered it or not."))
        case "dropped" if scale:
            message = _("The item counts for nobody. The other items together are worth the whole %(scale)s.")
            return Words(message, {"scale": scale})
        case "dropped":
            message = _("The item counts for nobody. The most that can be reached falls by %(points)s, its points.")
            return Words(message, {"points": points})
        case _:
            return Words(_("The item counts as it was written, with the key %(key)s."), {"key": _key(written)})


def _key(item: Item) -> str:
    return handler_for(item).key_text(item) or "–"
