"""The keyring store against a real Secret Service, in all its moods."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any

import pytest

from copilot_desktop.credentials.keyring_store import KeyringStore
from copilot_desktop.credentials.run_keys import RunKeys, checked_key, last_four
from copilot_desktop.errors import CredentialError, UsageError
from tests.support.secret_service import ROOT, SecretService, VirtualDisplay

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's keyring")

PREAMBLE = """
import json
from copilot_desktop.credentials.keyring_store import KeyringStore
from copilot_desktop.errors import CredentialError
store = KeyringStore(time_limit_s={limit})
def tell(work):
    try:
        print(json.dumps(work()), flush=True)
    except CredentialError as error:
        print(json.dumps({{"error": error.message, "advice": error.advice, "detail": error.detail}}), flush=True)
"""


def told(service: SecretService, *calls: str, limit_s: float = 20.0) -> list[Any]:
    """What the calls gave or raised, one after another in one process."""
    done = service.run(PREAMBLE.format(limit=limit_s) + "".join(f"tell(lambda: {call})\n" for call in calls))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_set_get_delete_and_get_again_in_another_process() -> None:
    with SecretService() as service:
        assert told(service, "store.get('work')", "store.set('work', ' sk-ä-123 ')", "store.get('work')") == [
            None, None, "sk-ä-123"
        ]  # fmt: skip
        assert told(service, "store.get('work')", "store.get('other')", "store.availability()") == [
            "sk-ä-123", None, None
        ]  # fmt: skip
        assert told(service, "store.set('work', 'second')", "store.get('work')") == [None, "second"]
        assert told(service, "store.delete('work')", "store.get('work')", "store.delete('work')") == [None, None, None]


def test_an_empty_key_is_refused() -> None:
    with SecretService() as service:
        (answer,) = told(service, "store.set('work', '  ')")
    assert "empty" in answer["error"]


def test_locked_without_a_display() -> None:
    with SecretService() as service:
        told(service, "store.set('work', 'sk-1')")
        service.lock()
        answers = told(service, "store.get('work')", "store.set('work', 'sk-2')", "store.delete('work')")
        assert [answer["error"] for answer in answers] == ["The keyring is locked."] * 3
        assert "this run only" in answers[0]["advice"]
        assert "sk-" not in json.dumps(answers)


def test_locked_with_a_display_meets_the_time_limit() -> None:
    with VirtualDisplay() as display, SecretService(display=display.name) as service:
        told(service, "store.set('work', 'sk-1')")
        service.lock()
        (first, second) = told(service, "store.get('work')", "store.get('work')", limit_s=1.0)
    assert first["error"] == second["error"] == "The keyring did not answer within 1 seconds."
    assert "window of its own" in first["advice"]


@pytest.mark.parametrize("call", ["store.get('work')", "store.set('work', 'sk-2')", "store.delete('work')"])
def test_a_closed_password_window_is_called_that(call: str) -> None:
    with VirtualDisplay() as display, SecretService(display=display.name) as service:
        told(service, "store.set('work', 'sk-1')")
        service.lock()
        with display.escape_pressed():
            (answer,) = told(service, call)
    assert answer["error"] == "You closed the keyring's password window, so the keyring stayed locked."
    assert "type the keyring's password" in answer["advice"]
    assert "this run only" in answer["advice"]


def test_a_closed_window_for_a_first_keyring_is_called_that() -> None:
    with (
        VirtualDisplay() as display,
        SecretService(has_daemon=False, display=display.name) as service,
        display.escape_pressed(),
    ):
        (answer,) = told(service, "store.set('work', 'sk-1')")
    assert answer["error"].startswith("You closed the keyring's password window")


def test_a_key_is_copied_to_another_name() -> None:
    with SecretService() as service:
        assert told(
            service, "store.copy('work', 'new')", "store.set('work', 'sk-1')", "store.copy('work', 'new')",
            "store.get('new')", "store.get('work')",
        ) == [False, None, True, "sk-1", "sk-1"]  # fmt: skip


def test_no_service() -> None:
    with SecretService(has_daemon=False) as service:
        service.environment["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
        sentence, answer = told(service, "store.availability()", "store.get('work')")
    assert sentence.startswith("This system offers no keyring")
    assert answer["error"] == "This system offers no keyring that the program can use, so keys cannot be kept."


def test_no_bus_at_all() -> None:
    with SecretService(has_daemon=False) as service:
        del service.environment["DBUS_SESSION_BUS_ADDRESS"]
        service.environment["XDG_RUNTIME_DIR"] = "/nonexistent"
        (answer,) = told(service, "store.set('work', 'sk-1')")
    assert "no keyring" in answer["error"]


def test_a_killed_daemon_comes_back_locked() -> None:
    with SecretService() as service:
        told(service, "store.set('work', 'sk-1')")
        service.kill_daemon()
        # The bus starts another one, which is locked.
        (answer,) = told(service, "store.get('work')")
        assert answer["error"] == "The keyring is locked."


def test_a_keyring_that_was_never_set_up() -> None:
    with SecretService(has_daemon=False) as service:
        availability, answer = told(service, "store.availability()", "store.set('work', 'sk-1')")
    assert availability is None
    assert answer["error"] == "The keyring could not be used."
    assert "sk-1" not in str(answer)


def test_a_forgetful_backend_is_never_chosen() -> None:
    with SecretService(has_daemon=False) as service:
        service.environment["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
        service.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        (answer,) = told(service, "store.set('work', 'sk-1')")
    assert "no keyring" in answer["error"]


def test_here_the_bus_is_off_and_threads_end() -> None:
    before = threading.active_count()
    with pytest.raises(CredentialError):
        KeyringStore().get("work")
    assert threading.active_count() == before


def test_importing_the_store_imports_no_keyring() -> None:
    code = "import sys, copilot_desktop.credentials.keyring_store; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_keys_of_this_run_stay_in_memory() -> None:
    keys = RunKeys()
    keys.set("work", " sk-123 ")
    assert keys.get("work") == "sk-123"
    assert "sk-123" not in repr(keys)
    keys.move("work", "new")
    keys.move("work", "new")
    assert (keys.get("work"), keys.get("new")) == (None, "sk-123")
    keys.delete("new")
    keys.delete("new")
    assert keys.get("new") is None


@pytest.mark.parametrize("text", ["", "  ", "sk-a b", "sk-clé", "sk-1\nsk-2", "sk-\u200b1", "sk-…"])
def test_what_cannot_be_a_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_key(text)
    assert "sk-" not in caught.value.message + caught.value.advice
    assert checked_key(" sk-123\n") == "sk-123"


@pytest.mark.parametrize(("key", "shown"), [("sk-abcdefgh1234", "1234"), ("short", ""), ("", "")])
def test_only_four_characters_are_shown(key: str, shown: str) -> None:
    assert last_four(key) == shown
