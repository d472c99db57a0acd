"""hypothesis drives one attempt through any sequence of events, over HTTP and on the database, against a model."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from litestar import Litestar

from exam_engine.app import create_app
from exam_engine.delivery import entry_queries, intervening, receipt_queries, receipts, sweep_queries
from exam_engine.delivery.attempt import CLOSED, TRANSITIONS, Action, State
from exam_engine.delivery.intervening import Order
from exam_engine.delivery.sweeping import sweep
from exam_engine.features import FEATURES
from exam_engine.kit import clock
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from tests.delivery.conftest import served
from tests.delivery.world import Device, World, build

T = TypeVar("T")

GRACE, SETTLING = 120, 20
BELOW = ("accounts", "authoring", "sittings", "delivery")
STAFF = (Action.PAUSE, Action.UNPAUSE, Action.END, Action.ADD_TIME, Action.REOPEN, Action.ALLOW_DEVICE)


class Service:
    """One application and its clock, shared by all runs of the machine; each run has a sitting of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.settings = Settings.from_environment({}, database_url=url, data_dir=folder, pool_size=3)
        self.keys = Keys.from_file(self.settings.master_key_file)
        self.engine = make_engine(url, pool_size=3)
        self.app: Litestar = create_app(self.settings, tuple(f for f in FEATURES if f.name in BELOW))
        self.entered: AbstractAsyncContextManager[AsyncClient] = served(self.app, self.settings)
        self.client = self.run(self.entered.__aenter__())
        self.now = self.run(self._begin())

    async def _begin(self) -> datetime:
        async with transaction(self.engine) as connection:
            return await clock.read(connection)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self.entered.__aexit__(None, None, None))
        self.run(self.engine.dispose())
        self.loop.close()


