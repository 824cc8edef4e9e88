"""Runs the index worker for one folder from a program without an event loop, and waits for it."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from copilot_desktop.child_processes import child_environment
from copilot_desktop.context.index.building import Progress
from copilot_desktop.errors import StoreError

_END_S = 3.0


@contextlib.contextmanager
def index_worker(command: tuple[str, ...], folder: Path, place: Path) -> Iterator[Iterator[Progress]]:
    """Start the worker and ask for the whole folder; gives its progress, which ends with the complete one.

    `command` starts the worker, `--worker index` included. The process has ended when the block is left. The iterator
    raises StoreError when the index cannot be written.
    """
    process = subprocess.Popen(
        (*command, "--folder", str(folder), "--index", str(place)),
        env=child_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stdin is not None  # noqa: S101 - asked for
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write("null\n")
            process.stdin.flush()
        yield _progress(process)
    finally:
        with contextlib.suppress(BrokenPipeError):
            process.communicate(timeout=_END_S)
        if process.poll() is None:
            process.kill()
            process.wait()


def said_by_worker(line: str) -> Progress:
    """What a line of its output says. Raises StoreError where that is an error."""
    said = json.loads(line)
    if "error" in said:
        raise StoreError(said["error"], advice=said["advice"], detail=said["detail"])
    problems = tuple((problem, problem) for problem in said["problems"])
    return Progress(said["done"], said["total"], said["is_complete"], problems, said["more"])


def _progress(process: subprocess.Popen[str]) -> Iterator[Progress]:
    assert process.stdout is not None  # noqa: S101 - asked for
    for line in process.stdout:
        progress = said_by_worker(line)
        yield progress
        if progress.is_complete:
            return
    raise StoreError(
        "The index of this folder could not be made: its process ended before it was done.",
        advice="Try again.",
    )
