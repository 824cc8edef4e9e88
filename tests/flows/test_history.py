"""The history in the whole window: looked at, narrowed, and put back by keyboard and mouse."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.history.values import TimelineStep
from copilot_desktop.edits.change_sets import HunkState
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.explorer_in_window import ExplorerInWindow
from copilot_desktop.ui.history.history_view import HistoryView
from copilot_desktop.ui.history.step_words import title_of
from copilot_desktop.ui.history_diff import HistoryDiff
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from copilot_desktop.workspace.checkpoints.entries import EntryKind
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.saving import Saver
from tests.support.desktop import open_desktop
from tests.support.history_page import (
    LIMIT_MS,
    applier_of,
    button,
    diff_texts,
    ids_of,
    open_history,
    said,
    wait_for_steps,
    write_step,
)
from tests.support.openai_server import OpenAIServer
from tests.support.shop import (
    ANSWER,
    SOURCE,
    WANTED,
    ask_with_the_first_lines,
    opened,
    review_of,
    shown_review,
)

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LINES = "".join(f"line {number}\n" for number in range(40))
CHANGED = LINES.replace("line 3\n", "LINE 3\n").replace("line 30\n", "LINE 30\n")


@pytest.fixture
def place(tmp_path: Path, private_home: Path) -> Path:
    """A folder with a file of forty lines."""
    folder = tmp_path / "place"
    folder.mkdir()
    (folder / "a.txt").write_text(LINES)
    return folder


@pytest.fixture
def shown(qtbot: QtBot, place: Path) -> Iterator[DesktopWindow]:
    """The window on that folder."""
    with open_desktop(qtbot, place) as desktop:
        yield desktop


def diff_of(view: HistoryView) -> HistoryDiff:
    found = view.findChild(HistoryDiff)
    assert found is not None
    return found


def wait_for_step(qtbot: QtBot, view: HistoryView, entry_id: str) -> None:
    """Choose a step, and wait for its diff."""
    view.timeline.go_to(entry_id)
    qtbot.waitUntil(
        lambda: view.step._step is not None and view.step._step.step.entry.entry_id == entry_id,
        timeout=LIMIT_MS,
    )


def wait_for_plan(qtbot: QtBot, view: HistoryView, title: str) -> None:
    qtbot.waitUntil(lambda: view.step.is_planning and title in said(view, "plan_title"), timeout=LIMIT_MS)


def test_what_was_accepted_is_told_and_taken_back(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)
    review = shown_review(qtbot, desktop)
    QTest.keyClick(review.diff, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: view.snapshot().text == WANTED, timeout=LIMIT_MS)
    QTest.keyClick(desktop.window, Qt.Key.Key_K, CTRL)
    QTest.keyClick(desktop.window, Qt.Key.Key_H, CTRL)
    page = wait_for_steps(qtbot, desktop, 1)
    qtbot.waitUntil(lambda: diff_texts(page) != [], timeout=LIMIT_MS)
    prompt = review_of(desktop).state.change_sets[0].prompt
    assert prompt
    assert said(page, "title") == prompt
    assert "test-model" in said(page, "meta")
    (step,) = [row for row in page.timeline.steps.rows if not isinstance(row, str)]
    assert (step.added, step.removed, step.is_lost) == (1, 1, False)
    assert diff_texts(page) == ["-    return sum(items)", "+    return sum(item.net for item in items)"]
    QTest.keyClick(page.timeline, Qt.Key.Key_U)
    wait_for_plan(qtbot, page, "Undo “")
    assert diff_texts(page) == ["-    return sum(item.net for item in items)", "+    return sum(items)"]
    assert (folder / "basket.py").read_text() == WANTED
    qtbot.waitUntil(button(page, "agree").hasFocus)
    QTest.keyClick(button(page, "agree"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: view.snapshot().text == SOURCE, timeout=LIMIT_MS)
    assert not desktop.documents.is_dirty("basket.py")
    wait_for_steps(qtbot, desktop, 2)
    # What was taken back waits for a decision again.
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 1, timeout=LIMIT_MS)
    undo = desktop.window.findChild(QPushButton, "banner.undo")
    assert undo is not None
    undo.click()
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == WANTED, timeout=LIMIT_MS)
    wait_for_steps(qtbot, desktop, 3)
    assert [entry.kind for entry in applier_of(folder).history.entries()] == [
        EntryKind.UNDO,
        EntryKind.UNDO,
        EntryKind.ACCEPT,
    ]


def test_one_hunk_is_taken_back_by_its_button_and_by_key(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    entry_id = write_step(place, {"a.txt": CHANGED})
    view = open_history(qtbot, shown, 1)
    wait_for_step(qtbot, view, entry_id)
    diff = diff_of(view)
    diff.step(1)
    QTest.keyClick(diff, Qt.Key.Key_T)
    wait_for_plan(qtbot, view, "Undo a change in a.txt")
    assert diff_texts(view) == ["-LINE 30", "+line 30"]
    button(view, "agree").click()
    qtbot.waitUntil(lambda: (place / "a.txt").read_text() == LINES.replace("line 3\n", "LINE 3\n"), timeout=LIMIT_MS)
    wait_for_steps(qtbot, shown, 2)
    wait_for_step(qtbot, view, entry_id)
    take_back = next(
        each
        for each in diff.findChildren(QPushButton)
        if each.isVisible() and each.accessibleName() == "Take back the change at a.txt, line 4"
    )
    take_back.click()
    wait_for_plan(qtbot, view, "Undo a change in a.txt")
    QTest.keyClick(button(view, "agree"), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not view.step.is_planning)
    assert diff_texts(view)[:2] == ["-line 3", "+LINE 3"]


def test_what_is_to_be_taken_back_is_shown_though_steps_are_listed_anew_meanwhile(
    qtbot: QtBot, shown: DesktopWindow, place: Path
) -> None:
    entry_id = write_step(place, {"a.txt": CHANGED})
    view = open_history(qtbot, shown, 1)
    wait_for_step(qtbot, view, entry_id)
    qtbot.waitUntil(lambda: diff_texts(view) != [], timeout=LIMIT_MS)
    for number in range(5):
        write_step(place, {f"other_{number}.txt": "other\n"})
        # Both are under way at once.
        view.refresh()
        QTest.keyClick(diff_of(view), Qt.Key.Key_T)
        wait_for_plan(qtbot, view, "Undo a change in a.txt")
        qtbot.wait(200)
        assert view.step.is_planning
        QTest.keyClick(button(view, "agree"), Qt.Key.Key_Escape)
        wait_for_steps(qtbot, shown, 2 + number)
        assert view.timeline.current_id == entry_id
        assert diff_texts(view)[:2] == ["-line 3", "+LINE 3"]


def test_what_changed_since_is_compared_and_its_lines_put_back(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    entry_id = write_step(place, {"a.txt": CHANGED})
    (place / "a.txt").write_text(CHANGED.replace("line 10\n", "line ten\n"))
    view = open_history(qtbot, shown, 1)
    wait_for_step(qtbot, view, entry_id)
    button(view, "mode_now").click()
    qtbot.waitUntil(lambda: diff_texts(view) == ["-line 10", "+line ten"], timeout=LIMIT_MS)
    QTest.keyClick(diff_of(view), Qt.Key.Key_T)
    wait_for_plan(qtbot, view, "Restore a change in a.txt, to after")
    button(view, "agree").click()
    qtbot.waitUntil(lambda: (place / "a.txt").read_text() == CHANGED, timeout=LIMIT_MS)


def test_what_a_script_command_writes_meanwhile_is_listed(
    qtbot: QtBot, shown: DesktopWindow, place: Path, private_home: Path
) -> None:
    first = write_step(place, {"a.txt": CHANGED})
    view = open_history(qtbot, shown, 1)
    command = [sys.executable, "-m", "copilot_desktop", "restore", str(place), first, "--write"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    wait_for_steps(qtbot, shown, 2)
    assert (place / "a.txt").read_text() == LINES
    # The log of the database has another name for the watch once it was gone; a save is told by it alone.
    Saver(Workspace(place), program_folders(os.environ).state).save("b.txt", (b"saved",), expected_hash=None)
    wait_for_steps(qtbot, shown, 3)
    # What is written behind another page is listed when this one is shown again.
    assert shown.window.commands.run("history.open")
    shown.documents.open("a.txt")
    qtbot.waitUntil(lambda: not view.isVisible(), timeout=LIMIT_MS)
    write_step(place, {"a.txt": CHANGED})
    assert shown.window.commands.run("history.open")
    wait_for_steps(qtbot, shown, 4)


def test_a_deleted_file_is_found_and_put_back(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    write_step(place, {"b.txt": "b\n"})
    gone = write_step(place, {"b.txt": None}, "Delete b.txt", kind=EntryKind.DELETE)
    write_step(place, {"a.txt": CHANGED})
    view = open_history(qtbot, shown, 3)
    qtbot.waitUntil(lambda: view.filter.files.findText("b.txt (deleted)") > 0, timeout=LIMIT_MS)
    line = view.filter.files.lineEdit()
    assert line is not None
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "b.txt (deleted)")
    QTest.keyClick(line, Qt.Key.Key_Return)
    wait_for_steps(qtbot, shown, 2)
    wait_for_step(qtbot, view, gone)
    menu = restore_menu(qtbot, view)
    next(each for each in menu.actions() if each.text().startswith("b.txt to before")).trigger()
    menu.close()
    wait_for_plan(qtbot, view, "Restore b.txt to before")
    button(view, "agree").click()
    qtbot.waitUntil(lambda: (place / "b.txt").exists(), timeout=LIMIT_MS)
    assert (place / "b.txt").read_text() == "b\n"


def restore_menu(qtbot: QtBot, view: HistoryView) -> QMenu:
    button(view, "restore").click()
    qtbot.waitUntil(lambda: view.findChild(QMenu, "history.restore_menu") is not None)
    menu = view.findChild(QMenu, "history.restore_menu")
    assert menu is not None
    return menu


def test_everything_goes_back_to_before_a_step(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    first = write_step(place, {"a.txt": CHANGED, "new/b.txt": "b\n"}, prompt="Shout")
    write_step(place, {"a.txt": "other\n", "c.txt": "c\n"})
    view = open_history(qtbot, shown, 2)
    wait_for_step(qtbot, view, first)
    QTest.keyClick(view.timeline, Qt.Key.Key_B, SHIFT)
    wait_for_plan(qtbot, view, "Restore everything to before")
    button(view, "agree").click()
    # The folder of a deleted file goes last.
    qtbot.waitUntil(lambda: not (place / "new").exists(), timeout=LIMIT_MS)
    assert (place / "a.txt").read_text() == LINES
    assert not (place / "c.txt").exists()
    wait_for_steps(qtbot, shown, 3)
    newest = next(row for row in view.timeline.steps.rows if isinstance(row, TimelineStep))
    assert title_of(newest.entry) == "Restore: Shout"
    assert (newest.added, newest.removed) == (LINES.count("\n"), 3)


def test_a_conflict_goes_to_the_review_with_three_sides(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    entry_id = write_step(place, {"a.txt": CHANGED}, prompt="Shout")
    mine = CHANGED.replace("LINE 3\n", "my line 3\n")
    (place / "a.txt").write_text(mine)
    view = open_history(qtbot, shown, 1)
    wait_for_step(qtbot, view, entry_id)
    QTest.keyClick(view.timeline, Qt.Key.Key_U)
    wait_for_plan(qtbot, view, "Undo “Shout”")
    assert "in the same lines (line 4)" in said(view, "plan_conflicts")
    assert not button(view, "agree").isVisible()
    assert diff_texts(view) == [
        "#Your file now",
        "=my line 3",
        "#What was accepted, and what stood there before",
        "-LINE 3",
        "+line 3",
        "-LINE 30",
        "+line 30",
    ]
    QTest.keyClick(button(view, "to_review"), Qt.Key.Key_Return)
    review = review_of(shown)
    qtbot.waitUntil(
        lambda: [hunk.state for hunk in review.state.pending()] == [HunkState.CONFLICT, HunkState.CLEAN],
        timeout=LIMIT_MS,
    )
    assert (place / "a.txt").read_text() == mine
    conflict, clean = review.state.pending()
    sides = review.state.sides(conflict.hunk_id)
    assert (sides.base, sides.yours, sides.theirs) == ("LINE 3\n", "my line 3\n", "line 3\n")
    review.accept([clean.hunk_id])
    qtbot.waitUntil(lambda: (place / "a.txt").read_text() == mine.replace("LINE 30", "line 30"), timeout=LIMIT_MS)


def test_a_rename_is_a_step_and_goes_back_with_its_tab(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    shown.documents.open("a.txt")
    qtbot.waitUntil(lambda: shown.window.editors.view_of("a.txt") is not None, timeout=LIMIT_MS)
    editor = shown.window.editors.view_of("a.txt")
    assert editor is not None
    explorer = shown.window.findChild(ExplorerInWindow)
    assert explorer is not None
    explorer.commands.naming.rename_wanted.emit("a.txt", "new/b.txt")
    qtbot.waitUntil(lambda: shown.documents.documents.find("new/b.txt") is not None, timeout=LIMIT_MS)
    editor.show_lines(LineRange(0, 0))
    editor.setFocus()
    QTest.keyClicks(editor.code, "mine ")
    view = open_history(qtbot, shown, 1)
    qtbot.waitUntil(lambda: diff_texts(view) == ["#Its content stayed the same."])
    assert said(view, "title") == "Rename a.txt to new/b.txt"
    assert said(view, "meta").startswith("Renamed")
    assert said(view, "meta").endswith("b.txt")
    assert said(view, "lost") == ""
    QTest.keyClick(view.timeline, Qt.Key.Key_U)
    wait_for_plan(qtbot, view, "Undo “")
    assert "Unsaved text goes along" in said(view, "plan_said")
    button(view, "agree").click()
    qtbot.waitUntil(lambda: shown.documents.documents.find("a.txt") is not None, timeout=LIMIT_MS)
    assert (place / "a.txt").read_text() == LINES
    qtbot.waitUntil(lambda: not (place / "new").exists(), timeout=LIMIT_MS)
    assert editor.snapshot().text == f"mine {LINES}"
    assert shown.documents.is_dirty("a.txt")
    wait_for_steps(qtbot, shown, 2)
    # The explorer takes back its own renames, and that is a step as well.
    explorer.commands.naming.rename_wanted.emit("a.txt", "c.txt")
    wait_for_steps(qtbot, shown, 3)
    explorer.commands.undo()
    wait_for_steps(qtbot, shown, 4)
    entries = applier_of(place).history.entries("a.txt")
    assert [each.kind for each in entries] == [EntryKind.RENAME, EntryKind.RENAME, EntryKind.UNDO, EntryKind.RENAME]
    assert entries[0].undoes == entries[1].entry_id


def test_a_deleted_file_is_put_back_on_disk_although_its_tab_has_kept_the_text(
    qtbot: QtBot, shown: DesktopWindow, place: Path
) -> None:
    shown.documents.open("a.txt")
    qtbot.waitUntil(lambda: shown.window.editors.view_of("a.txt") is not None, timeout=LIMIT_MS)
    write_step(place, {"a.txt": None})
    qtbot.waitUntil(lambda: shown.documents.is_dirty("a.txt"), timeout=LIMIT_MS)
    view = open_history(qtbot, shown, 1)
    wait_for_step(qtbot, view, ids_of(view)[0])
    QTest.keyClick(view.timeline, Qt.Key.Key_U)
    wait_for_plan(qtbot, view, "Undo “")
    button(view, "agree").click()
    qtbot.waitUntil(lambda: (place / "a.txt").exists() and not shown.documents.dirty(), timeout=LIMIT_MS)
    assert (place / "a.txt").read_text() == LINES


def test_a_tab_with_unsaved_text_gets_it_in_the_tab_only(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    entry_id = write_step(place, {"a.txt": CHANGED})
    shown.documents.open("a.txt")
    qtbot.waitUntil(lambda: shown.window.editors.view_of("a.txt") is not None, timeout=LIMIT_MS)
    editor = shown.window.editors.view_of("a.txt")
    assert editor is not None
    qtbot.waitUntil(lambda: editor.snapshot().text == CHANGED, timeout=LIMIT_MS)
    editor.show_lines(LineRange(0, 0))
    editor.setFocus()
    QTest.keyClicks(editor.code, "mine ")
    view = open_history(qtbot, shown, 1)
    wait_for_step(qtbot, view, entry_id)
    QTest.keyClick(view.timeline, Qt.Key.Key_U)
    wait_for_plan(qtbot, view, "Undo “")
    assert "changes in its tab only" in said(view, "plan_said")
    button(view, "agree").click()
    qtbot.waitUntil(lambda: editor.snapshot().text == f"mine {LINES}", timeout=LIMIT_MS)
    assert (place / "a.txt").read_text() == CHANGED
    assert shown.documents.is_dirty("a.txt")
    qtbot.waitUntil(lambda: any("in the tab only" in each.message for each in shown.window.notices.shown()))


def test_what_changed_between_look_and_agreement_is_looked_at_again(
    qtbot: QtBot, shown: DesktopWindow, place: Path
) -> None:
    entry_id = write_step(place, {"a.txt": CHANGED})
    view = open_history(qtbot, shown, 1)
    wait_for_step(qtbot, view, entry_id)
    QTest.keyClick(view.timeline, Qt.Key.Key_U)
    wait_for_plan(qtbot, view, "Undo “")
    (place / "a.txt").write_text(CHANGED + "more\n")
    button(view, "agree").click()
    qtbot.waitUntil(
        lambda: any("changed meanwhile" in each.message for each in shown.window.notices.shown()), timeout=LIMIT_MS
    )
    assert (place / "a.txt").read_text() == CHANGED + "more\n"
    wait_for_plan(qtbot, view, "Undo “")
    button(view, "agree").click()
    qtbot.waitUntil(lambda: (place / "a.txt").read_text() == LINES + "more\n", timeout=LIMIT_MS)


def test_a_refused_write_says_why_and_can_be_tried_again(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    entry_id = write_step(place, {"a.txt": CHANGED, "b.txt": "b\n"})
    view = open_history(qtbot, shown, 1)
    wait_for_step(qtbot, view, entry_id)
    QTest.keyClick(view.timeline, Qt.Key.Key_U)
    wait_for_plan(qtbot, view, "Undo “")
    (place / "a.txt").chmod(0o444)
    button(view, "agree").click()
    qtbot.waitUntil(lambda: any("a.txt" in each.message for each in shown.window.notices.shown()), timeout=LIMIT_MS)
    assert (place / "a.txt").read_text() == CHANGED
    assert (place / "b.txt").read_text() == "b\n"
    (place / "a.txt").chmod(0o644)
    qtbot.waitUntil(button(view, "agree").isEnabled)
    button(view, "agree").click()
    qtbot.waitUntil(lambda: (place / "a.txt").read_text() == LINES and not (place / "b.txt").exists(), timeout=LIMIT_MS)


def test_the_review_leads_to_the_history_of_its_file(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    write_step(folder, {"basket.py": SOURCE + "# more\n"})
    write_step(folder, {"other.py": "1\n"})
    (folder / "basket.py").write_text(SOURCE)
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)
    review = shown_review(qtbot, desktop)
    lead = review.findChild(QPushButton, "review.file_history")
    assert lead is not None
    lead.click()
    page = wait_for_steps(qtbot, desktop, 1)
    assert page.filter.query.path == "basket.py"


def test_content_that_is_gone_is_said_and_cannot_be_asked_for(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    entry_id = write_step(place, {"a.txt": CHANGED})
    history = applier_of(place).history
    before = history.entry(entry_id).files[0].before
    assert before is not None
    for stored in program_folders(os.environ).state.rglob(f"objects/{before[:2]}/{before[2:]}*"):
        stored.unlink()
    view = open_history(qtbot, shown, 1)
    wait_for_step(qtbot, view, entry_id)
    assert "a.txt is no longer kept" in said(view, "lost")
    assert not button(view, "undo_step").isEnabled()
    assert "no longer kept" in button(view, "undo_step").toolTip()
    QTest.keyClick(view.timeline, Qt.Key.Key_U)
    QTest.keyClick(view.timeline, Qt.Key.Key_B)
    qtbot.wait(100)
    assert not view.step.is_planning
    menu = restore_menu(qtbot, view)
    assert not next(each for each in menu.actions() if each.text().startswith("a.txt to before")).isEnabled()
    menu.close()


def test_a_damaged_store_says_so_and_can_be_tried_again(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    write_step(place, {"a.txt": CHANGED})
    (stored,) = program_folders(os.environ).state.rglob("history.sqlite")
    with closing(sqlite3.connect(stored)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = stored.read_bytes()
    for beside in stored.parent.glob("history.sqlite-*"):
        beside.unlink()
    stored.write_bytes(b"no database at all, " * 400)
    view = open_history(qtbot, shown, 0)
    qtbot.waitUntil(lambda: "cannot be read" in said(view, "said"), timeout=LIMIT_MS)
    stored.write_bytes(kept)
    button(view, "retry").click()
    qtbot.waitUntil(
        lambda: (said(view, "said") != "" and "cannot be read" not in said(view, "said")) or ids_of(view) != []
    )


def test_nothing_written_yet_says_so(qtbot: QtBot, shown: DesktopWindow) -> None:
    view = open_history(qtbot, shown, 0)
    qtbot.waitUntil(lambda: "Nothing was written here yet" in said(view, "said"), timeout=LIMIT_MS)


def test_the_size_is_shown_with_a_way_to_its_bounds(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    write_step(place, {"a.txt": CHANGED})
    view = open_history(qtbot, shown, 1)
    qtbot.waitUntil(lambda: said(view, "size").startswith("The history of this folder takes "), timeout=LIMIT_MS)
    button(view, "settings").click()
    page = shown.window.findChild(PreferencesPage)
    assert page is not None
    chosen = page.sections.currentItem()
    assert chosen is not None
    assert chosen.text() == "History"


def test_steps_of_another_program_are_there_when_asked_for(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    write_step(place, {"a.txt": CHANGED})
    view = open_history(qtbot, shown, 1)
    write_step(place, {"a.txt": LINES})
    QTest.keyClick(view.timeline, Qt.Key.Key_F5)
    wait_for_steps(qtbot, shown, 2)


def test_words_narrow_the_steps(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    first = write_step(place, {"a.txt": CHANGED}, prompt="Shout loudly", model="gpt")
    write_step(place, {"a.txt": LINES}, prompt="Calm down")
    view = open_history(qtbot, shown, 2)
    QTest.keyClick(view.timeline, Qt.Key.Key_Slash)
    qtbot.waitUntil(view.filter.words.hasFocus)
    QTest.keyClicks(view.filter.words, "GPT loud")
    qtbot.waitUntil(lambda: ids_of(view) == [first], timeout=LIMIT_MS)
    QTest.keyClick(view.filter.words, Qt.Key.Key_Down)
    qtbot.waitUntil(view.timeline.hasFocus)
    view.filter.words.setText("nobody said this")
    qtbot.waitUntil(lambda: "No step fits" in said(view, "said"), timeout=LIMIT_MS)
    view.filter.words.setFocus()
    QTest.keyClick(view.filter.words, Qt.Key.Key_Escape)
    wait_for_steps(qtbot, shown, 2)


def test_the_history_of_a_file_is_opened_from_its_tab_and_the_explorer(
    qtbot: QtBot, shown: DesktopWindow, place: Path
) -> None:
    write_step(place, {"b.txt": "b\n"})
    write_step(place, {"a.txt": CHANGED})
    open_history(qtbot, shown, 2)
    shown.documents.open("a.txt")
    qtbot.waitUntil(lambda: shown.window.editors.view_of("a.txt") is not None, timeout=LIMIT_MS)
    editor = shown.window.editors.view_of("a.txt")
    assert editor is not None
    editor.setFocus()
    QTest.keyClick(QApplication.focusWidget() or editor.code, Qt.Key.Key_K, CTRL)
    QTest.keyClick(QApplication.focusWidget() or editor.code, Qt.Key.Key_H)
    view = wait_for_steps(qtbot, shown, 1)
    assert view.filter.query.path == "a.txt"
    from copilot_desktop.ui.explorer.panel import ExplorerPanel

    panel = shown.window.findChild(ExplorerPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.model.index_of("b.txt").isValid(), timeout=LIMIT_MS)
    panel.tree.setCurrentIndex(panel.model.index_of("b.txt"))
    assert shown.window.commands.run("explorer.history")
    qtbot.waitUntil(lambda: view.filter.query.path == "b.txt" and len(ids_of(view)) == 1, timeout=LIMIT_MS)


def test_a_long_history_is_listed_as_far_as_it_is_looked_at(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    for number in range(130):
        write_step(place, {"a.txt": f"{number}\n"})
    view = open_history(qtbot, shown, 100)
    view.timeline.scrollToBottom()
    wait_for_steps(qtbot, shown, 130)
    assert ids_of(view) == [entry.entry_id for entry in applier_of(place).history.entries(limit=200)]
