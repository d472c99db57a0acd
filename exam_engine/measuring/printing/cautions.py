"""Warnings of an analysis as sentences of a language. Those of figures that a report does not show are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from exam_engine.kit.errors import _
from exam_engine.measuring.report.writer import Say

#: Warnings of the library, as codes or as it words them. Named groups of a pattern fill in the text.
_WORDED: Mapping[str, str] = {
    r"few_persons": _("Fewer than 30 candidates: read these figures with care."),
    r"different_items": _(
        "Not everybody was presented with the same items: scores are not comparable. Rely on the abilities of a model."
    ),
    r"separate_items": _(
        "Not everybody was presented with the same items, and no chain of candidates joins all items: scores are not "
        "comparable, and abilities of a model only within a part that is joined."
    ),
    r"not joined: .*? these (?P<n>\d+) parts: (?P<items>.+)\. Abilities .*": _(
        "No candidate answered items of more than one of these %(n)s parts: %(items)s. Abilities and difficulties of "
        "different parts are not comparable, unless chance decided who got which."
    ),
    r"drawn_items": _(
        "Items were drawn for each candidate: scores and alpha are of no one test. Rely on the abilities of a model."
    ),
    r"the map does not tell the order of options, and keys differ .*": _(
        "The map does not tell the order of options, and keys differ between forms: nothing is told of options. Add a "
        "column “Thứ tự phương án” to the map."
    ),
    r"position: fewer than two forms .*": _(
        "Forms cannot be compared: fewer than two have candidates who were presented with every item. If an empty cell "
        "is a blank, say --empty omitted."
    ),
    r"no_alpha": _(
        "Reliability is not defined: it takes two items or more that somebody had together, and scores that differ."
    ),
    r"no response model can be calibrated: .*": _(
        "No response model can be calibrated: on no item did answers differ. Add candidates, or give items' parameters "
        "with --fixed."
    ),
    r"(?P<items>“.+” \(\d+\).*): more than one letter, .*": _(
        "%(items)s: more than one letter, or none, counts as wrong and as no option. A code for no answer is told with "
        "--omitted."
    ),
    r"not converged.*": _("The calibration did not come to rest: its figures are not to be relied on."),
    r"the answers hardly determine a group's .*": _(
        "The answers hardly determine how abilities are spread: more candidates are needed."
    ),
    r"the answers hardly determine (?P<items>.+?) \(.*": _(
        "The answers hardly determine the parameters of %(items)s: use a simpler model, or leave these items out."
    ),
    r"the ability variance of a group is estimated as 0.*": _(
        "By the model abilities do not differ: the answers hang together by chance only."
    ),
    r".+: (?P<n>\d+) persons in (?P<group>.+), \d+ in both groups; .*": _(
        "Few candidates in group %(group)s (%(n)s): take its differences as hints at most."
    ),
    r"(?P<items>“.+”).*: it takes no part": _(
        "%(items)s takes no part in the model: nobody answered it, or all answers earned the same."
    ),
}
_MORE = re.compile(r" and \d+ more$")
_OF_AN_ITEM = re.compile(r"item “.+” is not as hard on form ", re.DOTALL)
#: Of figures that are in the document only: `omega: …`, `irt.q3: …`.
_OF_A_FIGURE = re.compile(r"[a-z0-9_.]+(, [a-z0-9_.]+)*: ")


def cautions(told: Mapping[str, Any], say: Say) -> list[str]:
    """Each once, in the order of the document."""
    model = told.get("irt") or {}
    unsettled = ["not converged"] if model.get("converged") is False else []
    given = [*of_forms(told), *told["classical"]["warnings"], *unsettled, *model.get("warnings", ())]
    return list(dict.fromkeys(sentence for warning in given for sentence in sentences(warning, say)))


def of_forms(told: Mapping[str, Any]) -> list[str]:
    """Warnings of numbered forms but those of single items, which are reasons to look at these items."""
    return [one for one in told.get("forms", {}).get("warnings", ()) if not _OF_AN_ITEM.match(one)]


def sentences(warning: str, say: Say) -> Iterator[str]:
    """Of one warning: the sentence, or nothing where it is of a figure that stands in the document only."""
    for pattern, text in _WORDED.items():
        found = re.fullmatch(pattern, warning, re.DOTALL)
        if found:
            named = {name: _MORE.sub(", …", value) for name, value in found.groupdict().items()}
            # Names may hold a per cent sign: a text without a name has none to fill in.
            yield say(text, **named) if named else say(text)
            return
    if not _OF_A_FIGURE.match(warning):
        yield warning[:1].upper() + warning[1:]
