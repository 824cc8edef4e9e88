"""What the user has marked as viewed: a mark holds as long as the change says the same, also over a restart."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.edits.content_keys import content_key


class ViewedMarks(QObject):
    """GUI thread only. A file is viewed when all its changes are."""

    changed = Signal()

    def __init__(self, board: ReviewBoard) -> None:
        super().__init__(board)
        self._board = board
        self._keys: dict[str, tuple[str, str, str]] = {}

    def hunk_ids(self) -> frozenset[str]:
        """The hunks that are marked as they are now."""
        marked = self._board.viewed
        if not marked:
            return frozenset()
        return frozenset(hunk_id for hunk_id, key in self._keys_now().items() if key in marked)

    def toggle(self, hunk_ids: Collection[str]) -> bool:
        """Mark hunks, or where all of them are marked take the marks away; whether they are marked then."""
        keys = self._keys_now()
        wanted = {keys[hunk_id] for hunk_id in hunk_ids if hunk_id in keys}
        is_marking = not wanted <= self._board.viewed
        kept = self._board.viewed | wanted if is_marking else self._board.viewed - wanted
        # Those of changes that say something else by now mark nothing.
        self._board.put_viewed(kept & frozenset(keys.values()))
        self.changed.emit()
        return is_marking

    def _keys_now(self) -> dict[str, str]:
        found: dict[str, tuple[str, str, str]] = {}
        keys: dict[str, str] = {}
        counts: dict[str, int] = {}
        for change_set in self._board.state.change_sets:
            for change in change_set.files:
                for hunk in change.hunks:
                    known = found[hunk.hunk_id] = self._key_of(change.path, hunk)
                    # A file may have the same change in several places: each has a mark of its own.
                    counts[known[2]] = number = counts.get(known[2], 0) + 1
                    keys[hunk.hunk_id] = f"{known[2]}.{number}"
        self._keys = found
        return keys

    def _key_of(self, path: str, hunk: ChangeHunk) -> tuple[str, str, str]:
        """With the texts it was made of: as long as they are the same objects it need not be made anew."""
        kept = self._keys.get(hunk.hunk_id)
        if kept is not None and kept[0] is hunk.old_text and kept[1] is hunk.new_text:
            return kept
        return hunk.old_text, hunk.new_text, content_key(path, hunk)
