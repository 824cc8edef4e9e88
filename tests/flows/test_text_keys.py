"""Editing by keys in the real window: many carets, whole lines, comments. `|` is a caret, `[…|` a selection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.languages import languages
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.indentation import Indentation
from copilot_desktop.ui.command_palette import CommandPalette
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.typing_keys import drawn, press, put


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    (tmp_path / "a.py").write_text("x\n")
    (tmp_path / "a.yml").write_text("x: 1\n")
    (tmp_path / "a.css").write_text("x\n")
    with open_desktop(qtbot, tmp_path) as shown:
        yield shown


@pytest.fixture
def view(qtbot: QtBot, desktop: DesktopWindow) -> EditorView:
    return opened(qtbot, desktop, "a.py")


def opened(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    found = desktop.window.editors.view_of(path)
    assert found is not None
    desktop.window.activateWindow()
    found.setFocus()
    return found


def check(view: EditorView, cases: tuple[tuple[str, str, str], ...]) -> None:
    """Each case: the text before, the keys, the text after; every change is one step to undo."""
    for before, keys, after in cases:
        put(view, before)
        text = view.text()
        for stroke in keys.split(" then "):
            press(view.code, stroke)
        assert drawn(view) == after, f"{keys} on {before!r}"
        if view.text() != text and " then " not in keys:
            view.commands.undo()
            assert drawn(view) == before, f"undoing {keys} on {before!r}"


def test_lines_are_moved_copied_and_deleted(view: EditorView) -> None:
    check(
        view,
        (
            ("one\ntw|o\nthree\n", "Alt+Up", "tw|o\none\nthree\n"),
            ("one\ntw|o\nthree\n", "Alt+Down", "one\nthree\ntw|o\n"),
            ("one\nt|wo", "Alt+Up", "t|wo\none"),
            ("o|ne\ntwo", "Alt+Down", "two\no|ne"),
            ("o|ne\ntwo\n", "Alt+Up", "o|ne\ntwo\n"),
            ("one\n[two\n|three\nfour\n", "Alt+Down", "one\nthree\n[two\n|four\n"),
            ("a\nb|\nc\nd|\ne\n", "Alt+Up", "b|\na\nd|\nc\ne\n"),
            ("a\nb|\nc|\nd\n", "Alt+Down", "a\nd\nb|\nc|\n"),
            ("a\r\nb|\r\n", "Alt+Up", "b|\r\na\r\n"),
            ("o|ne\ntwo\n", "Shift+Alt+Down", "one\no|ne\ntwo\n"),
            ("o|ne\ntwo\n", "Shift+Alt+Up", "o|ne\none\ntwo\n"),
            ("one\nt|wo", "Shift+Alt+Down", "one\ntwo\nt|wo"),
            ("one\nt|wo", "Shift+Alt+Up", "one\nt|wo\ntwo"),
            ("a|\nb|\n", "Shift+Alt+Down", "a\na|\nb\nb|\n"),
            ("one\ntw|o\nthree\n", "Ctrl+Shift+K", "one\nth|ree\n"),
            ("one\ntw|o", "Ctrl+Shift+K", "on|e"),
            ("on|e", "Ctrl+Shift+K", "|"),
            ("a\n[b\nc|\nd\n", "Ctrl+Shift+K", "a\nd|\n"),
            ("a|\nb\nc|\nd\n", "Ctrl+Shift+K", "b|\nd|\n"),
        ),
    )


def test_lines_are_joined_begun_and_indented(view: EditorView) -> None:
    check(
        view,
        (
            ("one|\n    two\n", "Ctrl+J", "one| two\n"),
            ("[one  \n  two\n\nthree|\n", "Ctrl+J", "[one two three|\n"),
            ("last|", "Ctrl+J", "last|"),
            ("    o|ne\ntwo\n", "Ctrl+Return", "    one\n    |\ntwo\n"),
            ("    o|ne\ntwo\n", "Ctrl+Shift+Return", "    |\n    one\ntwo\n"),
            ("a|\nb|\n", "Ctrl+Return", "a\n|\nb\n|\n"),
            ("a|b\n", "Ctrl+]", "    a|b\n"),
            ("    [a\nb|\n", "Ctrl+]", "        [a\n    b|\n"),
            ("[a\n\nb\n|", "Ctrl+]", "[    a\n\n    b\n|"),
            ("if a:\n    b\nif c:\n    d\n      e|\n", "Ctrl+[", "if a:\n    b\nif c:\n    d\n    e|\n"),
            ("a|\n    b|\n", "Ctrl+[", "a|\nb|\n"),
        ),
    )


def test_enter_takes_back_the_blanks_that_enter_put_in(view: EditorView) -> None:
    check(
        view,
        (
            ("    a|\n", "Return then Return", "    a\n\n    |\n"),
            ("    a|\n", "Return then Return then Return", "    a\n\n\n    |\n"),
            ("if a:|\nb\n", "Return then Return", "if a:\n\n    |\nb\n"),
            ("  f(|)\n", "Return then Return", "  f(\n\n    |\n  )\n"),
            ("    a|\n  b|\n", "Return then Return", "    a\n\n    |\n  b\n\n  |\n"),
            ("    a|\r\n", "Return then Return", "    a\r\n\r\n    |\r\n"),
            ("    a|\n", "Return then Up then Down then Return", "    a\n\n    |\n"),
        ),
    )
    put(view, "    a|\n")
    press(view.code, "Return")
    press(view.code, "Return")
    view.commands.undo()
    assert drawn(view) == "    a\n    |\n"  # one step took the blanks and made the line
    press(view.code, "Return")
    assert drawn(view) == "    a\n    \n    |\n"  # what came back is not Enter's any more


def test_enter_leaves_blanks_that_were_typed_or_stood_there(view: EditorView) -> None:
    check(
        view,
        (
            ("    |\n", "Return", "    \n    |\n"),
            ("    |\n", "Return then Return", "    \n\n    |\n"),
            ("    a|\n", "Return then Space then Return", "    a\n     \n     |\n"),
            ("    a|\n", "Return then Space then Backspace then Return", "    a\n    \n    |\n"),
            ("    a|\n", "Return then Left then Return", "    a\n   \n   |\n"),
        ),
    )


def test_tab_goes_to_the_next_level_and_shift_tab_takes_one_away(
    qtbot: QtBot, desktop: DesktopWindow, view: EditorView
) -> None:
    check(
        view,
        (
            ("a|\nb|\n", "Tab", "a   |\nb   |\n"),
            ("    ab|c\n", "Shift+Tab", "ab|c\n"),
            ("    a|\n        b|\n", "Shift+Tab", "a|\n    b|\n"),
            ("|a\n", "Tab", "    |a\n"),
            ("[a\nb|\n", "Tab", "[    a\n    b|\n"),
        ),
    )
    view.indent_as(Indentation(is_tabs=False, columns=2))
    check(view, (("a|\n", "Tab", "a |\n"), ("ab|\n", "Tab", "ab  |\n"), ("[a|b\n", "Tab", "  |b\n")))
    style = opened(qtbot, desktop, "a.yml")
    check(style, (("b:|\n", "Return", "b:\n  |\n"),))


def test_carets_are_added_and_dropped(view: EditorView) -> None:
    check(
        view,
        (
            ("f|oo foo food\nfoo\n", "Ctrl+D", "[foo| foo food\nfoo\n"),
            ("f|oo foo food\nfoo\n", "Ctrl+D then Ctrl+D then Ctrl+D", "[foo| [foo| food\n[foo|\n"),
            ("[foo| foo food\n", "Ctrl+D then Ctrl+D", "[foo| [foo| [foo|d\n"),
            ("x f|oo foo Foo foo\n", "Ctrl+D then Ctrl+K, Ctrl+D then Ctrl+D", "x foo [foo| Foo [foo|\n"),
            ("f|oo foo food\n", "Ctrl+Shift+L then X", "x| x| food\n"),
            ("f|oo foo\n", "Ctrl+D then Ctrl+D then Ctrl+U", "[foo| foo\n"),
            ("f|oo foo\n", "Ctrl+D then Ctrl+D then Esc", "foo [foo|\n"),
            ("abcd|\nab\nabcd\n", "Ctrl+Alt+Down then Ctrl+Alt+Down", "abcd|\nab|\nabcd|\n"),
            ("ab\na|b\n", "Ctrl+Alt+Up then X", "ax|b\nax|b\n"),
            ("[ab\ncd|\n", "Shift+Alt+I then X", "abx|\ncdx|\n"),
            ("a|bc\nabc\n", "Ctrl+Shift+Alt+Down then Ctrl+Shift+Alt+Right then X", "ax|c\nax|c\n"),
            ("a|bc\nabc\n", "Shift+Alt+Right then Ctrl+Shift+Alt+Down then Del", "a|c\na|c\n"),
        ),
    )


def test_the_status_bar_counts_carets(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    put(view, "f|oo foo\nfoo\n")
    press(view.code, "Ctrl+Shift+L")
    qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.CARET) == "Ln 1, Col 4 (3 carets)")


def test_alt_and_the_mouse_select_columns_and_add_carets(view: EditorView) -> None:
    put(view, "|abcd\nabcd\nabcd\n")
    code, left, alt = view.code, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier

    def point(position: int) -> QPoint:
        return QPoint(code.pointXFromPosition(position), code.pointYFromPosition(position) + 4)

    QTest.mouseClick(code.viewport(), left, alt, point(7))
    assert drawn(view) == "|abcd\nab|cd\nabcd\n"
    press(code, "Esc")
    QTest.mouseClick(code.viewport(), left, Qt.KeyboardModifier.NoModifier, point(1))
    both = alt | Qt.KeyboardModifier.ShiftModifier
    QTest.mousePress(code.viewport(), left, both, point(7))
    QTest.mouseMove(code.viewport(), point(13))
    QTest.mouseRelease(code.viewport(), left, both, point(13))
    assert drawn(view) == "a[bc|d\na[bc|d\na[bc|d\n"


def test_comments_are_toggled(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    check(
        view,
        (
            ("if a:\n    [b\n\n      c|\n", "Ctrl+/", "if a:\n    # [b\n\n    #   c|\n"),
            ("    # [b\n\n    #   c|\n", "Ctrl+/", "    [b\n\n      c|\n"),
            ("[# a\nb|\n", "Ctrl+/", "# [# a\n# b|\n"),
            ("a|\nb\nc|\n", "Ctrl+/", "# a|\nb\n# c|\n"),
            ("|\n", "Ctrl+/", "# |\n"),
            ("a|\n", "Shift+Alt+A", "# a|\n"),
        ),
    )
    check(
        opened(qtbot, desktop, "a.css"),
        (
            ("  a|: b;\n", "Ctrl+/", "  /* a|: b; */\n"),
            ("  /* a|: b; */\n", "Ctrl+/", "  a|: b;\n"),
            ("x [a b| y\n", "Shift+Alt+A", "x /* [a b| */ y\n"),
            ("x |a b] y\n", "Shift+Alt+A", "x /* |a b] */ y\n"),
            ("x /* [a b| */ y\n", "Shift+Alt+A", "x [a b| y\n"),
            ("x /* a| b */ y\n", "Shift+Alt+A", "x a| b y\n"),
            ("x | y\n", "Shift+Alt+A", "x /* | */ y\n"),
            ("[/* a */| b [c|\n", "Shift+Alt+A", "[a| b /* [c| */\n"),
        ),
    )


@pytest.mark.parametrize("kind", ["edit.comment", "edit.block_comment"])
def test_every_language_has_comments(desktop: DesktopWindow, view: EditorView, kind: str) -> None:
    for language in languages():
        put(view, "  word|\n")
        view.set_language(language)
        assert desktop.window.commands.run(kind)
        assert view.text() != "  word\n", language.name
        assert "word" in view.text(), language.name
        assert desktop.window.commands.run(kind)
        assert drawn(view) == "  word|\n", language.name


def test_lines_are_sorted_and_letters_turned_from_the_palette(desktop: DesktopWindow, view: EditorView) -> None:
    commands = desktop.window.commands
    put(view, "[b\nA\nc\na|\nz\n")
    desktop.window.commands.run("view.palette")
    palette = desktop.window.findChild(CommandPalette)
    assert palette is not None
    field = palette.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "sort lines")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert view.text() == "A\na\nb\nc\nz\n"
    commands.run("lines.sort_descending")
    put(view, "b\r\na\r\nb|")
    commands.run("lines.unique")
    assert view.text() == "b\r\na"
    put(view, "straße [x y| o'neill|\n")
    commands.run("text.upper")
    assert drawn(view) == "straße [X Y| O'NEILL|\n".replace("O'NEILL", "o'NEILL")
    put(view, "[the QUICK o'neill|\n")
    commands.run("text.title")
    assert drawn(view) == "[The Quick O'neill|\n"
    put(view, "|ÄB] CD|\n")
    commands.run("text.lower")
    assert drawn(view) == "|äb] cd|\n"


def test_keys_of_the_text_leave_other_fields_alone(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    put(view, "one\ntwo|\n")
    desktop.window.commands.run("edit.find")
    field = desktop.window.focusWidget()
    assert field is not None
    assert field.objectName() == "find_bar.find"
    press(field, "Ctrl+Shift+K")
    press(field, "Alt+Up")
    assert view.text() == "one\ntwo\n"


def test_a_rectangle_takes_enter_and_signs(view: EditorView) -> None:
    put(view, "a|bc\nabc\n")
    press(view.code, "Ctrl+Shift+Alt+Down")
    press(view.code, "Return")
    assert drawn(view) == "a\n|bc\na\n|bc\n"
    put(view, "a|bc\nabc\n")
    press(view.code, "Ctrl+Shift+Alt+Down")
    press(view.code, "Ctrl+Shift+Alt+Right")
    QTest.keyClicks(view.code, "(")
    assert drawn(view) == "a([b|)c\na([b|)c\n"
