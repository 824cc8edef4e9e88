"""The one place where a window's review state is kept; who changes it says so here, and the views hear it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.review.commands import Step, changed_hunks
from copilot_desktop.bridge.review.events import ReviewChanged, ReviewNotice
from copilot_desktop.edits.comments import Remarks
from copilot_desktop.edits.proposal import Failure
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.errors import CopilotError

_LONG_MS = 150
"""What is compared within this time is not spoken of: it would flicker."""


class ReviewBoard(QObject):
    """Holds the state and the steps that can be taken back. GUI thread only."""

    changed = Signal(object)
    """Carries one `ReviewChanged`."""
    noticed = Signal(object)
    """Carries one `ReviewNotice`."""
    undone = Signal(object)
    """Carries one `DecisionUndone`."""
    replaced = Signal()
    """There is another state, or other steps, also where no hunk is another one."""
    remarks_replaced = Signal()
    """There are other remarks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = ReviewState()
        self.done: tuple[Step, ...] = ()
        self.last_entry = ""
        """The newest step of the history that the state knows of."""
        self.viewed: frozenset[str] = frozenset()
        """The keys of what the user has marked as viewed (see `edits.content_keys`)."""
        self.remarks = Remarks()
        """Comments on hunks, and reasons for decisions."""
        self.busy_paths: frozenset[str] = frozenset()
        """Files that are being written: what is heard of them may be our own write coming back."""
        self.comparing: frozenset[str] = frozenset()
        """Hunks that a worker compares with what was typed, where that takes long: they stand as before until then."""
        self._to_compare: frozenset[str] = frozenset()
        self._long = QTimer(self)
        self._long.setSingleShot(True)
        self._long.setInterval(_LONG_MS)
        self._long.timeout.connect(self._on_long_timeout)

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
            self.changed.emit(ReviewChanged(paths, hunk_ids, len(state.pending())))

    def put_remarks(self, remarks: Remarks) -> None:
        """Other comments and reasons are to be kept."""
        if remarks != self.remarks:
            self.remarks = remarks
            self.replaced.emit()
            self.remarks_replaced.emit()

    def begin_comparing(self, hunk_ids: frozenset[str]) -> None:
        """A worker compares these hunks; that is shown where it takes long."""
        self._to_compare = hunk_ids
        if not self._long.isActive():
            self._long.start()

    def end_comparing(self) -> None:
        """No worker does any more."""
        self._long.stop()
        self._show_comparing(frozenset())

    def _on_long_timeout(self) -> None:
        self._show_comparing(self._to_compare)

    def _show_comparing(self, hunk_ids: frozenset[str]) -> None:
        touched, self.comparing = self.comparing ^ hunk_ids, hunk_ids
        if touched:
            files = (change for each in self.state.change_sets for change in each.files)
            paths = sorted({change.path for change in files if any(hunk.hunk_id in touched for hunk in change.hunks)})
            self.changed.emit(ReviewChanged(tuple(paths), tuple(touched), len(self.state.pending())))

    def put_viewed(self, keys: frozenset[str]) -> None:
        """Other marks are to be kept."""
        if keys != self.viewed:
            self.viewed = keys
            self.replaced.emit()

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
