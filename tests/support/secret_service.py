"""A real Secret Service (gnome-keyring) on a private D-Bus, in a folder of its own; the user's is never touched.

    with SecretService() as service:
        done = service.run("from copilot_desktop.credentials.keyring_store import KeyringStore; ...")

Code runs in child processes, since the bus address and a blocked keyring thread belong to a process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import pytest

ROOT = Path(__file__).resolve().parents[2]
_PASSWORD = b"test-password"
_SECRETS = "org.freedesktop.secrets"
_PATH = "/org/freedesktop/secrets"
_LOGIN = f"{_PATH}/collection/login"


class SecretService:
    """The bus and, unless `has_daemon` is False, an unlocked keyring. `display`: value of DISPLAY for all of it."""

    def __init__(self, *, has_daemon: bool = True, display: str | None = None) -> None:
        for program in ("dbus-daemon", "dbus-send", "gnome-keyring-daemon"):
            if shutil.which(program) is None:
                pytest.skip(f"{program} is not installed (apt install dbus-daemon dbus-bin gnome-keyring)")
        self._has_daemon = has_daemon
        self._folder = Path(tempfile.mkdtemp(prefix="secret-service-"))
        for name in ("run", "data", "cache", "home"):
            (self._folder / name).mkdir(mode=0o700)
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.environment = kept | {
            "HOME": str(self._folder / "home"),
            "XDG_RUNTIME_DIR": str(self._folder / "run"),
            "XDG_DATA_HOME": str(self._folder / "data"),
            "XDG_CACHE_HOME": str(self._folder / "cache"),
            "PYTHONPATH": str(ROOT),
        }
        if display is not None:
            self.environment["DISPLAY"] = display
        self._bus: subprocess.Popen[bytes] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> SecretService:
        socket_path = self._folder / "run" / "bus"
        address = f"unix:path={socket_path}"
        self._bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}"],
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        self._wait(socket_path.exists, "the bus")
        if self._has_daemon:
            self.start_daemon()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill_daemon()
        if self._bus is not None:
            self._bus.terminate()
            self._bus.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start_daemon(self) -> None:
        """Start gnome-keyring with its login keyring made and unlocked."""
        self._daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdin is not None
        self._daemon.stdin.write(_PASSWORD)
        self._daemon.stdin.close()
        # Asking the service itself before it owns its name would make the bus start a second, locked one.
        self._wait(self._is_owned, "the Secret Service")
        self._wait(lambda: _LOGIN in self._send("ReadAlias", "string:default"), "the keyring")

    def lock(self) -> None:
        """Lock the login keyring."""
        self._send("Lock", f"array:objpath:{_LOGIN}")

    def kill_daemon(self) -> None:
        """Kill the keyring as a crash would."""
        daemon, self._daemon = self._daemon, None
        if daemon is not None:
            daemon.kill()
            daemon.wait()

    def run(self, code: str, limit_s: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Run Python code against this service."""
        return subprocess.run(
            [sys.executable, "-c", code],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def _is_owned(self) -> bool:
        command = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
        command += ["org.freedesktop.DBus.NameHasOwner", f"string:{_SECRETS}"]
        reply = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return "boolean true" in reply.stdout

    def _send(self, method: str, *arguments: str) -> str:
        command = ["dbus-send", "--session", "--print-reply", f"--dest={_SECRETS}", _PATH]
        command += [f"org.freedesktop.Secret.Service.{method}", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def _wait(self, is_there: object, what: str) -> None:
        assert callable(is_there)
        end = time.monotonic() + 20
        while not is_there():
            assert time.monotonic() < end, f"{what} did not come up"
            time.sleep(0.02)


class VirtualDisplay:
    """A screen without a screen (Xvfb), on which password dialogs open; nobody answers them but `escape_pressed`."""

    def __init__(self) -> None:
        if shutil.which("Xvfb") is None:
            pytest.skip("Xvfb is not installed (apt install xvfb)")
        self.name = ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> VirtualDisplay:
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.name = f":{self._process.stdout.readline().strip()}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()

    @contextmanager
    def escape_pressed(self) -> Iterator[None]:
        """Close what asks for a password with Esc, as a user would, for as long as the block lasts."""
        if shutil.which("xdotool") is None:
            pytest.skip("xdotool is not installed (apt install xdotool)")
        environment = os.environ | {"DISPLAY": self.name}
        ended = threading.Event()

        def press() -> None:
            while not ended.wait(0.5):
                found = subprocess.run(
                    ["xdotool", "search", "--onlyvisible", "--class", "gcr-prompter"],
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                for window in found.stdout.split():
                    # There is no window manager that would give the window the keys.
                    command = ["xdotool", "windowfocus", window, "key", "Escape"]
                    subprocess.run(command, env=environment, capture_output=True, check=False)

        thread = threading.Thread(target=press, name="escape")
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
