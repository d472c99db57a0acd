"""A pupil's own PIN and slip: made once, looked up by keyed hash, limited per pupil, opened by nobody else's."""

from __future__ import annotations

from litestar import Litestar
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import founding, pupil_secrets, secrets
from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.secrets import Secrets
from exam_engine.accounts.tables import pupil_secret, session, sign_in_limit
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from tests.accounts.school import Client, School, enter, see, send


async def secrets_of(engine: AsyncEngine, app: Litestar, person_id: int) -> Secrets:
    async with transaction(engine) as connection:
        return (await pupil_secrets.secrets_of(connection, app.state.keyring, [person_id]))[person_id]


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 1_000_000:06d}"


async def test_secrets_are_made_once_and_stored_as_hash_and_seal(
    app: Litestar, school: School, real_engine: AsyncEngine
) -> None:
    first = await secrets_of(real_engine, app, school.pupil.id)
    assert first == await secrets_of(real_engine, app, school.pupil.id)
    assert len(first.pin) == 6
    keys = app.state.keyring
    async with transaction(real_engine) as connection:
        row = (await connection.execute(select(pupil_secret))).one()
    for column in (row.pin_hash, row.pin_sealed, row.ticket_hash, row.ticket_sealed):
        assert first.pin.encode() not in column
        assert first.ticket.encode() not in column
    assert row.ticket_hash != secrets.ticket_hash(keys, first.ticket), "a candidate's ticket has another purpose"
    assert row.pin_hash != secrets.pin_hash(keys, school.pupil.id, first.pin)


async def test_pin_is_the_persons_own_and_failures_count_although_the_caller_rolls_back(
    app: Litestar, school: School, real_engine: AsyncEngine
) -> None:
    keys, pupil, other = app.state.keyring, school.pupil.id, school.other_pupil.id
    mine, theirs = [(await secrets_of(real_engine, app, person)).pin for person in (pupil, other)]
    assert await pupil_secrets.check_pin(real_engine, keys, pupil, f" {mine} ") is True
    assert await pupil_secrets.check_pin(real_engine, keys, other, mine) is (mine == theirs)
    for text in ("", "12345x", "١٢٣٤٥٦", "9" * 40):
        assert await pupil_secrets.check_pin(real_engine, keys, pupil, text) is False
    for _attempt in range(10):
        assert await pupil_secrets.check_pin(real_engine, keys, pupil, wrong(mine)) is False
    locked = await pupil_secrets.check_pin(real_engine, keys, pupil, mine)
    assert isinstance(locked, Refused)
    assert locked.status == 429
    assert await pupil_secrets.check_pin(real_engine, keys, other, theirs) is True, "neighbours are not touched"


