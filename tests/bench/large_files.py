"""Stalls with a file of hundreds of megabytes: `python tests/bench/large_files.py [MB]`, 315 by default, 0: none.

The file is opened, typed in, saved and typed in again in the real window, offscreen; then another program changes an
open text of 42 MB. Printed for each step: how long it
took, and of the passes of the event loop the worst and how many were over 50 ms, by the GUI thread's own work
(processor time) and by the clock, which holds what the own worker threads and other programs took as well.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_desktop.app.desktop_window import DesktopWindow

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.stalls import Passes

LINE = "2026-11-26 10:00:00 INFO  für alle: request 4711 took 12 ms and gave 200\n".encode()
LATE_MS = 50.0


class Steps:
    """Runs one step after the other and prints what each cost."""

    def __init__(self) -> None:
        self._passes = Passes()
        self._passes.is_noting = True

    def run(self, name: str, begin: Callable[[], object], is_done: Callable[[], object]) -> None:
        """Do something in one pass, and turn the loop until it has had all its effects."""
        figures = self._passes.figures["all"] = []
        started = time.monotonic()
        self._passes.once(begin)
        self._passes.until(is_done, 300)
        took = time.monotonic() - started
        worst = [max(each[at] for each in figures) for at in (0, 1)]
        late = [sum(each[at] > LATE_MS for each in figures) for at in (0, 1)]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name:>34} {took:>7.2f} s   processor {worst[0]:>6.0f} ms ({late[0]})   clock {worst[1]:>6.0f} ms"
            f" ({late[1]})   peak {memory:,.0f} MB",
            flush=True,
        )

    def pause(self, name: str, seconds: float) -> None:
        """Only turn the loop."""
        end = time.monotonic() + seconds
        self.run(name, lambda: None, lambda: time.monotonic() > end)


def main(argv: list[str]) -> int:
    """Print the figures. Exit 0."""
    size = int(argv[0] if argv else 315) * 1_000_000
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        os.environ["COPILOT_DESKTOP_HOME"] = f"{name}/home"
        folder = Path(name) / "shop"
        folder.mkdir()
        with (folder / "large.log").open("wb") as file:
            for _ in range(size // len(LINE * 10_000)):
                file.write(LINE * 10_000)
        steps, desktop = open_window(folder)
        if size:
            measure(steps, desktop, folder / "large.log", Path(name) / "home")
        measure_outside(desktop, steps, folder / "text.py")
        desktop.window.close_now()
    return 0


def open_window(folder: Path) -> tuple[Steps, DesktopWindow]:
    """The real window."""
    from copilot_desktop.app.command_line import Place
    from copilot_desktop.app.program import Program, make_application
    from copilot_desktop.bridge.crashes import CrashHook
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

    app = make_application([])
    folders, theme = program_folders(os.environ), Theme(ThemeChoice.DARK)
    theme.apply(app)
    program = Program(folders, dict(os.environ), theme, CrashHook(folders.state))
    desktop = program.open_window(Place(folder))
    steps = Steps()
    steps.run("window", lambda: None, lambda: desktop.core is not None and desktop.workspace.is_watching)
    steps.pause("window", 3)
    return steps, desktop


def measure(steps: Steps, desktop: DesktopWindow, place: Path, home: Path) -> None:
    """Open, type, save, type."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QWidget

    size = place.stat().st_size

    def is_loaded() -> bool:
        found = desktop.documents.documents.find("large.log")
        return found is not None and found.disk_hash not in (None, "") and not found.is_loading

    def is_saved() -> bool:
        return not desktop.documents.is_dirty("large.log")

    def is_kept() -> bool:
        return any(each.stat().st_size > size for each in home.rglob("*.unsaved"))

    steps.run("opening", lambda: desktop.documents.open("large.log"), is_loaded)
    view = desktop.window.editors.view_of("large.log")
    assert view is not None
    steps.pause("a second after", 1)
    code = view.code
    QWidget.setFocus(view)
    steps.run("first key, until it is on disk", lambda: QTest.keyClicks(code, "x"), is_kept)
    steps.pause("a second after", 1)
    steps.run("next key", lambda: QTest.keyClicks(code, "y"), lambda: True)
    end, control = Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier
    steps.run("jump to the end", lambda: QTest.keyClick(code, end, control), lambda: True)
    steps.pause("a moment after", 0.5)
    steps.run("key at the end", lambda: QTest.keyClicks(code, "z"), lambda: True)
    steps.pause("a moment after", 0.5)
    steps.run("saving", lambda: desktop.window.commands.run("file.save"), is_saved)
    steps.pause("a second after", 1)
    steps.run("first key after, until on disk", lambda: QTest.keyClicks(code, "x"), is_kept)
    steps.pause("a second after", 1)
    steps.run("select all", lambda: code.selectAll(), lambda: True)
    steps.pause("a moment after", 0.5)


