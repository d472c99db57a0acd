"""Blueprints to begin with: the papers of the graduation exam from 2025 (QĐ 764/QĐ-BGDĐT of 8 March 2024) and the
shares of periodic tests (Công văn 7991/BGDĐT-GDTrH of 17 December 2024, annexes)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from exam_engine.authoring.definition import ExamDefinition, Matrix, Plan, Section
from exam_engine.kit.errors import _
from item_bank.content.model import GRADUATION_TABLE

_CHOICE = "Phần I. Câu trắc nghiệm nhiều phương án lựa chọn"
_CLUSTERS = "Phần II. Câu trắc nghiệm đúng sai"
_SHORT = "Phần III. Câu trắc nghiệm trả lời ngắn"
_ESSAY = "Phần IV. Tự luận"


@dataclass(frozen=True, slots=True)
class Template:
    """`levels`: points that the paper gives to each level, where the rule names them."""

    name: str
    hint: str
    minutes: int
    sections: tuple[Section, ...]
    levels: Mapping[str, str] = field(default_factory=dict)
    graduation: bool = True


def applied(definition: ExamDefinition, template: Template) -> ExamDefinition:
    """The sections of the template in place of those that are there; rows and source of the blueprint stay."""
    matrix = msgspec.structs.replace(definition.matrix or Matrix(), levels=dict(template.levels))
    table = GRADUATION_TABLE if template.graduation else definition.cluster_table
    return msgspec.structs.replace(
        definition, sections=template.sections, matrix=matrix, minutes=template.minutes, scale="10",
        cluster_table=table,
    )  # fmt: skip


def _section(title: str, kind: str, count: int, points: str) -> Section:
    return Section(title, plans=(Plan(kind, count, points),))


def _graduation(choices: int, clusters: int = 4, short: int = 0, short_points: str = "0.25") -> tuple[Section, ...]:
    found = [_section(_CHOICE, "choice", choices, "0.25")]
    if clusters:
        found.append(_section(_CLUSTERS, "true_false", clusters, "1"))
    if short:
        found.append(_section(_SHORT, "short", short, short_points))
    return tuple(found)


def _informatics() -> tuple[Section, ...]:
    """Two clusters for all, and two of one of two tracks: four are answered."""
    tracks = tuple(Plan("true_false", 2, "1", group=name) for name in ("Khoa học máy tính", "Tin học ứng dụng"))
    common, own = f"{_CLUSTERS}: phần chung", f"{_CLUSTERS}: phần riêng (chọn một)"
    return (
        _section(_CHOICE, "choice", 24, "0.25"),
        _section(common, "true_false", 2, "1"),
        Section(own, plans=tracks, choose=1),
    )


def _periodic(short: bool) -> tuple[Section, ...]:
    """30 – 20 – 20 – 30 % of the points by kind; without short answers theirs go to true–false."""
    clusters = _section(_CLUSTERS, "true_false", 2 if short else 4, "1")
    middle = (clusters, _section(_SHORT, "short", 4, "0.5")) if short else (clusters,)
    essay = _section(_ESSAY if short else "Phần III. Tự luận", "essay", 3, "1")
    return (_section(_CHOICE, "choice", 12, "0.25"), *middle, essay)


_SHARES = {"know": "4", "understand": "3", "apply": "3"}
_PERIODIC = _("Points 30 – 20 – 20 – 30 % by kind of question, 40 – 30 – 30 % by level.")

TEMPLATES: Mapping[str, Template] = {
    "mathematics": Template(
        _("Graduation exam: Mathematics"), _("90 minutes: 12 choices, 4 true–false, 6 short answers of 0.5."), 90,
        _graduation(12, 4, 6, "0.5"),
    ),
    "science": Template(
        _("Graduation exam: Physics, Chemistry, Biology, Geography"),
        _("50 minutes: 18 choices, 4 true–false, 6 short answers of 0.25."), 50, _graduation(18, 4, 6),
    ),
    "society": Template(
        _("Graduation exam: History, Economics and Law, Technology"), _("50 minutes: 24 choices, 4 true–false."), 50,
        _graduation(24),
    ),
    "informatics": Template(
        _("Graduation exam: Informatics"), _("50 minutes: 24 choices, 2 true–false for all, 2 of one of two tracks."),
        50, _informatics(),
    ),
    "language": Template(
        _("Graduation exam: Foreign languages"), _("50 minutes: 40 choices."), 50, _graduation(40, 0)
    ),
    "literature": Template(
        _("Graduation exam: Literature"), _("120 minutes: reading 4 points, writing 6 points."), 120,
        (_section("Phần I. Đọc hiểu", "essay", 5, "0.8"), _section("Phần II. Viết", "essay", 2, "3")),
    ),
    "periodic": Template(
        _("Periodic test (Công văn 7991)"), _PERIODIC, 45, _periodic(True), _SHARES, graduation=False
    ),
    "periodic_without_short": Template(
        _("Periodic test without short answers (Công văn 7991)"),
        _("Points 30 – 40 – 30 % by kind of question, 40 – 30 – 30 % by level."), 45, _periodic(False), _SHARES,
        graduation=False,
    ),
}  # fmt: skip
