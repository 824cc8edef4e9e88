"""Measures what typing costs while 300 hunks wait in a file of 10,000 lines: milliseconds of the GUI thread per key.

.venv/bin/python tests/bench/living_hunks.py [KEYS]      aim: 99 of 100 keys within 8 ms.
The whole window offscreen, with a private home. Letters and Enter, typed where no hunk is (all below move with Enter)
and inside of a hunk (each key merges it). "rebasing" is the time in which the review follows, "turn" the longest turn
of the event loop between two keys, the key's own work and all painting included. Median, 99th of 100, and slowest.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_desktop.app.desktop_window import DesktopWindow

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.bench import editor_typing

LINES, HUNKS = 10_000, 300
PAUSE_S = 0.09
"""Between two keys: longer than the pause of typing after which the review follows."""
PATH = "file.py"


def main(argv: list[str]) -> int:
    """Print the figures. Exit 0."""
    keys = int(argv[0]) if argv else 200
    editor_typing.HUNKS = HUNKS
    with editor_typing.open_window({PATH: editor_typing.source(LINES)}) as desktop:
        editor_typing.add_hunks(desktop, PATH, LINES)
        with timed_following() as spent:
            for where, line in (("outside of hunks", 4), ("inside of a hunk", 44)):
                for name in ("letter", "Enter"):
                    show(where, name, type_keys(desktop, line, name, keys, spent))
    return 0


@contextmanager
def timed_following() -> Iterator[list[float]]:
    """Notes the milliseconds of each time the review follows what was typed."""
    from copilot_desktop.bridge.review.following import FileFollower

    spent: list[float] = []
    catch_up = FileFollower.catch_up

    def timed(self: FileFollower) -> None:
        before = time.thread_time()
        catch_up(self)
        spent.append((time.thread_time() - before) * 1000)

    FileFollower.catch_up = timed  # type: ignore[method-assign]
    try:
        yield spent
    finally:
        FileFollower.catch_up = catch_up  # type: ignore[method-assign]


def type_keys(
    desktop: DesktopWindow, line: int, name: str, keys: int, spent: list[float]
) -> tuple[list[float], list[float]]:
    """Type so many keys; milliseconds of following, and of the longest turn, per key."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from copilot_desktop.text.ranges import LineRange

    key, letter = (Qt.Key.Key_X, "x") if name == "letter" else (Qt.Key.Key_Return, "\r")
    view = desktop.window.editors.view_of(PATH)
    assert view is not None
    view.show_lines(LineRange(line, line))
    view.setFocus()
    editor_typing.pause(1)
    following, longest = [], []
    for _ in range(keys):
        spent.clear()
        before = time.thread_time()
        QTest.sendKeyEvent(QTest.KeyAction.Click, view.code, key, letter, Qt.KeyboardModifier.NoModifier)
        turns = [(time.thread_time() - before) * 1000]
        until = time.perf_counter() + PAUSE_S
        while time.perf_counter() < until:
            turns.append(editor_typing.turn())
            time.sleep(0.001)
        following.append(sum(spent))
        longest.append(max(turns))
    return following, longest


def show(where: str, key: str, figures: tuple[list[float], list[float]]) -> None:
    """Print one row."""
    columns = []
    for name, figure in zip(("rebasing", "turn"), figures, strict=True):
        ordered = sorted(figure)
        late = ordered[min(len(ordered) - 1, round(0.99 * (len(ordered) - 1)))]
        columns.append(f"{name} {statistics.median(ordered):5.2f} {late:5.2f} {ordered[-1]:5.2f} ms")
    print(f"{where:18} {key:7} {'   '.join(columns)}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
