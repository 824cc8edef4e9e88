"""What a very large tree costs: `python tests/bench/large_tree.py [PART ...] [--files N] [--keep FOLDER]`.

A tree of 100,000 Python files in 10,000 folders, under git, with a real window on it: offscreen, or on the screen where
DISPLAY is set (`xvfb-run -a -s -noreset python tests/bench/large_tree.py start`). All parts, or some of them:
start    how much later a window on it is painted and its explorer filled than one on an empty folder, in pairs that
         take turns: with git and without, with an index and automatic context on and without
burst    10,000 files written, made and deleted by another program while somebody types with the index in use: what the
         GUI thread did for it, when all has settled, and whether everything shown is true then
checkout the same changes, as git makes them where it checks out a branch
queries  quick open, `@` and `#`, in processor time; and the window's memory with all of it in use
bad      a tree of links in circles, names that are no text, very long names and folders that may not be read
`--keep` keeps tree and index for the next time. Each figure stands with its goal; exit 1 when one is missed.
Project search in a tree of this size is measured by `tests/bench/project_search.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.large_tree_window import make_branch  # noqa: E402
from tests.bench.tree_of_code import make_tree, restore  # noqa: E402

PARTS = ("start", "burst", "checkout", "queries", "bad")
LATER_S, SETTLED_S, LATE_MS, QUERY_MS = 0.1, 20.0, 16.0, 60.0


def main() -> int:
    """Print the figures; exit 1 when a goal is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--folders", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--burst", type=int, default=10_000)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    print("load average", *(f"{each:.1f}" for each in os.getloadavg()), flush=True)
    with tempfile.TemporaryDirectory() as name:
        measured = Measured(arguments.keep or Path(name), arguments.files, arguments.folders)
        calls = {
            "start": lambda: measured.start(arguments.runs),
            "burst": lambda: measured.burst("burst", arguments.burst),
            "checkout": lambda: measured.burst("checkout", arguments.burst),
            "queries": measured.queries,
            "bad": measured.bad,
        }
        for part in arguments.parts or PARTS:
            calls[part]()
    print("goals: " + ("met" if measured.is_met else "missed"))
    return 0 if measured.is_met else 1


