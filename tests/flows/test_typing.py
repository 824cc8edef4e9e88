"""Typing and the clipboard in the real window: pairs, new lines, input methods, many carets. `|` is a caret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.editor_page import EditorPage
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import opened_in_front
from tests.support.typing_keys import drawn, press, put


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    for name in ("a.py", "a.rs", "a.js"):
        (tmp_path / name).write_text("x\n")
    with open_desktop(qtbot, tmp_path) as shown:
        yield shown


@pytest.fixture
def view(qtbot: QtBot, desktop: DesktopWindow) -> EditorView:
    return opened_in_front(qtbot, desktop, "a.py")


def typed(view: EditorView, before: str, keys: str) -> str:
    """What the text is after these letters; `<` is Backspace and a line break is Enter."""
    put(view, before)
    special = {"<": Qt.Key.Key_Backspace, "\n": Qt.Key.Key_Return}
    for letter in keys:
        if letter in special:
            QTest.keyClick(view.code, special[letter])
        else:
            QTest.keyClicks(view.code, letter)
    return drawn(view)


TYPED = (
    ("f|\n", "(", "f(|)\n"),
    ("f|\n", "(a)", "f(a)|\n"),
    ("f|\n", "(<", "f|\n"),
    ("f(|)\n", "<", "f|)\n"),  # not put in by itself: its own business
    ("f(|)\n", ")", "f()|)\n"),
    ("|name\n", "(", "(|name\n"),
    ("x = |\n", "'a'", "x = 'a'|\n"),
    ("x = f|\n", '"', 'x = f"|"\n'),
    ("don|\n", "'", "don'|\n"),
    ("# it |\n", '"', '# it "|\n'),
    ('x = "it |"\n', "'", "x = \"it '|\"\n"),
    ("|\n", '"""', '"""|\n'),
    ("[a|, [b|\n", "(", "([a|), ([b|)\n"),
    ("|a]\n", '"', '"|a]"\n'),
    ("f|\ng|\n", "[1]", "f[1]|\ng[1]|\n"),
    ("f|\ng|\n", "([<<", "f|\ng|\n"),
    ("f(|\n", "\n", "f(\n    |\n"),
    ("f|\n", "(\n", "f(\n    |\n)\n"),
    ("if a:|\n    b:|\n", "\nc", "if a:\n    c|\n    b:\n        c|\n"),
    ("    a|   b\n", "\n", "    a\n    |b\n"),
    ("    f(\n        |\n", "]", "    f(\n        ]|\n"),
    ("    f(\n        |\n", ")", "    f(\n    )|\n"),
)  # fmt: skip
"""The text before, the keys, and the text after."""


def test_what_typing_makes(view: EditorView) -> None:
    made = [(before, keys, typed(view, before, keys)) for before, keys, _after in TYPED]
    assert made == list(TYPED)


def test_languages_have_their_own_quotes_and_settings_turn_pairs_off(
    qtbot: QtBot, desktop: DesktopWindow, view: EditorView
) -> None:
    rust = opened_in_front(qtbot, desktop, "a.rs")
    assert typed(rust, "&|\n", "'a") == "&'a|\n"
    script = opened_in_front(qtbot, desktop, "a.js")
    assert typed(script, "x = |\n", "`") == "x = `|`\n"
    desktop.follow_settings(EditorPage(close_brackets=False, surround_selection=False))
    assert typed(script, "f|\n", "(") == "f(|\n"
    assert typed(script, "[a|\n", "(") == "(|\n"


def test_a_sign_is_ordinary_again_once_the_caret_has_left_its_line(qtbot: QtBot, view: EditorView) -> None:
    assert typed(view, "|\nb\n", "(") == "(|)\nb\n"
    press(view.code, "Down")
    qtbot.waitUntil(lambda: not view.code.indicatorValueAt(20, 1))
    view.select(1, 1)
    QTest.keyClicks(view.code, ")")
    assert drawn(view) == "()|)\nb\n"


def test_home_goes_to_the_text_and_then_to_the_start(view: EditorView) -> None:
    for before, keys, after in (
        ("    ab|c\n", "Home", "    |abc\n"),
        ("    |abc\n", "Home", "|    abc\n"),
        ("|    abc\n", "Home", "    |abc\n"),
        ("    ab|c\n", "Shift+Home", "    |ab]c\n"),
        ("  a|bc\n", "End", "  abc|\n"),
    ):
        put(view, before)
        press(view.code, keys)
        assert drawn(view) == after


def test_several_carets_copy_and_paste_a_piece_each(view: EditorView) -> None:
    put(view, "[one| [two|\n")
    press(view.code, "Ctrl+C")
    assert QGuiApplication.clipboard().text() == "one\ntwo"
    put(view, "a|\nb|\n")
    press(view.code, "Ctrl+V")
    assert drawn(view) == "aone|\nbtwo|\n"
    put(view, "a|\n")
    press(view.code, "Ctrl+V")
    assert drawn(view) == "aone\ntwo|\n"
    QGuiApplication.clipboard().setText("x\r\ny\r\n")  # another program's
    put(view, "a|\nb|\n")
    press(view.code, "Shift+Ins")
    assert drawn(view) == "ax|\nby|\n"
    put(view, "a|\r\nb|\r\nc|\r\n")
    press(view.code, "Ctrl+V")
    assert view.text() == "ax\r\ny\r\n\r\nbx\r\ny\r\n\r\ncx\r\ny\r\n\r\n"
    view.commands.undo()
    assert view.text() == "a\r\nb\r\nc\r\n"


def test_carets_alone_copy_and_cut_their_lines(view: EditorView) -> None:
    put(view, "one\nt|wo")
    press(view.code, "Ctrl+C")
    put(view, "ab|c\n")
    press(view.code, "Ctrl+V")
    assert drawn(view) == "two\nab|c\n"
    put(view, "one\nt|wo\nthree\n")
    press(view.code, "Ctrl+X")
    assert view.text() == "one\nthree\n"
    assert QGuiApplication.clipboard().text() == "two\n"


def test_a_rectangle_is_pasted_as_one(view: EditorView) -> None:
    put(view, "a|bc\nabc\n")
    press(view.code, "Ctrl+Shift+Alt+Down")
    press(view.code, "Ctrl+Shift+Alt+Right")
    press(view.code, "Ctrl+X")
    assert view.text() == "ac\nac\n"
    view.select(0, 0)
    press(view.code, "Ctrl+V")
    assert view.text() == "bac\nbac\n"


def test_a_picture_in_the_clipboard_is_no_text(view: EditorView) -> None:
    QGuiApplication.clipboard().setImage(view.grab().toImage())
    put(view, "a|\n")
    press(view.code, "Ctrl+V")
    assert drawn(view) == "a|\n"


def test_input_methods_compose_at_the_caret(view: EditorView) -> None:
    put(view, "ab|\n")
    code = view.code
    before = QRect(code.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle))
    assert abs(before.left() - code.pointXFromPosition(2)) <= 2
    assert before.height() == code.textHeight(0)
    QApplication.sendEvent(code, QInputMethodEvent("ni", []))
    assert view.text() == "abni\n"
    event = QInputMethodEvent("", [])
    event.setCommitString("你")
    QApplication.sendEvent(code, event)
    assert drawn(view) == "ab你|\n"
    view.commands.undo()
    assert view.text() == "ab\n"


def test_dead_keys_write_pairs_too(view: EditorView) -> None:
    put(view, "x = |\n")
    QApplication.sendEvent(view.code, QInputMethodEvent("´", []))
    event = QInputMethodEvent("", [])
    event.setCommitString("'")
    QApplication.sendEvent(view.code, event)
    assert drawn(view) == "x = '|'\n"
    event = QInputMethodEvent("", [])
    event.setCommitString("é")
    QApplication.sendEvent(view.code, event)
    assert drawn(view) == "x = 'é|'\n"
