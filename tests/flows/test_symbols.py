"""Symbols of the folder, in the real window: found by their letters, gone to, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.pick_list import PickList
from copilot_desktop.ui.picker import PickerRow
from copilot_desktop.ui.quick_open import QuickOpen
from copilot_desktop.ui.search.panel import SearchPanel
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
FILES = {
    "shop/cart.py": "import os\n\n\nclass ShoppingCart:\n    @property\n    def total(self):\n        return 0\n",
    "shop/money.py": "def round_price(price):\n    return round(price, 2)\n",
    "shop/order.py": (
        "from shop.money import round_price\n\n\ndef order(price):\n    return round_price(price)\n    order.save()\n"
    ),
    "shop/store.py": (
        "class Disk:\n    def save(self):\n        pass\n\n\nclass Net:\n    def save(self):\n        pass\n"
    ),
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


def test_a_method_is_found_by_its_class(qtbot: QtBot, desktop: DesktopWindow) -> None:
    row = look_for(qtbot, desktop, "Net#sa", "save")
    assert row.detail == "Net"
    picker = quick(desktop).picker
    picker.field.setText("#Disk::sa")
    qtbot.waitUntil(lambda: [(row.title, row.detail) for row in picker.rows()][:1] == [("save", "Disk")])
    picker.field.setText("#ShoppingCart.")
    qtbot.waitUntil(lambda: [row.title for row in picker.rows()] == ["total"])


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


def follow(view: EditorView, line: int, column: int) -> None:
    view.go_to(line - 1, column)
    QTest.keyClick(view.code, Qt.Key.Key_F12)


def said(desktop: DesktopWindow) -> str:
    return desktop.window.status.text_of(StatusField.MESSAGE)


def offered(desktop: DesktopWindow) -> PickList | None:
    found = desktop.window.findChild(PickList, "pick.definition")
    return found if found is not None and found.isVisible() else None


def test_f12_goes_to_the_definition_and_alt_left_comes_back(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("shop/order.py")
    order = opened(qtbot, desktop, "shop/order.py")
    qtbot.waitUntil(order.code.hasFocus)
    follow(order, 5, len("    return round_pr"))
    money = opened(qtbot, desktop, "shop/money.py")
    qtbot.waitUntil(lambda: place(money) == (1, len("def ")))
    assert money.code.hasFocus()
    QTest.keyClick(money.code, Qt.Key.Key_Left, ALT)
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is order)
    assert place(order)[0] == 5
    # In the file itself, whose text has not been saved.
    order.go_to(0, 0)
    QTest.keyClick(order.code, Qt.Key.Key_Return)
    follow(order, 6, len("    return round_price(pri"))
    qtbot.waitUntil(lambda: place(order) == (5, len("def order(")))


def test_ctrl_click_follows_a_name_and_ctrl_underlines_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("shop/order.py")
    order = opened(qtbot, desktop, "shop/order.py")
    code = order.code
    at = code.positionFromLine(4) + len("    return round_pr")
    point = QPoint(code.pointXFromPosition(at), code.pointYFromPosition(at) + code.textHeight(4) // 2)
    plain = code.grab().toImage()
    move(order, point, CTRL)
    assert code.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    assert code.grab().toImage() != plain
    move(order, point, Qt.KeyboardModifier.NoModifier)
    assert code.viewport().cursor().shape() is Qt.CursorShape.IBeamCursor
    keyword = QPoint(code.pointXFromPosition(at - 9), point.y())
    move(order, keyword, CTRL)
    assert code.viewport().cursor().shape() is Qt.CursorShape.IBeamCursor
    QTest.mouseClick(code.viewport(), Qt.MouseButton.LeftButton, CTRL, point)
    money = opened(qtbot, desktop, "shop/money.py")
    qtbot.waitUntil(lambda: place(money) == (1, len("def ")))
    assert code.selections() == 1


def move(view: EditorView, point: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    viewport = view.code.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(viewport.mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        modifiers,
    )
    QApplication.sendEvent(viewport, event)


def test_several_definitions_are_offered_with_their_places(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("shop/order.py")
    order = opened(qtbot, desktop, "shop/order.py")
    follow(order, 6, len("    order.sa"))
    qtbot.waitUntil(lambda: offered(desktop) is not None)
    shown = offered(desktop)
    assert shown is not None
    rows = [(row.title, row.detail, row.icon) for row in shown.rows()]
    assert rows == [
        ("Disk.save", "shop/store.py:2", "square-function"),
        ("Net.save", "shop/store.py:7", "square-function"),
    ]
    QTest.keyClick(shown.field, Qt.Key.Key_Down)
    QTest.keyClick(shown.field, Qt.Key.Key_Return)
    store = opened(qtbot, desktop, "shop/store.py")
    qtbot.waitUntil(lambda: place(store) == (7, len("    def ")))


def test_what_has_no_definition_and_no_name_is_said(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("shop/money.py")
    money = opened(qtbot, desktop, "shop/money.py")
    follow(money, 2, len("    return rou"))
    qtbot.waitUntil(lambda: said(desktop) == "Nothing in the folder defines round.")
    follow(money, 2, 1)
    assert said(desktop) == "The caret is at no name."
    follow(money, 1, len("def round"))
    qtbot.waitUntil(lambda: said(desktop) == "round_price is defined here.")
    assert desktop.window.editors.current_view() is money


def search_of(desktop: DesktopWindow) -> SearchPanel:
    found = desktop.window.findChild(SearchPanel)
    assert found is not None
    return found


def roles(desktop: DesktopWindow) -> list[str]:
    """What a screen reader says of each line that is found."""
    listed = search_of(desktop).list
    said = [listed.found.index(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(len(listed.found.rows))]
    return [each for each in said if each.startswith("Line ")]


def test_references_are_found_with_what_they_are(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("shop/money.py")
    money = opened(qtbot, desktop, "shop/money.py")
    money.go_to(1, 0)
    QTest.keyClicks(money.code, "# as round_price does")
    QTest.keyClick(money.code, Qt.Key.Key_Return)
    money.go_to(0, len("def rou"))
    QTest.keyClick(money.code, Qt.Key.Key_F12, SHIFT)
    qtbot.waitUntil(lambda: desktop.window.findChild(SearchPanel) is not None)
    expected = [
        "Line 1, definition: def round_price(price):",
        "Line 2, comment: # as round_price does",
        "Line 1, import: from shop.money import round_price",
        "Line 5: return round_price(price)",
    ]
    qtbot.waitUntil(lambda: roles(desktop) == expected, timeout=10_000)
    panel = search_of(desktop)
    qtbot.waitUntil(panel.list.hasFocus)
    QTest.keyClick(panel.list, Qt.Key.Key_F4)
    QTest.keyClick(panel.list, Qt.Key.Key_F4)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    order = opened(qtbot, desktop, "shop/order.py")
    qtbot.waitUntil(lambda: order.selected_text() == "round_price")
    assert place(order)[0] == 1
    # What is typed into a file that was searched is looked at again.
    money.go_to(1, 0)
    QTest.keyClicks(money.code, "round_price = 3")
    QTest.keyClick(money.code, Qt.Key.Key_Return)
    expected[1:2] = ["Line 2, assignment: round_price = 3", "Line 3, comment: # as round_price does"]
    qtbot.waitUntil(lambda: roles(desktop) == expected, timeout=10_000)


def test_references_of_no_name_say_so(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("docs/plan.md")
    plan = opened(qtbot, desktop, "docs/plan.md")
    plan.go_to(0, 0)
    QTest.keyClick(plan.code, Qt.Key.Key_F12, SHIFT)
    assert said(desktop) == "The caret is at no name."
