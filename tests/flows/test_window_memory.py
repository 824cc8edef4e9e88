"""A closed window gives back what it took: its objects are gone, and the process does not grow with each window."""

from __future__ import annotations

import gc
import os
import sys
import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program
from copilot_desktop.bridge import garbage
from copilot_desktop.bridge.garbage import GROWN_BLOCKS
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from copilot_desktop.ui.review_in_window import ReviewInWindow
from tests.support.desktop import open_program
from tests.support.openai_server import OpenAIServer

SOURCE = "def total(items):\n    return sum(items)\n\n\ndef other():\n    return 1\n"
CHANGE = "```basket.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n```\n"
CTRL = Qt.KeyboardModifier.ControlModifier
WARM_UP, WINDOWS = 2, 3
MB_PER_WINDOW = 3.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "basket.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "shop" / "long.py").write_text("value = 1\n" * 50_000, encoding="utf-8")
    return tmp_path / "shop"


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        profile = ProfileSetting("Test", base_url=running.base_url, model="test-model", key_source="none")
        SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
        running.answers(CHANGE)
        yield running


def wait(qtbot: QtBot, is_so: object) -> None:
    assert callable(is_so)
    qtbot.waitUntil(is_so)


def use(qtbot: QtBot, program: Program, folder: Path, server: OpenAIServer) -> DesktopWindow:
    """Open a window and do in it a little of everything; it is left in the middle of it, with unsaved text."""
    desktop = program.open_window(Place(folder))
    window = desktop.window
    wait(qtbot, lambda: desktop.workspace.is_watching and window.findChild(ReviewInWindow) is not None)
    panel = window.findChild(ChatPanel)
    assert panel is not None
    wait(qtbot, lambda: panel.header.model.text() == "Test")
    for path in ("long.py", "basket.py"):
        desktop.documents.open(path)
        wait(qtbot, lambda path=path: window.editors.view_of(path) is not None)
    panel.add_file("basket.py")
    wait(qtbot, lambda: len(panel.composer.chips.views) == 1)
    # Older turns of the conversation may still be on their way from the disk; the new one is the last.
    before, shown = len(server.requests), panel.conversation.transcript
    QTest.keyClicks(panel.composer.prompt, "Change it")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    wait(qtbot, lambda: len(server.requests) > before and bool(shown.turns and shown.turns[-1].proposals))
    view = window.editors.view_of("basket.py")
    assert view is not None
    view.show_lines(LineRange(0, 0))
    QTest.keyClicks(view.code, "# typed ")
    QTest.keyClick(view.code, Qt.Key.Key_F, CTRL)
    QTest.keyClick(view.code, Qt.Key.Key_I, CTRL)
    QTest.keyClick(window, Qt.Key.Key_Comma, CTRL)
    wait(qtbot, lambda: window.findChild(PreferencesPage) is not None)
    for command in ("tab.split_right", "tab.split_down", "tab.move_left", "file.close"):
        window.commands.run(command)
    window.commands.run("view.palette")
    return desktop


def own_objects() -> Counter[str]:
    """How many objects there are of each class of the program that Qt knows, destroyed ones included."""
    return Counter(
        type(each).__name__
        for each in gc.get_objects()
        if isinstance(each, shiboken6.Object) and type(each).__module__.startswith("copilot_desktop")
    )


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def close(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Close it whatever is unsaved, and wait until the program has let go of it."""
    gone = weakref.ref(desktop.window)
    desktop.window.close_now()
    del desktop
    wait(qtbot, lambda: gone() is None)
    # The collector's own moment, which it takes after the window.
    qtbot.wait(400)


@pytest.mark.timeout(400)
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_closed_window_leaves_no_object_and_no_memory(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_program(qtbot, None) as program:
        # What the first ones load stays: libraries, tokenizer, icons.
        for _time in range(WARM_UP):
            close(qtbot, use(qtbot, program, folder, server))
        objects, memory_mb = own_objects(), [resident_mb()]
        for _time in range(WINDOWS):
            close(qtbot, use(qtbot, program, folder, server))
            memory_mb.append(resident_mb())
        assert own_objects() - objects == Counter()
        # The median: what is loaded late, and the allocator's own steps, come once and not with each window; the
        # conversation is longer by a turn each time.
        assert median(after - before for before, after in pairwise(memory_mb)) < MB_PER_WINDOW, memory_mb


def test_qt_objects_in_circles_are_destroyed_on_the_gui_thread_alone(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's collector would run on the thread that makes objects, and Qt objects end there with it."""
    # What is imported meanwhile on a busy machine would have all that is new wait for a pause.
    monkeypatch.setattr(garbage, "BURST_BLOCKS", sys.maxsize)
    with open_program(qtbot, None) as program:
        window = program.windows[0].window
        wait(qtbot, lambda: window.findChild(ReviewInWindow) is not None)
        # With as much as is imported there what is new is not looked through before a pause.
        wait(qtbot, lambda: program.garbage.grown_blocks < GROWN_BLOCKS // 2)
        made = QMenu()
        inner = QObject(made)
        threads: list[int] = []
        inner.destroyed.connect(lambda: threads.append(threading.get_ident()), Qt.ConnectionType.DirectConnection)
        made.circle = [made]  # type: ignore[attr-defined]
        gone = weakref.ref(made)
        del made, inner
        many = GROWN_BLOCKS // 2 + 5_000  # each of two pieces: enough for a look, and for many of Python's own

        def make_objects() -> int:
            return len([[None] for _ in range(many)])

        program.windows[0].async_thread.run_in_worker(make_objects).result(20)
        assert gone() is not None
        kept = [[None] for _ in range(many)]
        wait(qtbot, lambda: gone() is None)
        assert len(kept) == many
        assert threads == [threading.get_ident()]


def test_a_menu_bar_that_is_filled_again_keeps_no_old_menus(qtbot: QtBot) -> None:
    with open_program(qtbot, None) as program:
        window = program.windows[0].window
        wait(qtbot, lambda: window.findChild(ReviewInWindow) is not None)
        qtbot.wait(50)
        names = Counter(menu.objectName() for menu in window.menuBar().findChildren(QMenu))
        assert names
        assert set(names.values()) == {1}
