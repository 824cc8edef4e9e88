"""The keys of pages that were closed: still listed in Settings, changed there, and in force when a page is back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits import propose
from copilot_desktop.ui.command_palette import CommandPalette
from copilot_desktop.ui.diff_page import DiffPage
from copilot_desktop.ui.key_conflicts import bound_keys, clashing_ids
from copilot_desktop.ui.preferences.keys_form import KeysForm
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from tests.support.desktop import open_desktop
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
    page = DiffPage("a file", "1\n", "2\n", Theme(ThemeChoice.DARK, desktop.window))
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
        assert "Next undecided change" not in palette.titles()
        palette.hide()

        commands.run("help.keys")
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
        # Made anew while the settings are open.
        open_page(qtbot, desktop, "review.open")
        assert commands.shortcut_text("review.next_hunk") == "Y"
        assert can_be_done(desktop, "review.next_hunk")
