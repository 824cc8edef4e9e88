"""A folder has another name than the last time, or is away for one start: what belongs to it comes along, or waits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place, WindowCommand
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.status_bar import StatusField
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from copilot_desktop.workspace.checkpoints.history import History
from copilot_desktop.workspace.paths import Workspace
from tests.support.desktop import open_desktop, open_program
from tests.support.editor_tabs import opened
from tests.support.openai_server import OpenAIServer
from tests.support.shop import (
    ANSWER,
    SOURCE,
    WANTED,
    ask_with_the_first_lines,
    make_shop,
    panel_of,
    review_of,
    shown_review,
    wait_for_review,
)
from tests.support.shop import opened as opened_in_shop

pytestmark = pytest.mark.usefixtures("looks_often")

WAIT = 40_000


@pytest.fixture
def folder(tmp_path: Path, server: OpenAIServer) -> Path:
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    for name in ("src/a.py", "src/b.py", "notes.txt"):
        (root / name).write_text("".join(f"line {number}\n" for number in range(300)))
    return root


def ask(qtbot: QtBot, panel: ChatPanel, prompt: str) -> None:
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: prompts(panel)[-1:] == [prompt], timeout=WAIT)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send", timeout=WAIT)


def prompts(panel: ChatPanel) -> list[str]:
    return [view.head.prompt for view in panel.conversation.transcript.turns]


def messages(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown() if notice.key != "trust"]


def click_choice(desktop: DesktopWindow, name: str) -> None:
    buttons = desktop.window.findChildren(QPushButton, f"banner.{name}")
    (button,) = [each for each in buttons if each.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def work(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Two groups of clean tabs with carets, one unsaved text, a conversation and a draft."""
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "about walruses")
    QTest.keyClicks(panel.composer.prompt, "to be asked")
    opened(qtbot, desktop, "notes.txt").insert_at_caret("mine ")
    opened(qtbot, desktop, "src/a.py").go_to(120, 3)
    desktop.window.commands.run("tab.split_right")
    qtbot.waitUntil(lambda: len(desktop.window.editors.panes.groups()) == 2, timeout=WAIT)
    opened(qtbot, desktop, "src/b.py").go_to(200, 2)
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"), timeout=WAIT)


def assert_all_came_along(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panes = desktop.window.editors.panes
    qtbot.waitUntil(lambda: len(panes.groups()) == 2, timeout=WAIT)
    titles = [[group.tabText(at) for at in range(group.count())] for group in panes.groups()]
    assert titles == [["notes.txt ●", "a.py"], ["a.py", "b.py"]]
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("src/b.py") is not None, timeout=WAIT)
    view = desktop.window.editors.view_of("src/b.py")
    assert view is not None
    assert view.state().selections[-1][2:] == (200, 2)
    qtbot.waitUntil(lambda: desktop.documents.text_of("notes.txt") is not None, timeout=WAIT)
    assert (desktop.documents.text_of("notes.txt") or "").startswith("mine line 0")
    panel = panel_of(qtbot, desktop)
    qtbot.waitUntil(lambda: prompts(panel) == ["about walruses"], timeout=WAIT)
    qtbot.waitUntil(lambda: panel.composer.prompt.written == "to be asked", timeout=WAIT)


def test_all_of_a_folder_renamed_under_the_window_comes_along(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as desktop:
        work(qtbot, desktop)
        moved = folder.rename(folder.with_name("market"))
        qtbot.waitUntil(lambda: any("was renamed" in each for each in messages(desktop)), timeout=WAIT)
        QTest.keyClick(
            desktop.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        qtbot.waitUntil(lambda: any("is gone" in each for each in messages(desktop)), timeout=WAIT)
        click_choice(desktop, "open_market")
        qtbot.waitUntil(lambda: desktop.folder == moved and desktop.workspace.is_watching, timeout=WAIT)
        assert_all_came_along(qtbot, desktop)
        assert messages(desktop) in ([], ["1 unsaved file was brought back."])
        desktop.window.commands.run("file.save_all")
        qtbot.waitUntil(lambda: not desktop.documents.dirty(), timeout=WAIT)
        assert (moved / "notes.txt").read_text().startswith("mine line 0")
        assert not folder.exists()


def test_all_of_a_folder_renamed_between_two_starts_comes_along(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as desktop:
        work(qtbot, desktop)
    moved = folder.rename(folder.parent / "market")
    with open_desktop(qtbot, moved) as desktop:
        assert_all_came_along(qtbot, desktop)
        session = desktop._shared.session.session
        assert str(folder) not in (*session.workspaces, *session.recent_folders, *session.open_folders)
        assert session.renames == ()
    # Another folder under the old name has nothing of it.
    (folder / "src").mkdir(parents=True)
    with open_desktop(qtbot, folder) as desktop:
        assert prompts(panel_of(qtbot, desktop)) == []
        assert not desktop.window.editors.panes.pages()


def test_the_review_comes_along_and_the_history_of_what_it_wrote(
    qtbot: QtBot, server: OpenAIServer, tmp_path: Path
) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, desktop, opened_in_shop(qtbot, desktop))
        moved = folder.rename(tmp_path / "market")
        qtbot.waitUntil(lambda: any("was renamed" in each for each in messages(desktop)), timeout=WAIT)
        click_choice(desktop, "open_market")
        qtbot.waitUntil(lambda: desktop.folder == moved and desktop.workspace.is_watching, timeout=WAIT)
        qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.TO_REVIEW) == "1 to review", timeout=WAIT)
        review = shown_review(qtbot, desktop)
        QTest.keyClick(review.diff, Qt.Key.Key_A)
        qtbot.waitUntil(lambda: (moved / "basket.py").read_text() == WANTED, timeout=WAIT)
    again = moved.rename(tmp_path / "bazaar")
    with open_desktop(qtbot, again):
        history = History.of(Workspace(again), program_folders(os.environ).state)
        assert len(history.entries()) == 1


