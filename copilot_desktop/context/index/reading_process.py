"""Reads files for the index in two processes, where they are many: this one, which also writes, and one beside it.

The other one is the program itself, started as `--worker index --reads FOLDER`. It takes pickled lists of files on its
standard input, and answers each with a pickled list of what it read. It ends with its standard input, and where it ends
before, this process reads what is left.
"""

from __future__ import annotations

import contextlib
import pickle
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from copilot_desktop.child_processes import child_environment, worker_command
from copilot_desktop.context.index.reading import FileRead, read_for_index, read_here
from copilot_desktop.workspace.paths import Workspace

_MANY: Final = 150
"""Fewer files are read before another process has started."""
_AT_ONCE: Final = 6
_WAITING, _FEW_WAITING, _LARGE_CHARACTERS = 8, 2, 1_000_000
"""So many lists are asked for ahead, so that the other process need not wait for this one to write; few of them where
one had so many characters: what was read waits in memory."""
_END_S: Final = 3.0

_Wanted = Sequence[tuple[str, bytes]]


def read_portions(workspace: Workspace, wanted: _Wanted) -> Generator[list[FileRead], None, None]:
    """Read files, each with the hash that the index has of it, in portions, roughly in their order."""
    if len(wanted) < _MANY:
        yield from read_here(workspace, wanted)
        return
    left = deque(wanted)
    with _Beside(workspace.root) as beside:
        while left:
            while left and beside.can_take:
                beside.ask([left.popleft() for _each in range(min(_AT_ONCE, len(left)))])
            answer = beside.answered(is_waiting=False)
            if answer:
                yield answer
            elif left:
                # This process writes what both have read: it reads in between.
                some = [left.popleft() for _each in range(min(_AT_ONCE, len(left)))]
                yield from read_here(workspace, some)
        while beside.asked:
            answer = beside.answered(is_waiting=True)
            if not answer:
                break
            yield answer
        unanswered = [each for asked in beside.asked for each in asked]
    yield from read_here(workspace, unanswered)


def serve(folder: str) -> int:
    """What the other process does."""
    workspace = Workspace(Path(folder))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            wanted: _Wanted = pickle.load(source)  # noqa: S301 - what this program has written
            pickle.dump([read_for_index(workspace, *each) for each in wanted], target, pickle.HIGHEST_PROTOCOL)
            target.flush()
    return 0


class _Beside:
    """The other process; one that cannot be started, or has ended, answers nothing and takes nothing."""

    def __init__(self, folder: Path) -> None:
        self.asked: deque[_Wanted] = deque()
        self._answers: queue.SimpleQueue[list[FileRead] | None] = queue.SimpleQueue()
        self._is_alive = False
        self._room = _FEW_WAITING
        command = (*worker_command("index"), "--reads", str(folder))
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
                command,
                env=child_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._process = None
            return
        self._is_alive = True
        assert self._process.stdout is not None  # noqa: S101 - asked for
        self._thread = threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True, name="reading")
        self._thread.start()

    def __enter__(self) -> _Beside:
        return self

    def __exit__(self, *_error: object) -> None:
        process = self._process
        if process is None:
            return
        if self.asked:
            process.kill()
        assert process.stdin is not None  # noqa: S101 - asked for
        assert process.stdout is not None  # noqa: S101 - asked for
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._thread.join()
        process.stdout.close()

    @property
    def can_take(self) -> bool:
        """Whether it takes more."""
        return self._is_alive and len(self.asked) < self._room

    def ask(self, wanted: _Wanted) -> None:
        """Let it read these."""
        assert self._process is not None  # noqa: S101 - it is alive
        assert self._process.stdin is not None  # noqa: S101 - asked for
        self.asked.append(wanted)
        try:
            pickle.dump(wanted, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except OSError:
            self._is_alive = False

    def answered(self, *, is_waiting: bool) -> list[FileRead] | None:
        """What it has read of the oldest that was asked; None where there is none yet, or will be none."""
        if self._process is None:
            return None
        try:
            answer = self._answers.get(block=is_waiting)
        except queue.Empty:
            return None
        if answer is None:
            self._is_alive = False
            self._answers.put(None)
            return None
        self.asked.popleft()
        is_large = sum(each.characters for each in answer) > _LARGE_CHARACTERS
        self._room = _FEW_WAITING if is_large else _WAITING
        return answer

    def _listen(self, source: BinaryIO) -> None:
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                self._answers.put(pickle.load(source))  # noqa: S301 - what this program has written
        self._answers.put(None)
