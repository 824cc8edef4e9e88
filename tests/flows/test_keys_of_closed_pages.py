"""The keys of pages that were never opened, or were closed: listed in Settings, changed there, and in force once the
page is there; the palette finds their commands by name, and says where they work."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits import propose
from copilot_desktop.ui.command_palette import CommandPalette
from copilot_desktop.ui.diff.comparing import compared_file
from copilot_desktop.ui.diff_page import DiffPage
from copilot_desktop.ui.explorer.tree import ExplorerTree
from copilot_desktop.ui.key_conflicts import bound_keys, clashing_ids
from copilot_desktop.ui.preferences.keys_form import KeysForm
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import opened
from tests.support.shop import ANSWER, SOURCE, make_shop, review_of, wait_for_review

CTRL = Qt.KeyboardModifier.ControlModifier
PAGES = {
    "review.open": "review.next_hunk",
    "history.open": "history.undo_step",
    "changes.review": "my_changes.next_hunk",
    "compare": "compare.next",
}


def open_page(qtbot: QtBot, desktop: DesktopWindow, command: str) -> None:
    """By its command; a comparison, which wants a file that was changed outside, as the window makes it."""
    window = desktop.window
    if command == "compare":
        page = window.editors.show_page("compare", "Compared", lambda: compared(desktop))
        assert page.isVisible()
    else:
        assert window.commands.run(command)
    qtbot.waitUntil(lambda: can_be_done(desktop, PAGES[command]) or command == "history.open")


def compared(desktop: DesktopWindow) -> DiffPage:
    page = DiffPage(
        "a file", (compared_file("a file", "2\n", "1\n"),), "Which is which.", Theme(ThemeChoice.DARK, desktop.window)
    )
    desktop.window.commands.replace(page.one_key_actions())
    return page


def can_be_done(desktop: DesktopWindow, action_id: str) -> bool:
    found = [action for action in desktop.window.commands.all() if action.action_id == action_id]
    return bool(found) and found[0].when()


def close_page(desktop: DesktopWindow) -> None:
    page = desktop.window.editors.panes.front()
    assert page is not None
    assert desktop.window.commands.run("file.close")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(page)


def test_settings_list_and_change_the_keys_of_closed_pages(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        files = {"basket.py": SOURCE}
        review_of(desktop).add_proposal(propose(ANSWER, files), files, "turn", "Net prices", "test-model")
        window, commands = desktop.window, desktop.window.commands
        for command in PAGES:
            open_page(qtbot, desktop, command)
            close_page(desktop)
        left = {action.action_id: action for action in commands.all()}
        assert all(action_id in left and not left[action_id].when() for action_id in PAGES.values())
        assert not any(commands.run(action_id) for action_id in PAGES.values())
        assert clashing_ids(bound_keys(commands)) == frozenset()
        palette = CommandPalette(commands, window)
        palette.popup()
        assert "Next undecided change" not in [row.title for row in palette.rows()]
        palette.hide()

        give_other_keys(qtbot, desktop)
        # Made anew while the settings are open.
        open_page(qtbot, desktop, "review.open")
        assert commands.shortcut_text("review.next_hunk") == "Y"
        assert can_be_done(desktop, "review.next_hunk")


def give_other_keys(qtbot: QtBot, desktop: DesktopWindow) -> KeysForm:
    """Find every page's commands in Settings, and give "Next change" of the review Y in place of J."""
    window = desktop.window
    window.commands.run("help.keys")
    qtbot.waitUntil(lambda: window.findChild(KeysForm) is not None)
    form = window.findChild(KeysForm)
    assert form is not None
    assert set(PAGES.values()) <= set(form.list.shown_ids())
    form.list.select("review.next_hunk")
    item = form.list.currentItem()
    assert item is not None
    assert (item.text(0), item.text(2)) == ("Next change", "Review")
    form.recorder.setFocus()
    QTest.keyClick(form.recorder, Qt.Key.Key_K)
    assert "“Previous change” (K)" in form.status.text()
    assert "of mine" not in form.status.text()
    form.recorder.clear()
    QTest.keyClick(form.recorder, Qt.Key.Key_Y)
    assert "free" in form.status.text()
    QTest.mouseClick(form.set, Qt.MouseButton.LeftButton)
    return form


def test_settings_list_every_command_at_first_and_its_new_keys_work_on_its_page(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        files = {"basket.py": SOURCE}
        review_of(desktop).add_proposal(propose(ANSWER, files), files, "turn", "Net prices", "test-model")
        form = give_other_keys(qtbot, desktop)
        assert set(form.list.shown_ids()) == documented_ids()
        commands = desktop.window.commands
        assert clashing_ids(bound_keys(commands)) == frozenset()
        # Keys of one letter, which count on a page that is not there, count nowhere.
        view = opened(qtbot, desktop, "basket.py")
        before = view.text()
        QTest.keyClicks(view.code, "yJ")
        assert view.text() == "yJ" + before
        commands.run("edit.undo")
        open_page(qtbot, desktop, "review.open")
        window = desktop.window
        page = window.findChild(ReviewView)
        assert page is not None
        qtbot.waitUntil(lambda: bool(page.current_hunk))
        with qtbot.waitSignal(commands.qaction("review.next_hunk").triggered):
            QTest.keyClick(page.diff, Qt.Key.Key_Y)
        with qtbot.assertNotEmitted(commands.qaction("review.next_hunk").triggered):
            QTest.keyClick(page.diff, Qt.Key.Key_J)


def documented_ids() -> set[str]:
    """All commands that there are, by docs/keys.md, which another test keeps true."""
    page = Path(__file__).resolve().parents[2] / "docs" / "keys.md"
    return set(re.findall(r"`([a-z_]+\.[a-z_0-9]+)` \|$", page.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_palette_finds_what_cannot_be_done_now_and_says_where_it_works(qtbot: QtBot, tmp_path: Path) -> None:
    with open_desktop(qtbot, make_shop(tmp_path)) as desktop:
        wait_for_review(qtbot, desktop)
        window = desktop.window
        window.commands.run("view.palette")
        palette = window.findChild(CommandPalette)
        assert palette is not None
        assert all(row.is_possible for row in palette.rows())
        QTest.keyClicks(palette.field, "accept function")
        row = palette.rows()[0]
        assert (row.title, row.detail, row.hint) == ("Accept function or class", "only in Review", "F")
        assert palette.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == (
            "Accept function or class, only in Review, F"
        )
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
        assert palette.isVisible()  # it can be read, and not be chosen
        palette.field.setText("")
        QTest.keyClicks(palette.field, "undo last")
        assert {(row.title, row.detail) for row in palette.rows()[:2]} == {
            ("Undo last decision", "only in Review"),
            ("Review: Undo last decision", "not now"),
        }
        palette.field.setText("")
        QTest.keyClicks(palette.field, "open review")
        possible = [row.is_possible for row in palette.rows()]
        assert possible == sorted(possible, reverse=True)
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
        assert not palette.isVisible()
        assert window.findChild(ReviewView) is not None


def test_a_window_that_comes_back_with_the_changes_has_the_commands_of_the_explorer(
    qtbot: QtBot, tmp_path: Path
) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        desktop.window.show_side_view("changes")
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        window = desktop.window
        assert window.state().side_view == "changes"
        assert window.commands.run("view.explorer")
        tree = window.findChild(ExplorerTree)
        assert tree is not None
        qtbot.waitUntil(lambda: tree.model().rowCount() == 1)
        QTest.keyClick(tree, Qt.Key.Key_Insert, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: tree.findChild(QLineEdit) is not None)
