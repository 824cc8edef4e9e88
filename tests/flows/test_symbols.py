"""Symbols of the folder, in the real window: found by their letters, gone to, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.picker import PickerRow
from copilot_desktop.ui.quick_open import QuickOpen
from tests.support.desktop import open_desktop

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
FILES = {
    "shop/cart.py": "import os\n\n\nclass ShoppingCart:\n    @property\n    def total(self):\n        return 0\n",
    "shop/money.py": "def round_price(price):\n    return round(price, 2)\n",
    "docs/plan.md": "# Rounding\n",
    "private.py": "def round_secretly():\n    pass\n",
    ".copilotignore": "private.py\n",
}


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    root = tmp_path / "shop"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    with open_desktop(qtbot, root) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(QuickOpen) is not None)
        yield shown


def quick(desktop: DesktopWindow) -> QuickOpen:
    found = desktop.window.findChild(QuickOpen)
    assert found is not None
    return found


def look_for(qtbot: QtBot, desktop: DesktopWindow, letters: str, expected: str) -> PickerRow:
    """The row of that title, once it is the first."""
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow)
    QTest.keyClick(QApplication.focusWidget() or desktop.window, Qt.Key.Key_T, CTRL)
    picker = quick(desktop).picker
    qtbot.waitUntil(picker.isVisible)
    QTest.keyClicks(picker.field, letters)
    qtbot.waitUntil(lambda: [row.title for row in picker.rows()][:1] == [expected], timeout=20_000)
    return picker.rows()[0]


def opened(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is view)
    return view


def place(view: EditorView) -> tuple[int, int]:
    caret = view.caret()
    return caret.line + 1, caret.column


def test_a_symbol_of_the_folder_is_gone_to_and_back(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("shop/money.py")
    money = opened(qtbot, desktop, "shop/money.py")
    qtbot.waitUntil(money.code.hasFocus)
    row = look_for(qtbot, desktop, "shopcart", "ShoppingCart")
    assert (row.hint, row.icon) == ("shop/cart.py:4", "box")
    QTest.keyClick(quick(desktop).picker.field, Qt.Key.Key_Return)
    cart = opened(qtbot, desktop, "shop/cart.py")
    qtbot.waitUntil(lambda: place(cart) == (4, len("class ")))
    assert cart.code.hasFocus()
    QTest.keyClick(cart.code, Qt.Key.Key_Left, ALT)
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is money)
    QTest.keyClick(money.code, Qt.Key.Key_Right, ALT)
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is cart)
    assert place(cart) == (4, len("class "))


def test_a_method_is_found_below_its_decorator_with_what_it_stands_in(qtbot: QtBot, desktop: DesktopWindow) -> None:
    row = look_for(qtbot, desktop, "tot", "total")
    assert (row.detail, row.hint, row.positions) == ("ShoppingCart", "shop/cart.py:5", (0, 1, 2))
    QTest.keyClick(quick(desktop).picker.field, Qt.Key.Key_Return)
    cart = opened(qtbot, desktop, "shop/cart.py")
    qtbot.waitUntil(lambda: place(cart) == (6, len("    def ")))


def test_what_is_typed_and_not_saved_is_found_where_it_stands_now(qtbot: QtBot, desktop: DesktopWindow) -> None:
    look_for(qtbot, desktop, "round_pr", "round_price")
    QTest.keyClick(quick(desktop).picker.field, Qt.Key.Key_Escape)
    desktop.documents.open("shop/money.py")
    money = opened(qtbot, desktop, "shop/money.py")
    money.go_to(0, 0)
    QTest.keyClicks(money.code, "def freshly_typed(): pass")
    QTest.keyClick(money.code, Qt.Key.Key_Return)
    QTest.keyClick(money.code, Qt.Key.Key_Return)
    row = look_for(qtbot, desktop, "freshly", "freshly_typed")
    assert row.hint == "shop/money.py:1"
    QTest.keyClick(quick(desktop).picker.field, Qt.Key.Key_Escape)
    row = look_for(qtbot, desktop, "round_pr", "round_price")
    assert row.hint == "shop/money.py:3"
    assert len(quick(desktop).picker.rows()) == 1


def test_nothing_found_and_nothing_typed_say_so(qtbot: QtBot, desktop: DesktopWindow) -> None:
    look_for(qtbot, desktop, "round_price", "round_price")
    picker = quick(desktop).picker
    QTest.keyClicks(picker.field, "zzz")
    said = "No symbol of the folder matches “round_pricezzz”."
    qtbot.waitUntil(lambda: picker.empty.text() == said and not picker.rows())
    picker.field.setText("#")
    assert picker.empty.text() == "Type some letters of a function’s, class’s or method’s name."
    picker.field.setText("#Rounding")
    qtbot.waitUntil(lambda: picker.empty.text() == "No symbol of the folder matches “Rounding”.")
