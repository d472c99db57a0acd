"""`make bench`: prints a table and writes build/bench.json. `python -m tests.bench saves` measures one part alone."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence

from tests.bench import analyses, assembly, bank, flags, people, report, saves, storage, studies
from tests.bench.measured import Bench, running
from tests.bench.report import Figure

Part = Callable[[Bench], dict[str, Figure]]


def _idle(bench: Bench) -> dict[str, Figure]:
    time.sleep(2)  # the service has settled
    return {"memory.idle_mib": Figure(bench.pss_mib(), "MiB", "PSS of all processes, before any request")}


#: In this order: what is measured, and how many candidates it takes from those who stand ready.
PARTS: Mapping[str, tuple[Part, int]] = {
    "idle": (_idle, 0),
    "saves": (saves.figures, saves.NEEDED),
    "people": (people.figures, people.NEEDED),
    "storage": (storage.figures, storage.NEEDED),
}
#: Measured without a service.
ALONE: Mapping[str, Callable[[], dict[str, Figure]]] = {
    "statistics": analyses.figures,
    "assembly": assembly.figures,
    "bank": bank.figures,
    "flags": flags.figures,
    "study": studies.figures,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help=f"any of {', '.join((*PARTS, *ALONE))}; all of them when none is named"
    )
    parts: Sequence[str] = parser.parse_args().parts or (*PARTS, *ALONE)
    unknown = set(parts) - {*PARTS, *ALONE}
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    figures: dict[str, Figure] = {}
    served = [name for name in parts if name in PARTS]
    if served:
        with running(max(1, sum(PARTS[name][1] for name in served))) as bench:  # a roster is never empty
            for name in served:
                figures |= PARTS[name][0](bench)
    for name in parts:
        if name in ALONE:
            figures |= ALONE[name]()
    figures = report.with_bars(figures)
    report.write(figures)
    print(report.table(figures))
    print(f"written to {report.OUT}")


if __name__ == "__main__":
    main()
