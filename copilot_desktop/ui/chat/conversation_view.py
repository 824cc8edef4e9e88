"""Brings turns, stored or running, into the transcript."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.chat.running_turn import TurnProgress
from copilot_desktop.bridge.chat.sent_requests import RequestFound
from copilot_desktop.conversation.events import (
    ErrorNotice,
    ReadingChanged,
    ReasoningArrived,
    RepairArrived,
    RepairFinished,
    RepairStarted,
    RetryScheduled,
    TextArrived,
    TurnFinished,
    TurnStarted,
    TurnStatus,
)
from copilot_desktop.conversation.turn_calls import TurnCall
from copilot_desktop.conversation.turns import StoredTurn, TurnMode, TurnRequest
from copilot_desktop.edits.change_sets import ChangeSet
from copilot_desktop.ui import figures
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.chat.cards import ErrorText, label
from copilot_desktop.ui.chat.proposal_card import FileCount, ProposalSummary
from copilot_desktop.ui.chat.proposal_summary import summary_of
from copilot_desktop.ui.chat.transcript import Transcript
from copilot_desktop.ui.chat.turn_head import TurnHead
from copilot_desktop.ui.chat.turn_heights import guessed_height
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView

# So much of an answer is drawn at once, some milliseconds.
_PIECE_CHARACTERS = 500
_FENCE = "```"
DRAWN_CHARACTERS = 500_000
"""So much of an answer is drawn: every piece that is added to a longer one would hold up the window."""
_NOT_DRAWN = (
    f"Only the first {DRAWN_CHARACTERS:,} characters of this answer are drawn. "
    "It is kept whole, and all its edits are read."
)


@dataclass(slots=True)
class _Record:
    """What is shown of a turn, to draw it again after it was dropped.

    `is_behind`: more has come than its view shows, which takes it in while it is drawn.
    """

    head: TurnHead
    answer: str = ""
    reasoning: str = ""
    readings: dict[int, TurnCall] = field(default_factory=dict)
    omitted: tuple[int, str] | None = None
    retry: RetryScheduled | None = None
    finished: TurnFinished | None = None
    is_behind: bool = False
    proposals: dict[str, ProposalSummary] = field(default_factory=dict)


class ConversationView(QObject):
    """Owns the transcript and knows what it shows of each turn, also of those that are not drawn."""

    turn_shown = Signal(object)
    """Carries a new `TurnView`."""
    refilled = Signal()
    """Other turns are shown."""
    text_changed = Signal(str)
    """Carries the turn whose text has grown, or that is new."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.transcript = Transcript(theme)
        self.transcript.draw_with(self._draw)
        self.transcript.turn_added.connect(self.turn_shown)
        self._records: dict[str, _Record] = {}
        self._copies: dict[str, str] = {}

    def show_turns(
        self, turns: tuple[StoredTurn, ...], turn_id: str = "", running: tuple[TurnProgress, ...] = ()
    ) -> None:
        """Show a stored conversation from its end, or from a turn; `running` are those of its turns that go on."""
        self._records = {turn.turn_id: _record_of(turn) for turn in turns}
        running = tuple(each for each in running if each.request.repair is None)
        self._copies = {turn.origin_id: turn.turn_id for turn in turns if turn.origin_id}
        for each in running:
            record = self._records[each.request.turn_id] = _Record(_head_of(each.request), is_behind=True)
            for event in each.events:
                _note(record, event)
        width = self.transcript.viewport().width()
        records = self._records.values()
        heights = [guessed_height(record.head.prompt, record.answer, width) for record in records]
        live = frozenset(each.request.turn_id for each in running)
        self.transcript.show_turns([record.head for record in records], heights, live)
        if turn_id:
            self.transcript.go_to(turn_id)
        self.refilled.emit()

    def begin(self, request: TurnRequest) -> None:
        """Show a turn that was just sent, after the one that it follows."""
        head = _head_of(request)
        if request.parent_id is not None:
            self.transcript.keep_until(request.parent_id)
        self._records[request.turn_id] = _Record(head)
        view = self.transcript.add_turn(head)
        self.text_changed.emit(request.turn_id)
        _announce_portions(view)

    @property
    def turn_ids(self) -> tuple[str, ...]:
        """The turns that are shown, also those that are not drawn, in order."""
        return self.transcript.turn_ids

    def drawn_view(self, turn_id: str) -> TurnView | None:
        """The widget of a turn, or of its copy in the conversation that is shown; None until it is drawn to its end."""
        turn_id = self._copies.get(turn_id, turn_id)
        return None if self.transcript.is_drawing(turn_id) else self.transcript.turn(turn_id)

    def knows(self, turn_id: str) -> bool:
        """Whether a turn or its copy is in the conversation that is shown, drawn or not."""
        return self._copies.get(turn_id, turn_id) in self._records

    def go_to(self, turn_id: str) -> None:
        """Put the beginning of a turn, or of its copy, at the top."""
        self.transcript.go_to(self._copies.get(turn_id, turn_id))

    def texts(self, turn_id: str) -> tuple[str, str]:
        """Prompt and answer of a turn, as they were written."""
        record = self._records.get(turn_id)
        return ("", "") if record is None else (record.head.prompt, record.answer)

    def head(self, turn_id: str) -> TurnHead | None:
        """What a turn began with, also of one that is not drawn."""
        record = self._records.get(turn_id)
        return None if record is None else record.head

    def answer(self, turn_id: str) -> str:
        """What has come of a turn's answer, also of one that is not drawn."""
        record = self._records.get(turn_id)
        return "" if record is None else record.answer

    def undecided_in(self, turn_ids: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """How many changes of these turns are not decided about, and in which files."""
        records = [self._records[turn_id] for turn_id in turn_ids if turn_id in self._records]
        pending = [summary for record in records for summary in record.proposals.values() if summary.undecided]
        paths = dict.fromkeys(file.path for summary in pending for file in summary.files)
        return sum(summary.undecided for summary in pending), tuple(paths)

    def take(self, event: object) -> None:
        """Show what happened in a turn; of other conversations nothing is shown."""
        record = self._records.get(getattr(event, "turn_id", ""))
        if record is None:
            return
        _note(record, event)
        if isinstance(event, RepairStarted | RepairArrived | RepairFinished):
            self._take_repair(record, event)
            return
        turn_id = record.head.turn_id
        if isinstance(event, TextArrived):
            self.text_changed.emit(turn_id)
        view = None if record.is_behind else self.transcript.turn(turn_id)
        match event:
            case TurnStarted(_, omitted_turns, note) if view is not None and (omitted_turns or note):
                view.show_omitted(omitted_turns, note)
            case TextArrived(_, text) if view is not None:
                _feed(view, record, text)
            case ReasoningArrived(_, text) if view is not None:
                view.feed_reasoning(text)
            case ReadingChanged(_, number, call) if view is not None:
                _show_reading(view, number, call)
                self.transcript.make_room(turn_id)
            case RetryScheduled(_, delay_s, reason) if view is not None:
                view.show_retry(reason, delay_s)
                self.transcript.make_room(turn_id)
            case TurnFinished():
                if view is not None:
                    _finish(view, event)
                    announce(view, _end_in_words(event))
                self.transcript.end_live(turn_id)

    def _take_repair(self, record: _Record, event: object) -> None:
        """Blocks of a turn that has ended are asked for once more: only its figures change."""
        view = self.transcript.turn(record.head.turn_id)
        if view is not None:
            view.end_retry()
        if view is not None and isinstance(event, RepairFinished) and record.finished is not None:
            view.figures.setText(_figures(record.finished))

    def offer_request(self, found: RequestFound) -> None:
        """Offer to show what was sent for a turn."""
        self._with(self._copies.get(found.turn_id, found.turn_id), lambda view: view.offer_request())

    def show_change_set(self, change_set: ChangeSet, *, is_unsaved: bool = False, is_part: bool = False) -> None:
        """Show or refresh a proposal's card below its turn; `is_unsaved`: a tab of its files has unsaved changes.

        `is_part`: these are not all hunks of the change set.
        """
        turn_id = self._copies.get(change_set.turn_id, change_set.turn_id)
        record = self._records.get(turn_id)
        if record is None:
            return
        before = record.proposals.get(change_set.change_set_id)
        summary = summary_of(change_set, before, is_unsaved=is_unsaved, is_part=is_part)
        record.proposals[change_set.change_set_id] = summary
        self._with(turn_id, lambda view: view.show_proposal(summary))
        self.transcript.make_room(turn_id)

    def show_arriving(self, turn_id: str, files: Sequence[FileCount]) -> None:
        """Show below a turn what its answer proposes so far; no files: nothing any more."""
        self._with(turn_id, lambda view: view.show_arriving(files))
        self.transcript.make_room(turn_id)

    def _with(self, turn_id: str, show: object) -> None:
        view = self.transcript.turn(turn_id)
        if view is not None and callable(show):
            show(view)

    def _draw(self, view: TurnView) -> Iterator[None]:
        """Draw what is known of a turn, a piece at a time; of one that goes on also what comes meanwhile."""
        record = self._records[view.head.turn_id]
        if record.omitted is not None:
            view.show_omitted(*record.omitted)
        reasoning = record.reasoning
        if reasoning:
            view.feed_reasoning(reasoning)
        for part in _parts(record):
            if isinstance(part, str):
                view.feed(part, is_kept=True)
                yield
            else:
                view.show_reading(*part)
        for number, call in record.readings.items():
            # What became of it meanwhile.
            view.show_reading(number, call)
        if len(record.answer) > DRAWN_CHARACTERS:
            view.add_card(label(_NOT_DRAWN, "muted", name="turn_not_drawn"))
        if len(record.reasoning) > len(reasoning):
            view.feed_reasoning(record.reasoning[len(reasoning) :])
        if record.finished is not None:
            _finish(view, record.finished)
        elif record.is_behind:
            _announce_portions(view)
            if record.retry is not None:
                view.show_retry(record.retry.reason, record.retry.delay_s)
        record.is_behind = False
        for summary in record.proposals.values():
            view.show_proposal(summary)


def _note(record: _Record, event: object) -> None:
    """Remember what happened in a turn."""
    record.retry = event if isinstance(event, RetryScheduled) else None
    match event:
        case TurnStarted(_, omitted_turns, note) if omitted_turns or note:
            record.omitted = (omitted_turns, note)
        case TextArrived(_, text):
            record.answer += text
        case ReasoningArrived(_, text):
            record.reasoning += text
        case ReadingChanged(_, number, call):
            record.readings[number] = call
        case RepairFinished() if record.finished is not None:
            if event.duration_s:
                record.finished = replace(
                    record.finished, usage=event.usage, cost_usd=event.cost_usd, duration_s=event.duration_s
                )
        case RepairFinished():
            pass
        case TurnFinished():
            record.finished = event


def _announce_portions(view: TurnView) -> None:
    """Let a screen reader say what comes."""
    for each in view.parts.views:
        each.portion_finished.connect(partial(announce, each))
    view.answer_added.connect(lambda added: added.portion_finished.connect(partial(announce, added)))


def _show_reading(view: TurnView, number: int, call: TurnCall) -> None:
    said = view.show_reading(number, call)
    if call.reading is not None and call.reading.result:
        announce(view, said)


def _feed(view: TurnView, record: _Record, text: str) -> None:
    """Draw what has come, up to what can be drawn without holding up the window."""
    room = DRAWN_CHARACTERS - (len(record.answer) - len(text))
    if room > 0:
        view.feed(text[:room])
        if len(text) > room:
            view.add_card(label(_NOT_DRAWN, "muted", name="turn_not_drawn"))


def _parts(record: _Record) -> Iterator[str | tuple[int, TurnCall]]:
    """The answer in pieces, and each look where it was made, with its number."""
    at, shown = 0, set[int]()
    for piece in _pieces(record):
        for number, call in list(record.readings.items()):
            if number not in shown and call.start < at + len(piece):
                shown.add(number)
                cut = max(call.start - at, 0)
                if cut:
                    yield piece[:cut]
                yield number, call
                at, piece = at + cut, piece[cut:]
        if piece:
            yield piece
        at += len(piece)
    for number, call in list(record.readings.items()):
        if number not in shown:
            yield number, call


def _pieces(record: _Record) -> Iterator[str]:
    """The answer of a turn, which may grow meanwhile, in pieces that are quickly drawn.

    Each goes up to the end of a line where there is one. A code block is coloured anew with each piece of it: of a long
    one the pieces grow.
    """
    start, fence, is_code = 0, 0, False
    while start < min(len(record.answer), DRAWN_CHARACTERS):
        answer = record.answer[:DRAWN_CHARACTERS]
        size = max(_PIECE_CHARACTERS, (start - fence) // 2) if is_code else _PIECE_CHARACTERS
        end = answer.rfind("\n", start, start + size) + 1
        # Not beyond what has come: more may come before the next piece is asked for.
        end = end if end > start else min(start + size, len(answer))
        piece = answer[start:end]
        yield piece
        if piece.count(_FENCE) % 2:
            is_code, fence = not is_code, start
        start = end


def _head_of(request: TurnRequest) -> TurnHead:
    return TurnHead(request.turn_id, request.prompt, request.items, request.mode)


def _record_of(turn: StoredTurn) -> _Record:
    head = TurnHead(turn.turn_id, turn.prompt, turn.items, turn.mode, turn.origin_id)
    readings = {at: call for at, call in enumerate(turn.calls) if call.reading is not None}
    omitted = (0, turn.begin_note) if turn.begin_note else None
    return _Record(head, turn.answer, turn.reasoning, readings, omitted, finished=_finished(turn))


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
        mark = "Stopped. What had arrived is kept." if view.parts.text else "Stopped before anything arrived."
    elif event.status is TurnStatus.FAILED and view.parts.text:
        mark = "Cut off here."
    view.finish(mark)
    if event.error is not None:
        view.show_error(_error_text(event.error))
    view.show_footer(_figures(event))


def _figures(event: TurnFinished) -> str:
    usage, duration = event.usage, event.duration_s or None
    return figures.turn(usage.input_tokens, usage.output_tokens, event.cost_usd, event.first_token_s, duration)


def _end_in_words(event: TurnFinished) -> str:
    """What a screen reader says at the end of an answer."""
    if event.error is not None:
        return f"{event.error.message} {event.error.advice}".strip()
    return "Answer stopped." if event.status is TurnStatus.STOPPED else f"Answer finished. {event.note}".strip()


def _error_text(error: ErrorNotice) -> ErrorText:
    return ErrorText(
        error.message,
        error.advice,
        error.detail,
        error.remedies,
        error.wait_s,
    )
