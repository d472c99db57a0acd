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
    r"(?P<group>.+): matched on a given variable: .*": _(
        "Group %(group)s: candidates are matched on abilities from all items, also from those that differ between the "
        "groups."
    ),
    r"(?P<group>.+): every item was flagged, .*": _(
        "Group %(group)s: every item differs, so candidates are matched on the total of all items."
    ),
    r"(?P<group>.+): after (?P<n>\d+) rounds purification .*": _(
        "Group %(group)s: after %(n)s rounds it was still not clear which items candidates are to be matched on."
    ),
    r"--unpurified changes nothing: .*": _(
        "--unpurified changes nothing: candidates who did not all meet the same items are matched on ability."
    ),
    r"nobody answered every item|\d+ persons answered every item: nothing can be tested.*": _(
        "Hardly anybody answered every item: fit cannot be tested. Choose items that were presented together."
    ),
    r"(?P<n>\d+) persons answered every item: with fewer than .*": _(
        "Only %(n)s candidates answered every item: p of the fit is too often small."
    ),
    r"(?P<n>\d+) of (?P<all>\d+) persons answered every item and alone .*": _(
        "Fit is tested by the %(n)s of %(all)s candidates who answered every item: the others may differ from them."
    ),
    r"\d+ parameters, and score groups with enough of .*": _(
        "S-X² cannot be tested: too few score groups with enough candidates. Take more candidates, more items, or a "
        "model with fewer parameters."
    ),
    r".* leave no degree of freedom for .*": _(
        "The model as a whole cannot be tested: too few items for so many parameters."
    ),
    r"(?P<items>“.+”.*): keys were taken for numbers that candidates typed, .*": _(
        "%(items)s: keys were taken for typed numbers. If they name options, say so in the file of keys: kind option."
    ),
    r"(?P<items>“.+”.*): keys were taken for numbers of options, .*": _(
        "%(items)s: keys were taken for numbers of options. If candidates typed numbers, say so in the file of keys: "
        "kind number."
    ),
    r"(?P<items>“.+”.*): may be a code for no answer, but counts as an answer\. If it is one, say (?P<option>.+)": _(
        "%(items)s may be a code for no answer, but counts as an answer. If it is one, say %(option)s."
    ),
    r"(?P<items>“.+”) counts as an item, but looks like .* items with (?P<option>.+)": _(
        "%(items)s counts as an item, but does not look like one. If it is none, name the items with %(option)s."
    ),
    r"keys that were not used, as .+? has no such columns: (?P<items>.+)": _(
        "Keys were not used, as the file of answers has no such columns: %(items)s."
    ),
    r"no form has the columns of points (?P<items>.+): they are not used.*": _(
        "No form holds the columns %(items)s: they are not used. Add them to the map of forms."
    ),
    r"line \d+ of .+: The file is not UTF-8; it was read as (?P<encoding>.+)\. Check .*": _(
        "The file is not UTF-8; it was read as %(encoding)s. Check the accented letters."
    ),
    r"(?P<items>“.+”).*: it takes no part": _(
        "%(items)s takes no part in the model: nobody answered it, or all answers earned the same."
    ),
}
_MORE = re.compile(r" and \d+ more$")
_OF_AN_ITEM = re.compile(r"item “.+” is not as hard on form ", re.DOTALL)
#: Of figures that are in the document only: `omega: …`, `irt.q3: …`.
_OF_A_FIGURE = re.compile(r"[a-z0-9_.]+(, [a-z0-9_.]+)*: ")
#: Of figures that a report shows: what it says where the reason is none of the sentences above.
_SHOWN: Mapping[str, str] = {
    "marginal": _("Marginal reliability is not defined: the answers do not determine a response model."),
    "classification": _(
        "How surely the cuts classify is not defined: it takes scores that differ and a reliability between 0 and 1."
    ),
}
_OF_SETS = "of sets: "


def cautions(told: Mapping[str, Any], say: Say) -> list[str]:
    """Each once, in the order of the document."""
    model = told.get("irt") or {}
    unsettled = ["not converged"] if model.get("converged") is False else []
    given = [*of_forms(told), *told["classical"]["warnings"], *unsettled, *model.get("warnings", ())]
    return list(dict.fromkeys(sentence for warning in given for sentence in _of_report(warning, say)))


def _of_report(warning: str, say: Say) -> Iterator[str]:
    name, _colon, why = warning.partition(": ")
    if name not in _SHOWN:
        yield from sentences(warning, say)
    elif any(re.fullmatch(pattern, why, re.DOTALL) for pattern in _WORDED):
        yield from sentences(why, say)
    else:
        yield say(_SHOWN[name])


def of_forms(told: Mapping[str, Any]) -> list[str]:
    """Warnings of numbered forms but those of single items, which are reasons to look at these items."""
    return [one for one in told.get("forms", {}).get("warnings", ()) if not _OF_AN_ITEM.match(one)]


def sentences(warning: str, say: Say) -> Iterator[str]:
    """Of one warning: the sentence, or nothing where it is of a figure that stands in the document only."""
    if warning.startswith(_OF_SETS):
        for text in sentences(warning.removeprefix(_OF_SETS), say):
            yield say(_("Sets: %(text)s"), text=text)
        return
    for pattern, text in _WORDED.items():
        found = re.fullmatch(pattern, warning, re.DOTALL)
        if found:
            named = {name: _MORE.sub(", …", value) for name, value in found.groupdict().items()}
            # Names may hold a per cent sign: a text without a name has none to fill in.
            yield say(text, **named) if named else say(text)
            return
    if not _OF_A_FIGURE.match(warning):
        yield warning[:1].upper() + warning[1:]
