"""Sends comments to the model: one request for each commented file, one after the other, each a turn of a conversation.

An answer takes the place of the commented hunks by the way of follow-ups. Whatever else happens, comments and hunks are
as they were.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.chat.chips import FrozenContext, Refused
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.bridge.review.refining import HunkRefiner, VersionTaken
from copilot_desktop.conversation.events import TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.edits.comment_words import comments_prompt
from copilot_desktop.edits.comments import HunkComment
from copilot_desktop.errors import UsageError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.values import dataclass

_NONE = "There is no comment to send. C writes one on a line of a change."
_KEPT = "The changes and your comments are as they were."
_NO_CHANGE = "The answer proposes no change; it is in the chat."


@dataclass(frozen=True, slots=True)
class SenderParts:
    """What sending uses of a window. `check`: whether a model may see a file, see `ChipsController.check`."""

    review: ReviewController
    refiner: HunkRefiner
    turns: TurnController
    profile: Callable[[], Profile]
    check: Callable[[str, Callable[[], None], Callable[[Refused], None]], None]


@dataclass(frozen=True, slots=True)
class SendingChanged:
    """Comments are on their way, or no longer: the model's name is `waiting_for`, and `left` files come after."""

    is_running: bool
    waiting_for: str = ""
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """One file of one change set."""

    change_set_id: str
    path: str


