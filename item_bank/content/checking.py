"""Whether an item may be used, and the words by which it is found."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator

from item_bank.content.folding import fold
from item_bank.content.interactions.parts.handed import takes
from item_bank.content.interactions.registry import handler_for
from item_bank.content.markup import is_blank, plain_text
from item_bank.content.missing import MISSING, pictures
from item_bank.content.model import Composite, Item, Markup, MultipleChoice, SingleChoice, TrueFalseCluster, encode
from item_bank.content.processing.rules import drawn, processed, score_name
from item_bank.content.processing.scope import Below, declared_of
from item_bank.content.processing.values import ProcessingError, of_fields
from item_bank.content.rational import rational_or_none
from item_bank.content.sentence import N_, Sentence
from item_bank.content.variants import variant

MAX_BYTES = 512 * 1024
_SEARCHED = 8_000


def problems(item: Item) -> list[str]:
    """Why the item may not be used in an exam, in English; empty when it may."""
    found: list[str] = []
    if is_blank(item.stem) and not isinstance(item.interaction, Composite):
        found.append(Sentence.of(N_("The item has no stem.")))
    points = rational_or_none(item.points)
    told_only = isinstance(item.interaction, Composite) and _asks_nothing(item.interaction)
    if points is None or points < 0 or (points == 0 and not told_only):
        found.append(Sentence.of(N_("The points are not a number above 0.")))
    found += handler_for(item).problems(item)
    return found + unstorable(item)


def unapprovable(item: Item) -> list[str]:
    """What has to be put right before the item is approved, beside what no exam can have."""
    undescribed = sum(not one.alt.strip() for one in pictures(item))
    found = [*undeliverable(item)]
    if undescribed:
        message = N_("%(n)s pictures have no description, which pupils who cannot see them need.")
        found.append(Sentence.of(message, n=undescribed))
    return found


def undeliverable(item: Item) -> list[str]:
    """Why a sound item may still not be put into an exam."""
    if any(MISSING.digest in markup.html for markup in markups(item)):
        return [Sentence.of(N_("A picture did not come with its file. Put it in."))]
    composite = item.interaction
    if not isinstance(composite, Composite):
        return []
    found: list[str] = []
    if any(part.type == "upload" and not takes(part.settings.get("accepts", "")) for part in composite.parts):
        found.append(N_("It asks for a kind of file that cannot be handed in: only pictures and PDF can."))
    if any(part.type == "media" and not part.settings.get("asset") for part in composite.parts):
        found.append(N_("A recording that it plays did not come with its file."))
    if composite.adaptive:
        found.append(N_("It is adaptive: it is meant to be answered in several steps."))
    if _asks_nothing(composite):
        found.append(N_("It asks nothing: there is no place for an answer."))
    if any(part.picture and not part.picture.asset for part in composite.parts):
        found.append(N_("A picture that it asks about did not come with its file."))
    if not rational_or_none(item.points):
        found.append(N_("It is worth no points."))
    sentences: list[str] = [Sentence.of(message) for message in found]
    return [*sentences, *(handler_for(item).problems(item) or _failing(composite, item))]


def _asks_nothing(composite: Composite) -> bool:
    """A text between questions, which may play something."""
    return all(part.type == "media" for part in composite.parts)


def practice_only(item: Item) -> bool:
    """Whether it has a button that ends the attempt at it, or asks for help: only practice answers at once."""
    return isinstance(item.interaction, Composite) and any(one.type == "end_attempt" for one in item.interaction.parts)


def _failing(composite: Composite, item: Item) -> list[str]:
    """The rules once, on no answer and on the key: what fails then would fail for every candidate."""
    message = N_("A rule of the item cannot be carried out: %(problem)s")
    try:
        failures = list(drawn(composite.declarations, composite.drawing, _trial()).failures)
        filled = variant(item, _trial()).interaction
        assert isinstance(filled, Composite)
        declared = declared_of(filled.declarations)
        keyed = {name: one for name, one in declared.items() if one.kind == "response" and one.correct}
        for answers in ({}, {name: of_fields(one, one.correct) for name, one in keyed.items()}):
            scope = processed(filled.declarations, filled.rules, answers)
            score = score_name(filled.declarations, filled.rules)
            failures += [one for one in scope.failures if one[0] in ("", score)]
    except ProcessingError as error:
        return [Sentence.of(message, problem=str(error))]
    return [Sentence.of(message, problem=told) for told in dict.fromkeys(told for _name, told in failures)]


def _trial() -> Below:
    """Numbers that are good enough to try the drawing of a variant."""
    numbers = (int.from_bytes(hashlib.sha256(b"%d" % place).digest(), "big") for place in itertools.count())
    return lambda bound: next(numbers) % bound


def unstorable(item: Item) -> list[str]:
    """Why a database could not even keep it."""
    try:
        content = encode(item)
    except UnicodeEncodeError:
        return [Sentence.of(N_("The item holds characters that can't be stored (lone surrogates)."))]
    found: list[str] = []
    if rb"\u0000" in content:
        found.append(Sentence.of(N_("The item holds characters that can't be stored (NUL).")))
    if len(content) > MAX_BYTES:
        found.append(Sentence.of(N_("The text of the item is larger than %(limit)s KB."), limit=MAX_BYTES // 1024))
    return found


def search_text(item: Item) -> str:
    """Folded words of title, stem, options and labels, for the trigram index."""
    words = [item.title, item.subject, item.topic, *item.tags, plain_text(item.stem)]
    words += [plain_text(markup) for markup in answers_of(item)]
    return fold(" ".join(words))[:_SEARCHED]


def words(item: Item) -> int:
    """How many words a candidate reads in stem, options and statements; a formula counts as it is written."""
    return sum(len(plain_text(markup).split()) for markup in (item.stem, *answers_of(item)))


def markups(item: Item) -> Iterator[Markup]:
    """Every markup of the item: stem, options or statements, feedback, rationale."""
    yield item.stem
    yield from answers_of(item)
    if isinstance(item.interaction, SingleChoice | MultipleChoice):
        yield from (option.feedback for option in item.interaction.options if option.feedback)
    if isinstance(item.interaction, Composite):
        yield from (one.markup for one in item.interaction.feedback)
        yield from (Markup(_shown(part.picture.asset)) for part in item.interaction.parts if part.picture)
    if item.rationale:
        yield item.rationale


def answers_of(item: Item) -> Iterator[Markup]:
    """What is read beside the stem: options, statements, the parts of a composite item."""
    interaction = item.interaction
    if isinstance(interaction, SingleChoice | MultipleChoice):
        yield from (option.markup for option in interaction.options)
    elif isinstance(interaction, TrueFalseCluster):
        yield from (statement.markup for statement in interaction.statements)
    elif isinstance(interaction, Composite):
        yield from _of_composite(interaction)


def _of_composite(composite: Composite) -> Iterator[Markup]:
    for part in composite.parts:
        yield from (markup for markup in (part.prompt, part.text) if markup)
        yield from (choice.markup for choice in (*part.choices, *part.targets))


def _shown(asset: str) -> str:
    return f'<img data-asset="{asset}"/>'
