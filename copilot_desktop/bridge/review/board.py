"""The one place where a window's review state is kept; who changes it says so here, and the views hear it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.review.commands import Step, changed_hunks
from copilot_desktop.bridge.review.events import ReviewChanged, ReviewNotice
from copilot_desktop.edits.proposal import Failure
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.errors import CopilotError


class ReviewBoard(QObject):
    """Holds the state and the steps that can be taken back. GUI thread only."""

    changed = Signal(object)
    """Carries one `ReviewChanged`."""
    noticed = Signal(object)
    """Carries one `ReviewNotice`."""
    replaced = Signal()
    """There is another state, or other steps, also where no hunk is another one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = ReviewState()
        self.done: tuple[Step, ...] = ()
        self.last_entry = ""
        """The newest step of the history that the state knows of."""
        self.busy_paths: frozenset[str] = frozenset()
        """Files that are being written: what is heard of them may be our own write coming back."""

    def put(self, state: ReviewState, done: tuple[Step, ...] | None = None) -> None:
        """Take a new state (and new steps), and say what is different."""
        before, self.state = self.state, state
        is_told = done is not None and done != self.done
        if done is not None:
            self.done = done
        paths, hunk_ids = changed_hunks(before, state) if before is not state else ((), ())
        is_told = is_told or _refused(before) != _refused(state)
        if is_told or before is not state:
            self.replaced.emit()
        if hunk_ids or is_told:
            self.changed.emit(ReviewChanged(paths, hunk_ids, len(state.pending()), bool(self.done)))

    def say(self, message: str, advice: str = "", is_error: bool = False) -> None:
        """Tell the user a sentence."""
        self.noticed.emit(ReviewNotice(message, advice, is_error))

    def ask_without_way_back(self, error: CopilotError, write: Callable[[], None]) -> None:
        """Ask whether to write what cannot be kept for taking it back; `write` does it."""
        self.noticed.emit(ReviewNotice(error.message, error.advice, True, is_refusal=True, without_way_back=write))

    def mention(self, message: str) -> None:
        """Tell the user a sentence for some seconds."""
        self.noticed.emit(ReviewNotice(message, is_passing=True))

    def refuse(self, error: BaseException) -> None:
        """Tell the user why something did not happen; an error that is not for users goes on to the hook."""
        if not isinstance(error, CopilotError):
            raise error
        self.noticed.emit(ReviewNotice(error.message, error.advice, is_error=True, is_refusal=True))


def _refused(state: ReviewState) -> list[tuple[Failure, ...]]:
    return [change_set.failures for change_set in state.change_sets]
