"""What looking at differences costs: `python tests/bench/review_studio.py [OLD NEW]`, offscreen.

Printed, as processor time of the GUI thread: opening the page of a review of 300 hunks in 40 files (until it is
painted), walking from hunk to hunk (median and worst), showing a file of 100,000
lines of which 1 % changed side by side (from its two texts until it is painted), the same with wrapped lines and with
every gap opened, and the memory that the view of each takes above a window without it (USS). With OLD and NEW, two
files are compared instead.
"""

from __future__ import annotations

import gc
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.settings.differences_page import DifferencesPage
from copilot_desktop.text import diff
from copilot_desktop.ui.diff.blocks import DiffOptions
from copilot_desktop.ui.diff.comparing import compared_file
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.review.hunk_order import Move
from copilot_desktop.ui.review.review_imports import WIDGETS
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.theme.theme import STYLE, Theme, ThemeChoice
from copilot_desktop.workspace.paths import Workspace

FILES, HUNKS, LINES = 40, 300, 100_000
SIDE_BY_SIDE = DiffOptions(is_side_by_side=True)


def own_mib() -> float:
    """Memory that only this process has."""
    gc.collect()
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def code(lines: int, seed: int) -> list[str]:
    """Python that looks like some."""
    dice = random.Random(seed)  # noqa: S311 - the same text each time
    shapes = ("def part_{0}(value, other={1}):\n", "    total = value * {1} + other  # note {0}\n",
              '    name = "part {0} of {1}"\n', "    return total\n", "\n", "    if total > {1}:\n")  # fmt: skip
    return [shapes[number % len(shapes)].format(number, dice.randrange(1000)) for number in range(lines)]


def changed(lines: list[str], count: int, seed: int) -> list[str]:
    """The same with so many lines changed, all over."""
    dice, made = random.Random(seed), list(lines)  # noqa: S311 - the same changes each time
    for at in dice.sample(range(len(made)), count):
        made[at] = made[at].rstrip("\n") + "  # changed here\n"
    return made


def timed(call: Callable[[], object]) -> float:
    """Milliseconds of processor that a call and the painting after it take."""
    before = time.thread_time()
    call()
    QApplication.processEvents()
    return (time.thread_time() - before) * 1000


def settle(app: QApplication, seconds: float) -> None:
    """Let the pauses of the event loop be used."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        app.processEvents()


def shown(theme: Theme) -> tuple[QWidget, DiffList]:
    """A window with an empty list."""
    window = QWidget()
    window.resize(1280, 800)
    made = DiffList(theme.tokens, window)
    made.setGeometry(0, 0, 1280, 800)
    window.show()
    QApplication.processEvents()
    return window, made


def compare(theme: Theme, old: str, new: str) -> None:
    """Show two texts, and print the figures."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = own_mib()
    _window, view = shown(theme)
    view.set_options(SIDE_BY_SIDE)
    took = timed(lambda: view.show_files([compared_file("large.py", old, new)]))
    rows = view.rows_model.rows
    print(f"side by side, {old.count(chr(10)):,} lines: {took:.0f} ms, {len(rows):,} rows, {len(rows.places)} hunks")
    walk(view)
    settle(app, 2)
    print(f"  memory above an empty window: {own_mib() - before:.1f} MiB")
    print(f"  unified: {timed(lambda: view.set_options(DiffOptions())):.0f} ms")
    print(f"  wrapped: {timed(lambda: view.set_options(replace(SIDE_BY_SIDE, is_wrapped=True))):.0f} ms")

    def open_all() -> None:
        for row in [row for row in view.rows_model.rows if row.gap_id is not None]:
            assert row.gap_id is not None
            view.content._opened[row.gap_id] = (10**9, 0)
        view.set_options(SIDE_BY_SIDE)

    print(f"  every gap opened: {timed(open_all):.0f} ms, {len(view.rows_model.rows):,} rows")
    bar = view.verticalScrollBar()
    steps = [timed(partial(bar.setValue, at)) for at in range(0, bar.maximum(), max(1, bar.maximum() // 100))]
    print(f"  scrolled anywhere: median {statistics.median(steps):.1f} ms, worst {max(steps):.1f} ms")
    print(f"  memory above an empty window: {own_mib() - before:.1f} MiB")


def walk(view: DiffList) -> None:
    """Go through all hunks."""
    steps = [timed(partial(view.go_to_hunk, each)) for each in list(view.rows_model.rows.places)[:300]]
    print(walked(steps))


def walked(steps: list[float]) -> str:
    """The line about the steps from hunk to hunk."""
    late = statistics.quantiles(steps, n=100)[98]
    return f"  next hunk: median {statistics.median(steps):.1f} ms, p99 {late:.1f} ms, worst {max(steps):.1f} ms"


def imported() -> None:
    """What the window has imported before a review is opened."""
    diff.warm()
    for name in WIDGETS:
        import_module(name)


def proposed() -> tuple[Proposal, dict[str, str]]:
    """300 hunks in 40 files, and the files."""
    files: dict[str, str] = {}
    after: dict[str, str | None] = {}
    hunks: list[Hunk] = []
    for number in range(FILES):
        path, lines = f"src/part_{number}.py", code(600, number)
        new = list(lines)
        for at in range(HUNKS // FILES + (number < HUNKS % FILES)):
            text = f"    changed = {at}\n    more = 1\n    most = 2\n"
            hunks.append(Hunk(path, at * 70 + 10, at * 70 + 12, text, "exact", 1.0))
            new[at * 70 + 10 : at * 70 + 12] = [text, ""]
        files[path], after[path] = "".join(lines), "".join(new)
    return Proposal(after, tuple(hunks)), files


def review(theme: Theme, folder: Path) -> None:
    """The page of the review: opened, walked through, and its first hunks accepted."""
    parent = QObject()
    thread = AsyncThread(print, parent)
    controller = ReviewController(thread, DocumentsController(thread, parent), parent)
    (folder / "shop").mkdir()
    controller.open_workspace(Workspace(folder / "shop"), folder / "state")
    proposal, files = proposed()
    made = controller.add_proposal(proposal, files, "turn", "Change the parts", "model")
    assert made is not None
    print(f"what is imported in pauses, once a change is there: {timed(imported):.0f} ms")
    before = own_mib()
    pages: list[ReviewView] = []

    def open_page() -> None:
        page = ReviewView(controller, theme)
        page.resize(1280, 800)
        page.show()
        page.show_change_set(made)
        pages.append(page)

    for look in (DifferencesPage(), DifferencesPage(side_by_side=True)):
        print(f"opening a review of {HUNKS} hunks in {FILES} files: {timed(open_page):.0f} ms")
        page = pages[-1]
        took = timed(partial(page.pane.look.follow_page, look))
        print(f"  {'side by side' if look.side_by_side else 'in one column'}: {took:.0f} ms")
        steps = [timed(partial(page.decisions.walk, Move.NEXT)) for _ in range(HUNKS)]
        print(walked(steps))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    settle(app, 1)
    print(f"  memory of both above none: {own_mib() - before:.1f} MiB")
    thread.stop()


def main(argv: list[str]) -> int:
    """Print the figures."""
    app = QApplication([sys.argv[0], *STYLE])
    theme = Theme(ThemeChoice.DARK)
    theme.apply(app)
    if argv:
        compare(theme, *(Path(name).read_text() for name in argv))
        return 0
    with tempfile.TemporaryDirectory() as name:
        review(theme, Path(name))
    lines = code(LINES, 1)
    compare(theme, "".join(lines), "".join(changed(lines, LINES // 100, 2)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
