"""What candidates chose, as answer similarity takes it, and the response model that tells how likely each choice is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exam_engine.measuring.files.marked import Categories, Marked
from item_bank.statistics.irt.ability import expected_a_posteriori
from item_bank.statistics.irt.calibration import Calibration, calibrate
from item_bank.statistics.irt.models import Item, Nominal
from item_bank.statistics.irt.naming import named
from item_bank.statistics.responses import Floats, Status
from item_bank.statistics.similarity.model import given_answered
from item_bank.statistics.similarity.poisson_binomial import Integers
from item_bank.statistics.similarity.rare import pooled, separated

#: So many tell who leaves an item blank, or chooses an option. Fewer blanks are as if the item had not been there;
#: options that fewer chose are taken together.
MANY = 10


@dataclass(frozen=True, slots=True)
class Choices:
    """items: names. answers: (n, k) category numbers, −1 = nothing: of options each one its own, of other items how
    many are right. fitted: the same with rare options of an item taken together, and many blanks as a category of its
    own, the last. models: of `fitted`. pools: of each item, which category of `fitted` each answer is in. key: the
    right answer of each item."""

    items: tuple[str, ...]
    answers: Categories
    fitted: Categories
    models: tuple[str, ...]
    pools: tuple[Integers, ...]
    key: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """items: how likely each answer is among those who answered. theta: (n,) EAP abilities. warnings: of the response
    model, in words. reliable: False where it did not converge, or is not determined."""

    choices: Choices
    items: tuple[Item, ...]
    theta: Floats
    converged: bool
    reliable: bool
    warnings: tuple[str, ...]


def fitted(marked: Marked) -> Fitted:
    """Abilities know of blanks what the model does; not reached and not presented tell nothing of either."""
    choices = _choices(marked)
    try:
        found = calibrate(choices.fitted, choices.models)
    except ValueError as obstacle:
        raise ValueError(named(str(obstacle), choices.items)) from None
    theta = expected_a_posteriori(choices.fitted, found.items, found.grid()).theta
    items = tuple(_among_answers(choices, place, item) for place, item in enumerate(found.items))
    doubt = _doubt(found)
    told = (named(one, choices.items) for one in found.warnings)
    return Fitted(choices, items, theta, found.converged, not doubt, (*told, *doubt))


def _among_answers(choices: Choices, place: int, item: Item) -> Item:
    """How likely each answer is among those who answered, from what is likely in `fitted`."""
    pools, answers = choices.pools[place], choices.answers[:, place]
    if not isinstance(item, Nominal):
        return item
    kinds = int(pools.max()) + 1
    answered = given_answered(item, kinds) if item.categories > kinds else item
    return separated(answered, pools, np.bincount(answers[answers >= 0]))


def _doubt(found: Calibration) -> tuple[str, ...]:
    """Why p values that rest on this model are not to be relied on, if they are not."""
    but = "the tests of pairs are not to be relied on, but for the K-indices"
    if not found.converged:
        return (f"the response model did not converge: {but}; more candidates are needed, or fewer items",)
    if not found.identified.all():
        return (f"the answers do not determine every item: {but}; leave those items out with --items",)
    return ()


def _choices(marked: Marked) -> Choices:
    """Without items on which nobody was right, or everybody the same: they tell nothing of a pair."""
    items, answers, whole, models, pools, key = [], [], [], [], [], []
    for place, item in enumerate(marked.items):
        column, right = _numbers(marked, place)
        if right is None or np.unique(column[column >= 0]).size < 2:
            continue
        blank = (column < 0) & (marked.responses.status[:, place] == Status.OMITTED)
        own = int(blank.sum()) >= MANY
        # Without a key numbers may be points or options: agreement is judged without an order, which suits both.
        many = "gpcm" if marked.keys else "nominal"
        model = "nominal" if own or item in marked.chosen else "2pl" if column.max() < 2 else many
        counts = np.bincount(column[column >= 0])
        pool = pooled(counts, right, MANY) if model == "nominal" else np.arange(counts.size)
        items.append(item)
        answers.append(column)
        whole.append(np.where(column >= 0, pool[column], np.where(blank & own, pool.max() + 1, -1)))
        models.append(model)
        pools.append(pool)
        key.append(right)
    if len(items) < 2:
        raise ValueError("fewer than two items on which answers differ: there is nothing to compare")
    return Choices(
        tuple(items), np.stack(answers, axis=1), np.stack(whole, axis=1), tuple(models), tuple(pools), tuple(key)
    )


def _numbers(marked: Marked, place: int) -> tuple[Categories, int | None]:
    """(n,) categories that occur, from 0, and which of them is right (the highest, where there are no options)."""
    item = marked.items[place]
    answered = marked.responses.status[:, place] == Status.ANSWERED
    codes = marked.chosen[item].codes if item in marked.chosen else marked.categories[:, place]
    used, numbers = np.unique(codes[answered], return_inverse=True)
    column = np.full(answered.size, -1, dtype=np.int64)
    column[answered] = numbers
    if item not in marked.chosen:
        return column, used.size - 1
    names = [marked.chosen[item].values[code] for code in used]
    right = [number for number, name in enumerate(names) if marked.keys[item].right(name)]
    if not right:
        return column, None
    column[np.isin(column, right)] = right[0]  # several accepted answers are one: all are right
    _kept, again = np.unique(column[answered], return_inverse=True)
    column[answered] = again
    return column, int(np.searchsorted(_kept, right[0]))
