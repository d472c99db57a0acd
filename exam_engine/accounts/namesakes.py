"""Pupils of one name: which lines of a list nothing tells apart, and what a slip says beside the name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from exam_engine.accounts.names import arranged


class Named(Protocol):
    """A line of a list, or somebody who is in the class."""

    @property
    def full_name(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """`place`: the number in the list of the class, where neither code nor birth date tells them apart."""

    born: date | None
    place: int | None


def alike(one: Named, other: Named) -> bool:
    """The same name, and neither two codes nor two birth dates that differ."""
    if _name(one) != _name(other):
        return False
    codes = bool(one.code and other.code and one.code != other.code)
    days = bool(one.birth_date and other.birth_date and one.birth_date != other.birth_date)
    return not codes and not days


def doubtful(members: Iterable[Named], lines: Iterable[Any], present: set[int]) -> set[int]:
    """Numbers of the new lines that are alike with another line or with a member of the class."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for one in (*members, *lines):
        groups[_name(one)].append(one)
    new = [line for line in lines if line.number not in present]
    return {line.number for line in new if any(one is not line and alike(one, line) for one in groups[_name(line)])}


def marks(members: Sequence[Any]) -> dict[int, Mark]:
    """Person id → what stands beside the name; only for those who share theirs."""
    groups: dict[str, list[tuple[int, Any]]] = defaultdict(list)
    for place, member in enumerate(members, start=1):
        groups[_name(member)].append((place, member))
    found: dict[int, Mark] = {}
    for several in groups.values():
        for place, member in several if len(several) > 1 else ():
            unclear = any(alike(member, other) for _place, other in several if other is not member)
            hidden = not member.code and not member.birth_date
            found[member.id] = Mark(member.birth_date, place if unclear or hidden else None)
    return found


def _name(one: Named) -> str:
    return arranged(one.full_name).full_name.casefold()
