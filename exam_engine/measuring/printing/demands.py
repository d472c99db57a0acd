"""Demands on forms as sentences of a language, and why they can't be met together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from exam_engine.kit import languages
from exam_engine.kit.errors import _
from exam_engine.measuring.named import Found, Row
from exam_engine.measuring.report.writer import Say

_BOTH, _EXACTLY = _("from %(least)s to %(most)s"), _("exactly %(least)s")
_LEAST, _MOST = _("at least %(least)s"), _("at most %(most)s")
#: By kind: what the demand says. The list is that of the items.
_SENTENCES = {
    "length": _("A form has %(range)s items (the list has %(there)s)."),
    "items": _("%(name)s: %(range)s items in a form (the list has %(there)s)."),
    "sum": _("%(name)s: the sum of “%(of)s” in a form is %(range)s (over %(there)s items of the list)."),
    "set": _("Set %(name)s: a form has none of its items, or %(range)s of %(there)s."),
    "enemies": _("Of %(of)s a form has one at most."),
    "uses": _("No item is in more forms than it may be, and there are to be %(forms)s forms."),
    "overlap": _("Two forms share %(most)s items at most."),
    "fixed": _("These items stand in every form: %(of)s."),
}


def sentence(demand: Row, locale: str) -> str:
    say = languages.translator(locale)
    number = plain_number(locale)
    ends = {name: number(demand[name]) for name in ("least", "most") if demand[name] is not None}
    name = demand["name"] or demand["of"] or say(_("All items"))
    given = {"name": name, "of": demand["of"], "there": demand["there"], "forms": demand.get("forms", "")}
    return say(_SENTENCES[demand["kind"]], range=span(demand, locale), most=ends.get("most", ""), **given)


def span(demand: Row, locale: str) -> str:
    """From the least to the most, in words; nothing where it is not about an amount."""
    say, number = languages.translator(locale), plain_number(locale)
    least, most = demand["least"], demand["most"]
    if least is None and most is None:
        return ""
    if least is None or most is None:
        return say(_MOST, most=number(most)) if least is None else say(_LEAST, least=number(least))
    return say(_EXACTLY, least=number(least)) if least == most else say(_BOTH, least=number(least), most=number(most))


def plain_number(locale: str) -> Callable[[float], str]:
    return lambda value: languages.number(round(value, 6), locale)


def heading(conflict: Found, say: Say) -> str:
    if len(conflict["demands"]) == 1:
        return say(_("There are no such forms: this can't be met."))
    if conflict["proven"]:
        return say(_("There are no such forms: these demands can't be met together. Give way in one of them."))
    return say(_("There are no such forms: among these demands are some that can't be met together."))


def conflict_lines(conflict: Found, locale: str) -> Iterator[str]:
    """What people read in place of forms."""
    say: Say = languages.translator(locale)
    yield heading(conflict, say)
    for demand in conflict["demands"]:
        yield f"- {sentence(demand, locale)}"
    if conflict["form"] > 1:
        number = conflict["form"]
        yield say(_("Forms before number %(number)s could be put together: fewer forms may do."), number=number)
