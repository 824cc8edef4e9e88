"""Puts the review, inline hunks and the prompt in the text into a window: joins signals, actions and panes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review.arriving_proposals import ArrivingProposals
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewChanged, ReviewNotice, ReviewShown
from copilot_desktop.editor.conflict_bar import SideChoice
from copilot_desktop.edits.change_sets import ChangeSet, Decision, HunkState
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.closing import Unkept
from copilot_desktop.ui.kept_pages import KeptPage
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.review.accepted_inline import AcceptedInline
from copilot_desktop.ui.review.badge import CountBadge
from copilot_desktop.ui.review.inline_editing import InlineEditing
from copilot_desktop.ui.review.inline_hunks import InlineHunks
from copilot_desktop.ui.status_bar import StatusField
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged
from copilot_desktop.ui.way_back import without_way_back
from copilot_desktop.workspace.documents import Document

if TYPE_CHECKING:
    from copilot_desktop.bridge.preferences import PreferencesController

    # Imported when the review is first opened: eight modules, 8 ms.
    from copilot_desktop.bridge.review.comment_budget import CommentBudget
    from copilot_desktop.bridge.review.comment_sender import CommentSender
    from copilot_desktop.ui.review.review_view import ReviewView

_PAGE = "review"
_LOADING_MS = 300
"""A review that comes at once is not said to be on its way."""
_UNKEPT = "Free some space on the disk and close again, or decide about them first."


class ReviewInWindow(QObject):
    """The review of one window; lives as long as the window. `history_wanted(path)`: of a file under review."""

    history_wanted = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        review: ReviewController,
        arriving: ArrivingProposals,
        documents: DocumentsController,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._review = review
        self._documents = documents
        self._theme = theme
        self._noticed_unsaved: frozenset[str] = frozenset()
        self._refused_of: int | None = None
        """How many changes waited when a decision was refused, as long as that is being said."""
        self._shown_count = 0
        self._holds: Callable[[], bool] | None = None
        """Whether what is said of the review is still so, where that can be asked."""
        self.make_comments: Callable[[], tuple[CommentSender, CommentBudget]] | None = None
        """What takes comments to the model, and what knows what that would cost."""
        self._view: ReviewView | None = None
        """The one that was opened last; it may be closed meanwhile."""
        self.preferences: PreferencesController | None = None
        """Where is kept how differences are shown."""
        self.accepted = AcceptedInline(review, window.editors, documents)
        self.inline = InlineHunks(review, arriving, window.editors, documents)
        self.inline.too_early.connect(self._on_too_early)
        self.inline.review_wanted.connect(self._on_review_wanted)
        self.inline.compare_wanted.connect(self._on_compare_wanted)
        self.editing = InlineEditing(review, self.inline, window.editors)
        self.editing.refused.connect(window.status.show_done)
        review.changed.connect(self._on_review_changed)
        review.noticed.connect(self._on_review_noticed)
        review.shown.connect(self._on_review_shown)
        review.keeper.loading.connect(partial(QTimer.singleShot, _LOADING_MS, self, self._show_status))
        review.keeper.loaded.connect(self._show_status)
        documents.state_changed.connect(self._on_document_state_changed)
        window.status.field_clicked.connect(self._on_status_field_clicked)
        button = window.activity.add(_PAGE, "Review", "check-check")
        button.setCheckable(False)
        self._badge = CountBadge(button, "Review", theme.tokens)
        window.activity.chosen.connect(lambda view_id: self.open() if view_id == _PAGE else None)
        theme.changed.connect(self._on_theme_changed)
        window.commands.add(self._actions())
        window.leave_checks.append(self._check_kept)

    def let_return(self) -> None:
        """Let the page come back with the tabs of a folder; it may be waited for, so all that it uses must be set."""
        self._window.editors.kept_pages.add(_PAGE, KeptPage("Review", lambda _path: self._make_page()))

    def open(self) -> None:
        """Bring the review to the front, with a proposal that has come since it was looked at last."""
        from copilot_desktop.ui.review.hunk_order import waiting_ids

        view, waiting = self.show(), waiting_ids(self._review.state.change_sets)
        if waiting and waiting[-1] not in view.shown_ids:
            view.show_change_set(waiting[-1])

    def show(self) -> ReviewView:
        """Bring the review to the front and give it the keyboard."""
        self._window.editors.show_page(_PAGE, "Review", self._make_page)
        view = self._view
        assert view is not None  # noqa: S101 - the page was made now or before
        self._show_count()
        view.diff.setFocus()
        return view

    def _check_kept(self, answer: Callable[[Unkept | None], None]) -> None:
        def written(is_written: bool) -> None:
            count = len(self._review.state.pending())
            if is_written or not count:
                answer(None)
                return
            changes = "1 undecided change" if count == 1 else f"{count} undecided changes"
            answer(Unkept(f"{changes} cannot be written down and would not come back.", _UNKEPT, self.open))

        self._review.keeper.when_written(written)

    def _make_page(self) -> QWidget:
        from copilot_desktop.ui.diff_settings import keep_look
        from copilot_desktop.ui.review.review_actions import one_key_actions
        from copilot_desktop.ui.review.review_view import ReviewView

        view = self._view = ReviewView(self._review, self._theme)
        if self.preferences is not None:
            keep_look(view.pane.look, self.preferences)
        view.open_wanted.connect(self._on_open_wanted)
        view.edit_wanted.connect(self._on_edit_wanted)
        view.chat_wanted.connect(self._window.show_chat)
        view.history_wanted.connect(self.history_wanted)
        comments: tuple[Action, ...] = ()
        if self.make_comments is not None:
            from copilot_desktop.ui.review.comments_in_review import CommentsInReview

            comments = CommentsInReview(view, self._review, *self.make_comments()).actions()

        def choose(choice: SideChoice) -> None:
            self.editing.choose_here(choice, view.current_hunk)

        self._window.commands.replace((*one_key_actions(view, self._review.undo, choose), *comments))
        return view

    def _actions(self) -> tuple[Action, ...]:
        accept = partial(self._decide_here, Decision.ACCEPTED)
        reject = partial(self._decide_here, Decision.REJECTED)

        def choose(choice: SideChoice) -> None:
            view = self._view if self._window.editors.panes.front() is self._view else None
            self.editing.choose_here(choice, None if view is None else view.current_hunk)

        theirs, both = partial(choose, SideChoice.THEIRS), partial(choose, SideChoice.BOTH)

        def has_any() -> bool:
            return self.inline.has_any

        def can_undo() -> bool:
            return self._review.can_undo

        return (
            Action("review.open", "Open review", self.open, ("Ctrl+Shift+R",), "Review", icon="check-check"),
            Action("review.next", "Next change", partial(self.inline.step, 1), ("F8",), "Review", 1, when=has_any),
            Action(
                "review.previous",
                "Previous change",
                partial(self.inline.step, -1),
                ("Shift+F8",),
                "Review",
                1,
                when=has_any,
            ),
            Action("review.accept_here", "Accept change here", accept, ("Alt+Y",), "Review", 2, when=has_any),
            Action("review.reject_here", "Reject change here", reject, ("Alt+N",), "Review", 2, when=has_any),
            Action(
                "review.undo_accept_here",
                "Undo accept here",
                self.accepted.undo_here,
                ("Alt+U",),
                "Review",
                2,
                when=lambda: self.accepted.has_any,
            ),
            Action(
                "review.compare_here",
                "Compare the change here with the model's text",
                self.inline.compare_here,
                ("Alt+M",),
                "Review",
                2,
                when=has_any,
            ),
            Action(
                "review.edit_here", "Edit proposed text", self.editing.edit_here, ("Alt+T",), "Review", 2, when=has_any
            ),
            Action("review.take_theirs_here", "Resolve conflict: take the model's lines", theirs, (), when=has_any),
            Action("review.take_both_here", "Resolve conflict: take both", both, (), when=has_any),
            Action("review.undo", "Undo last decision", self._review.undo, (), "Review", 3, when=can_undo),
        )

    def _decide_here(self, decision: Decision) -> None:
        # What is typed in the small editor counts before the change is decided about.
        self.editing.leave()
        self.inline.decide_here(decision)

    def _on_review_changed(self, event: ReviewChanged) -> None:
        if self._refused_of is not None and event.pending < self._refused_of:
            # "Nothing was changed" no longer holds.
            self._refused_of = None
            self._window.notices.withdraw("review")
        if self._holds is not None and not self._holds():
            self._holds = None
            self._window.notices.withdraw("review")
        if event.pending != self._shown_count:
            self._show_status()
            self._show_count()

    def _show_status(self) -> None:
        count, text = len(self._review.state.pending()), ""
        if count:
            text = f"{count} to review"
        elif not self._review.keeper.is_loaded:
            text = "Loading the review…"
        self._window.status.show_field(StatusField.TO_REVIEW, text, _tip(self._review.state.change_sets))

    def _show_count(self) -> None:
        count = self._shown_count = len(self._review.state.pending())
        self._badge.show_count(count)
        for group in self._window.editors.panes.groups():
            for page in group.pages():
                if page is self._view:
                    group.show_title(page, f"Review ({count})" if count else "Review")

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self._badge.set_tokens(event.tokens)

    def _on_review_noticed(self, notice: ReviewNotice) -> None:
        if notice.is_passing:
            self._window.status.show_done(notice.message)
            return
        self._refused_of = len(self._review.state.pending()) if notice.is_refusal else None
        self._holds = notice.holds
        dirty = (document.path for document in self._documents.dirty() if document.path)
        self._noticed_unsaved = frozenset(path for path in dirty if path in notice.message)
        choices = without_way_back(self._window, notice.without_way_back, "review")
        self._window.notices.show_notice(
            Notice(notice.message, notice.advice, choices, key="review", is_amber=notice.is_error)
        )

    def _on_document_state_changed(self, document: Document) -> None:
        # What was said of unsaved text ("in the tab only and not yet on disk") no longer holds once it is saved.
        if not document.is_dirty and document.path in self._noticed_unsaved:
            self._noticed_unsaved = frozenset()
            self._window.notices.withdraw("review")

    def _on_too_early(self) -> None:
        self._holds = None
        self._window.notices.show_notice(
            Notice("This change still arrives.", "Accept or reject it when it is whole.", key="review")
        )

    def _on_review_shown(self, event: ReviewShown) -> None:
        self.show().show_change_set(event.change_set_id, event.hunk_id)

    def _on_review_wanted(self, hunk_id: str) -> None:
        self._review.show(self._review.state.hunk(hunk_id)[0].change_set_id, hunk_id)

    def _on_compare_wanted(self, hunk_id: str) -> None:
        self._on_review_wanted(hunk_id)
        self.show().compare(hunk_id, is_wanted=True)

    def _on_open_wanted(self, path: str, line: int) -> None:
        self._documents.open(path, LineRange(line, line))

    def _on_edit_wanted(self, hunk_id: str) -> None:
        _change_set, change, hunk = self._review.state.hunk(hunk_id)
        self._documents.open(change.path, LineRange(hunk.start, hunk.start))
        self.editing.edit_in(self._window.editors.view_of(change.path), hunk_id)

    def _on_status_field_clicked(self, field: StatusField) -> None:
        if field is StatusField.TO_REVIEW:
            self.open()


def _tip(sets: Sequence[ChangeSet]) -> str:
    """What waits, in the status bar."""
    waiting = [
        (each.change_set_id, change.path, hunk)
        for each in sets
        for change in each.files
        for hunk in change.hunks
        if hunk.decision is Decision.PENDING
    ]
    counts = (
        (len({path for _turn, path, _hunk in waiting}), "file"),
        (len({turn for turn, _path, _hunk in waiting}), "turn"),
        (sum(hunk.state is HunkState.CONFLICT for *_, hunk in waiting), "conflict"),
        (sum(hunk.needs_look for *_, hunk in waiting), "uncertain change"),
    )
    said = ", ".join(f"{count} {noun}{'s' * (count != 1)}" for count, noun in counts if count)
    return f"Open the review: {said}" if said else "Open the review"
