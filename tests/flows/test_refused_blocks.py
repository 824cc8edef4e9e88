"""Blocks of an answer that were not placed: each is a card with the reason, the nearest place and what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.ui.chat.near_lines import NearLines
from copilot_desktop.ui.chat.proposal_card import ProposalCard
from copilot_desktop.ui.chat.refused_block_card import RefusedBlockCard
from copilot_desktop.ui.chat.refused_cards import RefusedColumn
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.focus_order import focus_inside
from copilot_desktop.ui.theme.theme import ThemeChoice
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import (
    SOURCE,
    make_shop,
    panel_of,
    review_of,
    serving_model,
    wait_for_review,
)

STOCK = "def stock(items):\n    found = count(items)\n    return found\n\n\ndef left(items):\n    return found\n"


def block(path: str, old: str, new: str) -> str:
    return f"{path}\n```python\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n"


NOT_FOUND = block(
    "stock.py",
    "def stock(items, unit):\n    amount = count(items, unit)\n    return amount",
    "def stock(items, unit):\n    amount = count(items, unit)\n    return 2 * amount",
)
"""The lines differ too much to be placed, and there is one place that they are most like."""
AMBIGUOUS = block("stock.py", "    return found", "    return found + 1")
NO_FILE = block("nowhere.py", "x = 1", "x = 2")
PLACED = block("basket.py", "    return sum(items)", "    return sum(item.net for item in items)")


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    with serving_model() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"stock.py": STOCK})


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        panel_of(qtbot, shown)
        wait_for_review(qtbot, shown)
        yield shown


def cards(desktop: DesktopWindow) -> list[RefusedBlockCard]:
    return [card for card in desktop.window.findChildren(RefusedBlockCard) if not card.isHidden()]


def ask(qtbot: QtBot, desktop: DesktopWindow, prompt: str = "use net prices") -> None:
    panel = panel_of(qtbot, desktop)
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def asked(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, answer: str, count: int
) -> list[RefusedBlockCard]:
    """The cards once an answer has come of which so many blocks are refused."""
    server.answers(answer)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(cards(desktop)) == count)
    return cards(desktop)


def column_of(card: RefusedBlockCard) -> RefusedColumn:
    column = card.parentWidget()
    assert isinstance(column, RefusedColumn)
    return column


def press(card: QWidget, name: str) -> None:
    """Press a button as with the keyboard."""
    found = card.findChild(QPushButton, name) or card.findChild(QToolButton, name)
    assert found is not None
    assert not found.isHidden()
    found.setFocus()
    QTest.keyClick(found, Qt.Key.Key_Space)


def shown_buttons(card: QWidget) -> set[str]:
    return {found.text() for found in card.findChildren(QPushButton) if found.text() and not found.isHidden()}


def said(card: QWidget, name: str = "refused_said") -> str:
    found = card.findChild(QLabel, name)
    assert found is not None
    return found.text()


def test_each_refused_block_is_a_card_below_the_proposal(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    answer = "\n".join((PLACED, NOT_FOUND, AMBIGUOUS, NO_FILE))
    first, second, third = asked(qtbot, desktop, server, answer, 3)
    (proposal,) = desktop.window.findChildren(ProposalCard)
    assert said(proposal, "proposal_refused") == "3 more blocks were not placed, see below"
    assert proposal.geometry().bottom() < column_of(first).geometry().top()
    assert said(first, "refused_title") == "Not placed: lines not found"
    assert said(second, "refused_title") == "Not placed: more than one place"
    assert "line 3 or 7 of stock.py" in second.accessibleName()
    assert said(third, "refused_title") == "Not placed: no such file"
    assert "Place here" not in shown_buttons(third)
    for card in (first, second, third):
        assert {"Copy", "Dismiss"} <= shown_buttons(card)


def test_the_nearest_place_is_shown_with_its_lines_and_opens_in_the_editor(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    (card,) = asked(qtbot, desktop, server, NOT_FOUND, 1)
    diff = card.findChild(NearLines)
    assert diff is not None
    lines = diff.toPlainText().split("\n")
    assert "  − def stock(items, unit):" in lines
    assert "1 + def stock(items):" in lines
    press(card, "refused_open")
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is not None)
    view = desktop.window.editors.current_view()
    assert view is not None
    qtbot.waitUntil(lambda: view.path == "stock.py")
    assert view.selection().lines.start == 0


def test_copy_gives_the_block_as_the_model_wrote_it(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    (card,) = asked(qtbot, desktop, server, NOT_FOUND, 1)
    press(card, "refused_copy")
    assert "<<<<<<< SEARCH" in QApplication.clipboard().text()
    assert "return 2 * amount" in QApplication.clipboard().text()
    assert said(card) == "Copied as the model wrote it."


def test_a_dismissed_block_can_come_back(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    first, _ = asked(qtbot, desktop, server, NOT_FOUND + AMBIGUOUS, 2)
    press(first, "refused_dismiss")
    (left,) = cards(desktop)
    assert said(left, "refused_title") == "Not placed: more than one place"
    assert focus_inside(left)
    press(column_of(left), "refused_back")
    assert len(cards(desktop)) == 2


def test_a_suggestion_is_placed_by_its_button_and_waits_in_the_review(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    (card,) = asked(qtbot, desktop, server, NOT_FOUND, 1)
    press(card, "refused_place")
    review = review_of(desktop)
    qtbot.waitUntil(lambda: len(review.state.pending()) == 1)
    assert cards(desktop) == []
    (hunk,) = review.state.pending()
    assert (hunk.strategy, hunk.needs_look) == ("by hand", False)
    assert (folder / "stock.py").read_text() == STOCK
    (proposal,) = [card for card in desktop.window.findChildren(ProposalCard) if not card.isHidden()]
    assert [file.path for file in proposal.summary.files] == ["stock.py"]
    review.accept([hunk.hunk_id])
    wanted = STOCK.replace("    return found\n", "    return 2 * amount\n", 1)
    qtbot.waitUntil(lambda: (folder / "stock.py").read_text() == wanted)


def test_one_of_several_places_is_chosen_and_joins_the_change_set(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    (card,) = asked(qtbot, desktop, server, PLACED + AMBIGUOUS, 1)
    assert said(card, "refused_count") == "1/2"
    press(card, "refused_after")
    assert said(card, "refused_count") == "2/2"
    press(card, "refused_place")
    review = review_of(desktop)
    qtbot.waitUntil(lambda: len(review.state.pending()) == 2)
    (change_set,) = review.state.change_sets
    assert [change.path for change in change_set.files] == ["basket.py", "stock.py"]
    assert [(hunk.start, hunk.new_text) for hunk in review.state.pending("stock.py")] == [(6, "    return found + 1\n")]
    assert change_set.failures == ()


def test_a_file_that_has_changed_meanwhile_is_shown_again_before_anything_is_placed(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    (card,) = asked(qtbot, desktop, server, NOT_FOUND, 1)
    (folder / "stock.py").write_text("# above\n" + STOCK.replace("found = count", "seen = count"))
    press(card, "refused_place")
    qtbot.waitUntil(lambda: "has changed since" in said(card))
    assert review_of(desktop).state.pending() == ()
    diff = card.findChild(NearLines)
    assert diff is not None
    assert "3 +     seen = count(items)" in diff.toPlainText()
    press(card, "refused_place")
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 1)


def test_a_file_that_is_gone_says_so(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path) -> None:
    (card,) = asked(qtbot, desktop, server, NOT_FOUND, 1)
    (folder / "stock.py").unlink()
    press(card, "refused_place")
    qtbot.waitUntil(lambda: "There is no file stock.py any more" in said(card))
    assert review_of(desktop).state.pending() == ()


def test_what_is_already_there_is_said_on_the_card(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    server.answers(block("basket.py", "    return max(items, default=0)", "    return sum(items)"))
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(desktop.window.findChildren(ProposalCard)) == 1)
    (proposal,) = desktop.window.findChildren(ProposalCard)
    assert proposal.summary.notes == ("basket.py: a block was already applied; its new text stands in the file.",)
    assert not proposal.isHidden()
    assert SOURCE.count("    return sum(items)") == 1


def test_the_cards_follow_the_theme(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder, ThemeChoice.LIGHT) as desktop:
        panel_of(qtbot, desktop)
        wait_for_review(qtbot, desktop)
        (card,) = asked(qtbot, desktop, server, NOT_FOUND, 1)
        diff = card.findChild(NearLines)
        assert diff is not None
        before = diff.document().firstBlock().next().blockFormat().background().color().name()
        chat = desktop.window.findChild(ChatInWindow)
        assert chat is not None
        chat.preferences.save(AppearancePage(ThemeChoice.DARK))
        after = diff.document().firstBlock().next().blockFormat().background().color().name()
        assert before != after


def test_many_refused_blocks_show_the_first_ones_until_more_are_asked_for(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    answer = "".join(block(f"nowhere_{number}.py", "x = 1", "x = 2") for number in range(9))
    shown = asked(qtbot, desktop, server, answer, 5)
    press(column_of(shown[0]), "refused_more")
    assert len(cards(desktop)) == 9
