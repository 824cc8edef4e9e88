"""Measures the start: from the process's birth to the window painted with a 2,000-line Python file open.

.venv/bin/python tests/bench/start_time.py [RUNS]     prints each run, the medians, and how many times those of a bare
window with one ScintillaEdit and a lexer they are; each pair of runs stands side by side, since other work on the
machine slows both. CPU is of the whole process until then and moves far less than the time. Goal: 1.8 times.
Under xcb when DISPLAY is set, else offscreen. Each run is a process of its own with a private home. Modules come from
bytecode, as they do in an installed program: a checkout where Python may not write it compiles them at every start.
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
LINES = 2000

PAINTED = """
import os, sys, time
started = float(os.environ["BENCH_STARTED"])
from PySide6.QtCore import QEvent, QObject, QTimer

class Painted(QObject):
    def __init__(self, code):
        super().__init__(code)
        code.viewport().installEventFilter(self)
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.end)
        return False
    def end(self):
        slow = ",".join(sorted(set(SLOW) & set(sys.modules)))
        print(time.time() - started, time.process_time(), slow, flush=True)
        os._exit(0)

SLOW = ("openai", "pygit2", "keyring", "watchdog", "markdown_it", "pygments", "sqlite3", "regex")
"""

PROGRAM = (
    """
from copilot_desktop.late_imports import put_off
put_off()  # both as the program does it, before anything else is imported
from copilot_desktop.app.lean_pyside import import_pyside
import_pyside()
"""
    + PAINTED
    + """
from copilot_desktop import app as program
from copilot_desktop.ui.editor_views import EditorViews

make = EditorViews.make
EditorViews.make = lambda *arguments: keep(make(*arguments))
def keep(view):
    view.bench = Painted(view.code)
    return view
sys.exit(program.main([sys.argv[1]]))
"""
)

BARE = (
    PAINTED
    + """
from PySide6.QtWidgets import QApplication, QMainWindow
from pyside6_scintilla import ScintillaEdit
import lexilla
import lexilla.pyside6_scintilla

app = QApplication(sys.argv)
window = QMainWindow()
code = ScintillaEdit(window)
window.setCentralWidget(code)
lexilla.pyside6_scintilla.set_lexer(code, lexilla.create_lexer(lexilla.Language.PYTHON))
code.setText(open(sys.argv[1], encoding="utf-8").read())
painted = Painted(code)
window.resize(1200, 800)
window.show()
sys.exit(app.exec())
"""
)


def start(child: str, file: Path, home: Path) -> tuple[float, float, str]:
    """Seconds and CPU seconds until it was painted, and what slow modules were loaded by then."""
    environ = os.environ | {"COPILOT_DESKTOP_HOME": str(home / "home"), "PYTHONPATH": str(ROOT)}
    if not environ.get("DISPLAY"):
        environ["QT_QPA_PLATFORM"] = "offscreen"
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    environ["PYTHONPYCACHEPREFIX"] = str(home / "bytecode")
    environ["BENCH_STARTED"] = str(time.time())
    done = subprocess.run(
        [sys.executable, "-c", child, str(file)], env=environ, capture_output=True, text=True, check=False, timeout=25
    )
    seconds, _space, rest = done.stdout.strip().partition(" ")
    if not seconds:
        raise SystemExit(done.stderr)
    cpu, _space, slow = rest.partition(" ")
    return float(seconds), float(cpu), slow


def main() -> int:
    """Run and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    figures: dict[str, list[tuple[float, float]]] = {"bare window": [], "program": []}
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        file = home / "shop" / "long.py"
        file.parent.mkdir()
        body = ["def total(items):", "    return sum(item.price for item in items)", "", ""]
        file.write_text("\n".join(body * (LINES // len(body))))
        for run in range(runs + 1):
            for what, child in (("bare window", BARE), ("program", PROGRAM)):
                seconds, cpu, slow = start(child, file, home)
                if run:  # the first one fills the caches
                    figures[what].append((seconds, cpu))
                    print(f"{what:11} {seconds:.3f} s, CPU {cpu:.3f} s   slow modules before: {slow or 'none'}")
    medians = {
        what: (statistics.median(wall for wall, _cpu in runs_of), statistics.median(cpu for _wall, cpu in runs_of))
        for what, runs_of in figures.items()
    }
    for what, (wall, cpu_s) in medians.items():
        print(f"median of {runs} runs, {what}: {wall:.3f} s, CPU {cpu_s:.3f} s")
    (bare_wall, bare_cpu), (wall, cpu_s) = medians["bare window"], medians["program"]
    print(f"{wall / bare_wall:.2f} times the time, {cpu_s / bare_cpu:.2f} times the CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
