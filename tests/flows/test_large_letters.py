"""Larger letters of the interface: nothing with words on it is cut, though its size was thought of for small ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.hunk_bar import HunkBar
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.ui.chat.cards import ErrorCard
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.empty_state import EmptyState
from copilot_desktop.ui.chat.near_lines import NearLines
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.pane_splitter import PaneSplitter
from copilot_desktop.ui.preferences.models_form import ModelsForm
from tests.support.clipping import wait_unclipped
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.preferences import settings_page
from tests.support.refusals import asked, block
from tests.support.shop import (
    ANSWER,
    ask_with_the_first_lines,
    make_shop,
    opened,
    panel_of,
    shown_review,
    wait_for_review,
)


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    # In one theme: all of them have one sheet, into which colours alone are put.
    with open_desktop(qtbot, make_shop(tmp_path)) as shown:
        shown.window.resize(1280, 800)
        chat = shown.window.findChild(ChatInWindow)
        assert chat is not None
        chat.preferences.save(AppearancePage(interface_font_size_pt=18))
        qtbot.waitUntil(lambda: shown.window.font().pointSize() == 18)
        yield shown


def test_nothing_with_words_is_clipped(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    server.wrong_key()
    window = desktop.window
    panel_of(qtbot, desktop)
    desktop.documents.open("basket.py")
    qtbot.waitUntil(lambda: window.editors.view_of("basket.py") is not None)
    panel = window.findChild(ChatPanel)
    assert panel is not None
    QTest.keyClicks(panel.composer.prompt, "What does total do?")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.findChild(ErrorCard) is not None)
    splitter = window.findChild(PaneSplitter)
    assert splitter is not None
    splitter.set_widths((240, 760, 280))
    wait_unclipped(qtbot, panel)
    splitter.set_widths((240, 640, 400))
    window.commands.run("edit.replace")
    wait_unclipped(qtbot, window)
    window.commands.run("settings.open")
    qtbot.waitUntil(lambda: window.findChild(ModelsForm) is not None)
    wait_unclipped(qtbot, window)
    window.commands.run("chat.list")
    wait_unclipped(qtbot, window)


def test_the_figures_of_an_answer_are_read_in_a_narrow_chat(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    splitter = desktop.window.findChild(PaneSplitter)
    assert splitter is not None
    QTest.keyClicks(panel.composer.prompt, "What does total do?")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(panel.conversation.transcript.turns))
    (turn,) = panel.conversation.transcript.turns
    qtbot.waitUntil(turn.figures.isVisible)
    assert " · first" not in turn.figures.text()  # no line begins with what separates two of them
    assert "first" in turn.figures.text()
    for width in range(280, 620, 20):
        splitter.set_widths((240, 1280 - 240 - width, width))
        wait_unclipped(qtbot, panel)


def test_no_page_of_the_settings_scrolls_sideways(qtbot: QtBot, desktop: DesktopWindow) -> None:
    for section in ("Appearance", "Editor", "Explorer", "Keys", "Models"):
        wait_unclipped(qtbot, settings_page(qtbot, desktop, section))
    page = settings_page(qtbot, desktop, "Models")
    models = page.models
    QTest.mouseClick(models.add, Qt.MouseButton.LeftButton)
    for kind in range(models.fields.kind.count()):
        models.fields.kind.setCurrentIndex(kind)
        wait_unclipped(qtbot, page)
    models.save.click()
    wait_unclipped(qtbot, page)


def test_a_proposal_can_be_read_and_decided_everywhere(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(ANSWER)
    wait_for_review(qtbot, desktop)
    view = opened(qtbot, desktop)
    ask_with_the_first_lines(qtbot, desktop, view)
    qtbot.waitUntil(lambda: view.findChild(HunkBar) is not None)
    wait_unclipped(qtbot, desktop.window)
    shown_review(qtbot, desktop)
    wait_unclipped(qtbot, desktop.window)
    desktop.window.resize(1000, 700)
    wait_unclipped(qtbot, desktop.window)


def test_what_the_chat_is_for_can_be_read_in_a_low_window(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.window.resize(900, 420)
    chat = desktop.window.findChild(EmptyState)
    assert chat is not None
    chat.show_model(BUILT_IN_PROFILE)
    wait_unclipped(qtbot, chat)


def test_the_buttons_of_a_model_are_reached_in_a_low_window(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.window.resize(1280, 500)
    form = settings_page(qtbot, desktop, "Models").models
    form.save.setFocus(Qt.FocusReason.TabFocusReason)
    assert desktop.window.height() == 500
    area = form.window().findChild(QScrollArea, "preferences_low")
    assert area is not None
    area.ensureWidgetVisible(form.save)
    assert form.save.visibleRegion().boundingRect().height() == form.save.height()


@pytest.mark.parametrize("size_pt", [9, 14])
def test_help_is_read_in_full_on_a_wide_page(qtbot: QtBot, desktop: DesktopWindow, size_pt: int) -> None:
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    chat.preferences.save(AppearancePage(interface_font_size_pt=size_pt))
    desktop.window.resize(1920, 1000)
    wait_unclipped(qtbot, settings_page(qtbot, desktop, "Editor"))


@pytest.mark.usefixtures("by_hand")
def test_the_lines_of_a_refused_card_are_as_large_as_its_words(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel_of(qtbot, desktop)
    (card,) = asked(qtbot, desktop, server, block("basket.py", "\treturn net(items, rate)", "\treturn 77"), 1)
    lines = card.findChild(NearLines)
    assert lines is not None
    qtbot.waitUntil(lambda: lines.isVisible() and bool(lines.toPlainText()))
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    for size_pt in (18, 14):
        chat.preferences.save(AppearancePage(interface_font_size_pt=size_pt))
        qtbot.waitUntil(lambda size_pt=size_pt: lines.font().pointSize() == size_pt)  # type: ignore[misc]
        letters = lines.document().defaultFont()
        assert (letters.pointSize(), QFontInfo(letters).fixedPitch()) == (size_pt, True)
        assert lines.tabStopDistance() == 4 * QFontMetricsF(letters).horizontalAdvance(" ")
        assert lines.document().size().height() >= lines.document().blockCount() * QFontMetricsF(letters).height() - 1
        wait_unclipped(qtbot, card)
