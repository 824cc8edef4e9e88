"""Sends comments to the model: one request for each commented file, one after the other, each a turn of a conversation.

An answer takes the place of the commented hunks by the way of follow-ups. Whatever else happens, comments and hunks are
as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.chat.chips import Refused
from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.chosen_secrets import Way
from copilot_desktop.bridge.review.comment_requests import CommentedFile, CommentRequest, CommentRequests
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.bridge.review.refining import HunkRefiner, VersionTaken
from copilot_desktop.conversation.events import TextArrived, TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.edits.comments import HunkComment
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.values import dataclass

_NONE = "There is no comment to send. C writes one on a line of a change."
_KEPT = "The changes and your comments are as they were."
_NO_CHANGE = "The answer proposes no change; it is in"


@dataclass(frozen=True, slots=True)
class SenderParts:
    """What sending uses of a window. `check`: whether a model may see a file, see `ChipsController.check`."""

    review: ReviewController
    refiner: HunkRefiner
    requests: CommentRequests
    turns: TurnController
    profile: Callable[[], Profile]
    check: Callable[[str, Callable[[], None], Callable[[Refused], None]], None]


@dataclass(frozen=True, slots=True)
class SendingChanged:
    """Comments are on their way, or no longer: the model's name is `waiting_for`, and `left` files come after."""

    is_running: bool
    waiting_for: str = ""
    left: int = 0


class CommentSender(QObject):
    """Of one window. GUI thread only."""

    changed = Signal(object)
    """Carries one `SendingChanged`."""

    def __init__(self, parts: SenderParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._queue: list[CommentedFile] = []
        self._asking: CommentedFile | None = None
        self._turn_id = ""
        self._place: ConversationPlace | None = None
        self._told: Mapping[str, str] = {}
        self._skipped: list[str] = []
        self._has_sent = False
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
        self._queue = list(self._parts.requests.waiting())
        if not self._queue:
            self._parts.review.mention(_NONE)
            return
        self._skipped, self._has_sent = [], False
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
            self._end(f"{' '.join(told) or self._no_change()} {_KEPT}", is_error=True)
            return
        self._tell(self._answered.pop(made.turn_id), self._asking.path, told)
        self._next()

    def _next(self) -> None:
        if not self._queue:
            self._asking, self._turn_id = None, ""
            self._parts.turns.secrets.spend(Way.COMMENTS)
            self.changed.emit(SendingChanged(False))
            self._tell_skipped()
            return
        asked = self._asking = self._queue.pop(0)
        self._turn_id = ""
        profile = self._parts.profile()
        self.changed.emit(SendingChanged(True, profile.name, len(self._queue)))

        def start(request: CommentRequest) -> None:
            if self._asking is asked:  # else stopped by now
                self._has_sent = True
                self._turn_id = self._start(request, profile)

        def send(request: CommentRequest) -> None:
            self._parts.check(asked.path, lambda: start(request), lambda refused: refuse(refused.message))

        def refuse(sentence: str) -> None:
            if self._asking is asked:
                # The comments on other files can be sent all the same.
                self._skipped.append(sentence)
                self._next()

        self._parts.requests.prepare(asked, send, refuse)

    def _tell_skipped(self) -> None:
        """Say what could not be asked, once all else is answered."""
        skipped, self._skipped = self._skipped, []
        if skipped:
            left = "Its comments wait still." if self._has_sent else _KEPT
            self._parts.review.noticed.emit(ReviewNotice(f"{' '.join(skipped)} {left}", is_error=True))

    def _start(self, request: CommentRequest, profile: Profile) -> str:
        """In the conversation that proposed it."""
        turns, prompt, context = self._parts.turns, request.prompt, request.context
        self._place, self._told = request.place, request.told
        if request.place is turns.place:
            return turns.start(prompt, context, profile, TurnMode.EDIT)
        return turns.start_in(request.place, prompt, context, profile, None, TurnMode.EDIT)

    def _on_turn_event(self, event: object) -> None:
        if isinstance(event, TextArrived) and event.turn_id == self._turn_id and self._told:
            # A prompt that got no answer is no part of what is sent later, so that it has told nothing.
            told, self._told = self._told, {}
            self._parts.review.remarks.mark_told(told)
        if self._asking is None or not isinstance(event, TurnFinished) or event.turn_id != self._turn_id:
            return
        if event.status is TurnStatus.STOPPED:
            self._end(f"Stopped. {_KEPT}", is_error=False)
        elif event.error is not None:
            self._end(f"{event.error.message} {event.error.advice} {_KEPT}".replace("  ", " "), is_error=True)
        elif event.proposal is None:
            self._end(f"{self._no_change()} {_KEPT}", is_error=True)

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

    def _no_change(self) -> str:
        """That there is none, and where the answer can be read."""
        place, where = self._place, "the chat"
        if place is not None and place is not self._parts.turns.place and place.kept is not None:
            where = f"the conversation “{place.kept.title}”"
        return f"{_NO_CHANGE} {where}."

    def _tell(self, answered: tuple[HunkComment, ...], path: str, told: list[str]) -> None:
        """Say what came of the comments on a file; what was kept out or left is not passed over."""
        left = () if self._asking is None else self._parts.requests.on(self._asking)
        count = len(answered)
        said = f"{path} is revised by {'1 comment' if count == 1 else f'{count} comments'}."
        if left:
            waits = "1 comment waits" if len(left) == 1 else f"{len(left)} comments wait"
            told = [f"{waits} still: the answer leaves the change there as it is.", *told]
        self._parts.review.noticed.emit(ReviewNotice(" ".join((said, *told)), is_passing=not told))

    def _end(self, sentence: str, *, is_error: bool) -> None:
        self._asking, self._turn_id, self._queue = None, "", []
        sentence = " ".join((*self._skipped, sentence))
        self._skipped = []
        self._answered.clear()
        self._parts.turns.secrets.spend(Way.COMMENTS)
        self.changed.emit(SendingChanged(False))
        self._parts.review.noticed.emit(ReviewNotice(sentence, is_error=is_error, is_passing=not is_error))
