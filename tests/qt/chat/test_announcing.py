"""A screen reader hears of finished blocks while an answer arrives, and of nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from pytestqt.qtbot import QtBot

from copilot_desktop.conversation.events import ErrorNotice, TextArrived, TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import StoredTurn, TurnRequest
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.ui.chat import announcing
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

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


class Listener:
    """Stands for the system's accessibility, which is not there offscreen."""

    def __init__(self) -> None:
        self.said: list[str] = []

    @staticmethod
    def isActive() -> bool:  # noqa: N802
        return True

    def updateAccessibility(self, event: QAccessibleEvent) -> None:  # noqa: N802
        assert isinstance(event, QAccessibleAnnouncementEvent)
        assert event.type() is QAccessible.Event.Announcement
        assert event.object() is not None
        self.said.append(event.message())


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    made = Listener()
    monkeypatch.setattr(announcing, "QAccessible", made)
    return made


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
