"""Every way in which a model's server can fail, seen in the whole window: a sentence, advice, and the prompt kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.conversation import answering
from copilot_desktop.llm.transport.connection import Limits
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.cards import ErrorCard, RetryCard
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.chat.turn_view import TurnView
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer, closed_port_url

KEY = "sk-test-0123456789abcdef"
PROMPT = "What does total do"
ANSWER = "It sums all items of the basket."


@dataclass(frozen=True, slots=True)
class Case:
    """A misbehaviour, words of the sentence and of the advice, and how much of the answer had come."""

    name: str
    misbehave: Callable[[OpenAIServer], None]
    message: str
    advice: str
    arrived: str = ""


CASES = (
    Case("wrong_key", OpenAIServer.wrong_key, "key", "Settings, Models"),
    Case("unknown_model", OpenAIServer.unknown_model, "does not know the model", "Settings, Models"),
    Case("context_length", OpenAIServer.context_length, "too long for test-model", "Remove context"),
    Case("quota", OpenAIServer.quota, "credit", "billing"),
    Case("server_error", lambda server: server.server_error(500), "500", "try again"),
    Case("overloaded", lambda server: server.server_error(503), "503", "try again"),
    Case("cut_before", lambda server: server.cut(ANSWER, after=0), "ended", "again"),
    Case("cut", lambda server: server.cut(ANSWER, after=1), "ended", "What arrived is kept", ANSWER[:12]),
    Case("cut_tidily", lambda server: server.cut(ANSWER, after=2, tidy=True), "ended", "kept", ANSWER[:24]),
    Case("stalled", lambda server: server.stall(ANSWER, after=1), "stopped coming", "kept", ANSWER[:12]),
    Case("silent", lambda server: server.stall(before_headers=True), "did not begin to answer", "try again"),
    Case("malformed", OpenAIServer.malformed, "not in the expected format", "base URL"),
    Case("web_page", OpenAIServer.html, "web page", "base URL"),
    Case(
        "error_in_stream",
        OpenAIServer.error_in_stream,
        "an error in the middle",
        "What arrived is kept",
        "Hello from t",
    ),
    Case("empty", OpenAIServer.empty, "empty", "try again"),
)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def desktop(qtbot: QtBot, private_home: Path, tmp_path: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    keep_profile(server.base_url)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "basket.py").write_text("def total(items):\n    return sum(items)\n", encoding="utf-8")
    # A stalled server is noticed after 90 s; a test has less patience.
    with open_desktop(qtbot, tmp_path / "shop", limits=Limits(first_token_s=0.5, stall_s=0.5)) as shown:
        assert shown.core is not None
        shown.core.keys.run_keys.set("Test", KEY)
        yield shown


def keep_profile(base_url: str) -> None:
    profile = ProfileSetting("Test", base_url=base_url, model="test-model", key_source="run")
    SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))


def panel_of(qtbot: QtBot, desktop: DesktopWindow) -> ChatPanel:
    """The chat, once it asks the test server."""
    qtbot.waitUntil(lambda: desktop.window.findChild(ChatPanel) is not None)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model.text() == "Test")
    return panel


def ask_with_a_file(qtbot: QtBot, panel: ChatPanel) -> TurnView:
    """Add basket.py, type, press Enter."""
    panel.add_file("basket.py")
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    QTest.keyClicks(panel.composer.prompt, PROMPT)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 1)
    return panel.conversation.transcript.turns[0]


def error_of(qtbot: QtBot, turn: TurnView) -> ErrorCard:
    """The card of the turn's error, once it is there."""
    qtbot.waitUntil(lambda: turn.findChild(ErrorCard) is not None)
    card = turn.findChild(ErrorCard)
    assert card is not None
    qtbot.waitUntil(card.isVisible)
    return card


def click(card: ErrorCard, name: str) -> None:
    found = card.findChild(QPushButton, name)
    assert found is not None
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def text_of(card: ErrorCard, name: str) -> str:
    field = card.findChild(PlainText, name)
    return "" if field is None else field.toPlainText()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_failure_is_a_sentence_and_the_prompt_is_kept(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, case: Case
) -> None:
    case.misbehave(server)
    server.answers(ANSWER)
    panel = panel_of(qtbot, desktop)
    turn = ask_with_a_file(qtbot, panel)
    card = error_of(qtbot, turn)
    message, advice = text_of(card, "error_message"), text_of(card, "error_advice")
    assert case.message in message
    assert message.endswith(".")
    assert case.advice.lower() in advice.lower()
    assert advice.endswith(".")
    everything = f"{message} {advice} {text_of(card, 'error_detail')}"
    assert KEY not in everything
    assert "Traceback" not in everything
    assert turn.answer.text == case.arrived
    if case.arrived:
        assert turn.status == "Cut off here."
    else:
        assert panel.composer.prompt.toPlainText() == PROMPT
        assert [view.chip.label for view in panel.composer.chips.views] == ["basket.py"]
    # Retry asks the same again, and is answered.
    retry = card.findChild(QPushButton, "error_retry")
    if case.name == "context_length":
        assert retry is None
        return
    assert retry is not None
    QTest.mouseClick(retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.conversation.transcript.turns[0].prompt.branches == "2 of 2")
    (second,) = panel.conversation.transcript.turns
    qtbot.waitUntil(lambda: second.answer.text == ANSWER and panel.composer.send.text() == "Send")
    assert PROMPT in server.requests[-1].prompt
    assert "def total" in server.requests[-1].prompt
    assert panel.composer.prompt.toPlainText() == ""


