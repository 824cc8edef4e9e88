"""The text hides what lies below it, which is therefore not painted with every blink of the caret."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QColor, QImage, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.editor.hunk_rows import InlineHunk
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.theme.theme import editor_theme
from copilot_desktop.ui.theme.tokens import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Tokens
from tests.qt.editor.conftest import MakeView

LINES = "def total(items):\n    return sum(items)  # naïve 漢字 \t end\n\n"
BELOW = QColor(255, 0, 255)


class Paints(QObject):
    """Which widgets were painted."""

    def __init__(self, widgets: tuple[QWidget, ...]) -> None:
        super().__init__()
        self.seen: set[QObject] = set()
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.seen.add(watched)
        return False


def pixels_left(view: EditorView, scale: float) -> int:
    """How many pixels below the text the painting leaves as they were."""
    viewport = view.code.viewport()
    image = QImage(viewport.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(BELOW)
    viewport.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    magenta, bits = BELOW.rgb() & 0xFFFFFF, memoryview(image.constBits()).cast("I")
    return sum(pixel & 0xFFFFFF == magenta for pixel in bits)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("tokens", [LIGHT, DARK, CONTRAST_LIGHT, CONTRAST_DARK])
def test_every_pixel_is_painted(qtbot: QtBot, make_view: MakeView, tokens: Tokens, scale: float) -> None:
    view = make_view(LINES * 100)
    theme: EditorTheme = editor_theme(tokens, font_size_pt=10)
    view.set_theme(theme)
    assert pixels_left(view, scale) == 0
    view.code.gotoLine(150)
    view.code.setXOffset(37)
    view.code.setZoom(3)
    assert pixels_left(view, scale) == 0


@pytest.mark.parametrize("text", ["", "x = 1", LINES, "word " * 2000])
def test_so_it_is_beside_and_below_a_short_text(qtbot: QtBot, make_view: MakeView, text: str) -> None:
    view = make_view(text)
    assert pixels_left(view, 1.0) == 0
    view.code.setWrapMode(1)
    view.resize(311, 203)
    qtbot.waitUntil(lambda: view.code.viewport().width() <= 311)
    assert pixels_left(view, 1.0) == 0


def on_screen(qtbot: QtBot, view: EditorView) -> QImage:
    for _ in range(5):
        QApplication.processEvents()
    return view.screen().grabWindow(view.winId()).toImage()


def test_scrolling_leaves_the_picture_that_is_painted_anew(qtbot: QtBot, make_view: MakeView) -> None:
    view = make_view("def total(items):\n    if items:\n        return sum(items)\n\n    return 0\n\n" * 60)
    view.code.setCaretPeriod(0)
    view.code.has_guides = True
    view.diff_marks.show_hunks(
        [InlineHunk("h1", LineRange(12, 14), "    other\n\n"), InlineHunk("h2", LineRange(30, 30), "new\n" * 12)]
    )
    for lines in (3, 9, 1, 20, -7, 40, -30, 2, 250, -300):
        view.code.lineScroll(0, lines)
        moved = on_screen(qtbot, view)
        for widget in (view, *view.findChildren(QWidget)):
            widget.update()
        assert moved == on_screen(qtbot, view), lines


def test_the_caret_repaints_nothing_below_the_text(qtbot: QtBot, make_view: MakeView) -> None:
    view = make_view(LINES)
    viewport = view.code.viewport()
    QApplication.processEvents()
    paints = Paints((view, view.code, viewport))
    viewport.update(10, 10, 2, 16)
    qtbot.waitUntil(lambda: viewport in paints.seen)
    assert paints.seen == {viewport}
