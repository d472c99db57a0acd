"""The variables of one attempt at one item while its rules are carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from item_bank.content.processing.declared import NUMERIC, Declaration
from item_bank.content.processing.values import (
    Atom,
    Maybe,
    ProcessingError,
    Value,
    container,
    number_text,
    of_fields,
    parsed,
    single,
)

#: A uniform whole number from 0 to bound − 1: the only chance that rules know.
Below = Callable[[int], int]
#: Of one marking, so that repeated repeats come to an end.
MOST_STEPS = 200_000
#: Declared by every item without being written.
BUILT_IN = (
    Declaration("completionStatus", "outcome", base_type="identifier"),
    Declaration("completion_status", "outcome", base_type="identifier"),  # QTI 2.0
    Declaration("numAttempts", "response", base_type="integer"),
    Declaration("duration", "response", base_type="duration"),
)


def no_chance(_bound: int) -> int:
    raise ProcessingError("chance has no part in marking")


@dataclass(slots=True)
class Scope:
    """`values`: every variable by its identifier. `correct`: keys that template rules set in place of the declared.
    `failures`: what could not be carried out, each with the variable that it would have set ("": a condition)."""

    declared: Mapping[str, Declaration]
    values: dict[str, Maybe] = field(default_factory=dict)
    correct: dict[str, Maybe] = field(default_factory=dict)
    below: Below = no_chance
    failures: list[tuple[str, str]] = field(default_factory=list)
    steps: int = 0

    def spend(self, steps: int) -> None:
        """Raises ProcessingError for rules that go on without end, or grow without measure."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise ProcessingError(f"the rules take more than {MOST_STEPS} steps")

    def declaration(self, identifier: str) -> Declaration:
        found = self.declared.get(identifier)
        if found is None:
            raise ProcessingError(f"“{identifier[:60]}” is not declared")
        return found

    def value(self, identifier: str) -> Maybe:
        self.declaration(identifier)
        return self.values.get(identifier)

    def correct_of(self, identifier: str) -> Maybe:
        if identifier in self.correct:
            return self.correct[identifier]
        declared = self.declaration(identifier)
        return of_fields(declared, declared.correct)

    def set(self, identifier: str, value: Maybe) -> None:
        self.values[identifier] = cast_to(self.declaration(identifier), value)


def declared_of(declarations: tuple[Declaration, ...]) -> dict[str, Declaration]:
    return {one.identifier: one for one in (*BUILT_IN, *declarations)}


def fresh(declarations: tuple[Declaration, ...], below: Below = no_chance) -> Scope:
    """Every variable at its default; numeric outcomes without one are 0 (QTI 2.2, outcomeDeclaration)."""
    scope = Scope(declared_of(declarations), below=below)
    for identifier, one in scope.declared.items():
        value = of_fields(one, one.default)
        if value is None and one.kind == "outcome" and one.cardinality == "single" and one.base_type in NUMERIC:
            value = _ZEROS[one.base_type]
        scope.values[identifier] = value
    scope.values.update(_AT_FIRST)
    return scope


_ZEROS = {base: single(base, Fraction(0)) for base in NUMERIC}
_AT_FIRST = {
    "completionStatus": single("identifier", "unknown"),
    "completion_status": single("identifier", "unknown"),
    "numAttempts": single("integer", Fraction(1)),
    "duration": single("duration", Fraction(0)),
}


def cast_to(declared: Declaration, value: Maybe) -> Maybe:
    """The value as the variable's type where nothing is lost. Raises ProcessingError."""
    if value is None:
        return None
    if declared.cardinality == "record" or value.cardinality == "record":
        if declared.cardinality != value.cardinality:
            raise ProcessingError(f"“{declared.identifier}” cannot take a {value.cardinality}")
        return value
    if value.single and declared.cardinality == "single" and value.base == declared.base_type and len(value.atoms) == 1:
        return value  # as nearly every value is
    atoms = tuple(_cast(declared, value, atom) for atom in value.atoms)
    if declared.cardinality == "single":
        if len(atoms) != 1:
            raise ProcessingError(f"“{declared.identifier}” takes one value, not {len(atoms)}")
        return single(declared.base_type, atoms[0])
    return container(declared.cardinality, declared.base_type, atoms)


def _cast(declared: Declaration, value: Value, atom: Atom) -> Atom:
    wanted, has = declared.base_type, value.base
    if wanted == has or (wanted in {"float", "duration"} and isinstance(atom, Fraction)):
        return atom
    if wanted == "integer" and isinstance(atom, Fraction):
        if atom.denominator != 1:
            raise ProcessingError(f"“{declared.identifier}” is a whole number, not {number_text(atom)}")
        return atom
    if isinstance(atom, str) and wanted in {"identifier", "string", "uri", "intOrIdentifier"}:
        return atom
    if isinstance(atom, str) and wanted in {"integer", "float", "boolean"}:
        return parsed(wanted, atom)
    if wanted in {"string", "identifier", "intOrIdentifier"} and isinstance(atom, Fraction):
        return number_text(atom)
    if {wanted, has} == {"pair", "directedPair"}:
        return atom
    raise ProcessingError(f"“{declared.identifier}” is of type {wanted}, not {has}")
