"""`--worker index`: keeps the index of one folder, until its standard input ends or nothing is asked for long.

Each line of standard input is JSON: a list of paths to look at again (an empty one only puts the end off, and is not
answered), or `null` for the whole folder. Each line of
standard output too: {"done", "total", "is_complete", "problems"}, or {"error", "advice"} for what the disk refuses. A
parent that is killed closes the pipe, so that nothing is left running.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import sqlite3
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from copilot_desktop.context.index.building import IndexBuilder, Progress
from copilot_desktop.context.index.forgetting import forget_unused, note_use
from copilot_desktop.context.index.reading_process import serve
from copilot_desktop.context.index.schema import OF_DAMAGE, forget_index, is_damage, open_index, unusable
from copilot_desktop.errors import CopilotError
from copilot_desktop.workspace.paths import Workspace

_NICENESS = 5
"""The editor goes first: typing must not feel it."""
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
    wishes: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()
    try:
        place = Path(arguments.index)
        builder = IndexBuilder(Workspace(Path(arguments.folder)), open_index(place), _tell)
    except CopilotError as error:
        _say_error(error)
        return 1
    note_use(place)
    threading.Thread(target=_listen, args=(wishes,), daemon=True, name="listening").start()
    while True:
        try:
            paths = _all_waiting(wishes)
        except queue.Empty:
            return 0
        try:
            builder = _keep(builder, paths, arguments.folder, place)
            while wishes.empty() and builder.read_more_history():
                pass
        except CopilotError as error:
            _say_error(error)


def _keep(builder: IndexBuilder, paths: list[str] | None, folder: str, place: Path) -> IndexBuilder:
    """Do what was asked; a damaged index is made anew, by the builder that is returned. Raises CopilotError."""
    try:
        if paths is None:
            builder.bring_up_to_date()
            forget_unused(place)
        elif paths:
            builder.look_at(paths)
    except (CopilotError, sqlite3.Error, *OF_DAMAGE) as error:
        if not is_damage(error):
            raise error if isinstance(error, CopilotError) else unusable(error) from error
        forget_index(place)
        builder = IndexBuilder(Workspace(Path(folder)), open_index(place), _tell)
        builder.bring_up_to_date()
    return builder


def _listen(wishes: queue.SimpleQueue[list[str] | None]) -> None:
    for line in sys.stdin:
        wishes.put(json.loads(line))
    # What is half done is written by nobody: the index stays as it was before.
    os._exit(0)


def _all_waiting(wishes: queue.SimpleQueue[list[str] | None]) -> list[str] | None:
    """What was asked for since, as one: a checkout changes thousands of files, in many portions. Raises queue.Empty
    where nothing is asked for long."""
    paths, is_everything = list[str](), False
    wish = wishes.get(timeout=_IDLE_S)
    while True:
        if wish is None:
            is_everything = True
        else:
            paths += wish
        try:
            wish = wishes.get_nowait()
        except queue.Empty:
            return None if is_everything else paths


def _tell(progress: Progress) -> None:
    _say(
        done=progress.done,
        total=progress.total,
        is_complete=progress.is_complete,
        problems=[problem for _path, problem in progress.problems],
    )


def _say_error(error: CopilotError) -> None:
    _say(error=error.message, advice=error.advice)


def _say(**values: str | int | bool | Iterable[str]) -> None:
    try:
        sys.stdout.write(json.dumps(values) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever asked is gone.
        os._exit(0)