class CommentSender(QObject):
    """Of one window. GUI thread only."""

    changed = Signal(object)
    """Carries one `SendingChanged`."""

    def __init__(self, parts: SenderParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._queue: list[_Asked] = []
        self._asking: _Asked | None = None
        self._turn_id = ""
        self._answered: dict[str, tuple[HunkComment, ...]] = {}
        parts.turns.turn_event.connect(self._on_turn_event)
        parts.refiner.taken.connect(self._on_taken)

    @property
    def is_running(self) -> bool:
        """Whether comments are on their way or answered just now."""
        return self._asking is not None

    def send(self) -> None:
        """Send all comments that wait."""
        if self.is_running:
            return
        self._parts.review.catch_up()
        self._queue = list(dict.fromkeys(self._place(each) for each in self._parts.review.remarks.waiting()))
        if not self._queue:
            self._parts.review.mention(_NONE)
            return
        self._next()

    def stop(self) -> None:
        """Stop the answer, and send no more."""
        if not self.is_running:
            return
        turn_id = self._turn_id
        self._end(f"Stopped. {_KEPT}", is_error=False)
        self._parts.turns.running.stop_turn(turn_id)

    def take_proposal(self, made: ProposalMade) -> None:
        """What an answer proposes has been put into the review, as far as it could be."""
        if self._asking is None or made.turn_id != self._turn_id:
            return
        told = [*made.proposal.notes, *(failure.message for failure in made.proposal.failures)]
        if made.turn_id not in self._answered:
            self._end(f"{' '.join(told) or _NO_CHANGE} {_KEPT}", is_error=True)
            return
        self._tell(self._answered.pop(made.turn_id), self._asking.path, told)
        self._next()

    def _place(self, comment: HunkComment) -> _Asked:
        change_set, change, _ = self._parts.review.state.hunk(comment.hunk_id)
        return _Asked(change_set.change_set_id, change.path)

    def _next(self) -> None:
        if not self._queue:
            self._asking, self._turn_id = None, ""
            self.changed.emit(SendingChanged(False))
            return
        asked = self._asking = self._queue.pop(0)
        self._turn_id = ""
        profile = self._parts.profile()
        self.changed.emit(SendingChanged(True, profile.name, len(self._queue)))
        waiting = [each for each in self._parts.review.remarks.waiting() if self._place(each) == asked]
        hunk_ids = {each.hunk_id for each in waiting}

        def start(context: FrozenContext) -> None:
            if self._asking is not asked:  # stopped by now
                return
            refine = context.refine
            sent = () if refine is None else refine.hunk_ids
            hunks = [self._parts.review.state.hunk(hunk_id)[2] for hunk_id in sent]
            commented = [(hunk, tuple(each for each in waiting if each.hunk_id == hunk.hunk_id)) for hunk in hunks]
            self._turn_id = self._start(asked, comments_prompt(asked.path, commented), context, profile)

        def send(context: FrozenContext) -> None:
            self._parts.check(asked.path, lambda: start(context), lambda refused: refuse(refused.message))

        def refuse(sentence: str) -> None:
            if self._asking is asked:
                self._end(f"{sentence} {_KEPT}", is_error=True)

        try:
            self._parts.refiner.ask_for_comments(asked.path, hunk_ids, send, refuse)
        except UsageError as error:
            refuse(f"{asked.path}: {error.message} {error.advice}".strip())

    def _start(self, asked: _Asked, prompt: str, context: FrozenContext, profile: Profile) -> str:
        """In the conversation that proposed it, where that is known; else in the one that is shown."""
        turns = self._parts.turns
        change_set = self._parts.review.change_set(asked.change_set_id)
        place = None if change_set is None else turns.running.place_of(change_set.turn_id)
        if place is None or place is turns.place:
            return turns.start(prompt, context, profile, TurnMode.EDIT)
        return turns.start_in(place, prompt, context, profile, None, TurnMode.EDIT)

    def _on_turn_event(self, event: object) -> None:
        if self._asking is None or not isinstance(event, TurnFinished) or event.turn_id != self._turn_id:
            return
        if event.status is TurnStatus.STOPPED:
            self._end(f"Stopped. {_KEPT}", is_error=False)
        elif event.error is not None:
            self._end(f"{event.error.message} {event.error.advice} {_KEPT}".replace("  ", " "), is_error=True)
        elif event.proposal is None:
            self._end(f"{_NO_CHANGE} {_KEPT}", is_error=True)

    def _on_taken(self, taken: VersionTaken) -> None:
        """An answer has revised hunks, perhaps one that was asked for once more in the chat."""
        if not taken.refine.is_for_comments:
            return
        review, remarks = self._parts.review, self._parts.review.remarks
        now = {hunk.hunk_id: hunk for hunk in review.state.hunks(taken.refine.path)}
        revised = set()
        for hunk_id, hunk in zip(taken.refine.hunk_ids, taken.refine.hunks, strict=True):
            if hunk_id not in now and taken.hunk_ids:
                # It became one with another hunk.
                near = min(taken.hunk_ids, key=lambda each: abs(now[each].start - hunk.start) if each in now else 1e9)
                remarks.move([hunk_id], near)
                revised.add(near)
            elif hunk_id in now and now[hunk_id].new_text != hunk.new_text:
                revised.add(hunk_id)
        self._answered[taken.turn_id] = remarks.mark_answered(revised, taken.prompt, taken.turn_id)

    def _tell(self, answered: tuple[HunkComment, ...], path: str, told: list[str]) -> None:
        """Say what came of the comments on a file; what was kept out or left is not passed over."""
        left = [each for each in self._parts.review.remarks.waiting() if self._asking == self._place(each)]
        count = len(answered)
        said = f"{path} is revised by {'1 comment' if count == 1 else f'{count} comments'}."
        if left:
            waits = "1 comment waits" if len(left) == 1 else f"{len(left)} comments wait"
            told = [f"{waits} still: the answer leaves the change there as it is.", *told]
        self._parts.review.noticed.emit(ReviewNotice(" ".join((said, *told)), is_passing=not told))

    def _end(self, sentence: str, *, is_error: bool) -> None:
        self._asking, self._turn_id, self._queue = None, "", []
        self._answered.clear()
        self.changed.emit(SendingChanged(False))
        self._parts.review.noticed.emit(ReviewNotice(sentence, is_error=is_error, is_passing=not is_error))
