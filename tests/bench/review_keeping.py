"""What keeping the review over a restart costs: `python tests/bench/review_keeping.py [SECONDS]`, 10 by default.

The real window, offscreen, with 300 hunks in 40 files, 60 of them in one of 5 MB, which is open and typed in above them
all; now and then a hunk is looked at, rejected, accepted or taken back. Aim: no change costs the GUI thread 8 ms for
keeping it (processor time and clock). Printed besides: how long the writing thread takes, how large the store is, what
a pass of the event loop costs with and without keeping, and how long after the core a review is back at the next start.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.stalls import Passes

if TYPE_CHECKING:
    from copilot_desktop.app.desktop_window import DesktopWindow
    from copilot_desktop.bridge.review.controller import ReviewController

FILES, SMALL_HUNKS, LARGE_HUNKS, LARGE_LINES = 40, 240, 60, 120_000
KEY_S = 0.07
DECIDE_KEYS = 10
AIM_MS = 8.0


def main(argv: list[str]) -> int:
    """Print the figures; exit 1 when a change cost the GUI thread too much."""
    seconds = float(argv[0]) if argv else 10.0
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        os.environ["COPILOT_DESKTOP_HOME"] = f"{name}/home"
        folder = Path(name) / "shop"
        folder.mkdir()
        texts = dict(map(text_of, range(FILES)))
        for path, text in texts.items():
            (folder / path).write_text(text)
        return measure(folder, texts, seconds)


def text_of(number: int) -> tuple[str, str]:
    """A file: the first one is large."""
    lines = LARGE_LINES if number == 0 else 400
    return f"file_{number}.txt", "".join(f"line {at} of file {number}, with some words more\n" for at in range(lines))


def propose(review: ReviewController, texts: dict[str, str]) -> None:
    """Put all hunks into the review, as one answer does."""
    from copilot_desktop.edits.proposal import Hunk, Proposal

    hunks, files = [], {}
    for number, (path, text) in enumerate(texts.items()):
        lines = text.splitlines(keepends=True)
        count = LARGE_HUNKS if number == 0 else SMALL_HUNKS // (FILES - 1) + 1
        step = len(lines) // (count + 1)
        for at in range(step, step * (count + 1), step):
            new = f"another {lines[at]}"
            hunks.append(Hunk(path, at, at + 1, new, "exact", 1.0, at % 2 == 0))
            lines[at] = new
        files[path] = "".join(lines)
    review.add_proposal(Proposal(files, tuple(hunks)), texts, "turn", "a large answer", "model")


class Costs:
    """Measures what keeping does on the GUI thread and on the writing one."""

    def __init__(self) -> None:
        from copilot_desktop.bridge.review.keeping import ReviewKeeper
        from copilot_desktop.bridge.review.pending_writer import PendingWriter

        self.gui_ms: list[tuple[float, float]] = []
        self.writing_ms: list[float] = []
        self._depth = 0
        for name in ("_on_replaced", "_save", "_on_written"):
            setattr(ReviewKeeper, name, self._timed(getattr(ReviewKeeper, name)))
        write = PendingWriter._write

        def timed_write(writer: PendingWriter, review: Any) -> None:
            began = time.perf_counter()
            write(writer, review)
            self.writing_ms.append((time.perf_counter() - began) * 1000)

        PendingWriter._write = timed_write  # type: ignore[method-assign, assignment]

    def _timed(self, call: Callable[..., None]) -> Callable[..., None]:
        def timed(*arguments: object) -> None:
            used, clock = time.thread_time(), time.perf_counter()
            self._depth += 1
            call(*arguments)
            self._depth -= 1
            if not self._depth:
                self.gui_ms.append(((time.thread_time() - used) * 1000, (time.perf_counter() - clock) * 1000))

        return timed


def window(passes: Passes, folder: Path) -> tuple[DesktopWindow, ReviewController]:
    """The window with its review."""
    from copilot_desktop.app.command_line import Place
    from copilot_desktop.app.program import Program
    from copilot_desktop.bridge.crashes import CrashHook
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

    folders, theme = program_folders(os.environ), Theme(ThemeChoice.DARK)
    program = Program(folders, dict(os.environ), theme, CrashHook(folders.state))
    desktop = program.open_window(Place(folder))
    passes.until(lambda: desktop.core is not None and desktop.workspace.is_watching, 60)
    core_at = time.monotonic()
    review = desktop.window.findChild(ReviewController)
    assert review is not None
    passes.until(lambda: review.keeper.is_loaded, 60)
    print(
        f"review back {(time.monotonic() - core_at) * 1000:6.0f} ms after the core, {len(review.state.hunks())} hunks"
    )
    return desktop, review


def measure(folder: Path, texts: dict[str, str], seconds: float) -> int:
    """Type, decide and print."""
    from copilot_desktop.app.program import make_application

    passes, costs = Passes(), Costs()
    app = make_application([])
    desktop, review = window(passes, folder)
    propose(review, texts)
    desktop.documents.open("file_0.txt")
    passes.until(lambda: desktop.window.editors.view_of("file_0.txt") is not None)
    passes.during(3)
    work(desktop, review, passes, 3)  # the first letter has the text copied, and more
    costs.writing_ms.clear()
    for is_kept in (True, False):
        if not is_kept:
            review.keeper.leave()
        costs.gui_ms.clear()
        work(desktop, review, passes, seconds)
        shown = [("passes of the event loop, kept" if is_kept else "passes, not kept", passes.figures["all"])]
        if is_kept:
            shown.append(("keeping, GUI thread", [list(each) for each in costs.gui_ms]))
            worst = max(each for pair in costs.gui_ms for each in pair[:1])
            size = sum(place.stat().st_size for place in Path(os.environ["COPILOT_DESKTOP_HOME"]).rglob("reviews/*"))
            times = costs.writing_ms
            print(f"{len(times)} writings: median {statistics.median(times):.1f} ms, first {times[0]:.0f} ms")
            print(f"worst {max(times):.0f} ms; the store has {size / 1e6:.2f} MB")
        for name, figures in shown:
            show(name, figures)
    desktop.window.close_now()
    window(passes, folder)
    del app
    return int(worst > AIM_MS)


def work(desktop: DesktopWindow, review: ReviewController, passes: Passes, seconds: float) -> None:
    """Type into the large file, and decide now and then."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    view = desktop.window.editors.view_of("file_0.txt")
    assert view is not None
    passes.figures["all"].clear()
    passes.is_noting = True
    started = next_key = time.monotonic()
    keys = 0
    while time.monotonic() < started + seconds:
        is_line = keys % 5 == 0
        passes.once(partial(QTest.keyClick, view.code, Qt.Key.Key_Return if is_line else Qt.Key.Key_X))
        if keys % DECIDE_KEYS == 0:
            decide(review, keys // DECIDE_KEYS)
        keys, next_key = keys + 1, next_key + KEY_S
        passes.until(partial(is_past, next_key), 10)
    passes.is_noting = False


def decide(review: ReviewController, number: int) -> None:
    """Something else each time."""
    pending = review.state.pending()
    hunk = pending[number * 7 % len(pending)]
    (review.look_at, lambda each: review.reject([each]), lambda each: review.accept([each]), lambda _: review.undo())[
        number % 4
    ](hunk.hunk_id)


def is_past(moment: float) -> bool:
    """Whether it is later."""
    return time.monotonic() >= moment


def show(name: str, figures: list[list[float]]) -> None:
    """One line: processor time and clock."""
    for at, what in enumerate(("processor", "clock")):
        values = sorted(each[at] for each in figures)
        p99 = values[int(len(values) * 0.99)]
        median = statistics.median(values)
        print(f"{name:32} {what:9} {len(values):6} ×  median {median:6.2f}  p99 {p99:6.2f}  worst {values[-1]:6.2f} ms")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
