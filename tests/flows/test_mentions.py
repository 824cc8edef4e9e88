"""`@` in the prompt, in the real window: files, folders, symbols and the selection become chips, by keys and mouse."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.index_in_window import index_of
from copilot_desktop.bridge.context import symbol_chips
from copilot_desktop.bridge.context.index import IndexController
from copilot_desktop.context.index import symbols
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.mention_list import MentionList
from copilot_desktop.ui.quick_open import QuickOpen
from copilot_desktop.workspace import file_list
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import BASKET, opened, panel_of

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    for path, text in {
        "src/cart.py": "import os\n\n\nclass ShoppingCart:\n    def add_item(self, item):\n        return item\n",
        "src/money.py": "def round_price(price):\n    return round(price, 2)\n",
        "docs/plan.md": "# Plan\n",
        ".env": "PASSWORD=planted\n",
        "private.sql": "select 1;\n",
        ".copilotignore": "*.sql\n",
    }.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    with open_desktop(qtbot, folder) as shown:
        panel_of(qtbot, shown).composer.focus_prompt()
        qtbot.waitUntil(shown.window.isActiveWindow)
        yield shown


def type_in(panel: ChatPanel, text: str) -> None:
    QTest.keyClicks(panel.composer.prompt, text)


def press(panel: ChatPanel, key: Qt.Key) -> None:
    QTest.keyClick(panel.composer.prompt, key)


def shown_list(desktop: DesktopWindow) -> MentionList:
    (found,) = desktop.window.findChildren(MentionList)
    return found


def offered(desktop: DesktopWindow) -> list[str]:
    lists = [each for each in desktop.window.findChildren(MentionList) if each.isVisible()]
    return [row.title for each in lists for row in each.rows()]


def chips(panel: ChatPanel) -> list[str]:
    return [view.chip.label for view in panel.composer.chips.views]


def counted(panel: ChatPanel) -> list[str]:
    """Those that are read and counted; what was chosen is shown before."""
    return [view.chip.label for view in panel.composer.chips.views if view.chip.tokens is not None]


def test_a_file_is_named_by_a_few_letters(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "look at @mon")
    qtbot.waitUntil(lambda: "money.py" in offered(desktop))
    assert panel.composer.prompt.hasFocus()
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chips(panel) == ["money.py"])
    assert panel.composer.prompt.toPlainText() == "look at money.py "
    assert offered(desktop) == []
    type_in(panel, "please")
    qtbot.waitUntil(lambda: all(view.chip.tokens is not None for view in panel.composer.chips.views))
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(server.requests))
    assert "look at money.py please" in server.requests[-1].prompt
    assert "round_price" in server.requests[-1].prompt


def test_a_symbol_brings_its_lines(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@shopp")
    qtbot.waitUntil(lambda: "ShoppingCart" in offered(desktop))
    row = next(row for row in shown_list(desktop).rows() if row.title == "ShoppingCart")
    assert row.hint == "class"
    assert row.detail == "src/cart.py:4"
    while (current := shown_list(desktop).row()) is not None and current.title != "ShoppingCart":
        press(panel, Qt.Key.Key_Down)
    press(panel, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: counted(panel) == ["cart.py:4–6"])
    assert panel.composer.chips.views[0].chip.text.startswith("class ShoppingCart:\n")


def test_a_symbol_that_has_moved_in_its_tab_is_taken_from_there(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    view = opened(qtbot, desktop, "src/money.py")
    view.go_to(0, 0)
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    panel.composer.focus_prompt()
    type_in(panel, "@round_p")
    qtbot.waitUntil(lambda: "round_price" in offered(desktop))
    while (current := shown_list(desktop).row()) is not None and current.title != "round_price":
        press(panel, Qt.Key.Key_Down)
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chips(panel) == ["money.py:3–4"])


def test_a_new_symbol_is_known_while_one_types_on(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@zzz")
    qtbot.waitUntil(lambda: shown_list(desktop).isVisible())
    (folder / "late.py").write_text("def zzz_newest():\n    pass\n", encoding="utf-8")

    def is_found() -> bool:
        press(panel, Qt.Key.Key_Backspace)
        type_in(panel, "z")
        qtbot.wait(200)
        return "zzz_newest" in offered(desktop)

    qtbot.waitUntil(is_found)


def test_a_folder_brings_its_files(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@src")
    qtbot.waitUntil(lambda: "src/" in offered(desktop))
    list_ = shown_list(desktop)
    number = [row.title for row in list_.rows()].index("src/")
    place = list_.list.visualRect(list_.list.model().index(number, 0)).center()
    QTest.mouseClick(list_.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: chips(panel) == ["cart.py", "money.py"])
    assert panel.composer.prompt.toPlainText() == "src/ "
    assert panel.composer.prompt.hasFocus()


def test_a_large_folder_is_refused_with_its_count(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    panel = panel_of(qtbot, desktop)
    (folder / "many").mkdir()
    for number in range(30):
        (folder / "many" / f"m{number}.txt").write_text("x\n")
    type_in(panel, "@many")
    qtbot.waitUntil(lambda: "many/" in offered(desktop))
    while (current := shown_list(desktop).row()) is not None and current.title != "many/":
        press(panel, Qt.Key.Key_Down)
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "many has 30 files" in panel.composer.notice.toPlainText())
    assert chips(panel) == []


def test_the_selection_and_the_file_in_front_come_first(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    view = opened(qtbot, desktop)
    view.show_lines(LineRange(0, 0))
    QTest.keyClick(view.code, Qt.Key.Key_Down, SHIFT)
    panel.composer.focus_prompt()
    type_in(panel, "why @")
    qtbot.waitUntil(lambda: offered(desktop)[:2] == ["selection", BASKET])
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chips(panel) == ["basket.py:1"])
    type_in(panel, "@bask")
    qtbot.waitUntil(lambda: offered(desktop)[:1] == [BASKET])
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chips(panel) == ["basket.py:1", "basket.py"])


def test_what_no_model_may_see_is_not_offered(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    for letters, path in (("@.env", ".env"), ("@private", "private.sql")):
        type_in(panel, letters)
        qtbot.waitUntil(lambda: shown_list(desktop).isVisible())
        qtbot.wait(300)
        assert path not in offered(desktop)
        panel.composer.prompt.selectAll()
        press(panel, Qt.Key.Key_Delete)
    panel.add_file("private.sql")
    qtbot.waitUntil(lambda: "left out by .copilotignore" in panel.composer.notice.toPlainText())
    assert chips(panel) == []


def test_escape_closes_the_list_and_an_address_opens_none(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "mail me@example")
    qtbot.wait(200)
    assert not desktop.window.findChildren(MentionList)
    type_in(panel, " @mon")
    qtbot.waitUntil(lambda: "money.py" in offered(desktop))
    press(panel, Qt.Key.Key_Escape)
    assert offered(desktop) == []
    assert panel.composer.prompt.toPlainText() == "mail me@example @mon"
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.composer.prompt.toPlainText() == "")


def test_nothing_that_is_called_so_is_said(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@qqqqxyz")
    qtbot.waitUntil(lambda: shown_list(desktop).isVisible() and "qqqqxyz" in shown_list(desktop).empty.text())
    nothing = "Nothing that a model may see is called “qqqqxyz”."
    qtbot.waitUntil(lambda: shown_list(desktop).empty.text() == nothing, timeout=20_000)


class SlowIndex:
    """What the worker says of the index is heard only once it is let through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._held: list[Callable[[], None]] | None = []
        real = IndexController._on_heard

        def hear(index: IndexController, root: Path, said: Any) -> None:
            if self._held is None:
                real(index, root, said)
            else:
                self._held.append(partial(real, index, root, said))

        monkeypatch.setattr(IndexController, "_on_heard", hear)

    def let_through(self) -> None:
        held, self._held = self._held or [], None
        for each in held:
            each()


