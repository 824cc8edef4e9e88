"""Small things a person meets: what the welcome page says of models and folders that are gone, the row after Delete."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, opened, panel_of

WAIT = 20_000


def test_the_welcome_page_marks_folders_that_are_gone_and_asks_for_no_key_where_a_model_is_set_up(
    qtbot: QtBot, server: OpenAIServer, tmp_path: Path
) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder):
        pass
    folder.rename(tmp_path / "away")
    with open_desktop(qtbot, None) as desktop:
        panel_of(qtbot, desktop)
        welcome = desktop.start_page.welcome
        assert welcome is not None

        def recent() -> str:
            buttons = [each for each in welcome.findChildren(QPushButton, "welcome.recent.shop") if each.isVisible()]
            return buttons[-1].accessibleName() if buttons else ""

        qtbot.waitUntil(lambda: recent() == f"Open {folder}, which is not there now", timeout=WAIT)
        line = welcome.findChild(QLabel, "welcome.models_line")
        assert line is not None
        qtbot.waitUntil(lambda: line.text().startswith("“Test” is connected: test-model."), timeout=WAIT)
        desktop.window.toggle_side()
        desktop.window.toggle_chat()
        qtbot.waitUntil(lambda: desktop.window.minimumSizeHint().width() <= 480, timeout=WAIT)
        qtbot.wait(100)
        desktop.window.resize(440, 500)
        qtbot.waitUntil(lambda: desktop.window.width() == 440, timeout=WAIT)


def test_after_deleting_the_row_beside_is_chosen(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    (folder / "a.txt").write_text("a\n")
    (folder / "z.txt").write_text("z\n")
    panel = desktop.window.findChild(ExplorerPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.model.index_of("z.txt").isValid(), timeout=WAIT)
    desktop.window.activateWindow()
    panel.tree.setFocus()
    qtbot.waitUntil(panel.tree.hasFocus, timeout=WAIT)
    panel.select("a.txt")
    QTest.keyClick(panel.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not (folder / "a.txt").exists(), timeout=WAIT)
    qtbot.waitUntil(lambda: panel.tree.chosen() == ("basket.py",), timeout=WAIT)


def test_an_unsaved_file_that_is_gone_comes_back_in_both_groups(
    qtbot: QtBot, server: OpenAIServer, tmp_path: Path
) -> None:
    folder = make_shop(tmp_path, {"other.txt": "o\n"})
    with open_desktop(qtbot, folder) as desktop:
        opened(qtbot, desktop).insert_at_caret("# mine\n")
        assert desktop.window.commands.run("tab.split_right")
        opened(qtbot, desktop, "other.txt")
        qtbot.waitUntil(lambda: desktop.documents.is_dirty("basket.py"), timeout=WAIT)
    (folder / "basket.py").unlink()
    with open_desktop(qtbot, folder) as desktop:
        panes = desktop.window.editors.panes

        def titles() -> list[list[str]]:
            return [[group.tabText(at) for at in range(group.count())] for group in panes.groups()]

        qtbot.waitUntil(lambda: len(panes.groups()) == 2, timeout=WAIT)
        qtbot.wait(1000)
        assert titles() == [["basket.py ●"], ["basket.py ●", "other.txt"]]
