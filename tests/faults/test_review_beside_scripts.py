"""A window with a review and script commands on the same folder at once, in processes of their own: they share the
history, its pins and the files, and none of them loses or refuses anything."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.faults.test_review_kill import ROOT, asked_though_written, found_after, started
from tests.support.reviewed_program import make_folder

ROUNDS = 3
WORD = {"d.py": "value_0 = {}\n", "a.py": "value_39 = {}\n"}
"""What each round changes: a file that only scripts write, and one that is under review in the window."""


def command(*arguments: object, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "copilot_desktop", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def apply(folder: Path, number: int) -> None:
    """A script changes both files in one step."""
    blocks = []
    for path, line in WORD.items():
        old = line.format(39 if path == "a.py" and not number else number)
        blocks.append(f"{path}\n<<<<<<< SEARCH\n{old}=======\n{line.format(number + 1)}>>>>>>> REPLACE\n")
    done = command("apply", folder, "--input", "-", "--write", "--json", given="\n".join(blocks))
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert sorted(json.loads(done.stdout)["written"]) == ["a.py", "d.py"]


def steps(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    done = command("history", folder, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["entries"]
    return found


@pytest.mark.timeout(600)
def test_a_window_and_scripts_share_a_folder(tmp_path: Path) -> None:
    home, folder = Path(os.environ["COPILOT_DESKTOP_HOME"]), tmp_path / "shop"
    make_folder(folder)
    (folder / "d.py").write_text(WORD["d.py"].format(0))
    window = started("work", folder, os.environ.get("SEED", "7"))
    assert window.stdout is not None
    try:
        assert "begins" in window.stdout.readline()
        for number in range(ROUNDS):
            apply(folder, number)
        newest = steps(folder, "--file", "d.py")[0]["id"]
        back = command("restore", folder, newest, "--file", "d.py", "--write", "--json")
        assert back.returncode == 0, back.stderr
        # On a busy machine the window may have come to nothing yet.
        assert any("kept" in line for line in window.stdout), "the window has written nothing down"
    finally:
        window.kill()
        window.communicate(timeout=120)
    assert (folder / "d.py").read_text() == WORD["d.py"].format(ROUNDS - 1)
    assert WORD["a.py"].format(ROUNDS) in (folder / "a.py").read_text()
    found = found_after(folder)
    assert found == found_after(folder)
    assert asked_though_written(found) == []
    every = steps(folder)
    assert len({each["id"] for each in every}) == len(every) > ROUNDS
    for place in home.rglob("*.sqlite"):
        with closing(sqlite3.connect(place)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not list(home.rglob("crash.log"))
    assert not list(home.rglob("journal.json"))
    logs = "".join(place.read_text(errors="replace") for place in home.rglob("*.log"))
    assert "locked" not in logs
