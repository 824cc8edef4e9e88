"""Reviews of an earlier start: let go of, as if its answers were older than the reviews that are kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.chat.kept_proposal_cards import KeptProposalCard


def forget_reviews() -> None:
    """Between two starts: the conversations stay, what was under review is known no more."""
    shutil.rmtree(program_folders(os.environ).state / "reviews")


def forget_versions() -> None:
    """Between two starts: the review stays, the versions that follow-ups made are not kept, as before version 6."""
    for place in (program_folders(os.environ).state / "reviews").glob("*.sqlite"):
        with closing(sqlite3.connect(place)) as database:
            assert database.execute("DELETE FROM parts WHERE name LIKE 'refined/%'").rowcount == 1
            database.commit()


def propose_again(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Press the button of the card below an answer that is in no review."""
    qtbot.waitUntil(lambda: desktop.window.findChild(KeptProposalCard) is not None)
    again = desktop.window.findChild(QPushButton, "propose_again")
    assert again is not None
    again.setFocus()
    QTest.keyClick(again, Qt.Key.Key_Space)
