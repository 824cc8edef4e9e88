"""A rename onto a file that exists: it is said plainly, and giving and taking are decided together."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits import propose
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.review.change_files import diff_file
from copilot_desktop.ui.review.hunk_labels import hunk_label
from tests.support.openai_server import OpenAIServer
from tests.support.refusals import ask
from tests.support.shop import BASKET, SOURCE, make_shop, opened, review_of

LIB = "def lib():\n    return 0\n"
PATCH = (
    "*** Begin Patch\n*** Update File: basket.py\n*** Move to: lib.py\n@@\n def other():\n"
    "-    return 1\n+    return 2\n*** End Patch\n"
)
MOVED = SOURCE.replace("return 1", "return 2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"lib.py": LIB})


def test_it_is_one_change_that_says_what_it_replaces_and_can_be_taken_back(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    server.answers(f"Moved.\n\n```\n{PATCH}```\n")
    ask(qtbot, desktop)
    review = review_of(desktop)
    qtbot.waitUntil(lambda: len(review.state.pending()) == 1)
    (change,) = review.state.change_sets[0].files
    (hunk,) = change.hunks
    (note,) = [line.text for each in diff_file(change, SOURCE).hunks for line in each.extra]
    assert note == "Replaces lib.py, which exists (2 lines)"
    shown = {each.toPlainText() for each in desktop.window.findChildren(PlainText, "proposal_file")}
    assert shown == {"basket.py → lib.py (renamed). Replaces lib.py, which exists."}
    review.look_at(hunk.hunk_id)
    (looked_at,) = review.state.pending()
    assert hunk_label(looked_at).sentence.startswith("Uncertain, looked at. Replaces lib.py, which exists")
    review.accept([hunk.hunk_id])
    qtbot.waitUntil(lambda: not review.is_busy)
    assert not (folder / BASKET).exists()
    assert (folder / "lib.py").read_text() == MOVED
    review.undo()
    qtbot.waitUntil(lambda: not review.is_busy)
    assert (folder / "lib.py").read_text() == LIB
    assert (folder / BASKET).read_text() == SOURCE


def test_nothing_is_moved_onto_a_file_with_unsaved_text(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    view, review = opened(qtbot, desktop, "lib.py"), review_of(desktop)
    files = {BASKET: SOURCE, "lib.py": LIB}
    made = review.add_proposal(propose(PATCH, files), files, "turn", "Move", "test-model")
    assert made is not None
    said: list[str] = []
    review.noticed.connect(lambda notice: said.append(notice.message))
    (hunk,) = review.state.pending()
    view.setFocus()
    QTest.keyClicks(view.code, "#")
    QTest.keyClick(view.code, Qt.Key.Key_Backspace)
    QTest.keyClicks(view.code, "#")
    review.accept([hunk.hunk_id])
    qtbot.waitUntil(lambda: bool(said))
    assert (folder / BASKET).read_text() == SOURCE
    assert (folder / "lib.py").read_text() == LIB
