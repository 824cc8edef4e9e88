"""Two weeks of use on a fake clock: how large the store gets, whether old states come back, what opening it costs.

python tests/bench/two_weeks.py [--days 14] [--writes 300] [--limit-mb 24]

Every working day some hundred saves and accepts into a project of this program's own sources, a pruning after each
quiet while. The limit is small, so that it is met on the first days.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints import journal, pruning
from copilot_desktop.workspace.checkpoints.entries import About, AcceptedHunk, FileAbout
from copilot_desktop.workspace.checkpoints.history import History, place_of
from copilot_desktop.workspace.checkpoints.pruning import DAY_S, KeepLimits, Pruner
from copilot_desktop.workspace.checkpoints.restoring import RestorePlanner
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT, bytes_hash
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.saving import Saver

ROOT = Path(__file__).resolve().parents[2]
SEED = 5
QUIET_EVERY = 40


class Weeks:
    """The project, its store, and what each step really wrote."""

    def __init__(self, folder: Path) -> None:
        self.random = random.Random(SEED)  # noqa: S311 - a simulation
        self.now = 1_800_000_000.0
        (folder / "project").mkdir()
        self.workspace, self.state = Workspace(folder / "project"), folder / "state"
        self.paths = []
        for place in sorted((ROOT / "copilot_desktop").rglob("*.py"))[::6]:
            path = place.relative_to(ROOT).as_posix()
            (folder / "project" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "project" / path).write_bytes(place.read_bytes())
            self.paths.append(path)
        self.applier, self.saver = Applier(self.workspace, self.state), Saver(self.workspace, self.state)
        self.written: dict[tuple[str, str], tuple[bytes, bytes]] = {}
        self.times: list[float] = []

    def changed(self, path: str) -> tuple[bytes, bytes]:
        """A file's bytes, and what an edit makes of them: some lines are other ones, some new, some gone."""
        before = (self.workspace.root / path).read_bytes()
        lines = before.split(b"\n")
        for _ in range(self.random.randint(1, 6)):
            at = self.random.randrange(len(lines))
            lines[at : at + self.random.randint(0, 2)] = [b"    # %d" % self.random.getrandbits(64)]
        return before, b"\n".join(lines)

    def write(self) -> None:
        """One save or, once in four, an accept into up to three files."""
        self.now += self.random.uniform(5, 90)
        count = self.random.randint(1, 3) if self.random.random() < 0.25 else 0
        # Some files are worked on more than others.
        chosen = list({self.paths[int(len(self.paths) * self.random.random() ** 3)] for _ in range(max(count, 1))})
        edits = {path: self.changed(path) for path in chosen}
        began = time.perf_counter()
        if count:
            writes = [FileWrite(path, bytes_hash(before), after) for path, (before, after) in edits.items()]
            hunk = AcceptedHunk("h" * 32, 3, 4, "old line\n", "new line\n")
            about = About(prompt="Do it better. " * 20, model="model", files={chosen[0]: FileAbout(hunks=(hunk,))})
            entry_id = self.applier.apply(writes, "Accept 1 change", about).checkpoint_id
        else:
            (path,) = chosen
            self.saver.save(path, (edits[path][1],), expected_hash=ANY_CONTENT, encoding="utf-8")
            entry_id = self.applier.history.entries(limit=1)[0].entry_id
        self.times.append(time.perf_counter() - began)
        self.written |= {(entry_id, path): edit for path, edit in edits.items()}

    def check(self, count: int) -> int:
        """Random old states are what they were. Returns how many there are."""
        planner, history = RestorePlanner(self.workspace, self.applier.history), self.applier.history
        known = {each.entry_id for each in history.entries(limit=1_000_000)}
        chosen = [key for key in self.written if key[0] in known]
        for entry_id, path in self.random.sample(chosen, min(count, len(chosen))):
            before, after = self.written[entry_id, path]
            plan = planner.file_to(entry_id, path, before=True)
            assert not plan.lost, (entry_id, path)
            assert planner.bytes_wanted(plan.files[0]) == before
            assert history.state_at(entry_id, path) == bytes_hash(after)
        entry_id, path = self.random.choice(chosen)
        self.applier.carry_out(planner.file_to(entry_id, path, before=True))
        assert (self.workspace.root / path).read_bytes() == self.written[entry_id, path][0]
        return len(chosen)


def opening_ms(weeks: Weeks) -> tuple[float, float]:
    """What opening a folder waits for: its recovery, and the first page of its history. Medians of 9, fresh objects."""
    recovering, reading = [], []
    for _ in range(9):
        began = time.perf_counter()
        Applier(weeks.workspace, weeks.state).recover()
        recovering.append(time.perf_counter() - began)
        began = time.perf_counter()
        History(place_of(weeks.workspace, weeks.state)).entries(limit=100)
        reading.append(time.perf_counter() - began)
    return statistics.median(recovering) * 1000, statistics.median(reading) * 1000


def main() -> None:
    """Print one line a day, and the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--writes", type=int, default=300)
    parser.add_argument("--limit-mb", type=int, default=24)
    arguments = parser.parse_args()
    limits = KeepLimits(arguments.limit_mb * 1024 * 1024, 7 * DAY_S)
    with tempfile.TemporaryDirectory() as folder:
        weeks = Weeks(Path(folder))
        vars(journal)["time"] = SimpleNamespace(time=lambda: weeks.now, time_ns=time.time_ns)
        vars(pruning)["_FRESH_S"] = -1.0
        pruner = Pruner(weeks.state)
        largest = took_s = 0.0
        for day in range(arguments.days):
            for number in range(arguments.writes):
                weeks.write()
                if number % QUIET_EVERY == QUIET_EVERY - 1:
                    began = time.perf_counter()
                    pruned = pruner.prune(limits, weeks.now)
                    took_s = max(took_s, time.perf_counter() - began)
                    largest = max(largest, pruned.size_bytes)
            there = weeks.check(50)
            recovering, reading = opening_ms(weeks)
            print(
                f"day {day + 1:2}: {len(weeks.times)} writes, store {pruner.size_bytes() / 2**20:.1f} MB, largest "
                f"after a pruning {largest / 2**20:.1f} MB, {there} states kept and right; "
                f"opening {recovering:.1f} ms, first page {reading:.1f} ms",
                flush=True,
            )
            assert largest <= limits.size_bytes
            weeks.now += DAY_S - (weeks.now % DAY_S)
        times = sorted(weeks.times)
        median, p99 = times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000
        print(
            f"a write: median {median:.1f} ms, p99 {p99:.1f} ms; "
            f"slowest pruning {took_s:.1f} s; load average {os.getloadavg()[0]:.1f}"
        )


if __name__ == "__main__":
    main()
