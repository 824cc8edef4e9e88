"""How old a change is when it is on disk, in a large unsaved text that is typed in without a pause.

python tests/bench/kept_on_disk.py [MB] [SECONDS]      60 and 20 by default; aim: none older than a second
The whole window offscreen with a private home; 14 keys a second, here and there in the text. A change is on disk when
the thread that keeps unsaved texts has had it synced. Printed besides: the worst pass of the event loop meanwhile.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.stalls import Passes

LINE = "2026-11-26 10:00:00 INFO  für alle: request 4711 took 12 ms and gave 200\n".encode()
KEY_S = 0.07
PLACE_KEYS = 40
LIMIT_S = 1.0


@dataclass(slots=True)
class Changes:
    """When each change was made, and when it was on disk."""

    made: list[float] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    whole_s: float = 0.0
    _handed_over: dict[int, int] = field(default_factory=dict)
    _begun: list[float] = field(default_factory=list)
    _told: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def follow(self) -> None:
        """Note what every window's hot exit does from now on."""
        from copilot_desktop.bridge.documents.hot_exit import HotExitController
        from copilot_desktop.workspace.hot_exit.writer import HotExitWriter

        told, put, write = HotExitController._on_text_edited, HotExitWriter.put, HotExitWriter._write

        def on_text_edited(controller: Any, event: Any) -> None:
            self.made.append(time.monotonic())
            told(controller, event)

        def on_put(writer: Any, step: Any) -> None:
            with self._lock:
                self._handed_over[id(step)] = len(self.made)
                if type(step).__name__ == "Begun":
                    self._begun.append(time.monotonic())
            put(writer, step)

        def on_write(writer: Any, steps: Any) -> None:
            write(writer, steps)
            now = time.monotonic()
            with self._lock:
                self._told = max(self._told, *(self._handed_over.pop(id(step), 0) for step in steps), 0, 0)
                # What cannot take edits is still being written whole.
                if writer._files and all(file.is_open for file in writer._files.values()):
                    self.kept += [now] * (self._told - len(self.kept))
                if self._begun and not self.whole_s and not writer._is_writing:
                    self.whole_s = now - self._begun[0]

        for owner, name, replacement in (
            (HotExitController, "_on_text_edited", on_text_edited),
            (HotExitWriter, "put", on_put),
            (HotExitWriter, "_write", on_write),
        ):
            setattr(owner, name, replacement)

    def ages_s(self) -> list[float]:
        """How old each change was when it was on disk."""
        return [kept - made for made, kept in zip(self.made, self.kept, strict=False)]


def main(argv: list[str]) -> int:
    """Print the figures; exit 1 when a change took longer than a second."""
    size, seconds = int(argv[0] if argv else 60) * 1_000_000, float(argv[1] if argv[1:] else 20)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        os.environ["COPILOT_DESKTOP_HOME"] = f"{name}/home"
        folder = Path(name) / "shop"
        folder.mkdir()
        with (folder / "large.log").open("wb") as file:
            for _ in range(max(1, size // len(LINE * 10_000))):
                file.write(LINE * 10_000)
        return measure(folder, seconds)


def measure(folder: Path, seconds: float) -> int:
    """Type and print."""
    from PySide6.QtTest import QTest

    from copilot_desktop.app.command_line import Place
    from copilot_desktop.app.program import Program, make_application
    from copilot_desktop.bridge.crashes import CrashHook
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.text.ranges import LineRange
    from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

    changes, passes = Changes(), Passes()
    changes.follow()
    app = make_application([])
    folders, theme = program_folders(os.environ), Theme(ThemeChoice.DARK)
    theme.apply(app)
    program = Program(folders, dict(os.environ), theme, CrashHook(folders.state))
    desktop = program.open_window(Place(folder))
    passes.until(lambda: desktop.core is not None and desktop.workspace.is_watching, 60)

    def is_loaded() -> bool:
        found = desktop.documents.documents.find("large.log")
        return found is not None and not found.is_loading and found.disk_hash not in (None, "")

    desktop.documents.open("large.log")
    passes.until(is_loaded, 300)
    view = desktop.window.editors.view_of("large.log")
    assert view is not None
    wait_until = time.monotonic() + 2
    passes.until(lambda: time.monotonic() > wait_until, 10)
    figures = passes.figures["all"] = []
    passes.is_noting = True
    started = next_key = time.monotonic()
    keys, lines = 0, view.code.lineCount()
    while time.monotonic() < started + seconds:
        if keys % PLACE_KEYS == 0:
            line = lines * (keys // PLACE_KEYS * 7 % 10) // 10
            view.show_lines(LineRange(line, line))
        passes.once(lambda: QTest.keyClicks(view.code, "x"))
        keys, next_key = keys + 1, next_key + KEY_S
        passes.until(partial(is_past, next_key), 10)
    passes.until(lambda: len(changes.kept) >= len(changes.made), 30)
    ages = sorted(changes.ages_s())
    size = (folder / "large.log").stat().st_size / 1e6
    print(
        f"{keys} keys in {seconds:.0f} s into {size:.0f} MB; age of a change when it was on disk:"
        f" first {changes.ages_s()[0]:.2f} s, median {statistics.median(ages):.2f},"
        f" 95th percentile {ages[int(len(ages) * 0.95)]:.2f}, worst {ages[-1]:.2f}"
    )
    print(f"the whole text was on disk {changes.whole_s:.2f} s after it was copied")
    print(f"worst pass: processor {max(f[0] for f in figures):.0f} ms, clock {max(f[1] for f in figures):.0f} ms")
    desktop.window.close_now()
    return int(ages[-1] > LIMIT_S)


def is_past(due: float) -> bool:
    """Whether it is later."""
    return time.monotonic() > due


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
