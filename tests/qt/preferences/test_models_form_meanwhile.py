"""Settings → Models while other things happen: quick saves, another model chosen, late answers, mistakes of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.assembly import Core
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.bridge.models.profile_keys import KeyState
from copilot_desktop.credentials.keyring_store import KeyringStore
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.ui.preferences.models_form import ModelsForm
from tests.support.models_form import answer, fill
from tests.support.openai_server import OpenAIServer

KEY = "sk-secret-key-123456-abcd"


def profile(name: str, source: str = "none") -> ProfileSetting:
    return ProfileSetting(name, base_url="http://127.0.0.1:9/v1", model="m-1", key_source=source)


def names_kept(core: Core) -> list[str]:
    return [each.name for each in core.settings.load(ModelsPage).profiles]


@pytest.fixture
def crashes(tmp_path: Path) -> Iterator[CrashHook]:
    """The program's hook, in the place of pytest-qt's."""
    hook = CrashHook(tmp_path)
    hook.install()
    yield hook
    hook.uninstall()


def test_quick_changes_start_from_the_latest_page(qtbot: QtBot, models: ModelsController, core: Core) -> None:
    saved: list[object] = []
    models.saved.connect(saved.append)
    for name in ("one", "two", "three"):
        models.save(profile(name))
    models.make_default("two")
    models.delete("one")
    qtbot.waitUntil(lambda: len(saved) == 3)
    qtbot.waitUntil(lambda: names_kept(core) == ["two", "three"])
    assert core.settings.load(ModelsPage).default_profile == "two"


def test_a_change_keeps_what_was_written_to_the_page_meanwhile(
    qtbot: QtBot, models: ModelsController, core: Core
) -> None:
    models.load()
    core.settings.save(ModelsPage((profile("elsewhere"),)))
    with qtbot.waitSignal(models.saved):
        models.save(profile("here"))
    assert names_kept(core) == ["elsewhere", "here"]


def test_save_clicked_twice_while_a_name_is_changed_renames_once(qtbot: QtBot, form: ModelsForm, core: Core) -> None:
    form._controller.save(profile("old"))
    qtbot.waitUntil(lambda: form.list.count() == 2)
    form.list.setCurrentRow(0)
    form.fields.name.setText("new")
    form.save.click()
    form.save.click()
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    qtbot.waitUntil(lambda: form.list.item(0).text().startswith("new"))
    form.fields.model.setEditText("m-2")
    form.save.click()
    qtbot.waitUntil(lambda: core.settings.load(ModelsPage).profiles[0].model == "m-2")
    assert names_kept(core) == ["new"]
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")


def test_a_chosen_profile_stays_chosen_under_its_new_name(qtbot: QtBot, models: ModelsController) -> None:
    for name in ("default", "old"):
        models.save(profile(name))
    models.choose("old")
    models.keys.store("old", KeySource.RUN, KEY)
    with qtbot.waitSignal(models.changed, check_params_cb=lambda changed: changed.current.name == "new"):
        models.save(profile("new", "run"), "old")
    with qtbot.waitSignal(models.keys.state) as caught:
        models.keys.read(profile("new", "run"))
    assert caught.args == [KeyState("new", KeySource.RUN, has_key=True, shown="•••• abcd")]


def test_choosing_another_model_leaves_a_half_typed_profile_alone(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer, models: ModelsController
) -> None:
    with qtbot.waitSignal(models.saved):
        models.save(profile("other"))
    fill(form, server, KeySource.RUN)
    form.fields.limit.setValue(5000)
    form.key.key.setText(KEY)
    models.choose("Built-in")
    models.choose("other")
    with qtbot.waitSignal(models.changed):
        models.load()
    assert (form.fields.name.text(), form.fields.base_url.currentText()) == ("Mine", server.base_url)
    assert (form.fields.limit.value(), form.key.key.text()) == (5000, KEY)


def test_what_is_typed_waits_while_another_profile_is_looked_at(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer, models: ModelsController
) -> None:
    with qtbot.waitSignal(models.saved):
        models.save(profile("other", "run"))
    fill(form, server, KeySource.RUN)
    form.key.key.setText(KEY)
    form.list.setCurrentRow(form.profiles.names().index("other"))
    assert form.fields.name.text() == "other"
    # A key that is not kept goes nowhere, least of all to another profile.
    assert form.key.key.text() == ""
    form.fields.model.setEditText("m-2")
    form.add.click()
    assert (form.fields.name.text(), form.fields.base_url.currentText()) == ("Mine", server.base_url)
    assert "not saved yet" in form.status.text()
    form.list.setCurrentRow(form.profiles.names().index("other"))
    assert form.fields.model.currentText() == "m-2"
    form.add.click()
    form.delete.click()
    qtbot.waitUntil(lambda: form.list.count() == 2)
    assert not form.add.hasFocus()
    form.add.click()
    assert form.fields.name.text() == "OpenAI"


def test_tabbing_through_the_list_leaves_a_new_profile_shown(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer
) -> None:
    fill(form, server)
    form.activateWindow()
    form.list.setFocus(Qt.FocusReason.TabFocusReason)
    assert form.fields.name.text() == "Mine"
    assert form.fields.isVisible()


def test_a_new_profile_never_takes_the_key_of_another(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer, models: ModelsController, core: Core
) -> None:
    core.keys.run_keys.set("Mine", "sk-of-the-first")
    with qtbot.waitSignal(models.saved):
        models.save(profile("Mine", "run"))
    fill(form, server, KeySource.RUN)
    form.fields.model.setEditText("test-model")
    form.test.click()
    assert "There is a profile “Mine” already" in form.status.text()
    form.key.key.setText(KEY)
    form.key.save.click()
    assert "There is a profile “Mine” already" in form.key.status.text()
    assert core.keys.run_keys.get("Mine") == "sk-of-the-first"
    assert server.requests == []
    form.save.click()
    qtbot.waitUntil(lambda: "There is a profile “Mine” already" in form.status.text())


def test_a_typed_key_is_kept_by_saving_and_by_testing(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core
) -> None:
    fill(form, server, KeySource.RUN)
    form.fields.model.setEditText("test-model")
    form.key.key.setText(KEY)
    form.test.click()
    qtbot.waitUntil(lambda: "answered" in form.status.text())
    assert server.requests[-1].authorization == f"Bearer {KEY}"
    # It follows the name that the profile gets in the end.
    form.fields.name.setText("Renamed")
    form.key.key.setText("sk-another-key-654321-wxyz")
    form.save.click()
    qtbot.waitUntil(lambda: core.keys.run_keys.get("Renamed") == "sk-another-key-654321-wxyz")
    assert core.keys.run_keys.get("Mine") is None
    qtbot.waitUntil(lambda: form.key.key.text() == "")


def test_a_late_look_into_the_keyring_leaves_a_typed_key(qtbot: QtBot, form: ModelsForm, server: OpenAIServer) -> None:
    fill(form, server, KeySource.RUN)
    form.key.key.setText(KEY)
    form._controller.keys.state.emit(KeyState("Mine", KeySource.RUN, has_key=True, shown="•••• 0000"))
    assert form.key.key.text() == KEY
    assert "•••• 0000" in form.key.status.text()


def test_what_cannot_be_a_key_is_refused_with_a_sentence(qtbot: QtBot, form: ModelsForm, server: OpenAIServer) -> None:
    fill(form, server, KeySource.RUN)
    form.key.key.setText("Bearer sk-clé")
    form.key.save.click()
    qtbot.waitUntil(lambda: "That is no key" in form.key.status.text())
    assert "clé" not in form.key.status.text()


def test_another_profile_is_not_told_the_answer_to_the_last_one(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer
) -> None:
    server.stall()
    fill(form, server)
    form.fields.model.setEditText("test-model")
    form.test.click()
    qtbot.waitUntil(lambda: len(server.requests) == 1)
    assert not form.test.isEnabled()
    form.list.setCurrentRow(0)
    assert form.test.isEnabled()
    assert form.status.text() == ""
    assert server.wait_disconnect(limit_s=30)


@pytest.mark.parametrize("method", ["test", "list_models"])
def test_a_mistake_of_the_program_is_a_sentence_and_reaches_the_hook(
    method: str,
    qtbot: QtBot,
    form: ModelsForm,
    server: OpenAIServer,
    crashes: CrashHook,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    async def broken(_client: ModelClient, _profile: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(ModelClient, method, broken)
    fill(form, server, KeySource.RUN)
    form.fields.model.setEditText("test-model")
    form.key.key.setText(KEY)
    form.key.save.click()
    qtbot.waitUntil(lambda: form.key.key.text() == "")
    button: QPushButton = form.test if method == "test" else form.fields.fetch
    with qtbot.waitSignal(crashes.reported):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.isEnabled()
    assert "failed because of a mistake in this program" in form.status.text()
    assert form.status.property("role") == "error"
    log = (tmp_path / "crash.log").read_text()
    assert "RuntimeError: a mistake" in log
    assert KEY not in log


def test_a_mistake_in_the_keyring_is_a_sentence_and_holds_no_key(
    qtbot: QtBot,
    form: ModelsForm,
    server: OpenAIServer,
    crashes: CrashHook,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def broken(_store: KeyringStore, _name: str, _key: str) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(KeyringStore, "set", broken)
    fill(form, server, KeySource.KEYRING)
    form.key.key.setText(KEY)
    with qtbot.waitSignal(crashes.reported):
        form.key.save.click()
    assert "mistake in this program" in form.key.status.text()
    assert form.key.run_only.isVisible()
    assert KEY not in (tmp_path / "crash.log").read_text()


def test_a_deleted_profile_asks_first_and_takes_its_key_along(
    qtbot: QtBot, form: ModelsForm, models: ModelsController, core: Core
) -> None:
    core.keys.run_keys.set("other", KEY)
    with qtbot.waitSignal(models.saved):
        models.save(profile("other", "run"))
    qtbot.waitUntil(lambda: form.list.count() == 2)
    form.list.setCurrentRow(0)
    form.delete.click()
    answer(form, "profile_delete_yes")
    qtbot.waitUntil(lambda: form.list.count() == 1)
    assert core.keys.run_keys.get("other") is None
    assert form.list.hasFocus() or not form.isActiveWindow()


def test_a_key_is_deleted_only_after_a_question_and_the_form_says_so(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core
) -> None:
    fill(form, server, KeySource.RUN)
    form.key.key.setText(KEY)
    form.key.save.click()
    qtbot.waitUntil(lambda: form.key.delete.isVisible())
    form.key.delete.click()
    question = form.findChild(QMessageBox, "key_delete_question")
    assert question is not None
    assert KEY[-4:] in question.text()
    default = question.defaultButton()
    assert default is not None
    assert default.text() == "Cancel"
    answer(form, "key_delete_no")
    assert core.keys.run_keys.get("Mine") == KEY
    qtbot.waitUntil(lambda: form.findChild(QMessageBox) is None)
    form.key.delete.click()
    answer(form, "key_delete_yes")
    qtbot.waitUntil(lambda: form.key.status.text() == "The key is deleted.")
    assert core.keys.run_keys.get("Mine") is None
    assert form.key.delete.isHidden()


def test_a_replaced_key_takes_away_what_the_server_said_of_the_old_one(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer
) -> None:
    fill(form, server, KeySource.RUN)
    form.fields.model.setEditText("test-model")
    form.key.key.setText(KEY)
    server.wrong_key()
    form.test.click()
    qtbot.waitUntil(lambda: form.status.property("role") == "error")
    assert "key" in form.status.text()
    form.key.key.setText("sk-another-key-654321-wxyz")
    form.key.save.click()
    qtbot.waitUntil(lambda: form.key.status.text() == "Key found: •••• wxyz")
    assert form.status.isHidden()


def test_a_server_on_this_machine_is_asked_without_a_key_where_none_is_known(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer
) -> None:
    form.add.click()
    form.fields.name.setText("Local")
    form.fields.base_url.setEditText(server.base_url)
    assert form.key.source_box.currentText() == "System keyring"
    form.fields.fetch.click()
    qtbot.waitUntil(lambda: "offered" in form.status.text())
    assert form.key.source_box.currentText() == "No key"
    assert server.requests == [] or server.requests[-1].authorization == ""
    form.save.click()
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")


def test_a_server_on_this_machine_is_added_by_its_address_and_save_alone(
    qtbot: QtBot, form: ModelsForm, server: OpenAIServer, core: Core
) -> None:
    form.add.click()
    form.fields.name.setText("Local")
    form.fields.base_url.setEditText(server.base_url)
    form.fields.model.setEditText("test-model")
    form.save.click()
    qtbot.waitUntil(lambda: form.status.text() == "Saved.")
    assert form.key.source_box.currentText() == "No key"
    (kept,) = core.settings.load(ModelsPage).profiles
    assert kept.key_source == KeySource.NONE.value


def test_a_typed_key_and_a_server_elsewhere_keep_the_keyring(form: ModelsForm, server: OpenAIServer) -> None:
    form.add.click()
    form.fields.base_url.setEditText("https://models.example/v1")
    form.fields.fetch.click()
    assert form.key.source is KeySource.KEYRING
    form.fields.base_url.setEditText(server.base_url)
    form.key.key.setText(KEY)
    form.fields.fetch.click()
    assert form.key.source is KeySource.KEYRING
