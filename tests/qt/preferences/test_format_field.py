"""Settings → Models: the format in which a model is asked for changes, chosen by mouse or key and kept."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.assembly import Core
from copilot_desktop.llm.profiles import EditFormat
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.ui.preferences.models_form import ModelsForm
from tests.support.models_form import fill
from tests.support.openai_server import OpenAIServer


def test_the_automatic_choice_says_what_the_models_name_means(form: ModelsForm, server: OpenAIServer) -> None:
    fill(form, server)
    field = form.fields.format
    form.fields.model.setEditText("claude-sonnet-4-5")
    assert field.choice.currentText() == "Automatic (search/replace blocks)"
    assert "Claude models get search/replace blocks" in field.help.text()
    form.fields.model.setEditText("gpt-5-mini")
    assert field.choice.currentText() == "Automatic (patches)"
    assert "GPT-5" in field.help.text()
    assert field.choice.accessibleDescription() == field.help.text()
    form.fields.model.setEditText("my-own")
    assert "where its name says nothing else" in field.help.text()


def test_a_choice_is_kept_and_shown_again(qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core) -> None:
    fill(form, server)
    form.fields.model.setEditText("test-model")
    QTest.keyClick(form.fields.format.choice, Qt.Key.Key_Down)
    QTest.keyClick(form.fields.format.choice, Qt.Key.Key_Down)
    assert form.fields.format.choice.currentData() == EditFormat.APPLY_PATCH.value
    assert "trained on" in form.fields.format.help.text()
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    (kept,) = core.settings.load(ModelsPage).profiles
    assert kept.edit_format == "apply_patch"
    assert core.profiles()[0].edit_format is EditFormat.APPLY_PATCH
    form.list.setCurrentRow(1)
    form.list.setCurrentRow(0)
    assert form.fields.format.choice.currentData() == "apply_patch"


def test_tool_calls_are_a_choice_and_say_what_they_need(form: ModelsForm, server: OpenAIServer) -> None:
    fill(form, server)
    field = form.fields.format
    QTest.keyClick(field.choice, Qt.Key.Key_End)
    assert form.fields.values().edit_format == EditFormat.TOOL_CALL.value
    assert "servers that offer tools" in field.help.text()


def test_a_word_that_is_no_format_is_shown_and_named(qtbot: QtBot, form: ModelsForm, core: Core) -> None:
    setting = ProfileSetting("Odd", base_url="http://127.0.0.1:9/v1", model="m", key_source="none")
    core.settings.save(ModelsPage((replace(setting, edit_format="smoke signals"),)))
    form._controller.load()
    qtbot.waitUntil(lambda: "Odd" in form.profiles.names())
    form.list.setCurrentRow(form.profiles.names().index("Odd"))
    assert form.fields.format.choice.currentText() == "smoke signals (unknown)"
    assert "its edit format “smoke signals”" in form.status.text()
    form.fields.format.choice.setCurrentIndex(0)
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    assert core.settings.load(ModelsPage).profiles == (setting,)
