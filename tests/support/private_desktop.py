"""A desktop for a program in a clean system: a screen, a bus with a keyring and AT-SPI, and hands to use the window.

with PrivateDesktop(system, home) as desktop:
    with desktop.started("copilot-desktop", str(project)) as program:
        desktop.window.press("Connect a model")
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from tests.support.clean_system import CleanSystem, Log
from tests.support.secret_service import ROOT, SecretService, VirtualDisplay

_LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
_DRIVER = ROOT / "tests" / "support" / "window_driver.py"
_ENDING_S = 30.0


class Window:
    """What a user does to the window, by the names that a screen reader says (`window_driver.py`)."""

    def __init__(self, environment: dict[str, str], log: Log) -> None:
        self._environment, self._log = environment, log
        self._driver = subprocess.Popen(
            ["/usr/bin/python3", str(_DRIVER)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def close(self) -> None:
        """End the driver."""
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.close()
        self._driver.wait()
        self._driver.stdout.close()

    def _ask(self, *command: Any) -> Any:
        answer = self._tell(*command)
        if "error" in answer:
            seen = self._tell("listing").get("ok")
            self.picture("at the failure")
            pytest.fail(f"{command}: {answer['error']}; on the screen: {seen}", pytrace=False)
        return answer["ok"]

    def _tell(self, *command: Any) -> dict[str, Any]:
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.write(json.dumps(command) + "\n")
        self._driver.stdin.flush()
        answer: dict[str, Any] = json.loads(self._driver.stdout.readline())
        self._log.say(f"window: {command} -> {str(answer)[:300]}")
        return answer

    def press(self, name: str, role: str = "") -> None:
        """Press a button once it can be pressed."""
        self._ask("press", name, role)

    def write(self, name: str, text: str, role: str = "text") -> None:
        """Replace a field's text."""
        self._ask("write", name, text, role)

    def type(self, name: str, text: str, role: str = "text") -> None:
        """Type into a field, in the place of what is in it."""
        self.focus(name, role)
        self.keys("ctrl+a")
        self.type_here(text)

    def type_here(self, text: str) -> None:
        """Type into what has the keyboard."""
        command = ["xdotool", "type", "--delay", "20", "--", text]
        subprocess.run(command, env=self._environment, check=True)
        self._log.say(f"typed: {text}")

    def focus(self, name: str, role: str = "") -> None:
        """Give a control the keyboard."""
        self._ask("focus", name, role)

    def wait_for(self, name: str, role: str = "") -> None:
        """Wait until a control is shown."""
        self._ask("find", name, role)

    def text(self, name: str, role: str = "") -> str:
        """A control's text."""
        return str(self._ask("text", name, role))

    def wait_text(self, name: str, part: str, role: str = "") -> str:
        """Wait until a control's text holds a part."""
        return str(self._ask("wait_text", name, part, role))

    def says(self, part: str) -> str:
        """Wait until anything says it."""
        return str(self._ask("says", part))

    def keys(self, *names: str) -> None:
        """Press keys, each as `ctrl+s` or `Return`, in the window that is on the screen."""
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--class", "copilot"],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()
        assert found, "no window is on the screen"
        # There is no window manager that would give the window the keys.
        command = ["xdotool", "windowfocus", "--sync", found[-1], "key", "--delay", "60", *names]
        subprocess.run(command, env=self._environment, check=True)
        self._log.say(f"keys: {' '.join(names)}")

    def picture(self, name: str) -> Path:
        """Keep a picture of the screen beside the log."""
        place = self._log.place.with_name(f"{self._log.place.stem}, {name}.png")
        code = (
            "import sys; from PySide6.QtGui import QGuiApplication; app = QGuiApplication([]); "
            "app.primaryScreen().grabWindow(0).save(sys.argv[1])"
        )
        variables = self._environment | {"QT_QPA_PLATFORM": "xcb"}
        subprocess.run([sys.executable, "-c", code, str(place)], env=variables, check=False, capture_output=True)
        return place


class PrivateDesktop:
    """The desktop. `home` is the user's folder, which the system sees at its own path."""

    def __init__(self, system: CleanSystem, home: Path) -> None:
        self._system, self._home = system, home
        self._stack = ExitStack()
        self.variables: dict[str, str] = {}
        self.service: SecretService

    def __enter__(self) -> PrivateDesktop:
        for needed in (shutil.which("xdotool"), _LAUNCHER.exists()):
            if not needed:
                pytest.skip("apt install xdotool at-spi2-core python3-pyatspi")
        self.display = self._stack.enter_context(VirtualDisplay())
        self.service = self._stack.enter_context(SecretService(display=self.display.name))
        bus = self.service.environment | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        quiet = subprocess.DEVNULL
        bridge = subprocess.Popen([_LAUNCHER, "--launch-immediately"], env=bus, stdout=quiet, stderr=quiet)
        self._stack.callback(_end, bridge)
        runtime = bus["XDG_RUNTIME_DIR"]
        self._system.share(Path(runtime))
        self._system.share(self._home)
        self.variables = {
            "HOME": str(self._home),
            "DISPLAY": self.display.name,
            "DBUS_SESSION_BUS_ADDRESS": bus["DBUS_SESSION_BUS_ADDRESS"],
            "XDG_RUNTIME_DIR": runtime,
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
        }
        self.window = Window(bus, self._system.log)
        self._stack.callback(self.window.close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @contextmanager
    def started(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Start a program in the system; it is ended at the end of the block if it has not ended by then."""
        self._system.log.say(f"start {' '.join(words)}")
        out = (self._home / "program.log").open("a", encoding="utf-8")
        with out:
            program = subprocess.Popen(
                self._system.command(*words), env=self.variables, stdout=out, stderr=out, text=True
            )
            try:
                yield program
            finally:
                _end(program)
                said = (self._home / "program.log").read_text(encoding="utf-8")
                self._system.log.say(f"ended with {program.returncode}; it said: {said[-2000:]}")


def _end(program: subprocess.Popen[Any]) -> None:
    if program.poll() is None:
        program.terminate()
        try:
            program.wait(timeout=_ENDING_S)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def wait_until(is_so: Any, what: str, limit_s: float = 60.0) -> None:
    """Wait for a condition outside the window."""
    end = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(0.1)
