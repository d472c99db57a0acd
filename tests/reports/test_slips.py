"""Result slips: what they state is signed, whoever changes a letter is found out, and a newer result is told."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.keys import Keys, verified
from exam_engine.reports.slip import NoSlip, Statement, read, token
from tests.scoring.exam_world import ExamWorld, build, choice

ROOT = Path(__file__).parents[2]
KEYS = Keys(bytes(range(32)))
SAID = Statement("abc123", "0001", "Nguyễn Thị Ánh", "7.25", "10", 2, date(2026, 11, 24))
TEXTS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\n"), max_size=40)


def slip_of(said: Statement, keys: Keys = KEYS) -> str:
    return token(said, keys.sign(said.message()))


def is_genuine(given_: str, keys: Keys = KEYS) -> bool:
    said, signature = read(given_)
    return keys.verify(said.message(), signature)


def test_a_statement_of_known_bytes() -> None:
    """As docs/slips.md tells it, for whoever writes a program of their own."""
    assert SAID.message() == (
        b"exam-engine/slip/1\nEE1\nabc123\n0001\n" + "Nguyễn Thị Ánh".encode() + b"\n7.25\n10\n2\n2026-11-24"
    )
    key = load_pem_public_key(KEYS.public_pem().encode())
    assert isinstance(key, Ed25519PublicKey)
    assert key.public_bytes_raw().hex() == "5404f5f7b56d77d27fdfe7e58b65be4bb81cb04a087ed3a92a756930b0dff651"
    assert slip_of(SAID) == (
        "RUUxCmFiYzEyMwowMDAxCk5ndXnhu4VuIFRo4buLIMOBbmgKNy4yNQoxMAoyCjIwMjYtMTEtMjQ."
        "4SRxz-OjZc5WHHrIwlBWD2ULrhwvXhnvQscjUCGn_SDq1u6W_j3-1MQteViWtyiCPWIMD5mlo3gMsxPUzfj2Cw"
    )


@given(TEXTS, TEXTS, TEXTS, st.integers(1, 10**6), st.dates())
def test_what_is_stated_is_read_again(number: str, name: str, score: str, version: int, day: date) -> None:
    said = Statement("sitting", number, name, score, "10", version, day)
    assert read(f"https://thi.example/slip?s={slip_of(said)}")[0] == said
    assert is_genuine(slip_of(said))


@given(st.integers(0, 10**6), st.characters(min_codepoint=33, max_codepoint=126))
def test_any_other_letter_is_found_out(at: int, letter: str) -> None:
    whole = slip_of(SAID)
    place = at % len(whole)
    changed = whole[:place] + letter + whole[place + 1 :]
    if changed == whole:
        return
    try:
        genuine = is_genuine(changed)
    except NoSlip:
        genuine = False
    # The last letter of a signature holds bits that say nothing.
    assert not genuine or (place == len(whole) - 1 and read(changed)[0] == SAID)


def test_the_key_of_another_service_is_no_key() -> None:
    assert not is_genuine(slip_of(SAID, Keys(bytes(32))))


@pytest.mark.parametrize("text", ["", "x", ".", "a.b", "RUUx.x", "é.x", "x" * 5000 + ".y", "s=", "\x00.\x00"])
def test_what_is_no_slip_is_refused(text: str) -> None:
    with pytest.raises(NoSlip):
        read(text)


def test_the_command_checks_without_a_service(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text(KEYS.public_pem())
    command = [sys.executable, "-m", "exam_engine.cli", "check-slip", "--json", "--key", str(key)]
    for text, code in ((slip_of(SAID), 0), (slip_of(SAID, Keys(bytes(32))), 1)):
        done = subprocess.run([*command, text], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == code, done.stderr
        told = json.loads(done.stdout)
        assert told["genuine"] is (code == 0)
        assert told.get("name") == (SAID.name if code == 0 else None)


async def _released(app: Litestar, engine: AsyncEngine, client: AsyncClient) -> ExamWorld:
    world = await build(app, engine, client, [choice(0), choice(1)], candidates=1)
    await world.sit(0, {0: 0, 1: 0})
    assert (await world.see("exam_officer", f"/results/{world.sitting}/slips.pdf")).status_code == 409
    assert (await world.send("exam_officer", f"/results/{world.sitting}/release")).status_code == 303
    return world


async def test_a_slip_is_printed_checked_and_replaced(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await _released(app, real_engine, client)
    path = f"/results/{world.sitting}/slips.pdf"
    printed = await world.see("exam_officer", path)
    assert printed.content.startswith(b"%PDF")
    assert (await world.see("exam_officer", f"{path}?candidate=nobody")).status_code == 404
    assert (await world.see("marker", path)).status_code == 403
    current = await world.current(0)
    said = Statement(world.sitting, "0000", "Nguyễn Văn A", str(current["rounded"]), "10", 1, date(2026, 11, 24))
    link = f"/slip?s={slip_of(said, app.state.keyring)}"
    page = await client.get(link, headers={"accept": "text/html", "cookie": "lang=en"})
    assert "This slip is genuine." in page.text
    assert "Nguyễn Văn A" in page.text
    broken = await client.get(link[:-9] + "A" + link[-8:], headers={"accept": "text/html", "cookie": "lang=en"})
    assert "it was altered" in broken.text
    assert "Nguyễn Văn A" not in broken.text
    pem = (await client.get("/slip/key")).text
    assert verified(pem.encode(), said.message(), app.state.keyring.sign(said.message()))
    seen = await world.see("exam_officer", f"/results/{world.sitting}/items/2/ruling/preview?act=full_marks")
    mark = seen.text.partition('name="fingerprint" value="')[2].partition('"')[0]
    act = {"act": "full_marks", "reason": "Câu sai", "fingerprint": mark}
    assert (await world.send("exam_officer", f"/results/{world.sitting}/items/2/ruling", **act)).status_code == 303
    page = await client.get(link, headers={"accept": "text/html", "cookie": "lang=en"})
    assert "a newer result has replaced it" in page.text
