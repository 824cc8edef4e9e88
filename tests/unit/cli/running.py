"""Runs the program as scripts do: a process for each command, with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.script_server import ROOT, ScriptServer

LIMIT_S = 300
_servers: list[ScriptServer] = []


def begin() -> None:
    """Before the first command."""
    _servers.append(ScriptServer())


def end() -> None:
    """After the last one."""
    _servers.pop().close()


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


def run(*arguments: str | Path, stdin: str | bytes = b"", environment: Mapping[str, str] | None = None) -> Done:
    """Run `copilot-desktop ARGUMENTS`, with these variables besides the test's own."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    try:
        code, out, err = _servers[-1].run(
            list(map(str, arguments)), given, {**os.environ, **(environment or {})}, limit_s=LIMIT_S
        )
    except BaseException:  # its answer would be taken for the next one's
        end()
        begin()
        raise
    return Done(code, out.decode(), err.decode())


def run_code(code: str, *arguments: str | Path, stdin: str) -> Done:
    """Run Python code with arguments in a process that has imported nothing yet."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        input=stdin.encode(),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=LIMIT_S,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
