"""What the user chooses for a conflict, carried out: one side, both, or a text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.editor.conflict_bar import SideChoice
from copilot_desktop.editor.diff_marks import SideChosen
from copilot_desktop.edits.change_sets import ChangeHunk, HunkState
from copilot_desktop.edits.taken_in import is_written
from copilot_desktop.errors import UsageError


class ConflictChoices:
    """Each choice is written at once, as one step that U takes back. The review has caught up."""

    def __init__(self, review: ReviewController, edit: Callable[[str], object]) -> None:
        """`edit` is called with a hunk for which the user wants to write a text."""
        self._review = review
        self._edit = edit

    def on_side_chosen(self, event: SideChosen) -> None:
        """Carry a choice out once what was typed is followed."""
        self._review.when_settled(partial(self.choose, event.hunk_id, event.choice))

    def hunk(self, hunk_id: str) -> ChangeHunk | None:
        """A hunk that is in the review."""
        try:
            return self._review.state.hunk(hunk_id)[2]
        except UsageError:
            return None

    def choose(self, hunk_id: str, choice: SideChoice) -> None:
        """Let yours, theirs or both stand; nothing is done where there is no conflict any more."""
        hunk = self.hunk(hunk_id)
        if hunk is None or hunk.state is not HunkState.CONFLICT:
            return
        if choice is SideChoice.EDIT:
            self._edit(hunk_id)
        elif choice is not SideChoice.YOURS:
            self.take(hunk_id, self.resolved(hunk_id, is_both=choice is SideChoice.BOTH))
        elif not is_written(hunk):
            self._review.reject([hunk_id])

    def take(self, hunk_id: str, text: str) -> None:
        """Let a text stand in the place of a conflict; of one with an accepted hunk that takes the hunk back."""
        hunk = self.hunk(hunk_id)
        if hunk is not None and is_written(hunk):
            self._review.take_back(hunk_id, text)
        elif hunk is not None:
            self._review.resolve_and_accept(hunk_id, text)

    def resolved(self, hunk_id: str, *, is_both: bool) -> str:
        """What would stand there with theirs, or with yours and then theirs."""
        return self._review.state.sides(hunk_id).resolved(is_both=is_both)
