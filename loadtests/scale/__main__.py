"""`make scale`: how many candidates this machine carries. Prints a table with bars and writes build/scale.json.

Parts: held (also with a socket for every few candidates), storms, overload, growth. All of them take about two hours;
--quick tries everything at a small size.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from loadtests.scale import holding
from loadtests.scale.figures import Figures, table, written
from loadtests.scale.service import Loaded, loaded

PARTS = ("held", "sockets")


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m loadtests.scale", description=__doc__)
    options.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all of them if none is named")
    options.add_argument("--candidates", type=int, default=100_000)
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--connections", type=int, default=2_000)
    options.add_argument("--sockets", type=int, default=20_000)
    options.add_argument("--heartbeats", type=float, default=0.25, help="share of sends that carry no answer")
    options.add_argument("--keep", type=Path, help="a folder for the service's data that stays and is used again")
    options.add_argument("--output", type=Path, default=Path("build/scale.json"))
    asked = options.parse_args()
    with loaded(asked.keep) as service:
        figures = asyncio.run(measure(service, asked))
    written(asked.output, figures, ())
    print(table(figures))
    print(f"written to {asked.output}")
    sys.exit(any(one.met is False for one in figures.values()))


async def measure(service: Loaded, asked: argparse.Namespace) -> Figures:
    parts = asked.parts or PARTS
    found: Figures = {}
    for name, connections in (("held", asked.connections), ("sockets", asked.sockets)):
        if name in parts:
            people = service.sit(name, asked.candidates, begun=True)
            load = holding.Load(asked.candidates, asked.seconds, connections, beats=asked.heartbeats)
            found |= await holding.with_staff(service, people, load, f"scale.{name}")
    return found


if __name__ == "__main__":
    main()
