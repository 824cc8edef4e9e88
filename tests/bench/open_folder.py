"""Measures opening a large folder in the real window: first listing, all watched, and what the GUI thread felt of it.

.venv/bin/python tests/bench/open_folder.py [FOLDERS] [FILES] [RUNS]     5,000 and 34,000 when nothing is said, 3 runs.
"gui stall" is the longest time without an event in the 8 seconds after the first paint (20 where not all is
watched or looked at once by then); building chat and review on the GUI thread is in it, whatever the folder.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120.0

CHILD = """
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from copilot_desktop.app.command_line import Place
from copilot_desktop.app.program import Program, make_application
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

class Meter(QObject):
    def __init__(self, desktop):
        super().__init__()
        self.desktop, self.last, self.stalls, self.times = desktop, 0.0, [], {}
        desktop.workspace.opened.connect(lambda _w: self.mark("opened"))
        desktop.settled.connect(lambda: self.mark("settled"))
        self.state = None
        desktop.workspace.listed.connect(lambda e: self.mark("listed") if e.folder == "" else None)
        desktop.workspace.watching_changed.connect(self.told)
        self.beat = QTimer(self, interval=0)
        self.beat.timeout.connect(self.tick)
        self.beat.start()
    def mark(self, name):
        self.times.setdefault(name, time.perf_counter())
    def tick(self):
        now = time.perf_counter()
        if self.last and "settled" in self.times:
            self.stalls.append(now - self.last)
        self.last = now
        if self.desktop.workspace.is_watching:
            self.mark("watching")
        # As long for a small folder as for a large one: what else a start does stalls both.
        spent = now - self.times.get("settled", now)
        if spent > (8 if "all" in self.times else 20):
            self.end()
    def told(self, state):
        self.state = state
        if state.is_settled:
            self.mark("all")
    def end(self):
        from_settled = {name: at - self.times["settled"] for name, at in self.times.items()}
        print(from_settled["listed"], from_settled["watching"], from_settled.get("all", 0), max(self.stalls),
              self.state.watched, self.state.polled, flush=True)
        os._exit(0)

app = make_application([])
folders = program_folders(os.environ)
theme = Theme(ThemeChoice.DARK)
theme.apply(app)
program = Program(folders, dict(os.environ), theme, CrashHook(folders.state))
desktop = program.open_window(Place(Path(sys.argv[1])))
meter = Meter(desktop)
app.exec()
"""


def make_tree(root: Path, folders: int, files: int) -> None:
    """Folders three deep, with the files dealt out evenly."""
    places = [root / f"p{number % 20}" / f"q{number // 20 % 25}" / f"r{number}" for number in range(folders)]
    for number, place in enumerate(places):
        place.mkdir(parents=True)
        for file in range(number, files, folders):
            (place / f"f{file}.py").write_text("x = 1\n")


def main() -> int:
    """Run and print."""
    folders, files, runs = (
        int(sys.argv[at]) if len(sys.argv) > at else default for at, default in ((1, 5000), (2, 34_000), (3, 3))
    )
    figures: list[list[float]] = []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "large"
        begun = time.monotonic()
        make_tree(root, folders, files)
        print(f"{folders:,} folders with {files:,} files made in {time.monotonic() - begun:.1f} s")
        environ = os.environ | {"COPILOT_DESKTOP_HOME": f"{name}/home", "PYTHONPATH": str(ROOT)}
        if not environ.get("DISPLAY"):
            environ["QT_QPA_PLATFORM"] = "offscreen"
        for _run in range(runs):
            done = subprocess.run(
                [sys.executable, "-c", CHILD, str(root)],
                env=environ,
                capture_output=True,
                text=True,
                check=False,
                timeout=LIMIT_S,
            )
            if not done.stdout.strip():
                print(done.stderr)
                return 1
            listed, watching, every, stall, watched, polled = (float(each) for each in done.stdout.split())
            figures.append([listed, watching, every, stall])
            print(
                f"listed {listed * 1000:.0f} ms   changes seen from {watching * 1000:.0f} ms   "
                f"all {f'after {every:.2f} s' if every else 'not yet'} ({watched:.0f} watched, {polled:.0f} polled)   "
                f"gui stall {stall * 1000:.0f} ms"
            )
    medians = [statistics.median(column) for column in zip(*figures, strict=True)]
    print(
        f"median: listed {medians[0] * 1000:.0f} ms, changes seen from {medians[1] * 1000:.0f} ms, "
        f"all after {medians[2]:.2f} s, gui stall {medians[3] * 1000:.0f} ms"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