@pytest.fixture
def slow_index(monkeypatch: pytest.MonkeyPatch) -> SlowIndex:
    return SlowIndex(monkeypatch)


def no_symbols_yet(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The index knows no symbols until what is returned is called: it is still being made."""
    real, waits = symbols.find_symbols, [True]
    monkeypatch.setattr(symbols, "find_symbols", lambda *them, **named: () if waits else real(*them, **named))
    return waits.clear


def test_while_the_index_is_made_it_looks_and_enter_waits_for_the_symbol(
    qtbot: QtBot,
    slow_index: SlowIndex,
    desktop: DesktopWindow,
    server: OpenAIServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    knows = no_symbols_yet(monkeypatch)
    panel = panel_of(qtbot, desktop)
    type_in(panel, "explain @ShoppingCart.ad")
    looking = "Looking for “ShoppingCart.ad” … Enter waits for it, Esc closes this."
    qtbot.waitUntil(lambda: shown_list(desktop).isVisible() and shown_list(desktop).empty.text() == looking)
    press(panel, Qt.Key.Key_Return)
    qtbot.wait(500)
    assert shown_list(desktop).empty.text() == looking
    assert panel.composer.prompt.toPlainText() == "explain @ShoppingCart.ad"
    assert server.requests == []
    knows()
    slow_index.let_through()
    qtbot.waitUntil(lambda: counted(panel) == ["cart.py:5–6"], timeout=20_000)
    assert panel.composer.prompt.toPlainText() == "explain ShoppingCart.add_item "
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 1)
    assert "explain ShoppingCart.add_item" in server.requests[-1].prompt
    assert "    def add_item(self, item):\n        return item\n" in server.requests[-1].prompt


def test_enter_that_has_waited_for_nothing_says_so_and_sends_nothing(
    qtbot: QtBot, slow_index: SlowIndex, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "explain @Qqqq.zzz")
    qtbot.waitUntil(lambda: shown_list(desktop).isVisible() and "Looking" in shown_list(desktop).empty.text())
    press(panel, Qt.Key.Key_Return)
    slow_index.let_through()
    nothing = "Nothing that a model may see is called “Qqqq.zzz”."
    qtbot.waitUntil(lambda: shown_list(desktop).empty.text() == nothing, timeout=20_000)
    qtbot.wait(300)
    assert panel.composer.prompt.toPlainText() == "explain @Qqqq.zzz"
    assert server.requests == []
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 1)
    assert "explain @Qqqq.zzz" in server.requests[-1].prompt


def test_escape_closes_what_is_still_looking_and_enter_sends_then(
    qtbot: QtBot, slow_index: SlowIndex, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "what is @Qqqq.zzz")
    qtbot.waitUntil(lambda: shown_list(desktop).isVisible() and "Looking" in shown_list(desktop).empty.text())
    press(panel, Qt.Key.Key_Escape)
    assert not shown_list(desktop).isVisible()
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 1)
    assert "what is @Qqqq.zzz" in server.requests[-1].prompt


def test_while_the_files_are_listed_it_looks_and_enter_waits_for_the_file(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, real = threading.Event(), file_list.list_files

    def listed(workspace: Workspace, rules: IgnoreRules) -> tuple[str, ...]:
        assert gate.wait(20)
        return real(workspace, rules)

    monkeypatch.setattr(file_list, "list_files", listed)
    panel = panel_of(qtbot, desktop)
    type_in(panel, "look at @plan.m")
    qtbot.waitUntil(lambda: shown_list(desktop).isVisible() and "Looking" in shown_list(desktop).empty.text())
    qtbot.waitUntil(lambda: index_of(desktop.window).state.is_complete, timeout=20_000)
    qtbot.wait(300)
    assert "Looking" in shown_list(desktop).empty.text()
    press(panel, Qt.Key.Key_Return)
    qtbot.wait(200)
    assert server.requests == []
    gate.set()
    qtbot.waitUntil(lambda: chips(panel) == ["plan.md"])
    assert panel.composer.prompt.toPlainText() == "look at plan.md "


def test_quick_open_reads_on_while_the_index_is_made_and_enter_waits(
    qtbot: QtBot, slow_index: SlowIndex, desktop: DesktopWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows = no_symbols_yet(monkeypatch)
    quick = desktop.window.findChild(QuickOpen)
    assert quick is not None
    quick.popup("#")
    QTest.keyClicks(quick.picker.field, "ShoppingCart.ad")
    QTest.keyClick(quick.picker.field, Qt.Key.Key_Return)
    qtbot.wait(800)
    assert quick.picker.isVisible()
    assert quick.picker.empty.text().startswith("Reading the f")
    knows()
    slow_index.let_through()
    qtbot.waitUntil(lambda: not quick.picker.isVisible(), timeout=20_000)
    front = desktop.window.editors.current_view
    qtbot.waitUntil(lambda: (view := front()) is not None and view.path == "src/cart.py")


def test_a_map_goes_with_the_prompt_that_is_sent_before_the_folder_was_read(
    qtbot: QtBot, slow_index: SlowIndex, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "explain @map")
    qtbot.waitUntil(lambda: offered(desktop)[:1] == ["repository map"])
    press(panel, Qt.Key.Key_Return)
    assert chips(panel) == ["repository map"]
    assert panel.composer.chips.views[0].chip.size == "counting …"
    press(panel, Qt.Key.Key_Return)
    assert panel.composer.prompt.toPlainText() == ""
    qtbot.wait(500)
    assert panel.composer.notice.toPlainText() == "The prompt is sent once repository map has been read."
    assert server.requests == []
    slow_index.let_through()
    qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=20_000)
    assert "explain repository map" in server.requests[-1].prompt
    assert "src/money.py:\n  def round_price(price):\n" in server.requests[-1].prompt
    assert chips(panel) == []


def test_a_symbol_goes_with_the_prompt_that_is_sent_before_it_was_read(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(qtbot, desktop)
    gate, real = threading.Event(), symbol_chips.lines_of_symbol

    def found(*them: Any) -> LineRange:
        assert gate.wait(20)
        return real(*them)

    monkeypatch.setattr(symbol_chips, "lines_of_symbol", found)
    type_in(panel, "explain @ShoppingCart.ad")
    qtbot.waitUntil(lambda: offered(desktop)[:1] == ["add_item"], timeout=20_000)
    press(panel, Qt.Key.Key_Return)
    assert chips(panel) == ["cart.py:5–6"]
    press(panel, Qt.Key.Key_Return)
    assert panel.composer.prompt.toPlainText() == ""
    qtbot.wait(300)
    assert server.requests == []
    gate.set()
    qtbot.waitUntil(lambda: len(server.requests) == 1)
    assert "    def add_item(self, item):\n" in server.requests[-1].prompt


def test_the_worker_ends_with_the_window(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.composer.focus_prompt()
        assert _index_workers() == []
        type_in(panel, "@tot")
        qtbot.waitUntil(lambda: len(_index_workers()) == 1)
        qtbot.waitUntil(lambda: "total" in offered(desktop))
    qtbot.waitUntil(lambda: _index_workers() == [])


def _index_workers() -> list[int]:
    """The ids of this process's index workers."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid() and b"--worker" in words and b"index" in words:
            found.append(int(process.name))
    return found


def test_the_map_of_the_repository_is_a_chip_and_is_sent_as_it_is_shown(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    (folder / "secret").mkdir()
    (folder / "secret" / "plans.py").write_text("def hidden_plan():\n    pass\n", encoding="utf-8")
    (folder / ".copilotignore").write_text("*.sql\nsecret/\n", encoding="utf-8")
    (folder / "src" / "use.py").write_text("from src.cart import ShoppingCart\nfrom src.money import round_price\n")
    panel = panel_of(qtbot, desktop)
    type_in(panel, "explain @map")
    qtbot.waitUntil(lambda: offered(desktop)[:1] == ["repository map"])
    qtbot.waitUntil(lambda: index_of(desktop.window).state.is_complete)
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counted(panel) == ["repository map"])
    assert panel.composer.prompt.toPlainText() == "explain repository map "
    chip = panel.composer.chips.views[0].chip
    assert "src/cart.py:\n  class ShoppingCart:\n    def add_item(self, item):\n" in chip.text
    assert "src/money.py:\n  def round_price(price):\n" in chip.text
    assert "hidden" not in chip.text
    assert "secret" not in chip.text
    assert "important functions and classes" in chip.note
    qtbot.waitUntil(lambda: all(view.chip.tokens is not None for view in panel.composer.chips.views))
    type_in(panel, "please")
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(server.requests))
    assert chip.text in server.requests[-1].prompt
    assert "Repository map, the most important signatures" in server.requests[-1].prompt


