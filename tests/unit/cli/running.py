"""Runs the program as scripts do: a child process with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.secret_service import ROOT

LIMIT_S = 90


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error_kind(self) -> str:
        (told,) = self.json.values()
        assert set(told) == {"kind", "message"}
        assert told["message"]
        return str(told["kind"])


def run(
    *arguments: str | Path,
    stdin: str | bytes = b"",
    environment: Mapping[str, str] | None = None,
    command: tuple[str, ...] = ("-m", "copilot_desktop"),
) -> Done:
    """Run `copilot-desktop ARGUMENTS`."""
    done = subprocess.run(
        [sys.executable, *command, *map(str, arguments)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        timeout=LIMIT_S,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
