"""Merging sparse cells of a table of counts, so that a chi-square approximation holds. The rules are those of mirt.

A table is (groups, categories): groups by sum score from the lowest up, categories of an ordered item. A cell that
expects 0 does not exist.
"""

from __future__ import annotations

import numpy as np

from item_bank.statistics.responses import Floats

#: Observed above expected, (2, groups, categories): merged together, always.
_Pair = Floats


def merged(observed: Floats, expected: Floats, least: float = 1.0) -> tuple[Floats, Floats]:
    """Counts and expectations after merging; no existing cell expects fewer than `least`.

    0. A category can be out of reach of the lowest and highest sum scores, and expects 0 there. These groups join the
       nearest in which every category is possible.
    1. Groups without a person go. A group of one person joins the next (the last one the one before).
    2. In a group with a sparse cell, of an item with more than two categories, the category that expects least (the
       higher of equal ones) joins its poorer neighbour (the lower of equal ones), until none is sparse or two are
       left; what is left counts as categories 0, 1, … of the group.
    3. Of more than two categories the last joins the one before while all its groups together expect fewer than
       `least` times a tenth of the groups (rounded up); so does any that exists in fewer than 5 % of the groups.
    4. The lowest group with a sparse cell joins the neighbour with fewer persons (the lower of equal ones), until
       there is none.
    """
    pair: _Pair = np.stack((observed, expected))
    pair = _reachable(pair)
    pair = pair[:, pair[0].sum(axis=1) > 0]
    pair = _without_singles(pair)
    if pair.shape[1] and pair.shape[2] > 2:
        for group in np.flatnonzero((pair[1] < least).any(axis=1)):
            pair[:, group] = _within(pair[:, group], least)
        pair = _rare_categories(pair, least)
    pair = _groups(pair, least)
    return pair[0], pair[1]


def _reachable(pair: _Pair) -> _Pair:
    whole = np.flatnonzero((pair[1] > 0).all(axis=1))
    if not whole.size:
        return pair[:, :0]
    first, last = whole[0], whole[-1]
    pair[:, first] = pair[:, : first + 1].sum(axis=1)
    pair[:, last] += pair[:, last + 1 :].sum(axis=1)
    return pair[:, first : last + 1]


def _without_singles(pair: _Pair) -> _Pair:
    persons = pair[0].sum(axis=1)
    kept = []
    for group in range(persons.size):
        if persons[group] == 1 and group + 1 < persons.size:
            pair[:, group + 1] += pair[:, group]
            persons[group + 1] += 1
        else:
            kept.append(group)
    pair = pair[:, kept]
    if pair.shape[1] > 1 and pair[0, -1].sum() == 1:
        pair[:, -2] += pair[:, -1]
        pair = pair[:, :-1]
    return pair


def _within(cells: _Pair, least: float) -> _Pair:
    """(2, categories) of one group, its last categories 0 after merging."""
    size = cells.shape[1]
    left = cells
    while left.shape[1] > 2:
        expected = left[1]
        poorest = int(np.flatnonzero(expected == expected.min())[-1])
        if poorest == 0:
            into = 1
        elif poorest == left.shape[1] - 1 or expected[poorest - 1] <= expected[poorest + 1]:
            into = poorest - 1
        else:
            into = poorest + 1
        left = _join(left, poorest, into)
        if (left[1] >= least).all():
            break
    return np.pad(left, ((0, 0), (0, size - left.shape[1])))


def _rare_categories(pair: _Pair, least: float) -> _Pair:
    groups = pair.shape[1]
    while pair.shape[2] > 2 and pair[1, :, -1].sum() < least * np.ceil(groups * 0.1):
        pair = _join(pair, pair.shape[2] - 1, pair.shape[2] - 2)
    for category in range(pair.shape[2] - 1, 0, -1):
        if np.mean(pair[1, :, category] > 0) < 0.05:
            pair = _join(pair, category, category - 1)
    return pair


def _groups(pair: _Pair, least: float) -> _Pair:
    while pair.shape[1] > 1:
        sparse = ((pair[1] < least) & (pair[1] != 0)).any(axis=1)
        if not sparse.any():
            break
        group, last = int(np.argmax(sparse)), pair.shape[1] - 1
        persons = pair[0].sum(axis=1)
        if group == 0:
            into = 1
        elif group == last or persons[group - 1] <= persons[group + 1]:
            into = group - 1
        else:
            into = group + 1
        pair = _join(pair.swapaxes(1, 2), group, into).swapaxes(1, 2)
    return pair


def _join(pair: _Pair, one: int, into: int) -> _Pair:
    """Adds column `one` of the last axis to `into`, and takes it out."""
    added = pair.copy()
    added[..., into] += added[..., one]
    return np.delete(added, one, axis=-1)
