"""What the user does while a decision is still being written: typing, closing a tab, closing the window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.documents.events import OutsideChange, OutsideKind
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.text.ranges import LineRange
from tests.support.desktop import is_closed, open_desktop
from tests.support.shop import SOURCE, WANTED, make_shop, opened, review_of, wait_for_review

BLOCK = "{path}\n```python\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n```\n"
BASKET = BLOCK.format(
    path="basket.py", old="    return sum(items)\n", new="    return sum(item.net for item in items)\n"
)
CTRL = Qt.KeyboardModifier.ControlModifier


class Gate:
    """Holds every write of a review back until it is opened."""

    def __init__(self) -> None:
        self.is_reached = threading.Event()
        self._is_open = threading.Event()

    def open(self) -> None:
        self._is_open.set()

    def hold(self) -> None:
        self.is_reached.set()
        assert self._is_open.wait(20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"b.py": "b = 1\n", "c.py": "c = 1\n"})


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        wait_for_review(qtbot, shown)
        yield shown


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    held, write = Gate(), ReviewFiles.write

    def wait_and_write(self: ReviewFiles, *arguments: object, **named: object) -> object:
        held.hold()
        return write(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(ReviewFiles, "write", wait_and_write)
    yield held
    held.open()


def accept(qtbot: QtBot, desktop: DesktopWindow, gate: Gate, answer: str, files: dict[str, str]) -> None:
    """Accept all of an answer, and come back while it is being written."""
    made = review_of(desktop).add_proposal(propose(answer, files), files, "turn", "Net prices", "test-model")
    assert made is not None
    review_of(desktop).decide_all(made, Decision.ACCEPTED)
    # The copies of unsaved tabs are held first, which takes the event loop.
    qtbot.waitUntil(gate.is_reached.is_set)


def test_typing_elsewhere_while_a_change_is_written_can_be_saved(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, gate: Gate
) -> None:
    view = opened(qtbot, desktop)
    told: list[OutsideChange] = []
    desktop.documents.outside_changed.connect(told.append)
    accept(qtbot, desktop, gate, BASKET, {"basket.py": SOURCE})
    view.show_lines(LineRange(5, 5))
    QTest.keyClicks(view.code, "# mine ")
    gate.open()
    qtbot.waitUntil(lambda: not review_of(desktop).is_busy)
    both = WANTED.replace("    return 1", "# mine     return 1")
    qtbot.waitUntil(lambda: view.text() == both)
    assert desktop.documents.is_dirty("basket.py")
    assert (folder / "basket.py").read_text() == WANTED
    QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == both)
    assert OutsideKind.CHANGED not in {event.kind for event in told}


@pytest.mark.parametrize("line", [5, 1])
def test_undo_back_to_before_a_change_that_was_written_meanwhile_is_not_saved_text(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, gate: Gate, line: int
) -> None:
    """Typed beside the change (line 5), and into it (line 1)."""
    view = opened(qtbot, desktop)
    accept(qtbot, desktop, gate, BASKET, {"basket.py": SOURCE})
    view.show_lines(LineRange(line, line))
    QTest.keyClicks(view.code, "# mine ")
    gate.open()
    qtbot.waitUntil(lambda: not review_of(desktop).is_busy)
    for _ in range(20):
        if view.text() != SOURCE:
            QTest.keyClick(view.code, Qt.Key.Key_Z, CTRL)
    assert view.text() == SOURCE
    assert (folder / "basket.py").read_text() == WANTED
    assert desktop.documents.is_dirty("basket.py")
    QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE)
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("basket.py"))


def test_a_change_typed_into_while_it_is_written_can_still_be_taken_back(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, gate: Gate
) -> None:
    view, review = opened(qtbot, desktop), review_of(desktop)
    told: list[ReviewNotice] = []
    review.noticed.connect(told.append)
    accept(qtbot, desktop, gate, BASKET, {"basket.py": SOURCE})
    view.show_lines(LineRange(1, 1))
    QTest.keyClicks(view.code, "# mine ")
    gate.open()
    qtbot.waitUntil(lambda: not review.is_busy)
    assert view.text() == SOURCE.replace("    return sum", "# mine     return sum")
    assert (folder / "basket.py").read_text() == WANTED
    assert desktop.documents.is_dirty("basket.py")
    assert "basket.py on disk has the change" in told[-1].message
    assert review.can_undo
    document = desktop.documents.current_document()
    assert document is not None
    desktop.documents.close(document.document_id)
    qtbot.waitUntil(lambda: review.state.texts["basket.py"] == WANTED)
    assert [hunk.decision for hunk in review.state.hunks()] == [Decision.ACCEPTED]
    review.undo()
    qtbot.waitUntil(lambda: not review.is_busy)
    assert (folder / "basket.py").read_text() == SOURCE


def test_a_change_for_a_tab_that_closes_meanwhile_stays_undecided(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, gate: Gate
) -> None:
    view, review = opened(qtbot, desktop), review_of(desktop)
    told: list[ReviewNotice] = []
    review.noticed.connect(told.append)
    QTest.keyClicks(view.code, "# mine ")
    files = {"basket.py": view.text(), "b.py": "b = 1\n"}
    both = BASKET + "\n" + BLOCK.format(path="b.py", old="b = 1\n", new="b = 2\n")
    accept(qtbot, desktop, gate, both, files)
    document = desktop.documents.current_document()
    assert document is not None
    desktop.documents.close(document.document_id)
    gate.open()
    qtbot.waitUntil(lambda: not review.is_busy)
    qtbot.waitUntil(lambda: review.state.texts["basket.py"] == SOURCE)
    assert [hunk.decision for hunk in review.state.hunks("basket.py")] == [Decision.PENDING]
    assert [hunk.decision for hunk in review.state.hunks("b.py")] == [Decision.ACCEPTED]
    assert (folder / "b.py").read_text() == "b = 2\n"
    assert "basket.py was closed" in told[-1].message
    review.undo()
    qtbot.waitUntil(lambda: (folder / "b.py").read_text() == "b = 1\n")
    qtbot.waitUntil(lambda: not review.is_busy)
    assert (folder / "basket.py").read_text() == SOURCE


@pytest.mark.parametrize("is_closing", [True, False])
def test_leaving_waits_until_all_that_was_accepted_is_written(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, gate: Gate, is_closing: bool
) -> None:
    for name in ("b", "c"):
        answer = BLOCK.format(path=f"{name}.py", old=f"{name} = 1\n", new=f"{name} = 2\n")
        accept(qtbot, desktop, gate, answer, {f"{name}.py": f"{name} = 1\n"})
    other = folder.parent / "other"
    other.mkdir()
    if is_closing:
        desktop.window.close()
    else:
        desktop.files.open_place(other)
    gate.open()
    if is_closing:
        qtbot.waitUntil(lambda: is_closed(desktop))
    else:
        qtbot.waitUntil(lambda: desktop.window.windowTitle().startswith("other") and desktop.workspace.is_watching)
    assert (folder / "b.py").read_text() == "b = 2\n"
    assert (folder / "c.py").read_text() == "c = 2\n"