def measure_find(desktop: DesktopWindow, steps: Steps) -> None:
    """Look for a word, one in each line, and something that is nowhere; then replace the first."""
    from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

    bar, commands = desktop.window, desktop.window.commands
    commands.run("edit.replace")
    steps.pause("a moment after", 0.5)
    field, count = bar.findChild(QLineEdit, "find_bar.find"), bar.findChild(QLabel, "find_bar.count")
    replacement = bar.findChild(QLineEdit, "find_bar.replace")
    replace_all = bar.findChild(QPushButton, "find_bar.replace_all")
    assert replace_all is not None
    assert field is not None
    assert count is not None
    assert replacement is not None
    for name, text, said in (
        ("a word in each line", "value_", "of 1,0"),
        ("a word that is nowhere", "nowhere", "Not found"),
        ("ten words", "value_77777", "of 11"),
    ):

        def is_said(wanted: str = said) -> bool:
            return wanted in count.text()

        steps.run(f"find {name}", partial(field.setText, text), is_said)
        steps.pause("a moment after", 0.3)
    replacement.setText("other_77777")
    steps.run("replace them", replace_all.click, lambda: "replaced" in count.text())
    steps.pause("a moment after", 0.5)
    commands.run("edit.undo")
    steps.pause("a moment after", 0.5)


def measure_outside(desktop: DesktopWindow, steps: Steps, place: Path) -> None:
    """Another program changes a text of 42 MB: ten lines, one line in a hundred, and all of them."""
    from random import Random

    lines = [f"value_{number} = 'für alle {number}'\n" for number in range(1_200_000)]
    texts = {"nothing": "".join(lines)}
    chosen = Random(1).sample(range(len(lines)), 12_000)  # noqa: S311 - the same each time
    for name, numbers in (("ten lines", chosen[:10]), ("12,000 lines", chosen)):
        other = list(lines)
        for number in numbers:
            other[number] = "another = True\n"
        texts[name] = "".join(other)
    texts["every line"] = texts["nothing"].replace("value", "something")
    place.write_text(texts["nothing"], encoding="utf-8")

    def is_read() -> bool:
        found = desktop.documents.documents.find(place.name)
        return found is not None and not found.is_loading and bool(found.disk_hash)

    steps.run("opening 42 MB", lambda: desktop.documents.open(place.name), is_read)
    steps.pause("a second after", 1)
    view = desktop.window.editors.view_of(place.name)
    assert view is not None
    measure_find(desktop, steps)
    for name in ("ten lines", "12,000 lines", "every line"):
        data, before = texts[name].encode(), view.version
        place.write_bytes(data)

        def is_taken(size: int = len(data), version: int = before) -> bool:
            is_there = view.version > version and view.code.length() == size
            return is_there and not desktop.documents.is_dirty(place.name)

        steps.run(f"others change {name}", lambda: None, is_taken)
        steps.pause("a moment after", 0.5)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
