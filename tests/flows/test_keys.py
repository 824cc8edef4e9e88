"""The key of a model on its way from the settings page into the system's keyring, back, and out of it again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.models_page_driver import KEY
from tests.support.openai_server import OpenAIServer
from tests.support.secret_service import ROOT, SecretService, VirtualDisplay

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's keyring")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(key=KEY) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "program"


def drive(service: SecretService, home: Path, step: str, server: OpenAIServer) -> dict[str, Any]:
    """What the page of a window in a process of its own said."""
    environment = service.environment | {"COPILOT_DESKTOP_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.models_page_driver", step, server.base_url],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(said, dict)
    return said


def files_with_the_key(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_a_key_is_kept_in_the_keyring_read_back_used_and_deleted(server: OpenAIServer, home: Path) -> None:
    with SecretService() as service:
        said = drive(service, home, "keep", server)
        assert said["status"] == "Key found: •••• 7788"
        assert said["field"] == ""
        assert "•••• 7788" in said["hint"]
        assert "answered" in said["test"].lower()
        assert server.requests[-1].authorization == f"Bearer {KEY}"
        assert files_with_the_key(home) == []
        # Another process finds it, and takes it away.
        said = drive(service, home, "delete", server)
        assert said == {"found": "Key found: •••• 7788", "status": "The key is deleted.", "hint": "Paste the key"}
        look = "from copilot_desktop.credentials.keyring_store import KeyringStore; print(KeyringStore().get('Mine'))"
        assert service.run(look).stdout == "None\n"


def key_of(service: SecretService, name: str) -> str:
    """What another process reads from the keyring."""
    code = "from copilot_desktop.credentials.keyring_store import KeyringStore; print(KeyringStore().get({!r}))"
    return service.run(code.format(name)).stdout.strip()


def test_the_key_moves_along_when_its_profile_is_renamed(server: OpenAIServer, home: Path) -> None:
    with SecretService() as service:
        drive(service, home, "keep", server)
        said = drive(service, home, "rename", server)
        assert said["saved"] == "Saved."
        assert said["listed"] == ["Ours", "Built-in"]
        assert "answered" in said["test"]
        assert server.requests[-1].authorization == f"Bearer {KEY}"
        assert (key_of(service, "Mine"), key_of(service, "Ours")) == ("None", KEY)
    assert files_with_the_key(home) == []


def test_a_profile_keeps_its_name_when_its_key_cannot_be_moved(server: OpenAIServer, home: Path) -> None:
    with SecretService() as service:
        drive(service, home, "keep", server)
        service.lock()
        said = drive(service, home, "rename", server)
        assert said["saved"].startswith("The profile keeps the name “Mine”, since its key could not be moved.")
        assert "locked" in said["saved"]
        # Nothing typed is lost, and with the keyring open again it works.
        assert (said["listed"], said["typed"]) == (["Mine", "Built-in"], "Ours")
        service.kill_daemon()
        service.start_daemon()
        assert key_of(service, "Mine") == KEY


def test_a_profile_stays_with_the_keyring_while_that_is_locked(server: OpenAIServer, home: Path) -> None:
    """A server on this machine mostly wants no key; this one has a key, which only cannot be read now."""
    with SecretService() as service:
        drive(service, home, "keep", server)
        asked = len(server.requests)
        service.lock()
        said = drive(service, home, "locked", server)
    assert "locked" in said["test"]
    assert said["source"] == "keyring"
    assert len(server.requests) == asked


def test_the_key_of_a_profile_left_half_done_is_found_again_and_goes_with_it(server: OpenAIServer, home: Path) -> None:
    with SecretService() as service:
        assert drive(service, home, "half", server)["status"] == "Key found: •••• 7788"
        assert key_of(service, "Mine") == KEY
        assert files_with_the_key(home) == []
        assert drive(service, home, "discard", server) == {"name": "Mine", "found": "Key found: •••• 7788"}
        assert key_of(service, "Mine") == "None"


def test_without_a_keyring_the_key_is_held_for_this_run_only(server: OpenAIServer, home: Path) -> None:
    with SecretService(has_daemon=False) as service:
        service.environment["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
        said = drive(service, home, "run_only", server)
    assert "keyring" in said["refused"]
    assert "for this run only" in said["refused"]
    assert said["source"] == "run"
    assert said["status"] == "Key found: •••• 7788"
    assert said["field"] == ""
    assert "answered" in said["test"].lower()
    assert server.requests[-1].authorization == f"Bearer {KEY}"
    assert files_with_the_key(home) == []


def test_a_keyring_that_waits_for_its_password_holds_up_neither_window_nor_program(
    server: OpenAIServer, home: Path
) -> None:
    with VirtualDisplay() as display, SecretService(display=display.name) as service:
        drive(service, home, "keep", server)
        service.lock()
        said = drive(service, home, "close", server)
        ended_at = time.time()
    assert said["is_waiting"]
    assert said["closing_s"] < 2
    assert ended_at - said["ended_at"] < 4
