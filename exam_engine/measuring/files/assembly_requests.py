"""What is asked of forms: a file of JSON, which names a table of items."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

from exam_engine.measuring.files.documents import read_json
from exam_engine.measuring.files.rows import FileUnusable

Amount = float
Cell = str | float


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Range(_Part, frozen=True, kw_only=True):
    """From `least` to `most`, both allowed; or `exactly` so much."""

    exactly: Amount | None = None
    least: Amount | None = None
    most: Amount | None = None

    @property
    def ends(self) -> tuple[float, float]:
        if self.exactly is not None:
            return self.exactly, self.exactly
        return (-float("inf") if self.least is None else self.least), (float("inf") if self.most is None else self.most)


class Constraint(Range, frozen=True, kw_only=True):
    """How many items of a form, or which sum of a column over them. where: what the item's columns have to hold."""

    name: str = ""
    where: dict[str, Cell | list[Cell]] = {}
    sum: str = ""


class Sets(_Part, frozen=True, kw_only=True):
    """How many of a set's items a form has, if any; without numbers all of them."""

    least: int | None = None
    most: int | None = None


class GoalAsked(_Part, frozen=True, kw_only=True):
    """of: what is aimed at, at each ability: of alike forms both unless one is named, else information. amounts: those
    wanted, or the proportions of `most`. tolerance: a share of the target: what is nearer to it than this above the
    nearest possible is good enough."""

    aim: Literal["alike", "target", "most"] = "alike"
    of: Literal["information", "score", "both"] | None = None
    abilities: list[float] | None = None
    amounts: list[float] | None = None
    tolerance: float = 0.005

    @property
    def parts(self) -> tuple[str, ...]:
        of = self.of or ("both" if self.aim == "alike" else "information")
        return ("information", "score") if of == "both" else (of,)


class Population(_Part, frozen=True, kw_only=True):
    """Whom the forms are for, on the scale of the parameters."""

    mean: float = 0.0
    sd: float = 1.0


class Asked(_Part, frozen=True, kw_only=True):
    """docs/assembly.md says what each means."""

    items: str
    forms: int
    length: int | Range
    constraints: list[Constraint] = []
    goal: GoalAsked | None = GoalAsked()
    by: Literal["model", "facility"] | None = None
    parameters: str | None = None
    model: Literal["rasch", "1pl", "2pl", "3pl", "grm", "pcm", "gpcm", "nominal"] = "gpcm"
    kinds: list[str] | None = None
    population: Population = Population()
    margin: float | None = None
    sets: Sets = Sets()
    enemies: list[list[str]] = []
    fixed: list[str] = []
    left_out: list[str] = []
    uses: int = 1
    overlap: int | None = None


def read_request(path: Path) -> Asked:
    """Raises FileUnusable, which names the place in the document."""
    document: Any = read_json(path)
    try:
        asked = msgspec.convert(document, Asked)
        _check(asked)
    except (msgspec.ValidationError, ValueError) as error:
        raise FileUnusable(f"{path}: {error}") from None
    return asked


def _check(asked: Asked) -> None:
    for name, value, least in (("forms", asked.forms, 1), ("uses", asked.uses, 0), ("overlap", asked.overlap, 0)):
        if value is not None and not least <= value <= 1000:
            raise ValueError(f"{name} is a whole number from {least} to 1000, not {value}")
    if not asked.population.sd > 0:
        raise ValueError("the population's sd is above 0")
    if not 1 <= (1 if asked.sets.least is None else asked.sets.least) <= (asked.sets.most or 1000):
        raise ValueError("sets: a form has at least one item of a set, if any, and the least is not above the most")
    if asked.goal and not 1e-4 <= asked.goal.tolerance <= 1:
        raise ValueError("the goal's tolerance is a share from 0.0001 to 1")
    if asked.margin is not None and not asked.margin > 0:
        raise ValueError("margin is above 0: so many points may forms differ and still count as alike")
    ranges = [
        *enumerate(asked.constraints, 1),
        *([("length", asked.length)] if isinstance(asked.length, Range) else []),
    ]
    for place, one in ranges:
        where = f"constraint {place}" if isinstance(place, int) else place
        low, high = one.ends
        if low == -float("inf") and high == float("inf"):
            raise ValueError(f"{where} asks for nothing: say exactly, least or most")
        if low > high:
            raise ValueError(f"{where}: the least, {low:g}, is more than the most, {high:g}")
        if one.exactly is not None and (one.least is not None or one.most is not None):
            raise ValueError(f"{where}: say exactly, or least and most")
    low, high = (asked.length, asked.length) if isinstance(asked.length, int) else asked.length.ends
    if low > high or high < 1 or low < 1:
        raise ValueError("length: a form has at least one item; say the least that it may have")
