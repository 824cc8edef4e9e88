"""Runs the searches of the find bar: short texts at once, anything slower on a worker, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from copilot_desktop.editor.view import EditorView
from copilot_desktop.errors import CopilotError, UsageError
from copilot_desktop.text.changes import CopiedText
from copilot_desktop.text.long_search import ByteReplacements, LongSearch
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.text.searching import FindQuery, Matches, Replacement
from copilot_desktop.values import dataclass

SHORT_BYTES = 200_000
AT_ONCE_S = 0.03
"""Of processor time: what a search may take while the window waits for it."""
WORKER_S = 3.0
TOO_LONG = "This takes too long here. Make the expression more exact."
CHANGED = "The text has changed meanwhile. Nothing was replaced."

FoundCall = Callable[[EditorView, Matches], None]
Made = tuple[Replacement, ...] | ByteReplacements
"""What the matches of a text become; of a long one, in bytes."""


class RunInWorker(Protocol):
    """Runs work elsewhere; the answer arrives on the GUI thread."""

    def __call__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> object:
        """Start it."""


class Wanted(NamedTuple):
    """What the matches are to become, or only the one that is `selected`."""

    text: str
    is_selected_only: bool = False


@dataclass(frozen=True, slots=True)
class _Key:
    document_id: DocumentId
    version: int
    query: FindQuery
    scopes: tuple[tuple[int, int], ...]


class _Stop:
    """Tells the worker of one search that nobody waits for it."""

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Nobody does."""
        self._is_set = True

    def is_set(self) -> bool:
        """Whether that was said; may be asked from any thread."""
        return self._is_set


class FindSearch(QObject):
    """Remembers the last answer. `failed` carries a sentence; `busy_changed` whether one is awaited.

    `is_running`: a search is under way. Text that is to be looked through on a worker is copied piece by piece before.
    """

    failed = Signal(str)
    busy_changed = Signal(bool)

    def __init__(self, run_in_worker: RunInWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run_in_worker = run_in_worker
        self._known: tuple[_Key, Matches] | None = None
        self.is_running = False
        self._copied_view: EditorView | None = None
        self._running: tuple[EditorView, FindQuery] | None = None
        self._calls: list[FoundCall] = []
        """What is to be done with what the running search finds."""
        self._stop = _Stop()
        self._next: tuple[EditorView, FindQuery, FoundCall] | None = None

    def find(self, view: EditorView, query: FindQuery, found: FoundCall) -> None:
        """Call `found` with the matches, now or later; a call for something else takes the place of those that wait."""
        if not isValid(view):
            return  # its tab was closed meanwhile
        try:
            key = _key(view, query)
            if self._known is not None and self._known[0] == key:
                found(view, self._known[1])
                return
            if view.code.length() <= SHORT_BYTES:
                matches = view.finder.search(query).matches(AT_ONCE_S)
                if matches.is_whole:
                    self._known = (key, matches)
                    found(view, matches)
                    return
        except UsageError as error:
            self.failed.emit(error.message)
            return
        if self.is_running and (self._copied_view is None or isValid(self._copied_view)):
            if self._running == (view, query) and not self._stop.is_set():
                self._calls.append(found)
            else:
                self._next = (view, query, found)
                self._stop.set()
            return
        self._start(view, query, [found])

    def cancel(self) -> None:
        """Nobody waits for an answer any more."""
        self._next = None
        self._stop.set()

    def replacements(self, view: EditorView, query: FindQuery, wanted: Wanted, done: Callable[[Made], None]) -> None:
        """Call `done` with what every match becomes; not when the text is another one by then."""
        try:
            if view.code.length() <= SHORT_BYTES:
                made = view.finder.search(query).replacements(wanted.text, AT_ONCE_S)
                if made is not None:
                    one = view.finder.selected_replacement(made) if wanted.is_selected_only else None
                    done(((one,) if one is not None else ()) if wanted.is_selected_only else made)
                    return
        except UsageError as error:
            self.failed.emit(error.message)
            return
        self.busy_changed.emit(True)
        view.shared.copying.copy(partial(self._replace_copied, view, query, wanted, done))

    def _replace_copied(
        self, view: EditorView, query: FindQuery, wanted: Wanted, done: Callable[[Made], None], copied: CopiedText
    ) -> None:
        if not isValid(view):
            self.busy_changed.emit(False)
            return
        scopes, eol = view.finder.scopes(), view.finder.line_ending()
        only = view.finder.selected(in_bytes=True) if wanted.is_selected_only else None
        version = view.version

        def work() -> ByteReplacements | None:
            return LongSearch(copied.pieces(), query, scopes).replacements(wanted.text, eol, WORKER_S, only)

        def answered(made: ByteReplacements | None) -> None:
            self.busy_changed.emit(False)
            if not isValid(view):
                return
            if made is None:
                self.failed.emit(TOO_LONG)
            elif view.version != version:
                self.failed.emit(CHANGED)
            else:
                done(made)

        self._run_in_worker(work, answered, self._on_replacing_failed)

    def _start(self, view: EditorView, query: FindQuery, calls: list[FoundCall]) -> None:
        self.is_running, self._copied_view = True, view
        self._running, self._calls = (view, query), calls
        self._stop = _Stop()
        self.busy_changed.emit(True)
        view.shared.copying.copy(partial(self._search_copied, view, query))

    def _search_copied(self, view: EditorView, query: FindQuery, copied: CopiedText) -> None:
        self._copied_view = None
        if not isValid(view):
            self._end()
            return
        key, stop = _key(view, query), self._stop

        def work() -> Matches:
            return LongSearch(copied.pieces(), query, key.scopes, stop.is_set).matches(WORKER_S)

        def done(matches: Matches) -> None:
            if stop.is_set():
                self._end()
                return
            self._known, calls = (key, matches), self._calls
            self._end()
            if isValid(view) and view.version != key.version:
                self._start(view, query, calls)
            elif not len(matches) and not matches.is_whole:
                self.failed.emit(TOO_LONG)
            else:
                for found in calls:
                    found(view, matches)

        self._run_in_worker(work, done, self._on_failed)

    def _end(self) -> None:
        """A search is over; one that waited begins."""
        self.is_running, self._running, self._calls = False, None, []
        self.busy_changed.emit(False)
        waiting, self._next = self._next, None
        if waiting is not None:
            self.find(*waiting)

    def _on_failed(self, error: BaseException) -> None:
        self._end()
        self._on_error(error)

    def _on_replacing_failed(self, error: BaseException) -> None:
        self.busy_changed.emit(False)
        self._on_error(error)

    def _on_error(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.failed.emit(error.message)


def _key(view: EditorView, query: FindQuery) -> _Key:
    return _Key(view.document_id, view.version, query, view.finder.scopes())