class Measured:
    """Makes what is needed below one folder, and prints what it finds."""

    def __init__(self, place: Path, files: int, folders: int) -> None:
        self.is_met = True
        self._place, self._files, self._folders = place, files, folders
        place.mkdir(parents=True, exist_ok=True)

    def start(self, runs: int) -> None:
        """Windows on the tree in turn with windows on an empty folder."""
        empty, plain, large = self._place / "empty", self._tree(with_git=False), self._tree(with_git=True)
        empty.mkdir(exist_ok=True)
        indexed = self._home("indexed", large)
        self._index(large, indexed)
        cases = {
            "empty folder": (empty, self._home("plain", empty)),
            "without git or index": (plain, self._home("plain", plain)),
            "with git": (large, self._home("plain", large)),
            "with git, index and automatic context": (large, indexed),
        }
        found: dict[str, list[dict[str, float]]] = {name: [] for name in cases}
        for run in range(runs + 1):
            for name, (folder, home) in cases.items():
                figures = self._child("start", folder, home)
                if run:  # the first one fills the caches
                    found[name].append(figures)
        first, *others = cases
        head = f"medians of {runs} starts, and of differences"
        print(f"{head:<40} {'painted':>16} {'explorer filled':>20}")
        for name in cases:
            said = [f"{median(each[what] for each in found[name]):.2f} s" for what in ("painted", "filled")]
            cpu = [f"({median(each[f'{what}_cpu'] for each in found[name]):.2f} CPU)" for what in ("painted", "filled")]
            print(f"  {name:<38} {said[0]:>6} {cpu[0]:>10} {said[1]:>8} {cpu[1]:>10}")
        for name in others:
            for what in ("painted", "filled"):
                pairs = list(zip(found[name], found[first], strict=True))
                later = {
                    end: median(one[what + end] - other[what + end] for one, other in pairs) for end in ("", "_cpu")
                }
                self._say(
                    f"{what}, {name}: later than the empty folder by",
                    later["_cpu"],
                    LATER_S,
                    f"s of processor; {later['']:.2f} by the clock",
                )

    def burst(self, part: str, count: int) -> None:
        """Another program changes so many files while somebody types: `part` says how."""
        folder, count = self._tree(with_git=True), min(count, self._files // 2)
        if part == "checkout":
            make_branch(folder, count)
        home = self._home("indexed", folder)
        self._index(folder, home)
        try:
            found = self._child(part, folder, home, str(count))
        finally:
            restore(folder)
        print(f"{part} of {found['count']:,.0f} files, written in {found['wrote']:.1f} s; load {found['load']:.1f}:")
        self._say("all of it is settled after", found["settled"], SETTLED_S, "s")
        for name in ("index", "git", "explorer"):
            print(f"  {name} after {found[name]:.1f} s")
        for name, seconds in found["spent"].items():
            print(f"  {seconds:6.2f} s of processor: {name}")
        self._say("passes of the event loop, 99 of 100 within", found["p99"], LATE_MS, "ms of processor")
        print(f"  the longest {found['max']:.1f} ms, of {found['passes']:.0f}; by the clock 99 of 100 in "
              f"{found['clock']:.1f} ms; keys: 99 of 100 within {found['keys']:.1f} ms")  # fmt: skip
        for name in sorted(found["true"]):
            self._check(name, found["true"][name])

    def queries(self) -> None:
        """What is asked by letters, and the memory of a window in which it was."""
        folder = self._tree(with_git=True)
        home = self._home("indexed", folder)
        self._index(folder, home)
        found = self._child("queries", folder, home)
        for name, milliseconds in found["queries"].items():
            self._say(name, milliseconds, QUERY_MS, "ms of processor")
        for name, size in found["memory"].items():
            print(f"  memory (PSS): {name} {size:.0f} MiB")

    def bad(self) -> None:
        """Names and folders that make trouble, many of them."""
        from tests.bench.bad_tree import check_bad_tree

        for name, is_so in check_bad_tree(self._place / "bad").items():
            self._check(name, is_so)

    def _tree(self, *, with_git: bool) -> Path:
        folder = self._place / ("tree" if with_git else "plain")
        make_tree(folder, self._files, self._folders, with_git=with_git)
        return folder

    def _home(self, name: str, folder: Path) -> Path:
        """A home whose user has trusted the folder; automatic context is on in the indexed one."""
        from copilot_desktop.settings.folders import program_folders
        from copilot_desktop.settings.session import Session, WorkspaceState
        from copilot_desktop.settings.store import SettingsStore
        from copilot_desktop.workspace.paths import Workspace
        from copilot_desktop.workspace.trust.folder_trust import FolderTrust

        home = self._place / f"home-{name}"
        folders = program_folders(self._environ(home))
        FolderTrust(Workspace(folder), folders.state).trust()
        if name == "indexed":
            states = {str(folder): WorkspaceState(has_automatic_context=True)}
            SettingsStore(folders.state).save(Session((str(folder),), workspaces=states))
        return home

    def _index(self, folder: Path, home: Path) -> None:
        """Bring the index of that home up to date, so that only changes are left to a window."""
        from copilot_desktop.context.index.schema import index_place
        from copilot_desktop.settings.folders import program_folders
        from tests.bench.index import Worker

        worker = Worker(folder, index_place(program_folders(self._environ(home)).cache, folder))
        _first, whole = worker.ask(None)
        seconds, peak = worker.used()
        worker.close()
        print(f"index of {folder.name}: {whole:.1f} s, {seconds:.1f} s of processor, worker's peak {peak:.0f} MiB")

    def _environ(self, home: Path) -> dict[str, str]:
        environ = os.environ | {"COPILOT_DESKTOP_HOME": str(home), "HOME": str(self._place), "PYTHONPATH": str(ROOT)}
        environ |= {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "PYTHONPYCACHEPREFIX": str(self._place / "bytecode")}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        if not environ.get("DISPLAY"):
            environ["QT_QPA_PLATFORM"] = "offscreen"
        return environ

    def _child(self, part: str, folder: Path, home: Path, *arguments: str) -> dict[str, Any]:
        command = (sys.executable, str(ROOT / "tests/bench/large_tree_window.py"), part, str(folder), *arguments)
        environ = self._environ(home) | {"BENCH_STARTED": str(time.time())}
        done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _say(self, what: str, figure: float, goal: float, unit: str) -> None:
        is_met = figure <= goal
        self.is_met &= is_met
        print(f"{'ok    ' if is_met else 'MISSED'} {what} {figure:.2f} (goal {goal:g}) {unit}", flush=True)

    def _check(self, what: str, is_so: bool) -> None:
        self.is_met &= is_so
        print(f"{'ok    ' if is_so else 'MISSED'} {what}", flush=True)


def median(figures: Iterable[float]) -> float:
    """Of any number of figures."""
    return float(statistics.median(figures))


if __name__ == "__main__":
    sys.exit(main())
