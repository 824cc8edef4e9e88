"""Reviews of an earlier start: let go of, as if its answers were older than the reviews that are kept."""

from __future__ import annotations

import os
import shutil

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


def propose_again(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Press the button of the card below an answer that is in no review."""
    qtbot.waitUntil(lambda: desktop.window.findChild(KeptProposalCard) is not None)
    again = desktop.window.findChild(QPushButton, "propose_again")
    assert again is not None
    again.setFocus()
    QTest.keyClick(again, Qt.Key.Key_Space)
