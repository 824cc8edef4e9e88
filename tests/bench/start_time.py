"""Measures the start: from the process's birth to the window painted with a 2,000-line Python file open.

.venv/bin/python tests/bench/start_time.py [RUNS]     prints seconds of each run and the median; aim 0.5 s.
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

CHILD = """
import os, sys, time
started = float(os.environ["BENCH_STARTED"])
from PySide6.QtCore import QEvent, QObject, QTimer
from copilot_desktop import app as program
from copilot_desktop.ui.editor_views import EditorViews

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
        print(time.time() - started, ",".join(sorted(set(SLOW) & set(sys.modules))), flush=True)
        os._exit(0)

SLOW = ("openai", "pygit2", "keyring", "watchdog", "markdown_it", "tiktoken", "pygments", "sqlite3")
make = EditorViews.make
EditorViews.make = lambda self, document, text, shared: keep(make(self, document, text, shared))
def keep(view):
    view.bench = Painted(view.code)
    return view
sys.exit(program.main([sys.argv[1]]))
"""


def main() -> int:
    """Run and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    seconds = []
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "shop" / "long.py"
        file.parent.mkdir()
        body = ["def total(items):", "    return sum(item.price for item in items)", "", ""]
        file.write_text("\n".join(body * (LINES // len(body))))
        for run in range(runs + 1):
            environ = os.environ | {"COPILOT_DESKTOP_HOME": f"{name}/home", "PYTHONPATH": str(ROOT)}
            if not environ.get("DISPLAY"):
                environ["QT_QPA_PLATFORM"] = "offscreen"
            environ.pop("PYTHONDONTWRITEBYTECODE", None)
            environ["PYTHONPYCACHEPREFIX"] = f"{name}/bytecode"
            environ["BENCH_STARTED"] = str(time.time())
            done = subprocess.run(
                [sys.executable, "-c", CHILD, str(file)],
                env=environ,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            figure, _space, slow = done.stdout.strip().partition(" ")
            if not figure:
                print(done.stderr)
                return 1
            if run:  # the first one fills the caches
                seconds.append(float(figure))
                print(f"{float(figure):.3f} s   slow modules loaded before: {slow or 'none'}")
    print(f"median {statistics.median(seconds):.3f} s over {runs} runs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
