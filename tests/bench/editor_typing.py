"""Measures typing into a 10,000-line Python file with 50 hunks waiting: milliseconds of the GUI thread per key.

.venv/bin/python tests/bench/editor_typing.py [KEYS]      aim: no turn of the event loop over 8 ms of processor time.
The whole window offscreen, with a private home. Two rows: letters (no line moves) and Enter (every hunk below moves).
"typed" is the key's own event; "following" the slowest later turn until all is quiet, the pause of typing included.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
LINES, HUNKS = 10_000, 50
QUIET_S = 0.12


def main(argv: list[str]) -> int:
    """Print the figures. Exit 0."""
    keys = int(argv[0]) if argv else 60
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    place = Path(tempfile.mkdtemp())
    os.environ["COPILOT_DESKTOP_HOME"] = str(place / "home")
    folder = place / "project"
    folder.mkdir()
    text = "".join(f"def f{number}(a, b):\n    return a + {number}\n" for number in range(LINES // 2))
    (folder / "long.py").write_text(text, encoding="utf-8")

    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    from copilot_desktop.app.command_line import Place
    from copilot_desktop.app.program import Program
    from copilot_desktop.bridge.crashes import CrashHook
    from copilot_desktop.bridge.review import ReviewController
    from copilot_desktop.edits.proposal import Hunk, Proposal
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.text.ranges import LineRange
    from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

    def wait(is_done: Callable[[], object]) -> None:
        while not is_done():
            app.processEvents()
            time.sleep(0.005)

    folders = program_folders(os.environ)
    theme = Theme(ThemeChoice.DARK)
    theme.apply(app)
    program = Program(folders, dict(os.environ), theme, CrashHook(folders.state))
    desktop = program.open_window(Place(folder))
    wait(lambda: desktop.window.findChild(ReviewController) is not None)
    desktop.documents.open("long.py")
    wait(lambda: desktop.window.editors.current_view())
    view, review = desktop.window.editors.current_view(), desktop.window.findChild(ReviewController)
    assert view is not None
    assert review is not None
    lines = text.splitlines(keepends=True)
    hunks = [
        Hunk("long.py", line, line + 1, f"    return b * {line}\n", "exact", 1.0)
        for line in range(11, LINES, LINES // HUNKS)
    ]
    for hunk in hunks:
        lines[hunk.start] = hunk.new_text
    review.add_proposal(Proposal({"long.py": "".join(lines)}, tuple(hunks)), {"long.py": text}, "t", "Bench", "model")
    view.show_lines(LineRange(4, 4))
    view.setFocus()
    until = time.perf_counter() + 1
    wait(lambda: time.perf_counter() > until)

    def turn() -> float:
        before = time.thread_time()
        app.processEvents()
        return (time.thread_time() - before) * 1000

    for name, key, letter in (("letter", Qt.Key.Key_X, "x"), ("Enter", Qt.Key.Key_Return, "\r")):
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
        print(
            f"{name:7} typed {statistics.median(typed):5.1f} ms (slowest {max(typed):5.1f}), "
            f"following {statistics.median(following):5.1f} ms (slowest {max(following):5.1f}), "
            f"in all {statistics.median(total):5.1f} ms"
        )
    desktop.window.close_now()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
