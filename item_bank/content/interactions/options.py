"""What interactions with options share: opaque ids, letters, the options' own checks."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

import msgspec

from item_bank.content.interactions.base import InvalidResponse, KeyMap, Render
from item_bank.content.interactions.key import Choice
from item_bank.content.model import MultipleChoice, Option, SingleChoice
from item_bank.content.rational import rational, rational_or_none
from item_bank.content.sentence import N_, Sentence

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def weights(options: Sequence[Option]) -> dict[str, Fraction]:
    return {option.id: rational(option.weight) for option in options}


def right_ids(choice: SingleChoice | MultipleChoice) -> set[str]:
    """What the key holds: of a single choice what earns all the points, of a multiple choice what earns some."""
    shares = {one.id: rational_or_none(one.weight) or 0 for one in choice.options}
    return {name for name, share in shares.items() if (share >= 1 if isinstance(choice, SingleChoice) else share > 0)}


def option_problems(options: Sequence[Option]) -> Iterator[str]:
    if len(options) < 2:
        yield Sentence.of(N_("An item with options needs at least two."))
    if len({option.id for option in options}) < len(options):
        yield Sentence.of(N_("Two options have the same id."))
    for letter, option in zip(letters(len(options)), options, strict=True):
        weight = rational_or_none(option.weight)
        if weight is None:
            yield Sentence.of(N_("The weight of option %(letter)s is not a number."), letter=letter)
        elif abs(weight) > 1:
            yield Sentence.of(N_("The weight of option %(letter)s is not between -1 and 1."), letter=letter)
        if not option.markup.html.strip():
            yield Sentence.of(N_("Option %(letter)s is empty."), letter=letter)


def rendered(options: Sequence[Option], render: Render, keys: KeyMap) -> dict[str, str]:
    """Opaque id → HTML, ordered by the opaque ids: they are keyed, so the order tells nothing of the author's."""
    return dict(sorted((keys[option.id], render(option.markup)) for option in options))


def own_ids(chosen: Iterable[str], keys: KeyMap) -> list[str]:
    """The item's own ids of opaque ones."""
    own: Mapping[str, str] = {opaque: identifier for identifier, opaque in keys.items()}
    try:
        return [own[opaque] for opaque in chosen]
    except KeyError as error:
        raise InvalidResponse("the option is not one of this form") from error


def letters(count: int) -> list[str]:
    """A to Z, then AA, AB, …"""
    names = itertools.chain.from_iterable(
        map("".join, itertools.product(LETTERS, repeat=n)) for n in itertools.count(1)
    )
    return list(itertools.islice(names, count))


def letters_of(options: Sequence[Option], chosen: Iterable[str]) -> str:
    """The author's letters of the chosen ids: "A, C"; an id that the item no longer has stands as it is."""
    named = dict(zip((option.id for option in options), letters(len(options)), strict=True))
    return ", ".join(sorted(named.get(identifier, identifier) for identifier in chosen))


def option_choices(
    options: Sequence[Option], chosen: Iterable[str], *, only: Iterable[Option] | None = None
) -> tuple[Choice, ...]:
    """The options as a key form shows them, with the author's letters; `only` leaves out the others."""
    shown = {option.id for option in (options if only is None else only)}
    ticked = set(chosen)
    named = zip(letters(len(options)), options, strict=True)
    return tuple(Choice(one.id, one.id in ticked, letter, one.markup) for letter, one in named if one.id in shown)


def reweighted(options: Sequence[Option], weight: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(msgspec.structs.replace(option, weight=weight[option.id]) for option in options)
