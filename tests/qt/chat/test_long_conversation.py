"""Of a long conversation only what is near the eyes is drawn, and what one reads stays where it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.conversation.events import TextArrived, TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import StoredTurn, TurnRequest
from copilot_desktop.edits.change_sets import change_set_from
from copilot_desktop.edits.proposal import Proposal
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.transcript import Transcript
from copilot_desktop.ui.chat.turn_heights import TurnHeights, guessed_height
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

LIMIT_MS = 30_000
ANSWER = "A *word* and `code`.\n\n- item\n\n```py\nx = 1\n```\n\n"


@pytest.fixture
def shown(qtbot: QtBot) -> ConversationView:
    view = ConversationView(Theme(ThemeChoice.DARK))
    qtbot.addWidget(view.transcript)
    view.setParent(view.transcript)
    view.transcript.resize(420, 600)
    view.transcript.show()
    return view


def turns(count: int) -> tuple[StoredTurn, ...]:
    return tuple(
        StoredTurn(
            f"t{number}", "c", f"Question {number}", answer=ANSWER * (1 + number % 7), status=TurnStatus.FINISHED
        )
        for number in range(count)
    )


def at_top(transcript: Transcript) -> tuple[str, int]:
    """The first turn in sight, and how far its beginning is below the upper edge."""
    for view in transcript.turns:
        top = view.mapTo(transcript.viewport(), view.rect().topLeft()).y()
        if top + view.height() > 0:
            return view.head.turn_id, top
    raise AssertionError("nothing is drawn there")


def settle(qtbot: QtBot, transcript: Transcript) -> None:
    """Wait until nothing more is drawn."""
    timer = transcript._drawing
    qtbot.waitUntil(lambda: not timer.isActive(), timeout=LIMIT_MS)
    qtbot.wait(50)
    qtbot.waitUntil(lambda: not timer.isActive(), timeout=LIMIT_MS)


def is_drawn_in_sight(transcript: Transcript) -> bool:
    """Whether the turns cover what is seen, but for the gaps between them."""
    seen = transcript.viewport().rect()
    spans = []
    for view in transcript.turns:
        top = view.mapTo(transcript.viewport(), view.rect().topLeft()).y()
        if top < seen.height() and top + view.height() > 0 and view.answer.text:
            spans.append((max(top, 0), min(top + view.height(), seen.height())))
    return sum(end - start for start, end in spans) > seen.height() * 0.8


def test_it_opens_at_its_end_and_draws_little(qtbot: QtBot, shown: ConversationView) -> None:
    shown.show_turns(turns(500))
    transcript = shown.transcript
    settle(qtbot, transcript)
    bar = transcript.verticalScrollBar()
    assert bar.value() == bar.maximum()
    assert transcript.turns[-1].head.turn_id == "t499"
    assert len(transcript) == 500
    assert len(transcript.turns) < 30
    assert is_drawn_in_sight(transcript)


def test_what_is_read_stays_while_others_are_drawn(qtbot: QtBot, shown: ConversationView) -> None:
    shown.show_turns(turns(200))
    transcript = shown.transcript
    settle(qtbot, transcript)
    bar = transcript.verticalScrollBar()
    for _step in range(40):
        bar.setValue(bar.value() - 300)
        settle(qtbot, transcript)
        assert is_drawn_in_sight(transcript)
    before = at_top(transcript)
    transcript.resize(420, 640)
    settle(qtbot, transcript)
    assert at_top(transcript) == before
    first = transcript.turns[0].head.turn_id
    bar.setValue(bar.value() - 200)
    turn_id, top = at_top(transcript)
    settle(qtbot, transcript)
    view = transcript.turn(turn_id)
    assert view is not None
    assert abs(view.mapTo(transcript.viewport(), view.rect().topLeft()).y() - top) <= 1
    assert transcript.turns[0].head.turn_id != "t199"
    assert int(first[1:]) < 199
    assert len(transcript.turns) < 40


def test_far_away_turns_are_dropped_and_come_back_as_they_were(qtbot: QtBot, shown: ConversationView) -> None:
    shown.show_turns(turns(200))
    transcript = shown.transcript
    settle(qtbot, transcript)
    bar = transcript.verticalScrollBar()
    transcript.setFocus()
    QTest.keyClick(transcript, Qt.Key.Key_Home)
    settle(qtbot, transcript)
    assert bar.value() == 0
    assert transcript.turn("t199") is None
    first = transcript.turn("t1")
    assert first is not None
    assert first.answer.text == ANSWER * 2
    assert [bar.code.text for bar in first.answer.bars] == ["x = 1\n"] * 2
    QTest.keyClick(transcript, Qt.Key.Key_End)
    settle(qtbot, transcript)
    assert bar.value() == bar.maximum()
    assert transcript.turn("t199") is not None
    assert transcript.turn("t1") is None


def test_a_selection_and_the_focus_keep_a_turn(qtbot: QtBot, shown: ConversationView) -> None:
    shown.show_turns(turns(100))
    transcript = shown.transcript
    settle(qtbot, transcript)
    last = transcript.turn("t99")
    assert last is not None
    last.answer.selectAll()
    transcript.verticalScrollBar().setValue(0)
    settle(qtbot, transcript)
    assert transcript.turn("t99") is last
    assert transcript.turn("t98") is None


def test_tab_goes_from_the_first_turn_to_the_last(qtbot: QtBot, shown: ConversationView) -> None:
    shown.show_turns(turns(100))
    transcript = shown.transcript
    settle(qtbot, transcript)
    transcript.verticalScrollBar().setValue(transcript.verticalScrollBar().maximum() // 2)
    settle(qtbot, transcript)
    column = transcript.widget()
    assert column is not None
    order = [child for child in column.children() if child in transcript.turns]
    assert tuple(order) == transcript.turns


def test_a_turn_is_gone_to(qtbot: QtBot, shown: ConversationView) -> None:
    shown.show_turns(turns(300), "t150")
    settle(qtbot, shown.transcript)
    assert at_top(shown.transcript) == ("t150", 0)
    shown.transcript.step(1)
    settle(qtbot, shown.transcript)
    assert at_top(shown.transcript) == ("t151", 0)
    shown.transcript.step(-1)
    settle(qtbot, shown.transcript)
    assert at_top(shown.transcript) == ("t150", 0)


def test_a_streaming_turn_stays_and_is_drawn_again_after_its_end(qtbot: QtBot, shown: ConversationView) -> None:
    shown.show_turns(turns(100))
    transcript = shown.transcript
    settle(qtbot, transcript)
    shown.begin(TurnRequest("new", "c", "And now?", (), {}, BUILT_IN_PROFILE, parent_id="t99"))
    shown.take(TextArrived("new", "# Head\n\nSome text.\n"))
    view = transcript.turn("new")
    assert view is not None
    settle(qtbot, transcript)
    bar = transcript.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(0)
    settle(qtbot, transcript)
    before = at_top(transcript)
    shown.take(TextArrived("new", ANSWER * 20))
    settle(qtbot, transcript)
    assert transcript.turn("new") is view
    assert at_top(transcript) == before
    shown.take(TurnFinished("new", TurnStatus.STOPPED))
    proposal = Proposal(notes=("Nothing to do.",))
    shown.show_change_set(change_set_from(proposal, {}, turn_id="new", title="t", model="m"))
    bar.setValue(200)
    settle(qtbot, transcript)
    assert transcript.turn("new") is None
    QTest.keyClick(transcript, Qt.Key.Key_End)
    settle(qtbot, transcript)
    again = transcript.turn("new")
    assert again is not None
    assert again.answer.text.startswith("# Head")
    assert again.status == "Stopped. What had arrived is kept."
    assert [card.summary.notes for card in again.proposals] == [("Nothing to do.",)]


def test_a_new_width_keeps_what_is_at_the_top(qtbot: QtBot, shown: ConversationView) -> None:
    shown.show_turns(turns(200), "t100")
    transcript = shown.transcript
    settle(qtbot, transcript)
    for width in (260, 700, 420):
        transcript.resize(width, 600)
        settle(qtbot, transcript)
        assert at_top(transcript) == ("t100", 0)
        assert all(view.width() <= transcript.viewport().width() for view in transcript.turns)


def test_heights_know_what_is_between() -> None:
    heights = TurnHeights(8, 16)
    assert (heights.bottom, heights.between(0, 100)) == (0, range(0))
    heights.fill([100, 50, 200])
    assert [heights.top(at) for at in range(3)] == [8, 124, 190]
    assert heights.bottom == 390
    assert heights.between(0, 124) == range(2)
    assert heights.between(110, 120) == range(1, 1)
    assert heights.between(173, 1000) == range(1, 3)
    assert heights.set_height(0, 90)
    assert not heights.set_height(0, 90)
    assert heights.top(2) == 180
    heights.append(10)
    heights.cut(1)
    assert heights.bottom == 98


def test_guesses_grow_with_lines_and_shrink_with_width() -> None:
    assert guessed_height("a", "line\n" * 100, 400) > guessed_height("a", "line\n" * 50, 400)
    assert guessed_height("a", "word " * 500, 200) > guessed_height("a", "word " * 500, 800)
    assert guessed_height("", "", 0) > 0
