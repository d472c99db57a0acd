"""The service's processes are forked from one that has worked already, as in the demo: none waits for its threads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FORKED = """
import asyncio, os, sys
from exam_engine.accounts import passwords
from item_bank.content.mathematics import tex_to_mathml

def work(): asyncio.run(passwords.hashed("mot cau that dai")); tex_to_mathml("x^" + str(os.getpid()), False)

work()
child = os.fork()
if child == 0:
    work()
    os._exit(0)
sys.exit(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_a_forked_process_hashes_passwords_and_reads_formulas() -> None:
    assert subprocess.run([sys.executable, "-c", FORKED], timeout=30, check=False).returncode == 0
