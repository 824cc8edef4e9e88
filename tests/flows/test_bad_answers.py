"""What answers that are no good edits get in the window: a card or a sentence, and never a byte written."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits.change_sets import HunkState
from copilot_desktop.ui.chat.cards import ErrorCard
from copilot_desktop.ui.chat.proposal_card import ProposalCard
from copilot_desktop.ui.chat.refused_block_card import RefusedBlockCard
from tests.support.openai_server import OpenAIServer
from tests.support.refusals import PLACED, STOCK, ask, asked, block, cards, press, said, shown_buttons
from tests.support.shop import SOURCE, make_shop, panel_of, review_of

LATIN = "name = 'Müller'\n".encode("latin-1")


pytestmark = pytest.mark.usefixtures("by_hand")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_shop(tmp_path, {"stock.py": STOCK})
    (made / "latin.py").write_bytes(LATIN)
    (made / ".git").mkdir()
    (tmp_path / "outside.py").write_text("secret = 1\n")
    (made / "link.py").symlink_to(tmp_path / "outside.py")
    return made


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file in the folder and beside it."""
    every = (place for place in folder.parent.rglob("*") if place.is_file())
    return {place.relative_to(folder.parent).as_posix(): place.read_bytes() for place in every}


def under_review(desktop: DesktopWindow) -> list[str]:
    """The files of all change sets."""
    return [change.path for made in review_of(desktop).state.change_sets for change in made.files]


def answered(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, answer: str) -> None:
    """Ask, and wait for the end of the answer."""
    server.answers(answer)
    ask(qtbot, desktop)
    panel = panel_of(qtbot, desktop)
    qtbot.waitUntil(lambda: "" not in [view.figures.text() for view in panel.conversation.transcript.turns])


def test_an_empty_answer_is_an_error_with_a_way_out(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    server.empty()
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: desktop.window.findChild(ErrorCard) is not None)
    card = desktop.window.findChild(ErrorCard)
    assert card is not None
    assert card.message.toPlainText() == "The model's answer is empty."
    assert "Retry" in shown_buttons(card)
    assert cards(desktop) == []


def test_prose_alone_proposes_nothing(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    answered(qtbot, desktop, server, "It works as it is: `total` sums the items.\n\n- nothing to change\n")
    assert (cards(desktop), desktop.window.findChildren(ProposalCard)) == ([], [])
    assert review_of(desktop).state.change_sets == ()


@pytest.mark.parametrize(
    "answer",
    [
        "stock.py\n```python\n<<<<<<< SEARCH\n    return found\n",
        "stock.py\n```python\n<<<<<<< SEARCH\n    return found\n=======\n    return 1\n```\n",
        "*** Begin Patch\n*** Update File: stock.py\n@@\n-    found = count(items)\n",
    ],
)
def test_what_has_no_end_is_cut_off_and_can_be_asked_for_again(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path, answer: str
) -> None:
    before = files_of(folder)
    (card,) = asked(qtbot, desktop, server, answer, 1)
    assert said(card, "refused_title") == "Not placed: cut off"
    assert "Retry" in shown_buttons(card)
    assert "Place by hand" not in shown_buttons(card)
    assert review_of(desktop).state.change_sets == ()
    assert files_of(folder) == before


def test_nul_bytes_are_shown_and_copied_like_other_characters(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    (card,) = asked(qtbot, desktop, server, block("stock.py", "    found\0 = nothing(like, this)", "\0\0"), 1)
    press(card, "refused_copy")
    assert "found\0 = nothing" in QApplication.clipboard().text()


ASTRAY = (
    "../outside.py",
    "a/../../outside.py",
    "/etc/passwd",
    "C:/Windows/win.ini",
    "stock.py:stream",
    "CON",
    ".git/config",
    "link.py",
    "Stock.py",
    "a/../.git/hooks/pre-commit",
)


@pytest.mark.parametrize("old", ["", "secret = 1"])
def test_a_path_that_leads_astray_is_refused(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path, old: str
) -> None:
    before = files_of(folder)
    panel = panel_of(qtbot, desktop)
    for path in ASTRAY:
        (card,) = asked(qtbot, desktop, server, block(path, old, "secret = 2"), 1)
        assert not {"Place here"} & shown_buttons(card), path
        assert {"Copy", "Dismiss"} <= shown_buttons(card), path
        assert review_of(desktop).state.change_sets == (), path
        if said(card, "refused_title") == "Not placed: path not allowed":
            assert "Retry" in shown_buttons(card), path
            assert "Place by hand" not in shown_buttons(card), path
        else:
            assert path in ("Stock.py", "CON", "a/../.git/hooks/pre-commit")
        assert files_of(folder) == before, path
        press(card, "refused_dismiss")
        qtbot.waitUntil(lambda: cards(desktop) == [] and panel.composer.send.text() == "Send")


def test_a_block_for_a_path_that_leads_astray_can_come_again_for_another(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    before = files_of(folder)
    old, new = "    found = count(items)", "    found = count(items, 1)"
    (card,) = asked(
        qtbot, desktop, server, block("/outside.py", old, new), 1, then=block("../outside.py", "secret = 1", new)
    )
    server.answers(block("stock.py", old, new))
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: said(card) == "The model was asked once more; its new block has no place either.")
    assert "secret" not in server.requests[1].body["messages"][-1]["content"]
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: under_review(desktop) == ["stock.py"])
    assert cards(desktop) == []
    assert files_of(folder) == before


def test_a_block_for_a_new_file_that_is_there_can_be_asked_for_as_a_change(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    again = block("stock.py", STOCK.rstrip("\n"), STOCK.rstrip("\n") + " + 1")
    (card,) = asked(qtbot, desktop, server, block("stock.py", "", STOCK + "# more"), 1, then=again)
    assert said(card, "refused_title") == "Not placed: file is there already"
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: under_review(desktop) == ["stock.py"])
    assert "The block has no old text" in server.requests[1].body["messages"][-1]["content"]
    assert cards(desktop) == []


def test_a_file_that_goes_before_the_answer_ends_is_said(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    panel = panel_of(qtbot, desktop)
    panel.add_file("stock.py")
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    server.holds(block("stock.py", "    found = count(items)", "    found = len(items)") + PLACED, after=1)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(server.requests) == 1)
    (folder / "stock.py").unlink()
    server.release()
    review = review_of(desktop)
    qtbot.waitUntil(lambda: [hunk.state for hunk in review.state.hunks("stock.py")] == [HunkState.CONFLICT])
    (card,) = desktop.window.findChildren(ProposalCard)
    press(card, "proposal_accept")
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() != SOURCE)
    assert not (folder / "stock.py").exists()
    said_now = "Accepted 1 change in 1 file; 1 skipped: 1 conflict."
    qtbot.waitUntil(lambda: [notice.message for notice in desktop.window.notices.shown()] == [said_now])


