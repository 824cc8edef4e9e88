"""Looks for words in all of a conversation, also in turns that are not drawn: a few milliseconds between two events."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Generator
from enum import IntEnum

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.errors import UsageError
from copilot_desktop.text.searching import FindQuery, Search
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.shown_text import reading
from copilot_desktop.values import dataclass

_EVENT_S, _SEARCH_S = 0.006, 0.03
_TOO_LONG = "This takes too long here. Make the expression more exact."
_AGAIN_MS = 250
"""While an answer arrives, until it is looked through again."""


class TurnField(IntEnum):
    """The texts of a turn, in order."""

    PROMPT = 0
    ANSWER = 1


@dataclass(frozen=True, slots=True, order=True)
class FoundPlace:
    """The match with this number in a text of a turn."""

    turn_at: int
    field: TurnField
    number: int
    turn_id: str = ""


@dataclass(frozen=True, slots=True)
class FindShown:
    """How many matches there are and which one is chosen (from 1; 0: none). `problem`: the expression is no good."""

    count: int = 0
    index: int = 0
    is_searching: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Reader:
    """An answer of which the text is read, piece by piece."""

    answer: str
    pieces: Generator[None, None, str]


class FindInConversation(QObject):
    """Counts and chooses; the marks are `FoundMarks`'. GUI thread."""

    changed = Signal(object)
    """Carries one `FindShown`."""
    chosen = Signal(object)
    """Carries the `FoundPlace` to go to."""

    def __init__(self, conversation: ConversationView) -> None:
        super().__init__(conversation)
        self._conversation = conversation
        self._query = FindQuery("")
        self._texts: dict[str, tuple[str, str]] = {}
        self._counts: dict[str, tuple[int, int]] = {}
        self._left: list[str] = []
        self._reader: _Reader | None = None
        self.is_on = False
        """Whether something is looked for, even if it is nothing yet."""
        self._current: FoundPlace | None = None
        self._problem = ""
        self._wants_first = False
        self._slice = self._timer(0, self._on_slice_timeout)
        self._again = self._timer(_AGAIN_MS, self._on_again_timeout)
        self._grown: set[str] = set()
        conversation.refilled.connect(self._on_refilled)
        conversation.text_changed.connect(self._on_text_changed)

    @property
    def query(self) -> FindQuery:
        """What is looked for; an empty text: nothing."""
        return self._query if not self._problem else FindQuery("")

    @property
    def current(self) -> FoundPlace | None:
        """The match that is chosen."""
        return self._current

    def look_for(self, query: FindQuery, from_turn_id: str = "") -> None:
        """Look for something, from a turn on; the first match from there is chosen."""
        self._query, self._problem, self.is_on = query, "", True
        self._begin(from_turn_id, wants_first=True)

    def step(self, step: int) -> None:
        """Choose the next match or the one before, past an end going round."""
        texts = [
            (turn_at, field, turn_id)
            for turn_at, turn_id in enumerate(self._conversation.turn_ids)
            for field in TurnField
            if self._count(turn_id, field)
        ]
        if not texts:
            return
        here = self._current
        at = 0 if here is None else bisect_left(texts, (here.turn_at, here.field, ""))
        number = 0 if here is None else here.number + step
        is_there = here is not None and at < len(texts) and texts[at][:2] == (here.turn_at, here.field)
        if here is not None and (not is_there or not 0 <= number < self._count(here.turn_id, here.field)):
            at = (at + (step if is_there or step < 0 else 0)) % len(texts)
            number = 0 if step > 0 else self._count(texts[at][2], texts[at][1]) - 1
        self._choose(FoundPlace(texts[at][0], texts[at][1], number, texts[at][2]))
        self._tell()

    def stop(self) -> None:
        """Look for nothing any more."""
        self._slice.stop()
        self._again.stop()
        self._query, self._current, self._reader, self.is_on = FindQuery(""), None, None, False
        self._left.clear()
        self._texts.clear()
        self._counts.clear()

    def _begin(self, from_turn_id: str, *, wants_first: bool) -> None:
        turn_ids = self._conversation.turn_ids
        at = turn_ids.index(from_turn_id) if from_turn_id in turn_ids else 0
        self._counts.clear()
        self._reader = None
        self._left = [*turn_ids[at:], *turn_ids[:at]] if self._query.text else []
        self._wants_first = wants_first
        if wants_first:
            self._current = None
        self._on_slice_timeout()

    def _count(self, turn_id: str, field: TurnField) -> int:
        return self._counts.get(turn_id, (0, 0))[field]

    def _choose(self, place: FoundPlace) -> None:
        self._current = place
        self.chosen.emit(place)

    def _read(self, turn_id: str) -> bool:
        """Read a piece of an answer; whether all of it is known now."""
        answer = self._conversation.texts(turn_id)[1]
        known = self._texts.get(turn_id)
        if known is not None and known[0] == answer:
            return True
        if self._reader is None or self._reader.answer != answer:
            self._reader = _Reader(answer, reading(answer))
        try:
            next(self._reader.pieces)
        except StopIteration as end:
            self._texts[turn_id] = answer, str(end.value)
            self._reader = None
            return True
        return False

    def _look_through(self, turn_id: str) -> None:
        found = [
            Search(text, self._query).matches(_SEARCH_S)
            for text in (self._conversation.texts(turn_id)[0], self._texts[turn_id][1])
        ]
        if not all(matches.is_whole for matches in found):
            raise UsageError(_TOO_LONG)
        counts = self._counts[turn_id] = len(found[0]), len(found[1])
        if self._wants_first and any(counts):
            self._wants_first = False
            turn_at = self._conversation.turn_ids.index(turn_id)
            self._choose(FoundPlace(turn_at, TurnField.PROMPT if counts[0] else TurnField.ANSWER, 0, turn_id))

    def _on_slice_timeout(self) -> None:
        end = time.monotonic() + _EVENT_S
        try:
            while self._left and time.monotonic() < end:
                if self._read(self._left[0]):
                    self._look_through(self._left.pop(0))
        except UsageError as error:
            self._problem, self._left = error.message, []
            self._counts.clear()
            self._current = None
        if self._left:
            self._slice.start()
        else:
            # What comes later is counted; to scroll there by itself would take away what is read.
            self._wants_first = False
        self._tell()

    def _tell(self) -> None:
        counts = self._counts
        count = sum(sum(each) for each in counts.values())
        index = 0
        if self._current is not None:
            here, turn_ids = self._current, self._conversation.turn_ids
            before = sum(sum(counts.get(each, (0, 0))) for each in turn_ids[: here.turn_at])
            in_turn = counts.get(here.turn_id, (0, 0))
            index = before + (in_turn[0] if here.field is TurnField.ANSWER else 0) + here.number + 1
        self.changed.emit(FindShown(count, min(index, count), bool(self._left), self._problem))

    def _timer(self, interval_ms: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(call)
        return timer

    def _on_refilled(self) -> None:
        """Another conversation or branch is shown."""
        if self._query.text:
            self._texts.clear()
            self._begin("", wants_first=True)

    def _on_text_changed(self, turn_id: str) -> None:
        if self._query.text:
            self._grown.add(turn_id)
            if not self._again.isActive():
                self._again.start()

    def _on_again_timeout(self) -> None:
        turn_ids = set(self._conversation.turn_ids)
        # Turns that were cut off with a branch are there no more.
        self._counts = {turn_id: counts for turn_id, counts in self._counts.items() if turn_id in turn_ids}
        self._left += [turn_id for turn_id in self._grown if turn_id in turn_ids and turn_id not in self._left]
        self._grown.clear()
        self._on_slice_timeout()
