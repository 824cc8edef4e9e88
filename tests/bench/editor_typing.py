"""Measures typing into files with 50 hunks waiting: milliseconds of the GUI thread for each turn of the event loop.

.venv/bin/python tests/bench/editor_typing.py [KEYS]      aim: no turn over 8 ms of processor time.
The whole window offscreen, with a private home. Files: 10,000 lines of Python, 2 MB and 10 MB of it. Keys: letters (no
line moves) and Enter (every hunk below moves). "typed" is the key's own event; "following" the slowest later turn until
all is quiet, the pause of typing included; "in all" what one key costs. Median, 95th of 100, and slowest.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_desktop.app.desktop_window import DesktopWindow

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
HUNKS = 50
FILES = (("10,000 lines", 10_000), ("2 MB", 88_000), ("10 MB", 430_000))
QUIET_S = 0.12


def main(argv: list[str]) -> int:
    """Print the figures. Exit 0."""
    keys = int(argv[0]) if argv else 60
    with open_window({f"file{number}.py": source(lines) for number, (_, lines) in enumerate(FILES)}) as desktop:
        for number, (name, lines) in enumerate(FILES):
            path = f"file{number}.py"
            add_hunks(desktop, path, lines)
            size = len(source(lines))
            for key in ("letter", "Enter"):
                show(f"{name} ({size / 1_000_000:.1f} MB)", key, type_keys(desktop, path, key, keys))
    return 0


@contextmanager
def open_window(files: Mapping[str, str]) -> Iterator[DesktopWindow]:
    """The whole window on a folder with these files, with a private home."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    place = Path(tempfile.mkdtemp())
    os.environ["COPILOT_DESKTOP_HOME"] = str(place / "home")
    folder = place / "project"
    folder.mkdir()
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")

    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    from copilot_desktop.app.command_line import Place
    from copilot_desktop.app.program import Program
    from copilot_desktop.bridge.crashes import CrashHook
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

    folders = program_folders(os.environ)
    theme = Theme(ThemeChoice.DARK)
    theme.apply(app)
    program = Program(folders, dict(os.environ), theme, CrashHook(folders.state))
    desktop = program.open_window(Place(folder))
    wait(lambda: desktop.window.findChild(ReviewController) is not None)
    yield desktop
    desktop.window.close_now()


def source(lines: int) -> str:
    """A Python file of so many lines."""
    return "".join(f"def f{number}(a, b):\n    return a + {number}\n" for number in range(lines // 2))


def wait(is_done: Callable[[], object]) -> None:
    """Turn the event loop until something is done."""
    while not is_done():
        turn()
        time.sleep(0.005)


def pause(seconds: float) -> None:
    """Turn the event loop for some time."""
    until = time.perf_counter() + seconds
    wait(lambda: time.perf_counter() > until)


def turn() -> float:
    """Milliseconds of one turn of the event loop."""
    from PySide6.QtWidgets import QApplication

    before = time.thread_time()
    QApplication.processEvents()
    return (time.thread_time() - before) * 1000


def add_hunks(desktop: DesktopWindow, path: str, count: int) -> None:
    """Open a file and put hunks over all of it under review."""
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.edits.proposal import Hunk, Proposal

    desktop.documents.open(path)
    wait(lambda: desktop.documents.find(path))
    review = desktop.window.findChild(ReviewController)
    assert review is not None
    text = source(count)
    lines = text.splitlines(keepends=True)
    hunks = [
        Hunk(path, line, line + 1, f"    return b * {line}\n", "exact", 1.0)
        for line in range(11, count, count // HUNKS)
    ]
    for hunk in hunks:
        lines[hunk.start] = hunk.new_text
    review.add_proposal(Proposal({path: "".join(lines)}, tuple(hunks)), {path: text}, "t", "Bench", "model")
    pause(2)


def type_keys(desktop: DesktopWindow, path: str, name: str, keys: int) -> tuple[list[float], list[float], list[float]]:
    """Type near the start of a file; return what each key, what followed it at most, and both cost."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from copilot_desktop.text.ranges import LineRange

    key, letter = (Qt.Key.Key_X, "x") if name == "letter" else (Qt.Key.Key_Return, "\r")
    view = desktop.window.editors.view_of(path)
    assert view is not None
    view.show_lines(LineRange(4, 4))
    view.setFocus()
    pause(1)
    typed, following, total = [], [], []
    for _ in range(keys):
        before = time.thread_time()
        QTest.sendKeyEvent(QTest.KeyAction.Click, view.code, key, letter, Qt.KeyboardModifier.NoModifier)
        typed.append((time.thread_time() - before) * 1000)
        turns = []
        until = time.perf_counter() + QUIET_S
        while time.perf_counter() < until:
            turns.append(turn())
            time.sleep(0.001)
        following.append(max(turns))
        total.append(typed[-1] + sum(each for each in turns if each > 0.2))
    return typed, following, total


def show(file: str, key: str, figures: tuple[list[float], list[float], list[float]]) -> None:
    """Print one row."""
    columns = []
    for name, figure in zip(("typed", "following", "in all"), figures, strict=True):
        ordered = sorted(figure)
        late = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
        columns.append(f"{name} {statistics.median(ordered):5.1f} {late:5.1f} {ordered[-1]:5.1f} ms")
    print(f"{file:24} {key:7} {'   '.join(columns)}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
