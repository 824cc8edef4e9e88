"""A window is painted before all that it does not show is made, and nobody who is quick meets it unfinished."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.core_in_windows import CoreInWindows
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.first_paint import PutOff
from copilot_desktop.app.program import Program
from copilot_desktop.assembly import Core
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

ROOT = Path(__file__).resolve().parents[2]
CTRL = Qt.KeyboardModifier.ControlModifier
MOST_MODULES = 127
"""Of our own; each costs half a millisecond of every start. Raise it only for what is painted."""
LATE = (
    "asyncio", "ssl", "socket", "subprocess", "multiprocessing", "logging.handlers", "secrets", "platform", "email",
    "http", "openai", "pygit2", "keyring", "watchdog", "markdown_it", "tiktoken", "pygments", "sqlite3", "regex",
    "copilot_desktop.assembly", "copilot_desktop.bridge.documents.hot_exit", "copilot_desktop.bridge.work_queue",
    "copilot_desktop.bridge.documents.editor_configs", "copilot_desktop.bridge.documents.outside_changes",
    "copilot_desktop.bridge.review.controller",
    "copilot_desktop.bridge.chat.turns", "copilot_desktop.context", "copilot_desktop.conversation",
    "copilot_desktop.credentials.keyring_store", "copilot_desktop.diagnostics.log_file",
    "copilot_desktop.diagnostics.redaction",
    "copilot_desktop.editor.carets", "copilot_desktop.editor.diff_marks", "copilot_desktop.editor.finding",
    "copilot_desktop.editor.hunk_marks", "copilot_desktop.editor.line_commands", "copilot_desktop.editor.spoken_text",
    "copilot_desktop.editor.view_parts", "copilot_desktop.edits", "copilot_desktop.llm", "copilot_desktop.syntax",
    "copilot_desktop.text.fuzzy", "copilot_desktop.text.searching", "copilot_desktop.ui.about",
    "copilot_desktop.ui.caret_history", "copilot_desktop.ui.chat", "copilot_desktop.ui.closed_tabs",
    "copilot_desktop.ui.closing", "copilot_desktop.ui.command_palette", "copilot_desktop.ui.explorer",
    "copilot_desktop.ui.find_bar", "copilot_desktop.ui.format_choices", "copilot_desktop.ui.outside_answers",
    "copilot_desktop.ui.pane_commands", "copilot_desktop.ui.picker", "copilot_desktop.ui.preferences",
    "copilot_desktop.ui.review", "copilot_desktop.ui.tab_commands",
    "copilot_desktop.ui.tab_dragging", "copilot_desktop.ui.text_actions", "copilot_desktop.ui.welcome.page",
    "copilot_desktop.ui.window_actions", "copilot_desktop.usage", "copilot_desktop.workspace.hot_exit.store",
    "copilot_desktop.workspace.hot_exit.writer", "copilot_desktop.workspace.large_files",
)  # fmt: skip
"""Not to be loaded before the text is painted, nor anything below them."""

_LOOK = """
import json, os, sys
from PySide6.QtCore import QEvent, QObject, QTimer
from copilot_desktop.ui.editor_views import EditorViews

class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(json.dumps(sorted(sys.modules)), flush=True)
            os._exit(0)
        return False

def made(*arguments):
    view = make(*arguments)
    view.painted = Painted(view)
    view.code.viewport().installEventFilter(view.painted)
    return view

make, EditorViews.make = EditorViews.make, made
from copilot_desktop.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "app.py").write_text("\ndef total(items):\n    return sum(items)\n" * 20)
    return shop


