"""What a form holds, kept per worker: forms are immutable. And the sealed bundle that one candidate's key opens."""

from __future__ import annotations

import asyncio
import gzip
import hmac
import secrets
from collections import OrderedDict
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries, own_queries, tokens
from exam_engine.delivery.attempt import CLOSED
from exam_engine.delivery.entries import Check, checks_of
from exam_engine.kit.asking import Asking
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.keys import Keys
from exam_engine.kit.recent import Recent
from exam_engine.sittings import policy as policies

#: About 30 kB each. A worker meets every form of every sitting that is open: 256 were not enough for a hundred schools,
#: and each save beyond them read its form anew.
_KEPT = 2_048
_SMALL = 64 * 2**10
_KEPT_BYTES = 4 * 2**20


class Forms:
    """The checks and papers of the forms that candidates of this worker are sitting."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._checks: Recent[int, tuple[Check, ...]] = Recent(_KEPT)
        self._papers: OrderedDict[int, bytes] = OrderedDict()
        self._held = 0

    async def paper(self, form_id: int) -> bytes:
        """As browsers get it, gzipped. Papers with many pictures are large: what is kept is counted in bytes."""
        found = self._papers.get(form_id)
        if found is None:
            found = bytes((await self._asking.fetch(own_queries.PAPER_OF_FORM, form_id))[0]["paper"])
            self._keep(form_id, found)
        return found

    def _keep(self, form_id: int, paper: bytes) -> None:
        if form_id in self._papers or len(paper) > _KEPT_BYTES // 4:
            return
        self._papers[form_id] = paper
        self._held += len(paper)
        while self._held > _KEPT_BYTES:
            self._held -= len(self._papers.popitem(last=False)[1])

    def known(self, form_id: int) -> tuple[Check, ...] | None:
        return self._checks.get(form_id)

    async def checks_of_form(self, form_id: int) -> tuple[Check, ...]:
        return self._checks.get(form_id) or await self._load(form_id)

    async def _load(self, form_id: int) -> tuple[Check, ...]:
        row = await self._asking.one(own_queries.SLOTS_OF_FORM, form_id)
        if row is None:
            raise tokens.unknown()
        found = checks_of(msgspec.json.decode(row["slots"]))
        self._checks.put(form_id, found)
        return found


def attempt_key(keys: Keys, sealed_paper_key: bytes, attempt_id: int) -> bytes:
    """32 bytes of one attempt's own: a key that a friend who started early passes on opens his bundle only."""
    return hmac.digest(keys.open("paper", sealed_paper_key), b"attempt/%d" % attempt_id, "sha256")


def refuse_unless_sealed_download(found: Any) -> None:
    open_now = found["sitting_state"] == "confirmed" and found["now"] >= found["opens_at"]
    if not open_now or found["state"] in CLOSED or not policies.decode(found["policy"]).sealed_download:
        raise Refused("not_open_yet", 409, _("This exam has not begun yet."))


def unzipped(paper: bytes) -> bytes:
    """For clients that do not read gzip; a small paper is kept for the next of them."""
    return _unzipped(paper) if len(paper) <= _SMALL else gzip.decompress(paper)


@lru_cache(maxsize=8)
def _unzipped(paper: bytes) -> bytes:
    return gzip.decompress(paper)


async def sealed_bundle(connection: AsyncConnection, keys: Keys, found: Any) -> bytes:
    """Nonce (12 bytes) ‖ AES-256-GCM of the gzipped JSON `{"paper": …, "variant": …}`."""
    paper = await attempt_queries.paper_of_form(connection, found["form_id"])
    variant = await attempt_queries.variant_of_attempt(connection, found["attempt_id"])
    key = attempt_key(keys, found["paper_key"], found["attempt_id"])
    return await asyncio.to_thread(_sealed, key, paper, msgspec.json.encode(variant))


def _sealed(key: bytes, paper: bytes, variant: bytes) -> bytes:
    plain = gzip.compress(b'{"paper":' + gzip.decompress(paper) + b',"variant":' + variant + b"}", 6, mtime=0)
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, None)