def test_text_that_the_encoding_cannot_hold_is_refused_before_anything_is_written(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    before = files_of(folder)
    answer, still_not, again = (
        block("latin.py", "name = 'Müller'", f"name = '{name}'") for name in ("中", "国", "Zhong")
    )
    (card,) = asked(qtbot, desktop, server, answer + PLACED, 1, then=still_not)
    server.answers(again)
    assert said(card, "refused_title") == "Not placed: encoding does not fit"
    assert "latin.py" in card.accessibleName()
    assert [change.path for change in review_of(desktop).state.change_sets[0].files] == ["basket.py"]
    assert said(card, "refused_likelihood") == "exactly these lines"
    assert not {"Place here", "Place by hand"} & shown_buttons(card)
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: said(card).endswith("the encoding of the file does not hold its new block."))
    assert "U+4E2D" in server.requests[1].body["messages"][-1]["content"]
    assert "U+56FD" in card.accessibleName()
    assert under_review(desktop) == ["basket.py"]
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: under_review(desktop) == ["basket.py", "latin.py"])
    assert cards(desktop) == []
    assert files_of(folder) == before


def test_ten_megabytes_of_answer_leave_the_window_usable(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    text = "0123456789 abcdefghij " * 20 + "\n"
    server.answers([text * 2_400 for _ in range(10)] + [block("stock.py", "    nothing(like, this, at, all)", "x")])
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(cards(desktop)) == 1, timeout=100_000)
    panel = panel_of(qtbot, desktop)
    (turn,) = panel.conversation.transcript.turns
    assert said(turn, "turn_not_drawn").startswith("Only the first 500,000 characters of this answer are drawn.")
    assert len(turn.answer.text) == 500_000
    assert len(panel.conversation.answer(turn.head.turn_id)) > 10_000_000
    panel.composer.focus_prompt()
    QTest.keyClicks(panel.composer.prompt, "usable")
    assert panel.composer.prompt.toPlainText() == "usable"
    assert isinstance(cards(desktop)[0], RefusedBlockCard)


def test_blocks_for_a_file_that_is_not_there_are_one_card_and_come_again_together(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    before = files_of(folder)
    changes = (("    found = count(items)", "    found = count(items, 1)"), ("def left(items):", "def rest(items):"))
    answer, again = ("".join(block(path, *change) for change in changes) for path in ("stocks.py", "stock.py"))
    (card,) = asked(qtbot, desktop, server, answer, 1, then=again)
    assert said(card, "refused_title") == "Not placed: no such file"
    assert "2 blocks of the answer are for it:\n• found = count(items, 1)\n• def rest(items):" in card.accessibleName()
    assert "Place the first by hand" in shown_buttons(card)
    press(card, "refused_copy")
    assert QApplication.clipboard().text().count("<<<<<<< SEARCH") == 2
    press(card, "refused_dismiss")
    qtbot.waitUntil(lambda: cards(desktop) == [])
    back = desktop.window.findChild(QPushButton, "refused_back")
    assert isinstance(back, QPushButton)
    assert back.text() == "Show 2 dismissed blocks again"
    back.click()
    (card,) = cards(desktop)
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: under_review(desktop) == ["stock.py"])
    assert len(review_of(desktop).state.hunks("stock.py")) == 2
    assert cards(desktop) == []
    assert files_of(folder) == before
