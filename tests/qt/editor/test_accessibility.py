"""What screen readers are told of the editor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


PROGRAM = """
import gc, os
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible
from copilot_desktop.app.program import make_application
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.ui.theme.theme import editor_theme
from copilot_desktop.ui.theme.tokens import DARK

app = make_application([])
QAccessible.setActive(True)
for number in range(30):
    view = EditorView(DocumentId(str(number)), "a.py", editor_theme(DARK))
    view.load(f"line {number}")
    view.show()
    told = QAccessible.queryAccessibleInterface(view.code).text(QAccessible.Text.Value)
    assert told == f"line {number}", told
    view.deleteLater()
    del view
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    app.processEvents()
    gc.collect()
print("ended well")
"""


def test_the_program_tells_screen_readers_and_outlives_its_editors(private_home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "ended well", done.stderr
    assert done.returncode == 0
