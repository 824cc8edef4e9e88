"""What the list of everything under review costs: `python tests/bench/review_list.py`, offscreen.

300 changes in 40 files of three turns. Printed, as processor time of the GUI thread in milliseconds: opening the page
until it is painted (the second time: what is imported is there), going to the next change and the next file with all
painting (median and worst), filtering by a word, following a decision, and finding out what "Accept all" would do.
Aims: opening within 200 ms, the next change within 16 ms.
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

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.ui.review.hunk_order import Move
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from copilot_desktop.workspace.paths import Workspace
from tests.support.many_changes import CHANGES, make_pile, propose


def main() -> int:
    """Print the figures. Exit 0."""
    app = QApplication(sys.argv)
    theme = Theme(ThemeChoice.DARK)
    theme.apply(app)
    parent = QObject()
    thread = AsyncThread(lambda error: print(repr(error)), parent)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "project"
        root.mkdir()
        pile = make_pile(root)
        review = ReviewController(thread, DocumentsController(thread, parent), parent)
        review.open_workspace(Workspace(root), Path(place) / "state", is_kept=False)
        QTest.qWait(200)
        propose(pile, review)
        measure(review, theme)
        thread.stop()
    return 0


def measure(review: ReviewController, theme: Theme) -> None:
    """Open the page twice, and work in it."""
    for name in ("opening the first time", "opening"):
        view, spent = opened(review, theme)
        print(f"{name:34} {spent:7.1f}")
    QTest.qWait(1500)
    view.decisions.walk(Move.NEXT)
    view.grab()
    show("next change", [timed(lambda: view.decisions.walk(Move.PREVIOUS)) for _ in range(CHANGES - 1)])
    show("next file", [timed(lambda: view.decisions.walk(Move.NEXT_FILE)) for _ in range(39)])
    view.list.filter.words.setText("module_1")
    show("filtering by a word", [timed(view.list.refresh) for _ in range(5)])
    view.list.filter.clear()
    ids = [hunk.hunk_id for hunk in review.state.hunks()]
    show("following a decision", [timed(partial(review.reject, [each])) for each in ids[:10]])
    show("what Accept all would do", [timed(lambda: view.decisions.offer(Decision.ACCEPTED)) for _ in range(5)])
    view.deleteLater()


def opened(review: ReviewController, theme: Theme) -> tuple[ReviewView, float]:
    """A new page, and what it took until it was painted."""
    before = time.thread_time()
    view = ReviewView(review, theme)
    view.resize(1280, 800)
    view.show()
    view.grab()
    return view, (time.thread_time() - before) * 1000


def timed(call: Callable[[], object]) -> float:
    """Milliseconds of a call and of painting what is other by it."""
    QApplication.processEvents()
    before = time.thread_time()
    call()
    QApplication.processEvents()
    return (time.thread_time() - before) * 1000


def show(name: str, figures: list[float]) -> None:
    """Print median and worst."""
    print(f"{name:34} {statistics.median(figures):7.1f} {max(figures):7.1f}")


if __name__ == "__main__":
    sys.exit(main())
