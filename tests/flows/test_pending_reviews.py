"""What is under review comes back with its folder, as it was left, on what the files say then."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.ui.chat.kept_proposal_cards import KeptProposalCard
from copilot_desktop.ui.chat.proposal_card import CardState, ProposalCard
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import (
    ANSWER,
    BASKET,
    SOURCE,
    WANTED,
    ask_with_the_first_lines,
    opened,
    review_of,
    wait_for_review,
)


def to_review(desktop: DesktopWindow) -> str:
    return desktop.window.status.text_of(StatusField.TO_REVIEW)


def wait_loaded(qtbot: QtBot, desktop: DesktopWindow) -> None:
    wait_for_review(qtbot, desktop)
    qtbot.waitUntil(lambda: review_of(desktop).keeper.is_loaded, timeout=20_000)


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
        qtbot.waitUntil(lambda: len(cards(second)) == 1, timeout=20_000)
        qtbot.wait(300)
        assert second.window.findChildren(KeptProposalCard) == []
        accept = cards(second)[0].findChild(QPushButton, "proposal_accept")
        assert accept is not None
        QTest.mouseClick(accept, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == WANTED, timeout=20_000)
        qtbot.waitUntil(lambda: cards(second)[0].summary.state is CardState.ACCEPTED, timeout=20_000)


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
        qtbot.waitUntil(lambda: (folder / BASKET).read_bytes() != data, timeout=20_000)
        qtbot.waitUntil(lambda: review_of(first).can_undo, timeout=20_000)
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        review = review_of(second)
        (hunk,) = review.state.hunks()
        assert (hunk.decision, to_review(second)) == (Decision.ACCEPTED, "")
        assert review.can_undo
        assert second.window.commands.run("review.undo")
        qtbot.waitUntil(lambda: (folder / BASKET).read_bytes() == data, timeout=20_000)
        qtbot.waitUntil(lambda: to_review(second) == "1 to review", timeout=20_000)


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
    (folder / BASKET).rename(folder / "other.py")
    with open_desktop(qtbot, folder) as third:
        wait_loaded(qtbot, third)
        (hunk,) = review_of(third).state.hunks()
        assert hunk.state is HunkState.CONFLICT
    (folder / "other.py").unlink()
    (folder / BASKET).write_text(f"# new\n{SOURCE}")
    with open_desktop(qtbot, folder) as fourth:
        wait_loaded(qtbot, fourth)
        (hunk,) = review_of(fourth).state.hunks()
        assert (hunk.start, hunk.state) == (2, HunkState.CLEAN)


def test_a_file_that_is_gone_is_said(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, first, view)
    (folder / BASKET).rename(folder / "other.py")
    with open_desktop(qtbot, folder) as second:
        wait_loaded(qtbot, second)
        (hunk,) = review_of(second).state.hunks()
        assert hunk.state is HunkState.CONFLICT
        assert [each for each in notices(second) if f"{BASKET} is no longer there" in each]
