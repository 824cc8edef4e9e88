"""Settings → Models in the hands of a test: fill in a profile, answer the question before one is deleted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.ui.preferences.models_form import ModelsForm
from tests.support.openai_server import OpenAIServer


def fill(form: ModelsForm, server: OpenAIServer, source: KeySource = KeySource.NONE) -> None:
    """Add a profile for the test server."""
    form.add.click()
    form.fields.name.setText("Mine")
    form.fields.base_url.setEditText(server.base_url)
    form.key.source_box.setCurrentIndex(form.key.source_box.findData(source))


def answer(form: ModelsForm, button: str) -> None:
    """Answer the question before a profile is deleted."""
    found = form.findChild(QPushButton, button)
    assert found is not None
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
