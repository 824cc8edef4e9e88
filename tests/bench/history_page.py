"""What a long history costs: `python tests/bench/history_page.py [STEPS]`, 10,000 by default.

A folder whose history has that many steps in 400 files. Printed: how long a worker takes for the newest steps, for
words that stand in no step, for one file, and for its paths; then in the real window, offscreen, the longest passes of
the event loop (processor time of the GUI thread) while the page is opened and while it is scrolled to its end.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from copilot_desktop.workspace.atomic_write import bytes_hash
from copilot_desktop.workspace.checkpoints.entries import About, AcceptedHunk, FileAbout
from copilot_desktop.workspace.checkpoints.history import History, place_of
from copilot_desktop.workspace.checkpoints.history_rows import insert
from copilot_desktop.workspace.checkpoints.journal import Record, Step
from copilot_desktop.workspace.paths import Workspace

FILES, PROMPTS = 400, 900


def main(argv: list[str]) -> int:
    """Print the figures."""
    count = int(argv[0]) if argv else 10_000
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        os.environ["COPILOT_DESKTOP_HOME"] = f"{name}/home"
        folder = Path(name) / "shop"
        folder.mkdir()
        (folder / "basket.py").write_text("def total():\n    return 1\n")
        state = Path(name) / "home" / "state"
        workspace = Workspace.at(folder)
        fill(History.of(workspace, state), count)
        print(
            f"{count} steps, {sum(p.stat().st_size for p in place_of(workspace, state).glob('history*')) / 1e6:.1f} MB"
        )
        read(workspace, state)
        show(folder, count)
    return 0


def fill(history: History, count: int) -> None:
    """Make the steps, without their contents."""
    content = bytes_hash(b"")
    with history.writing() as database:  # one transaction: 10,000 would take minutes
        for number in range(count):
            path = f"src/part_{number % FILES}.py"
            hunks = tuple(
                AcceptedHunk(f"{number}-{each}", each * 10, each * 10 + 2, "old\nlines\n", "new\nlines\nthree\n")
                for each in range(3)
            )
            about = About(
                prompt=f"Please do the thing number {number % PROMPTS}, and do it well.\n" * 3,
                model="some/model",
                files={path: FileAbout(hunks=hunks)},
            )
            record = Record.begun("Accept 3 changes", about)
            step = Step(path, content, content, 0o644, "")
            insert(
                database, dataclasses.replace(record, steps=(step,), created_at=time.time() - (count - number) * 120)
            )


def timed(name: str, call: Callable[[], object]) -> None:
    """Print how long a call takes."""
    before, used = time.perf_counter(), time.process_time()
    result = call()
    used, took = (time.process_time() - used) * 1000, (time.perf_counter() - before) * 1000
    print(f"{name:<32}{used:8.1f} ms of processor, {took:8.1f} ms  {len(result) if isinstance(result, tuple) else ''}")


def read(workspace: Workspace, state: Path) -> None:
    """What a worker does."""
    from copilot_desktop.bridge.history.reading import HistoryReader
    from copilot_desktop.bridge.history.values import Query

    reader = HistoryReader(workspace, state)
    timed("the newest steps (first time)", lambda: reader.steps(Query(), None).steps)
    timed("the newest steps", lambda: reader.steps(Query(), None).steps)
    entries = History.of(workspace, state).entries(limit=10_000)
    oldest = entries[-min(101, len(entries))].entry_id
    timed("the oldest steps", lambda: reader.steps(Query(), oldest).steps)
    timed("words in no step", lambda: reader.steps(Query(words="nobody said this"), None).steps)
    timed("words of one prompt", lambda: reader.steps(Query(words="number 77,"), None).steps)
    timed("one file", lambda: reader.steps(Query("src/part_7.py"), None).steps)
    timed("all paths", reader.paths)
    timed("the size", lambda: (reader.size_bytes(),))


def show(folder: Path, count: int) -> None:
    """What the window feels."""
    from PySide6.QtWidgets import QApplication

    from copilot_desktop.app.command_line import Place
    from copilot_desktop.app.program import Program
    from copilot_desktop.bridge.crashes import CrashHook
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.ui.history.history_view import HistoryView
    from copilot_desktop.ui.history_in_window import HistoryInWindow
    from copilot_desktop.ui.theme.theme import STYLE, Theme, ThemeChoice

    app = QApplication([sys.argv[0], *STYLE])
    theme = Theme(ThemeChoice.DARK)
    theme.apply(app)
    folders = program_folders(os.environ)
    program = Program(folders, dict(os.environ), theme, CrashHook(folders.state))
    desktop = program.open_window(Place(folder))
    window = desktop.window
    window.resize(1280, 800)

    def turn_until(is_so: Callable[[], bool]) -> tuple[float, float]:
        """Turn the event loop; returns the longest pass (processor) and the whole (clock) in ms."""
        worst, begun = 0.0, time.perf_counter()
        while not is_so():
            before = time.thread_time()
            app.processEvents()
            worst = max(worst, time.thread_time() - before)
            time.sleep(0.001)
        return worst * 1000, (time.perf_counter() - begun) * 1000

    turn_until(lambda: desktop.core is not None and window.findChild(HistoryInWindow) is not None)
    begun = time.perf_counter()
    window.commands.run("history.open")
    made = (time.perf_counter() - begun) * 1000

    def view() -> HistoryView | None:
        found = window.findChild(HistoryView)
        return found if isinstance(found, HistoryView) else None

    def rows() -> int:
        shown = view()
        return len(shown.timeline.steps.rows) if shown is not None else 0

    def has_more(before: int) -> bool:
        shown = view()
        return rows() > before or shown is None or shown.timeline.steps.is_whole

    worst, whole = turn_until(lambda: rows() > 0 and bool((shown := view()) and shown.step.diff.current_path))
    print(f"opening the page: made in {made:.0f} ms, shown in {whole:.0f} ms, longest pass {worst:.1f} ms of processor")
    begun, worst = time.perf_counter(), 0.0
    while (shown := view()) is not None and not shown.timeline.steps.is_whole:
        before, at = rows(), time.thread_time()
        shown.timeline.scrollToBottom()
        worst = max(worst, (time.thread_time() - at) * 1000, turn_until(partial(has_more, before))[0])
    print(f"to the end: {rows()} rows in {time.perf_counter() - begun:.1f} s, longest pass {worst:.1f} ms of processor")
    for each in tuple(program.windows):
        each.window.close_now()
    app.processEvents()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
