"""Which role holds which permission. Data: a page shows it, a test walks it, nothing else decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exam_engine.kit.errors import _

#: Every permission that a route may ask for, and what it allows.
PERMISSIONS: Mapping[str, str] = {
    "home.see": _("See the first page of staff"),
    "account.own": _("Change the own password, language and sign-ins"),
    "units.read": _("See units and classes"),
    "units.manage": _("Create, rename, move and merge units"),
    "classes.manage": _("Create classes, one by one or from a file"),
    "people.read": _("See staff and pupils"),
    "people.manage": _("Enter and correct staff and pupils, fill classes"),
    "grants.manage": _("Give and take away accounts and roles"),
    "audit.read": _("Read the audit log"),
    "items.read": _("See items with their keys"),
    "items.write": _("Write and change items"),
    "items.review": _("Review, approve and return items"),
    "banks.rules": _("Say how the items of a bank are reviewed"),
    "banks.share": _("Say who reads a bank, and under which licence"),
    "items.import": _("Import files of items"),
    "items.export": _("Take items and exams out as files"),
    "exams.read": _("See exams"),
    "exams.write": _("Create and change exams"),
    "exams.release": _("Release a formal exam as the second person"),
    "sittings.read": _("See sittings"),
    "sittings.manage": _("Create, change and confirm sittings"),
    "papers.print": _("Print the papers of a sitting and their keys"),
    "roster.manage": _("Enter candidates, rooms and accommodations"),
    "rooms.watch": _("Watch exam rooms"),
    "rooms.act": _("Admit, pause, add time and end in exam rooms"),
    "marks.hand": _("Mark by hand"),
    "results.read": _("See results"),
    "results.manage": _("Release results, mark again, rule on late answers"),
    "results.export": _("Export results"),
    "receipts.verify": _("Check receipts"),
    "jobs.see": _("See the progress of long work"),
    "attempt.own": _("Take the own exam"),
    "pupil.own": _("See the own tests and results"),
}

_EVERY_STAFF = ("home.see", "account.own")


@dataclass(frozen=True, slots=True)
class Role:
    """`permissions` hold in the granted unit and below. `in_school`: where the unit is a class, these hold in the
    whole school above it, because classes share what the school has."""

    label: str
    permissions: tuple[str, ...]
    in_school: tuple[str, ...] = ()


STAFF_ROLES: Mapping[str, Role] = {
    # Author, invigilator, marker and officer for the class's own tests.
    "teacher": Role(
        _("Teacher"),
        (
            *("units.read", "people.read", "people.manage"),
            *("items.read", "items.write", "items.import", "items.export", "banks.share", "exams.read", "exams.write"),
            *("sittings.read", "sittings.manage", "papers.print", "roster.manage", "rooms.watch", "rooms.act"),
            *("marks.hand", "results.read", "results.manage", "results.export", "receipts.verify", "jobs.see"),
        ),
        in_school=("items.read",),
    ),
    "author": Role(
        _("Author"),
        ("items.read", "items.write", "items.import", "items.export", "banks.share", "exams.read", "jobs.see"),
    ),
    "reviewer": Role(_("Reviewer"), ("items.read", "items.review", "exams.read", "exams.release")),
    "marker": Role(_("Marker"), ("marks.hand",)),
    "invigilator": Role(_("Invigilator"), ("sittings.read", "rooms.watch", "rooms.act", "receipts.verify")),
    "exam_officer": Role(
        _("Exam officer"),
        (
            *("units.read", "classes.manage", "people.read", "people.manage"),
            *("items.read", "items.export", "banks.rules", "banks.share", "exams.read", "exams.write", "exams.release"),
            *("sittings.read", "sittings.manage", "papers.print", "roster.manage", "rooms.watch", "rooms.act"),
            *("results.read", "results.manage", "results.export", "receipts.verify", "jobs.see"),
        ),
    ),
    # Read only, and no items: who supervises need not know the keys of papers still to come.
    "manager": Role(
        _("Manager (read only)"),
        (
            *("units.read", "people.read", "audit.read", "sittings.read", "rooms.watch"),
            *("results.read", "results.export", "receipts.verify", "jobs.see"),
        ),
    ),
    "administrator": Role(
        _("Administrator"),
        (
            *("units.read", "units.manage", "classes.manage", "people.read", "people.manage", "grants.manage"),
            *("audit.read", "receipts.verify", "jobs.see"),
        ),
    ),
}

#: What a candidate's session holds; ownership is the candidate's id, not a unit.
CANDIDATE: Mapping[str, tuple[str, ...]] = {"attempt.own": ()}
#: What a pupil's session holds; ownership is the person's id (`Principal.pupil_id`).
PUPIL: Mapping[str, tuple[str, ...]] = {"pupil.own": ()}


@dataclass(frozen=True, slots=True)
class Grant:
    role: str
    path: str
    unit_kind: str


def permissions_of(grants: Iterable[Grant]) -> dict[str, tuple[str, ...]]:
    """The permissions of a staff member, each with the unit paths within which it holds."""
    found: dict[str, set[str]] = {name: set() for name in _EVERY_STAFF}
    for grant in grants:
        role = STAFF_ROLES.get(grant.role)
        if role is None:
            continue
        for permission in role.permissions:
            found.setdefault(permission, set()).add(grant.path)
        for permission in role.in_school if grant.unit_kind == "class" else ():
            found.setdefault(permission, set()).add(parent_path(grant.path))
    return {permission: _without_covered(paths) for permission, paths in found.items()}


def parent_path(path: str) -> str:
    """ "1.5.23." → "1.5."; a root stays itself."""
    above = path.rstrip(".").rpartition(".")[0]
    return f"{above}." if above else path


def _without_covered(paths: set[str]) -> tuple[str, ...]:
    return tuple(sorted(p for p in paths if not any(p != other and p.startswith(other) for other in paths)))
