"""How proposals look in pixels: no sign covered, no row left over, no specks, room above the first line."""

from __future__ import annotations

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from copilot_desktop.editor.hunk_bar import HunkBar
from copilot_desktop.editor.hunk_rows import InlineHunk
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.theme.theme import editor_theme
from copilot_desktop.ui.theme.tokens import LIGHT
from tests.qt.editor.conftest import MakeView


def grabbed(view: EditorView) -> QImage:
    return view.code.viewport().grab().toImage()


def test_the_last_sign_of_a_line_with_many_marks_is_seen(make_view: MakeView, qtbot: QtBot, theme: EditorTheme) -> None:
    old = "".join(f"some{number} = kept{number}, " for number in range(6)) + "last\n"
    new = old.replace("some", "thing").removesuffix("last\n") + "last#\n"
    view = make_view(old, width=1400)
    view.diff_marks.show_hunks([InlineHunk("h", LineRange(0, 1), new)])
    height = view.code.textHeight(0)
    qtbot.waitUntil(lambda: grabbed(view).pixelColor(1300, height + 2).name() == theme.add.lower())
    image = grabbed(view)
    marked = [x for x in range(1200) if image.pixelColor(x, height + 1).name() == theme.addw.lower()]
    last = marked[-1]
    size = next(count for count in range(1, 100) if last - count not in marked)
    # The last mark is that of the one sign at the end, whole.
    sign = view.code.textWidth(32, "#")
    assert sign - 1 <= size <= sign


def test_the_row_of_a_bar_goes_when_there_is_room_again(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("x" * 60 + "\n", width=420)
    view.diff_marks.show_hunks([InlineHunk("h", LineRange(0, 1), "z" * 60 + "\n")])
    qtbot.waitUntil(lambda: view.code.annotationLines(0) == 2)
    view.resize(1200, 400)
    qtbot.waitUntil(lambda: view.code.annotationLines(0) == 1)
    bar = view.code.findChild(HunkBar)
    assert isinstance(bar, HunkBar)
    qtbot.waitUntil(lambda: bar.y() == view.code.pointYFromPosition(0))
    assert bar.accept_button.text() == "Accept  Alt+Y"
    qtbot.waitUntil(lambda: bar.accept_button.width() >= bar.accept_button.sizeHint().width())


def test_the_bar_of_the_hunk_that_the_keys_decide_about_shows_them_alone(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("".join(f"{line}\n" for line in range(9)), width=900)
    hunks = [InlineHunk(str(line), LineRange(line, line + 1), f"new {line}\n") for line in (1, 5)]
    view.diff_marks.show_hunks(hunks)

    def said() -> list[str]:
        bars = sorted(view.code.findChildren(HunkBar), key=lambda bar: bar.y())
        return [bar.accept_button.text() for bar in bars if bar.isVisible()]

    qtbot.waitUntil(lambda: said() == ["Accept  Alt+Y", "Accept"])
    view.code.gotoPos(view.code.line_start(2))
    qtbot.waitUntil(lambda: said() == ["Accept", "Accept  Alt+Y"])
    view.code.gotoPos(view.code.line_start(1))
    qtbot.waitUntil(lambda: said() == ["Accept  Alt+Y", "Accept"])


def test_guides_leave_no_specks(make_view: MakeView, qtbot: QtBot) -> None:
    theme = editor_theme(LIGHT, font_size_pt=10)
    view = make_view("def f():\n    if 1:\n        pass\n\n        pass\nx\n")
    view.set_theme(theme)
    step = view.code.textWidth(32, " " * 4)
    left = view.code.pointXFromPosition(0) + step
    height = view.code.textHeight(0)
    qtbot.waitUntil(lambda: grabbed(view).pixelColor(left, 2 * height + 2).name() == theme.guide.lower())
    image = grabbed(view)
    column = [image.pixelColor(left, y).name() for y in range(2 * height, 6 * height)]
    assert column == [theme.guide.lower()] * 3 * height + [theme.base.lower()] * height


def test_a_widget_above_the_first_line_covers_no_text(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("first\nsecond\n")
    field = QLineEdit()
    view.show_inline_widget(field, 0)
    qtbot.waitUntil(lambda: view.code.y() > 0)
    assert field.isVisible()
    assert field.mapTo(view, field.rect().bottomLeft()).y() < view.code.y()
    view.hide_inline_widget()
    assert field.isHidden()
    qtbot.waitUntil(lambda: view.code.y() == 0)
