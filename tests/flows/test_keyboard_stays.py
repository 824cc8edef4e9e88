"""The keyboard stays where it is of use when what had it is hidden or disabled; Qt would give it to any widget."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.ui.chat.kept_proposal_cards import KeptProposalCard
from copilot_desktop.ui.chat.proposal_card import ProposalCard
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.preferences.models_form import ModelsForm
from tests.support.desktop import open_desktop
from tests.support.kept_reviews import forget_reviews, propose_again
from tests.support.models_form import answer, fill
from tests.support.openai_server import OpenAIServer
from tests.support.preferences import settings_page
from tests.support.shop import (
    ANSWER,
    ask_with_the_first_lines,
    opened,
    panel_of,
    wait_for_review,
)


@pytest.fixture
def desktop(qtbot: QtBot, server: OpenAIServer, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ChatInWindow) is not None)
        yield shown


@pytest.fixture
def form(qtbot: QtBot, desktop: DesktopWindow) -> ModelsForm:
    made = settings_page(qtbot, desktop, "Models").models
    qtbot.waitUntil(lambda: made.list.count() > 1)
    return made


def press(button: QPushButton) -> None:
    """Press a button by the keyboard alone."""
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


def test_keeping_and_deleting_a_key_leaves_the_keyboard_at_its_field(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer
) -> None:
    fill(form, server, KeySource.RUN)
    form.key.key.setFocus()
    QTest.keyClicks(form.key.key, "sk-test-not-a-real-key-1234")
    press(form.key.save)
    qtbot.waitUntil(lambda: form.key.delete.isVisible())
    assert QApplication.focusWidget() is form.key.key
    press(form.key.delete)
    answer(form, "key_delete_yes")
    qtbot.waitUntil(lambda: not form.key.delete.isVisible())
    assert form.window().focusWidget() is form.key.key


def test_the_keyboard_comes_back_to_the_button_that_waited_or_stays_where_it_went(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer
) -> None:
    fill(form, server)
    for button, answered in ((form.fields.fetch, "offered"), (form.test, "answered")):
        press(button)
        assert not button.isEnabled()
        focused = QApplication.focusWidget()
        assert focused is not None
        assert form.isAncestorOf(focused)
        qtbot.waitUntil(lambda words=answered: words in form.status.text())  # type: ignore[misc]
        assert QApplication.focusWidget() is button
    press(form.fields.fetch)
    form.fields.name.setFocus()
    qtbot.waitUntil(form.fields.fetch.isEnabled)
    assert QApplication.focusWidget() is form.fields.name


def test_the_new_default_and_a_discarded_profile_leave_the_keyboard_in_the_page(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer
) -> None:
    fill(form, server)
    press(form.delete)
    qtbot.waitUntil(lambda: form.list.count() == 2)
    assert QApplication.focusWidget() is form.list
    form.list.setCurrentRow(form.profiles.names().index("Test"))
    fill(form, server)
    form.fields.model.setEditText("test-model")
    press(form.save)
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    press(form.make_default)
    qtbot.waitUntil(lambda: not form.make_default.isEnabled())
    assert QApplication.focusWidget() is form.save


def test_a_saved_text_of_settings_keeps_the_keyboard(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_page(qtbot, desktop, "Editor")
    QTest.mouseClick(page.file_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.file.text.toPlainText() != "")
    page.file.text.setPlainText(page.file.text.toPlainText().rstrip() + "\n\n")
    press(page.file.save)
    qtbot.waitUntil(lambda: not page.file.save.isEnabled())
    assert QApplication.focusWidget() is page.file.text


def test_cards_of_proposals_hand_the_keyboard_on(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, first, view)
    forget_reviews()
    with open_desktop(qtbot, folder) as second:
        panel_of(qtbot, second)
        wait_for_review(qtbot, second)
        propose_again(qtbot, second)
        qtbot.waitUntil(lambda: second.window.findChild(ProposalCard) is not None)
        qtbot.waitUntil(lambda: second.window.findChild(KeptProposalCard) is None)
        card = second.window.findChild(ProposalCard)
        assert card is not None
        assert second.window.focusWidget() is card.entry
        accept = card.findChild(QPushButton, "proposal_accept")
        assert accept is not None
        press(accept)
        qtbot.waitUntil(lambda: card.findChild(QPushButton, "proposal_accept") is None)
        assert isinstance(card.entry, QPushButton)
        assert second.window.focusWidget() is card.entry
