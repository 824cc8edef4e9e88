"""What sending the comments that wait would cost: found out anew when it has changed, as long as somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.chat.budgets import Budget, BudgetController
from copilot_desktop.bridge.chat.turns import TurnController, would_send
from copilot_desktop.bridge.chosen_secrets import SecretRow, SecretUse, Way
from copilot_desktop.bridge.request_words import RequestWords
from copilot_desktop.bridge.review.comment_requests import CommentedFile, CommentRequest, CommentRequests
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.conversation.events import TurnFinished
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.values import dataclass

_PAUSE_MS = 200
_GROWS = "One request after the other: each answer in a conversation goes along with those after it."


@dataclass(frozen=True, slots=True)
class BudgetParts:
    """What it uses of a window."""

    review: ReviewController
    requests: CommentRequests
    turns: TurnController
    profile: Callable[[], Profile]
    budgets: BudgetController


class CommentBudget(QObject):
    """Of one window. GUI thread only. `watch` says whether somebody looks: counting takes memory and time."""

    changed = Signal(object)
    """Carries one `RequestWords`; its tokens are None while they are counted, and where nothing can be sent."""

    def __init__(self, parts: BudgetParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._is_watched = False
        self._asked = 0
        self._profile = parts.profile()
        self._refused = ""
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        parts.budgets.planned.connect(self._on_planned)
        parts.review.changed.connect(self.look_soon)
        parts.review.remarks.changed.connect(self.look_soon)
        parts.turns.conversation_opened.connect(self.look_soon)
        parts.turns.turn_event.connect(self._on_turn_event)

    @property
    def model(self) -> str:
        """The model that would be asked."""
        return self._parts.profile().model

    def watch(self, is_watched: bool) -> None:
        """Somebody looks from now on, or nobody does."""
        if is_watched and not self._is_watched:
            self._is_watched = True
            self.look_soon()
        elif not is_watched:
            self._is_watched = False
            self._pause.stop()
            self._parts.budgets.forget()

    def choose(self, row: SecretRow, use: SecretUse) -> None:
        """A secret is to be sent so with the comments."""
        self._parts.turns.secrets.choose(row, use)
        self.look_soon()

    def look_soon(self, _changed: object = None) -> None:
        """Something that is sent has changed."""
        if self._is_watched and not self._pause.isActive():
            self._pause.start()

    def _on_turn_event(self, event: object) -> None:
        if isinstance(event, TurnFinished):
            # What a conversation says goes along with what is asked in it.
            self.look_soon()

    def _look(self) -> None:
        parts = self._parts
        files = parts.requests.waiting()
        if not files:
            return
        self._asked += 1
        asked, profile = self._asked, parts.profile()
        self._profile = profile
        made: dict[CommentedFile, CommentRequest | str] = {}

        def take(file: CommentedFile, request: CommentRequest | str) -> None:
            made[file] = request
            if len(made) == len(files) and asked == self._asked and self._is_watched:
                self._plan([made[each] for each in files])

        for each in files:
            parts.requests.prepare(each, partial(take, each), partial(take, each))

    def _plan(self, made: Sequence[CommentRequest | str]) -> None:
        """Have the requests planned; those that cannot be made are sentences."""
        self._refused = " ".join(each for each in made if isinstance(each, str))
        requests = [each for each in made if not isinstance(each, str)]
        if not requests:
            self._tell(Budget(None))
            return
        turns, profile = self._parts.turns, self._profile
        wanted = (would_send(turns, each.place, each.prompt, each.context, profile, TurnMode.EDIT) for each in requests)
        self._parts.budgets.ask(*wanted, is_read=True)

    def _on_planned(self, budget: Budget) -> None:
        if self._is_watched:
            self._tell(budget)

    def _tell(self, budget: Budget) -> None:
        profile, count = self._profile, len(self._parts.review.remarks.waiting())
        files = len(self._parts.requests.waiting())
        what = "1 comment" if count == 1 else f"{count} comments"
        what = f"{what} in {files} requests" if files > 1 else what
        noted = [budget.refusal, self._refused]
        if budget.omitted_turns:
            turns = "turn is" if budget.omitted_turns == 1 else f"{budget.omitted_turns} turns are"
            noted.append(f"To stay within the limit the oldest {turns} left out.")
        words = RequestWords(
            what,
            budget.tokens,
            profile.limit_tokens if files == 1 else None,
            budget.price(profile),
            profile.model,
            " ".join(filter(None, noted)),
            budget.text,
            _GROWS if files > 1 else "",
            self._parts.turns.secrets.rows(Way.COMMENTS, budget.secrets),
        )
        self.changed.emit(words)
