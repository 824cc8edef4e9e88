"""A folder comes back as it was left: tabs in their order, carets, folds, scroll; read only when they are shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QSplitter
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.session import Session, TabFile
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.main_window import CHAT_PX, SIDE_PX
from copilot_desktop.ui.status_bar import StatusBar, StatusField
from tests.support.desktop import is_closed, open_desktop, open_program
from tests.support.editor_tabs import CTRL, click_tab, front_view, opened, titles

NAMES = [f"{letter}.py" for letter in "kcbjahgfedi"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    for number, name in enumerate(NAMES):
        lines = [f"def f{line}():\n    return 'é{line}'\n\n\n" for line in range(200 + 400 * number)]
        (root / name).write_text("".join(lines))
    return root


def read_files(desktop: DesktopWindow) -> list[str | None]:
    return [document.path for document in desktop.documents.documents]


def test_tabs_come_back_in_their_order_and_only_the_one_in_front_is_read(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        for name in NAMES:
            opened(qtbot, first, name)
        tabs = first.window.editors.tabs
        tabs.set_pinned(tabs.pages()[3], True)
        order = list(first.window.editors.open_paths())
        assert order == ["j.py", *(name for name in NAMES if name != "j.py")]
        tabs.setCurrentIndex(order.index("g.py"))
    with open_desktop(qtbot, folder) as second:
        view = front_view(qtbot, second)
        assert view.path == "g.py"
        assert list(second.window.editors.open_paths()) == order
        tabs = second.window.editors.tabs
        assert [tabs.tabText(index) for index in range(tabs.count())] == order
        assert tabs.marks.is_pinned(tabs.pages()[0])
        assert read_files(second) == ["g.py"]
        qtbot.waitUntil(view.code.hasFocus)
        QTest.keyClick(second.window, Qt.Key.Key_PageDown, CTRL)
        qtbot.waitUntil(lambda: read_files(second) == ["g.py", "f.py"])
        qtbot.waitUntil(lambda: front_view(qtbot, second).code.hasFocus())
    with open_desktop(qtbot, folder) as third:
        assert front_view(qtbot, third).path == "f.py"
        assert list(third.window.editors.open_paths()) == order


def test_carets_folds_and_scroll_come_back_also_of_tabs_not_shown_meanwhile(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first, "a.py")
        view.commands.toggle_fold()
        start = view.text().index("return 'é150'")
        view.select(start, start + 6)
        view.carets.add_next_match()
        view.code.setFirstVisibleLine(view.code.visibleFromDocLine(580))
        state = view.state()
        assert (state.folded, len(state.selections), state.first_visible_line) == ((0,), 2, 580)
        opened(qtbot, first, "b.py")
    with open_desktop(qtbot, folder) as second:
        assert front_view(qtbot, second).path == "b.py"
    with open_desktop(qtbot, folder) as third:
        assert front_view(qtbot, third).path == "b.py"
        click_tab(third.window.editors.tabs, "a.py")
        qtbot.waitUntil(lambda: front_view(qtbot, third).path == "a.py")
        assert front_view(qtbot, third).state() == state
        assert not front_view(qtbot, third).code.lineVisible(1)


def pane_widths(desktop: DesktopWindow) -> list[int]:
    splitter = desktop.window.findChild(QSplitter, "panes")
    assert splitter is not None
    return splitter.sizes()


def test_panes_keep_their_widths_hidden_and_in_a_smaller_window(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        first.window.resize(1400, 700)
        qtbot.waitUntil(lambda: sum(pane_widths(first)) > 1300)
        side, _middle, chat = pane_widths(first)
        assert (side, chat) == (SIDE_PX, CHAT_PX)
        QTest.keyClick(first.window, Qt.Key.Key_B, CTRL | Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: not first.window.is_chat_shown())
        first.window.resize(1000, 700)
        qtbot.waitUntil(lambda: 900 < sum(pane_widths(first)) < 1000)
        assert pane_widths(first)[0] == SIDE_PX
    with open_desktop(qtbot, folder) as second:
        assert not second.window.is_chat_shown()
        second.window.resize(1100, 700)
        QTest.keyClick(second.window, Qt.Key.Key_B, CTRL | Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: pane_widths(second)[2] == CHAT_PX)
        assert pane_widths(second)[0] == SIDE_PX
        second.window.resize(1300, 700)
        qtbot.waitUntil(lambda: sum(pane_widths(second)) > 1200)
        assert (pane_widths(second)[0], pane_widths(second)[2]) == (SIDE_PX, CHAT_PX)


def test_folders_of_the_explorer_are_unfolded_again(qtbot: QtBot, folder: Path) -> None:
    (folder / "src" / "deep").mkdir(parents=True)
    (folder / "src" / "deep" / "x.py").write_text("x\n")
    (folder / "tests").mkdir()
    for program_start in range(3):
        with open_desktop(qtbot, folder) as desktop:
            panel = desktop.window.findChild(ExplorerPanel)
            assert panel is not None
            if program_start == 0:
                panel.reveal("src/deep/x.py")
            qtbot.waitUntil(lambda panel=panel: panel.tree.isExpanded(panel.model.index_of("src/deep")))  # type: ignore[misc]
            assert panel.tree.isExpanded(panel.model.index_of("src"))
            assert not panel.tree.isExpanded(panel.model.index_of("tests"))
            if program_start == 1:
                panel.tree.collapse(panel.model.index_of("src"))
                panel.tree.expand(panel.model.index_of("src"))


def test_a_file_that_is_gone_or_shorter_is_no_trouble(
    qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(StatusBar, "show_done", lambda _bar, text, _tip="": said.append(text))
    with open_desktop(qtbot, folder) as first:
        opened(qtbot, first, "c.py").commands.select_all()
        for name in ("d.py", "b.py", "a.py"):
            opened(qtbot, first, name)
    (folder / "a.py").unlink()
    (folder / "d.py").unlink()
    (folder / "c.py").write_text("x")
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: second.window.editors.open_paths() == ("c.py", "b.py"))
        assert front_view(qtbot, second).path in ("b.py", "c.py")
        assert not second.window.notices.shown()
        gone = {"a.py and 1 more", "d.py and 1 more"}
        assert gone & {each.partition(" are no longer there, so their tabs were closed")[0] for each in said}
        assert all(isinstance(page, DocumentPage) or page.windowTitle() for page in second.window.editors.panes.pages())
        view = opened(qtbot, second, "c.py")
        assert view.selection().end == 1


def test_unsaved_texts_stand_again_where_their_tabs_stood(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        opened(qtbot, first, "a.py")
        QTest.keyClick(first.window, Qt.Key.Key_N, CTRL)
        QTest.keyClicks(front_view(qtbot, first).code, "scratch")
        QTest.keyClicks(opened(qtbot, first, "b.py").code, "unsaved ")
        opened(qtbot, first, "c.py")
        QTest.keyClick(first.window, Qt.Key.Key_Q, CTRL)
        qtbot.waitUntil(lambda: is_closed(first), timeout=10_000)
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: len(second.documents.dirty()) == 2, timeout=10_000)
        qtbot.waitUntil(lambda: front_view(qtbot, second).path == "c.py")
        assert titles(second.window.editors.tabs) == ["a.py", "Untitled-1 ●", "b.py ●", "c.py"]
        assert sorted(read_files(second), key=str) == [None, "b.py", "c.py"]
        assert str(second.documents.text_of("b.py")).startswith("unsaved def f0")


def test_an_untitled_text_in_two_groups_stands_in_both_again(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        first.window.commands.run("file.new")
        view = front_view(qtbot, first)
        view.insert_at_caret("a thought")
        first.window.commands.run("tab.split_right")
        qtbot.waitUntil(lambda: len(first.window.editors.panes.groups()) == 2)
        qtbot.waitUntil(lambda: len(first.documents.dirty()) == 1)
        QTest.keyClick(first.window, Qt.Key.Key_Q, CTRL)
        qtbot.waitUntil(lambda: is_closed(first), timeout=10_000)
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: len(second.documents.dirty()) == 1)
        qtbot.waitUntil(lambda: len(second.window.editors.panes.groups()) == 2)
        pages = [page for page in second.window.editors.panes.pages() if isinstance(page, DocumentPage)]
        assert [page.view.text() for page in pages] == ["a thought"] * 2
        pages[0].view.insert_at_caret("not ")
        assert pages[1].view.text() == pages[0].view.text()
        assert all(titles(group) == ["Untitled-1 ●"] for group in second.window.editors.panes.groups())


def test_a_file_asked_for_on_the_command_line_comes_to_the_front_of_the_tabs(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        for name in ("a.py", "b.py"):
            opened(qtbot, first, name)
    with open_desktop(qtbot, folder / "c.py") as second:
        qtbot.waitUntil(lambda: second.window.editors.open_paths() == ("a.py", "b.py", "c.py"))
        qtbot.waitUntil(lambda: front_view(qtbot, second).path == "c.py")


def test_what_is_noted_before_the_tabs_are_back_keeps_them(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        for name in ("a.py", "b.py"):
            opened(qtbot, first, name)
    with open_program(qtbot, folder) as program:
        desktop = program.windows[0]
        qtbot.waitUntil(lambda: len(desktop.window.editors.open_paths()) == 2)
        desktop._memory._restored = None
        desktop.window.editors.close_pages(desktop.window.editors.panes.pages())
        desktop._memory.note()
        state = program.session.session.workspace(str(folder)).editors
        assert [tab.path for tab in state.tabs] == ["a.py", "b.py"]


def test_the_welcome_page_does_not_offer_the_folder_that_is_open(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    with open_desktop(qtbot, tmp_path / "tools"):
        pass
    with open_desktop(qtbot, folder) as desktop:

        def offered() -> list[str]:
            welcome = desktop.start_page.welcome
            assert welcome is not None
            return [button.toolTip() for button in welcome.findChildren(QPushButton) if button.toolTip()]

        # Buttons that were replaced are deleted a moment later.
        qtbot.waitUntil(lambda: offered() == [str(tmp_path / "tools")])


def test_a_tab_not_yet_read_follows_a_rename(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        opened(qtbot, first, "a.py")
        opened(qtbot, first, "b.py")
    with open_desktop(qtbot, folder) as second:
        front_view(qtbot, second)
        text = (folder / "a.py").read_text()
        (folder / "a.py").rename(folder / "new.py")
        qtbot.waitUntil(lambda: set(second.window.editors.open_paths()) == {"new.py", "b.py"})
        click_tab(second.window.editors.tabs, "new.py")
        assert front_view(qtbot, second) is not None
        qtbot.waitUntil(lambda: second.documents.text_of("new.py") == text)


def test_a_tab_follows_a_file_that_was_renamed_while_the_window_was_away(qtbot: QtBot, folder: Path) -> None:
    """By hand, with what it says changed since; and by deleting and writing anew, as git does."""
    with open_desktop(qtbot, folder) as first:
        for name in ("a.py", "b.py", "c.py"):
            opened(qtbot, first, name).go_to(40, 2)
        opened(qtbot, first, "b.py")
        qtbot.waitUntil(lambda: all(each.numbers for each in kept_files(folder).values()))
        qtbot.waitUntil(lambda: set(kept_files(folder)) == {"a.py", "b.py", "c.py"})
    (folder / "lib").mkdir()
    (folder / "a.py").rename(folder / "lib/new_a.py")
    with (folder / "lib/new_a.py").open("a") as file:
        file.write("more\n")
    (folder / "lib/new_b.py").write_bytes((folder / "b.py").read_bytes())
    (folder / "b.py").unlink()
    (folder / "c.py").unlink()
    with open_desktop(qtbot, folder) as second:
        editors = second.window.editors
        qtbot.waitUntil(lambda: editors.open_paths() == ("lib/new_a.py", "lib/new_b.py"))
        qtbot.waitUntil(lambda: second.documents.text_of("lib/new_b.py") is not None)
        assert front_view(qtbot, second).state().selections[-1][2:] == (40, 2)
        assert "c.py is no longer there, so its tab was closed" in second.window.status.text_of(StatusField.MESSAGE)


def test_unsaved_text_follows_a_file_that_was_renamed_while_the_window_was_away(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        opened(qtbot, first, "a.py").insert_at_caret("mine ")
        qtbot.waitUntil(lambda: all(each.numbers for each in kept_files(folder).values()))
        qtbot.waitUntil(lambda: set(kept_files(folder)) == {"a.py"})
    (folder / "a.py").rename(folder / "new.py")
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: second.window.editors.open_paths() == ("new.py",))
        # Its file is looked at under the new name.
        qtbot.waitUntil(lambda: [document.disk_hash for document in second.documents.dirty()] != [None])
        assert (second.documents.text_of("new.py") or "").startswith("mine ")
        second.window.commands.run("file.save_all")
        qtbot.waitUntil(lambda: (folder / "new.py").read_text().startswith("mine "))
        assert not (folder / "a.py").exists()


def kept_files(folder: Path) -> Mapping[str, TabFile]:
    return SettingsStore(program_folders(os.environ).state).load(Session).workspace(str(folder)).files
