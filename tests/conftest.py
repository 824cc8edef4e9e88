"""What holds for every test: a private home, no screen, nothing logged as a warning, nothing left running."""

from __future__ import annotations

import builtins
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

# How long an example takes depends on what else the machine does; benchmarks measure time, properties do not.
settings.register_profile("long", deadline=None)
# Another few each time; the long studies (`tests/run.py --long`) choose the profile above.
settings.register_profile("untimed", deadline=None, max_examples=25)
settings.load_profile("untimed")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Tests must never reach the user's own bus, keyring or account.
for name in ("DBUS_SESSION_BUS_ADDRESS", "OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
    os.environ.pop(name, None)
    os.environ.pop(name.lower(), None)
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"

# As in the program (app/lean_pyside.py). PySide's own reads the source of each module in the midst of its import: where
# two threads import the SDK it meets one that is half made, and the import fails.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)

STRICT = os.environ.get("COPILOT_DESKTOP_STRICT") == "1"


class _WarningCollector(logging.Handler):
    """Keeps records of WARNING or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(f"{record.levelname} {record.name}: {record.getMessage()}")


def child_processes() -> set[int]:
    """Process ids of this process's living children (Linux; elsewhere empty)."""
    found: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # The thread has ended meanwhile.
            found.update(int(pid) for pid in task.read_text().split())
    return {pid for pid in found if _is_alive(pid)}


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _wait_gone(what: str, left: set[str], still: object, limit_s: float = 10.0) -> list[str]:
    """Names that are still there after a grace period: threads and processes need a moment to end."""
    assert callable(still)
    end = time.monotonic() + limit_s
    while left and time.monotonic() < end:
        time.sleep(0.02)
        left = left & still()
    return [f"{what} left running: {name}" for name in sorted(left)]


def _thread_names() -> set[str]:
    return {f"{thread.name} ({thread.ident})" for thread in threading.enumerate()}


PATIENCE_MS = 40_000
"""How long a test waits at the most: on a busy machine pytest-qt's own 5 s pass before anything is wrong."""


class PatientBot(QtBot):
    """pytest-qt's bot with more patience."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802
        """Wait until it is so."""
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> Any:  # noqa: N802
        """Wait for a signal."""
        return super().waitSignal(signal, timeout=timeout, **options)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """The bot of every test."""
    del qapp
    return PatientBot(request)


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning or leaves a thread or process. `@pytest.mark.logs_warnings` allows the first."""
    collector = _WarningCollector()
    logging.getLogger().addHandler(collector)
    threads, children = _thread_names(), child_processes()
    yield
    logging.getLogger().removeHandler(collector)
    problems = _wait_gone("thread", _thread_names() - threads, _thread_names)
    problems += _wait_gone(
        "process", {str(pid) for pid in child_processes() - children}, lambda: {str(pid) for pid in child_processes()}
    )
    if request.node.get_closest_marker("logs_warnings") is None:
        problems += [f"logged {record}" for record in collector.records]
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


@pytest.fixture(autouse=True)
def private_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A COPILOT_DESKTOP_HOME of the test's own; also HOME, so that nothing reads the user's files."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("COPILOT_DESKTOP_HOME", str(home / "copilot-desktop"))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return home


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With --strict a skip is a failure."""
    report = yield
    if STRICT and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped under --strict: {report.longrepr}"
    return report


def pytest_configure(config: pytest.Config) -> None:
    """Make the package importable from a checkout even before it is installed."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    config.addinivalue_line("markers", "logs_warnings: the test provokes a logged warning on purpose")
    config.addinivalue_line("markers", "long: runs only in the long studies")
