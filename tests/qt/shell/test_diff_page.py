"""The tab that compares two texts, in a narrow group."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.diff.comparing import compared_file
from copilot_desktop.ui.diff_page import DiffPage
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
