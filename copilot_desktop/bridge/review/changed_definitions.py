"""Finds out on a worker which function or class each change is about; nobody waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.edits.grouping import ChangedDefinition, changed_definitions
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found in a text about these hunks."""

    lined: LinedText
    hunk_ids: frozenset[str]
    definitions: Mapping[str, ChangedDefinition]


class ChangedDefinitions(QObject):
    """GUI thread only. `look` is called by whoever shows them; `found` tells that there are others."""

    found = Signal()

    def __init__(self, thread: AsyncThread, board: ReviewBoard) -> None:
        super().__init__(board)
        self._thread, self._board = thread, board
        self._looked: dict[str, _Looked] = {}
        self._of_hunks: dict[str, ChangedDefinition] = {}
        self._is_looking = False

    def of_hunks(self) -> Mapping[str, ChangedDefinition]:
        """What is known by now, by hunk id; a hunk keeps what it was about until that is known anew."""
        return self._of_hunks

    def look(self) -> None:
        """Find out about files that say something else than when they were looked at."""
        if self._is_looking:
            return
        wanted: dict[str, tuple[LinedText, tuple[ChangeHunk, ...]]] = {}
        state = self._board.state
        hunks = _line_hunks(state)
        for path, mine in hunks.items():
            lined, known = state.texts.lined(path), self._looked.get(path)
            ids = frozenset(hunk.hunk_id for hunk in mine)
            if lined is not None and (known is None or known.lined is not lined or known.hunk_ids != ids):
                wanted[path] = (lined, mine)
        self._looked = {path: each for path, each in self._looked.items() if path in hunks}
        if wanted:
            self._is_looking = True
            self._thread.run_in_worker(partial(_looked_at, wanted), self._on_looked, self._on_failed)

    def _on_looked(self, looked: Mapping[str, _Looked]) -> None:
        self._is_looking = False
        self._looked.update(looked)
        now = {hunk_id: each for known in self._looked.values() for hunk_id, each in known.definitions.items()}
        if now != self._of_hunks:
            self._of_hunks = now
            self.found.emit()
        # The files may say something else by now.
        self.look()

    def _on_failed(self, error: BaseException) -> None:
        self._is_looking = False
        raise error


def _line_hunks(state: ReviewState) -> dict[str, tuple[ChangeHunk, ...]]:
    """Hunks by path; one over a whole file is about no function."""
    found: dict[str, tuple[ChangeHunk, ...]] = {}
    for change_set in state.change_sets:
        for change in change_set.files:
            if change.status == "modified":
                found[change.path] = (*found.get(change.path, ()), *change.hunks)
    return found


def _looked_at(wanted: Mapping[str, tuple[LinedText, tuple[ChangeHunk, ...]]]) -> dict[str, _Looked]:
    """On a worker."""
    return {
        path: _Looked(lined, frozenset(hunk.hunk_id for hunk in hunks), changed_definitions(path, lined.text, hunks))
        for path, (lined, hunks) in wanted.items()
    }