@contextmanager
def painted_program(qtbot: QtBot, place: Path) -> Iterator[Program]:
    """One whose window has its text painted, and nothing more of it made: as long as nobody presses a key."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    folders = program_folders(os.environ)
    crashes, theme = CrashHook(folders.state), Theme(ThemeChoice.LIGHT)
    theme.apply(app)
    program = Program(folders, dict(os.environ), theme, crashes)
    desktop = program.open_window(Place(place))
    try:
        qtbot.waitUntil(lambda: bool(desktop.window.editors.views()))
        qtbot.wait(100)
        yield program
    finally:
        for each in tuple(program.windows):
            each.window.close_now()
        app.setStyleSheet("")
        program.deleteLater()


@contextmanager
def painted_window(qtbot: QtBot, place: Path) -> Iterator[DesktopWindow]:
    """The window of such a program."""
    with painted_program(qtbot, place) as program:
        yield program.windows[0]


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DesktopWindow]:
    begin = PutOff.begin

    def begin_others(put_off: PutOff) -> None:
        if not isinstance(put_off.parent(), DesktopWindow):
            begin(put_off)

    monkeypatch.setattr(PutOff, "begin", begin_others)
    monkeypatch.setattr("copilot_desktop.app.first_paint.LIMIT_MS", 1_000_000)
    with painted_window(qtbot, folder / "app.py") as window:
        assert not window.window.commands.all()
        yield window


def front(desktop: DesktopWindow) -> EditorView:
    view = desktop.window.editors.current_view()
    assert view is not None
    return view


def test_what_is_not_painted_is_not_imported_before(folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(folder / "app.py")],
        env=os.environ | {"PYTHONPATH": str(ROOT), "COPILOT_DESKTOP_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded: list[str] = json.loads(done.stdout)
    too_early = [name for name in loaded if any(name == late or name.startswith(f"{late}.") for late in LATE)]
    assert too_early == []
    ours = [name for name in loaded if name.split(".")[0] == "copilot_desktop"]
    assert len(ours) <= MOST_MODULES, f"{len(ours)} modules of our own"


def test_the_first_letter_is_dealt_with_and_kept_as_any_other(
    qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path
) -> None:
    state = program_folders(os.environ).state
    QTest.keyClicks(front(desktop).code, "(")
    assert front(desktop).text().startswith("()\ndef total")
    assert desktop.documents.is_dirty("app.py")
    qtbot.waitUntil(lambda: any(state.glob("unsaved/*/*/*.unsaved")))


def test_the_first_key_can_be_that_of_a_command(qtbot: QtBot, desktop: DesktopWindow) -> None:
    QTest.keyClick(front(desktop).code, Qt.Key.Key_F, CTRL)
    bar = desktop.window.findChild(QWidget, "find_bar")
    assert bar is not None
    assert bar.isVisible()


def test_the_first_click_opens_a_menu_with_its_commands(qtbot: QtBot, desktop: DesktopWindow) -> None:
    bar = desktop.window.menuBar()
    titles = [action.text() for action in bar.actions()]
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.actionGeometry(bar.actions()[0]).center())
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert "Save" in [action.text().replace("&", "") for action in menu.actions()]
    menu.hide()
    assert [action.text() for action in bar.actions()] == titles


def test_a_window_closed_before_it_is_finished_leaves_nothing_behind(qtbot: QtBot, desktop: DesktopWindow) -> None:
    state = program_folders(os.environ).state
    desktop.window.close()
    assert not desktop.window.isVisible()
    assert desktop.core is None
    assert not list(state.glob("unsaved/*/*/*.unsaved"))


def test_what_is_typed_first_can_be_saved(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    QTest.keyClicks(front(desktop).code, "x")
    QTest.keyClick(front(desktop).code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: (folder / "app.py").read_text().startswith("x\ndef"))
    qtbot.waitUntil(lambda: desktop.core is not None)


def test_the_core_is_closed_where_the_window_goes_before_its_features_are_imported(
    qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = PutOff.begin
    closed: list[Core] = []

    def begin_others(put_off: PutOff) -> None:
        if not isinstance(put_off.parent(), CoreInWindows):
            begin(put_off)

    monkeypatch.setattr(PutOff, "begin", begin_others)
    aclose = Core.aclose

    async def noted(core: Core) -> None:
        closed.append(core)
        await aclose(core)

    monkeypatch.setattr(Core, "aclose", noted)
    with painted_program(qtbot, folder / "app.py") as program:
        qtbot.waitUntil(lambda: program.core is not None)
        core = program.core
        assert program.windows[0].core is None
    assert closed == [core]
