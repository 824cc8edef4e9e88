"""Measures what hot exit costs while a 10 MB file is typed in: the GUI thread per key, and its own thread.

.venv/bin/python tests/bench/hot_exit.py [KEYS]
The whole window offscreen with a private home; 20 keys a second. "handing over" is what a key costs the GUI thread for
it, "the first key" what the first change of a file costs there: the whole text is handed over once.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
SIZE_BYTES = 10_000_000
LINE = "    price = total * 3  # für alle, in jeder Zeile dasselbe\n"


def main(argv: list[str]) -> int:
    """Print the figures. Exit 0."""
    keys = int(argv[0]) if argv else 300
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    place = Path(tempfile.mkdtemp())
    os.environ["COPILOT_DESKTOP_HOME"] = str(place / "home")
    folder = place / "project"
    folder.mkdir()
    (folder / "large.py").write_text(LINE * (SIZE_BYTES // len(LINE.encode())), encoding="utf-8")

    from PySide6.QtTest import QTest

    from copilot_desktop.app.command_line import Place
    from copilot_desktop.app.program import Program, make_application
    from copilot_desktop.bridge.crashes import CrashHook
    from copilot_desktop.bridge.documents.hot_exit import HotExitController
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

    make_application([])
    edits, begun = Timed(HotExitController._on_text_edited), Timed(HotExitController._begin_due)
    HotExitController._on_text_edited = edits.method()  # type: ignore[method-assign]
    HotExitController._begin_due = begun.method()  # type: ignore[method-assign]
    folders = program_folders(os.environ)
    program = Program(folders, dict(os.environ), Theme(ThemeChoice.DARK), CrashHook(folders.state))
    desktop = program.open_window(Place(folder))
    wait(lambda: desktop.core is not None)
    desktop.documents.open("large.py")
    wait(lambda: desktop.window.editors.view_of("large.py") is not None)
    view = desktop.window.editors.view_of("large.py")
    if view is None:
        return 1
    pause(1.0)
    started, used = time.monotonic(), 0.0
    for _ in range(keys):
        QTest.keyClicks(view.code, "x")
        pause(0.05)
    pause(1.0)
    lasted = time.monotonic() - started
    used = thread_cpu_s("hot-exit")
    first = max(begun.seconds)
    print(f"{keys} keys in {lasted:.1f} s, file of {SIZE_BYTES / 1e6:.0f} MB")
    tail = sorted(edits.seconds)
    print(
        f"handing over, µs of the GUI thread a key: median {statistics.median(tail) * 1e6:.0f},"
        f" p99 {tail[int(len(tail) * 0.99)] * 1e6:.0f}, max {tail[-1] * 1e6:.0f}"
    )
    print(f"the first key: {first * 1e3:.1f} ms")
    print(f"its own thread: {used:.2f} s of processor, {used / lasted * 100:.1f} % of a core")
    for copy in (place / "home").rglob("*.unsaved"):
        print(f"on disk: {copy.stat().st_size / 1e6:.1f} MB")
    desktop.window.close_now()
    return 0


class Timed:
    """Notes how long each call of a method takes."""

    def __init__(self, function: Callable[..., None]) -> None:
        self.seconds: list[float] = []
        self._function = function

    def method(self) -> Callable[..., None]:
        """The method, timed."""

        def call(*arguments: object) -> None:
            started = time.perf_counter()
            self._function(*arguments)
            self.seconds.append(time.perf_counter() - started)

        return call


def thread_cpu_s(name: str) -> float:
    """Processor seconds of the thread of this name (Linux)."""
    found = next(thread for thread in threading.enumerate() if thread.name == name)
    fields = Path(f"/proc/self/task/{found.native_id}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait(is_so: Callable[[], bool], limit_s: float = 60.0) -> None:
    """Let the window work until something holds."""
    end = time.monotonic() + limit_s
    while not is_so() and time.monotonic() < end:
        pause(0.02)


def pause(seconds: float) -> None:
    """Let the window work for a while."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
