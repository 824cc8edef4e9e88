"""Conflicts resolved and proposals edited where they stand in the text."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewChanged
from copilot_desktop.editor.conflict_bar import SideChoice
from copilot_desktop.editor.diff_marks import ProposalPlace, SideChosen
from copilot_desktop.editor.view import EditorView, view_like
from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import split_lines
from copilot_desktop.ui.editor_area import EditorArea, follow_views
from copilot_desktop.ui.review.conflict_choices import ConflictChoices
from copilot_desktop.ui.review.inline_hunks import InlineHunks
from copilot_desktop.ui.review.proposal_editor import EditorWords, ProposalEditor

_PROPOSAL: Final = EditorWords(
    "Edit the proposed lines. Nothing is written until you accept them.", "Keep", "Back to the model's text"
)
_CONFLICT: Final = EditorWords(
    "What is to stand here: your lines, then the model's. Edit them as you like.", "Take this", "Start anew"
)


class InlineEditing(QObject):
    """One small editor at a time, in the view that is in front.

    What was typed for a proposal counts when the editor is left, whichever way; for a conflict when it is taken, and
    until then it is kept for the next time.
    """

    refused = Signal(str)
    """Carries a sentence: there is nothing to edit or to choose at the caret."""

    def __init__(self, review: ReviewController, inline: InlineHunks, editors: EditorArea) -> None:
        super().__init__(editors)
        self._review, self._inline, self._editors = review, inline, editors
        self._choices = ConflictChoices(review, self._edit)
        self._view: EditorView | None = None
        self._editor: ProposalEditor | None = None
        self._hunk_id = self._begun = self._awaited = ""
        self._drafts: dict[str, str] = {}
        review.changed.connect(self._on_review_changed)
        editors.current_changed.connect(self._on_focus_moved)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_moved)
        inline.edit_wanted.connect(self.edit)
        follow_views(editors, self._on_view_added)

    def choose_here(self, choice: SideChoice, hunk_id: str | None = None) -> None:
        """Let one side of the conflict at the caret stand, or both; `hunk_id`: that of the review in front."""
        hunk = self._hunk_here() if hunk_id is None else self._choices.hunk(hunk_id)
        if hunk is None or hunk.state is not HunkState.CONFLICT:
            at_caret = "There is no conflict at the caret. F8 goes to the next change."
            self.refused.emit(at_caret if hunk_id is None else "The current change is not in conflict.")
        else:
            self._choices.on_side_chosen(SideChosen(hunk.hunk_id, choice))

    def edit_here(self) -> None:
        """Edit what is proposed at the caret, or what is to stand in the place of a conflict."""
        hunk = self._hunk_here()
        if hunk is None:
            self.refused.emit("There is no proposed change at the caret. F8 goes to the next one.")
        else:
            self.edit(hunk.hunk_id)

    def edit(self, hunk_id: str) -> None:
        """Open the small editor for a hunk; its file is in front."""
        self._review.when_settled(partial(self._edit, hunk_id))

    def edit_at(self, place: ProposalPlace) -> None:
        """Open the small editor with the caret at a place in the proposed lines."""
        self._review.when_settled(partial(self._edit, place.hunk_id, place))

    def edit_in(self, view: EditorView | None, hunk_id: str) -> None:
        """Edit a hunk whose file was just opened: in its view, or (None) in the one that comes."""
        self._awaited = "" if view is not None else hunk_id
        if view is not None:
            self.edit(hunk_id)

    def leave(self) -> None:
        """Go back to the file. What was typed for a proposal counts, for a conflict it is kept."""
        editor, hunk = self._editor, self._choices.hunk(self._hunk_id)
        if editor is None:
            return
        text = editor.text
        hunk_id = self._close()
        if hunk is None or text == self._begun:
            return
        if hunk.state is HunkState.CONFLICT:
            self._drafts[hunk_id] = text
        else:
            self._review.edit_new_text(hunk_id, text)

    def _edit(self, hunk_id: str, place: ProposalPlace | None = None) -> None:
        hunk, view = self._choices.hunk(hunk_id), self._editors.current_view()
        if hunk is None or view is None or self._inline.path_of(view) != self._path_of(hunk_id):
            return
        self.leave()
        is_conflict = hunk.state is HunkState.CONFLICT
        if not _can_be_edited(hunk):
            self.refused.emit("This change is accepted: take it back before you edit it.")
            return
        self._begun = self._choices.resolved(hunk_id, is_both=True) if is_conflict else hunk.new_text
        text = self._drafts.get(hunk_id, self._begun) if is_conflict else self._begun
        editor = self._editor = ProposalEditor(view_like(view, text), _CONFLICT if is_conflict else _PROPOSAL)
        editor.instead_button.setEnabled(is_conflict or hunk.is_edited)
        editor.taken.connect(self._on_taken)
        editor.left.connect(self._on_left)
        editor.instead.connect(self._on_instead)
        self._view, self._hunk_id = view, hunk_id
        self._inline.set_edited(hunk_id)
        view.show_inline_widget(editor, hunk.end)
        if place is not None:
            editor.view.go_to(_line_of(hunk, place), place.column)
        editor.view.setFocus()

    def _close(self) -> str:
        """Take the editor away; returns the hunk it was about."""
        hunk_id, self._hunk_id = self._hunk_id, ""
        editor, self._editor = self._editor, None
        view, self._view = self._view, None
        had_focus = editor is not None and _holds(editor, QApplication.focusWidget())
        if view is not None and editor is not None:
            if editor.window() is view.window():
                view.hide_inline_widget()
            if had_focus:
                view.setFocus()
        if editor is not None:
            editor.hide()
            editor.deleteLater()
        self._inline.set_edited("")
        return hunk_id

    def _path_of(self, hunk_id: str) -> str:
        return self._review.state.hunk(hunk_id)[1].path if self._choices.hunk(hunk_id) is not None else ""

    def _hunk_here(self) -> ChangeHunk | None:
        self._review.catch_up()
        view = self._editors.current_view()
        hunk_id = None if view is None else view.diff_marks.hunk_at_caret()
        return None if hunk_id is None else self._choices.hunk(hunk_id)

    def _on_taken(self, text: str) -> None:
        hunk = self._choices.hunk(self._hunk_id)
        if hunk is not None and hunk.state is HunkState.CONFLICT:
            hunk_id = self._close()
            # Offered again where that is taken back.
            self._drafts[hunk_id] = text
            self._choices.take(hunk_id, text)
        else:
            self.leave()

    def _on_left(self) -> None:
        self.leave()

    def _on_instead(self) -> None:
        editor, hunk = self._editor, self._choices.hunk(self._hunk_id)
        if editor is not None and hunk is not None:
            is_conflict = hunk.state is HunkState.CONFLICT
            editor.view.set_text(
                self._choices.resolved(self._hunk_id, is_both=True) if is_conflict else hunk.proposed_text
            )
            editor.view.setFocus()

    def _on_review_changed(self, _event: ReviewChanged) -> None:
        hunk = self._choices.hunk(self._hunk_id) if self._hunk_id else None
        if self._hunk_id and (hunk is None or not _can_be_edited(hunk)):
            self._close()

    def _on_focus_moved(self, *_details: object) -> None:
        # What gets the keyboard next is known when the event loop turns.
        if self._editor is not None:
            QTimer.singleShot(0, self, self._look_at_focus)

    def _look_at_focus(self) -> None:
        """A click elsewhere in the window leaves the editor; another program in front does not."""
        focus = QApplication.focusWidget()
        if self._editor is None or (focus is not None and _holds(self._editor, focus)):
            return
        is_other_tab = self._editors.current_view() is not self._view
        if is_other_tab or (focus is not None and focus.window() is self._editors.window()):
            self.leave()

    def _on_view_added(self, view: EditorView) -> None:
        view.complete().diff_marks.side_chosen.connect(self._choices.on_side_chosen)
        view.diff_marks.proposal_clicked.connect(self.edit_at)
        view.installEventFilter(self)
        hunk_id = self._awaited
        if hunk_id and self._inline.path_of(view) == self._path_of(hunk_id):
            self._awaited = ""
            # The view comes to the front right after this signal.
            QTimer.singleShot(0, self, partial(self.edit, hunk_id))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A view that goes, with its tab or the window, takes nothing along that was typed in it."""
        if watched is self._view and event.type() in (QEvent.Type.Close, QEvent.Type.Hide):
            self.leave()
        return False


def _line_of(hunk: ChangeHunk, place: ProposalPlace) -> int:
    """The line of a proposal that a place is in: the text shows only those that differ."""
    for change in diff_line_lists(split_lines(hunk.old_text), split_lines(hunk.new_text)):
        if hunk.start + change.old.start == place.line:
            return change.new.start + place.number
    return place.number


def _can_be_edited(hunk: ChangeHunk) -> bool:
    return hunk.state is HunkState.CONFLICT or hunk.decision is not Decision.ACCEPTED


def _holds(editor: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (focus is editor or editor.isAncestorOf(focus))
