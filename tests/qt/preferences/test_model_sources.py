"""Settings → Models: servers found on this machine, model files, headers, Azure, and the fields that few need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from copilot_desktop.assembly import Core
from copilot_desktop.llm.local_server import starter_model_path
from copilot_desktop.llm.nearby_servers import UsualPort
from copilot_desktop.settings.models_page import HeaderSetting, ModelsPage, ProfileSetting
from copilot_desktop.ui.preferences.models_form import ModelsForm
from tests.support.models_form import answer, fill
from tests.support.openai_server import OpenAIServer
from tests.unit.llm.test_model_files import LLAMA, gguf

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def keyed_server() -> Iterator[OpenAIServer]:
    with OpenAIServer(key="sk-test") as running:
        yield running


def look_at(form: ModelsForm, **servers: OpenAIServer) -> None:
    """Let the page look for these servers, as it does when it comes into view."""
    ports = [UsualPort(name, urlsplit(server.base_url).port or 0) for name, server in servers.items()]
    form._controller.sources.ports = tuple(ports)
    form.hide()
    form.show()


def choose_kind(form: ModelsForm, kind: str) -> None:
    form.fields.kind.setCurrentIndex(form.fields.kind.findData(kind))


def test_a_server_on_this_machine_is_added_by_one_click(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core
) -> None:
    server.models = ("qwen", "llama")
    look_at(form, Ollama=server)
    qtbot.waitUntil(lambda: form.nearby.isVisible())
    (button,) = form.nearby.buttons
    assert (button.text(), button.accessibleName()) == ("Ollama", "Add Ollama")
    assert "2 models" in button.toolTip()
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    (kept,) = core.settings.load(ModelsPage).profiles
    assert (kept.name, kept.model, kept.key_source) == ("Ollama", "qwen", "none")
    assert [form.fields.model.itemText(at) for at in range(2)] == ["qwen", "llama"]
    qtbot.waitUntil(lambda: not form.nearby.isVisible())
    form.test.click()
    qtbot.waitUntil(lambda: "answered" in form.status.text(), timeout=30_000)


def test_what_is_half_typed_is_kept_when_a_found_server_is_added(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer
) -> None:
    form.add.click()
    QTest.keyClicks(form.fields.name, "x")
    look_at(form, Ollama=server)
    qtbot.waitUntil(lambda: form.nearby.isVisible())
    form.nearby.buttons[0].click()
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    form.add.click()
    assert form.fields.name.text() == "x"


def test_a_half_typed_profile_is_not_overwritten(
    qtbot: QtBot, form: ModelsForm, keyed_server: OpenAIServer, core: Core
) -> None:
    form.add.click()
    QTest.keyClicks(form.fields.name, "x")
    look_at(form, vLLM=keyed_server)
    qtbot.waitUntil(lambda: form.nearby.isVisible())
    form.nearby.buttons[0].click()
    assert "Save or discard" in form.status.text()
    assert form.fields.name.text() == "x"


def test_a_server_that_wants_a_key_is_filled_in_and_waits_for_it(
    qtbot: QtBot, form: ModelsForm, keyed_server: OpenAIServer, core: Core
) -> None:
    look_at(form, vLLM=keyed_server)
    qtbot.waitUntil(lambda: form.nearby.isVisible())
    form.nearby.buttons[0].click()
    assert form.status.text() == "Enter its key, then save."
    assert form.focusWidget() is form.key.key
    assert form.fields.name.text() == "vLLM"
    assert core.settings.load(ModelsPage).profiles == ()


def test_a_file_says_what_it_is_before_it_is_kept(qtbot: QtBot, form: ModelsForm, core: Core, tmp_path: Path) -> None:
    path = tmp_path / "small.gguf"
    path.write_bytes(gguf(LLAMA))
    form.add.click()
    choose_kind(form, "local_file")
    assert not form.key.isVisible()
    assert not form.fields.base_url.isVisible()
    form.save.click()
    assert "No file of a model is chosen" in form.status.text()
    QTest.mouseClick(form.fields.file.choose, LEFT)
    dialog = form.window().findChild(QFileDialog, "model_file_dialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    qtbot.waitUntil(lambda: "made for 4,096 tokens" in form.fields.file.about.text())
    assert form.fields.name.text() == "small"
    assert form.fields.limit.value() == 4096
    form.fields.limit.setValue(2048)
    form.fields.limit.editingFinished.emit()
    qtbot.waitUntil(lambda: "With 2,048 tokens" in form.fields.file.about.text())
    form.fields.file.threads.setValue(2)
    form.save.click()
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    (kept,) = core.settings.load(ModelsPage).profiles
    expected = ("local_file", str(path), "small", 2048, 2, "none")
    assert (
        kept.kind, kept.model_path, kept.model, kept.limit_tokens, kept.threads, kept.key_source
    ) == expected  # fmt: skip
    form.list.setCurrentRow(1)
    assert form.key.isHidden()
    form.list.setCurrentRow(0)
    assert form.fields.file.path.text() == str(path)
    assert form.key.isHidden()
    qtbot.waitUntil(lambda: "With 2,048 tokens" in form.fields.file.about.text())
    choose_kind(form, "chat")
    assert form.key.isVisible()


def test_a_file_that_is_no_model_is_a_sentence(
    qtbot: QtBot, form: ModelsForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "x.gguf").write_bytes(b"nonsense")
    form.add.click()
    choose_kind(form, "local_file")
    QTest.keyClicks(form.fields.file.path, "~/x.gguf")
    QTest.keyClick(form.fields.file.path, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "is no model" in form.fields.file.about.text())
    assert form.fields.file.about.property("role") == "error"
    assert form.fields.values().model_path == str(tmp_path / "x.gguf")


@pytest.mark.skipif(starter_model_path() is None, reason="the starter model is not installed")
def test_a_file_answers_in_the_page(
    qtbot: QtBot, form: ModelsForm, core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    form.add.click()
    choose_kind(form, "local_file")
    form.fields.file.path.setText(str(starter_model_path()))
    form.fields.file.look()
    qtbot.waitUntil(lambda: "98 MB" in form.fields.file.about.text())
    assert form.fields.values().is_weak
    form.test.click()
    qtbot.waitUntil(lambda: form.test.isEnabled(), timeout=60_000)
    assert "answered" in form.status.text()


def test_azure_gets_its_header_and_no_key_in_plain_text(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core
) -> None:
    fill(form, server)
    at = next(at for at in range(form.fields.base_url.count()) if "azure" in form.fields.base_url.itemText(at))
    form.fields.base_url.setCurrentIndex(at)
    form.fields.base_url.textActivated.emit(form.fields.base_url.itemText(at))
    assert form.fields.more.headers.isVisible()
    assert form.fields.more.headers.toPlainText() == "api-key: {key}"
    form.fields.base_url.setEditText(f"{server.base_url}?api-version=2024-10-21")
    form.fields.model.setEditText("gpt")
    form.fields.more.headers.setPlainText("api-key: sk-proj-0123456789")
    form.save.click()
    assert "seems to hold a key" in form.status.text()
    assert core.settings.load(ModelsPage).profiles == ()
    form.fields.more.headers.setPlainText("api-key: {key}\n\nX-Team: blue\n")
    form.key.source_box.setCurrentIndex(1)
    form.key.variable.setText("MY_KEY")
    form.save.click()
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    (kept,) = core.settings.load(ModelsPage).profiles
    assert kept.headers == (HeaderSetting("api-key", "{key}"), HeaderSetting("X-Team", "blue"))
    form.test.click()
    qtbot.waitUntil(lambda: "answered" in form.status.text(), timeout=30_000)
    (seen,) = server.requests
    assert (seen.headers["api-key"], seen.authorization) == ("sk-from-the-environment-9876", None)
    assert seen.path.endswith("?api-version=2024-10-21")


def test_the_fields_that_few_need_are_closed_and_kept(qtbot: QtBot, form: ModelsForm, core: Core) -> None:
    setting = ProfileSetting("Mine", base_url="http://x/v1", model="m", key_source="none")
    full = ProfileSetting(
        "Full", base_url="http://y/v1", model="m", key_source="none", max_output_tokens=900, input_usd=1.0,
        output_usd=2.0, cached_usd=0.25,
    )  # fmt: skip
    core.settings.save(ModelsPage((setting, full)))
    form._controller.load()
    qtbot.waitUntil(lambda: form.list.count() == 3)
    form.list.setCurrentRow(1)
    assert form.fields.more.body.isVisible()
    assert form.fields.values() == full
    form.list.setCurrentRow(0)
    assert not form.fields.more.body.isVisible()
    QTest.mouseClick(form.fields.more.toggle, LEFT)
    assert form.fields.more.headers.isVisible()
    form.fields.more.limit.setValue(500)
    form.save.click()
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    assert core.settings.load(ModelsPage).profiles[0].max_output_tokens == 500


def test_a_found_server_is_not_offered_twice(qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core) -> None:
    fill(form, server)
    form.fields.model.setEditText("m")
    form.save.click()
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    look_at(form, Ollama=server)
    qtbot.waitUntil(lambda: bool(server.listings))
    qtbot.wait(50)
    assert not form.nearby.isVisible()
    form.delete.click()
    answer(form, "profile_delete_yes")
    qtbot.waitUntil(lambda: form.nearby.isVisible())
