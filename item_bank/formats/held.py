"""Whether an item comes back from a file as it went: every writer reads what it wrote, and tells what is not the same.

What asks or earns something else than before is not written at all (NotHeldError), unless the writer has told of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from item_bank.content.interactions.parts.media import plays_of
from item_bank.content.markup import assets_in, plain_text
from item_bank.content.mathml_gist import gist
from item_bank.content.model import Composite, Item, Markup, Passage, digest
from item_bank.content.rational import rational
from item_bank.content.recordings import recorded, recordings_in
from item_bank.content.sentence import Sentence
from item_bank.formats.held_kinds import of_kind
from item_bank.formats.model import N_, Imported, Reason
from item_bank.formats.written import Notes, NotHeldError

#: Field of an item → the words for it.
FIELDS: Mapping[str, str] = {
    "title": N_("title"),
    "subject": N_("subject"),
    "grade": N_("grade"),
    "topic": N_("topic"),
    "level": N_("level"),
    "tags": N_("tags"),
    "author": N_("author"),
    "licence": N_("licence"),
    "language": N_("language"),
    "extra": N_("details of another program"),
}
KINDS: Mapping[str, str] = {
    "single_choice": N_("Single choice"),
    "multiple_choice": N_("Multiple choice"),
    "true_false_cluster": N_("True/false cluster"),
    "numeric": N_("Short numeric answer"),
    "short_text": N_("Short text"),
    "essay": N_("Essay"),
    "composite": N_("Composite item"),
}
#: Without a word from the writer these make it another item.
_GRAVE = frozenset({"text_changed", "marking_not_held", "kind_changed", "formula_changed", "recording_not_held"})
#: What a note with the first code says, one with the other need not say again.
_COVERS = {
    "marking_not_held": {"table_not_held", "literal_not_held", "case_not_held", "rubric_not_held", "rubric_joined"},
    "points_not_held": {"points_rounded", "points_scaled"},
}
_PARAGRAPHS = re.compile(r"</?(?:p|div)>|<br/>|\n")
_SAME_TAGS = {"strong": "b", "em": "i"}
_SIZES = re.compile(r' (?:alt|width|height)="[^"]*"')
_BULLET = re.compile(r"^(?:[•–-]|\d{1,3}[.)])\s+", re.MULTILINE)


def check(
    item: Item, found: Imported, notes: Notes, *, kinds: Sequence[str] = (), passage: Passage | None = None
) -> None:
    """`kinds`: what its kind may become, where the format knows it by another name. passage: the one it refers to,
    where the format has a place for it. Raises NotHeldError."""
    if len(found.items) != 1:
        said = [Sentence.of(one.message, **one.params) for entry in found.report.items for one in entry.reasons]
        message = N_("This program would not read it back from there. %(said)s")
        raise NotHeldError("not_readable", message, said=said or "")
    if passage is not None:
        known = [one for one in found.passages if digest(one) == found.items[0].item.passage]
        _tell(of_passage(passage, known[0] if known else Passage(Markup(""))), notes)
    tell_differences(item, found.items[0].item, notes, kinds=kinds)


def tell_differences(item: Item, back: Item, notes: Notes, *, kinds: Sequence[str] = ()) -> None:
    _tell(_differences(item, back), notes, {"kind_changed"} if back.type in kinds else set())


def _tell(found: Iterable[Reason], notes: Notes, harmless: AbstractSet[str] = frozenset()) -> None:
    told = notes.told()
    for one in found:
        if one.code in told or told & _COVERS.get(one.code, set()):
            continue
        if one.code in _GRAVE - harmless:
            message = N_("This program would read another item from there. %(said)s")
            raise NotHeldError("not_readable", message, said=[Sentence.of(one.message, **one.params)])
        notes.note(one)


def _differences(item: Item, back: Item) -> Iterator[Reason]:
    lost = [words for name, words in FIELDS.items() if not _kept(getattr(item, name), getattr(back, name))]
    if lost:
        fields = [Sentence.of("%(name)s,", name=Sentence.of(one)) for one in lost[:-1]]
        fields.append(Sentence.of(lost[-1]))
        yield Reason.of("metadata_not_held", N_("Not held: %(fields)s."), fields=fields)
    if rational(item.points) != rational(back.points):
        message = N_("Its points, %(points)s, are not held: it comes back with %(kept)s.")
        yield Reason.of("points_not_held", message, points=item.points, kept=back.points)
    if item.type != back.type:
        message = N_("It comes back as another kind of item: %(kind)s became %(other)s.")
        yield Reason.of(
            "kind_changed", message, kind=Sentence.of(KINDS[item.type]), other=Sentence.of(KINDS[back.type])
        )
    yield from _of_texts(item, back)
    yield from _of_recordings(item, back)
    if item.type == back.type:
        yield from of_kind(item.interaction, back.interaction)


def _of_recordings(item: Item, back: Item) -> Iterator[Reason]:
    plays, others = (list(map(plays_of, recorded(one))) for one in (item, back))
    if recordings_in(item) != recordings_in(back) or len(plays) != len(others):
        yield Reason.of("recording_not_held", N_("A recording that it plays is not held."))
    elif plays != others:
        yield Reason.of("plays_not_held", N_("How often a recording may be played is not held."))


def _kept(value: object, other: object) -> bool:
    if isinstance(value, Mapping) and isinstance(other, Mapping):
        return all(other.get(name) == one for name, one in value.items())
    return value == other


def _of_texts(item: Item, back: Item) -> Iterator[Reason]:
    pairs = [(item.stem, back.stem)]
    if item.rationale and back.rationale:
        pairs.append((item.rationale, back.rationale))
    elif item.rationale or back.rationale:
        yield Reason.of("rationale_not_held", N_("Its solution is not held as one."))
    if item.type == back.type and not isinstance(item.interaction, Composite):
        inner = [_choices(item), _choices(back)]
        pairs += zip(*inner, strict=True) if len(inner[0]) == len(inner[1]) else [(Markup("?"), Markup("!"))]
    for one, other in pairs:
        yield from _of_text(one, other)


def of_passage(passage: Passage, back: Passage) -> Iterator[Reason]:
    yield from _of_text(passage.markup, back.markup)
    if passage.title != back.title:
        yield Reason.of("passage_title_not_held", N_("The title of its passage is not held."))


def _choices(item: Item) -> list[Markup]:
    chosen = [*getattr(item.interaction, "options", ()), *getattr(item.interaction, "statements", ())]
    return [one.markup for one in chosen]


def _of_text(one: Markup, other: Markup) -> Iterator[Reason]:
    if _words(one) != _words(other) or assets_in(one) != assets_in(other):
        message = N_("Its words come back changed: “%(words)s” became “%(other)s”.")
        yield Reason.of("text_changed", message, words=_short(one), other=_short(other))
        return
    if [gist(each.mathml) for each in one.math] != [gist(each.mathml) for each in other.math]:
        yield Reason.of("formula_changed", N_("A formula comes back changed."))
    elif [each.source for each in one.math] != [each.source for each in other.math]:
        message = N_("A formula shows the same, but what its author typed for it is not held.")
        yield Reason.of("formula_source_not_held", message)
    if re.findall(r'alt="([^"]*)"', one.html) != re.findall(r'alt="([^"]*)"', other.html):
        yield Reason.of("alternative_not_held", N_("The words that describe a picture are not held."))
    if looks(one) != looks(other):
        message = N_("The words are held, but not all of their looks: lists, tables, kinds of letters, sizes.")
        yield Reason.of("layout_not_held", message)


def _words(markup: Markup) -> str:
    """All letters in their order, without those that only number or mark the lines of a list."""
    bare = re.sub(r"<img\b[^>]*>", "⎕", markup.html)
    bare = re.sub(r'<span data-math="[0-9]+"></span>', "∎", bare)
    return "".join(_BULLET.sub("", plain_text(Markup(bare))).split())


def _short(markup: Markup) -> str:
    text = " ".join(plain_text(markup).split())
    return text if len(text) <= 60 else text[:59] + "…"


def looks(markup: Markup) -> str:
    """The same for texts that look the same: however their lines are parted, and b for strong."""
    text = re.sub(
        r"<(/?)(strong|em)>", lambda found: f"<{found[1]}{_SAME_TAGS[found[2]]}>", _SIZES.sub("", markup.html)
    )
    lines = (" ".join(line.split()) for line in _PARAGRAPHS.sub("\n", text).split("\n"))
    return "\n".join(line for line in lines if line)
