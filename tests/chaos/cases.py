"""Every case of `make chaos`, in the order of the table."""

from __future__ import annotations

from tests.chaos import one_machine, rehearsed, restored, silences
from tests.chaos.case import Case, Need
from tests.chaos.cluster.cases import CASES as CLUSTER
from tests.chaos.needs import NEEDED_BY
from tests.chaos.schedule import Schedule

CASES: tuple[Case, ...] = (*one_machine.CASES, *silences.CASES, *restored.CASES, *rehearsed.CASES, *CLUSTER)


def drawn_needs(schedule: Schedule) -> list[Need]:
    return [need for one in schedule.strikes for need in NEEDED_BY.get(one.fault, ())]
