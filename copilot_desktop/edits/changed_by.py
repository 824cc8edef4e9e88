"""Who changed a text under the hunks of a review."""

from __future__ import annotations

from enum import Enum


class ChangedBy(Enum):
    """TYPING is the user in a tab: a change that only meets a hunk leaves it alone. OUTSIDE is another program: what
    meets a hunk contradicts it, as `git merge-file` says. TAKEN_BACK is the user, who had a whole file say what it said
    before: from the history, or by closing a tab without saving it. SIBLING is a hunk of the same change set that was
    accepted or taken back, which changes other lines, and OTHER_SET one of another change set, which may change the
    same.
    """

    TYPING = "typing"
    OUTSIDE = "outside"
    TAKEN_BACK = "taken back"
    SIBLING = "sibling"
    OTHER_SET = "other set"

    @property
    def is_decision(self) -> bool:
        """Whether a hunk did it."""
        return self in (ChangedBy.SIBLING, ChangedBy.OTHER_SET)

    @property
    def is_whole(self) -> bool:
        """Whether the whole file was written, so that git's merge of it counts."""
        return self in (ChangedBy.OUTSIDE, ChangedBy.TAKEN_BACK)

    def opens(self, *, is_written: bool) -> bool:
        """Whether an accepted hunk of which nothing is left then is to be decided about again.

        `is_written`: accepting wrote it. What stood there already goes with the decision that brought it.
        """
        return self in (ChangedBy.TYPING, ChangedBy.TAKEN_BACK) or (self.is_decision and not is_written)

    @property
    def may_meet(self) -> bool:
        """Whether changes stand side by side that meet those of a hunk without sharing a line."""
        return self in (ChangedBy.TYPING, ChangedBy.SIBLING)
