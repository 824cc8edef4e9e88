"""Buttons in little room: what matters of their words stays, and larger letters get their height."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.elided_button import ElidedButton, ElidedToolButton


def test_a_line_ends_in_its_figure_and_grows_with_its_letters(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    line = ElidedToolButton()
    line.setText("Searched “what is not there” · no match · 4 tk")
    column.addWidget(line)
    host.show()
    assert line.fitting() == line.text()
    line.resize(line.sizeHint().width() - 60, line.height())
    assert line.fitting().startswith("Searched “")
    assert line.fitting().endswith("… · 4 tk")
    line.resize(40, line.height())
    assert line.fitting().endswith("…")
    before = line.height()
    letters = line.font()
    letters.setPointSize(2 * letters.pointSize())
    line.setFont(letters)
    qtbot.waitUntil(lambda: line.height() > before and line.height() >= line.fontMetrics().height())


def test_the_longest_words_that_fit_are_taken(qtbot: QtBot) -> None:
    button = ElidedButton()
    qtbot.addWidget(button)
    button.show_words("2 secrets masked, 1 may be a secret", ". Choose…", ("2 masked, 1 sent", "3 found"))
    wide = button.sizeHint().width()
    button.show()
    seen = list[str]()
    for lacking in range(0, wide - 60, 4):
        button.resize(wide - lacking, 30)
        seen.append(button.fitting())
    assert list(dict.fromkeys(each for each in seen if each.endswith(". Choose…")))[:3] == [
        "2 secrets masked, 1 may be a secret. Choose…",
        "2 masked, 1 sent. Choose…",
        "3 found. Choose…",
    ]
    assert seen[-1].endswith("…")
