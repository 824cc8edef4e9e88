"""Pending hunks inside the open editors: shown as they stand, decided where they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review.arriving_proposals import ArrivingChanged, ArrivingHunks, ArrivingProposals
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewChanged
from copilot_desktop.editor.diff_marks import HunkDecided
from copilot_desktop.editor.hunk_rows import InlineHunk
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, HunkState
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.review.hunk_pieces import HunkPieces, TextPieces

_COMPARING = "Being compared with what you typed …"


class InlineHunks(QObject):
    """Joins the review, and what still arrives, to every editor of a window."""

    review_wanted = Signal(str)
    """Carries a hunk that no text can show."""
    compare_wanted = Signal(str)
    refine_wanted = Signal(str)
    """Carries a hunk about which a follow-up is to be asked."""
    edit_wanted = Signal(str)
    """Carries a conflict: what is to stand in its place is to be chosen."""
    too_early = Signal()
    """A hunk that still grows cannot be decided about."""

    def __init__(
        self,
        review: ReviewController,
        arriving: ArrivingProposals,
        editors: EditorArea,
        documents: DocumentsController,
    ) -> None:
        super().__init__(editors)
        self._review = review
        self._arriving = arriving
        self._editors = editors
        self._documents = documents
        self._wanted = self._edited = ""
        self._pieces = HunkPieces()
        self._shown: dict[str, TextPieces] = {}
        """By path what its text shows, where nothing arrives there."""
        review.changed.connect(self._on_changed)
        arriving.changed.connect(self._on_changed)
        editors.view_added.connect(self._on_view_added)
        for path in editors.open_paths():
            view = editors.view_of(path)
            if view is not None:
                self._on_view_added(view)

    @property
    def has_any(self) -> bool:
        """Whether a hunk waits for a decision or arrives."""
        return bool(self._review.state.pending() or self._arriving.paths())

    def decide_here(self, decision: Decision) -> None:
        """Accept or reject the hunk at the caret, else the next one below it.

        One that is not in sight is shown first and not decided: nothing is written that nobody has seen.
        """
        self._catch_up()
        view = self._editors.current_view()
        path = self.path_of(view) if view is not None else None
        if view is None or path is None:
            return
        hunk_id = view.diff_marks.hunk_at_caret()
        if hunk_id is None:
            line = view.selected_lines().start
            waiting = self._waiting(path)
            following = [hunk for hunk in waiting if hunk.start >= line] or waiting
            if following and not view.diff_marks.is_in_sight(following[0].start):
                self._go_to(path, following[0])
                self._review.mention("No change is at the caret. The next one is shown: press again to decide.")
                return
            hunk_id = following[0].hunk_id if following else None
        if hunk_id is not None:
            self._decide(hunk_id, decision)

    def compare_here(self) -> None:
        """Show the model's text beside the file's for the hunk at the caret, where they differ."""
        view = self._editors.current_view()
        hunk_id = None if view is None else view.diff_marks.hunk_at_caret()
        if hunk_id is not None and any(hunk.quoted for hunk in self._review.state.hunks() if hunk.hunk_id == hunk_id):
            self.compare_wanted.emit(hunk_id)

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) undecided hunk, in whatever file it is; round in a circle."""
        self._catch_up()
        reviewed = (change.path for each in self._review.state.change_sets for change in each.files)
        paths = dict.fromkeys((*reviewed, *self._arriving.paths()))
        places = [(path, hunk) for path in paths for hunk in self._waiting(path)]
        if not places:
            return
        view = self._editors.current_view()
        here = self.path_of(view) if view is not None else None
        line = view.selected_lines().start if view is not None else 0
        at_caret = view.diff_marks.hunk_at_caret() if view is not None else None
        ids = [hunk.hunk_id for _, hunk in places]
        if at_caret in ids:
            chosen = places[(ids.index(at_caret) + by) % len(places)]
        else:
            ahead = [each for each in places if each[0] == here and (each[1].start - line) * by > 0]
            chosen = (ahead or places)[0 if by > 0 else -1]
        self._go_to(*chosen)

    def go_to_arriving(self, turn_id: str) -> None:
        """Show what arrives for a turn, where it stands in its file: the hunk that grows, else the last one."""
        self._catch_up()
        places = [
            (path, hunk, found)
            for path in self._arriving.paths(turn_id)
            for found in (self._arriving.hunks(path, turn_id),)
            for hunk in found.hunks
        ]
        if places:
            path, hunk, _ = next((each for each in places if each[1].hunk_id in each[2].growing), places[-1])
            self._go_to(path, hunk)

    def _catch_up(self) -> None:
        self._review.catch_up()
        self._arriving.catch_up()

    def _is_reviewed(self, hunk_id: str) -> bool:
        return any(hunk.hunk_id == hunk_id for hunk in self._review.state.hunks())

    def _go_to(self, path: str, hunk: ChangeHunk) -> None:
        if self._is_reviewed(hunk.hunk_id) and self._review.state.texts.lined(path) is None:
            self.review_wanted.emit(hunk.hunk_id)
            return
        self._wanted = hunk.hunk_id
        self._documents.open(path, LineRange(hunk.start, max(hunk.end, hunk.start)))
        view = self._editors.view_of(path)
        if view is not None:
            self._arrive(view)

    def _arrive(self, view: EditorView) -> None:
        view.diff_marks.go_to_hunk(self._wanted)
        if self._wanted and self._is_reviewed(self._wanted):
            self._review.look_at(self._wanted)
        self._wanted = ""

    def _waiting(self, path: str) -> list[ChangeHunk]:
        pending, come = self._undecided(path)
        every = (*pending, *come.hunks)
        waiting = [hunk for hunk in every if hunk.state is not HunkState.ALREADY_THERE]
        return sorted(waiting, key=lambda hunk: (hunk.start, hunk.end))

    def set_edited(self, hunk_id: str) -> None:
        """What this hunk proposes is shown by an editor among the lines; '' for none."""
        self._edited = hunk_id
        for path in self._editors.open_paths():
            view = self._editors.view_of(path)
            if view is not None:
                self._show(view, path)

    def path_of(self, view: EditorView) -> str | None:
        """The path of what a view shows."""
        document = self._documents.documents.get(view.document_id)
        return document.path if document is not None else None

    def _show(self, view: EditorView, path: str) -> None:
        origins = origins_of(self._review.state.change_sets, path)
        hunks, come = self._undecided(path)
        comparing = self._review.comparing
        known = None if self._edited or come.hunks or comparing else self._shown.get(path)
        if known is not None:
            by = known.moved_by(hunks, origins)
            if by is not None and view.diff_marks.move_hunks(known.pieces, by):
                self._shown[path] = known.on_lines_of(hunks)
                return
        self._shown.pop(path, None)
        pieces: Sequence[InlineHunk] = self._pieces.inline_hunks(hunks, come, origins)
        if self._edited:
            pieces = [_being_edited(each) if each.hunk_id == self._edited else each for each in pieces]
        if comparing:
            pieces = [replace(each, note=_COMPARING) if each.hunk_id in comparing else each for each in pieces]
        if hunks and not (come.hunks or self._edited or comparing):
            made = self._shown[path] = TextPieces.made(pieces, hunks, origins)
            pieces = made.pieces
        view.diff_marks.show_hunks(pieces)

    def _undecided(self, path: str) -> tuple[tuple[ChangeHunk, ...], ArrivingHunks]:
        """What waits in a file, and what arrives for it; of a change whose new version arrives that alone is shown."""
        come = self._arriving.hunks(path)
        pending = tuple(hunk for hunk in self._review.state.pending(path) if hunk.hunk_id not in come.replaced)
        return pending, without_reviewed(come, pending)

    def _decide(self, hunk_id: str, decision: Decision) -> None:
        if not self._is_reviewed(hunk_id):
            if not self._arriving.decide(hunk_id, decision):
                self.too_early.emit()
            return
        if decision is Decision.ACCEPTED and self._review.state.hunk(hunk_id)[2].state is HunkState.CONFLICT:
            self.edit_wanted.emit(hunk_id)
            return
        (self._review.accept if decision is Decision.ACCEPTED else self._review.reject)([hunk_id])

    def _on_changed(self, event: ReviewChanged | ArrivingChanged) -> None:
        for path in event.paths:
            view = self._editors.view_of(path)
            if view is not None:
                self._show(view, path)
            else:
                self._shown.pop(path, None)

    def _on_view_added(self, view: EditorView) -> None:
        view.diff_marks.hunk_decided.connect(self._on_hunk_decided)
        view.diff_marks.compare_chosen.connect(self.compare_wanted)
        view.diff_marks.refine_chosen.connect(self._on_refine_chosen)
        path = self.path_of(view)
        if path is not None:
            self._arriving.catch_up(path)
            self._show(view, path)
            if self._wanted and self._wanted in {hunk.hunk_id for hunk in self._waiting(path)}:
                # The area puts the caret to the lines right after this signal.
                QTimer.singleShot(0, view, lambda: self._arrive(view))

    def _on_refine_chosen(self, hunk_id: str) -> None:
        if self._is_reviewed(hunk_id):
            self.refine_wanted.emit(hunk_id)
        else:
            self.too_early.emit()

    def _on_hunk_decided(self, event: HunkDecided) -> None:
        self._catch_up()
        self._decide(event.hunk_id, Decision.ACCEPTED if event.is_accepted else Decision.REJECTED)


def origins_of(change_sets: Sequence[ChangeSet], path: str) -> dict[str, str]:
    """Whose each undecided hunk of a file is, in words, where several answers wait in it; else nothing."""
    several = [each for each in change_sets if any(change.path == path for change in each.files)]
    if len(several) < 2:
        return {}
    found = {
        hunk.hunk_id: each
        for each in several
        for change in each.files
        if change.path == path
        for hunk in change.hunks
        if hunk.decision is Decision.PENDING
    }
    if len({each.change_set_id for each in found.values()}) < 2:
        return {}
    return {hunk_id: f"{each.title or 'Proposed changes'} ({each.model})" for hunk_id, each in found.items()}


def _being_edited(piece: InlineHunk) -> InlineHunk:
    return replace(piece, new_text="", base_text="", has_bar=False, is_conflict=False)


def without_reviewed(arriving: ArrivingHunks, pending: Sequence[ChangeHunk]) -> ArrivingHunks:
    """What arrives, but for what the review holds already: at the end of an answer its proposal goes there."""
    if not arriving.hunks or not pending:
        return arriving
    reviewed = {hunk.hunk_id for hunk in pending}
    return replace(arriving, hunks=tuple(hunk for hunk in arriving.hunks if hunk.hunk_id not in reviewed))