def test_a_map_that_names_what_was_hidden_since_is_not_sent(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@map")
    qtbot.waitUntil(lambda: offered(desktop)[:1] == ["repository map"])
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counted(panel) == ["repository map"])
    assert "src/money.py" in panel.composer.chips.views[0].chip.text
    (folder / ".copilotignore").write_text("money.py\n", encoding="utf-8")
    type_in(panel, "please")
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "left out by .copilotignore" in panel.composer.notice.toPlainText())
    assert server.requests == []


def test_a_map_is_marked_once_files_have_changed_and_renewed(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@map")
    qtbot.waitUntil(lambda: offered(desktop)[:1] == ["repository map"])
    qtbot.waitUntil(lambda: index_of(desktop.window).state.is_complete)
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counted(panel) == ["repository map"])
    (view,) = panel.composer.chips.views
    opened(qtbot, desktop)
    (folder / "src" / "cart.py").write_text(
        "import os\n\n\nclass ShoppingCart:\n    def add_item(self, item):\n        pass\n"
    )
    qtbot.wait(1_500)
    assert not view.chip.is_stale
    (folder / "src" / "tax.py").write_text("def tax_of(price):\n    return 0\n")
    qtbot.waitUntil(lambda: view.chip.is_stale, timeout=20_000)
    assert view.chip.can_renew
    assert "tax_of" not in view.chip.text
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: "def tax_of(price):" in view.chip.text)
    assert not view.chip.is_stale


