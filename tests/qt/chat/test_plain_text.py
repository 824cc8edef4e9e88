"""Text without scroll bars is as high as it is long, whatever changes that."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.chat.plain_text import PlainText

SENTENCE = ".GIT/config is in git's own folder, which is never touched."


def is_whole(text: PlainText) -> bool:
    return text.height() >= math.ceil(text.document().size().height())


def is_whole_at(text: PlainText, width: int) -> bool:
    return text.width() == width and is_whole(text)


def shown(qtbot: QtBot, width: int) -> tuple[QWidget, PlainText]:
    host = QWidget()
    qtbot.addWidget(host)
    text = PlainText("why", "Why")
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(text)
    text.show_text(SENTENCE)
    host.resize(width, 200)
    host.show()
    qtbot.waitUntil(lambda: text.width() == width and is_whole(text))
    return host, text


def test_no_line_is_cut_at_any_width(qtbot: QtBot) -> None:
    host, text = shown(qtbot, 300)
    heights = {}
    for width in (420, 360, 356, 200, 900):
        host.resize(width, 200)
        qtbot.waitUntil(partial(is_whole_at, text, width))
        heights[width] = text.height()
    assert heights[900] < heights[200]


def test_no_line_is_cut_by_a_style_that_comes_later(qtbot: QtBot) -> None:
    _host, text = shown(qtbot, 334)
    before = text.height()
    text.setStyleSheet(text.styleSheet() + "QTextEdit { font-size: 22px; }")
    qtbot.waitUntil(lambda: text.height() > before and is_whole_at(text, 334), timeout=3000)
