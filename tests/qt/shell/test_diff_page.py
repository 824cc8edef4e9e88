"""The tab that compares two texts, in a narrow group."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.diff.comparing import compared_file
from copilot_desktop.ui.diff_page import DiffPage
from copilot_desktop.ui.flow_layout import FlowLabel
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from tests.support.clipping import clipped


@pytest.mark.parametrize("width", [160, 290, 900])
def test_what_the_colours_mean_can_be_read(qtbot: QtBot, qapp: QApplication, width: int) -> None:
    theme = Theme(ThemeChoice.DARK, qapp)
    theme.apply(qapp)
    page = DiffPage(
        "Comparison of src/basket.py", (compared_file("src/basket.py", "a\nc\n", "a\nb\n"),), "Which is which.", theme
    )
    qtbot.addWidget(page)
    page.resize(width, 300)
    page.show()
    qtbot.waitExposed(page)
    assert page.width() == width
    assert clipped(page) == []


@pytest.mark.parametrize("width", [200, 500, 700, 1200])
def test_its_choices_leave_the_words_room(qtbot: QtBot, qapp: QApplication, width: int) -> None:
    theme = Theme(ThemeChoice.DARK, qapp)
    theme.apply(qapp)
    page = DiffPage("Changes", (compared_file("a", "a\n", "b\n"),), "Removed lines are the old ones. " * 6, theme)
    page.add_choices((("Agree to these changes", int),))
    qtbot.addWidget(page)
    page.resize(width, 400)
    page.show()
    qtbot.waitExposed(page)
    qtbot.wait(50)
    assert clipped(page) == []
    head = page.findChild(FlowLabel, "compare.head")
    choice = page.findChild(QPushButton, "compare.agree_to_these_changes")
    assert head is not None
    assert choice is not None
    is_beside = choice.geometry().left() > head.geometry().right()
    assert not is_beside or head.height() <= 3 * head.fontMetrics().lineSpacing() + 2
