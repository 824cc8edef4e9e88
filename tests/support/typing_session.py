"""A real window in a process of its own that types by itself, to be killed: `python -m tests.support.typing_session`.

Arguments: the folder, the log, the seed. Each line of the log is the time, the document and the hash of its text; the
first two say what the window shows when it is ready. Whatever the process wrote before it was killed stays.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program, make_application
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

FILE, UNTITLED = "notes.py", "untitled"
SETTLING_MS = 1_000
CTRL = Qt.KeyboardModifier.ControlModifier
WORDS = ("total", "price", "= 1", "return", "für", "# été", "日本", "(", ")", "    ")


class TypingSession(QObject):
    """Types into a file and an untitled document: words, lines, deletions, undo, pastes, saves, pauses."""

    def __init__(self, desktop: DesktopWindow, log: int, seed: int) -> None:
        super().__init__(desktop)
        self._desktop, self._log, self._random = desktop, log, random.Random(seed)  # noqa: S311
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._wait)
        desktop.folder_opened.connect(lambda: QTimer.singleShot(SETTLING_MS, self._open))

    def _view(self, name: str) -> EditorView | None:
        for page in self._desktop.window.editors.tabs.pages():
            if isinstance(page, DocumentPage) and (page.document.path or UNTITLED) == name:
                return page.view
        return None

    def _open(self) -> None:
        """Open what has not come back by itself."""
        if self._view(FILE) is None:
            self._desktop.documents.open(FILE)
        if self._view(UNTITLED) is None:
            self._desktop.documents.open_untitled()
        self._timer.start(20)

    def _wait(self) -> None:
        if self._view(FILE) is None:
            return
        self._timer.timeout.disconnect(self._wait)
        for name in (FILE, UNTITLED):
            self._note(name, time.monotonic())
        self._timer.timeout.connect(self._type)

    def _type(self) -> None:
        chance = self._random
        name = chance.choice((FILE, FILE, UNTITLED))
        view = self._view(name)
        page = view.parentWidget() if view is not None else None
        if view is None or page is None:
            return
        self._desktop.window.editors.tabs.setCurrentWidget(page)
        begun_at = time.monotonic()
        match chance.randrange(24):
            case 0:
                QTest.keyClick(view.code, Qt.Key.Key_Return)
            case 1 | 2:
                QTest.keyClick(view.code, Qt.Key.Key_Backspace)
            case 3:
                view.commands.undo()
            case 4:
                length = len(view.text())
                start = chance.randrange(length + 1)
                view.select(start, min(length, start + chance.choice((0, 0, 40))))
            case 5:
                view.insert_at_caret("".join(f"line_{chance.randrange(10**6)} = 'ä'\n" for _ in range(200)))
            case 6 if name == FILE:
                QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)
            case 7 if len(view.text()) > 200_000:
                view.set_text(view.text()[:1_000])
            case _:
                view.insert_at_caret(chance.choice(WORDS))
        self._note(name, begun_at)
        self._timer.setInterval(chance.choice((5, 10, 20, 40, 60, 150)))

    def _note(self, name: str, begun_at: float) -> None:
        view = self._view(name)
        if view is not None:
            digest = hashlib.sha256(view.text().encode()).hexdigest()
            os.write(self._log, f"{begun_at} {name} {digest}\n".encode())


def main() -> None:
    folder, log, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    app = make_application([])
    folders = program_folders(os.environ)
    crashes = CrashHook(folders.state, app)
    crashes.install()
    program = Program(folders, dict(os.environ), Theme(ThemeChoice.DARK, app), crashes)
    desktop = program.open_window(Place(folder))
    TypingSession(desktop, os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND), seed)
    app.exec()


if __name__ == "__main__":
    main()
