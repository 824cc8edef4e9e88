"""`--worker index`: keeps the index of one folder, until its standard input ends or nothing is asked for long.

Each line of standard input is JSON: a list of paths to look at again (an empty one only puts the end off, and is not
answered), or `null` for the whole folder. Each line of standard output too: {"done", "total", "is_complete",
"problems", "more"}, or {"error", "advice", "detail"} for what the disk refuses, which is tried again by itself. A
parent that is killed closes the pipe, so that nothing is left running.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from copilot_desktop.context.index.building import Progress
from copilot_desktop.context.index.keeping import KeptIndex
from copilot_desktop.context.index.reading_process import serve
from copilot_desktop.errors import CopilotError, StoreError
from copilot_desktop.workspace.paths import Workspace

_FAULT = "The index of this folder met a fault of this program."
_NICENESS = 5
"""The editor goes first: typing must not feel it."""
_MANY = 150
_QUIET_S, _LONGEST_S = 0.5, 2.0
"""Where more files than that have changed it waits for a pause so long, but no longer than the other."""
_IDLE_S = 10.0
"""So long it waits for more: the next one looks at the whole folder again, and a process takes 40 MiB."""


def main(argv: Sequence[str]) -> int:
    """Work until nothing more can be asked; 1 when the folder cannot be indexed."""
    parser = argparse.ArgumentParser(prog="--worker index")
    parser.add_argument("--reads", help="only read files of this folder, for another such worker")
    parser.add_argument("--folder")
    parser.add_argument("--index")
    arguments = parser.parse_args(argv)
    if arguments.reads is not None:
        return serve(arguments.reads)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    wishes = Wishes()
    try:
        kept = KeptIndex(Workspace(Path(arguments.folder)), Path(arguments.index), _tell)
    except CopilotError as error:
        _say_error(error)
        return 1
    threading.Thread(target=_listen, args=(wishes,), daemon=True, name="listening").start()
    while True:
        try:
            paths = wishes.all_waiting(kept.try_again_s or _IDLE_S)
        except queue.Empty:
            if not kept.try_again_s:
                return 0
            paths = []
        try:
            kept.look_at(paths)
            while wishes.is_empty and kept.work_on():
                pass
        except CopilotError as error:
            _say_error(error)
        except Exception as error:  # noqa: BLE001 - border: worker; the window says it, and begins anew when asked
            _say_error(StoreError(_FAULT, advice="Try again.", detail=f"{type(error).__name__}: {error}"))
            return 1


class Wishes:
    """What is to be looked at, gathered from the thread that listens."""

    def __init__(self) -> None:
        self._wishes: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()
        self._was_everything = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return self._wishes.empty()

    def put(self, wish: list[str] | None) -> None:
        """Paths; None: the whole folder."""
        self._wishes.put(wish)

    def all_waiting(self, wait_s: float) -> list[str] | None:
        """What was asked for since, as one. Of a checkout, which changes thousands of files and is told in many parts,
        more is waited for: links are found anew, and processes started, for each lot. Raises queue.Empty where nothing
        is asked for long."""
        paths, is_everything = dict[str, None](), False
        wish = self._wishes.get(timeout=wait_s)
        until = time.monotonic() + _LONGEST_S
        while True:
            if wish is None:
                is_everything = True
            else:
                paths.update(dict.fromkeys(wish))
            is_much = len(paths) > _MANY or (is_everything and self._was_everything)
            try:
                wish = self._next(min(_QUIET_S, until - time.monotonic()) if is_much else 0.0)
            except queue.Empty:
                self._was_everything = is_everything
                return None if is_everything else list(paths)

    def _next(self, wait_s: float) -> list[str] | None:
        return self._wishes.get(timeout=wait_s) if wait_s > 0 else self._wishes.get_nowait()


def _listen(wishes: Wishes) -> None:
    for line in sys.stdin:
        wishes.put(json.loads(line))
    # What is half done is written by nobody: the index stays as it was before.
    os._exit(0)


def _tell(progress: Progress) -> None:
    _say(
        done=progress.done,
        total=progress.total,
        is_complete=progress.is_complete,
        problems=[problem for _path, problem in progress.problems],
        more=progress.more,
    )


def _say_error(error: CopilotError) -> None:
    _say(error=error.message, advice=error.advice, detail=error.detail)


def _say(**values: str | int | bool | Iterable[str]) -> None:
    try:
        sys.stdout.write(json.dumps(values) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever asked is gone.
        os._exit(0)
