"""The real program with a screen reader on it: AT-SPI on a private bus, the window on a private screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.secret_service import ROOT, SecretService, VirtualDisplay

_LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
_PYATSPI = Path("/usr/lib/python3/dist-packages/pyatspi/__init__.py")
NEEDED = [
    pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is Linux's"),
    pytest.mark.skipif(
        not _LAUNCHER.exists() or not _PYATSPI.exists(), reason="apt install at-spi2-core python3-pyatspi"
    ),
]


def read_by(
    script: str, place: Path | None, *arguments: str, variables: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a script of this folder prints that reads the program, started on a folder or file, or without one.

    `variables` are more of its environment.
    """
    with VirtualDisplay() as display, SecretService(has_daemon=False) as bus:
        environ = bus.environment | {
            "DISPLAY": display.name,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "COPILOT_DESKTOP_HOME": os.environ["COPILOT_DESKTOP_HOME"],
            "PYTHONPATH": str(ROOT),
            **(variables or {}),
        }
        quiet = subprocess.DEVNULL
        bridge = subprocess.Popen([_LAUNCHER, "--launch-immediately"], env=environ, stdout=quiet, stderr=quiet)
        program = subprocess.Popen(
            [sys.executable, "-m", "copilot_desktop", *([] if place is None else [str(place)])],
            cwd=ROOT,
            env=environ,
            stderr=quiet,
        )
        try:
            done = subprocess.run(
                ["/usr/bin/python3", ROOT / "tests" / "support" / script, *arguments],
                env=environ, capture_output=True, text=True, timeout=110, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            return dict(json.loads(done.stdout))
        finally:
            for process in (program, bridge):
                process.terminate()
                process.wait(timeout=30)
