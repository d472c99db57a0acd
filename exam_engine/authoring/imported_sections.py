"""Sections of an imported test → sections of an exam: items in their order, draws, points by weight, instructions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby

from exam_engine.authoring.definition import Draw, FixedItem, Section
from exam_engine.authoring.imported_items import NamedItems
from item_bank.content.markup import joined
from item_bank.content.model import Composite, Item, Markup, digest
from item_bank.content.rational import rational_or_none, rational_text
from item_bank.formats.model import N_, ImportedItem, Reason
from item_bank.formats.qti.test_model import ItemRef, Test
from item_bank.formats.qti.test_model import Section as TestSection

MOST_TITLE = 200
_CANDIDATES = {"candidate", "testTaker"}


class Sections:
    """Takes the sections of a test one after the other; what an exam cannot do of them is noted."""

    def __init__(self, test: Test, items: Sequence[ImportedItem], known: NamedItems) -> None:
        self._test, self._items, self._known = test, items, known
        self.made: list[Section] = []
        self.notes: list[Reason] = []
        #: Digest → item, of all that are in the exam.
        self.used: dict[str, int] = {}
        self._missing = self._twice = self._silent = self._weightless = 0

    def take(self, one: TestSection, above: str = "") -> None:
        """Runs of its own items become a section each, and the sections between them."""
        title = (one.title if one.visible else "") or above or one.title
        if one.select is not None and (size := _size_of_parts(one)):
            self._drawn(one, title, one.select * size)
            return
        if one.select is not None:
            message = N_("Section “%(title)s” draws parts of different sizes; here all of them are taken.")
            self.note("test_sections_drawn", message, title=title)
        told = _instructions(one)
        inner = list(_unfolded(one))
        for is_item, run in groupby(inner, key=lambda piece: isinstance(piece, ItemRef)):
            pieces = list(run)
            if is_item:
                items = tuple(self._fixed([piece for piece in pieces if isinstance(piece, ItemRef)], one))
                self._add(title, told, items, (), one)
                told = None if items else told
            else:
                self._inner([piece for piece in pieces if isinstance(piece, TestSection)], title, one)

    def _inner(self, sections: Sequence[TestSection], title: str, around: TestSection) -> None:
        if around.shuffle:
            message = N_("The parts of section “%(title)s” keep their order; questions are shuffled within them.")
            self.note("test_sections_shuffled", message, title=title)
        for one in sections:
            self.take(one, title)

    def _drawn(self, one: TestSection, title: str, wanted: int) -> None:
        """Required items are in every form, so many of the others are drawn for each."""
        if any(isinstance(piece, TestSection) for piece in one.inner):
            message = N_("Section “%(title)s” draws whole parts; here as many questions are drawn from all of them.")
            self.note("test_sections_drawn", message, title=title)
        refs = list(one.items())
        fixed = tuple(self._fixed([ref for ref in refs if ref.required], one))
        pool = list(self._fixed([ref for ref in refs if not ref.required], one))
        if one.bank and not pool:
            pool = [FixedItem(number, one.points or None) for number in self._free(self._known.of_bank(one.bank))]
        count = max(wanted - len(fixed), 0)
        if count > len(pool):
            message = N_("Section “%(title)s” draws %(count)s questions; only %(size)s came along.")
            self.note("test_pool_small", message, title=title, count=wanted, size=len(fixed) + len(pool))
        points = {piece.points for piece in pool}
        if len(points) > 1:
            message = N_("Questions that are drawn in section “%(title)s” have different weights, which do not count.")
            self.note("test_draw_points", message, title=title)
        draw = Draw(
            min(count, len(pool)),
            tuple(piece.version for piece in pool),
            points.pop() if len(points) == 1 else None,
        )
        self._add(title, _instructions(one), fixed, (draw,) if draw.count else (), one)

    def _add(
        self, title: str, told: Markup | None, items: tuple[FixedItem, ...], draws: tuple[Draw, ...], one: TestSection
    ) -> None:
        if not items and not draws:
            return
        name = (title or self._test.title or self._test.identifier or "1")[:MOST_TITLE]
        self.made.append(Section(name, told, items, draws, shuffle_items=one.shuffle))
        if one.shuffle and any(piece.fixed for piece in one.inner):
            message = N_("Questions that keep their place while others are shuffled are shuffled here, too.")
            self.note("test_fixed_places", message)

    # --- items -------------------------------------------------------------------------------------------------------

    def _fixed(self, refs: Iterable[ItemRef], section: TestSection) -> Iterator[FixedItem]:
        """Those that came along and are not in the exam yet, each with its points where the test changes them."""
        for ref in refs:
            number = self._known.of_ref(self._test, ref)
            if number is None:
                self._missing += 1
                continue
            points = self._points(ref, section, self._items[number].item)
            if points == "":
                self._weightless += 1
                continue
            yield from (FixedItem(free, points) for free in self._free([number]))

    def _free(self, numbers: Iterable[int]) -> Iterator[int]:
        """Items that ask something, each once."""
        for number in numbers:
            item = self._items[number].item
            if isinstance(item.interaction, Composite) and not item.interaction.parts:
                self._silent += 1
            elif (name := digest(item)) in self.used:
                self._twice += 1
            else:
                self.used[name] = number
                yield number

    def _points(self, ref: ItemRef, section: TestSection, item: Item) -> str | None:
        """None: what the item says; "": nothing, which an exam does not know."""
        weight = self._weight(ref.weights)
        base = rational_or_none(section.points) or item.maximum
        points = base if weight is None else base * weight
        if points <= 0 and item.maximum > 0:
            return ""
        return None if points == item.maximum else rational_text(points)

    def _weight(self, weights: Mapping[str, str]) -> Fraction | None:
        """By the name that the test's rules use. Without rules the only one counts, or the first, and that is told."""
        named = {node.attributes.get("weightIdentifier", "") for node in self._test.rules.walk()}
        if not weights or (self._test.rules.rules and not named & weights.keys()):
            return None
        name = next((one for one in weights if one in named), next(iter(weights)))
        if len(weights) > 1 and len(named & weights.keys()) != 1:
            message = N_("Questions have several weights, of which the first counts here.")
            self.note("test_weights_several", message)
        return rational_or_none(weights[name])

    # --- what is told ------------------------------------------------------------------------------------------------

    def note(self, code: str, message: str, **params: str | int) -> None:
        reason = Reason.of(code, message, line=None, place="", **params)
        if reason not in self.notes:
            self.notes.append(reason)

    def note_counts(self) -> None:
        if self._missing:
            message = N_("%(count)s questions of the test are not in the exam: they were not imported.")
            self.note("test_items_left_out", message, count=self._missing)
        if self._twice:
            message = N_("%(count)s questions stand in the test more than once; an exam holds each once.")
            self.note("test_items_twice", message, count=self._twice)
        if self._silent:
            message = N_("%(count)s texts that ask nothing are left out of the exam.")
            self.note("test_texts", message, count=self._silent)
        if self._weightless:
            message = N_("%(count)s questions count nothing in the test; they are left out of the exam.")
            self.note("test_weightless", message, count=self._weightless)
        if not self.made:
            self.note("test_no_exam", N_("None of the test's questions were imported: no exam is made of it."))


def _size_of_parts(section: TestSection) -> int:
    """How many items each of its parts has; 0 where they differ. A bank that is drawn from has no parts."""
    sizes = {1 if isinstance(one, ItemRef) else sum(1 for _ in one.items()) for one in section.inner} or {1}
    return sizes.pop() if len(sizes) == 1 else 0


def _unfolded(section: TestSection) -> Iterator[TestSection | ItemRef]:
    """Its items and sections; a section that candidates do not see, and that does nothing of its own, is opened."""
    for one in section.inner:
        if isinstance(one, TestSection) and _is_mere_bracket(one, section):
            yield from _unfolded(one)
        else:
            yield one


def _is_mere_bracket(one: TestSection, around: TestSection) -> bool:
    ways = one.select is None and not one.bank and one.shuffle == around.shuffle and one.points == around.points
    return ways and not one.visible and not one.rubrics


def _instructions(section: TestSection) -> Markup | None:
    told = [one.markup for one in section.rubrics if _CANDIDATES & set(one.view)]
    return joined(*told) if told else None