async def test_a_pupil_signs_in_with_code_and_pin_and_out_again(
    app: Litestar, app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    pin = (await secrets_of(real_engine, app, school.pupil.id)).pin
    await secrets_of(real_engine, app, school.other_pupil.id)  # has the code 0001 too, in another school
    refused = await send(app_client, "/pupil", code="0001", pin=wrong(pin))
    assert refused.status_code == 401
    assert 'value="0001"' in refused.text
    signed_in = await send(app_client, "/pupil", code=" 0001 ", pin=pin)
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/my"), signed_in.text
    assert (await see(app_client, "/people")).status_code == 403, "a pupil is no staff"
    assert (await see(app_client, "/pupil")).headers["location"] == "/my"
    out = await send(app_client, "/sign-out")
    assert out.headers["location"] == "/pupil"
    async with transaction(real_engine) as connection:
        row = (await connection.execute(select(session).where(session.c.pupil))).one()
    assert row.person_id == school.pupil.id
    assert row.revoked_at is not None


async def test_guessing_is_limited_per_code(
    app: Litestar, app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    pin = (await secrets_of(real_engine, app, school.pupil.id)).pin
    for _attempt in range(10):
        assert (await send(app_client, "/pupil", code="0001", pin=wrong(pin))).status_code == 401
    limited = await send(app_client, "/pupil", code="0001", pin=pin)
    assert limited.status_code == 429
    assert limited.headers["retry-after"]


async def test_the_own_pin_buys_no_guesses_at_others_who_share_the_code(
    app: Litestar, app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    mine, theirs = [(await secrets_of(real_engine, app, one.id)).pin for one in (school.pupil, school.other_pupil)]
    status = 0
    guess = next(pin for pin in map("{:06d}".format, range(3)) if pin not in (mine, theirs))
    for _round in range(2):
        for _guess in range(5):
            assert (await send(app_client, "/pupil", code="0001", pin=guess)).status_code == 401
        status = (await send(app_client, "/pupil", code="0001", pin=mine)).status_code
        await send(app_client, "/sign-out")
    assert status == 429, "failures stay counted although somebody signed in between"


async def test_a_pin_has_a_limit_of_a_day_beside_that_of_minutes(
    app: Litestar, school: School, real_engine: AsyncEngine
) -> None:
    keys, pupil = app.state.keyring, school.pupil.id
    pin = (await secrets_of(real_engine, app, pupil)).pin
    for _pause in range(6):
        for _guess in range(10):
            assert await pupil_secrets.check_pin(real_engine, keys, pupil, wrong(pin)) is False
        async with transaction(real_engine) as connection:  # five minutes pass
            minutes = sign_in_limit.c.key.not_like("pupil:day:%")
            await connection.execute(update(sign_in_limit).where(minutes).values(window_ends=func.now()))
    assert isinstance(await pupil_secrets.check_pin(real_engine, keys, pupil, pin), Refused)
    async with transaction(real_engine) as connection:
        await pupil_secrets.renew(connection, keys, pupil, slip=False)
    new = (await secrets_of(real_engine, app, pupil)).pin
    assert await pupil_secrets.check_pin(real_engine, keys, pupil, new) is True, "a new PIN begins anew"


async def test_bad_input_is_a_plain_refusal(app_client: Client, school: School) -> None:
    for code, pin in (("", ""), ("0001", "abc"), ("\0", "123456"), ("x" * 500, "1" * 500), ("0001", "١٢٣٤٥٦")):
        assert (await send(app_client, "/pupil", code=code, pin=pin)).status_code == 401
    assert (await send(app_client, "/pupil", next="//evil.example")).status_code == 401
    for slip in ("x", "2" * 20, "%00", "é" * 20):
        assert (await see(app_client, f"/s/{slip}")).status_code in {400, 404}
        assert (await send(app_client, f"/s/{slip}")).status_code in {400, 404}


async def test_opening_a_slip_uses_nothing_up_and_only_the_confirmation_signs_in(
    app: Litestar, app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    slip = (await secrets_of(real_engine, app, school.pupil.id)).ticket
    for _preview in range(2):
        assert COOKIE not in (await see(app_client, f"/s/{slip}")).cookies
    shown = await see(app_client, f"/s/{slip}")
    assert shown.status_code == 200
    assert "Nguyễn Văn Đạt" in shown.text
    assert "12A1" in shown.text
    for _device in range(2):
        assert (await send(app_client, f"/s/{slip.upper()}")).headers["location"] == "/my"
    assert (await see(app_client, "/pupil")).headers["location"] == "/my"


async def test_a_new_pin_ends_the_pupils_sessions_and_keeps_the_slip_unless_asked(
    app: Litestar, app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    old = await secrets_of(real_engine, app, school.pupil.id)
    await send(app_client, f"/s/{old.ticket}")
    async with transaction(real_engine) as connection:
        await pupil_secrets.renew(connection, app.state.keyring, school.pupil.id, slip=False)
    assert (await see(app_client, "/pupil")).status_code == 200, "signed out"
    new = await secrets_of(real_engine, app, school.pupil.id)
    assert new.ticket == old.ticket
    async with transaction(real_engine) as connection:
        await pupil_secrets.renew(connection, app.state.keyring, school.pupil.id, slip=True)
    assert (await see(app_client, f"/s/{old.ticket}")).status_code == 404


async def test_staff_session_of_the_same_person_goes_on(
    app: Litestar, app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    teacher = school.staff["teacher"]
    await enter(app_client, real_engine, teacher)
    async with transaction(real_engine) as connection:
        await founding.add_pupil(connection, school.class_, teacher.full_name, code=teacher.code)
        await pupil_secrets.renew(connection, app.state.keyring, teacher.id, slip=True)
    assert (await see(app_client, "/classes")).status_code == 200
