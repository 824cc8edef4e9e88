"""Drafts of commit messages: planned of what is staged, seen before it is sent, told as the answer arrives."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.chosen_secrets import APART, SecretRow, SecretUse, Way
from copilot_desktop.bridge.findings.controller import FindingsParts, request_words
from copilot_desktop.bridge.findings.events import DraftChanged
from copilot_desktop.bridge.findings.planning import NotPlanned, Planning
from copilot_desktop.bridge.git.events import StatusRead
from copilot_desktop.bridge.question import Question
from copilot_desktop.bridge.request_words import Phase
from copilot_desktop.conversation.drafted_message import drafted_message
from copilot_desktop.conversation.events import RetryScheduled, TurnFinished
from copilot_desktop.workspace.git.values import INDEX, GitChange

if TYPE_CHECKING:
    # Loads pygit2: on a worker.
    from copilot_desktop.conversation.findings.planning import PlannedReview
    from copilot_desktop.workspace.git.repository import GitRepository

_EMPTY = "The answer holds no message."


class MessageDrafts(QObject):
    """Of one window. GUI thread only."""

    changed = Signal(object)
    """Carries one `DraftChanged`."""
    asked = Signal(object)
    """Carries one `TurnFinished`: a request has ended, and has its price."""

    def __init__(self, parts: FindingsParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._question = Question(parts.git.async_thread, parts.runner, self)
        self._question.arrived.connect(self._on_arrived)
        self._question.waiting.connect(self._on_waiting)
        self._question.ended.connect(self._on_ended)
        self._planned: PlannedReview | None = None
        self._staged: tuple[GitChange, ...] = ()
        self._plan_again: Callable[[], None] = lambda: None
        self._planning = Planning(parts.git)
        self.state = DraftChanged(Phase.RESTING)
        """What was told last."""
        parts.git.status_changed.connect(self._on_status_changed)

    def plan(self, typed: str) -> None:
        """Read what is staged, and make the request; `typed` is what the user has begun to write."""
        if self.state.phase not in (Phase.PLANNING, Phase.ASKING):
            self._plan(typed)

    def _plan(self, typed: str) -> None:
        workspace = self._parts.git.workspace
        if workspace is None:
            return
        self._staged = self._staged_now()
        profile, counts = self._parts.profile(), self._parts.counts
        border_of, choices = self._parts.border_of, self._parts.secrets.of(APART, Way.MESSAGE)
        self._plan_again = partial(self._plan, typed)

        def work(repository: GitRepository) -> PlannedReview:
            from copilot_desktop.conversation.changes_text import read_for_model
            from copilot_desktop.conversation.commit_message import EXAMPLES, plan_message
            from copilot_desktop.workspace.git.committing import recent_messages
            from copilot_desktop.workspace.git.comparing import changes_of

            changes = read_for_model(repository, border_of(workspace), changes_of(repository, INDEX))
            told = recent_messages(repository, EXAMPLES)
            return plan_message(profile, changes, told, typed, counts.of(profile).count, choices)

        def done(planned: PlannedReview) -> None:
            self._planned = planned
            self._tell(DraftChanged(Phase.PLANNED, request_words(planned, self._parts.secrets, Way.MESSAGE)))

        def refused(why: NotPlanned) -> None:
            self._tell(DraftChanged(Phase.RESTING, said=why.said, is_error=True, hidden=why.hidden))

        self._tell(DraftChanged(Phase.PLANNING))
        self._planning.begin(work, done, refused)

    def choose(self, row: SecretRow, use: SecretUse) -> None:
        """A secret in what was planned is to be sent so: it is planned anew."""
        self._parts.secrets.choose(row, use)
        self.plan_again()

    def plan_again(self) -> None:
        """What is not sent yet is to be planned anew: a file is allowed that was left out."""
        if self.state.phase in (Phase.PLANNED, Phase.PLANNING) or self.state.hidden:
            self._plan_again()

    def cancel(self) -> None:
        """Do not send what was planned."""
        if self.state.phase in (Phase.PLANNED, Phase.PLANNING):
            self._planning.drop()
            self._planned = None
            self._tell(DraftChanged(Phase.RESTING))

    def send(self) -> None:
        """Send what was planned, exactly as it was shown."""
        planned, self._planned = self._planned, None
        if planned is not None and self.state.phase is Phase.PLANNED:
            self._parts.secrets.spend(Way.MESSAGE)
            self._tell(DraftChanged(Phase.ASKING, self.state.request))
            self._question.ask(planned.request)

    def stop(self) -> None:
        """Stop the answer; what has come stays."""
        if self.state.phase is Phase.ASKING:
            text = drafted_message(self._question.answer, is_whole=True)
            self._question.stop()
            self._tell(DraftChanged(Phase.RESTING, None, text, "Stopped."))

    def _on_arrived(self, answer: str) -> None:
        text = drafted_message(answer, is_whole=False)
        self._tell(DraftChanged(Phase.ASKING, self.state.request, text))

    def _on_waiting(self, waiting: RetryScheduled) -> None:
        said = f"{waiting.reason} The request goes out again in {waiting.delay_s:.0f} seconds."
        self._tell(DraftChanged(Phase.ASKING, self.state.request, self.state.text, said))

    def _on_ended(self, finished: TurnFinished) -> None:
        text, error = drafted_message(self._question.answer, is_whole=True), finished.error
        said = finished.note if error is None else f"{error.message} {error.advice}".strip()
        if not said and not text:
            said = _EMPTY
        self._tell(DraftChanged(Phase.RESTING, None, text, said, is_error=error is not None))
        self.asked.emit(finished)

    def _staged_now(self) -> tuple[GitChange, ...]:
        status = self._parts.git.status
        return () if status is None else status.staged

    def _on_status_changed(self, _read: StatusRead) -> None:
        if self.state.phase is Phase.PLANNED and self._staged_now() != self._staged:
            # What would be sent is no longer what is staged.
            self.cancel()

    def _tell(self, state: DraftChanged) -> None:
        self.state = state
        self.changed.emit(state)
