"""Quick open by keys: files with recent ones first, lines, symbols, and back by Esc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.quick_open import QuickOpen
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import ANSWER, ask_with_the_first_lines, make_shop, shown_review
from tests.support.shop import opened as opened_in_shop

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
CODE = "".join(f"def step_{number}():\n    return {number}\n\n\n" for number in range(60))


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    root = tmp_path / "shop"
    for path, text in (
        ("src/basket.py", CODE),
        ("src/orders.py", CODE),
        ("docs/basket.md", "# Basket\n"),
        ("out/x.py", ""),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / ".gitignore").write_text("out/\n")
    with open_desktop(qtbot, root) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(QuickOpen) is not None)
        yield shown


def quick(desktop: DesktopWindow) -> QuickOpen:
    found = desktop.window.findChild(QuickOpen)
    assert found is not None
    return found


def titles(desktop: DesktopWindow) -> list[str]:
    return [f"{row.detail}/{row.title}".lstrip("/") for row in quick(desktop).picker.rows()]


def press(desktop: DesktopWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    picker = quick(desktop).picker
    QTest.keyClick(picker.field if picker.isVisible() else QApplication.focusWidget() or desktop.window, key, modifiers)


def open_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Once more: the picker was the active window."""
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow)
    press(desktop, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(quick(desktop).picker.isVisible)


def type_query(qtbot: QtBot, desktop: DesktopWindow, query: str, expected: list[str]) -> None:
    QTest.keyClicks(quick(desktop).picker.field, query)
    qtbot.waitUntil(lambda: titles(desktop)[: len(expected)] == expected, timeout=10_000)


def opened(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is desktop.window.editors.view_of(path))
    view = desktop.window.editors.view_of(path)
    assert view is not None
    return view


def line(view: EditorView) -> int:
    return view.code.lineFromPosition(view.code.currentPos()) + 1


def test_a_file_is_opened_by_letters_and_a_line(qtbot: QtBot, desktop: DesktopWindow) -> None:
    press(desktop, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: len(titles(desktop)) == 4, timeout=10_000)
    assert "out/x.py" not in titles(desktop)
    type_query(qtbot, desktop, "orders:33:9", ["src/orders.py"])
    press(desktop, Qt.Key.Key_Return)
    view = opened(qtbot, desktop, "src/orders.py")
    qtbot.waitUntil(lambda: line(view) == 33)
    assert view.caret().column == 8
    assert view.isAncestorOf(QApplication.focusWidget() or desktop.window)


def test_recent_files_come_first_so_that_enter_goes_back(qtbot: QtBot, desktop: DesktopWindow) -> None:
    for path in ("docs/basket.md", "src/orders.py"):
        desktop.documents.open(path)
        opened(qtbot, desktop, path)
    press(desktop, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: titles(desktop)[:2] == ["docs/basket.md", "src/orders.py"], timeout=10_000)
    press(desktop, Qt.Key.Key_Return)
    opened(qtbot, desktop, "docs/basket.md")
    press(desktop, Qt.Key.Key_P, CTRL)
    type_query(qtbot, desktop, "basket", ["docs/basket.md", "src/basket.py"])


def test_symbols_are_shown_while_they_are_looked_at_and_esc_goes_back(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("src/basket.py")
    view = opened(qtbot, desktop, "src/basket.py")
    press(desktop, Qt.Key.Key_O, CTRL | SHIFT)
    qtbot.waitUntil(lambda: len(titles(desktop)) == 60, timeout=10_000)
    assert line(view) == 1
    type_query(qtbot, desktop, "step_41", ["step_41"])
    qtbot.waitUntil(lambda: line(view) == 165)
    press(desktop, Qt.Key.Key_Escape)
    assert line(view) == 1
    press(desktop, Qt.Key.Key_O, CTRL | SHIFT)
    type_query(qtbot, desktop, "step_41", ["step_41"])
    press(desktop, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: line(view) == 165)  # the rows were those of before: Enter waits for the new ones
    assert view.text()[view.selection().start :].startswith("step_41")
    assert view.isAncestorOf(QApplication.focusWidget() or desktop.window)


def test_a_symbol_of_another_file(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("src/orders.py")
    opened(qtbot, desktop, "src/orders.py")
    press(desktop, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: len(titles(desktop)) == 4, timeout=10_000)
    type_query(qtbot, desktop, "basket.py@step_41", ["step_41"])
    press(desktop, Qt.Key.Key_Return)
    view = opened(qtbot, desktop, "src/basket.py")
    qtbot.waitUntil(lambda: line(view) == 165)
    press(desktop, Qt.Key.Key_P, CTRL)
    QTest.keyClicks(quick(desktop).picker.field, "basket.py@nowhere")
    qtbot.waitUntil(lambda: quick(desktop).picker.empty.text() == "No symbol matches “nowhere”.")


def test_enter_waits_for_the_answer_to_what_is_typed(qtbot: QtBot, desktop: DesktopWindow) -> None:
    press(desktop, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: len(titles(desktop)) == 4, timeout=10_000)
    type_query(qtbot, desktop, "basket.py", ["src/basket.py"])
    # The list still shows the file while its symbols are read.
    QTest.keyClicks(quick(desktop).picker.field, "@step_41")
    press(desktop, Qt.Key.Key_Return)
    view = opened(qtbot, desktop, "src/basket.py")
    qtbot.waitUntil(lambda: line(view) == 165)
    assert not quick(desktop).picker.isVisible()


def test_enter_before_the_files_are_listed_opens_the_one_that_is_meant(qtbot: QtBot, desktop: DesktopWindow) -> None:
    press(desktop, Qt.Key.Key_P, CTRL)
    QTest.keyClicks(quick(desktop).picker.field, "orders:33")
    press(desktop, Qt.Key.Key_Return)
    view = opened(qtbot, desktop, "src/orders.py")
    qtbot.waitUntil(lambda: line(view) == 33)


def test_enter_that_waits_is_dropped_by_esc_and_by_more_letters(qtbot: QtBot, desktop: DesktopWindow) -> None:
    for key, is_shown in ((Qt.Key.Key_Escape, False), (Qt.Key.Key_4, True)):
        open_it(qtbot, desktop)
        qtbot.waitUntil(lambda: len(titles(desktop)) == 4, timeout=10_000)
        QTest.keyClicks(quick(desktop).picker.field, "orders.py@step_")
        press(desktop, Qt.Key.Key_Return)
        press(desktop, key)
        qtbot.waitUntil(lambda: "step_4" in titles(desktop), timeout=10_000)
        assert quick(desktop).picker.isVisible() is is_shown
    assert desktop.window.editors.view_of("src/orders.py") is None


def test_a_line_of_the_active_file(qtbot: QtBot, desktop: DesktopWindow) -> None:
    press(desktop, Qt.Key.Key_P, CTRL)
    QTest.keyClicks(quick(desktop).picker.field, ":12")
    assert quick(desktop).picker.empty.text() == "No file is open to go to a line of."
    press(desktop, Qt.Key.Key_Escape)
    desktop.documents.open("src/basket.py")
    view = opened(qtbot, desktop, "src/basket.py")
    open_it(qtbot, desktop)
    type_query(qtbot, desktop, ":12", ["Go to line 12"])
    press(desktop, Qt.Key.Key_Return)
    assert line(view) == 12
    open_it(qtbot, desktop)
    type_query(qtbot, desktop, ":13:5", ["Go to line 13, column 5"])
    press(desktop, Qt.Key.Key_Return)
    assert (line(view), view.caret().column) == (13, 4)
    open_it(qtbot, desktop)
    type_query(qtbot, desktop, ":13:500", ["Go to line 13, column 500"])
    press(desktop, Qt.Key.Key_Return)
    assert (line(view), view.caret().column) == (13, len("def step_3():"))


def test_new_files_are_found_and_nothing_found_says_so(qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path) -> None:
    press(desktop, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: len(titles(desktop)) == 4, timeout=10_000)
    QTest.keyClicks(quick(desktop).picker.field, "fresh")
    qtbot.waitUntil(lambda: quick(desktop).picker.empty.text() == "No file of the folder matches “fresh”.")
    press(desktop, Qt.Key.Key_Escape)
    changes: list[object] = []
    desktop.workspace.changed.connect(changes.append)
    (tmp_path / "shop" / "fresh.py").write_text("x = 1\n")
    qtbot.waitUntil(lambda: bool(changes))
    press(desktop, Qt.Key.Key_P, CTRL)
    type_query(qtbot, desktop, "fresh", ["fresh.py"])


def test_with_a_folder_and_no_tab_its_files_are_offered_first(qtbot: QtBot, desktop: DesktopWindow) -> None:
    buttons = {each.objectName(): each for each in desktop.window.findChildren(QPushButton)}
    go_to_file, another = buttons["welcome.go_to_file"], buttons["welcome.open_folder"]
    qtbot.waitUntil(go_to_file.isVisible)
    assert (go_to_file.property("primary"), another.property("primary")) == (True, False)
    assert another.text() == "Open another folder…"
    QTest.mouseClick(go_to_file, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(quick(desktop).picker.isVisible)
    qtbot.waitUntil(lambda: "src/basket.py" in titles(desktop))


def test_with_the_folder_gone_it_opens_all_the_same_and_finds_what_is_open(
    qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path
) -> None:
    desktop.documents.open("src/basket.py")
    first = opened(qtbot, desktop, "src/basket.py")
    desktop.documents.open("src/orders.py")
    opened(qtbot, desktop, "src/orders.py")
    (tmp_path / "shop").rename(tmp_path / "market")
    qtbot.waitUntil(lambda: desktop.workspace.is_gone)
    open_it(qtbot, desktop)
    qtbot.waitUntil(lambda: titles(desktop) == ["src/basket.py", "src/orders.py"], timeout=10_000)
    type_query(qtbot, desktop, "zzz", [])
    picker = quick(desktop).picker
    qtbot.waitUntil(lambda: picker.empty.text() == "The folder shop is gone, and no open file matches “zzz”.")
    picker.field.clear()
    type_query(qtbot, desktop, "bask", ["src/basket.py"])
    press(desktop, Qt.Key.Key_Return)
    assert opened(qtbot, desktop, "src/basket.py") is first


@pytest.mark.usefixtures("looks_often")
def test_letters_for_the_list_of_files_decide_nothing_in_the_review(
    qtbot: QtBot, server: OpenAIServer, tmp_path: Path
) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, desktop, opened_in_shop(qtbot, desktop))
        review = shown_review(qtbot, desktop)
        folder.rename(tmp_path / "market")
        qtbot.waitUntil(lambda: desktop.workspace.is_gone)
        QTest.keyClick(review.diff, Qt.Key.Key_P, CTRL)
        for letter in "raAuRj":
            QTest.keyClicks(QApplication.focusWidget() or review.diff, letter)
        assert quick(desktop).picker.field.text() == "raAuRj"
        assert desktop.window.status.text_of(StatusField.TO_REVIEW) == "1 to review"
