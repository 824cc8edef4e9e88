"""Many files are read in two processes, and all are read whatever becomes of the other one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from copilot_desktop.context.index import reading_process
from copilot_desktop.context.index.reading import read_here
from copilot_desktop.context.index.reading_process import read_portions
from copilot_desktop.workspace.paths import Workspace

ENDS = "import sys, pickle; pickle.load(sys.stdin.buffer)"
TALKS_NONSENSE = "print('this is no answer', flush=True); import sys; sys.stdin.read()"


@pytest.fixture
def wanted(tmp_path: Path) -> list[tuple[str, bytes]]:
    names = [f"f{number}.py" for number in range(400)]
    for number, name in enumerate(names):
        (tmp_path / name).write_text(f"import os\n\n\ndef function_{number}(value):\n    return value\n" * 20)
    (tmp_path / names[7]).unlink()
    (tmp_path / names[9]).write_bytes(bytes(range(256)))
    return [(name, b"") for name in names]


def test_both_read_the_same_as_one(tmp_path: Path, wanted: list[tuple[str, bytes]]) -> None:
    workspace = Workspace(tmp_path)
    read = [each for portion in read_portions(workspace, wanted) for each in portion]
    alone = [each for portion in read_here(workspace, wanted) for each in portion]
    assert {each.path: (each.file, each.characters) for each in read} == {
        each.path: (each.file, each.characters) for each in alone
    }
    assert len(read) == len(wanted)


@pytest.mark.parametrize("program", [ENDS, TALKS_NONSENSE, None])
def test_what_the_other_does_not_read_is_read_here(
    tmp_path: Path, wanted: list[tuple[str, bytes]], program: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("/nowhere/at/all",) if program is None else (sys.executable, "-c", program)
    monkeypatch.setattr(reading_process, "worker_command", lambda _name: command)
    read = [each.path for portion in read_portions(Workspace(tmp_path), wanted) for each in portion]
    assert sorted(read) == sorted(path for path, _hash in wanted)


def test_it_ends_where_nobody_wants_the_rest(tmp_path: Path, wanted: list[tuple[str, bytes]]) -> None:
    portions = read_portions(Workspace(tmp_path), wanted)
    next(portions)
    portions.close()  # a process that is left fails the test
