"""A part of the service that cannot run is started again every few seconds: what it tells has to fit in one line."""

from __future__ import annotations

import logging

import pytest

from exam_engine import serving
from exam_engine.kit.settings import Settings
from exam_engine.migrations import OtherSchema


def told(error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    async def fail(_settings: Settings) -> None:
        raise error

    monkeypatch.setitem(serving.PARTS, "web", fail)
    assert not serving._ran("web", Settings.from_environment({}))
    (record,) = caplog.records
    return record


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OtherSchema("the database is at migration None"), "at migration None"),
        (PermissionError(13, "Permission denied", "/data/master.key"), "Permission denied: /data/master.key"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
    ],
)
def test_a_known_cause_is_one_line(
    error: Exception, cause: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    record = told(error, monkeypatch, caplog)
    assert cause in record.getMessage()
    assert record.exc_info is None


def test_an_unknown_one_tells_where_it_was_raised(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert told(KeyError("x"), monkeypatch, caplog).exc_info is not None
