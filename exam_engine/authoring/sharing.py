"""Who reads a bank: its owner alone, the staff of its unit, or everybody who reads items in a wider unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.authoring.banks import may_in
from exam_engine.kit import audit
from exam_engine.kit.errors import _, conflict
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal
from item_bank.storage import queries as storage
from item_bank.storage import review_queries, sharing_queries
from item_bank.storage.tables import WIDER

OWNER, UNIT = "owner", "unit"
#: What may be done with shared items; another sentence can be written in their place.
LICENCES = ("CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "CC BY-NC-SA 4.0", "CC0 1.0")


#: How lists tell it, by `reach`.
KINDS = {
    "owner": _("Only you"),
    "unit": _("Your school"),
    "commune": _("The commune"),
    "province": _("The province"),
    "ministry": _("Everybody"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """`why_not`: the msgid of what stands against it; empty where it may be chosen."""

    reach: str
    unit: str
    why_not: str = ""


async def choices(connection: AsyncConnection, principal: Principal, bank: RowMapping) -> list[Choice]:
    """From the narrowest to the widest; what the bank has now may always be kept."""
    own, *above = reversed(await queries.units_from_the_top(connection, bank["unit_id"]))
    school = next((one for one in (own, *above) if one["kind"] != "class"), own)
    found = [Choice(OWNER, "", await _why_not_alone(connection, principal, bank)), Choice(UNIT, school["name"])]
    for one in above:
        if one["kind"] in WIDER and one["kind"] not in {choice.reach for choice in found}:
            found.append(Choice(one["kind"], one["name"], _why_not_wider(principal, own["path"])))
    return [Choice(one.reach, one.unit) if one.reach == bank["reach"] else one for one in found]


async def share(
    connection: AsyncConnection, principal: Principal, bank: RowMapping, form: Mapping[str, str]
) -> dict[str, str]:
    """Field → msgid of what is wrong with it; nothing has changed then."""
    held = await sharing_queries.held_bank(connection, bank["id"])
    allowed = await choices(connection, principal, held)
    reading = Reading(form)
    reach = reading.choice("reach", {one.reach for one in allowed})
    wide = reach in WIDER
    credit, licence = (reading.text(name, required=wide) for name in ("credit", "licence"))
    source = reading.text("source", required=False)
    chosen = next((one for one in allowed if one.reach == reach), None)
    if chosen and chosen.why_not:
        raise conflict(chosen.why_not)
    if reading.errors:
        return reading.errors
    owner = principal.id if reach == OWNER else None
    told = {"reach": reach, "credit": credit, "source": source, "licence": licence}
    await sharing_queries.set_sharing(connection, bank["id"], owner_id=owner, **told)
    await audit.record(connection, principal, "shared", "bank", bank["id"], unit_id=bank["unit_id"], **told)
    return {}


@dataclass(frozen=True, slots=True)
class Origin:
    """`item`: the public id of what the copy was made of, where the reader may see it, too."""

    bank: str
    unit: str
    version: int
    item: str


async def origin_of(connection: AsyncConnection, principal: Principal, item_id: int) -> Origin | None:
    row = await sharing_queries.origin_of(connection, item_id)
    if row is None:
        return None
    unit = await queries.unit_of_bank(connection, row["bank_id"])
    readable = queries.banks_open_to(principal, queries.READ)
    seen = await storage.newest_version(connection, row["public_id"], readable)
    return Origin(row["bank_name"], unit["name"], row["number"], row["public_id"] if seen else "")


async def _why_not_alone(connection: AsyncConnection, principal: Principal, bank: RowMapping) -> str:
    if not await may_in(connection, principal, bank["public_id"], "items.write"):
        return _("Only somebody who writes questions has a bank of their own.")
    if await sharing_queries.has_items_of_others(connection, bank["id"], principal.id):
        return _("Others have put questions into this bank.")
    if await review_queries.anything_waits(connection, bank["id"]):
        return _("Questions of this bank wait for a reviewer. Take them back first.")
    return ""


def _why_not_wider(principal: Principal, path: str) -> str:
    if principal.reaches("banks.rules", path):
        return ""
    return _("An exam officer of your school shares a bank beyond the school.")
