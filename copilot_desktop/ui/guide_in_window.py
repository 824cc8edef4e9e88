"""The guided first change on the sample project: ask, read the proposal, accept it, take it back.

It follows what really happens: whoever uses a key or another button instead of the bar's comes to the same steps.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
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
from copilot_desktop.ui.guide_bar import STEPS, GuideBar
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.sample_project import GuidedChange, guided_change

_ASK, _READ, _ACCEPT, _UNDO = range(len(STEPS))
_DONE = len(STEPS)
WhenBack = Callable[[Callable[[], None]], None]


class GuideInWindow(QObject):
    """Of one window. `begin_in` says where; the bar comes once that folder is open, and goes with it."""

    def __init__(
        self,
        window: MainWindow,
        workspace: WorkspaceController,
        documents: DocumentsController,
        chat: ChatInWindow,
        review: ReviewController,
        when_texts_are_back: WhenBack,
    ) -> None:
        super().__init__(window)
        self._window, self._documents, self._chat, self._review = window, documents, chat, review
        self._when_back = when_texts_are_back
        self._folder: Path | None = None
        self._change: GuidedChange | None = None
        self._turn_id = ""
        self._has_ended = self._has_read = self._was_accepted = False
        self._next: Callable[[], object] = self.end
        self.bar = GuideBar()
        self.bar.hide()
        window.add_above_editors(self.bar)
        self.bar.chosen.connect(self._on_chosen)
        self.bar.ended.connect(self.end)
        workspace.opened.connect(self._on_workspace_opened)
        window.editors.view_added.connect(self._on_view_added)
        chat.turns.sent.connect(self._on_sent)
        chat.turns.turn_event.connect(self._on_turn_event)
        review.changed.connect(self._on_review_changed)

    def begin_in(self, folder: Path) -> None:
        """Begin as soon as this folder is open."""
        self.end()
        self._folder = folder

    def end(self) -> None:
        """Say nothing more; what was done stays."""
        focused = QApplication.focusWidget()
        if focused is not None and self.bar.isAncestorOf(focused):
            self._window.editors.setFocus()
        self._folder = self._change = None
        self._turn_id = ""
        self.bar.hide()

    def _on_workspace_opened(self, workspace: Workspace) -> None:
        folder = self._folder
        if folder is None or folder.name != workspace.root.name:
            self.end()
            return
        self._change = guided_change()
        self._when_back(self._open_file)

    def _open_file(self) -> None:
        if self._change is None:
            return
        view = self._window.editors.view_of(self._change.path)
        if view is None:
            self._documents.open(self._change.path)
        else:
            self._prepare()

    def _on_view_added(self, view: EditorView) -> None:
        if self._change is not None and not self._turn_id and view.path == self._change.path:
            # Its tab takes the keyboard once it is there; here it belongs into the prompt.
            QTimer.singleShot(0, self, self._prepare)

    def _prepare(self) -> None:
        """Select the lines, and write the prompt: what is left is to send it."""
        change = self._change
        view = None if change is None else self._window.editors.view_of(change.path)
        if change is None or view is None:
            return
        self._turn_id = ""
        self._has_ended = self._has_read = self._was_accepted = False
        lines = split_lines(view.text())
        start = sum(len(line) for line in lines[: change.lines.start])
        view.select(start, start + sum(len(line) for line in lines[change.lines.start : change.lines.end]))
        if self._chat.models.starter.state.is_there:
            self._chat.models.choose(BUILT_IN_PROFILE.name)
        self._window.show_chat()
        self._chat.panel.composer.prompt.setPlainText(change.prompt)
        self._chat.panel.add_selection()
        self.bar.show()
        self._show()

    def _hunks(self) -> list[ChangeHunk]:
        """The changes of the guided turn."""
        every = (each for each in self._review.state.change_sets if self._turn_id and each.turn_id == self._turn_id)
        return [hunk for each in every for change in each.files for hunk in change.hunks]

    def _show(self) -> None:
        """Say where it stands now."""
        if self._change is None:
            return
        hunks = self._hunks()
        decisions = {hunk.decision for hunk in hunks}
        if not self._turn_id:
            self._show_ask()
        elif not hunks and not self._has_ended:
            sentence = "The model is loaded, reads the lines and answers: a few seconds, more on a busy machine."
            self.bar.show_step(_ASK, f"{sentence} Esc stops it.")
        elif not hunks:
            self._offer_again("The answer brought no change that fits: it is in the chat.")
        elif Decision.ACCEPTED in decisions:
            self._show_undo(hunks)
        elif Decision.REJECTED in decisions:
            self._offer_again("You rejected the change, so nothing was written.")
        elif self._was_accepted:
            self._show_done()
        elif not self._has_read:
            sentence = "Red lines would go, green ones would come. Nothing is written yet: the file is as it was."
            self._offer(_READ, sentence, "I have read it", self._on_read)
        else:
            accept, reject = self._key("review.accept_here"), self._key("review.reject_here")
            sentence = f"{accept} accepts the change and writes the file at once; {reject} would reject it."
            self._offer(_ACCEPT, sentence, "Accept it", self._accept)

    def _show_ask(self) -> None:
        change = self._change
        if change is None:
            return
        count = len(change.lines)
        sentence = (
            f"{count} lines of {change.path} are selected and go with the prompt in the chat, “{change.prompt}”. Enter "
            "sends it. Nothing else is sent, and the built-in model runs on this machine."
        )
        self._offer(_ASK, sentence, "Send the prompt", self._send)

    def _show_undo(self, hunks: list[ChangeHunk]) -> None:
        if not self._was_accepted:
            self._was_accepted = True
            view = None if self._change is None else self._window.editors.view_of(self._change.path)
            accepted = [hunk for hunk in hunks if hunk.decision is Decision.ACCEPTED]
            if view is not None and accepted:
                # With the caret in it the key takes it back.
                view.show_lines(LineRange(accepted[0].start, accepted[0].end))
        path = "" if self._change is None else self._change.path
        undo = self._key("review.undo_accept_here")
        sentence = f"It is written: {path} has the new lines. {undo} takes back this change and nothing else."
        self._offer(_UNDO, sentence, "Take it back", self._take_back)

    def _show_done(self) -> None:
        sentence = (
            "That was all of it: asked, read, accepted, taken back. The file is as it was, and the change waits for "
            "you again. The built-in model is tiny; for your own work connect another one."
        )
        self._offer(_DONE, sentence, "Connect a model…", partial(self._chat.show_settings, "Models"))

    def _offer_again(self, why: str) -> None:
        self._offer(_ASK, f"{why} The model is tiny: that may happen.", "Prepare it again", self._again)

    def _offer(self, step: int, sentence: str, button: str, run: Callable[[], object]) -> None:
        self._next = run
        self.bar.show_step(step, sentence, button)

    def _key(self, action_id: str) -> str:
        commands = self._window.commands
        return commands.shortcut_text(action_id) or f"“{commands.qaction(action_id).text().replace('&', '')}”"

    def _send(self) -> None:
        self._chat.panel.composer.send.click()

    def _on_read(self) -> None:
        self._has_read = True
        self._show()

    def _accept(self) -> None:
        self._review.accept([hunk.hunk_id for hunk in self._hunks() if hunk.decision is Decision.PENDING])

    def _take_back(self) -> None:
        self._review.undo_accept([hunk.hunk_id for hunk in self._hunks() if hunk.decision is Decision.ACCEPTED])

    def _again(self) -> None:
        self._chat.turns.new_conversation()
        self._prepare()

    def _on_chosen(self) -> None:
        self._next()

    def _on_sent(self, sent: TurnSent) -> None:
        request, change = sent.request, self._change
        if change is not None and any(item.path == change.path for item in request.items):
            self._turn_id = request.turn_id
            self._has_ended = self._has_read = self._was_accepted = False
            self._show()

    def _on_turn_event(self, event: object) -> None:
        if not isinstance(event, TurnFinished) or event.turn_id != self._turn_id:
            return
        self._has_ended = True
        if event.status is TurnStatus.STOPPED:
            self._offer(_ASK, "You stopped the answer.", "Prepare it again", self._again)
        elif event.error is not None:
            sentence = f"{event.error.message} {event.error.advice}".rstrip()
            self._offer(_ASK, sentence, "Prepare it again", self._again)
        elif event.proposal is None or not event.proposal.files:
            self._show()

    def _on_review_changed(self, _event: object) -> None:
        if self._turn_id and self._hunks():
            self._show()
