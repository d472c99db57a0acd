"""What was decided about an item after it ran, and what that does to the slots of a form. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from exam_engine.scoring.rules import Slot, with_table
from item_bank.content.model import Interaction, Item

Kind = Literal["key", "full_marks", "dropped", "as_written"]


@dataclass(frozen=True, slots=True)
class ItemRuling:
    """`interaction`: the item's own with another key, for kind "key"; the others need none."""

    version: int
    kind: Kind
    interaction: Interaction | None = None
    reason: str = ""
    id: int = 0


def together(in_force: Mapping[int, ItemRuling], decision: ItemRuling) -> dict[int, ItemRuling]:
    """What will be in force once this decision is."""
    others = {version: one for version, one in in_force.items() if version != decision.version}
    return others if decision.kind == "as_written" else others | {decision.version: decision}


def ruled_item(item: Item, ruling: ItemRuling | None) -> Item:
    if ruling is None or ruling.interaction is None:
        return item
    return msgspec.structs.replace(item, interaction=ruling.interaction)


def ruled_slots(
    slots: Sequence[Slot], in_force: Mapping[int, ItemRuling], cluster_table: tuple[str, ...] | None
) -> tuple[Slot, ...]:
    return tuple(_ruled(slot, in_force.get(slot.version), cluster_table) for slot in slots)


def _ruled(slot: Slot, ruling: ItemRuling | None, cluster_table: tuple[str, ...] | None) -> Slot:
    if ruling is None:
        return slot
    item = with_table(ruled_item(slot.item, ruling), cluster_table)
    return dataclasses.replace(slot, item=item, ruling=ruling.kind)
