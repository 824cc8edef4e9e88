"""Brings turns, stored or running, into the transcript."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.sent_requests import RequestFound
from copilot_desktop.conversation.events import (
    ErrorNotice,
    ReasoningArrived,
    RetryScheduled,
    TextArrived,
    TurnFinished,
    TurnStarted,
    TurnStatus,
)
from copilot_desktop.conversation.turns import StoredTurn, TurnMode, TurnRequest
from copilot_desktop.edits.change_sets import ChangeSet
from copilot_desktop.ui.chat import figures
from copilot_desktop.ui.chat.cards import ErrorText
from copilot_desktop.ui.chat.proposal_summary import summary_of
from copilot_desktop.ui.chat.transcript import Transcript
from copilot_desktop.ui.chat.turn_view import TurnHead, TurnView
from copilot_desktop.ui.theme.theme import Theme

_TURNS_AT_ONCE = 20
# Of stored turns so much is drawn between two events.
_EVENT_S = 0.008
_PIECE_CHARACTERS = 2000
_SETTLING_MS = 100
# Errors that another attempt cannot mend before something was changed.
_SETTINGS_KINDS = frozenset({"auth", "keyring"})


class ConversationView(QObject):
    """Owns the transcript and knows the turns of the conversation that are not shown yet."""

    turn_shown = Signal(object)
    """Carries a new `TurnView`."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.transcript = Transcript(theme)
        self.transcript.turn_added.connect(self.turn_shown)
        self.transcript.earlier_chosen.connect(self._on_earlier_chosen)
        self._turns: tuple[StoredTurn, ...] = ()
        self._shown_from = 0
        self._drawing: Iterator[None] = iter(())
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._on_next_timeout)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLING_MS)
        self._settling.timeout.connect(self._on_settling_timeout)

    def show_turns(self, turns: tuple[StoredTurn, ...]) -> None:
        """Show a stored conversation, its newest turns first of all; over several events when there is much."""
        self.transcript.clear()
        self._turns = turns
        self._shown_from = len(turns)
        self._show_earlier()

    def begin(self, request: TurnRequest) -> None:
        """Show a turn that was just sent."""
        self.transcript.add_turn(TurnHead(request.turn_id, request.prompt, request.items, request.mode))

    def take(self, event: object) -> None:
        """Show what happened in a turn."""
        match event:
            case TurnStarted(turn_id, omitted_turns, note):
                view = self.transcript.turn(turn_id)
                if view is not None and (omitted_turns or note):
                    view.show_omitted(omitted_turns, note)
            case TextArrived(turn_id, text):
                self._with(turn_id, lambda view: view.feed(text))
            case ReasoningArrived(turn_id, text):
                self._with(turn_id, lambda view: view.feed_reasoning(text))
            case RetryScheduled(turn_id, delay_s, reason):
                self._with(turn_id, lambda view: view.show_retry(reason, delay_s))
            case TurnFinished():
                self._with(event.turn_id, lambda view: _finish(view, event))
            case _:
                pass

    def offer_request(self, found: RequestFound) -> None:
        """Offer to show what was sent for a turn."""
        self._with(found.turn_id, lambda view: view.offer_request())

    def show_change_set(self, change_set: ChangeSet, *, is_unsaved: bool = False) -> None:
        """Show or refresh a proposal's card below its turn; `is_unsaved`: a tab of its files has unsaved changes."""
        view = self.transcript.turn(change_set.turn_id)
        if view is None:
            return
        before = next(
            (card.summary for card in view.proposals if card.summary.change_set_id == change_set.change_set_id), None
        )
        view.show_proposal(summary_of(change_set, before, is_unsaved=is_unsaved))

    def _with(self, turn_id: str, show: object) -> None:
        view = self.transcript.turn(turn_id)
        if view is not None and callable(show):
            show(view)

    def _show_earlier(self) -> None:
        first = max(self._shown_from - _TURNS_AT_ONCE, 0)
        wanted, self._shown_from = self._turns[first : self._shown_from], first
        self._drawing = self._draw(wanted)
        self._on_next_timeout()

    def _draw(self, turns: Sequence[StoredTurn]) -> Iterator[None]:
        """Draw stored turns above those that are there, from the newest to the oldest, a piece at a time."""
        self.transcript.set_has_earlier(False)
        self._settling.stop()
        self.transcript.keep_from_end(True)
        for turn in reversed(turns):
            view = self.transcript.add_earlier_turn(TurnHead(turn.turn_id, turn.prompt, turn.items, turn.mode))
            if turn.reasoning:
                view.feed_reasoning(turn.reasoning)
            for piece in _pieces(turn.answer):
                view.feed_kept(piece)
                if len(turn.answer) > _PIECE_CHARACTERS:
                    yield
            _finish(view, _finished(turn))
            yield
        # The last heights arrive with the events that follow.
        self._settling.start()
        self.transcript.set_has_earlier(self._shown_from > 0)

    def _on_settling_timeout(self) -> None:
        self.transcript.keep_from_end(False)

    def _on_next_timeout(self) -> None:
        end = time.monotonic() + _EVENT_S
        for _drawn in self._drawing:
            if time.monotonic() >= end:
                self._next.start()
                return

    def _on_earlier_chosen(self) -> None:
        self._show_earlier()


def _pieces(answer: str) -> Iterator[str]:
    """An answer in pieces that are quickly drawn, each up to the end of a line where there is one."""
    start = 0
    while start < len(answer):
        end = answer.rfind("\n", start, start + _PIECE_CHARACTERS) + 1
        end = end if end > start else start + _PIECE_CHARACTERS
        yield answer[start:end]
        start = end


def _finished(turn: StoredTurn) -> TurnFinished:
    return TurnFinished(
        turn.turn_id,
        turn.status,
        error=turn.error,
        usage=turn.usage,
        cost_usd=turn.cost_usd,
        first_token_s=turn.first_token_s,
        duration_s=turn.duration_s,
        note=turn.note if turn.mode is TurnMode.CHAT else "",
    )


def _finish(view: TurnView, event: TurnFinished) -> None:
    mark = event.note
    if event.status is TurnStatus.STOPPED:
        mark = "Stopped. What had arrived is kept." if view.answer.text else "Stopped before anything arrived."
    elif event.status is TurnStatus.FAILED and view.answer.text:
        mark = "Cut off here."
    view.finish(mark)
    if event.error is not None:
        view.show_error(_error_text(event.error))
    usage = event.usage
    duration = event.duration_s or None
    line = figures.turn(usage.input_tokens, usage.output_tokens, event.cost_usd, event.first_token_s, duration)
    view.show_footer(line)


def _error_text(error: ErrorNotice) -> ErrorText:
    return ErrorText(
        error.message,
        error.advice,
        error.detail,
        can_retry=True,
        opens_models=error.kind in _SETTINGS_KINDS or error.kind == "model",
    )
