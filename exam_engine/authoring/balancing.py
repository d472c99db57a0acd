"""How even the key letters of a numbered form are, in words: what is had, what pins do not allow and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exam_engine.authoring.assembling import as_blueprint
from exam_engine.authoring.definition import ExamDefinition
from exam_engine.kit.errors import _ as N_
from item_bank.assembly import variant
from item_bank.assembly.blueprint import Choices, Problem
from item_bank.assembly.letters import ROW, Balance, Lettered
from item_bank.content.interactions import handler_for
from item_bank.content.interactions.options import letters
from item_bank.content.interactions.single_choice import only_key
from item_bank.content.model import Item


def balance_of(items: Sequence[Item], *, shuffled: bool) -> Balance:
    """Of items in the order of a form, each with its options in that order. `shuffled`: their section shuffles them."""
    lettered: list[Lettered] = []
    places: list[int | None] = []
    for item in items:
        key = only_key(item)
        choices = choices_of(item)
        lettered.append(Lettered.of(choices, key, shuffled=shuffled) if key else Lettered())
        places.append(list(choices.ids).index(key) if key else None)
    return Balance(tuple(lettered), tuple(places))


def choices_of(item: Item) -> Choices:
    handler = handler_for(item)
    return Choices(handler.option_ids(item), handler.movable(item), handler.sets(item))


def shortfalls(balance: Balance) -> list[Problem]:
    """Each number of a letter and each row that is not as wanted, with the reason."""
    names = letters(len(balance.counts))
    found = []
    for letter in balance.off:
        count, least, most = balance.counts[letter], balance.aim.least[letter], balance.aim.most[letter]
        told = {"letter": names[letter], "count": count, "pinned": balance.pinned[letter]}
        if count > most:
            found.append(Problem(_TOO_OFTEN, most=most, **told))
        else:
            found.append(Problem(_TOO_SELDOM, least=least, **told))
    if balance.longest > ROW:
        found.append(Problem(_IN_A_ROW, count=balance.longest))
    return found


def foreseen(definition: ExamDefinition, items: Mapping[int, Item]) -> list[tuple[str, list[Problem]]]:
    """Section → what its forms cannot meet, as a form made on trial shows it. The definition has no obstacles
    (`assembling.obstacles`). Empty for orders of each candidate, which are not balanced."""
    if definition.individual:
        return []
    plan, pools = as_blueprint(definition, items)
    form = variant.draw("trial", variant.VERSION, plan, pools)
    drawn = {name: items[int(name)] for name in form.items}
    choices = {name: choices_of(item) for name, item in drawn.items()}
    keys = {name: key for name, item in drawn.items() if (key := only_key(item))}
    arranged = variant.arrange("trial", variant.VERSION, form, choices, keys)
    found = []
    for section, placed in zip(form.sections, arranged.sections, strict=True):
        own = variant.lettered(section, choices, keys)
        for alternative in dict.fromkeys(one.alternative for one in placed):
            part = [one for one in placed if one.alternative == alternative]
            lettered = tuple(own.get(one.item, Lettered()) for one in part)
            places = tuple(one.options.index(keys[one.item]) if one.item in keys else None for one in part)
            if told := shortfalls(Balance(lettered, places)):
                found.append((f"{section.title} {alternative}" if alternative else section.title, told))
    return found


_TOO_OFTEN = N_("%(letter)s is the key %(count)s times, not at most %(most)s: %(pinned)s keys keep that place.")
_TOO_SELDOM = N_(
    "%(letter)s is the key %(count)s times, not at least %(least)s: in too many questions the key keeps another place."
)
_IN_A_ROW = N_(
    "%(count)s equal letters stand in a row: questions or options keep their places, and no other order was found."
)
