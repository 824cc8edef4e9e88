"""What the keys and buttons of the review decide: one change, a function, a file, or whatever is listed."""

from __future__ import annotations

from collections.abc import Callable

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.ui.review.diff_pane import DiffPane
from copilot_desktop.ui.review.hunk_order import Move
from copilot_desktop.ui.review.list_pane import ListPane
from copilot_desktop.ui.review.listing import Level
from copilot_desktop.ui.review.outline import EntryDecided


class Decisions:
    """Acts on the current hunk, or on the row of the list that has the keyboard. `go_to(hunk_id)` goes on."""

    def __init__(
        self, review: ReviewController, listed: ListPane, shown: DiffPane, go_to: Callable[[str], None]
    ) -> None:
        self._review, self._list, self._pane, self._go_to = review, listed, shown, go_to
        shown.picking_ended.connect(self._go_on)

    def walk(self, move: Move) -> None:
        """Go to another hunk, over all turns."""
        order = self._list.listing.order
        target = order.target(self._pane.current_hunk, move, self._review.under_way())
        if target:
            self._go_to(target)

    def decide(self, hunk_id: str, decision: Decision) -> None:
        """Accept or reject a hunk; PENDING: undo that it was accepted."""
        self._pane.diff.go_to_hunk(hunk_id, is_scrolled=False)
        self._pane.show_file()
        review = self._review
        decide = {Decision.ACCEPTED: review.accept, Decision.REJECTED: review.reject}.get(decision, review.undo_accept)
        decide([hunk_id])
        if not self._list.outline.hasFocus():
            self._pane.diff.setFocus()

    def current(self, decision: Decision) -> None:
        """Accept or reject what keys act on, and go on to the next undecided hunk."""
        row, last = self._list.row, self._pane.current_hunk
        if self._pane.picking is not None:
            self._pane.picking.decide(decision)
            return
        if row is not None:
            last = row.hunk_ids[-1]
            self._review.decide_hunks(row.hunk_ids, decision)
        elif last:
            self.decide(last, decision)
        if not self._is_refused(last, decision):
            self._go_on(last)

    def _is_refused(self, hunk_id: str, decision: Decision) -> bool:
        """Whether it is a conflict that cannot just be accepted: it stays the current one, to be resolved."""
        if self._list.row is not None or decision is not Decision.ACCEPTED:
            return False
        place = self._list.listing.order.place_of(hunk_id)
        return place is not None and place.hunk.state is HunkState.CONFLICT

    def _go_on(self, last: str = "") -> None:
        """Go to the next undecided hunk; without one that was just decided, only where the current one is."""
        under_way = self._review.under_way()
        if not last and self._pane.current_hunk not in under_way:
            return
        order = self._list.listing.order
        following = order.undecided_after(last or self._pane.current_hunk, is_round=False, decided=under_way)
        if following:
            self._go_to(following)

    def file(self, decision: Decision) -> None:
        """Accept or reject what is undecided and listed in the file of the current hunk."""
        order = self._list.listing.order
        ids = [each.hunk_id for each in order.in_file(self._pane.current_hunk) if order.is_shown(each.hunk_id)]
        if ids:
            self._review.decide_hunks(ids, decision)

    def function(self, decision: Decision) -> None:
        """Accept or reject what is undecided and listed in the function or class of the current hunk."""
        here = self._pane.current_hunk
        ids = self._list.in_function(here)
        if ids:
            self._review.decide_hunks(ids, decision)
        elif here:
            self._review.mention("This change is not inside of one function or class.")

    def split(self) -> None:
        """Cut the current hunk into its pieces; while lines are picked, above the current one."""
        place = self._list.listing.order.place_of(self._pane.current_hunk)
        if self._pane.picking is not None:
            self._pane.picking.split()
        elif place is not None:
            self._review.splitting.split(place.hunk)

    def listed(self, decision: Decision) -> None:
        """Accept or reject whatever is undecided in the list."""
        self._review.decide_hunks(self._list.listing.hunk_ids, decision)

    def offer(self, decision: Decision) -> str:
        """What that would do, in words."""
        return self._review.preview(self._list.listing.hunk_ids, decision).offer()

    def view(self, *, is_for_file: bool = False) -> None:
        """Mark what keys act on, or the file of the current hunk, as viewed, or no longer; then go on."""
        row, here = self._list.row, self._pane.current_hunk
        if is_for_file:
            ids = tuple(hunk.hunk_id for hunk in self._list.listing.order.in_file(here))
        else:
            ids = row.hunk_ids if row is not None else (here,) if here else ()
        if ids and self._review.viewed.toggle(ids):
            self.walk(Move.NEXT_FILE if is_for_file else Move.NEXT)

    def on_row_decided(self, event: EntryDecided) -> None:
        """A button of a row was pressed."""
        if event.entry.level is Level.HUNK:
            self.decide(event.entry.hunks[0].hunk_id, event.decision)
        else:
            self._review.decide_hunks(event.entry.hunk_ids, event.decision)
