"""What is under review comes back with its folder, as it was left, on what the files say then."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.folder_opening import FolderOpening
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.edits.pending.store import KindOf, PendingStore
from copilot_desktop.edits.splitting import ChangedLine, Side
from copilot_desktop.settings.chat_page import ChatPage
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.kept_proposal_cards import KeptProposalCard
from copilot_desktop.ui.chat.proposal_card import CardState, ProposalCard
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.history.history_view import HistoryView
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import is_closed, open_desktop
from tests.support.editor_tabs import click_tab, titles
from tests.support.openai_server import OpenAIServer
from tests.support.refusals import AMBIGUOUS, NOT_FOUND, PLACED, STOCK, asked, press
from tests.support.refusals import cards as refused_cards
from tests.support.shop import (
    ANSWER,
    BASKET,
    SOURCE,
    WANTED,
    ask_with_the_first_lines,
    opened,
    panel_of,
    review_of,
    wait_for_review,
)


def to_review(desktop: DesktopWindow) -> str:
    return desktop.window.status.text_of(StatusField.TO_REVIEW)


def wait_loaded(qtbot: QtBot, desktop: DesktopWindow) -> None:
    wait_for_review(qtbot, desktop)
    qtbot.waitUntil(lambda: review_of(desktop).keeper.is_loaded)


def cards(desktop: DesktopWindow) -> list[ProposalCard]:
    return [card for card in desktop.window.findChildren(ProposalCard) if not card.isHidden()]


def notices(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown()]


def test_an_undecided_change_is_there_again_and_its_card_decides_about_it(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, first, view)
        before = review_of(first).state
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        assert to_review(second) == "1 to review"
        after = review_of(second).state
        assert (after.change_sets, after.order) == (before.change_sets, before.order)
        assert dict(after.texts) == dict(before.texts)
        qtbot.waitUntil(lambda: len(cards(second)) == 1)
        qtbot.wait(300)
        assert second.window.findChildren(KeptProposalCard) == []
        accept = cards(second)[0].findChild(QPushButton, "proposal_accept")
        assert accept is not None
        QTest.mouseClick(accept, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == WANTED)
        qtbot.waitUntil(lambda: cards(second)[0].summary.state is CardState.ACCEPTED)


def test_a_decision_is_taken_back_after_a_restart_to_the_exact_bytes(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    data = b"\xef\xbb\xbf" + SOURCE.replace("\n", "\r\n").encode()
    (folder / BASKET).write_bytes(data)
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, first, view)
        review_of(first).accept([hunk.hunk_id for hunk in review_of(first).state.pending()])
        qtbot.waitUntil(lambda: (folder / BASKET).read_bytes() != data)
        qtbot.waitUntil(lambda: review_of(first).can_undo)
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        review = review_of(second)
        (hunk,) = review.state.hunks()
        assert (hunk.decision, to_review(second)) == (Decision.ACCEPTED, "")
        assert review.can_undo
        assert second.window.commands.run("review.undo")
        qtbot.waitUntil(lambda: (folder / BASKET).read_bytes() == data)
        qtbot.waitUntil(lambda: to_review(second) == "1 to review")


def test_what_changed_while_the_program_was_away_is_said(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, first, view)
    (folder / BASKET).write_text(SOURCE.replace("sum(items)", "max(items)"))
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        (hunk,) = review_of(second).state.hunks()
        assert (hunk.state, hunk.decision) == (HunkState.CONFLICT, Decision.PENDING)
        assert [each for each in notices(second) if "changed while the program was away" in each]
    (folder / BASKET).unlink()
    with open_desktop(qtbot, folder) as third:
        wait_loaded(qtbot, third)
        (hunk,) = review_of(third).state.hunks()
        assert hunk.state is HunkState.CONFLICT
    (folder / BASKET).write_text(f"# new\n{SOURCE}")
    with open_desktop(qtbot, folder) as fourth:
        wait_loaded(qtbot, fourth)
        (hunk,) = review_of(fourth).state.hunks()
        assert (hunk.start, hunk.state) == (2, HunkState.MOVED)


def test_a_file_that_was_renamed_while_the_window_was_away_is_followed(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, first, view)
    (folder / "shop").mkdir()
    (folder / BASKET).rename(folder / "shop/cart.py")
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        # Its tab is there, and in front, as it was.
        qtbot.waitUntil(lambda: second.window.editors.view_of("shop/cart.py") is not None, timeout=20_000)
        assert second.window.editors.open_paths() == ("shop/cart.py",)
        review = review_of(second)
        (hunk,) = review.state.hunks()
        assert hunk.state is HunkState.CLEAN
        said = f"{BASKET} was renamed to shop/cart.py while the program was away: its changes went along."
        assert said in notices(second)
        review.accept([hunk.hunk_id])
        qtbot.waitUntil(lambda: (folder / "shop/cart.py").read_text() == WANTED, timeout=20_000)
        assert not (folder / BASKET).exists()
        qtbot.waitUntil(lambda: review.can_undo, timeout=20_000)


def test_a_file_that_is_gone_is_said_with_what_else_changed(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    (folder / "more.py").write_text("a = 1\nb = 2\n")
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, first, view)
        chat = first.window.findChild(ChatInWindow)
        assert chat is not None
        files = {"more.py": "a = 1\nb = 2\n"}
        made = propose([{"path": "more.py", "old_string": "a = 1\n", "new_string": "a = 2\n"}], files)
        chat.proposed.emit(ProposalMade("turn", made, files, "title", "model"))
    (folder / "more.py").write_text("a = 3\nb = 2\n")
    (folder / BASKET).unlink()
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        assert {hunk.state for hunk in review_of(second).state.hunks()} == {HunkState.CONFLICT}
        (said,) = notices(second)
        assert f"{BASKET} is no longer there: deleted or renamed while the program was away." in said
        assert "more.py changed while the program was away: 1 undecided change is in conflict" in said
        (folder / BASKET).write_text(SOURCE)
        qtbot.waitUntil(lambda: review_of(second).state.hunks()[0].state is HunkState.CLEAN, timeout=20_000)
        assert notices(second) == [said]
        (folder / "more.py").write_text("a = 1\nb = 2\n")
        # Nothing of it is so any more.
        qtbot.waitUntil(lambda: notices(second) == [], timeout=20_000)


def test_the_review_and_the_history_come_back_as_tabs(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        asked_once(qtbot, first, server)
        assert first.window.commands.run("history.of_file")
        assert first.window.commands.run("review.open")
        qtbot.waitUntil(lambda: titles(first.window.editors.tabs) == [BASKET, "History", "Review (1)"])
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        tabs = second.window.editors.tabs
        qtbot.waitUntil(lambda: titles(tabs) == [BASKET, "History", "Review (1)"])
        view = tabs.currentWidget()
        assert isinstance(view, ReviewView)
        qtbot.waitUntil(lambda: len(view.shown_ids) == 1)
        click_tab(tabs, "History")
        qtbot.waitUntil(lambda: isinstance(tabs.currentWidget(), HistoryView))
    with open_desktop(qtbot, folder) as third:
        wait_loaded(qtbot, third)
        page = third.window.editors.tabs.currentWidget()
        assert isinstance(page, HistoryView)
        assert page.filter.query.path == BASKET
        assert third.window.commands.run("review.open")
        assert titles(third.window.editors.tabs) == [BASKET, "History", "Review (1)"]


def test_what_is_typed_while_the_review_is_loaded_counts(
    qtbot: QtBot, server: OpenAIServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_desktop(qtbot, folder) as first:
        asked_once(qtbot, first, server)
        before = review_of(first).state.hunks()[0]
    waiting: list[Callable[[], None]] = []
    # As on a machine under load: the tabs take their time.
    monkeypatch.setattr(FolderOpening, "when_texts_are_back", lambda _opening, call: waiting.append(call))
    with open_desktop(qtbot, folder) as second:
        keeper = review_of(second).keeper
        view = opened(qtbot, second)
        qtbot.waitUntil(lambda: len(waiting) == 1)
        qtbot.waitUntil(lambda: to_review(second) == "Loading the review…")
        view.go_to(0, 0)
        QTest.keyClicks(view.code, "# typed")
        QTest.keyClick(view.code, Qt.Key.Key_Return)
        waiting[0]()
        QTest.keyClicks(view.code, "# more")
        QTest.keyClick(view.code, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: keeper.is_loaded and to_review(second) == "1 to review", timeout=20_000)
        assert view.text() == f"# typed\n# more\n{SOURCE}"
        qtbot.waitUntil(lambda: review_of(second).state.texts[BASKET] == view.text(), timeout=20_000)
        (hunk,) = review_of(second).state.hunks()
        assert (hunk.start, hunk.old_text, hunk.new_text) == (before.start + 2, before.old_text, before.new_text)
        review_of(second).accept([hunk.hunk_id])
        qtbot.waitUntil(lambda: view.text() == f"# typed\n# more\n{WANTED}", timeout=20_000)


def test_what_comes_while_the_review_is_loaded_is_there_again_although_the_window_was_closed_before(
    qtbot: QtBot, server: OpenAIServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_desktop(qtbot, folder) as first:
        asked_once(qtbot, first, server)
        before = review_of(first).state
    may_load, load = threading.Event(), PendingStore.load

    def load_late(store: PendingStore, kind_of: KindOf, make: Callable[[Mapping[str, Any]], Any]) -> Any:
        may_load.wait(20)
        return load(store, kind_of, make)

    # As from a disk that takes its time.
    monkeypatch.setattr(PendingStore, "load", load_late)
    (folder / "more.py").write_text(SOURCE)
    with open_desktop(qtbot, folder) as second:
        wait_for_review(qtbot, second)
        files = {"more.py": SOURCE}
        review_of(second).add_proposal(propose(ANSWER.replace(BASKET, "more.py"), files), files, "t", "More", "m")
        assert not review_of(second).keeper.is_loaded
        threading.Timer(0.5, may_load.set).start()
    assert may_load.wait(20)
    # The window waits for it two seconds at most.
    qtbot.waitUntil(lambda: "review-writer" not in {each.name for each in threading.enumerate()}, timeout=20_000)
    with open_desktop(qtbot, folder) as third:
        qtbot.waitUntil(lambda: to_review(third) == "2 to review", timeout=20_000)
        assert review_of(third).state.hunks(BASKET) == before.hunks(BASKET)
        assert len(review_of(third).state.pending("more.py")) == 1


def review_files() -> list[Path]:
    return sorted((program_folders(os.environ).state / "reviews").glob("*.sqlite"))


def asked_once(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)


def test_a_decision_that_was_written_when_the_program_was_killed_is_made(
    qtbot: QtBot, server: OpenAIServer, folder: Path, tmp_path: Path
) -> None:
    """The file has the change, and what is kept of the review does not know it yet."""
    with open_desktop(qtbot, folder) as first:
        asked_once(qtbot, first, server)
    (kept,) = review_files()
    before = shutil.copy(kept, tmp_path / "before.sqlite")
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        review = review_of(second)
        review.accept([hunk.hunk_id for hunk in review.state.pending()])
        qtbot.waitUntil(lambda: review.can_undo)
    shutil.copy(before, kept)
    with open_desktop(qtbot, folder) as third:
        wait_loaded(qtbot, third)
        review = review_of(third)
        (hunk,) = review.state.hunks()
        assert (hunk.decision, hunk.state, to_review(third)) == (Decision.ACCEPTED, HunkState.CLEAN, "")
        undone = review_files()[0].read_bytes()
        review.undo()
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == SOURCE)
        qtbot.waitUntil(lambda: not review.can_undo)
        assert to_review(third) == "1 to review"
    assert review_files()[0].read_bytes() != undone
    with open_desktop(qtbot, folder) as fourth:
        wait_loaded(qtbot, fourth)
        assert (to_review(fourth), review_of(fourth).can_undo) == ("1 to review", False)


def test_refused_blocks_come_back_and_dismissed_ones_stay_so(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    (folder / "stock.py").write_text(STOCK)
    SettingsStore(program_folders(os.environ).config).save(ChatPage(asks_once_more=False))
    with open_desktop(qtbot, folder) as first:
        panel_of(qtbot, first)
        wait_for_review(qtbot, first)
        shown = asked(qtbot, first, server, "\n".join((PLACED, NOT_FOUND, AMBIGUOUS)), 2)
        reasons = [card.block.failure.reason for card in shown]
        press(shown[0], "refused_dismiss")
        qtbot.waitUntil(lambda: len(refused_cards(first)) == 1)
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        qtbot.waitUntil(lambda: len(refused_cards(second)) == 1)
        (card,) = refused_cards(second)
        assert card.block.failure.reason == reasons[1]
        back = second.window.findChild(QPushButton, "refused_back")
        assert back is not None
        assert back.text() == "Show 1 dismissed block again"
        QTest.mouseClick(back, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(refused_cards(second)) == 2)
        qtbot.wait(300)
        assert second.window.findChildren(KeptProposalCard) == []


def test_what_waits_in_unsaved_text_stands_in_it_again(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    """On disk there is nothing of it: neither the lines the change is for, nor a change that was accepted."""
    typed = "def typed():\n    return 5\n\n\n"
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first)
        buffer = first.documents.find(BASKET)
        assert buffer is not None
        view.setFocus()
        buffer.edit_lines([LineEdit(LineRange(0, 0), typed)])
        qtbot.waitUntil(lambda: first.documents.is_dirty(BASKET))
        wait_loaded(qtbot, first)
        chat = first.window.findChild(ChatInWindow)
        assert chat is not None
        files = {BASKET: typed + SOURCE}
        answer = [
            {"path": BASKET, "old_string": "return 5", "new_string": "return 6"},
            {"path": BASKET, "old_string": "return 1", "new_string": "return 2"},
        ]
        chat.proposed.emit(ProposalMade("turn", propose(answer, files), files, "title", "model"))
        review = review_of(first)
        review.accept([review.state.pending()[0].hunk_id])
        qtbot.waitUntil(lambda: "return 6" in (first.documents.text_of(BASKET) or ""))
        before = review.state.change_sets
        first.window.close()
        qtbot.waitUntil(lambda: is_closed(first))
    assert (folder / BASKET).read_text() == SOURCE
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        assert "return 6" in (second.documents.text_of(BASKET) or "")
        assert review_of(second).state.change_sets == before
        assert to_review(second) == "1 to review"
        assert notices(second) == ["1 unsaved file was brought back."]
        review_of(second).undo()
        qtbot.waitUntil(lambda: second.documents.text_of(BASKET) == typed + SOURCE)


def test_each_folder_has_its_own_review(qtbot: QtBot, server: OpenAIServer, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / BASKET).write_text("nothing to do with it\n")
    with open_desktop(qtbot, folder) as desktop:
        asked_once(qtbot, desktop, server)
        desktop.files.open_place(other)
        qtbot.waitUntil(lambda: desktop.folder == other and review_of(desktop).keeper.is_loaded)
        assert (to_review(desktop), review_of(desktop).state.change_sets) == ("", ())
        desktop.files.open_place(folder)
        qtbot.waitUntil(lambda: to_review(desktop) == "1 to review")
        (hunk,) = review_of(desktop).state.hunks()
        assert hunk.state is HunkState.CLEAN
    assert len(review_files()) == 1


def test_looked_at_stays_looked_at_and_all_of_several_sets_is_there(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    (folder / "gone.txt").write_text("away\n")
    (folder / "name.txt").write_text("its name\n")
    files = {name: (folder / name).read_text() for name in (BASKET, "gone.txt", "name.txt")}
    patch = (
        "*** Begin Patch\n*** Add File: new.py\n+made = 1\n*** Delete File: gone.txt\n*** Update File: name.txt\n"
        "*** Move to: other.txt\n@@\n-its name\n+its other name\n*** End Patch\n"
    )
    loose = [
        {"path": BASKET, "old_string": "def  total(items):", "new_string": "def total(goods):"},
        {"path": BASKET, "old_string": "def  other():", "new_string": "def another():"},
    ]
    with open_desktop(qtbot, folder) as first:
        wait_loaded(qtbot, first)
        chat = first.window.findChild(ChatInWindow)
        assert chat is not None
        for number, answer in enumerate((patch, loose)):
            made = propose(answer, files)
            assert made.failures == ()
            chat.proposed.emit(ProposalMade(f"turn {number}", made, files, f"title {number}", f"model {number}"))
        review = review_of(first)
        amber = [hunk.hunk_id for hunk in review.state.hunks() if hunk.needs_look]
        assert len(amber) == 2
        review.look_at(amber[0])
        review.reject([hunk.hunk_id for hunk in review.state.hunks("new.py")])
        before = review.state
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        review = review_of(second)
        assert (review.state.change_sets, review.state.order) == (before.change_sets, before.order)
        assert [hunk.hunk_id for hunk in review.state.hunks() if hunk.needs_look] == amber[1:]
        second.window.commands.run("review.open")
        qtbot.waitUntil(lambda: second.window.findChild(ReviewView) is not None)
        review.decide_all(before.change_sets[0].change_set_id, Decision.ACCEPTED)
        qtbot.waitUntil(lambda: (folder / "other.txt").exists())
        assert not (folder / "gone.txt").exists()
        assert not (folder / "new.py").exists()
        qtbot.waitUntil(lambda: to_review(second) == "2 to review")


def test_a_store_that_cannot_be_read_is_said_and_the_program_works_on(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    with open_desktop(qtbot, folder) as first:
        asked_once(qtbot, first, server)
    (kept,) = review_files()
    with closing(sqlite3.connect(kept)) as database:
        database.execute("PRAGMA user_version = 99")
    newer = kept.read_bytes()
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        qtbot.waitUntil(lambda: any("newer version" in each for each in notices(second)))
        assert (to_review(second), review_of(second).state.change_sets) == ("", ())
        qtbot.waitUntil(lambda: len(second.window.findChildren(KeptProposalCard)) == 1)
        again = second.window.findChild(QPushButton, "propose_again")
        assert again is not None
        QTest.mouseClick(again, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: to_review(second) == "1 to review")
        review_of(second).accept([hunk.hunk_id for hunk in review_of(second).state.pending()])
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == WANTED)
    assert kept.read_bytes() == newer
    kept.write_bytes(b"this is no database" * 100)
    with open_desktop(qtbot, folder) as third:
        wait_loaded(qtbot, third)
        qtbot.waitUntil(lambda: any("is damaged" in each for each in notices(third)))
    assert kept.read_bytes() == b"this is no database" * 100


def test_an_edited_proposal_stays_edited_and_the_edit_can_be_taken_back(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    mine = "    return sum(item.gross for item in items)\n"
    with open_desktop(qtbot, folder) as first:
        asked_once(qtbot, first, server)
        review = review_of(first)
        (hunk,) = review.state.pending()
        review.edit_new_text(hunk.hunk_id, mine)
        qtbot.waitUntil(lambda: review.state.hunks()[0].new_text == mine)
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        review = review_of(second)
        (after,) = review.state.pending()
        assert (after.new_text, after.is_edited, after.proposed_text) == (mine, True, hunk.proposed_text)
        review.undo()
        qtbot.waitUntil(lambda: review.state.hunks()[0].new_text == hunk.new_text)


def test_what_was_viewed_and_split_is_so_after_a_restart(qtbot: QtBot, folder: Path, private_home: Path) -> None:
    text = (folder / BASKET).read_text()
    answer = propose(ANSWER, {BASKET: text})
    with open_desktop(qtbot, folder) as first:
        wait_loaded(qtbot, first)
        review = review_of(first)
        review.add_proposal(answer, {BASKET: text}, "turn", "title", "model")
        (hunk,) = review.state.pending()
        assert review.viewed.toggle([hunk.hunk_id])
        review.splitting.split_above(hunk, ChangedLine(Side.NEW, 0))
        assert len(review.state.pending()) == 2
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        review = review_of(second)
        assert len(review.state.pending()) == 2
        review.undo()
        qtbot.waitUntil(lambda: len(review.state.pending()) == 1)
        # The parts read differently; the whole is what was viewed.
        assert review.viewed.hunk_ids() == {hunk.hunk_id}
