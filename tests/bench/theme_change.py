"""Processor time of a change of theme in a full window: `python tests/bench/theme_change.py [CHANGES] [profile]`, 6.

The real window, offscreen: ten tabs, the settings open with every page once seen, a conversation of 200 messages, the
review in the side pane. One line per change: what the GUI thread worked until nothing was left to do, of that what it
took to give the style sheet to the application, and how many widgets there were.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

TABS, TURNS = 10, 100
SETTLED_S = 0.3
LIMIT_MS = 300.0


def main(argv: list[str]) -> int:
    """Print the figures; exit 1 when the goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"COPILOT_DESKTOP_HOME": f"{name}/home", "HOME": name, "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        folder = Path(name) / "shop"
        folder.mkdir()
        for number in range(TABS):
            lines = "".join(f"def total_{line}(items):\n    return sum(items)\n\n" for line in range(200))
            (folder / f"part{number}.py").write_text(lines, encoding="utf-8")
        return measure(folder, int(argv[0]) if argv and argv[0].isdigit() else 6, is_profiled="profile" in argv)


def measure(folder: Path, changes: int, *, is_profiled: bool) -> int:
    """Open the window, fill it, and change the theme so many times."""
    from PySide6.QtWidgets import QApplication

    from copilot_desktop.app.command_line import Place
    from copilot_desktop.app.program import Program
    from copilot_desktop.bridge.crashes import CrashHook
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.ui.theme.theme import STYLE, Theme, ThemeChoice

    app = QApplication(["bench", *STYLE])
    folders = program_folders(os.environ)
    theme = Theme(ThemeChoice.DARK)
    theme.apply(app)
    program = Program(folders, dict(os.environ), theme, CrashHook(folders.state))
    desktop = program.open_window(Place(folder))
    fill(app, desktop)
    print(f"{len(app.allWidgets())} widgets, style sheet of {len(app.styleSheet()):,} characters")
    found = []
    profile = cProfile.Profile()
    for _change in range(changes):
        choice = ThemeChoice.LIGHT if theme.is_dark else ThemeChoice.DARK
        before = time.thread_time()
        if is_profiled:
            profile.enable()
        theme.choose(choice)
        at_once = time.thread_time()
        settle(app)
        profile.disable()
        found.append((time.thread_time() - before) * 1000)
        print(f"{choice.value:>8} {found[-1]:>8.0f} ms, of which {(at_once - before) * 1000:.0f} at once", flush=True)
    if is_profiled:
        pstats.Stats(profile).sort_stats("tottime").print_stats(12)
    is_met = median(found) <= LIMIT_MS
    print(f"median {median(found):.0f} ms; goal {LIMIT_MS:.0f}: " + ("met" if is_met else "missed"))
    desktop.window.close_now()
    settle(app)
    return 0 if is_met else 1


def fill(app: object, desktop: object) -> None:
    """Open everything that a long day leaves open."""
    from PySide6.QtWidgets import QListWidget

    from copilot_desktop.app.desktop_window import DesktopWindow
    from copilot_desktop.conversation.events import TurnStatus
    from copilot_desktop.conversation.turns import StoredTurn
    from copilot_desktop.ui.chat.chat_panel import ChatPanel
    from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
    from copilot_desktop.ui.review_in_window import ReviewInWindow
    from tests.bench.stream_render import SAMPLE

    assert isinstance(desktop, DesktopWindow)
    window = desktop.window
    until(app, lambda: desktop.core is not None and window.findChild(ReviewInWindow) is not None)
    for number in range(TABS):
        desktop.documents.open(f"part{number}.py")
        until(app, lambda path=f"part{number}.py": window.editors.view_of(path) is not None)
    panel = window.findChild(ChatPanel)
    assert panel is not None
    stored = [
        StoredTurn(f"t{number}", "c", f"Question {number}", answer=SAMPLE, status=TurnStatus.FINISHED)
        for number in range(TURNS)
    ]
    panel.conversation.show_turns(tuple(stored))
    window.commands.run("review.open")
    window.commands.run("settings.open")
    until(app, lambda: window.findChild(PreferencesPage) is not None)
    page = window.findChild(PreferencesPage)
    assert page is not None
    names = page.findChild(QListWidget, "preferences_sections")
    assert names is not None
    for row in range(names.count()):
        names.setCurrentRow(row)
        settle(app)
    settle(app)


def until(app: object, is_so: object) -> None:
    """Let the events run until it is so."""
    assert callable(is_so)
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "waited for a minute"
        settle(app, 0.02)


def settle(app: object, seconds: float = SETTLED_S) -> None:
    """Let the events run until the thread has done next to nothing for so long."""
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    assert isinstance(app, QApplication)
    quiet = time.monotonic()
    while time.monotonic() - quiet < seconds:
        before = time.thread_time()
        app.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if time.thread_time() - before > 0.004:
            quiet = time.monotonic()
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
