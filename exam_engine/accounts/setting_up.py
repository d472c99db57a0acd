"""The first run: on a database without accounts, one page makes the school and its first administrator.

Whoever reaches a service that listens beyond this machine could take the school over before its owner does: there the
page asks for a code that `exam-engine serve` prints. It is derived from the master key, so that every worker knows it
without a table; with the first account it opens nothing any more.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import account_queries
from exam_engine.accounts.banks import bank_of
from exam_engine.accounts.changing_account import weaknesses
from exam_engine.accounts.founding import USERNAME, create_account, create_person, create_unit, grant_role
from exam_engine.accounts.signing_in import open_session
from exam_engine.kit import audit
from exam_engine.kit.errors import _, conflict
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form of the first run says, checked."""

    school: str
    school_code: str
    commune: str
    province: str
    full_name: str
    username: str
    password: str
    class_name: str
    teaches: bool


def setup_code(keys: Keys) -> str:
    """Twelve characters (about 59 bits) in three groups, to be read off a console."""
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in keys.purpose("setup-code")[:12])
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


def code_needed(settings: Settings, called: str | None = None) -> bool:
    """Decided by what the service listens to and calls itself, never by who asks: behind a proxy everybody is near.

    `called`: the host by which a browser calls it. Any other name than this machine's comes over a proxy that nobody
    has told us of, or from a foreign page whose name was turned to this machine."""
    names = (settings.host, urlsplit(settings.public_url).hostname or "", called)
    return not all(_loopback(name) for name in names if name is not None)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_form(form: Mapping[str, Any], keys: Keys, *, code_is_needed: bool) -> tuple[Wanted, Reading]:
    """Errors are in the reading, all together."""
    read = Reading(form)
    if code_is_needed:
        given = "".join(read.text("setup_code").lower().split())
        if given and not hmac.compare_digest(
            given.replace("-", "").encode(), setup_code(keys).replace("-", "").encode()
        ):
            read.errors["setup_code"] = _("This is not the code that the service printed when it started.")
    found = Wanted(
        school=read.text("school"),
        school_code=read.text("school_code", required=False, longest=40),
        commune=read.text("commune", required=False),
        province=read.text("province", required=False),
        full_name=read.text("full_name"),
        username=read.text("username", longest=64).casefold(),
        password=read.secret("password"),
        class_name=read.text("class_name", required=False, longest=60),
        teaches=form.get("teaches") == "1",
    )
    if found.username and not USERNAME.fullmatch(found.username):
        message = _("A user name has 2 to 64 characters: a–z, 0–9, dot, hyphen, underscore, @.")
        read.errors.setdefault("username", message)
    again = read.secret("again")
    if "password" not in read.errors:
        weak = weaknesses(found.password, found.username)
        read.errors |= {"password": weak["wanted"]} if weak else {}
    if again and found.password != again:
        read.errors["again"] = _("The two entries differ.")
    return found, read


async def found_school(connection: AsyncConnection, wanted: Wanted, locale: str, user_agent: str) -> str:
    """Everything in one transaction; of two that meet, the second is refused. Returns the session's token."""
    await account_queries.lock_first_run(connection)
    if await account_queries.any_account(connection):
        raise conflict(_("The school has been set up meanwhile. Please sign in."))
    school = top = None
    for kind, name in (("province", wanted.province), ("commune", wanted.commune), ("school", wanted.school)):
        if name:
            code = wanted.school_code if kind == "school" else ""
            school = await create_unit(connection, kind, name, school, code=code, locale=locale)
            top = top or school
    assert school is not None
    assert top is not None
    person = await create_person(connection, school.id, wanted.full_name)
    await create_account(connection, person.id, wanted.username, wanted.password)
    await account_queries.set_locale(connection, person.id, locale)
    await grant_role(connection, person.id, top.id, "administrator")
    for role in ("teacher", "exam_officer") if wanted.teaches else ():
        await grant_role(connection, person.id, school.id, role)
    if wanted.class_name:
        first = await create_unit(connection, "class", wanted.class_name, school, locale=locale)
        if wanted.teaches:  # named as its teacher, and not only allowed to be
            await grant_role(connection, person.id, first.id, "teacher")
    principal = Principal("staff", person.id)
    await bank_of(connection, principal, school.id, school.name, locale)
    await audit.record(connection, principal, "school_set_up", "unit", school.id, unit_id=school.id)
    return await open_session(connection, person_id=person.id, user_agent=user_agent)
