"""The process that conducts a rehearsal with Locust: `python -m loadtests.rehearsal.conducting PLAN RESULT`.

It tells its parent by lines of JSON on standard output how far it is (`ready`, `progress`, `done`), and begins the day
when a line comes in. `--worker` plays for a conductor on another machine, or beside it.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event
from locust.env import Environment
from locust.runners import STATE_MISSING, LocalRunner, MasterRunner, WorkerRunner

from loadtests.rehearsal.crew import COUNTS, OVER, RESULT, ROLES, Crew, person_of
from loadtests.rehearsal.day import Day
from loadtests.rehearsal.measuring import Measured
from loadtests.rehearsal.plan import Plan

WORKERS_WITHIN_S = 600.0
SPAWN_PER_S = 500
RESULTS_WITHIN_S = 60.0


class Conductor:
    def __init__(self, environment: Environment, plan: Plan, workers: int) -> None:
        self._environment, self._plan, self._workers = environment, plan, workers
        self._day = Day.of(plan)
        self._stop = Event()
        self._latest: dict[str, dict[str, Any]] = {}
        self._samples: list[dict[str, Any]] = []
        self._people: list[Any] = []
        self._measured = Measured()
        self._told_all = 0
        self._bell = 0.0

    @property
    def runner(self) -> Any:
        return self._environment.runner

    def conduct(self, result: Path) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            gevent.signal_handler(number, self._stop.set)
        self.runner.register_message(COUNTS, lambda msg, **_: self._count(msg))
        self.runner.register_message(RESULT, lambda msg, **_: self._collect(msg))
        self._gather_people()
        tell("ready", workers=self._workers)
        if not self._stop.is_set() and self._told_to_begin():
            self._deal()
            self._watch()
        self.runner.send_message(OVER, {})
        self._await_results()
        write(result, self._found())
        tell("done")
        self.runner.quit()

    # --- before --------------------------------------------------------------------

    def _gather_people(self) -> None:
        """Locust's users, as many as there are people, on all machines; they wait for their roles."""
        wanted = len(self._plan.candidates) + len(self._plan.staff)
        if isinstance(self.runner, MasterRunner):
            self._wait(lambda: len(self._ready_clients()) >= self._workers, "workers did not come")
        self.runner.start(wanted, SPAWN_PER_S)
        self._wait(lambda: self.runner.user_count >= wanted, "not everybody could be made")

    def _wait(self, true: Any, told: str) -> None:
        end = time.monotonic() + WORKERS_WITHIN_S
        while not true() and not self._stop.is_set():
            if time.monotonic() > end:
                raise SystemExit(f"rehearsal: {told}")
            gevent.sleep(0.1)

    def _ready_clients(self) -> list[Any]:
        return [client for client in self.runner.clients.all if client.state != STATE_MISSING]

    def _told_to_begin(self) -> bool:
        return bool(gevent.get_hub().threadpool.apply(sys.stdin.readline).strip())

    def _deal(self) -> None:
        """Each machine gets as many people as it has users, and nobody is played twice."""
        self._bell = time.monotonic() + self._day.lead_s
        plan = asdict(self._plan.without_people())
        people: list[Any] = [("staff", one) for one in self._plan.staff]
        people += [("candidates", (at, *seat)) for at, seat in enumerate(self._plan.candidates)]
        crews = self._crews()
        for index, (client, count) in enumerate(crews):
            # Dealt like cards: every machine has its part of every shift and room.
            mine = (
                people[index :: len(crews)]
                if len({n for _c, n in crews}) == 1
                else [people.pop() for _n in range(count)]
            )
            parts: dict[str, Any] = {"staff": [], "candidates": []}
            for kind, one in mine:
                parts[kind].append(one)
            self.runner.send_message(ROLES, {"plan": plan, "bell_in_s": self._day.lead_s, **parts}, client)

    def _crews(self) -> list[tuple[str | None, int]]:
        if isinstance(self.runner, MasterRunner):
            return [(client.id, client.user_count) for client in self._ready_clients() if client.user_count]
        return [(None, self.runner.user_count)]

    # --- while it runs ---------------------------------------------------------------

    def _watch(self) -> None:
        total = len(self._plan.candidates)
        while not self._stop.wait(1.0):
            now = time.monotonic() - self._bell
            stages = self._stages()
            self._tell_progress(now, stages, total)
            if stages.get("handed in", 0) >= total or now > self._day.whole_s:
                return

    def _stages(self) -> dict[str, int]:
        whole: dict[str, int] = {}
        for told in self._latest.values():
            for stage, count in told["stages"].items():
                whole[stage] = whole.get(stage, 0) + count
        return whole

    def _tell_progress(self, now: float, stages: dict[str, int], total: int) -> None:
        stats = self._environment.stats.total
        sample = {
            "at": time.time(),
            "now": round(now, 1),
            "phase": self._day.phase(now),
            "left_s": max(0, round(self._day.whole_s - now)),
            "in_room": stages.get("in room", 0),
            "working": stages.get("working", 0),
            "handed_in": stages.get("handed in", 0),
            "candidates": total,
            "requests_per_s": round(stats.current_rps, 1),
            "p95_ms": stats.get_current_response_time_percentile(0.95) or 0,
            "errors": stats.num_failures,
            "generator_cpu": round(max((told["cpu"] for told in self._latest.values()), default=0.0), 3),
            "lag_ms": round(1000 * max((told["lag_s"] for told in self._latest.values()), default=0.0)),
            "received": sum(told["received"] for told in self._latest.values()),
        }
        self._samples.append(sample)
        tell("progress", **sample)

    def _count(self, message: Any) -> None:
        self._latest[message.node_id] = message.data

    # --- afterwards ------------------------------------------------------------------

    def _collect(self, message: Any) -> None:
        if "measured" in message.data:
            self._measured.take(message.data["measured"])
            self._told_all += 1
        else:
            self._people += message.data["people"]

    def _await_results(self) -> None:
        end = time.monotonic() + RESULTS_WITHIN_S
        while self._told_all < len(self._crews()) and time.monotonic() < end:
            gevent.sleep(0.1)

    def _found(self) -> dict[str, Any]:
        return {
            "ended_early": self._stop.is_set(),
            "crews": self._told_all,
            "samples": self._samples,
            "measured": self._measured.told(),
            "people": self._people,
        }


