"""What the user says about hunks: comments on their lines, and reasons for turning them down.

A comment stands on lines of its hunk and not of the file, so that it goes wherever the hunk goes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Final

from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass


class CommentSide(StrEnum):
    """NEW: lines that are proposed. OLD: lines that would go."""

    NEW = "new"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class HunkComment:
    """A comment on `lines` of one side of a hunk, 0-based within it; `quoted` is what they said.

    `draft` is what is written and not saved yet, None where nothing is; one that was never saved has no `text`.
    `answered_by` is the turn whose answer revised the hunk for it, "" while it waits. `created_at` is a Unix time.
    """

    comment_id: str
    hunk_id: str
    change_set_id: str
    side: CommentSide
    lines: LineRange
    quoted: str
    text: str = ""
    draft: str | None = None
    answered_by: str = ""
    created_at: float = 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether it is to be sent."""
        return bool(self.text) and not self.answered_by


@dataclass(frozen=True, slots=True)
class Remarks:
    """All comments, the oldest first; `reasons`: rejected hunk → why.

    `told`: hunk → how it stood when the model was told of it last (see `told.stance_of`).
    """

    comments: tuple[HunkComment, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)

    def of_hunk(self, hunk_id: str) -> tuple[HunkComment, ...]:
        """The comments on a hunk."""
        return tuple(each for each in self.comments if each.hunk_id == hunk_id)

    def comment(self, comment_id: str) -> HunkComment | None:
        """The comment of an id; None where there is none any more."""
        return next((each for each in self.comments if each.comment_id == comment_id), None)

    def with_comment(self, comment: HunkComment) -> Remarks:
        """The remarks with a comment more, or with another one of its id; one that says nothing goes."""
        is_kept = bool(comment.text) or comment.draft is not None
        if self.comment(comment.comment_id) is None:
            return replace(self, comments=(*self.comments, comment)) if is_kept else self
        every = (comment if each.comment_id == comment.comment_id else each for each in self.comments)
        return replace(self, comments=tuple(each for each in every if is_kept or each is not comment))

    def without(self, comment_id: str) -> Remarks:
        """The remarks without a comment."""
        return replace(self, comments=tuple(each for each in self.comments if each.comment_id != comment_id))

    def with_reason(self, hunk_id: str, reason: str) -> Remarks:
        """The remarks with why a hunk was rejected; an empty reason takes it away."""
        others = {each: said for each, said in self.reasons.items() if each != hunk_id}
        return replace(self, reasons={**others, hunk_id: reason} if reason else others)

    def with_told(self, told: Mapping[str, str]) -> Remarks:
        """The remarks after the model was told of these hunks."""
        return replace(self, told={**self.told, **told})

    def moved(self, hunk_ids: Collection[str], hunk_id: str) -> Remarks:
        """The remarks with the comments of some hunks on another one, which has taken their place."""
        return replace(
            self,
            comments=tuple(
                replace(each, hunk_id=hunk_id) if each.hunk_id in hunk_ids else each for each in self.comments
            ),
        )

    def joined(self, later: Remarks) -> Remarks:
        """These and later ones."""
        return Remarks(
            (*self.comments, *later.comments), {**self.reasons, **later.reasons}, {**self.told, **later.told}
        )

    def only(self, change_set_ids: Collection[str], hunk_ids: Collection[str]) -> Remarks:
        """The remarks about what is still in the review."""
        return Remarks(
            tuple(each for each in self.comments if each.change_set_id in change_set_ids),
            {each: said for each, said in self.reasons.items() if each in hunk_ids},
            {each: stance for each, stance in self.told.items() if each in hunk_ids},
        )


NO_REMARKS: Final = Remarks()


def side_text(hunk: ChangeHunk, side: CommentSide) -> str:
    """The lines of one side of a hunk."""
    return hunk.new_text if side is CommentSide.NEW else hunk.old_text


def standing_at(comment: HunkComment, hunk: ChangeHunk) -> LineRange | None:
    """The lines of the hunk's side that the comment is about now: where what it quotes stands, the nearest of several.

    None where those lines are no more: the comment is about the whole hunk then. It has no lines either where it was
    written about the whole of it.
    """
    wanted, lines = split_lines(comment.quoted), split_lines(side_text(hunk, comment.side))
    if not wanted:
        return None
    spots = [at for at in range(len(lines) - len(wanted) + 1) if lines[at : at + len(wanted)] == wanted]
    if not spots:
        return None
    at = min(spots, key=lambda spot: abs(spot - comment.lines.start))
    return LineRange(at, at + len(wanted))


def comment_place(comment: HunkComment, hunk: ChangeHunk) -> str:
    """Where a comment stands, in the lines of the file as it is, or as it would be: “line 3”."""
    lines = standing_at(comment, hunk)
    if lines is None:
        return "the whole change"
    words = LineRange(hunk.start + lines.start, hunk.start + lines.end).named()
    return words if comment.side is CommentSide.NEW else f"removed {words}"
