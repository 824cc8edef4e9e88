"""Accepted changes inside the open editors: marked as long as they can be undone, and taken back where they stand."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewChanged, ReviewNotice
from copilot_desktop.editor.accepted_hunks import AcceptedHunk
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.editor_area import EditorArea, follow_views

_NONE_HERE = "No accepted change is at the caret. Accepted lines have a thin bar in the margin."


class AcceptedInline(QObject):
    """Joins the review to the marks of every editor of a window."""

    def __init__(self, review: ReviewController, editors: EditorArea, documents: DocumentsController) -> None:
        super().__init__(editors)
        self._review = review
        self._editors = editors
        self._documents = documents
        review.changed.connect(self._on_review_changed)
        follow_views(editors, self._on_view_added)

    @property
    def has_any(self) -> bool:
        """Whether a change in the file in front is accepted and can be undone."""
        document = self._documents.current_document()
        path = None if document is None else document.path
        return path is not None and any(not each.is_there for each in self._accepted(path))

    def undo_here(self) -> None:
        """Take back the accepted change at the caret."""
        self._review.catch_up()
        view = self._editors.current_view()
        hunk_id = None if view is None else view.accepted.hunk_at_caret()
        if hunk_id is None:
            self._review.noticed.emit(ReviewNotice(_NONE_HERE, is_passing=True))
        else:
            self._undo(hunk_id)

    def _undo(self, hunk_id: str) -> None:
        hunk = next((each for each in self._review.state.hunks() if each.hunk_id == hunk_id), None)
        if hunk is not None and hunk.decision is Decision.PENDING:
            # It stands there already: that is noted, and nothing is written.
            self._review.accept([hunk_id])
        else:
            self._review.undo_accept([hunk_id])

    def _accepted(self, path: str) -> list[AcceptedHunk]:
        """What was there before a change was accepted is not its doing, and is left out.

        What waits though it is there already is marked, too.
        """
        found = []
        pending, accepted, there = Decision.PENDING, Decision.ACCEPTED, HunkState.ALREADY_THERE
        for change in (change for each in self._review.state.change_sets for change in each.files):
            if change.path != path or change.status == "deleted":
                continue
            found += [
                AcceptedHunk(
                    hunk.hunk_id,
                    LineRange(hunk.start, hunk.end),
                    has_bar=change.status == "modified",
                    is_there=hunk.state is there,
                )
                for hunk in change.hunks
                if (hunk.decision is pending and hunk.state is there)
                or (hunk.decision is accepted and hunk.state not in (there, HunkState.GONE))
            ]
        return found

    def _on_review_changed(self, changed: ReviewChanged) -> None:
        for path in changed.paths:
            view = self._editors.view_of(path)
            if view is not None:
                view.accepted.show(self._accepted(path))

    def _on_view_added(self, view: EditorView) -> None:
        view.accepted.undo_chosen.connect(self._undo)
        document = self._documents.documents.get(view.document_id)
        if document is not None and document.path is not None:
            view.accepted.show(self._accepted(document.path))