def tell(event: str, **values: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **values}) + "\n")
    sys.stdout.flush()


def write(result: Path, found: dict[str, Any]) -> None:
    result.write_text(json.dumps(found), encoding="utf-8")


def environment_of(options: argparse.Namespace) -> Environment:
    """With the runner that fits: alone, conductor of several, or one of them."""
    environment = Environment(user_classes=[], stop_timeout=None)
    runner: Any
    if options.worker:
        runner = environment.create_worker_runner(options.master_host, options.master_port)
    elif options.workers or options.master:
        runner = environment.create_master_runner("*" if options.master else "127.0.0.1", options.master_port)
    else:
        runner = environment.create_local_runner()
    crew = Crew(environment, runner.send_message)
    environment.user_classes = [person_of(crew)]
    if isinstance(runner, (LocalRunner, WorkerRunner)):
        runner.register_message(ROLES, lambda msg, **_: crew.take_roles(msg.data))
        runner.register_message(OVER, lambda **_: crew.end(), concurrent=True)
    return environment


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("plan", nargs="?", type=Path)
    options.add_argument("result", nargs="?", type=Path)
    options.add_argument("--workers", type=int, default=0)
    options.add_argument("--local", type=int, default=0)
    options.add_argument("--master", action="store_true")
    options.add_argument("--worker", action="store_true")
    options.add_argument("--master-host", default="127.0.0.1")
    options.add_argument("--master-port", type=int, default=5557)
    return options.parse_args(arguments)


def helpers(options: argparse.Namespace) -> list[subprocess.Popen[bytes]]:
    command = [
        sys.executable,
        "-m",
        "loadtests.rehearsal.conducting",
        "--worker",
        "--master-port",
        str(options.master_port),
    ]
    return [
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) for _n in range(options.local)
    ]


def main() -> None:
    options = options_of()
    environment = environment_of(options)
    if options.worker:
        assert environment.runner is not None
        environment.runner.greenlet.join()
        return
    started = helpers(options)
    try:
        Conductor(environment, Plan.read(options.plan), options.workers).conduct(options.result)
    finally:
        for one in started:
            one.terminate()


if __name__ == "__main__":
    main()
