"""An editor view with a real theme."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.ui.theme.theme import editor_theme
from copilot_desktop.ui.theme.tokens import DARK

MakeView = Callable[..., EditorView]


@pytest.fixture
def theme(qapp: object) -> EditorTheme:
    return editor_theme(DARK, font_size_pt=10)


@pytest.fixture
def make_view(qtbot: QtBot, theme: EditorTheme) -> MakeView:
    def make(text: str = "", path: str | None = "src/basket.py", width: int = 800) -> EditorView:
        view = EditorView(DocumentId("d1"), path, theme)
        view.complete()
        qtbot.addWidget(view)
        view.resize(width, 400)
        view.load(text)
        view.show()
        qtbot.waitExposed(view)
        return view

    return make
