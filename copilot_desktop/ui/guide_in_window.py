"""The guided first change on the sample project: ask, read the proposal, accept it, take it back.

It follows what really happens: whoever uses a key or another button instead of the bar's comes to the same steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication

from copilot_desktop.bridge.chat.turns import TurnSent
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.conversation.events import TurnFinished, TurnStatus
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits.change_sets import ChangeHunk, Decision
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.guide_bar import GuideBar
from copilot_desktop.ui.guide_words import READ, UNDO, Deed, Standing, words_of
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.sample_project import guided_change


@dataclass(frozen=True, slots=True)
class GuideParts:
    """What the guide needs of a window. `when_texts_are_back` calls once a folder's tabs are there."""

    window: MainWindow
    workspace: WorkspaceController
    documents: DocumentsController
    chat: ChatInWindow
    review: ReviewController
    when_texts_are_back: Callable[[Callable[[], None]], None]


class GuideInWindow(QObject):
    """Of one window. `begin_in` says where; the bar comes once that folder is open, and goes with it."""

    def __init__(self, parts: GuideParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._folder: Path | None = None
        self._stands: Standing | None = None
        """None while nobody is led."""
        self._turn_id = ""
        self._deed = Deed.NONE
        self._has_looked = False
        self.bar = GuideBar()
        self.bar.hide()
        parts.window.add_above_editors(self.bar)
        self.bar.chosen.connect(self._on_chosen)
        self.bar.ended.connect(self.end)
        parts.workspace.opened.connect(self._on_workspace_opened)
        parts.window.editors.view_added.connect(self._on_view_added)
        parts.chat.turns.sent.connect(self._on_sent)
        parts.chat.turns.turn_event.connect(self._on_turn_event)
        parts.review.changed.connect(self._on_review_changed)

    def begin_in(self, folder: Path) -> None:
        """Begin as soon as this folder is open."""
        self.end()
        self._folder = folder.resolve()
        starter = self._parts.chat.models.starter
        if not self._has_looked:
            self._has_looked = True
            starter.changed.connect(self._on_starter_changed)
        starter.look()

    def end(self) -> None:
        """Say nothing more; what was done stays."""
        focused = QApplication.focusWidget()
        if focused is not None and self.bar.isAncestorOf(focused):
            self._parts.window.editors.setFocus()
        self._folder = self._stands = None
        self._turn_id = ""
        self.bar.hide()

    def _on_workspace_opened(self, workspace: Workspace) -> None:
        if self._folder is None or self._folder != workspace.root:
            self.end()
            return
        self._stands = Standing(guided_change(), self._parts.chat.models.current)
        self._parts.when_texts_are_back(self._open_file)

    def _open_file(self) -> None:
        if self._stands is not None:
            self._parts.documents.open(self._stands.change.path)

    def _on_view_added(self, view: EditorView) -> None:
        if self._stands is not None and not self._turn_id and view.path == self._stands.change.path:
            # Its tab takes the keyboard once it is there; here it belongs into the prompt.
            QTimer.singleShot(0, self, self._prepare)

    def _on_starter_changed(self, _state: object) -> None:
        """Whether the built-in model can be asked is known only now."""
        if self._stands is not None and not self._turn_id and self.bar.isHidden():
            self._prepare()

    def _prepare(self) -> None:
        """Select the lines, and write the prompt: what is left is to send it."""
        view, chat = self._view(), self._parts.chat
        starter = chat.models.starter.state
        if self._stands is None or view is None or starter.is_there is None:
            return
        change = self._stands.change
        self._turn_id = ""
        lines = split_lines(view.text())
        start = sum(len(line) for line in lines[: change.lines.start])
        view.select(start, start + sum(len(line) for line in lines[change.lines.start : change.lines.end]))
        if starter.is_there:
            chat.models.choose(BUILT_IN_PROFILE.name)
        self._parts.window.show_chat()
        prompt = chat.panel.composer.prompt
        prompt.setPlainText(change.prompt)
        prompt.moveCursor(QTextCursor.MoveOperation.End)
        chat.panel.add_selection()
        self._stands = Standing(change, chat.models.current)
        self.bar.show()
        self._show()

    def _view(self) -> EditorView | None:
        path = "" if self._stands is None else self._stands.change.path
        return self._parts.window.editors.view_of(path)

    def _hunks(self) -> list[ChangeHunk]:
        """The changes of the guided turn."""
        sets = self._parts.review.state.change_sets
        every = (each for each in sets if self._turn_id and each.turn_id == self._turn_id)
        return [hunk for each in every for change in each.files for hunk in change.hunks]

    def _show(self) -> None:
        """Say where it stands now."""
        if self._stands is None:
            return
        hunks, before = self._hunks(), self.bar.step
        self._stands = replace(self._stands, decisions=frozenset(hunk.decision for hunk in hunks))
        words = words_of(self._stands, self._key)
        if words.step == UNDO:
            self._stands = replace(self._stands, was_accepted=True)
        view = self._view()
        if words.step in (READ, UNDO) and words.step != before and view is not None:
            # With the caret in it the keys that are named decide about it.
            view.show_lines(LineRange(hunks[0].start, hunks[0].end))
        self._deed = words.deed
        self.bar.show_step(words.step, words.sentence, words.deed.value)

    def _key(self, action_id: str) -> str:
        commands = self._parts.window.commands
        return commands.shortcut_text(action_id) or f"“{commands.qaction(action_id).text().replace('&', '')}”"

    def _on_chosen(self) -> None:
        chat, review = self._parts.chat, self._parts.review
        if self._deed is Deed.SEND:
            chat.panel.composer.send.click()
        elif self._deed is Deed.READ and self._stands is not None:
            self._stands = replace(self._stands, has_read=True)
            self._show()
        elif self._deed is Deed.ACCEPT:
            review.accept([hunk.hunk_id for hunk in self._hunks() if hunk.decision is Decision.PENDING])
        elif self._deed is Deed.UNDO:
            review.undo_accept([hunk.hunk_id for hunk in self._hunks() if hunk.decision is Decision.ACCEPTED])
        elif self._deed is Deed.MODELS:
            chat.show_settings("Models")
        elif self._deed is Deed.AGAIN:
            chat.turns.new_conversation()
            self._prepare()

    def _on_sent(self, sent: TurnSent) -> None:
        request, stands = sent.request, self._stands
        if stands is not None and any(item.path == stands.change.path for item in request.items):
            self._turn_id = request.turn_id
            self._stands = Standing(stands.change, request.profile, is_sent=True)
            self._show()

    def _on_turn_event(self, event: object) -> None:
        if self._stands is None or not isinstance(event, TurnFinished) or event.turn_id != self._turn_id:
            return
        problem = "You stopped the answer." if event.status is TurnStatus.STOPPED else ""
        if event.error is not None:
            problem = f"{event.error.message} {event.error.advice}".rstrip()
        has_change = event.proposal is not None and bool(event.proposal.files)
        # A change is shown once it is in the review, in a moment.
        self._stands = replace(self._stands, has_ended=not has_change, problem=problem)
        self._show()

    def _on_review_changed(self, _event: object) -> None:
        if self._turn_id and self._hunks():
            self._show()
