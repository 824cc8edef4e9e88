"""Notices can be read and answered wherever they stand."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.notices import Banner, Notice

CHOICES = (("Compare", int), ("Keep mine", int), ("Take theirs", int))
MESSAGE = "a.py was changed by another program, and your tab has unsaved changes. The next save writes over theirs."


@pytest.mark.parametrize("width", [200, 300, 420, 1000])
def test_text_and_choices_have_their_room_at_any_width(qtbot: QtBot, width: int) -> None:
    banner = Banner(Notice(MESSAGE, choices=CHOICES, can_dismiss=False))
    qtbot.addWidget(banner)
    banner.resize(width, 400)
    banner.show()
    qtbot.wait(20)
    label = banner.findChild(QLabel, "banner.text")
    assert label is not None
    assert label.width() >= min(width - 20, 240)
    for button in banner.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width()
        assert banner.rect().contains(button.geometry())
