"""What every test may ask for: databases, an application, a running service, a browser, reference data.

One embedded PostgreSQL serves all workers of a test run, with fsync off: a test run need not survive a power cut.
Tests of durability ask for ``own_postgres``, which is set up exactly as in production.
"""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.kit.database import make_engine
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from tests.asking import Client
from tests.chromium import find_chromium
from tests.databases import Databases
from tests.live import LiveServer, free_port

RUN_DIR = "EXAM_ENGINE_TEST_DIR"

# The check says the same thing twice; `make search` looks for new examples with fresh seeds. A test's own number of
# examples counts in the check only.
hypothesis.settings.register_profile("check", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", derandomize=False, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("EXAM_ENGINE_TEST_EXAMPLES", "check"))


# As in the service. Threads of the numeric library wait for each other by spinning, and take from the other worker.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_configure(config: pytest.Config) -> None:
    """The controller makes the run's folder; its workers inherit the name."""
    if not hasattr(config, "workerinput"):
        os.environ[RUN_DIR] = tempfile.mkdtemp(prefix="exam-engine-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or RUN_DIR not in os.environ:
        return
    folder = Path(os.environ.pop(RUN_DIR))
    Embedded(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_finish() -> None:
    """Thousands of tests are held for the whole run: collecting garbage looks no more at them."""
    gc.collect()
    gc.freeze()


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    with Path(os.environ[RUN_DIR], f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- databases --------------------------------------------------


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def databases() -> Databases:
    """Of the run's server, which the first worker starts."""
    server = Embedded(Path(os.environ[RUN_DIR]), durable=False)
    databases = Databases(server, one_at_a_time)
    with one_at_a_time("postgres"):
        server.start()
        await databases.prepare()
    return databases


@pytest.fixture(scope="session")
def postgres(databases: Databases) -> Embedded:
    return databases.server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database_url(databases: Databases) -> AsyncIterator[str]:
    """A migrated database for the tests of one module; what one commits, the next sees."""
    async with databases.one() as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(database_url)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction on the module's database, rolled back after the test."""
    async with engine.connect() as connection:
        begun = await connection.begin()
        yield connection
        if begun.is_active:
            await begun.rollback()


@pytest_asyncio.fixture(loop_scope="session")
async def real_database(databases: Databases) -> AsyncIterator[str]:
    """A migrated database of the test's own, for real commits from as many connections as it likes."""
    async with databases.one() as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def real_engine(real_database: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(real_database)
    yield engine
    await engine.dispose()


@pytest.fixture
def own_postgres() -> Iterator[Embedded]:
    """A server of the test's own, durable, not yet started: to be killed, stopped and started."""
    folder = Path(tempfile.mkdtemp(prefix="own-", dir=os.environ[RUN_DIR]))
    server = Embedded(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


# --- the service ------------------------------------------------


@pytest.fixture(scope="session")
def master_key() -> bytes:
    """One school's, for all tests of a worker."""
    with tempfile.TemporaryDirectory() as folder:
        Keys.from_file(path := Path(folder, "master.key"))
        return path.read_bytes()


@pytest.fixture
def settings(real_database: str, tmp_path: Path, master_key: bytes) -> Settings:
    """On ``real_database``: what a request commits is really committed."""
    port = free_port()
    key = tmp_path / "master.key"
    key.touch(0o600)
    key.write_bytes(master_key)
    return Settings.from_environment(
        {},
        database_url=real_database,
        data_dir=tmp_path,
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        pool_size=4,
        workers=2,
        log_level="warning",
    )


@pytest.fixture
def app(settings: Settings) -> Litestar:
    # Not above: tests of the item bank must run while a page is broken.
    from tests.applications import application

    return application(settings)


@pytest_asyncio.fixture(loop_scope="session")
async def app_client(app: Litestar, settings: Settings) -> AsyncIterator[Client]:
    async with Client(app, base_url=settings.public_url) as client:
        yield client


@pytest.fixture
def live_server(settings: Settings) -> Iterator[LiveServer]:
    """`exam-engine serve` as people start it, on a free port; also to be killed in parts. With the key of the school
    that other fixtures may have put into the database: without one the service refuses to begin."""
    Keys.from_file(settings.master_key_file)
    with LiveServer(settings) as server:
        yield server


# --- the world outside ------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> str:
    found = find_chromium()
    if found is None:
        pytest.fail("no Chromium: set EXAM_ENGINE_CHROMIUM, or install one (apt-get install chromium)", pytrace=False)
    return found


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data and interchange files that are no part of the project."""
    named = os.environ.get("EXAM_ENGINE_SHARED")
    if not named:
        pytest.skip("EXAM_ENGINE_SHARED names no folder with reference data")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"EXAM_ENGINE_SHARED names {folder}, which is no folder", pytrace=False)
    return folder.resolve()
