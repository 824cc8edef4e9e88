"""A screen reader hears of finished blocks while an answer arrives, and of nothing else."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.conversation.events import ErrorNotice, TextArrived, TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import StoredTurn, TurnRequest
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.ui import announcing
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.notices import Notice, NoticeArea
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from tests.support.announcements import Listener

ANSWER = (
    "# Head\n\nSome *words* and `code`.\n\n- one\n- two\n\n```py\nx = 1\ny = 2\n```\n\n"
    "|a|b|\n|-|-|\n|1|2|\n\n---\n\nEnd."
)
SAID = [
    "Head",
    "Some words and code.",
    "one\ntwo",
    "Code block, 2 lines.",
    "Table, 2 rows.",
    "End.",
    "Answer finished.",
]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    made = Listener()
    monkeypatch.setattr(announcing, "QAccessible", made)
    return made


def test_what_came_of_something_in_the_settings_is_said(qtbot: QtBot, listener: Listener) -> None:
    line = StatusLine("profile_status")
    qtbot.addWidget(line)
    line.say("Asking …", Mood.BUSY)
    line.say("It answered.", Mood.GOOD)
    line.say_notice(ErrorNotice("auth", "The key was refused.", "Paste it again."))
    line.say("", Mood.GOOD)
    assert listener.said == ["It answered.", "The key was refused. Paste it again."]


def test_a_notice_of_the_window_is_said(qtbot: QtBot, listener: Listener) -> None:
    area = NoticeArea()
    qtbot.addWidget(area)
    area.show_notice(Notice("The folder is gone.", "Nothing is lost."))
    assert listener.said == ["The folder is gone. Nothing is lost."]


@pytest.fixture
def shown(qtbot: QtBot) -> ConversationView:
    view = ConversationView(Theme(ThemeChoice.DARK))
    qtbot.addWidget(view.transcript)
    view.setParent(view.transcript)
    view.transcript.resize(420, 600)
    view.transcript.show()
    return view


@pytest.mark.parametrize("size", [1, 9, 500])
def test_each_block_is_said_once_when_it_is_finished(shown: ConversationView, listener: Listener, size: int) -> None:
    shown.begin(TurnRequest("t", "c", "Ask", (), {}, BUILT_IN_PROFILE))
    for start in range(0, len(ANSWER), size):
        shown.take(TextArrived("t", ANSWER[start : start + size]))
    shown.take(TurnFinished("t", TurnStatus.FINISHED))
    assert "\n".join(listener.said) == "\n".join(SAID)
    assert len(listener.said) <= len(SAID)


def test_an_error_is_said(shown: ConversationView, listener: Listener) -> None:
    shown.begin(TurnRequest("t", "c", "Ask", (), {}, BUILT_IN_PROFILE))
    shown.take(TurnFinished("t", TurnStatus.FAILED, error=ErrorNotice("network", "The server is gone.", "Try again.")))
    assert listener.said == ["The server is gone. Try again."]


def test_a_kept_answer_is_not_said(qtbot: QtBot, shown: ConversationView, listener: Listener) -> None:
    shown.show_turns((StoredTurn("t", "c", "Ask", answer=ANSWER, status=TurnStatus.FINISHED),))
    qtbot.waitUntil(lambda: bool(shown.transcript.turns) and shown.transcript.turns[0].answer.text == ANSWER)
    qtbot.wait(100)
    assert listener.said == []