class AttemptMachine(RuleBasedStateMachine):
    service: Service

    @initialize()
    def begin(self) -> None:
        self.tick(0)
        self.world: World = self.run(build(self.service.engine, self.service.keys, candidates=1, closes=365 * 86400))
        cookie = self.world.cookies[0]
        self.devices = [Device(self.service.client, cookie, f"device-{name}") for name in ("one", "two")]
        self.state = State.READY
        self.resume = 0
        self.holder: Device | None = None
        self.allowed = False
        self.credit = timedelta(0)
        self.deadline: datetime | None = None
        self.paused_at: datetime | None = None
        self.told: dict[tuple[int, int], tuple[int, str]] = {}
        self.run(self._sweep())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.service.run(work)

    def tick(self, seconds: float) -> None:
        """The worker has been there all the time: the heartbeat is set as it would have been."""
        self.service.now += timedelta(seconds=seconds)

        async def replace() -> None:
            async with transaction(self.service.engine) as connection:
                await clock.replace(connection, self.service.now)
                await sweep_queries.beat(connection, self.service.now)

        self.run(replace())

    @property
    def over(self) -> bool:
        return self.state is State.RUNNING and self.deadline is not None and self.service.now > self.deadline

    # --- what happens ---

    @rule(seconds=st.sampled_from([1, 10, 60, 900, 2600, 2700]))
    def time_passes(self, seconds: int) -> None:
        """In steps short enough for the service never to have been away."""
        for _step in range(0, seconds, 600):
            self.tick(min(seconds, 600))

    @rule(which=st.integers(0, 1))
    def start(self, which: int) -> None:
        device = self.devices[which]
        reply = self.run(device.start())
        if self.state is State.READY:
            assert reply.status_code == 200
            self.state, self.resume, self.holder = State.RUNNING, 1, device
            self.deadline = self.service.now + timedelta(seconds=2700) + self.credit
        elif (self.state, Action.RESUME) not in TRANSITIONS or self.over:
            assert reply.status_code == 409
        elif device is self.holder:
            assert reply.json()["resume"] == self.resume
        elif self.allowed:
            self.resume, self.holder, self.allowed = self.resume + 1, device, False
            assert reply.json()["resume"] == self.resume
        else:
            assert reply.json()["code"] == "other_device"

    @rule(
        which=st.integers(0, 1), slot=st.integers(0, 3), age=st.sampled_from([0, 30, 119, 3000]), repeat=st.booleans()
    )
    def save(self, which: int, slot: int, age: int, repeat: bool) -> None:
        device = self.devices[which]
        if not device.token:
            return
        value = ["k2", {"a": True}, "1,5", "chữ"][slot]
        entry = device.entry(slot, value, ms=-age * 1000)
        reply = self.run(device.save(entry, t=0)).json()
        expected = self.expected(device, age)
        assert reply["a"] == [[entry[0], expected]]
        self.told[device.resume, entry[0]] = (expected, str(value))
        if repeat:
            assert self.run(device.save(entry, t=0)).json()["a"] == [[entry[0], expected]]
        assert reply["state"] == (State.EXPIRED if self.over else self.state)

    def expected(self, device: Device, age: int) -> int:
        if self.state in CLOSED:
            return {State.SUBMITTED: 3, State.EXPIRED: 1}.get(self.state, 5)
        if device.resume != self.resume:
            return 2
        assert self.deadline is not None
        if not self.over:
            return 0
        late = (self.service.now - self.deadline).total_seconds()
        return 0 if late <= GRACE and age >= late and age < 3000 else 1

    @rule(which=st.integers(0, 1))
    def submit(self, which: int) -> None:
        device = self.devices[which]
        if not device.token:
            return
        reply = self.run(device.submit())
        if self.state is State.RUNNING and device.resume == self.resume:
            self.state = State.EXPIRED if self.over else State.SUBMITTED
            assert reply.json()["state"] == self.state
        elif self.state in CLOSED:
            assert reply.json()["state"] == self.state
        else:
            assert reply.status_code == 409

    @rule(action=st.sampled_from(STAFF), seconds=st.sampled_from([60, 3600]))
    def staff_act(self, action: Action, seconds: int) -> None:
        following = TRANSITIONS.get((self.state, action))
        refused = self.run(self._act(action, seconds))
        if following is None or (action is Action.PAUSE and self.over):
            assert refused
            return
        assert not refused
        match action:
            case Action.PAUSE:
                self.paused_at = self.service.now
            case Action.UNPAUSE:
                assert self.paused_at is not None
                assert self.deadline is not None
                self.deadline += self.service.now - self.paused_at
            case Action.ADD_TIME if self.deadline is None:
                self.credit += timedelta(seconds=seconds)
            case Action.ADD_TIME if self.deadline is not None:
                self.deadline += timedelta(seconds=seconds)
            case Action.REOPEN:
                self.deadline = self.service.now + timedelta(seconds=seconds)
            case Action.ALLOW_DEVICE:
                self.allowed = True
        self.state = following

    async def _act(self, action: Action, seconds: int) -> bool:
        principal = Principal("staff", 7, permissions={"rooms.act": (self.world.unit_path,)})
        order = Order(action, "Lí do", seconds)
        try:
            async with transaction(self.service.engine) as connection:
                await intervening.intervene(
                    connection,
                    self.service.keys,
                    self.service.app.state.events,
                    principal,
                    self.world.sitting,
                    self.world.public[0],
                    order,
                )
        except Refused:
            return True
        return False

    @rule()
    def sweep(self) -> None:
        self.run(self._sweep())
        if self.over:
            assert self.deadline is not None
            if self.service.now > self.deadline + timedelta(seconds=GRACE + SETTLING):
                self.state = State.EXPIRED

    async def _sweep(self) -> None:
        await sweep(self.service.engine, self.service.keys, self.service.app.state.events)

    # --- what always holds ---

    @invariant(check_during_init=False)
    def the_database_agrees(self) -> None:
        row = self.run(self.world.attempt())
        assert (row["state"], row["resume"]) == (self.state, self.resume)
        journal = self.run(self.world.journal())
        assert {(entry[0], entry[1]): entry[2] for entry in journal} == {
            key: told[0] for key, told in self.told.items()
        }
        counting = sum(entry[2] == 0 for entry in journal)
        self.run(self._receipt_agrees(counting))

    async def _receipt_agrees(self, counting: int) -> None:
        async with self.service.engine.connect() as connection:
            receipt = await receipt_queries.receipt_of_attempt(connection, self.world.attempts[0])
            entries = await entry_queries.counting_entries(connection, self.world.attempts[0])
        assert (receipt is not None) == (self.state in CLOSED)
        if receipt is not None:
            assert (receipt["entries"], receipt["digest"]) == (counting, receipts.summary(entries).digest)


@pytest.mark.race
@pytest.mark.pitfall("L5", "L8", "T2")
def test_any_sequence_of_events(real_database: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        AttemptMachine.service = Service(real_database, Path(folder))
        try:
            run_state_machine_as_test(
                AttemptMachine,
                settings=settings(
                    max_examples=25,
                    stateful_step_count=30,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    derandomize=True,
                ),
            )
        finally:
            AttemptMachine.service.close()
