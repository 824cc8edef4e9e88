"""The window program: reads its command line, and imports Qt only when this process is the one to show windows."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from copilot_desktop.app.command_line import WindowCommand, handed_over, parse
from copilot_desktop.app.screen import library_problem, screen_problem
from copilot_desktop.errors import AlreadyRunningError, StoreError, UsageError
from copilot_desktop.instance import Claim, claim, claim_or_hand_over
from copilot_desktop.settings.folders import program_folders

__all__ = ["NO_SCREEN", "WRONG_USAGE", "main"]

WRONG_USAGE = 2
NO_SCREEN = 3
_RELEASE_LIMIT_S = 2.0


def main(argv: Sequence[str]) -> int:
    """Run the window program. Exit 0, 2 for a wrong command line, 3 where there is no screen or no place for files."""
    try:
        command: WindowCommand = parse(argv)
    except UsageError as error:
        return _end(WRONG_USAGE, f"{error.message} {error.advice}")
    problem = screen_problem(os.environ)
    if problem:
        return _end(NO_SCREEN, problem)
    try:
        folders = program_folders(os.environ)
    except StoreError as error:
        return _end(NO_SCREEN, f"{error.message} {error.advice}")
    try:
        claimed = _claim(command, folders.state)
    except AlreadyRunningError as error:
        return _end(NO_SCREEN, f"{error.message} {error.advice}")
    if claimed is None:
        return 0
    # What is made until the first paint stays; looking through it takes 15 ms. `bridge/garbage.py` takes over.
    gc.disable()
    try:
        from copilot_desktop.app.lean_pyside import import_pyside

        import_pyside()
        from copilot_desktop.app.program import run

        code = run(command, folders, dict(os.environ), claimed)
    except ImportError as error:
        problem = library_problem(error)
        if not problem:
            raise
        return _end(NO_SCREEN, problem)
    finally:
        _release(claimed)
    _leave_threads(code)
    return code


def _claim(command: WindowCommand, state_folder: Path) -> Claim | None:
    if not command.is_safe:
        return claim_or_hand_over(state_folder, handed_over(command, os.environ))
    claimed = claim(state_folder)
    if claimed is None:
        raise AlreadyRunningError("The program is running already.", advice="Quit it before you start in safe mode.")
    return claimed


def _release(claimed: Claim) -> None:
    from copilot_desktop.credentials.waiting import within

    with suppress(TimeoutError):  # its folder may be on a disk that does not answer; the process's end releases it, too
        within(_RELEASE_LIMIT_S, claimed.release)


def _leave_threads(code: int) -> None:
    """End the process at once when a worker is still in a system call that does not return (a mount that is gone).

    Python joins the threads of every pool at its end, for ever, daemons too. All that is kept is written by now.
    """
    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _end(code: int, sentence: str) -> int:
    print(sentence.strip(), file=sys.stderr)  # noqa: T201 - there is no window to say it in
    return code
