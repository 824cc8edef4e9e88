"""Looks at places that the user names without holding the window: a network folder may not answer for minutes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.places import FoundPlace, look_at

SLOW_MS = 2000
Found = tuple[FoundPlace, ...]


class PlaceSlow(NamedTuple):
    """A place has not answered yet; what waits for it goes on as soon as it does, unless `forget` is called."""

    path: Path
    forget: Callable[[], None]


@dataclass(slots=True, eq=False)
class _Question:
    paths: tuple[Path, ...]
    done: Callable[[Found], None]
    found: Found | None = None
    is_slow: bool = False
    is_forgotten: bool = False


class PlaceFinder(QObject):
    """Answers in the order in which it was asked; a place that is slow holds up no other one. GUI thread."""

    slow = Signal(object)
    """Carries one `PlaceSlow`."""
    answered = Signal(object)
    """The path of what was slow: it has answered after all, or is forgotten."""

    def __init__(self, thread: AsyncThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._waiting: list[_Question] = []

    def find(self, paths: Sequence[Path], done: Callable[[Found], None]) -> None:
        """Look at places that belong together and call `done` with what was found."""
        question = _Question(tuple(paths), done)
        self._waiting.append(question)
        self._thread.run_waiting(
            lambda: tuple(look_at(path) for path in question.paths), lambda found: self._on_found(question, found)
        )
        QTimer.singleShot(SLOW_MS, self, partial(self._on_late, question))

    def find_missing(self, folders: Sequence[str], done: Callable[[frozenset[str]], None]) -> None:
        """Which of these are not there, each as soon as its disk answers: `done` gets all that are known by then.
        Nobody is told of one that is slow."""
        missing: set[str] = set()

        def looked(folder: str, is_there: bool) -> None:
            if not is_there:
                missing.add(folder)
                done(frozenset(missing))

        for folder in folders:
            self._thread.run_waiting(partial(os.path.isdir, folder), partial(looked, folder))

    def _on_found(self, question: _Question, found: Found) -> None:
        question.found = found
        if not question.is_slow:
            self._go_on()
        elif not question.is_forgotten:
            self.answered.emit(question.paths[0])
            question.done(found)

    def _go_on(self) -> None:
        while self._waiting and (found := self._waiting[0].found) is not None:
            self._waiting.pop(0).done(found)

    def _on_late(self, question: _Question) -> None:
        if question.found is None:
            self._waiting.remove(question)
            question.is_slow = True
            self.slow.emit(PlaceSlow(question.paths[0], partial(self._forget, question)))
            self._go_on()

    def _forget(self, question: _Question) -> None:
        question.is_forgotten = True
        self.answered.emit(question.paths[0])
