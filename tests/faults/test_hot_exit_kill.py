"""A window killed at random moments of typing: the next one shows what was typed, but for the last second at most."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.typing_session import FILE, UNTITLED

ROOT = Path(__file__).parents[2]
LIMIT_S = 1.0
START_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class State:
    """A text at a time."""

    at: float
    digest: str


@dataclass(slots=True)
class Study:
    """One folder and one home, lived in again and again. `lost_s`: how old the first change was that a kill cost."""

    folder: Path
    lives: int = 0
    steps: int = 0
    lost_s: list[float] = field(default_factory=list)
    before: dict[str, list[State]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    killed_at: float = 0.0
    killed_at_before: float = 0.0

    def live(self, typing_s: float) -> None:
        """Start the window, compare what it shows, let it type for a while, and kill it."""
        log = self.folder.parent / f"log-{self.lives}"
        arguments = [sys.executable, "-m", "tests.support.typing_session", str(self.folder), str(log), str(self.lives)]
        child = subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE)
        try:
            self._wait_for_start(child, log)
            time.sleep(typing_s)
        finally:
            self.killed_at_before, self.killed_at = self.killed_at, time.monotonic()
            child.send_signal(signal.SIGKILL)
            errors = child.communicate()[1]
        assert child.returncode == -signal.SIGKILL, errors.decode()
        states = _states(log)
        for name, known in states.items():
            if self.before:
                self.lost_s.append(self._lost(name, known[0].digest))
            self.steps += len(known)
        self._check_file(states[FILE])
        self.before = states
        self.lives += 1

    def _lost(self, name: str, shown: str) -> float:
        """How long before the kill the first change was made that the window does not show."""
        known = self.before[name]
        last = max((at for at, state in enumerate(known) if state.digest == shown), default=-1)
        assert last >= 0, f"life {self.lives}: {name} shows a text that nobody typed"
        return self.killed_at_before - known[last + 1].at if last + 1 < len(known) else 0.0

    def _check_file(self, known: list[State]) -> None:
        """The file on disk is one of the texts that were in the window, whole."""
        digest = hashlib.sha256((self.folder / FILE).read_bytes()).hexdigest()
        self.written |= {state.digest for state in known}
        assert digest in self.written, f"life {self.lives}: {FILE} is damaged"

    def _wait_for_start(self, child: subprocess.Popen[bytes], log: Path) -> None:
        end = time.monotonic() + START_LIMIT_S
        while not log.exists() or log.read_bytes().count(b"\n") < 2:
            assert child.poll() is None, "the window ended by itself"
            assert time.monotonic() < end, "the window did not start"
            time.sleep(0.01)


def _states(log: Path) -> dict[str, list[State]]:
    states: dict[str, list[State]] = {FILE: [], UNTITLED: []}
    for line in log.read_text().splitlines():
        at, name, digest = line.split()
        states[name].append(State(float(at), digest))
    return states


def study(folder: Path, kills: int, seed: int) -> Study:
    """Kill the window so many times, and start it once more to see what the last kill cost."""
    root = folder / "shop"
    root.mkdir()
    (root / FILE).write_text("".join(f"price_{n} = {n}\n" for n in range(500)))
    chance = random.Random(seed)  # noqa: S311
    found = Study(root, written={hashlib.sha256((root / FILE).read_bytes()).hexdigest()})
    for _ in range(kills + 1):
        found.live(chance.uniform(0.0, 3.0))
    return found


def test_a_few_kills_cost_no_more_than_the_last_second(tmp_path: Path) -> None:
    found = study(tmp_path, kills=4, seed=1)
    assert len(found.lost_s) == 8
    assert max(found.lost_s) <= LIMIT_S


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_two_hundred_kills_cost_no_more_than_the_last_second(tmp_path: Path) -> None:
    found = study(tmp_path, kills=200, seed=int(os.environ.get("COPILOT_DESKTOP_SEED", "2")))
    lost = sorted(found.lost_s)
    print(f"kills 200, steps typed {found.steps}, texts compared {len(lost)}, nothing lost in {lost.count(0.0)}")
    print(f"lost s: median {lost[len(lost) // 2]:.2f}, p95 {lost[int(len(lost) * 0.95)]:.2f}, max {lost[-1]:.2f}")
    assert lost[-1] <= LIMIT_S
