"""An answer as it is shown and kept: the model's text, with each call where it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_desktop.conversation.turn_calls import Reading, TurnCall
from copilot_desktop.llm.requests import ModelEvent, TextDelta, ToolCall, ToolCallDelta

if TYPE_CHECKING:
    from copilot_desktop.conversation.call_texts import CallText


class _OpenCall:
    """A call as far as it has come and is shown."""

    def __init__(self, name: str, is_hidden: bool, round_number: int) -> None:
        self.name, self.is_hidden, self.round_number = name, is_hidden, round_number
        self.pieces: list[str] = []
        self.shown = 0
        """So many pieces are shown."""
        self.start = -1
        self.end = -1
        self.whole: str | None = None
        """The arguments once no more come."""
        self.extra = ""
        self.reading: Reading | None = Reading("") if is_hidden else None
        self.text = _call_text(name, is_hidden)

    @property
    def arguments(self) -> str:
        return "".join(self.pieces) if self.whole is None else self.whole

    def as_kept(self) -> TurnCall:
        start, end = max(self.start, 0), max(self.end, 0)
        is_whole, reading = self.whole is not None, self.reading
        return TurnCall(self.name, self.arguments, start, end, is_whole, self.extra, self.round_number, reading)


class AnswerWriter:
    """Takes what comes and returns what is shown more for it; calls are shown one after another, in their order.

    `may_read`: calls of other tools than those of edits are shown elsewhere, and the answer only knows their places.
    """

    def __init__(self, *, may_read: bool = False) -> None:
        self._may_read = may_read
        self._round, self._earlier, self._begun = 0, 0, 0
        """The request that is answered, how many calls those before it have, and where its answer begins."""
        self._shown: list[str] = []
        self._length = 0
        self._tail = ""
        self._calls: list[_OpenCall] = []
        self._current = 0
        self._waiting: list[str] = []
        """Text that came while a call was being shown."""

    @property
    def answer(self) -> str:
        """All that is shown."""
        return "".join(self._shown)

    @property
    def calls(self) -> tuple[TurnCall, ...]:
        """The calls so far."""
        return tuple(call.as_kept() for call in self._calls)

    def begin_round(self) -> None:
        """The model is asked again: what comes now numbers its calls from 0."""
        self._round, self._earlier, self._begun = self._round + 1, len(self._calls), self._length

    @property
    def has_come(self) -> bool:
        """Whether anything has come of the answer to the last request."""
        return self._length > self._begun or len(self._calls) > self._earlier

    def to_read(self) -> tuple[tuple[int, TurnCall], ...]:
        """The calls to read of the answer to the last request, which has ended, with their numbers in the turn."""
        numbers = range(self._earlier, len(self._calls))
        return tuple((at, self._calls[at].as_kept()) for at in numbers if self._calls[at].is_hidden)

    def put_reading(self, number: int, reading: Reading) -> TurnCall:
        """What became of a call; the call with it."""
        self._calls[number].reading = reading
        return self._calls[number].as_kept()

    def take(self, event: ModelEvent) -> str:
        """Any event of the model; what is no text and no call shows nothing."""
        match event:
            case TextDelta(text):
                return self.text(text)
            case ToolCallDelta():
                return self.delta(event)
            case ToolCall():
                return self.call(event)
        return ""

    def text(self, text: str) -> str:
        """More of the model's text."""
        ended = self._catch_up(has_more=True)
        if any(call.start >= 0 and call.end < 0 for call in self._calls):
            self._waiting.append(text)
            return ended
        last = self._calls[self._current - 1] if self._current else None
        gap = self._gap() if last is not None and last.end == self._length else ""
        return ended + (self._show(gap + text) if text else "")

    def delta(self, delta: ToolCallDelta) -> str:
        """More of a call's arguments."""
        call = self._call(delta.number, delta.name)
        if delta.text:
            call.pieces.append(delta.text)
        return self._catch_up()

    def call(self, whole: ToolCall) -> str:
        """A call has come whole."""
        call = self._call(whole.number, whole.name)
        call.name, call.whole, call.extra = whole.name, whole.arguments, whole.extra
        return self._catch_up()

    def finish(self) -> str:
        """Nothing more comes: show what is left, also of calls that were cut off."""
        shown = self._catch_up()
        while self._current < len(self._calls):
            shown += self._end(self._calls[self._current]) + self._catch_up()
        return shown

    def _call(self, number: int, name: str) -> _OpenCall:
        number += self._earlier
        while number >= len(self._calls):
            self._calls.append(self._open(name))
        call = self._calls[number]
        if name != call.name and call.start < 0:
            renamed = self._open(name)
            renamed.pieces = call.pieces
            call = self._calls[number] = renamed
        return call

    def _open(self, name: str) -> _OpenCall:
        is_hidden = False
        if self._may_read:
            from copilot_desktop.conversation.read_calls import is_read_call

            is_hidden = is_read_call(name)
        return _OpenCall(name, is_hidden, self._round)

    def _catch_up(self, *, has_more: bool = False) -> str:
        """Show what came of the calls in turn. One ends when it is said to be whole, or plainly is and more follows."""
        shown = ""
        while self._current < len(self._calls):
            call = self._calls[self._current]
            for piece in call.pieces[call.shown :]:
                shown += self._show_call(call, call.text.feed(piece))
            call.shown = len(call.pieces)
            is_followed = has_more or self._current + 1 < len(self._calls)
            if call.whole is None and not (is_followed and call.text.is_whole):
                break
            shown += self._end(call)
        return shown

    def _end(self, call: _OpenCall) -> str:
        shown = self._show_call(call, call.text.finish(call.as_kept()))
        call.start = self._length if call.start < 0 else call.start
        call.end = self._length
        self._current += 1
        waiting, self._waiting = "".join(self._waiting), []
        return shown + (self.text(waiting) if waiting.strip() else "")

    def _show_call(self, call: _OpenCall, text: str) -> str:
        if not text:
            return ""
        gap = ""
        if call.start < 0:
            gap = self._gap()
            call.start = self._length + len(gap)
        return self._show(gap + text)

    def _gap(self) -> str:
        """A blank line between what stands there and what follows."""
        if not self._length or self._tail.endswith("\n\n"):
            return ""
        return "\n" if self._tail.endswith("\n") else "\n\n"

    def _show(self, text: str) -> str:
        self._shown.append(text)
        self._length += len(text)
        self._tail = (self._tail + text)[-2:]
        return text


def _call_text(name: str, is_hidden: bool) -> CallText:
    # Most answers make no call.
    from copilot_desktop.conversation.call_texts import CallText

    return CallText(name, is_hidden=is_hidden)
