"""The Help menu: versions and licences, and the report for a bug."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop import __version__
from copilot_desktop.app.desktop_window import DesktopWindow
from tests.support.desktop import open_desktop


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, tmp_path) as shown:
        qtbot.waitUntil(lambda: "help.about" in {action.action_id for action in shown.window.commands.all()})
        yield shown


def dialog_of(qtbot: QtBot, desktop: DesktopWindow, name: str) -> QDialog:
    qtbot.waitUntil(lambda: desktop.window.findChild(QDialog, name) is not None)
    found = desktop.window.findChild(QDialog, name)
    assert found is not None
    assert found.isVisible()
    return found


def test_about_names_the_version_the_libraries_and_their_licences(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.window.commands.qaction("help.about").trigger()
    dialog = dialog_of(qtbot, desktop, "about")
    words = dialog.findChild(QLabel, "about.version")
    assert words is not None
    assert __version__ in words.text()
    libraries = dialog.findChild(QPlainTextEdit, "text.libraries")
    assert libraries is not None
    assert "pyside6-essentials" in libraries.toPlainText()
    assert dialog.findChild(QPlainTextEdit, "text.lucide") is not None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_report_can_be_copied_and_names_no_key(
    qtbot: QtBot, desktop: DesktopWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-not-a-real-key-7788")
    desktop.window.commands.qaction("help.diagnostics").trigger()
    dialog = dialog_of(qtbot, desktop, "diagnostics")
    copy = dialog.findChild(QPushButton, "diagnostics.copy")
    assert copy is not None
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    report = QApplication.clipboard().text()
    assert "OPENAI_API_KEY: set" in report
    assert "7788" not in report
    assert "ledger.sqlite" in report
    dialog.close()
