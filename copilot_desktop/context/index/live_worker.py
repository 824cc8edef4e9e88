"""The index worker of a window: started when something is asked, told of changes while it runs, ended when idle.

Plain threads and not asyncio, whose processes leave their pipes open where a window closes while they are started.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from copilot_desktop.child_processes import child_environment
from copilot_desktop.context.index.building import Progress
from copilot_desktop.context.index.worker_process import said_by_worker
from copilot_desktop.errors import StoreError


class LiveWorker:
    """Of one folder. `close` may be called from any thread and waits for nothing; the rest waits for the process.

    `command` starts the worker, `--worker index` included. `tell` is called with the progress, and with a StoreError
    where the index cannot be written, on the thread of `run`.
    """

    def __init__(
        self, command: tuple[str, ...], folder: Path, place: Path, tell: Callable[[Progress | StoreError], None]
    ) -> None:
        self._command = (*command, "--folder", str(folder), "--index", str(place))
        self._tell = tell
        self._asking = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._is_closed = False

    def run(self) -> None:
        """Bring the index up to date and keep it so, until nothing was asked for a while. Raises StoreError."""
        try:
            process = subprocess.Popen(
                self._command,
                env=child_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise StoreError("The index of this folder could not be started.", detail=str(error)) from error
        with process:
            self._process = process
            if self._is_closed:
                process.terminate()
            self.look_at(None)
            is_working = self._listen(process)
            with self._asking, contextlib.suppress(BrokenPipeError):
                assert process.stdin is not None  # noqa: S101 - asked for
                process.stdin.close()
        self._process = None
        if is_working and not self._is_closed:
            raise StoreError("The process that keeps the index of this folder has ended.", advice="Try again.")

    def stay(self) -> None:
        """Something will be asked again: the end is put off."""
        self.look_at(())

    def look_at(self, paths: Iterable[str] | None) -> None:
        """Files that have changed; None: anything may have. One that has ended is not told: the next looks at all."""
        process = self._process
        if process is None or process.stdin is None:
            return
        with self._asking, contextlib.suppress(BrokenPipeError, ValueError):  # the latter is a closed file's
            process.stdin.write(json.dumps(None if paths is None else list(paths)) + "\n")
            process.stdin.flush()

    def close(self) -> None:
        """End the process, whatever it does: the index stays as it was after the last portion."""
        self._is_closed = True
        process = self._process
        if process is not None:
            process.terminate()

    def _listen(self, process: subprocess.Popen[str]) -> bool:
        """Tell what it says until it ends; whether it was at work then."""
        is_working = True
        assert process.stdout is not None  # noqa: S101 - asked for
        for line in process.stdout:
            try:
                progress = said_by_worker(line)
            except StoreError as error:
                is_working = False
                self._tell(error)
            else:
                is_working = not progress.is_complete
                self._tell(progress)
        return is_working
