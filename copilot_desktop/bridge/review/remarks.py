"""Comments on hunks, and reasons for rejecting them: written here, kept with the review, heard of by views."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.edits.change_sets import ChangeHunk, Decision
from copilot_desktop.edits.comment_words import is_in
from copilot_desktop.edits.comments import CommentSide, HunkComment, Remarks, side_text
from copilot_desktop.edits.told import ToTell, to_tell
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_DELETED = "Comment deleted. A new comment on the same lines begins with its text."


@dataclass(frozen=True, slots=True)
class RemarksChanged:
    """What is said about these hunks is other than before."""

    hunk_ids: tuple[str, ...]


class HunkRemarks(QObject):
    """Of one window's review. GUI thread only."""

    changed = Signal(object)
    """Carries one `RemarksChanged`."""

    def __init__(self, board: ReviewBoard) -> None:
        super().__init__(board)
        self._board = board
        self._deleted: dict[tuple[str, CommentSide, LineRange], str] = {}
        self._seen = board.remarks
        board.remarks_replaced.connect(self._on_remarks_replaced)

    @property
    def now(self) -> Remarks:
        """All of them."""
        return self._board.remarks

    def waiting(self) -> tuple[HunkComment, ...]:
        """The comments that are to be sent: those on hunks that wait for a decision."""
        pending = {hunk.hunk_id for hunk in self._board.state.pending()} if self.now.comments else set[str]()
        return tuple(each for each in self.now.comments if each.is_waiting and each.hunk_id in pending)

    def begin(self, hunk_id: str, side: CommentSide, lines: LineRange) -> HunkComment:
        """A comment on lines of one side of a hunk, 0-based within it; the one whose draft is kept there, if any.

        It is kept from its first draft on. Raises UsageError for a hunk that is gone.
        """
        change_set, _, hunk = self._board.state.hunk(hunk_id)
        for each in self.now.of_hunk(hunk_id):
            if not each.text and each.side is side and each.lines == lines:
                return each
        quoted = "".join(split_lines(side_text(hunk, side))[lines.start : lines.end])
        draft = self._deleted.get((hunk_id, side, lines))
        return HunkComment(
            uuid.uuid4().hex,
            hunk_id,
            change_set.change_set_id,
            side,
            lines,
            quoted,
            draft=draft,
            created_at=time.time(),
        )

    def keep_draft(self, comment: HunkComment, text: str) -> None:
        """Keep what is written and not saved."""
        known = self.now.comment(comment.comment_id) or comment
        is_other = bool(text.strip()) and text != known.text
        self._put(self.now.with_comment(replace(known, draft=text if is_other else None)))

    def save(self, comment: HunkComment, text: str) -> None:
        """Save a comment; it waits to be sent, also where an earlier text was answered. An empty one is deleted."""
        text = text.strip()
        known = self.now.comment(comment.comment_id) or comment
        if not text:
            self.delete(known.comment_id)
            return
        self._deleted.pop(_place(known), None)
        answered_by = known.answered_by if text == known.text else ""
        self._put(self.now.with_comment(replace(known, text=text, draft=None, answered_by=answered_by)))

    def delete(self, comment_id: str) -> None:
        """Delete a comment; one that is begun on the same lines has its text."""
        comment = self.now.comment(comment_id)
        if comment is None:
            return
        if comment.text:
            self._deleted[_place(comment)] = comment.text
            self._board.mention(_DELETED)
        self._put(self.now.without(comment_id))

    def reopen(self, comment_id: str) -> None:
        """Let an answered comment wait again."""
        comment = self.now.comment(comment_id)
        if comment is not None:
            self._put(self.now.with_comment(replace(comment, answered_by="")))

    def mark_answered(self, hunk_ids: Collection[str], prompt: str, turn_id: str) -> tuple[HunkComment, ...]:
        """The comments on these hunks that a prompt held are answered by a turn; returns them."""
        done = tuple(
            each for each in self.now.comments if each.is_waiting and each.hunk_id in hunk_ids and is_in(each, prompt)
        )
        remarks = self.now
        for each in done:
            remarks = remarks.with_comment(replace(each, answered_by=turn_id))
        self._put(remarks)
        return done

    def move(self, hunk_ids: Collection[str], hunk_id: str) -> None:
        """Another hunk has taken the place of these."""
        self._put(self.now.moved(hunk_ids, hunk_id))

    def rejected_hunk(self, hunk_id: str) -> tuple[str, ChangeHunk] | None:
        """The path and the hunk that a reason would be about: this one where it is rejected, else the one that was
        rejected last."""
        decided = [each for step in reversed(self._board.done) for each in step.command.targets]
        for each in (hunk_id, *decided):
            for change_set in self._board.state.change_sets:
                for change in change_set.files:
                    for hunk in change.hunks:
                        if hunk.hunk_id == each and hunk.decision is Decision.REJECTED:
                            return change.path, hunk
        return None

    def give_reason(self, hunk_id: str, reason: str) -> None:
        """Why a hunk was rejected; the model hears of it in the next turn. Empty: no reason any more."""
        self._put(self.now.with_reason(hunk_id, reason.strip()))

    def to_tell(self, turn_ids: Collection[str], under_way: Mapping[str, Decision]) -> ToTell:
        """What turns of a conversation have not been told yet of what they proposed."""
        return to_tell(self._board.state.change_sets, turn_ids, under_way, self.now)

    def mark_told(self, stances: Mapping[str, str]) -> None:
        """They were told."""
        self._put(self.now.with_told(stances))

    def _put(self, remarks: Remarks) -> None:
        state = self._board.state
        sets = {each.change_set_id for each in state.change_sets}
        self._board.put_remarks(remarks.only(sets, {hunk.hunk_id for hunk in state.hunks()}))

    def _on_remarks_replaced(self) -> None:
        before, self._seen = self._seen, self.now
        known = {each.hunk_id: None for remarks in (before, self.now) for each in remarks.comments}
        known |= dict.fromkeys((*before.reasons, *self.now.reasons))
        self.changed.emit(RemarksChanged(tuple(each for each in known if _said(before, each) != _said(self.now, each))))


def _said(remarks: Remarks, hunk_id: str) -> object:
    return remarks.of_hunk(hunk_id), remarks.reasons.get(hunk_id)


def _place(comment: HunkComment) -> tuple[str, CommentSide, LineRange]:
    return comment.hunk_id, comment.side, comment.lines
