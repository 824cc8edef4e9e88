"""Older turns summarised by the model: planned, seen with its price, sent, kept, edited and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from copilot_desktop.assembly import Core
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.opened_conversation import ConversationOpened
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.chosen_secrets import ChosenSecrets, SecretPlace, SecretRow, SecretUse, Way
from copilot_desktop.bridge.question import Question
from copilot_desktop.bridge.request_words import Phase, RequestWords
from copilot_desktop.conversation.asking import QuestionRunner
from copilot_desktop.conversation.compacting import Compactor, PlannedSummary
from copilot_desktop.conversation.events import RetryScheduled, TurnFinished
from copilot_desktop.conversation.sent_text import sent_text
from copilot_desktop.conversation.summaries import Summary
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.values import dataclass

_NEW: str = "There is nothing to summarise yet: no prompt was sent in this conversation."


@dataclass(frozen=True, slots=True)
class CompactionChanged:
    """How it stands. `said` is a sentence on what came of it, or on what goes on."""

    phase: Phase
    request: RequestWords | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class SummariesChanged:
    """The summaries of the conversation that is shown, of all its branches; `made` has just come."""

    summaries: tuple[Summary, ...]
    made: Summary | None = None


class CompactionController(QObject):
    """Of one window. GUI thread."""

    changed = Signal(object)
    """Carries one `CompactionChanged`."""
    summaries_changed = Signal(object)
    """Carries one `SummariesChanged`."""
    asked = Signal(object)
    """Carries one `TurnFinished`: a request has ended, and has its price."""

    def __init__(
        self,
        thread: AsyncThread,
        core: Core,
        turns: TurnController,
        profile: Callable[[], Profile],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread, self._turns, self._profile = thread, turns, profile
        self._compactor = Compactor(core.conversations, core.counts, core.catalogue.complete)
        self._question = Question(thread, QuestionRunner(core.client, core.ledger.records_of), self)
        self._question.waiting.connect(self._on_waiting)
        self._question.ended.connect(self._on_ended)
        self._planned: PlannedSummary | None = None
        self._ticket = 0
        self._is_sent_at_once = False
        self.summaries: tuple[Summary, ...] = ()
        self.state = CompactionChanged(Phase.RESTING)
        """What was told last."""
        turns.conversation_opened.connect(self._on_conversation_opened)

    def plan(self, *, is_sent_at_once: bool = False) -> None:
        """Make the request for the branch that is shown; `is_sent_at_once`: the settings say so."""
        if self.state.phase not in (Phase.PLANNING, Phase.ASKING):
            self._plan(is_sent_at_once=is_sent_at_once)

    def _plan(self, *, is_sent_at_once: bool) -> None:
        conversation, leaf_id = self._turns.conversation, self._turns.branch.leaf_id
        if conversation is None or not leaf_id:
            self._tell(CompactionChanged(Phase.RESTING, said=_NEW))
            return
        self._ticket += 1
        self._is_sent_at_once = is_sent_at_once
        ticket, profile, outcomes = self._ticket, self._profile(), self._turns.outcomes()
        choices = self._turns.secrets.of(conversation.conversation_id, Way.SUMMARY)

        def work() -> PlannedSummary:
            return self._compactor.plan(conversation.conversation_id, leaf_id, profile, outcomes, choices)

        def done(planned: PlannedSummary) -> None:
            if ticket != self._ticket:
                return
            self._planned = planned
            self._tell(CompactionChanged(Phase.PLANNED, _words(planned, self._turns.secrets)))
            if self._is_sent_at_once:
                self.send()

        self._tell(CompactionChanged(Phase.PLANNING))
        self._thread.run_in_worker(work, done, lambda error: self._fail(error) if ticket == self._ticket else None)

    def choose(self, row: SecretRow, use: SecretUse) -> None:
        """A secret in what was planned is to be sent so: it is planned anew."""
        self._turns.secrets.choose(row, use)
        if self.state.phase in (Phase.PLANNED, Phase.PLANNING):
            self._plan(is_sent_at_once=False)

    def cancel(self) -> None:
        """Do not send what was planned."""
        if self.state.phase in (Phase.PLANNED, Phase.PLANNING):
            self._ticket += 1
            self._planned = None
            self._tell(CompactionChanged(Phase.RESTING))

    def send(self) -> None:
        """Send what was planned, exactly as it was shown."""
        if self._planned is not None and self.state.phase is Phase.PLANNED:
            self._turns.secrets.spend(Way.SUMMARY)
            self._tell(CompactionChanged(Phase.ASKING, self.state.request))
            self._question.ask(self._planned.request)

    def stop(self) -> None:
        """Close the socket: all stays as it was."""
        if self.state.phase is Phase.ASKING:
            self._question.stop()
            self._planned = None
            self._tell(CompactionChanged(Phase.RESTING, said="Stopped. The turns are sent as they were."))
        else:
            self.cancel()

    def edit(self, summary: Summary, text: str) -> None:
        """Send another text in place of the turns from now on."""
        profile = self._profile()
        self._change(lambda: self._compactor.edit(summary, text, profile))

    def use(self, summary: Summary, is_used: bool) -> None:
        """Send a summary in place of its turns, or the turns again."""
        self._change(lambda: self._compactor.summaries.save(replace(summary, is_used=is_used)))

    def delete(self, summary: Summary) -> None:
        """Forget a summary."""
        self._change(lambda: self._compactor.summaries.delete(summary.summary_id))

    def read(self) -> None:
        """Read the summaries of the conversation that is shown; `summaries_changed` answers."""
        self._change(lambda: None)

    def _change(self, work: Callable[[], object], made: Summary | None = None) -> None:
        conversation_id = self._turns.place.conversation_id

        def change() -> tuple[Summary, ...]:
            work()
            return self._compactor.summaries.of_conversation(conversation_id)

        def done(summaries: tuple[Summary, ...]) -> None:
            if conversation_id == self._turns.place.conversation_id:
                self.summaries = summaries
                self.summaries_changed.emit(SummariesChanged(summaries, made))

        self._thread.run_in_worker(change, done, self._fail)

    def _on_waiting(self, waiting: RetryScheduled) -> None:
        said = f"{waiting.reason} The request goes out again in {waiting.delay_s:.0f} seconds."
        self._tell(CompactionChanged(Phase.ASKING, self.state.request, said))

    def _on_ended(self, finished: TurnFinished) -> None:
        planned, self._planned = self._planned, None
        self.asked.emit(finished)
        if planned is None:
            return
        if finished.error is not None:
            said = f"The turns were not summarised. {finished.error.message} {finished.error.advice}".strip()
            self._tell(CompactionChanged(Phase.RESTING, said=said))
            return
        answer = self._question.answer

        def done(summary: Summary) -> None:
            self._tell(CompactionChanged(Phase.RESTING, said=finished.note))
            self._change(lambda: None, summary)

        self._thread.run_in_worker(lambda: self._compactor.keep(planned, answer, finished), done, self._fail)

    def _on_conversation_opened(self, _opened: ConversationOpened) -> None:
        self.cancel()
        self.summaries = ()
        self.read()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        said = f"{error.message} {error.advice}".strip()
        self._tell(CompactionChanged(Phase.RESTING, said=said))

    def _tell(self, state: CompactionChanged) -> None:
        self.state = state
        self.changed.emit(state)


def _words(planned: PlannedSummary, secrets: ChosenSecrets) -> RequestWords:
    profile = planned.request.profile
    usd = None if profile.price is None else planned.tokens * profile.price.input_usd / 1_000_000
    turns = "1 older turn" if planned.turn_count == 1 else f"{planned.turn_count} older turns"
    cut = ""
    if planned.cut_count:
        of = "1 long turn" if planned.cut_count == 1 else f"{planned.cut_count} long turns"
        cut = f"The model cannot take all of it at once: the middle of {of} is not sent."
    kept = "1 turn stays" if planned.kept_count == 1 else f"{planned.kept_count} turns stay"
    tip = f"They take {planned.before_tokens:,} tokens of each request now. The newest {kept} as before."
    text = sent_text(planned.request)
    places = (SecretPlace(planned.conversation_id, seen, "in these turns") for seen in planned.request.secrets)
    rows = secrets.rows(Way.SUMMARY, places)
    return RequestWords(turns, planned.tokens, profile.limit_tokens, usd, profile.model, cut, text, tip, rows)
