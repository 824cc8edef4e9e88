"""Texts that are too large for any model, or take long to be counted: refused at once, or let go of at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.token_counts import TokenCounts
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.llm.tokens import CountingStoppedError, TokenCounter
from copilot_desktop.text.ranges import LineRange
from tests.qt.chat.conftest import Chat
from tests.qt.chat.test_chat_panel import answered, send

LINE = "one two three four\n"
HUGE = LINE * 900_000  # 17 MB: more than any model takes
LARGE = "".join(f"{number * 7919} of {number}\n" for number in range(400_000))  # 7 MB: many seconds


def test_a_file_that_can_never_fit_is_refused_with_the_figures(qtbot: QtBot, chat: Chat) -> None:
    chat.buffers.put("huge.txt", HUGE)
    chat.panel.add_open_file()
    notice = chat.panel.composer.notice
    assert "huge.txt is too large to be sent: it has 17,100,000 characters" in notice.toPlainText()
    assert "Select the lines" in notice.toPlainText()
    assert chat.chips.items == ()

    (chat.folder / "on_disk.txt").write_text(HUGE)
    chat.panel.add_file("on_disk.txt")
    qtbot.waitUntil(lambda: "on_disk.txt is too large" in notice.toPlainText())
    assert chat.chips.items == ()
    # The lines that the question is about go with it, and nothing waits.
    chat.buffers.put("huge.txt", HUGE, LineRange(0, 2))
    chat.panel.add_selection()
    send(qtbot, chat, "What is this?")
    qtbot.waitUntil(lambda: answered(chat))
    assert LINE * 2 in chat.server.requests[-1].body["messages"][-1]["content"]


@pytest.mark.parametrize("is_on_chip", [False, True])
def test_esc_stops_the_counting_and_says_that_the_file_is_not_sent(qtbot: QtBot, chat: Chat, is_on_chip: bool) -> None:
    composer = chat.panel.composer
    chat.buffers.put("small.txt", LINE)
    chat.panel.add_open_file()
    qtbot.waitUntil(lambda: [view.chip.tokens is not None for view in composer.chips.views] == [True])
    chat.buffers.put("large.txt", LARGE)
    chat.panel.add_open_file()
    small, large = composer.chips.views
    qtbot.waitUntil(large.isVisible)
    assert large.chip.tokens is None
    assert "Esc stops the counting" in large.accessibleName()
    field = large if is_on_chip else composer.prompt
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert [item.path for item in chat.chips.items] == ["small.txt"]
    assert composer.notice.toPlainText().startswith("The counting of large.txt was stopped, so it is not sent.")
    assert (small if is_on_chip else composer.prompt).hasFocus()
    # Esc is not the key of a chip that has been counted, and of the field it puts the notice aside first.
    QTest.keyClick(composer.prompt, Qt.Key.Key_Escape)
    assert composer.notice.isHidden()
    QTest.keyClick(composer.prompt, Qt.Key.Key_Escape)
    QTest.keyClick(small, Qt.Key.Key_Escape)
    assert [item.path for item in chat.chips.items] == ["small.txt"]
    send(qtbot, chat, "What is this?")
    qtbot.waitUntil(lambda: answered(chat))
    assert "large.txt" not in chat.server.requests[-1].body["messages"][-1]["content"]


def test_counting_ends_with_the_chip(qtbot: QtBot, thread: AsyncThread) -> None:
    counter, begun, ended = TokenCounter(), threading.Event(), list[str]()

    def count(text: str, is_wanted: Callable[[], bool]) -> int:
        begun.set()
        try:
            counted = counter.count(text, is_wanted)
        except CountingStoppedError:
            ended.append("stopped")
            raise
        ended.append("counted")
        return counted

    failed: list[BaseException] = []
    counts = TokenCounts(thread, count, lambda: None, failed.append)
    large, line = (ContextItem(text[:1], ItemKind.DECISIONS, "", text) for text in (LARGE, LINE))
    assert counts.want([large]) == [None]
    assert begun.wait(5)
    assert counts.want([line]) == [None]
    qtbot.waitUntil(lambda: counts.want([line]) == [counter.count(f"{LINE}\n\n")])
    qtbot.waitUntil(lambda: len(ended) == 2)
    assert sorted(ended) == ["counted", "stopped"]
    assert failed == []
