"""The real program as a screen reader sees it: AT-SPI on a private bus, the window on a private screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.secret_service import ROOT, SecretService, VirtualDisplay

LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
PYATSPI = Path("/usr/lib/python3/dist-packages/pyatspi/__init__.py")
TEXT = "def total(items):\n    return 1  # zéro\n"
# Roles that are operated; a table cell, a separator or a pane needs no name of its own.
OPERATED = {
    "push button",
    "check box",
    "combo box",
    "text",
    "toggle button",
    "radio button",
    "spin button",
    "menu item",
}

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is Linux's"),
    pytest.mark.skipif(
        not LAUNCHER.exists() or not PYATSPI.exists(), reason="apt install at-spi2-core python3-pyatspi"
    ),
]


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What a screen reader found in the program with a file open."""
    (tmp_path / "basket.py").write_text(TEXT, encoding="utf-8")
    with VirtualDisplay() as display, SecretService(has_daemon=False) as bus:
        environ = bus.environment | {
            "DISPLAY": display.name,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "COPILOT_DESKTOP_HOME": os.environ["COPILOT_DESKTOP_HOME"],
            "PYTHONPATH": str(ROOT),
        }
        quiet = subprocess.DEVNULL
        bridge = subprocess.Popen([LAUNCHER, "--launch-immediately"], env=environ, stdout=quiet, stderr=quiet)
        program = subprocess.Popen(
            [sys.executable, "-m", "copilot_desktop", str(tmp_path / "basket.py")], cwd=ROOT, env=environ, stderr=quiet
        )
        try:
            reader = ROOT / "tests" / "support" / "screen_reader.py"
            done = subprocess.run(
                ["/usr/bin/python3", reader, "Text of basket.py"],
                env=environ, capture_output=True, text=True, timeout=110, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            yield json.loads(done.stdout)
        finally:
            for process in (program, bridge):
                process.terminate()
                process.wait(timeout=30)


def test_the_text_is_read_moved_in_and_typed_and_every_control_has_a_name(seen: dict[str, Any]) -> None:
    assert seen["text"] == TEXT
    assert {"editable", "multi line"} <= set(seen["states"])
    assert seen["caret"] == 4
    assert seen["typed"] == f"# typed\n{TEXT}"
    assert seen["explorer_is_shown"] is False
    nameless = [role for role, name, is_showing in seen["controls"] if role in OPERATED and is_showing and not name]
    assert nameless == []
    names = {name for _role, name, _is_showing in seen["controls"]}
    assert {"Prompt", "Send", "Explorer", "Settings", "File", "Open files"} <= names
