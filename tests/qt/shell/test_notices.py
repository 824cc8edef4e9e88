"""Notices can be read and answered wherever they stand."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.notices import Banner, Notice, NoticeArea

CHOICES = (("Compare", int), ("Keep mine", int), ("Take theirs", int))
MESSAGE = "a.py was changed by another program, and your tab has unsaved changes. The next save writes over theirs."


@pytest.mark.parametrize("width", [200, 300, 420, 620, 1000])
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
        assert button.width() <= button.sizeHint().width() + 1
        is_beside = button.geometry().left() > label.geometry().right()
        assert not is_beside or label.heightForWidth(label.width()) <= 3 * label.fontMetrics().lineSpacing()


def test_a_notice_that_asks_for_nothing_passes_by_itself_unless_the_keyboard_is_in_it(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(600, 400)
    area, aside = NoticeArea(host), QPushButton("Aside", host)
    area.resize(600, 100)
    aside.move(0, 300)
    area.show_notice(Notice("The disk is full."))
    area.show_notice(Notice("3 files were brought back.", passes_after_s=0.05))
    host.show()
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    QTest.mouseMove(aside)
    assert area.focus_first()
    qtbot.wait(120)
    assert len(area.shown()) == 2
    aside.setFocus()
    qtbot.waitUntil(lambda: [notice.message for notice in area.shown()] == ["The disk is full."], timeout=3000)
