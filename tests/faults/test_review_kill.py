"""The program is killed while a review goes on: the next start shows it as it was at that moment, or just before."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.reviewed_program import make_folder

ROOT = Path(__file__).resolve().parents[2]
KILLS = 2
"""More of them: `KILLED_REVIEWS=50 pytest tests/faults/test_review_kill.py`."""


def started(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.reviewed_program", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


def killed_after(folder: Path, seed: int, delay_s: float) -> list[dict[str, Any]]:
    """What the program said until it was killed, so long after it began."""
    process = started("work", folder, seed)
    assert process.stdout is not None
    first = process.stdout.readline()
    assert "begins" in first, first
    time.sleep(delay_s)
    process.kill()
    said = process.communicate(timeout=120)[0]
    assert "found" not in said
    return [json.loads(line) for line in said.splitlines()]


def found_after(folder: Path) -> dict[str, Any]:
    """What is under review at the next start."""
    process = started("look", folder)
    said = process.communicate(timeout=240)[0]
    assert process.returncode == 0
    return dict(json.loads(said.splitlines()[-1])["found"])


def comparable(review: dict[str, Any]) -> str:
    """Decisions in the tab that is typed into go with its text, of which a second may be lost."""
    return json.dumps([without_decisions(review["sets"], "a.py"), review["done"], review["refused"]])


def without_decisions(sets: Any, path: str = "") -> Any:
    """The change sets but for what was decided about a file, or any."""
    sets = json.loads(json.dumps(sets))
    for change in (change for each in sets for change in each[3] if path in ("", change[0])):
        for hunk in change[3:]:
            hunk[1] = hunk[4] = None
    return sets


def asked_though_written(review: dict[str, Any]) -> list[str]:
    """Files whose changes are undecided though they say them already: what was written is decided about. In the tab
    that is typed into the copy of its text may be a moment ahead of the review."""
    return [path for path, _hunk_id in review["there"] if path != "a.py"]


def is_one_step_on(found: dict[str, Any], last: dict[str, Any]) -> bool:
    """Whether the files had the last decision, or had it taken back, before the review could be written down."""
    steps = (found["done"], last["done"])
    shorter, longer = sorted(steps, key=len)
    return (
        len(longer) == len(shorter) + 1
        and longer[:-1] == shorter
        and found["refused"] == last["refused"]
        and without_decisions(found["sets"]) == without_decisions(last["sets"])
        and found["sets"] != last["sets"]
    )


@pytest.mark.timeout(1200)
def test_a_killed_program_comes_back_with_its_review(tmp_path: Path) -> None:
    seeds = random.Random(int(os.environ.get("SEED", "5")))  # noqa: S311 - what to kill when
    home = Path(os.environ["COPILOT_DESKTOP_HOME"])
    for kill in range(int(os.environ.get("KILLED_REVIEWS", KILLS))):
        folder = tmp_path / f"shop {kill}"
        make_folder(folder)
        said = killed_after(folder, seeds.randrange(10**6), seeds.uniform(0.02, 1.5))
        states = [line["put"] for line in said if "put" in line]
        put = [comparable(each) for each in states]
        kept = [at for at, line in enumerate(said) if "kept" in line]
        sure = comparable(said[kept[-1]]["kept"]) if kept else None
        possible = {"[[], [], {}]"} if sure is None else set(put[put.index(sure) :])
        possible |= set(put) if sure is None else set()
        found = found_after(folder)
        is_known = comparable(found) in possible or is_one_step_on(found, states[-1])
        assert is_known, (kill, said[-3:], found)
        assert asked_though_written(found) == []
        assert found == found_after(folder), "a second start says something else"
        assert not list(home.rglob("crash.log"))
        shutil.rmtree(folder)
