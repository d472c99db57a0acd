"""The words of a page about one sitting: a formal exam has candidates, a class's own test has pupils.

Staff pages are written for formal exams; for the others the words are exchanged before any value is put into a text, so
that no name and no title changes.
"""

from __future__ import annotations

from typing import Any

from litestar import Request

from exam_engine.kit import languages
from exam_engine.kit.errors import _
from exam_engine.kit.pages import locale_of
from exam_engine.sittings import policy as policies

#: What a class's own test is called by its pupils; msgids.
KINDS = {"quiz": _("Test"), "homework": _("Homework"), "practice": _("Practice")}

_IN_CLASS = {
    "vi": (
        ("Thí sinh", "Học sinh"), ("thí sinh", "học sinh"), ("Buổi thi", "Bài kiểm tra"),
        ("buổi thi", "bài kiểm tra"), ("đề thi", "bài kiểm tra"), ("cán bộ chấm", "giáo viên chấm"),
    ),
    "en": (
        ("Candidate", "Pupil"), ("candidate", "pupil"), ("Sitting", "Test"), ("sitting", "test"),
        ("exam's", "test's"),
    ),
}  # fmt: skip


def wording(request: Request[Any, Any, Any], *concerned: object) -> dict[str, Any]:
    """`_` and `ngettext` for a template; nothing where an exam of these policies is formal."""
    if not concerned or any(policies.decode(policy).formal for policy in concerned):
        return {}
    locale = locale_of(request)
    source = languages.messages(locale)

    def translate(message: str, **params: object) -> str:
        text = in_class(source.gettext(message), locale)
        return text % params if params else text

    def plural(one: str, many: str, n: int) -> str:
        return in_class(source.ngettext(one, many, n), locale) % {"n": n}

    return {"_": translate, "ngettext": plural}


def in_class(text: str, locale: str) -> str:
    for formal, ours in _IN_CLASS[locale]:
        text = text.replace(formal, ours)
    return text