def test_a_rate_limit_counts_down_and_is_answered(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    server.rate_limit("1")
    server.answers(ANSWER)
    panel = panel_of(qtbot, desktop)
    turn = ask_with_a_file(qtbot, panel)
    qtbot.waitUntil(lambda: turn.findChild(RetryCard) is not None)
    card = turn.findChild(RetryCard)
    assert card is not None
    qtbot.waitUntil(card.isVisible)
    assert "Next try in 1 s." in card.text
    assert panel.composer.send.text() == "Stop"
    qtbot.waitUntil(lambda: turn.answer.text == ANSWER)
    qtbot.waitUntil(lambda: turn.findChild(RetryCard) is None)
    assert len(server.requests) == 2
    assert turn.findChild(ErrorCard) is None


def test_what_the_filter_refused_is_worded_differently(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    """Neither the settings nor another try would help."""
    server.fails(400, "The prompt triggered a policy.", code="content_filter")
    server.answers(ANSWER)
    panel = panel_of(qtbot, desktop)
    card = error_of(qtbot, ask_with_a_file(qtbot, panel))
    offered = [each.objectName() for each in card.findChildren(QPushButton)]
    assert offered == ["error_edit", "error_more"]
    click(card, "error_edit")
    qtbot.waitUntil(panel.composer.editing.isVisible)
    assert panel.composer.prompt.toPlainText() == PROMPT
    QTest.keyClicks(panel.composer.prompt, " now")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.conversation.transcript.turns[0].answer.text == ANSWER)
    assert PROMPT in server.requests[-1].prompt


def test_what_is_too_long_is_sent_with_less(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    server.context_length()
    server.answers(ANSWER)
    panel = panel_of(qtbot, desktop)
    click(error_of(qtbot, ask_with_a_file(qtbot, panel)), "error_shorten")
    qtbot.waitUntil(panel.composer.editing.isVisible)
    (chip,) = panel.composer.chips.views
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not panel.composer.chips.views)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.conversation.transcript.turns[0].answer.text == ANSWER)
    assert "def total" not in server.requests[-1].prompt


def test_a_long_wait_is_counted_down_when_it_is_wanted(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "RETRY_WAIT_S", 0.5)
    server.rate_limit("3")
    server.answers(ANSWER)
    panel = panel_of(qtbot, desktop)
    card = error_of(qtbot, ask_with_a_file(qtbot, panel))
    wait = card.findChild(QPushButton, "error_wait")
    assert wait is not None
    assert wait.text().startswith("Wait ")
    wait.click()
    assert "Stop" in wait.text()
    wait.click()
    assert wait.text().startswith("Wait ")
    wait.click()
    qtbot.waitUntil(lambda: panel.conversation.transcript.turns[0].answer.text == ANSWER)
    assert len(server.requests) == 2


def test_esc_ends_the_countdown(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    server.rate_limit("30")
    panel = panel_of(qtbot, desktop)
    turn = ask_with_a_file(qtbot, panel)
    qtbot.waitUntil(lambda: turn.findChild(RetryCard) is not None)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    assert turn.status == "Stopped before anything arrived."
    assert len(server.requests) == 1


def test_nobody_listens(qtbot: QtBot, private_home: Path, tmp_path: Path) -> None:
    keep_profile(closed_port_url())
    (tmp_path / "basket.py").write_text("x = 1\n", encoding="utf-8")
    with open_desktop(qtbot, tmp_path) as desktop:
        assert desktop.core is not None
        desktop.core.keys.run_keys.set("Test", KEY)
        panel = panel_of(qtbot, desktop)
        card = error_of(qtbot, ask_with_a_file(qtbot, panel))
        assert "refused" in text_of(card, "error_message") or "Nothing answers" in text_of(card, "error_message")
        assert "Start the model's server" in text_of(card, "error_advice")
        settings = card.findChild(QPushButton, "error_models")
        assert settings is not None
        QTest.mouseClick(settings, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: desktop.window.findChild(PreferencesPage) is not None)
        assert panel.composer.prompt.toPlainText() == PROMPT


def test_no_key_leads_to_the_settings(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    assert desktop.core is not None
    desktop.core.keys.run_keys.delete("Test")
    panel = panel_of(qtbot, desktop)
    card = error_of(qtbot, ask_with_a_file(qtbot, panel))
    assert "no key" in text_of(card, "error_message")
    assert server.requests == []
    assert panel.composer.prompt.toPlainText() == PROMPT
    settings = card.findChild(QPushButton, "error_models")
    assert settings is not None
    QTest.mouseClick(settings, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desktop.window.findChild(PreferencesPage) is not None)


def test_esc_while_streaming_keeps_what_came_and_closes_the_socket(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.holds(["It sums ", "all items."], after=1)
    panel = panel_of(qtbot, desktop)
    turn = ask_with_a_file(qtbot, panel)
    qtbot.waitUntil(lambda: turn.answer.text == "It sums ")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    qtbot.waitUntil(lambda: server.disconnects == 1)
    assert turn.answer.text == "It sums "
    assert turn.status == "Stopped. What had arrived is kept."
    assert turn.findChild(ErrorCard) is None
    # It is kept like that, and the next prompt is answered.
    server.answers(ANSWER)
    server.release()
    QTest.keyClicks(panel.composer.prompt, "Go on")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 2)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    sent = [message["content"] for message in server.requests[-1].body["messages"]]
    assert "It sums " in sent
