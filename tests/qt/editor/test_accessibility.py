"""What screen readers are told of the editor."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible

from copilot_desktop.editor.accessibility import accessible_factory, caret_line
from tests.qt.editor.conftest import MakeView


def test_the_editor_is_an_editable_text_with_a_name_and_the_carets_line(make_view: MakeView) -> None:
    view = make_view("zéro\r\nune\r\n")
    interface = accessible_factory()("", view.code)
    assert interface is not None
    assert interface.role() == QAccessible.Role.EditableText
    assert interface.text(QAccessible.Text.Name) == "Text of src/basket.py"
    assert interface.text(QAccessible.Text.Value) == "zéro"
    view.select(7, 7)
    assert interface.text(QAccessible.Text.Value) == "une"
    view.select(0, 8)
    assert interface.text(QAccessible.Text.Value) == "zéro\r\nun"


def test_other_widgets_keep_their_own(make_view: MakeView) -> None:
    factory = accessible_factory()
    assert factory("", QObject()) is None
    assert factory("", make_view("")) is None


def test_an_endless_line_is_cut(make_view: MakeView) -> None:
    assert len(caret_line(make_view("x" * 5000).code)) == 2000
