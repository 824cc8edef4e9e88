"""The index of a folder by its real processes: a worker as a window runs it, and the command `context`."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from copilot_desktop.child_processes import worker_command
from copilot_desktop.context.index.building import Progress
from copilot_desktop.context.index.live_worker import LiveWorker
from copilot_desktop.context.index.ranking import rank
from copilot_desktop.context.index.schema import FILE_FTS, PIECE_FTS, index_place, read_index
from copilot_desktop.errors import StoreError

LIMIT_S = 90.0
T = TypeVar("T")


class RunningIndex:
    """A worker that keeps the index of a folder, and what it has told."""

    def __init__(self, folder: Path, cache: Path, command: Sequence[str] = ()) -> None:
        self.folder, self.place = folder, index_place(cache, folder)
        self.told: list[Progress | StoreError] = []
        self.ended: list[BaseException | None] = []
        self.worker = LiveWorker(tuple(command) or worker_command("index"), folder, self.place, self.told.append)
        self._thread = threading.Thread(target=self._run, name="index of a test")

    def _run(self) -> None:
        try:
            self.worker.run()
            self.ended.append(None)
        except StoreError as error:
            self.ended.append(error)

    @contextlib.contextmanager
    def running(self) -> Iterator[RunningIndex]:
        """It is ended with the block."""
        self._thread.start()
        try:
            yield self
        finally:
            self.worker.close()
            self._thread.join(LIMIT_S)
            assert not self._thread.is_alive()

    def wait_complete(self) -> Progress:
        """Until what is asked now has been looked at."""
        return wait_for(
            lambda: next((each for each in self.told if isinstance(each, Progress) and each.is_complete), None)
        )

    def wait_refused(self) -> StoreError:
        """Until the system has refused something."""
        return wait_for(lambda: next((each for each in self.told if isinstance(each, StoreError)), None))

    def look_at(self, paths: Sequence[str] | None) -> Progress:
        """Look at files again, None: at all; returns what is told at the end."""
        self.told.clear()
        self.worker.look_at(paths)
        return self.wait_complete()

    def find(self, question: str) -> tuple[str, ...]:
        """What is found now; nothing where there is no index."""
        return found(self.place, question)


def wait_for(look: Callable[[], T | None], limit_s: float = LIMIT_S) -> T:
    """What is found, as soon as it is."""
    until = time.monotonic() + limit_s
    while (seen := look()) is None or seen is False:
        assert time.monotonic() < until, "waited for too long"
        time.sleep(0.02)
    return seen


def found(place: Path, question: str) -> tuple[str, ...]:
    """What an index finds."""
    index = read_index(place)
    if index is None:
        return ()
    with contextlib.closing(index):
        return rank(index, question, 50).files


def content(place: Path) -> dict[str, list[Any]]:
    """All that an index says, whatever numbers its rows have, but for how files stood."""
    queries = {
        "files": "SELECT path, lines, characters, problem, imported_by, used_by, neighbours FROM files",
        "symbols": "SELECT path, name, kind, first, last FROM symbols JOIN files ON files.id = symbols.file",
        "links": "SELECT a.path, b.path FROM links JOIN files a ON a.id = source JOIN files b ON b.id = target",
        "calls": "SELECT a.path, b.path, names FROM call_links JOIN files a ON a.id = source "
        "JOIN files b ON b.id = target",
        "near": "SELECT a.path, b.path FROM near JOIN files a ON a.id = file JOIN files b ON b.id = other",
    } | {name: f"SELECT term, doc, cnt FROM {name}_counts" for name in (*FILE_FTS, PIECE_FTS)}  # noqa: S608
    index = read_index(place)
    assert index is not None
    with contextlib.closing(index):
        return {name: sorted(index.execute(query)) for name, query in queries.items()}


def ask(
    folder: Path, *arguments: str, home: Path, heeds_modes: bool = False, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command `context`; that it says no traceback is seen to."""
    from tests.support.disk_faults import heeding_modes

    command = (sys.executable, "-m", "copilot_desktop", "context", str(folder), *arguments)
    done = subprocess.run(
        heeding_modes(command) if heeds_modes else command,
        env=os.environ | {"COPILOT_DESKTOP_HOME": str(home), "HOME": str(home)},
        input=stdin,
        capture_output=True,
        timeout=LIMIT_S,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    return done


def said_error(done: subprocess.CompletedProcess[str]) -> str:
    """The sentence of a command that ended with an error, asked with `--json`."""
    error = json.loads(done.stdout)["error"]
    assert set(error) == {"kind", "message"}
    return str(error["message"])
