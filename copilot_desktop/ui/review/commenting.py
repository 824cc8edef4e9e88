"""Comments in the review: written on the lines that are chosen in the diff, changed, deleted, and sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.edits.comments import CommentSide, HunkComment, comment_place
from copilot_desktop.errors import UsageError
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import DiffHunk
from copilot_desktop.ui.review.comment_field import CommentField, FieldWords

_HINT = "What is to be different here? It is sent with “Send comments”."
_WHY = "Why not? The model hears of it with your next prompt in its conversation."
_NO_HUNK = "There is no change here to comment on."
_DECIDED = "This change is decided. U takes the decision back, then it can be commented on."
_NONE_REJECTED = "No change was rejected. A reason can be given once one is."


class Commenting(QObject):
    """Of one review page: `field` stands below its diff. `find(hunk_id)` gives a hunk as the diff shows it."""

    closed = Signal()
    """The field is gone, and the diff has the keyboard again."""

    def __init__(
        self, review: ReviewController, diff: DiffList, find: Callable[[str], DiffHunk | None], field: CommentField
    ) -> None:
        super().__init__(field)
        self._review, self._diff, self._find, self._field = review, diff, find, field
        self._comment: HunkComment | None = None
        self._reason_of = ""
        field.hide()
        field.saved.connect(self._on_saved)
        field.drafted.connect(self._on_drafted)
        field.left.connect(self.close)
        field.delete_chosen.connect(self._on_delete_chosen)
        field.reopen_chosen.connect(self._on_reopen_chosen)

    def open_here(self) -> None:
        """Comment on the lines that are selected, on the whole change from its head; on a comment, change it."""
        row = self._diff.current_row()
        if row is not None and row.remark_id:
            self.edit(row.remark_id)
            return
        hunk_id = self._diff.current_hunk
        rows = [each for each in self._diff.selected_rows() if each.hunk_id == hunk_id]
        self.open_on(hunk_id, rows)

    def open_on(self, hunk_id: str, rows: Sequence[DiffRow] = ()) -> None:
        """Comment on lines of a change; without any on the whole of it."""
        shown = self._find(hunk_id) if hunk_id else None
        if shown is None:
            self._review.mention(_NO_HUNK)
            return
        if self._review.state.hunk(hunk_id)[2].decision is not Decision.PENDING:
            self._review.mention(_DECIDED)
            return
        self._open(self._review.remarks.begin(hunk_id, *lines_of(shown, rows)))

    def edit(self, comment_id: str) -> None:
        """Change a comment."""
        comment = self._review.remarks.now.comment(comment_id)
        if comment is not None:
            self._open(comment)

    def give_reason(self) -> None:
        """Say why the current change was rejected, or the one that was rejected last."""
        found = self._review.remarks.rejected_hunk(self._diff.current_hunk)
        if found is None:
            self._review.mention(_NONE_REJECTED)
            return
        path, hunk = found
        self._keep()
        self._comment, self._reason_of = None, hunk.hunk_id
        place = LineRange(hunk.start, max(hunk.end, hunk.start + 1)).named()
        said = self._review.remarks.now.reasons.get(hunk.hunk_id, "")
        words = FieldWords(f"Reason for rejecting {path}, {place}", _WHY, delete="Delete the reason" if said else "")
        self._field.show_for(words, said)

    def close(self) -> None:
        """Take the field away; the keyboard goes back to the diff."""
        if self._field.isVisible():
            self._field.hide()
            self._diff.setFocus()
        self._comment, self._reason_of = None, ""
        self.closed.emit()

    def _open(self, comment: HunkComment) -> None:
        self._keep()
        self._comment, self._reason_of = comment, ""
        try:
            _, change, hunk = self._review.state.hunk(comment.hunk_id)
        except UsageError as error:
            self._review.mention(error.message)
            return
        head = f"Comment on {change.path}, {comment_place(comment, hunk)}"
        if comment.answered_by:
            head += ". It was answered: this version came of it"
        words = FieldWords(
            head,
            _HINT,
            delete="Delete" if comment.text else "",
            reopen="Reopen: send it again" if comment.answered_by else "",
        )
        self._field.show_for(words, comment.text if comment.draft is None else comment.draft)

    def _keep(self) -> None:
        """What is written for another place is its draft."""
        if self._field.isVisible():
            self._on_drafted(self._field.text.toPlainText())

    def _on_saved(self, text: str) -> None:
        comment, hunk_id = self._comment, self._reason_of
        self._comment, self._reason_of = None, ""
        if comment is not None:
            self._review.remarks.save(comment, text)
            self._diff.go_to_remark(comment.hunk_id, comment.comment_id)
        elif hunk_id:
            self._review.remarks.give_reason(hunk_id, text)
        self.close()

    def _on_drafted(self, text: str) -> None:
        if self._comment is not None:
            self._review.remarks.keep_draft(self._comment, text)

    def _on_delete_chosen(self) -> None:
        self._with_comment(self._review.remarks.delete)

    def _on_reopen_chosen(self) -> None:
        self._with_comment(self._review.remarks.reopen)

    def _with_comment(self, call: Callable[[str], None]) -> None:
        comment, hunk_id = self._comment, self._reason_of
        self._comment, self._reason_of = None, ""
        if comment is not None:
            call(comment.comment_id)
        elif hunk_id:
            self._review.remarks.give_reason(hunk_id, "")
        self.close()


def lines_of(hunk: DiffHunk, rows: Sequence[DiffRow]) -> tuple[CommentSide, LineRange]:
    """The side and the lines within a hunk that rows of the diff show: those of the proposal, where there are any."""
    sides = [side for row in rows for side in row.sides()]
    for side, lines, numbers in (
        (CommentSide.NEW, hunk.new, [each.new_number for each in sides]),
        (CommentSide.OLD, hunk.old, [each.old_number for each in sides]),
    ):
        inside = [number - 1 - lines.start for number in numbers if number is not None and number - 1 in _span(lines)]
        if inside:
            return side, LineRange(min(inside), max(inside) + 1)
    return CommentSide.NEW, LineRange(0, 0)


def _span(lines: LineRange) -> range:
    return range(lines.start, lines.end)
