"""Runs the searches of the find bar: small texts at once, anything slower on a worker, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from copilot_desktop.editor.view import EditorView
from copilot_desktop.errors import CopilotError, UsageError
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.text.searching import FindQuery, Matches, Replacement, Search
from copilot_desktop.values import dataclass

SMALL_TEXT = 200_000
AT_ONCE_S = 0.03
"""Of processor time: what a search may take while the window waits for it."""
WORKER_S = 3.0
TOO_LONG = "This takes too long here. Make the expression more exact."
CHANGED = "The text has changed meanwhile. Nothing was replaced."

FoundCall = Callable[[EditorView, Matches], None]


class RunInWorker(Protocol):
    """Runs work elsewhere; the answer arrives on the GUI thread."""

    def __call__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> object:
        """Start it."""


@dataclass(frozen=True, slots=True)
class _Key:
    document_id: DocumentId
    version: int
    query: FindQuery
    scopes: tuple[tuple[int, int], ...]


class FindSearch(QObject):
    """Remembers the last answer. `failed` carries a sentence; `busy_changed` whether one is awaited.

    `is_running`: a search is under way on a worker.
    """

    failed = Signal(str)
    busy_changed = Signal(bool)

    def __init__(self, run_in_worker: RunInWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run_in_worker = run_in_worker
        self._known: tuple[_Key, Matches] | None = None
        self.is_running = False
        self._next: tuple[EditorView, FindQuery, FoundCall] | None = None

    def find(self, view: EditorView, query: FindQuery, found: FoundCall) -> None:
        """Call `found` with the matches, now or later; a newer call takes the place of one that still waits."""
        if not isValid(view):
            return  # its tab was closed meanwhile
        try:
            search = view.finder.search(query)
            key = _Key(view.document_id, view.version, query, search.scopes)
            if self._known is not None and self._known[0] == key:
                found(view, self._known[1])
                return
            if len(search.text) <= SMALL_TEXT:
                matches = search.matches(AT_ONCE_S)
                if matches.is_whole:
                    self._known = (key, matches)
                    found(view, matches)
                    return
        except UsageError as error:
            self.failed.emit(error.message)
            return
        if self.is_running:
            self._next = (view, query, found)
            return
        self._start(view, key, search, found)

    def replacements(
        self, view: EditorView, query: FindQuery, text: str, done: Callable[[tuple[Replacement, ...]], None]
    ) -> None:
        """Call `done` with what every match becomes; not when the text is another one by then."""
        search, version = view.finder.search(query), view.version

        def work() -> tuple[Replacement, ...] | None:
            return search.replacements(text, WORKER_S)

        def answered(made: tuple[Replacement, ...] | None) -> None:
            self.busy_changed.emit(False)
            if not isValid(view):
                return
            if made is None:
                self.failed.emit(TOO_LONG)
            elif view.version != version:
                self.failed.emit(CHANGED)
            else:
                done(made)

        try:
            if len(search.text) <= SMALL_TEXT:
                made = search.replacements(text, AT_ONCE_S)
                if made is not None:
                    done(made)
                    return
        except UsageError as error:
            self.failed.emit(error.message)
            return
        self.busy_changed.emit(True)
        self._run_in_worker(work, answered, self._on_failed)

    def _start(self, view: EditorView, key: _Key, search: Search, found: FoundCall) -> None:
        self.is_running = True
        self.busy_changed.emit(True)

        def work() -> Matches:
            return search.matches(WORKER_S)

        def done(matches: Matches) -> None:
            self._known = (key, matches)
            self.is_running = False
            self.busy_changed.emit(False)
            waiting, self._next = self._next, None
            if waiting is not None:
                self.find(*waiting)
            elif view.version != key.version:
                self.find(view, key.query, found)
            elif not len(matches) and not matches.is_whole:
                self.failed.emit(TOO_LONG)
            else:
                found(view, matches)

        self._run_in_worker(work, done, self._on_failed)

    def _on_failed(self, error: BaseException) -> None:
        self.is_running = False
        self.busy_changed.emit(False)
        if not isinstance(error, CopilotError):
            raise error
        self.failed.emit(error.message)
