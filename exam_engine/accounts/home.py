"""The first page of staff: what waits for this person, most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import account_queries, member_queries
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal
from exam_engine.kit.needs import URGENCY, Fill, Need, Panel, PanelFill


async def what_needs_me(connection: AsyncConnection, principal: Principal, slots: Mapping[str, Any]) -> list[Need]:
    """Every feature above fills a slot `home.FEATURE`."""
    found = list(await _own(connection, principal))
    fills: list[Fill] = [fill for name, fill in slots.items() if name.startswith("home.")]
    for fill in fills:
        found += await fill(connection, principal)
    return sorted(found, key=lambda need: URGENCY.index(need.tone))


async def panels(connection: AsyncConnection, principal: Principal, slots: Mapping[str, Any]) -> list[Panel]:
    """What stands before everything else: the week of whoever teaches."""
    fills: list[PanelFill] = [fill for name, fill in sorted(slots.items()) if name.startswith("week.")]
    found = [await fill(connection, principal) for fill in fills]
    return [panel for panel in found if panel is not None]


async def _own(connection: AsyncConnection, principal: Principal) -> list[Need]:
    account = await account_queries.account_of_person(connection, principal.id)
    if account is not None and account.password_temporary:
        return [
            Need(
                _("Choose a password of your own. Until then nothing else is open to you."), "/account", tone="warning"
            )
        ]
    if not principal.roles:
        return [Need(_("You hold no role today. Ask an administrator of your school."), "/account", tone="info")]
    if principal.may("classes.manage") and not await member_queries.any_pupil(
        connection, principal.scopes("people.read")
    ):
        text = _("No class has pupils yet. Three steps lead to the first quiz.")
        return [Need(text, "/setup/next", tone="info")]
    return []
