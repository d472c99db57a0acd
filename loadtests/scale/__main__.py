"""`make scale`: how many candidates this machine carries. Prints a table with bars and writes build/scale.json.

Parts: held; sockets, the same people over many open connections; storms of sign-ins, starts and hand-ins; overload;
growth of what a save costs. All of them at full size take about three quarters of an hour; a part may be named, and its
size be chosen.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from loadtests.scale import growth, holding, overload, storms, watched
from loadtests.scale.attempts import Attempts
from loadtests.scale.figures import Figures, table, written
from loadtests.scale.loaded import Loaded, loaded
from loadtests.scale.plan import Phase

GROUPS = (("held", "sockets"), ("storms",), ("overload",), ("growth",))
PARTS = [part for group in GROUPS for part in group]
LAST_LINES = 5
Curves = Sequence[growth.Point]


def main() -> None:
    asked = arguments().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the service that was started is stopped on the way out
    if unknown := set(asked.parts) - set(PARTS):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    wanted = asked.parts or PARTS
    found: Figures = {}
    for group in GROUPS:
        parts = [part for part in group if part in wanted]
        if not parts:
            continue
        # Each group with a service of its own: what one leaves behind must not weigh on the next.
        with loaded(asked.keep) as service:
            programme = Programme(service, asked)
            for part in parts:
                begun = time.monotonic()
                say(f"{part} begins")
                figures, curves = asyncio.run(programme.measure(part))
                found |= figures
                written(asked.output, figures, curves)
                say(f"{part} took {time.monotonic() - begun:.0f} s\n{table(figures)}")
                complaints = service.complaints()
                print("\n".join([f"the service logged {len(complaints)} lines", *complaints[-LAST_LINES:]]), flush=True)
    print(table(found))
    print(f"written to {asked.output}")
    sys.exit(any(one.met is False for one in found.values()))


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def arguments() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m loadtests.scale", description=__doc__)
    made.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all of them if none is named")
    made.add_argument("--candidates", type=int, default=100_000)
    made.add_argument("--seconds", type=float, default=600)
    made.add_argument("--every", type=float, default=15.0, help="seconds between two sends of a candidate, ± 30 %%")
    made.add_argument("--connections", type=int, default=2_000)
    made.add_argument("--socket-seconds", type=float, default=120, help="of the part sockets, --seconds at most")
    made.add_argument("--sockets", type=int, default=20_000, help="of the parts sockets and overload")
    made.add_argument("--heartbeats", type=float, default=0.25, help="share of sends that carry no answer")
    made.add_argument("--storm", type=int, default=10_000, help="candidates who do the same at once")
    made.add_argument("--storm-seconds", type=float, default=60)
    made.add_argument("--overload", type=int, default=20_000, help="candidates who send too much")
    made.add_argument("--overload-seconds", type=float, default=20)
    made.add_argument("--capacity", type=float, help="saves a second that it can do; a ramp finds them otherwise")
    made.add_argument("--attempts", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    made.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000, 100_000_000])
    made.add_argument("--rate", type=float, default=growth.RATE, help="saves a second of the part growth")
    made.add_argument("--keep", type=Path, help="a folder for the service's data that stays and is used again")
    made.add_argument("--output", type=Path, default=Path("build/scale.json"))
    return made


class Programme:
    """The parts that share a service; held and sockets also their candidates, who take minutes to make."""

    def __init__(self, service: Loaded, asked: argparse.Namespace) -> None:
        self._service, self._asked = service, asked
        self._held: Attempts | None = None

    async def measure(self, part: str) -> tuple[Figures, Curves]:
        service, asked = self._service, self._asked
        match part:
            case "growth":
                curve = growth.Growth(service, asked.connections, asked.rate)
                points = [*await curve.by_attempts(asked.attempts), *await curve.by_rows(asked.rows)]
                return growth.figures(points), points
            case "storms":
                people = service.sit(part, asked.storm, begun=False)
                return await storms.storms(service, people, asked.storm_seconds), ()
            case "overload":
                people = service.sit(part, asked.overload, begun=True)
                arriving = service.sit("arriving", overload.ARRIVING, begun=False)
                much = overload.Asked(asked.overload, asked.sockets, asked.overload_seconds, asked.capacity)
                return await overload.overload(service, people, arriving, much), ()
            case _:
                return await self._hold(part, sockets=part == "sockets"), ()

    async def _hold(self, part: str, *, sockets: bool) -> Figures:
        asked = self._asked
        if self._held is None:
            people = self._service.sit(part, asked.candidates, begun=True)
            self._held = Attempts(self._service, people, asked.candidates)
        seconds = min(asked.seconds, asked.socket_seconds) if sockets else asked.seconds
        connections = asked.sockets if sockets else asked.connections
        load = holding.Load(asked.candidates, [Phase(seconds, asked.every)], connections, asked.heartbeats)
        return await watched.held(self._service.url, self._held, load, f"scale.{part}")


if __name__ == "__main__":
    main()
