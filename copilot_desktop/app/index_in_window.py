"""The index of a window's folder: shared by whatever asks it, paused and made anew by the user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.app.window_memory import WindowMemory
from copilot_desktop.app.window_parts import WindowParts
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    # Made with the first question.
    from copilot_desktop.bridge.context.index import IndexController
    from copilot_desktop.ui.index_status import IndexStatus


class IndexInWindow(QObject):
    """Lives as long as the window; `memory` knows whether the index of a folder is paused. `show_meaning` asks whether
    things are to be found by meaning as well."""

    def __init__(self, parts: WindowParts, memory: WindowMemory, show_meaning: Callable[[], None]) -> None:
        super().__init__(parts.window)
        self._parts, self._memory, self._show_meaning = parts, memory, show_meaning
        parts.window.commands.add(
            (
                Action("chat.show_index", "Index of the folder…", self.show, when=self._has_folder),
                Action(
                    "chat.pause_index",
                    "Pause the index of the folder",
                    self.pause,
                    when=self._has_folder,
                    checked=lambda: self._memory.of_folder.is_index_paused,
                ),
                Action(
                    "chat.find_by_meaning",
                    "Find by meaning as well…",
                    show_meaning,
                    (),
                    "Chat",
                    3,
                    when=self._has_folder,
                    checked=lambda: self._memory.of_folder.meaning.is_on,
                ),
                Action("chat.rebuild_index", "Make the index of the folder anew", self.rebuild, when=self._has_folder),
            )
        )

    @cached_property
    def index(self) -> IndexController:
        """The index of the opened folder."""
        from copilot_desktop.bridge.context.index import IndexController
        from copilot_desktop.child_processes import worker_command

        parts = self._parts
        made = IndexController(
            parts.thread, parts.workspace, parts.core.folders.cache, worker_command("index"), parts.window
        )
        made.is_paused = lambda: self._memory.of_folder.is_index_paused
        parts.window.closing.connect(made.stop)
        self._status = self._status_of(made)
        return made

    def show(self) -> None:
        """Say how large the index of the folder is, and offer what can be done with it."""
        self.index.want()
        self._status.offer()

    def say_vectors(self, said: str) -> None:
        """Show in the status bar how far the vectors of the folder are."""
        if "index" in self.__dict__:
            self._status.say_vectors(said)

    def pause(self) -> None:
        """Leave the index of this folder as it is, or keep it up to date again."""
        self._memory.change_folder(lambda state: replace(state, is_index_paused=not state.is_index_paused))
        self.index.pause_or_resume()

    def rebuild(self) -> None:
        """Make it from nothing, also one that is paused."""
        self._memory.change_folder(lambda state: replace(state, is_index_paused=False))
        self.index.rebuild()

    def _status_of(self, index: IndexController) -> IndexStatus:
        from copilot_desktop.ui.index_status import IndexStatus

        return IndexStatus(self._parts.window, index, self.pause, self.rebuild, self._show_meaning)

    def _has_folder(self) -> bool:
        return self._parts.workspace.workspace is not None


def index_of(window: MainWindow) -> IndexController:
    """The index of a window's folder, which whatever asks it shares."""
    found = window.findChild(IndexInWindow)
    assert found is not None  # noqa: S101 - made with the chat, before anybody can ask
    return found.index
