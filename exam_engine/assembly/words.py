"""What assembly found, as sentences."""

from __future__ import annotations

from exam_engine.assembly.asking import Asked, Demand
from exam_engine.authoring import matrices
from exam_engine.authoring.definition import ExamDefinition
from exam_engine.authoring.matrix_page import in_words
from exam_engine.kit.errors import _
from exam_engine.kit.languages import translator
from item_bank.assembly.blueprint import Problem

NO_BLUEPRINT = Problem(_("Say in the blueprint what the parts are made of, and from which bank."))
MODES = {
    "one": _("One set of questions; the numbered forms are other orders of it"),
    "parallel": _("Parallel sets: each form has questions of its own, all equally hard"),
    "own": _("A paper of its own for each candidate, from sets that are made ahead"),
}
LIKENESS = {
    "alike": _("By what is known of the questions the sets are parallel."),
    "different": _("The sets are not parallel: expected points of two of them differ by more than is allowed."),
    "unknown": _("There is not enough to go by to take the sets as parallel."),
}
_SENTENCES = {
    "count": _("%(section)s needs %(count)s items; %(there)s could be taken."),
    "level": _("The whole paper gives %(count)s points to %(level)s."),
    "passage": _("%(section)s: the %(count)s questions of a passage are taken together or not at all."),
    "enemies": _("Of the questions “%(topic)s”, which exclude each other, a form has one at most."),
    "twice": _("A question stands in one part of a form only."),
    "uses": _("No question is in more sets than it may be, and there are to be %(count)s sets."),
    "overlap": _("Two sets share %(count)s questions at most."),
    "fixed": _("The %(there)s questions that the parts have already stay."),
}


def demand(one: Demand, definition: ExamDefinition, asked: Asked, locale: str) -> str:
    plans = matrices.plans(definition)
    section = matrices.name_of(definition, *plans[one.place])
    if one.kind == "cell":
        message = matrices.WANTED[bool(one.topic), bool(one.level)]
        return in_words(
            Problem(message, section=section, topic=one.topic, level=one.level, count=one.count, there=one.there),
            locale,
        )
    kind = "twice" if one.kind == "enemies" and not one.topic else one.kind
    count = translator(locale)(one.count) if one.count else asked.forms
    params = {"section": section, "topic": one.topic, "level": one.level, "count": count, "there": one.there}
    return in_words(Problem(_SENTENCES[kind], **params), locale)