TWO = [
    {"path": "basket.py", "old_string": "sum(items)", "new_string": "sum(item.net for item in items)"},
    {"path": "basket.py", "old_string": "return 1", "new_string": "return 2"},
]


def two_changes(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    """Of one answer, in the review."""
    wait_for_review(qtbot, desktop)
    qtbot.waitUntil(lambda: review_of(desktop).keeper.is_loaded, timeout=WAIT)
    files = {"basket.py": (folder / "basket.py").read_text()}
    review_of(desktop).add_proposal(propose(TWO, files), files, "turn", "two changes", "test-model")
    assert len(review_of(desktop).state.pending()) == 2


def decisions(desktop: DesktopWindow) -> list[Decision]:
    return [hunk.decision for hunk in review_of(desktop).state.hunks()]


def test_what_is_decided_while_the_folder_is_opened_under_its_new_name_comes_along(
    qtbot: QtBot, tmp_path: Path
) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        two_changes(qtbot, desktop, folder)
        qtbot.waitUntil(lambda: bool(desktop._shared.session.session.workspace(str(folder)).identity), timeout=WAIT)
        moved = folder.rename(tmp_path / "market")
        first = review_of(desktop).state.hunks()[0].hunk_id
        # By then the stores have followed.
        desktop._shared.moves.taken.connect(lambda _before: review_of(desktop).reject([first]))
        desktop.files.open_place(moved)
        qtbot.waitUntil(lambda: desktop.folder == moved and desktop.workspace.is_watching, timeout=WAIT)
        qtbot.waitUntil(lambda: decisions(desktop) == [Decision.REJECTED, Decision.PENDING], timeout=WAIT)
        review = shown_review(qtbot, desktop)
        QTest.keyClick(review.diff, Qt.Key.Key_U)
        qtbot.waitUntil(lambda: decisions(desktop) == [Decision.PENDING] * 2, timeout=WAIT)


def test_the_review_goes_to_the_window_that_opens_the_folder_under_its_new_name(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    with open_program(qtbot, folder) as program:
        (old,) = program.windows
        two_changes(qtbot, old, folder)
        qtbot.waitUntil(lambda: bool(program.session.session.workspace(str(folder)).identity), timeout=WAIT)
        moved = folder.rename(tmp_path / "market")
        review = shown_review(qtbot, old)
        QTest.keyClick(review.diff, Qt.Key.Key_R)
        new = program.open_window(Place(moved))
        qtbot.waitUntil(lambda: new.folder == moved and new.workspace.is_watching, timeout=WAIT)
        wait_for_review(qtbot, new)
        qtbot.waitUntil(lambda: sorted(decisions(new)) == [Decision.PENDING, Decision.REJECTED], timeout=WAIT)
        assert decisions(old) == []
        assert any("went along with the folder" in each for each in messages(old))
        (change_set,) = review_of(new).state.change_sets
        review_of(old).decide_all(change_set.change_set_id, Decision.ACCEPTED)  # by its card, which still stands there
        qtbot.waitUntil(
            lambda: "no longer under review" in old.window.status.text_of(StatusField.MESSAGE), timeout=WAIT
        )
    with open_desktop(qtbot, moved) as desktop:
        wait_for_review(qtbot, desktop)
        qtbot.waitUntil(lambda: sorted(decisions(desktop)) == [Decision.PENDING, Decision.REJECTED], timeout=WAIT)


def test_an_accept_is_taken_back_by_its_key_after_a_restart_and_under_another_name(
    qtbot: QtBot, tmp_path: Path
) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        two_changes(qtbot, desktop, folder)
        qtbot.waitUntil(lambda: bool(desktop._shared.session.session.workspace(str(folder)).identity), timeout=WAIT)
        review = shown_review(qtbot, desktop)
        QTest.keyClick(review.diff, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
        qtbot.waitUntil(lambda: decisions(desktop) == [Decision.ACCEPTED] * 2, timeout=WAIT)
    assert "return 2" in (folder / "basket.py").read_text()
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        qtbot.waitUntil(lambda: decisions(desktop) == [Decision.ACCEPTED] * 2, timeout=WAIT)
    moved = folder.rename(tmp_path / "market")
    with open_desktop(qtbot, moved) as desktop:
        wait_for_review(qtbot, desktop)
        qtbot.waitUntil(lambda: decisions(desktop) == [Decision.ACCEPTED] * 2, timeout=WAIT)
        QTest.keyClick(shown_review(qtbot, desktop).diff, Qt.Key.Key_U)
        qtbot.waitUntil(lambda: (moved / "basket.py").read_text() == SOURCE, timeout=WAIT)
        qtbot.waitUntil(lambda: decisions(desktop) == [Decision.PENDING] * 2, timeout=WAIT)
        assert not folder.exists()


@contextmanager
def restarted(qtbot: QtBot) -> Iterator[Program]:
    """The program once more, without a place."""
    folders = program_folders(os.environ)
    program = Program(folders, dict(os.environ), Theme(ThemeChoice.DARK), CrashHook(folders.state))
    program.start(WindowCommand())
    try:
        qtbot.waitUntil(lambda: program.core is not None, timeout=WAIT)
        yield program
    finally:
        for each in tuple(program.windows):
            each.window.close_now()


def leave_two(qtbot: QtBot, folder: Path, other: Path) -> None:
    """Quit with a window on each."""
    other.mkdir()
    with open_program(qtbot, folder) as program:
        opened(qtbot, program.windows[0], "src/a.py")
        program.open_window().files.open_place(other)
        qtbot.waitUntil(lambda: [each.folder for each in program.windows] == [folder, other], timeout=WAIT)
        qtbot.waitUntil(lambda: program.windows[1].workspace.is_watching, timeout=WAIT)
        program.quit()


def test_a_folder_away_at_one_start_is_said_and_back_at_the_next(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "tools"
    leave_two(qtbot, folder, other)
    (tmp_path / "away").mkdir()
    away = folder.rename(tmp_path / "away" / "shop")
    with restarted(qtbot) as program:
        qtbot.waitUntil(lambda: [each.folder for each in program.windows] == [other], timeout=WAIT)
        desktop = program.windows[0]
        qtbot.waitUntil(lambda: any("is not there" in each for each in messages(desktop)), timeout=WAIT)
        assert str(folder) in messages(desktop)[0]
        click_choice(desktop, "try_again")
        qtbot.waitUntil(lambda: any("is not there" in each for each in messages(desktop)), timeout=WAIT)
        program.quit()
    away.rename(folder)
    with restarted(qtbot) as program:
        qtbot.waitUntil(lambda: {each.folder for each in program.windows} == {folder, other}, timeout=WAIT)
        of_folder = next(each for each in program.windows if each.folder == folder)
        qtbot.waitUntil(lambda: of_folder.window.editors.open_paths() == ("src/a.py",), timeout=WAIT)
        assert not messages(of_folder)


def test_a_folder_that_is_back_comes_by_try_again(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    leave_two(qtbot, folder, tmp_path / "tools")
    (tmp_path / "away").mkdir()
    away = folder.rename(tmp_path / "away" / "shop")
    with restarted(qtbot) as program:
        desktop = program.windows[0]
        qtbot.waitUntil(lambda: any("is not there" in each for each in messages(desktop)), timeout=WAIT)
        away.rename(folder)
        click_choice(desktop, "try_again")
        qtbot.waitUntil(lambda: folder in [each.folder for each in program.windows], timeout=WAIT)
        assert not any(messages(each) for each in program.windows)


def test_a_forgotten_folder_is_not_asked_about_again(qtbot: QtBot, folder: Path) -> None:
    with open_program(qtbot, folder) as first:
        first.quit()
    folder.rename(folder.parent / ".elsewhere")
    away = (folder.parent / ".elsewhere").rename(folder.parent.parent / f"{folder.parent.name}-away")
    try:
        with restarted(qtbot) as program:
            desktop = program.windows[0]
            qtbot.waitUntil(lambda: any("is not there" in each for each in messages(desktop)), timeout=WAIT)
            assert desktop.start_page.welcome is not None
            assert desktop.start_page.welcome.isVisible()
            click_choice(desktop, "forget")
            assert not messages(desktop)
            assert str(folder) not in desktop._shared.session.session.recent_folders
            program.quit()
        with restarted(qtbot) as program:
            qtbot.wait(500)
            assert not messages(program.windows[0])
    finally:
        away.rename(folder)


def test_a_folder_renamed_between_two_starts_is_found_by_its_notice(qtbot: QtBot, folder: Path) -> None:
    with open_program(qtbot, folder) as first:
        opened(qtbot, first.windows[0], "src/a.py")
        qtbot.waitUntil(lambda: bool(first.session.session.workspace(str(folder)).identity), timeout=WAIT)
        first.quit()
    moved = folder.rename(folder.with_name("market"))
    with restarted(qtbot) as program:
        desktop = program.windows[0]
        qtbot.waitUntil(lambda: any("it is market now" in each for each in messages(desktop)), timeout=WAIT)
        click_choice(desktop, "open_market")
        qtbot.waitUntil(lambda: program.windows[0].folder == moved, timeout=WAIT)
        qtbot.waitUntil(lambda: desktop.window.editors.open_paths() == ("src/a.py",), timeout=WAIT)
        assert len(program.windows) == 1
        assert not messages(desktop)
