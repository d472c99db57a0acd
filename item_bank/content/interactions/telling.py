"""Where the author's order of options is the key: things typed in their right order, pairs typed beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from item_bank.content.model import Composite, Item, Part, PartChoice, Spot
from item_bank.content.processing.declared import Declaration
from item_bank.content.processing.scope import declared_of
from item_bank.content.rational import rational_or_none


def telling(item: Item) -> list[list[str]]:
    """Ids as `Handler.option_ids` has them, in lists each of which nobody may see in this order, shuffled or not."""
    if not isinstance(item.interaction, Composite):
        return []
    declared = declared_of(item.interaction.declarations)
    lists = [(number, part) for number, part in enumerate(item.interaction.parts) if part.id in declared]
    in_turn = _in_turn([(part, declared[part.id]) for _number, part in lists if part.type == "inline_choice"])
    found = [
        [f"{number}/{one.id}" for one in _loose(_of_part(part, declared[part.id], in_turn=in_turn))]
        for number, part in lists
    ]
    return [names for names in found if names]


def _in_turn(lists: Sequence[tuple[Part, Declaration]]) -> bool:
    """Every pull-down list has the same words, and the first is right in the first list, the second in the second."""
    keys = [[field.text for field in declared.correct or ()] for _part, declared in lists]
    words = [[one.id for one in part.choices] for part, _declared in lists]
    return len(lists) > 1 and all(own == words[0] for own in words) and keys == [[one] for one in words[0][: len(keys)]]


def _of_part(part: Part, declared: Declaration, *, in_turn: bool) -> Sequence[PartChoice | Spot]:
    own = part.choices or part.spots
    key = [field.text for field in declared.correct or ()]
    if part.type in ("order", "graphic_order"):
        return own if not key or key == [one.id for one in own[: len(key)]] else ()
    if part.type == "inline_choice":
        return own if in_turn else ()
    if part.type in ("associate", "graphic_associate"):
        return own if _beside(own[::2], own[1::2], declared) else ()
    if part.type == "match":
        # Fewer columns than rows are kinds that rows share, such as right and wrong: their author's order stands.
        paired = len(part.targets) >= len(own) and _beside(own, part.targets, declared)
        return part.targets if paired else ()
    if part.type in ("gap_match", "graphic_gap_match"):
        return own if _beside(own, part.targets or part.spots, declared) else ()
    return ()


def _beside(some: Sequence[PartChoice | Spot], others: Sequence[PartChoice | Spot], declared: Declaration) -> bool:
    """Each belongs to the one at its own place on the other side."""
    pairs = {field.text for field in declared.correct or ()}
    entries = declared.mapping.entries if declared.mapping else ()
    pairs |= {entry.key for entry in entries if (rational_or_none(entry.value) or 0) > 0}
    both = [(one.id, other.id) for one, other in zip(some, others, strict=False)]
    return len(both) > 1 and all(f"{one} {other}" in pairs or f"{other} {one}" in pairs for one, other in both)


def _loose(choices: Sequence[PartChoice | Spot]) -> Sequence[PartChoice | Spot]:
    """Without those that the author pinned, unless that leaves nothing to move."""
    loose = [one for one in choices if isinstance(one, Spot) or not one.pinned]
    return loose if len(loose) > 1 else choices
