"""Statistics that rest on the persons who answered every item."""

from __future__ import annotations

from item_bank.statistics.irt.likelihood import Categories


def complete_persons(responses: Categories, fewest: int) -> tuple[Categories, tuple[str, ...]]:
    """Their rows, and what to warn of: fewer than `fewest` of them, or less than half of those who answered anything,
    whom they need not be like."""
    complete = responses[(responses >= 0).all(axis=1)]
    n, persons = len(complete), int((responses >= 0).any(axis=1).sum())
    said = []
    if n < 2:
        said.append(f"{n} persons answered every item: nothing can be tested; choose items presented together")
    elif n < fewest:
        said.append(f"{n} persons answered every item: with fewer than {fewest} p is too often small")
    if 2 <= n < persons / 2:
        said.append(
            f"{n} of {persons} persons answered every item and alone are counted: the others may differ from them; "
            "choose items presented together"
        )
    return complete, tuple(said)
