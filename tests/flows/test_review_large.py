"""Large files under review: typing reads no whole text, others' changes are compared on a worker, late results drop."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.review import following as review_following
from copilot_desktop.editor.hunk_bar import HunkBar
from copilot_desktop.editor.live_text import LiveText
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import ChangeHunk, HunkState
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.ranges import LineRange
from tests.support.desktop import open_desktop
from tests.support.shop import opened, review_of, wait_for_review

LINES = [f"value_{number} = {number}  # some words about it\n" for number in range(8_000)]
LARGE = "".join(LINES)
AT = 6_000
BLOCK = f"{{path}}\n```python\n<<<<<<< SEARCH\n{LINES[AT]}=======\nvalue_{AT} = 0\n>>>>>>> REPLACE\n```\n"
ALT = Qt.KeyboardModifier.AltModifier


class Gate:
    """Holds every comparison back until it is opened, and notes that none is made on the thread of the window."""

    def __init__(self) -> None:
        self.is_reached = threading.Event()
        self.count = 0
        self._is_open = threading.Event()

    def open(self) -> None:
        self._is_open.set()

    def close(self) -> None:
        self._is_open.clear()
        self.is_reached.clear()

    def hold(self) -> None:
        assert threading.current_thread() is not threading.main_thread()
        self.count += 1
        self.is_reached.set()
        assert self._is_open.wait(60)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    held, followed = Gate(), review_following._followed

    def wait_and_follow(
        state: ReviewState, texts: Mapping[str, review_following.Said], by: Mapping[str, ChangedBy]
    ) -> ReviewState:
        held.hold()
        return followed(state, texts, by)

    monkeypatch.setattr(review_following, "_followed", wait_and_follow)
    yield held
    held.open()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    for name in ("large.py", "other.py"):
        (tmp_path / "data" / name).write_text(LARGE, encoding="utf-8", newline="")
    return tmp_path / "data"


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        wait_for_review(qtbot, shown)
        yield shown


def propose_for(desktop: DesktopWindow, path: str) -> None:
    files = {path: LARGE}
    made = review_of(desktop).add_proposal(propose(BLOCK.format(path=path), files), files, "t", "Zero", "test-model")
    assert made is not None


def hunk_of(desktop: DesktopWindow, path: str) -> ChangeHunk:
    (hunk,) = review_of(desktop).state.hunks(path)
    return hunk


def settled(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Wait until the review knows what the tabs and files say."""
    done: list[bool] = []
    review_of(desktop).when_settled(lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))


def test_typing_moves_hunks_and_reads_no_whole_text(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = opened(qtbot, desktop, "large.py")
    propose_for(desktop, "large.py")
    settled(qtbot, desktop)
    read: list[str] = []
    text_of = vars(LiveText)["text"].fget

    def noted(self: LiveText) -> str:
        read.append("text")
        return str(text_of(self))

    monkeypatch.setattr(LiveText, "text", property(noted))
    view.show_lines(LineRange(3, 3))
    for at in (1, 2):
        QTest.keyClick(view.code, Qt.Key.Key_Return)
        QTest.keyClicks(view.code, "typed")
        qtbot.waitUntil(lambda at=at: hunk_of(desktop, "large.py").start == AT + at)  # type: ignore[misc]
    assert hunk_of(desktop, "large.py").state is HunkState.MOVED
    assert read == []
    view.show_lines(LineRange(AT + 2, AT + 2))
    QTest.keyClicks(view.code, "x")
    qtbot.waitUntil(lambda: hunk_of(desktop, "large.py").state is HunkState.CONFLICT)
    QTest.keyClick(view.code, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: hunk_of(desktop, "large.py").state is HunkState.MOVED)
    assert read == []
    assert review_of(desktop).state.texts["large.py"] == view.text()
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: f"value_{AT} = 0\n" in view.text())


def test_a_decision_waits_until_an_outside_change_has_been_compared(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, gate: Gate
) -> None:
    propose_for(desktop, "large.py")
    gate.open()
    settled(qtbot, desktop)
    gate.close()
    outside = "".join([*LINES[:2_000], *[f"new_{number} = 1\n" for number in range(50)], *LINES[3_000:]])
    # In one step: a read between would find it empty, and the decision would rightly be refused.
    (folder / "written").write_text(outside, encoding="utf-8", newline="")
    (folder / "written").replace(folder / "large.py")
    qtbot.waitUntil(gate.is_reached.is_set, timeout=30_000)
    review = review_of(desktop)
    review.accept([hunk_of(desktop, "large.py").hunk_id])
    assert review.is_busy
    gate.open()
    wanted = outside.replace(LINES[AT], f"value_{AT} = 0\n")
    qtbot.waitUntil(lambda: (folder / "large.py").read_text(encoding="utf-8") == wanted, timeout=30_000)
    qtbot.waitUntil(lambda: not review.is_busy)
    assert review.state.texts["large.py"] == wanted


def test_a_comparison_that_comes_too_late_is_made_anew(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, gate: Gate
) -> None:
    view = opened(qtbot, desktop, "other.py")
    propose_for(desktop, "large.py")
    qtbot.waitUntil(gate.is_reached.is_set, timeout=30_000)
    # Another proposal and typing while a worker compares: its result is of a review that is no more.
    propose_for(desktop, "other.py")
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    (folder / "large.py").write_text("# first\n" + LARGE, encoding="utf-8", newline="")
    gate.open()
    qtbot.waitUntil(lambda: hunk_of(desktop, "other.py").start == AT + 1, timeout=30_000)
    qtbot.waitUntil(lambda: hunk_of(desktop, "large.py").start == AT + 1, timeout=30_000)
    settled(qtbot, desktop)
    assert gate.count >= 2
    assert review_of(desktop).state.texts["other.py"] == view.text()
    assert review_of(desktop).state.texts["large.py"] == "# first\n" + LARGE


def test_what_is_typed_into_a_large_hunk_is_merged_on_a_worker_and_said_meanwhile(
    qtbot: QtBot, desktop: DesktopWindow, gate: Gate
) -> None:
    view, review = opened(qtbot, desktop, "other.py"), review_of(desktop)
    new = [line.replace("value", "number") for line in LINES[100:1_400:2]]
    hunk = Hunk("other.py", 100, 1_400, "".join(new), "exact", 1.0)
    after = "".join([*LINES[:100], *new, *LINES[1_400:]])
    review.add_proposal(Proposal({"other.py": after}, (hunk,)), {"other.py": LARGE}, "t", "Large", "test-model")
    gate.open()
    settled(qtbot, desktop)
    gate.close()
    compared = gate.count
    view.show_lines(LineRange(100, 100))
    QTest.keyClicks(view.code, "x")
    qtbot.waitUntil(gate.is_reached.is_set, timeout=20_000)

    def said() -> str:
        return " ".join(bar.accept_button.toolTip() + bar._long for bar in view.findChildren(HunkBar))

    qtbot.waitUntil(lambda: "Being compared with what you typed" in said(), timeout=20_000)
    assert hunk_of(desktop, "other.py").state is HunkState.CLEAN
    # What is typed and decided meanwhile follows in the order it was done.
    QTest.keyClick(view.code, Qt.Key.Key_Backspace)
    review.accept([hunk_of(desktop, "other.py").hunk_id])
    assert review.is_busy
    assert view.text() == LARGE
    gate.open()
    qtbot.waitUntil(lambda: view.text() == after, timeout=20_000)
    qtbot.waitUntil(lambda: not review.is_busy and not review.comparing, timeout=20_000)
    assert gate.count >= compared + 2
    assert "Being compared" not in said()
