"""SIGTERM, and a terminal that is closed, end like Ctrl-C: whoever has started something stops it on the way out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def like_ctrl_c() -> Iterator[None]:
    """Whatever hears Ctrl-C at that moment hears these, too: a running event loop its own handler."""
    with _heard(ENDS, _as_ctrl_c):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """The end is under way: an impatient second signal must not leave half of it behind."""
    with _heard((*ENDS, signal.SIGINT), signal.SIG_IGN):
        yield


def _as_ctrl_c(number: int, frame: FrameType | None) -> None:
    heard = signal.getsignal(signal.SIGINT)
    # A shell lets what it starts in the background ignore Ctrl-C: no reason to ignore an end that is asked for.
    (heard if callable(heard) else signal.default_int_handler)(number, frame)


@contextmanager
def _heard(numbers: tuple[signal.Signals, ...], by: signal._HANDLER) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [one for one in numbers if signal.getsignal(one) is not signal.SIG_IGN]  # nohup stays nohup
    before = {one: signal.signal(one, by) for one in ours}
    try:
        yield
    finally:
        for one, handler in before.items():
            if signal.getsignal(one) is by:  # who has set another one meanwhile has the last word
                signal.signal(one, handler)
