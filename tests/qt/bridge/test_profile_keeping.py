"""Page and keys change together, or neither does: against a real keyring, in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.secret_service import SecretService

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's keyring")

PREAMBLE = """
import json, pathlib
from dataclasses import replace
from copilot_desktop.assembly import KeyChain
from copilot_desktop.bridge.models.profile_keeping import ProfileKeeping
from copilot_desktop.credentials.keyring_store import KeyringStore
from copilot_desktop.errors import CopilotError, CredentialError
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
folder = pathlib.Path({folder!r})
keys = KeyChain.of({{}})
keeping = ProfileKeeping(SettingsStore(folder), keys)
def setting(name, source="keyring"):
    return ProfileSetting(name, base_url="http://127.0.0.1:9/v1", model="m-1", key_source=source)
def names():
    return [each.name for each in SettingsStore(folder).load_or_default(ModelsPage).page.profiles]
def message(work):
    try:
        kept = work()
    except CopilotError as error:
        return error.message
    return kept.note.message if kept.note else ""
"""


def told(service: SecretService, folder: Path, code: str, result: str) -> Any:
    """What `result` is after the code."""
    done = service.run(PREAMBLE.format(folder=str(folder)) + code + f"\nprint(json.dumps({result}))")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_page_that_cannot_be_written_leaves_the_key_where_it_was(tmp_path: Path) -> None:
    code = """
keeping.save(setting("old"), None, None)
keys.keyring.set("old", "sk-1")
keys.run_keys.set("old", "sk-2")
class Full(SettingsStore):
    def save(self, page):
        raise CredentialError("full")
said = message(lambda: ProfileKeeping(Full(folder), keys).save(setting("new"), "old", "old"))
"""
    with SecretService() as service:
        result = "[said, names(), keys.keyring.get('old'), keys.keyring.get('new'), keys.run_keys.get('old')]"
        assert told(service, tmp_path, code, result) == ["full", ["old"], "sk-1", None, "sk-2"]


def test_a_key_that_cannot_be_deleted_under_the_old_name_is_told(tmp_path: Path) -> None:
    code = """
keeping.save(setting("old"), None, None)
keys.keyring.set("old", "sk-1")
class Stubborn(KeyringStore):
    def delete(self, name):
        raise CredentialError("The keyring still holds the key.")
keeping = ProfileKeeping(SettingsStore(folder), replace(keys, keyring=Stubborn()))
said = message(lambda: keeping.save(setting("new"), "old", "old"))
"""
    with SecretService() as service:
        said, names, moved = told(service, tmp_path, code, "[said, names(), keys.keyring.get('new')]")
    assert "the keyring still holds the key of “old”" in said
    assert (names, moved) == (["new"], "sk-1")


def test_without_a_keyring_a_profile_can_be_renamed_and_deleted(tmp_path: Path) -> None:
    code = """
keeping.save(setting("old"), None, None)
keys.run_keys.set("old", "sk-2")
said = message(lambda: keeping.save(setting("new"), "old", "old"))
moved = keys.run_keys.get("new")
keeping.delete("new")
"""
    with SecretService(has_daemon=False) as service:
        service.environment["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
        said, names, moved = told(service, tmp_path, code, "[said, names(), moved]")
    assert "a key that it may hold for “old” was not moved" in said
    assert (names, moved) == ([], "sk-2")


def test_a_profile_that_uses_no_keyring_does_not_ask_it(tmp_path: Path) -> None:
    code = """
class Silent(KeyringStore):
    def _call(self, work):
        raise AssertionError("the keyring was asked")
keeping = ProfileKeeping(SettingsStore(folder), replace(keys, keyring=Silent()))
keeping.save(setting("old", "environment"), None, None)
keeping.save(setting("new", "environment"), "old", "old")
"""
    with SecretService(has_daemon=False) as service:
        assert told(service, tmp_path, code, "names()") == ["new"]
