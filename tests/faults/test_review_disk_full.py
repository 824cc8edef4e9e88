"""The disk has no room for the review: that is said once, nothing is lost, and it is tried again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.edits import propose
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import is_closed, open_desktop
from tests.support.disk_faults import fill_disk, small_disk
from tests.support.shop import BASKET, SOURCE, make_shop, review_of, wait_for_review


@pytest.fixture
def place(private_home: Path) -> Path:
    return program_folders(os.environ).state / "reviews"


def proposed(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """A change set with a lot of text, which nothing else holds."""
    wait_for_review(qtbot, desktop)
    qtbot.waitUntil(lambda: review_of(desktop).keeper.is_loaded)
    files = {BASKET: SOURCE}
    new = "".join(f"{number * number} is the square of {number}\n" for number in range(20_000))
    answer = [{"path": BASKET, "old_string": "    return 1\n", "new_string": f"    return 2\n{new}"}]
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    chat.proposed.emit(ProposalMade("turn", propose(answer, files), files, "squares", "model"))


def to_review(desktop: DesktopWindow) -> str:
    return desktop.window.status.text_of(StatusField.TO_REVIEW)


def test_a_full_disk_is_said_once_and_tried_again(qtbot: QtBot, place: Path, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    with small_disk(place, 2_000):
        with open_desktop(qtbot, folder) as first:
            said: list[ReviewNotice] = []
            wait_for_review(qtbot, first)
            # What U takes back is said too.
            review_of(first).noticed.connect(lambda each: said.extend([each] if "written down" in each.message else []))
            filler = fill_disk(place)
            proposed(qtbot, first)
            qtbot.waitUntil(lambda: len(said) == 1)
            assert said[0].is_error
            assert "cannot be written down" in said[0].message
            (hunk,) = review_of(first).state.pending()
            review_of(first).reject([hunk.hunk_id])
            review_of(first).undo()
            qtbot.waitUntil(lambda: to_review(first) == "1 to review")
            qtbot.wait(500)
            assert len(said) == 1
            filler.unlink()
            qtbot.waitUntil(lambda: len(said) == 2)
            assert said[1].message == "The changes under review are written down again."
            before = review_of(first).state.change_sets
        with open_desktop(qtbot, folder) as second:
            qtbot.waitUntil(lambda: to_review(second) == "1 to review")
            assert review_of(second).state.change_sets == before


def test_a_window_does_not_close_over_changes_that_are_not_written_down(
    qtbot: QtBot, place: Path, tmp_path: Path
) -> None:
    folder = make_shop(tmp_path)
    with small_disk(place, 2_000), open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        said: list[ReviewNotice] = []
        review_of(desktop).noticed.connect(said.append)
        filler = fill_disk(place)
        proposed(qtbot, desktop)
        qtbot.waitUntil(lambda: len(said) == 1)
        desktop.window.close()
        qtbot.waitUntil(lambda: desktop.window.findChild(QMessageBox, "ask_unkept") is not None)
        box = desktop.window.findChild(QMessageBox, "ask_unkept")
        assert box is not None
        assert box.text() == "1 undecided change cannot be written down and would not come back."
        stay = box.findChild(QPushButton, "ask_unkept.stay")
        assert stay is not None
        stay.click()
        assert not is_closed(desktop)
        filler.unlink()
        qtbot.waitUntil(lambda: desktop.window.findChild(QMessageBox, "ask_unkept") is None)
        desktop.window.close()
        qtbot.waitUntil(lambda: is_closed(desktop))