def test_a_method_is_named_with_its_class(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@ShoppingCart.ad")
    qtbot.waitUntil(lambda: offered(desktop)[:1] == ["add_item"], timeout=20_000)
    row = shown_list(desktop).rows()[0]
    assert row.detail == "ShoppingCart · src/cart.py:5"
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chips(panel) == ["cart.py:5–6"])
    assert panel.composer.prompt.toPlainText() == "ShoppingCart.add_item "


def test_each_row_says_what_it_is(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@")
    qtbot.waitUntil(lambda: "conversation" in offered(desktop))
    hints = {row.title: row.hint for row in shown_list(desktop).rows()}
    assert hints["conversation"] == "conversations"
    assert "…" not in hints.values()
    assert all(hints.values())


def test_a_click_below_the_prompt_goes_into_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    composer = panel_of(qtbot, desktop).composer
    type_in(panel_of(qtbot, desktop), "one")
    composer.send.setFocus()
    assert not composer.prompt.hasFocus()
    gap = composer.prompt.geometry().bottom() + 3
    assert composer.childAt(composer.width() // 2, gap) is None
    QTest.mouseClick(composer, Qt.MouseButton.LeftButton, pos=QPoint(composer.width() // 2, gap))
    assert composer.prompt.hasFocus()
    type_in(panel_of(qtbot, desktop), " two")
    assert composer.prompt.toPlainText() == "one two"


def test_a_long_address_stays_in_sight_below_the_list(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "look @https://example.com/" + "a/very/long/address/of/a/page/" * 4)
    qtbot.waitUntil(lambda: any(each.startswith("https://example.com/a") for each in offered(desktop)))
    prompt, list_ = panel.composer.prompt, shown_list(desktop)
    assert prompt.cursorRect().top() > 2 * prompt.fontMetrics().height()
    foot = list_.mapToGlobal(QPoint(0, list_.height())).y()
    assert foot <= prompt.viewport().mapToGlobal(prompt.mention_corner()).y()


def test_quick_open_and_mentions_list_the_folder_once(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings: list[tuple[str, ...]] = []

    def listed(workspace: Workspace, rules: IgnoreRules) -> tuple[str, ...]:
        listings.append(file_list.look_for_files(workspace, rules).paths)
        return listings[-1]

    monkeypatch.setattr(file_list, "list_files", listed)
    panel, quick = panel_of(qtbot, desktop), desktop.window.findChild(QuickOpen)
    assert quick is not None
    quick.popup("pri")
    qtbot.waitUntil(lambda: "private.sql" in [row.title for row in quick.picker.rows()])
    QTest.keyClick(quick.picker.field, Qt.Key.Key_Escape)
    panel.composer.focus_prompt()
    type_in(panel, "@pri")
    qtbot.waitUntil(lambda: offered(desktop) != [])
    qtbot.wait(300)
    assert "private.sql" not in offered(desktop)
    assert len(listings) == 1
    press(panel, Qt.Key.Key_Escape)
    # What comes is found by both again, and what another rule hides by one of them.
    (folder / "printer.py").write_text("x = 1\n")
    (folder / ".copilotignore").write_text("*.sql\nmoney.py\n")
    qtbot.waitUntil(lambda: quick._controller.files._is_stale)
    panel.composer.prompt.clear()
    type_in(panel, "@printer")
    qtbot.waitUntil(lambda: "printer.py" in offered(desktop))
    panel.composer.prompt.clear()
    type_in(panel, "@money.py")
    qtbot.wait(300)
    assert "money.py" not in offered(desktop)
    assert len(listings) == 2
