"""Cases that need more than one machine's worth of parts: fail-over, poolers, several application nodes."""

from __future__ import annotations

from tests.chaos.case import Case
from tests.chaos.cluster import fail_over, nodes, pooled, rolling
from tests.chaos.cluster.components import ETCD, HAPROXY, PATRONI, PGBOUNCER
from tests.chaos.needs import NETWORKS

CLUSTER = (NETWORKS, ETCD, HAPROXY, PATRONI)
LIMIT_S = 540.0


def _patroni(name: str, run: fail_over.Run) -> Case:
    return Case(f"Patroni: {name}", run, CLUSTER, LIMIT_S, alone=True)


CASES: tuple[Case, ...] = (
    _patroni(
        "primary killed, then the new one",
        fail_over.case(lambda acts: {"primary killed": acts.kill, "new primary killed": acts.kill}),
    ),
    _patroni(
        "primary hung, then the new one killed",
        fail_over.case(lambda acts: {"PostgreSQL of the primary hung": acts.hang, "new primary killed": acts.kill}),
    ),
    _patroni(
        "primary cut off, then the new one killed",
        fail_over.case(lambda acts: {"primary cut off": acts.cut_off, "new primary killed": acts.kill}),
    ),
    _patroni(
        "several hosts, no HAProxy: hung, then cut off",
        fail_over.case(
            lambda acts: {"PostgreSQL of the primary hung": acts.hang, "new primary cut off": acts.cut_off},
            haproxy=False,
        ),
    ),
    _patroni(
        "planned switchover, twice",
        fail_over.case(lambda acts: {"switchover": acts.switch_over, "and back": acts.switch_over}),
    ),
    _patroni(
        "both standbys killed, then the primary",
        fail_over.case(
            lambda acts: {"everything lost": acts.lose_everything_but_the_primary}, haproxy=False, bar_s=None
        ),
    ),
    Case("PgBouncer killed, primary killed behind it", pooled.run, (*CLUSTER, PGBOUNCER), LIMIT_S, alone=True),
    Case("two nodes behind HAProxy, one killed, then the other", nodes.one_killed, (HAPROXY,), LIMIT_S, alone=True),
    Case("two nodes behind HAProxy, each replaced", nodes.both_replaced, (HAPROXY,), LIMIT_S, alone=True),
    Case("next release: schema, then node after node", rolling.upgraded, (HAPROXY,), LIMIT_S, alone=True),
)
