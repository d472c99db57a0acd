"""The pure part: from grants to permissions."""

from __future__ import annotations

import pytest

from exam_engine.accounts.roles import PERMISSIONS, STAFF_ROLES, Grant, parent_path, permissions_of


def test_every_permission_of_a_role_is_named() -> None:
    for role in STAFF_ROLES.values():
        assert {*role.permissions, *role.in_school} <= set(PERMISSIONS)


def test_a_manager_only_reads() -> None:
    acts = {"manage", "write", "act", "hand", "import", "review"}
    assert not [p for p in STAFF_ROLES["manager"].permissions if p.partition(".")[2] in acts]


def test_a_teacher_acts_in_the_class_and_reads_the_items_of_the_school() -> None:
    found = permissions_of([Grant("teacher", "1.5.23.", "class")])
    assert found["items.read"] == ("1.5.",)
    assert found["items.write"] == ("1.5.23.",)
    assert found["rooms.act"] == found["marks.hand"] == found["results.manage"] == ("1.5.23.",)


def test_a_wider_grant_swallows_a_narrower_but_not_a_neighbour() -> None:
    grants = [
        Grant("author", "1.5.", "school"),
        Grant("author", "1.5.23.", "class"),
        Grant("author", "1.55.", "school"),
    ]
    assert permissions_of(grants)["items.write"] == ("1.5.", "1.55.")


def test_unknown_roles_grant_nothing() -> None:
    assert permissions_of([Grant("king", "1.", "province")]) == {"home.see": (), "account.own": ()}


@pytest.mark.parametrize(("path", "above"), [("1.5.23.", "1.5."), ("1.5.", "1."), ("1.", "1.")])
def test_parent_path(path: str, above: str) -> None:
    assert parent_path(path) == above
