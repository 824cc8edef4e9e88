"""Every control of the whole window has a name for screen readers and for those who report a fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTabWidget,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import ANSWER, make_shop, opened, panel_of

CODE = """Here it is, as `code` and a block.

```python
print(total([]))
```

"""
CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTabWidget,
    QTextEdit,
)


def nameless() -> str:
    """What can be used by mouse or keyboard now and lacks a name, with the names of what it stands in."""
    found = []
    for widget in QApplication.allWidgets():
        is_control = isinstance(widget, CONTROLS) and not isinstance(widget, QScrollBar)
        is_control = is_control or type(widget).__name__ == "ScintillaEdit"
        if not is_control or not widget.isVisible() or widget.objectName().startswith("qt_"):
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not widget.objectName() or not (widget.accessibleName() or text.strip()):
            found.append(" in ".join(described(widget)))
    return "\n".join(sorted(found))


def shown_names() -> set[str]:
    """Object names of what is on show."""
    return {widget.objectName() for widget in QApplication.allWidgets() if widget.isVisible()}


def described(widget: QWidget) -> list[str]:
    """A widget and its parents, for a message that can be acted on."""
    chain: list[str] = []
    each: QWidget | None = widget
    while each is not None:
        chain.append(f"{type(each).__name__} {each.objectName()!r} {each.accessibleName()!r}")
        each = each.parentWidget()
    return chain[:4]


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, make_shop(tmp_path)) as shown:
        panel_of(qtbot, shown)
        yield shown


def test_an_empty_window(qtbot: QtBot) -> None:
    with open_desktop(qtbot, None) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ChatPanel) is not None)
        assert nameless() == ""


def test_editor_bars_notices_and_palette(qtbot: QtBot, desktop: DesktopWindow) -> None:
    opened(qtbot, desktop)
    desktop.window.commands.run("edit.replace")
    desktop.window.notices.show_notice(Notice("It failed.", "Try again.", (("Retry", int),)))
    desktop.documents.open("missing.py")
    qtbot.waitUntil(lambda: desktop.window.editors.tabs.count() == 2)
    assert nameless() == ""
    desktop.window.editors.close_page("failure:missing.py")
    desktop.window.commands.run("chat.edit_in_place")
    qtbot.waitUntil(lambda: "inline_prompt.field" in shown_names())
    assert nameless() == ""
    desktop.window.commands.run("view.palette")
    assert {"command_palette.field", "command_palette.list"} <= shown_names()
    assert nameless() == ""


def test_chat_hunks_and_review(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    opened(qtbot, desktop)
    panel = panel_of(qtbot, desktop)
    server.answers(CODE + ANSWER)
    desktop.window.commands.run("chat.add_open_file")
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    assert nameless() == ""
    panel.composer.prompt.setPlainText("use net prices")
    panel.composer.send.click()
    qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.TO_REVIEW) == "1 to review")
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    assert nameless() == ""
    desktop.window.commands.run("review.open")
    assert nameless() == ""


def test_every_page_of_the_settings(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.window.commands.run("settings.open")
    page = desktop.window.findChild(PreferencesPage)
    assert page is not None
    for row in range(page.sections.count()):
        page.sections.setCurrentRow(row)
        assert nameless() == ""
