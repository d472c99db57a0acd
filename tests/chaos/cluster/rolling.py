"""A new release comes while everybody works: the schema first, then one node after the other."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from exam_engine import migrations
from exam_engine.kit.database import transaction
from tests.chaos.case import Found, Ground
from tests.chaos.cluster.components import ROOT
from tests.chaos.cluster.nodes import AWAY_S, Site, swept, two_nodes
from tests.chaos.cluster.site import CANDIDATES, Fault, Storm, judged
from tests.chaos.evidence import demand
from tests.live import LiveServer

PACKAGES = ("exam_engine", "item_bank", "proctoring", "loadtests")
MIGRATION = '''"""What the next release adds to the tables of those who sit."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
oldest_program = "{before}"


def upgrade() -> None:
    op.add_column("attempt", sa.Column("of_the_next_release", sa.Integer(), nullable=True), schema="exam")
    op.add_column("journal", sa.Column("of_the_next_release", sa.Integer(), nullable=True), schema="exam")


def downgrade() -> None:
    op.drop_column("journal", "of_the_next_release", schema="exam")
    op.drop_column("attempt", "of_the_next_release", schema="exam")
'''


#: Each process of the next release leaves its number beside the program: that it ran is seen.
RAN = """
import os as _os
from pathlib import Path as _Path

_Path(__file__).with_name(f"ran-{_os.getpid()}").touch()
"""
_COLUMNS = """
select count(*) from information_schema.columns where table_schema = 'exam' and column_name = 'of_the_next_release'
"""


def next_release(folder: Path) -> Path:
    """This program with one migration more; everything else about two versions is as between real ones."""
    for package in PACKAGES:
        left_out = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / package, folder / package, ignore=left_out)
    before = migrations.head()
    revision = f"{int(before) + 1:04}"
    file = folder / "exam_engine" / "migrations" / "versions" / f"{revision}_next_release.py"
    file.write_text(MIGRATION.format(revision=revision, before=before), encoding="utf-8")
    with (folder / "exam_engine" / "__init__.py").open("a", encoding="utf-8") as program:
        program.write(RAN)
    return folder


async def upgraded(ground: Ground) -> Found:
    program = await asyncio.to_thread(next_release, ground.folder / "next")
    async with two_nodes(ground) as site:
        storm = Storm(await site.hall.sitting(CANDIDATES), [site.front.port], ground.seed, seconds=40)
        steps: dict[str, Fault] = {
            "database migrated": lambda: _migrate(site, program),
            "first node of the next release": lambda: _replace(site.nodes[0], program),
            "both nodes of the next release": lambda: _replace(site.nodes[1], program),
        }
        await storm.play(steps)
        result = await judged(storm, site.hall, list(steps))
        result.differs += await swept(site.hall)
        return result


async def _migrate(site: Site, program: Path) -> None:
    node = site.nodes[0]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXAM_ENGINE_")}
    environment |= node.settings.to_environment() | {"PYTHONPATH": str(program)}
    command = [sys.executable, "-m", "exam_engine.cli", "migrate"]
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, cwd=program, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    async with transaction(site.hall.engine) as connection:
        added = (await connection.execute(text(_COLUMNS))).scalar_one()
    demand(added, "the schema is not that of the next release")


async def _replace(node: LiveServer, program: Path) -> None:
    code = await asyncio.to_thread(node.stop)
    assert code == os.EX_OK, f"an orderly stop ended with {code}"
    node.program = program
    await asyncio.to_thread(node.start)
    assert node.process is not None
    ran = program / "exam_engine" / f"ran-{node.process.pid}"
    demand(await asyncio.to_thread(ran.exists), "the node does not run the next release")
    await asyncio.sleep(AWAY_S)  # two versions side by side
