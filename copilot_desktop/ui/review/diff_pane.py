"""The right side of the review: the changes of one turn, above them the file of the current one and its doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.splitting import why_whole
from copilot_desktop.edits.whole_files import why_unresolvable
from copilot_desktop.ui.diff.content import OpenedGaps
from copilot_desktop.ui.diff.diff_frame import DiffFrame
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.look import DiffLook
from copilot_desktop.ui.diff.values import DiffHunk
from copilot_desktop.ui.flow_layout import WrappedLabel
from copilot_desktop.ui.review.change_files import ChangeFiles
from copilot_desktop.ui.review.file_bar import FileBar
from copilot_desktop.ui.review.hunk_buttons import HunkButtons
from copilot_desktop.ui.review.hunk_labels import hunk_label
from copilot_desktop.ui.review.listing import Listing
from copilot_desktop.ui.theme.tokens import Tokens

if TYPE_CHECKING:
    from copilot_desktop.ui.review.line_picking import LinePicking


class DiffPane(QWidget):
    """Shows the turn `change_set_id`, as far as the list shows it. `hunks` are all that are under review, by id."""

    picking_ended = Signal()
    compare_chosen = Signal(str)
    """Carries the hunk whose quoted text is to be shown, or no longer."""
    comment_wanted = Signal(str)
    """Carries the hunk that is to be commented on."""
    side_chosen = Signal(object)
    """Carries one `SideChosen`: what is to stand in the place of a conflict."""

    def __init__(
        self,
        review: ReviewController,
        tokens: Tokens,
        hunks: Mapping[str, ChangeHunk],
        decide: Callable[[str, Decision], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._review, self._hunks = review, hunks
        self._listing = Listing()
        self._decide = decide
        self._files: dict[str, ChangeFiles] = {}
        self._gaps: dict[str, OpenedGaps] = {}
        self.change_set_id = ""
        self.diff, self.look = DiffList(tokens), DiffLook(self)
        self.diff.setObjectName("review.diff")
        self.diff.setAccessibleName("Proposed changes")
        self.diff.set_controls(self._make_buttons)
        self._frame = DiffFrame("review", self.diff, self.look)
        self.file_bar = FileBar(tokens)
        self.file_bar.buttons.add(self._frame.bar.give_switches())
        self._doubt = WrappedLabel("", "amber", "review.doubt")
        self._doubt.setAccessibleName("What is uncertain about the current change")
        self._doubt.setContentsMargins(12, 4, 12, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.file_bar)
        column.addWidget(self._doubt)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._frame)
        column.addWidget(self._stack, 1)
        self._tokens = tokens
        self._picking: LinePicking | None = None

    @property
    def picking(self) -> LinePicking | None:
        """The lines of a change that are picked just now; None while the diff is shown."""
        return self._picking if self._picking is not None and self._stack.currentWidget() is self._picking else None

    def pick_lines(self) -> None:
        """Show the lines of the current hunk to be picked one by one, or the diff again."""
        if self.picking is not None:
            self.end_picking()
            return
        place = self._listing.order.place_of(self.current_hunk)
        if place is None:
            return
        reason = why_whole(self._review.state.hunk(self.current_hunk)[1], place.hunk)
        if reason:
            self._review.mention(reason)
            return
        if self._picking is None:
            from copilot_desktop.ui.review.line_picking import LinePicking  # with the first line that is picked

            self._picking = LinePicking(self._review, self._tokens)
            self._picking.done.connect(self._on_picking_done)
            self._stack.addWidget(self._picking)
        self._stack.setCurrentWidget(self._picking)
        self._picking.start(place.hunk)

    def end_picking(self) -> None:
        """Show the diff again."""
        if self.picking is not None:
            self._stack.setCurrentWidget(self._frame)
            self.diff.setFocus()

    @property
    def current_hunk(self) -> str:
        """The hunk that keys act on; empty when there is none."""
        return self.diff.current_hunk if self.diff.current_hunk in self._hunks else ""

    def show_listing(self, listing: Listing) -> None:
        """Show the turn of the current hunk as it stands now."""
        before, self._listing = self._listing.order.place_of(self.diff.current_hunk), listing
        place = listing.order.place_of(self.current_hunk)
        if place is None and before is not None:
            # It was split, joined again, or has another version: on with what is in its place.
            place = listing.order.near(before)
            self.diff.current_hunk = place.hunk.hunk_id if place is not None else ""
        if place is not None:
            self._turn_to(place.change_set_id)
        known = {each.change_set_id for each in self._review.state.change_sets}
        self._end_if_other()
        self._files = {change_set_id: files for change_set_id, files in self._files.items() if change_set_id in known}
        self.refresh()

    def go_to(self, hunk_id: str) -> None:
        """Make a hunk the current one and bring it into sight, in whichever turn it is."""
        place = self._listing.order.place_of(hunk_id)
        if hunk_id != self.current_hunk:
            self.end_picking()
        if place is not None and place.change_set_id != self.change_set_id:
            self.diff.current_hunk = hunk_id
            self._turn_to(place.change_set_id)
            self.refresh()
        self.diff.go_to_hunk(hunk_id)
        self.show_file()

    def _turn_to(self, change_set_id: str) -> None:
        """Another turn is to be shown: what was unfolded in this one is so again when it comes back."""
        left, self.change_set_id = self.change_set_id, change_set_id
        if left != change_set_id:
            self._gaps[left] = self.diff.content.reopen_gaps(self._gaps.pop(change_set_id, {}))

    def refresh(self) -> None:
        """Lay the rows out anew."""
        change_set = self._review.change_set(self.change_set_id)
        if change_set is None:
            return
        shown, texts = self._shown(change_set), self._review.state.texts
        self.diff.show_files(self._change_files.files(shown, texts, self._review.remarks.now))
        if self.current_hunk:
            self.diff.go_to_hunk(self.current_hunk, is_scrolled=False)
        self.show_file()

    def show_file(self) -> None:
        """Name the file of the current hunk, and what is uncertain about that."""
        hunk = self._hunks.get(self.current_hunk)
        # The row of the change has room for some of the words only.
        doubt = hunk_label(hunk).doubt if hunk is not None else ""
        self._doubt.setText(f"{doubt}." if doubt else "")
        self._doubt.setVisible(bool(doubt))
        self._doubt.setToolTip(self._doubt.text())
        order = self._listing.order
        mine = order.in_file(self.current_hunk)
        undecided = sum(each.decision is Decision.PENDING for each in mine)
        self.file_bar.show_file(order.path_of(self.current_hunk), undecided, len(mine))

    def compare(self, hunk_id: str, *, is_wanted: bool) -> bool:
        """Show the model's text of a hunk beside the file's, or no longer; whether there is one to be shown."""
        hunk = self._hunks.get(hunk_id)
        if hunk is None or not hunk.quoted or (is_wanted and self._change_files.is_compared(hunk_id)):
            return False
        self._change_files.compare(hunk_id)
        self.refresh()
        return True

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._tokens = tokens
        self.diff.set_tokens(tokens)
        self.file_bar.set_tokens(tokens)
        if self._picking is not None:
            self._picking.lines.set_tokens(tokens)

    def _on_picking_done(self) -> None:
        # The hunk may have been cut already, which has ended it; what is decided is known only now.
        self.end_picking()
        self.picking_ended.emit()

    def _end_if_other(self) -> None:
        """Lines of a change that reads differently now are no longer those that were picked."""
        picking = self.picking
        seen = picking.lines.hunk if picking is not None else None
        if seen is None:
            return
        now = self._hunks.get(seen.hunk_id)
        if now is None or (now.old_text, now.new_text, now.decision) != (seen.old_text, seen.new_text, seen.decision):
            self.end_picking()

    @property
    def _change_files(self) -> ChangeFiles:
        return self._files.setdefault(self.change_set_id, ChangeFiles())

    def show_below(self, widget: QWidget) -> None:
        """Let something stand below the diff."""
        column = self.layout()
        if column is not None:
            column.addWidget(widget)

    def shown_hunk(self, hunk_id: str) -> DiffHunk | None:
        """A hunk as the diff shows it."""
        info = self.diff.content.info(hunk_id)
        return None if info is None else info.hunk

    def _make_buttons(self, parent: QWidget) -> HunkButtons:
        made = HunkButtons(
            self._found, parent, can_resolve=lambda hunk_id: _can_be_resolved(self._review.state, hunk_id)
        )
        made.decided.connect(self._decide)
        made.compare_chosen.connect(self.compare_chosen)
        made.side_chosen.connect(self.side_chosen)
        made.comment_chosen.connect(self.comment_wanted)
        return made

    def _found(self, hunk_id: str) -> tuple[str, ChangeHunk] | None:
        hunk = self._hunks.get(hunk_id)
        return None if hunk is None else (self._listing.order.path_of(hunk_id), hunk)

    def _shown(self, change_set: ChangeSet) -> ChangeSet:
        """A filter hides files of which it lets nothing through, but for that of the current hunk."""
        if not self._listing.hidden:
            return change_set
        order = self._listing.order
        here = order.path_of(self.current_hunk)
        files = tuple(
            change
            for change in change_set.files
            if change.path == here or any(order.is_shown(hunk.hunk_id) for hunk in change.hunks)
        )
        return replace(change_set, files=files)


def _can_be_resolved(state: ReviewState, hunk_id: str) -> bool:
    """Whether there are lines in which the conflict of a hunk could be resolved."""
    _, change, _ = state.hunk(hunk_id)
    return not why_unresolvable(change, state.texts.all_lined())
