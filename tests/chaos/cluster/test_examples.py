"""The configurations that the documentation gives to others: sound, and still the ones that the cases run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from tests.chaos.cluster.components import SYSTEM_PATH
from tests.chaos.cluster.network import Machine
from tests.chaos.cluster.patroni import EXAMPLES, Node, changes_of, from_example


def test_patroni_keeps_what_was_acknowledged_and_takes_over_in_time(tmp_path: Path) -> None:
    node = Node("pg2", Machine("n2", "198.18.0.12"), tmp_path)
    passwords = dict.fromkeys(("superuser", "replication", "rewind"), "secret")
    written = from_example("patroni.yml", changes_of(node, "198.18.0.1", "198.18.0.0/24", tmp_path, passwords))
    assert "10.0.0." not in written
    assert "PASSWORD" not in written
    told = yaml.safe_load(written)
    rules = told["bootstrap"]["dcs"]
    assert {rules[name] for name in ("synchronous_mode", "synchronous_mode_strict", "failsafe_mode")} == {True}
    assert rules["loop_wait"] + 2 * rules["retry_timeout"] <= rules["ttl"] < 30  # the bar of a pause
    assert told["postgresql"]["listen"] == "198.18.0.12:5432"


@pytest.mark.parametrize("name", ["haproxy-postgresql.cfg", "haproxy-service.cfg"])
def test_haproxy_reads_its_files(name: str, tmp_path: Path) -> None:
    program = shutil.which("haproxy", path=SYSTEM_PATH)
    if program is None:
        pytest.skip("haproxy is not installed")  # `make chaos` insists on it
    file = tmp_path / name
    file.write_text((EXAMPLES / name).read_text().replace("maxconn 50000", "maxconn 500"))
    done = subprocess.run([program, "-c", "-f", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
