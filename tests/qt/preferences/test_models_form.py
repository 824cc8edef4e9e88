"""Settings → Models as a newcomer uses it: add a server, fetch its models, try it, keep a key, see what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QStyledItemDelegate, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from copilot_desktop.assembly import Core
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.bridge.unsaved_settings import UnsavedSettings
from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.settings.appearance_page import AppearancePage, ThemeChoice
from copilot_desktop.settings.models_page import HeaderSetting, ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.preferences.form_parts import Mood
from copilot_desktop.ui.preferences.generated_page import GeneratedPage
from copilot_desktop.ui.preferences.models_form import ModelsForm
from tests.support.models_form import answer, fill
from tests.support.openai_server import OpenAIServer


def test_the_built_in_model_is_honest(form: ModelsForm) -> None:
    text = form.findChild(QLabel, "built_in_text")
    assert text is not None
    assert "tiny" in text.text()
    assert text.isVisible()
    assert not form.fields.isVisible()


def test_a_server_is_added_tried_and_kept(qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core) -> None:
    fill(form, server)
    QTest.mouseClick(form.fields.fetch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.fields.model.count() > 0, timeout=30_000)
    assert form.fields.model.currentText() == form.fields.model.itemText(0)
    QTest.mouseClick(form.test, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "answered" in form.status.text(), timeout=30_000)
    assert "first token" in form.status.text()
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    page = core.settings.load(ModelsPage)
    assert [(profile.name, profile.base_url) for profile in page.profiles] == [("Mine", server.base_url)]
    assert page.default_profile == "Mine"
    assert form.list.count() == 2


def test_a_refused_key_is_a_sentence(qtbot: QtBot, form: ModelsForm, server: OpenAIServer) -> None:
    fill(form, server)
    form.fields.model.setEditText("test-model")
    server.wrong_key()
    QTest.mouseClick(form.test, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.test.isEnabled(), timeout=30_000)
    assert "key" in form.status.text()
    assert form.status.property("role") == "error"


def test_without_a_keyring_the_key_is_offered_for_this_run_only(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core, private_home: Path
) -> None:
    fill(form, server, KeySource.KEYRING)
    form.fields.model.setEditText("test-model")
    form.key.key.setText("sk-secret-key-123456-abcd")
    QTest.mouseClick(form.key.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.key.run_only.isVisible())
    assert "keyring" in form.key.status.text()
    QTest.mouseClick(form.key.run_only, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.key.status.text() == "Key found: •••• abcd")
    assert form.key.key.text() == ""
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    QTest.mouseClick(form.test, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "answered" in form.status.text(), timeout=30_000)
    assert server.requests[-1].authorization == "Bearer sk-secret-key-123456-abcd"
    kept = [path for path in private_home.rglob("*") if path.is_file() and b"123456" in path.read_bytes()]
    assert kept == []


def test_a_key_of_the_environment_shows_its_last_four_characters(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer
) -> None:
    fill(form, server)
    form.key.variable.setText("MY_KEY")
    form.key.source_box.setCurrentIndex(form.key.source_box.findData(KeySource.ENVIRONMENT))
    qtbot.waitUntil(lambda: form.key.status.text() == "Key found: •••• 9876")
    assert form.key.delete.isHidden()


def test_a_key_of_a_command_is_used_and_what_has_no_field_is_kept(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core
) -> None:
    headers = (HeaderSetting("X-Team", "blue"),)
    core.settings.save(ModelsPage((ProfileSetting("Mine", "responses", server.base_url, "m-1", headers=headers),)))
    form._controller.load()
    qtbot.waitUntil(lambda: form.list.count() == 2)
    form.list.setCurrentRow(0)
    form.key.source_box.setCurrentIndex(form.key.source_box.findData(KeySource.COMMAND))
    form.save.click()
    assert "No command is set" in form.status.text()
    form.key.command.setText("printf sk-%s printed-4321")
    form.save.click()
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    (kept,) = core.settings.load(ModelsPage).profiles
    assert (kept.kind, kept.key_source, kept.headers) == ("responses", "command", headers)
    form.test.click()
    qtbot.waitUntil(lambda: form.test.isEnabled(), timeout=30_000)
    assert server.requests[-1].authorization == "Bearer sk-printed-4321"
    assert server.requests[-1].path.endswith("/responses")


def test_a_profile_is_deleted(qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core) -> None:
    fill(form, server)
    form.fields.model.setEditText("test-model")
    form.save.click()
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    form.delete.click()
    answer(form, "profile_delete_no")
    assert form.list.count() == 2
    form.delete.click()
    answer(form, "profile_delete_yes")
    qtbot.waitUntil(lambda: form.list.count() == 1)
    assert core.settings.load(ModelsPage).profiles == ()


def test_a_nameless_profile_is_refused_with_a_sentence(qtbot: QtBot, form: ModelsForm, server: OpenAIServer) -> None:
    fill(form, server)
    form.fields.name.setText(" ")
    form.save.click()
    assert "no name" in form.status.text()


def test_a_page_made_from_its_fields_keeps_each_change(qtbot: QtBot, thread: AsyncThread, core: Core) -> None:
    controller = PreferencesController(
        thread, core.settings, UnsavedSettings(thread, SettingsStore(core.folders.state), thread)
    )
    with qtbot.waitSignal(controller.page_changed):
        page = GeneratedPage("Appearance", AppearancePage, controller)
    qtbot.addWidget(page)
    box = page.findChild(QComboBox, "setting_theme")
    assert box is not None
    with qtbot.waitSignal(controller.page_changed) as caught:
        box.setCurrentIndex(box.findData(ThemeChoice.DARK))
    assert caught.args == [AppearancePage(ThemeChoice.DARK)]
    qtbot.waitUntil(lambda: core.settings.load(AppearancePage).theme is ThemeChoice.DARK)


def test_tab_goes_through_the_page_from_top_to_bottom(qtbot: QtBot, form: ModelsForm, server: OpenAIServer) -> None:
    fill(form, server, KeySource.RUN)
    form.key.key.setText("sk-secret-key-123456-abcd")
    form.list.setFocus()
    passed = []
    for _ in range(17):
        widget = form.focusWidget()
        passed.append(widget.objectName())
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert passed == [
        "profiles", "profile_add", "profile_name", "profile_kind", "profile_base_url", "profile_model",
        "profile_fetch_models", "profile_limit", "profile_input_usd", "profile_output_usd", "profile_edit_format",
        "profile_more", "key_source", "key", "key_save", "profile_save", "profile_test",
    ]  # fmt: skip


@pytest.mark.parametrize("url", ["", "example.com/v1", "http://", "ftp://example.com/v1", "http://a:99999/v1"])
def test_an_address_that_is_none_is_a_sentence_before_anything_is_sent(
    url: str, qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core
) -> None:
    fill(form, server)
    form.fields.base_url.setEditText(url)
    form.fields.model.setEditText("test-model")
    for button in (form.test, form.fields.fetch, form.save):
        form.status.say("", Mood.BUSY)
        button.click()
        assert "ase URL" in form.status.text()
        assert button.isEnabled()
    assert core.settings.load(ModelsPage).profiles == ()


def test_a_test_without_a_model_says_so(qtbot: QtBot, form: ModelsForm, server: OpenAIServer) -> None:
    fill(form, server)
    form.test.click()
    assert form.status.text().startswith("No model is chosen.")
    form.save.click()
    assert form.status.text().startswith("The profile has no model.")
    assert server.requests == []


def test_the_addresses_on_offer_say_whose_they_are(qtbot: QtBot, form: ModelsForm) -> None:
    form.add.click()
    box = form.fields.base_url
    shown, delegate = QStyleOptionViewItem(), box.itemDelegate()
    assert isinstance(delegate, QStyledItemDelegate)
    delegate.initStyleOption(shown, box.model().index(1, 0))
    assert shown.text == "Ollama on this machine: http://localhost:11434/v1"
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == "http://localhost:11434/v1"
    assert form.editor.values().base_url == "http://localhost:11434/v1"
