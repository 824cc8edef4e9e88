"""Blocks of an answer that were not placed: each is a card with the reason, the nearest place and what can be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.ui.chat.near_lines import NearLines
from copilot_desktop.ui.chat.proposal_card import ProposalCard
from copilot_desktop.ui.chat.refused_block_card import RefusedBlockCard
from copilot_desktop.ui.chat.refused_cards import RefusedColumn
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.focus_order import focus_inside
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.theme.theme import ThemeChoice
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.refusals import (
    AMBIGUOUS,
    NO_FILE,
    NOT_FOUND,
    PLACED,
    STOCK,
    ask,
    asked,
    block,
    cards,
    press,
    said,
    shown_buttons,
)
from tests.support.shop import (
    SOURCE,
    make_shop,
    panel_of,
    review_of,
    wait_for_review,
)

pytestmark = pytest.mark.usefixtures("by_hand")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"stock.py": STOCK})


def column_of(card: RefusedBlockCard) -> RefusedColumn:
    column = card.parentWidget()
    assert isinstance(column, RefusedColumn)
    return column


def review_page(desktop: DesktopWindow) -> ReviewView:
    page = desktop.window.findChild(ReviewView)
    assert page is not None
    return page


def test_each_refused_block_is_a_card_below_the_proposal(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    answer = "\n".join((PLACED, NOT_FOUND, AMBIGUOUS, NO_FILE))
    first, second, third = asked(qtbot, desktop, server, answer, 3)
    (proposal,) = desktop.window.findChildren(ProposalCard)
    assert "3 more were not placed" in shown_buttons(proposal)
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
    assert "  ≠ def stock(items, unit):" in lines
    assert "1 = def stock(items):" in lines
    assert said(card, "refused_legend") == "≠ what the model took for the file’s lines\n= what the file says"
    press(card, "refused_open")
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is not None)
    view = desktop.window.editors.current_view()
    assert view is not None
    qtbot.waitUntil(lambda: view.path == "stock.py")
    assert view.selection().lines.start == 0


def test_the_review_leads_to_the_cards_of_its_refused_blocks(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    first, second = asked(qtbot, desktop, server, PLACED + NOT_FOUND + AMBIGUOUS, 2)
    review = review_of(desktop)
    review.show(review.state.change_sets[0].change_set_id)
    link = desktop.window.findChild(QPushButton, "review.notes")
    assert link is not None
    assert link.text() == "2 blocks were not placed: show them in the chat"
    link.setFocus()
    QTest.keyClick(link, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: focus_inside(first))
    for wanted in (second, first):
        # From here each leads to the next one.
        press(review_page(desktop), "review.notes")
        assert focus_inside(wanted)


def test_each_card_leads_to_the_next_and_the_one_before_also_beyond_those_shown(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    answer = PLACED + "".join(block(f"nowhere_{number}.py", "x = 1", "x = 2") for number in range(7))
    shown = asked(qtbot, desktop, server, answer, 5)
    (proposal,) = desktop.window.findChildren(ProposalCard)
    press(proposal, "proposal_refused", Qt.Key.Key_Return)
    assert focus_inside(shown[0])
    assert len(cards(desktop)) == 7
    every = [column_of(shown[0]).cards[card.block.block_id] for card in cards(desktop)]
    assert [said(card, "refused_which") for card in every] == [f"{number} of 7" for number in range(1, 8)]
    press(every[0], "refused_previous", Qt.Key.Key_Return)
    assert focus_inside(every[6])
    assert every[6].step_button(-1).hasFocus()
    press(every[6], "refused_next", Qt.Key.Key_Return)
    press(every[0], "refused_next", Qt.Key.Key_Return)
    assert focus_inside(every[1])
    press(every[1], "refused_dismiss", Qt.Key.Key_Return)
    assert said(every[2], "refused_which") == "2 of 6"


def test_blocks_of_another_conversation_are_shown_there(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    asked(qtbot, desktop, server, PLACED + NOT_FOUND, 1)
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    chat.turns.new_conversation()
    qtbot.waitUntil(lambda: cards(desktop) == [])
    review = review_of(desktop)
    review.show(review.state.change_sets[0].change_set_id)
    press(review_page(desktop), "review.notes")
    qtbot.waitUntil(lambda: len(cards(desktop)) == 1)
    qtbot.waitUntil(lambda: focus_inside(cards(desktop)[0]))


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


def test_the_steps_through_the_places_stay_beside_each_other(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    (card,) = asked(qtbot, desktop, server, AMBIGUOUS, 1)
    steps = [card.findChild(QWidget, name) for name in ("refused_before", "refused_count", "refused_after")]
    for width in range(200, 420, 10):
        card.resize(width, card.height())
        layout = card.layout()
        assert layout is not None
        layout.activate()
        rows = [step.mapTo(card, step.rect().center()).y() for step in steps if step is not None]
        assert len(rows) == 3
        assert max(rows) - min(rows) <= 2


def test_a_place_that_says_the_same_as_the_new_text_is_perhaps_where_it_was_applied(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    (folder / "config.yaml").write_text("port: 8080\nname: shop\nport: 8080\n")
    (card,) = asked(qtbot, desktop, server, block("config.yaml", "port: 9090", "port: 8080"), 1)
    assert (
        "Perhaps already applied: config.yaml says in line 1 what this block would put there." in card.accessibleName()
    )


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
    assert "3 =     seen = count(items)" in diff.toPlainText()
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


def test_a_block_is_not_placed_on_lines_that_another_change_of_the_answer_waits_on(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    first = block("stock.py", "    found = count(items)\n    return found", "    return count(items)")
    second = block(
        "stock.py", "def stock(items):\n    found = count(items)", "def stock(items):\n    found = len(items)"
    )
    (card,) = asked(qtbot, desktop, server, f"{first}\n{second}", 1)
    assert said(card, "refused_title") == "Not placed: overlaps another block"
    press(card, "refused_place")
    qtbot.waitUntil(lambda: "waits in the review on lines 2–3" in said(card))
    review = review_of(desktop)
    assert [(hunk.start, hunk.end) for hunk in review.state.pending("stock.py")] == [(1, 3)]
    review.reject([hunk.hunk_id for hunk in review.state.pending()])
    qtbot.waitUntil(lambda: review.state.pending() == ())
    press(card, "refused_place")
    qtbot.waitUntil(lambda: [(hunk.start, hunk.end) for hunk in review.state.pending("stock.py")] == [(0, 2)])
    assert cards(desktop) == []
    assert (folder / "stock.py").read_text() == STOCK
