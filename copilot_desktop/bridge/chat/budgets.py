"""What requests would cost: planned as they would be sent, history and instructions included, on a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chosen_secrets import SecretPlace, places_in
from copilot_desktop.context.budget import PartKind, RequestPart
from copilot_desktop.conversation.planning import PlannedRequest
from copilot_desktop.conversation.turns import TurnRequest
from copilot_desktop.errors import ContextLengthError, CopilotError, StoreError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.tokens import CountingStoppedError
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Tokens the requests would have together; `refusal` is a sentence with the figures when one cannot be sent.

    `text` is all that would be sent, where that was asked for (`is_read`). `parts` add up to the tokens;
    `dropped` is left out for want of room; `room_tokens` are kept for the answer, and `answer_tokens` is what a usual
    one has, where that is
    known. `is_estimate`: the server may count more or fewer. `limit_tokens` is what the model
    takes, `is_weak`: it can be asked for little. `ratio`: its tokens to those that were
    counted. `secrets` are those in all of the requests.
    """

    tokens: int | None
    omitted_turns: int = 0
    refusal: str = ""
    text: str = ""
    is_read: bool = False
    parts: tuple[RequestPart, ...] = ()
    dropped: tuple[RequestPart, ...] = ()
    room_tokens: int | None = None
    answer_tokens: int | None = None
    is_estimate: bool = False
    limit_tokens: int | None = None
    is_weak: bool = False
    ratio: float = 1.0
    secrets: tuple[SecretPlace, ...] = ()

    @property
    def has_history(self) -> bool:
        """Whether turns before it go along."""
        return any(part.kind is PartKind.HISTORY for part in self.parts)

    def price(self, profile: Profile) -> float | None:
        """In US dollars, of what is sent; None where nobody knows."""
        if profile.price is None or self.tokens is None:
            return None
        return self.tokens * profile.price.input_usd / 1_000_000

    def answer_price(self, profile: Profile) -> float | None:
        """In US dollars, of a usual answer; None where nobody knows."""
        if profile.price is None or self.answer_tokens is None:
            return None
        return self.answer_tokens * profile.price.output_usd / 1_000_000


class BudgetController(QObject):
    """GUI thread. Only the newest question is answered: `planned` carries one `Budget`.

    `plan` is told whether the answer is still wanted: the older questions are planned no further. `usual_answer` knows
    how many tokens the answers of a profile and a model usually have. Both are called on workers.
    """

    planned = Signal(object)

    def __init__(
        self,
        thread: AsyncThread,
        plan: Callable[[TurnRequest, Callable[[], bool]], PlannedRequest],
        parent: QObject | None = None,
        usual_answer: Callable[[str, str], int | None] = lambda _profile_name, _model: None,
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._plan = plan
        self._usual_answer = usual_answer
        self._asked = 0

    def forget(self) -> None:
        """Nobody waits for what was asked last."""
        self._asked += 1

    def ask(self, *requests: TurnRequest, is_read: bool = False) -> None:
        """Plan requests that are not sent; `is_read`: their texts are to be read."""
        self._asked += 1
        number = self._asked

        def is_wanted() -> bool:
            return number == self._asked and not self._thread.is_stopped

        def work() -> Budget:
            try:
                planned = [self._plan(each, is_wanted) for each in requests]
            except CountingStoppedError:
                return Budget(None, is_read=is_read)
            except ContextLengthError as error:
                return Budget(None, refusal=f"{error.message} {error.advice}".rstrip(), is_read=is_read)
            except CopilotError as error:
                # The turn itself will say what is wrong, unless all of it is being read.
                return Budget(None, text=f"{error.message} {error.advice}".rstrip() if is_read else "", is_read=is_read)
            found = (places_in(each.conversation_id, one.parts) for each, one in zip(requests, planned, strict=True))
            secrets = tuple(place for places in found for place in places)
            return self._budget_of(planned, _text_of(planned) if is_read else "", secrets)

        def done(budget: Budget) -> None:
            if number == self._asked:
                self.planned.emit(budget)

        self._thread.run_in_worker(work, done)

    def _budget_of(self, planned: Sequence[PlannedRequest], text: str, secrets: tuple[SecretPlace, ...]) -> Budget:
        usual = None
        if len(planned) == 1:
            profile = planned[0].request.profile
            with suppress(StoreError):
                usual = self._usual_answer(profile.name, profile.model)
        return Budget(
            sum(each.tokens for each in planned),
            max((each.omitted_turns for each in planned), default=0),
            text=text,
            is_read=bool(text),
            parts=tuple(part for each in planned for part in each.parts),
            dropped=tuple(part for each in planned for part in each.dropped),
            room_tokens=planned[0].answer_room if len(planned) == 1 else None,
            answer_tokens=usual,
            is_estimate=any(each.is_estimate for each in planned),
            ratio=_ratio_of(planned[0]) if planned else 1.0,
            is_weak=any(each.request.profile.is_weak for each in planned),
            limit_tokens=planned[0].request.profile.limit_tokens if len(planned) == 1 else None,
            secrets=secrets,
        )


def _ratio_of(planned: PlannedRequest) -> float:
    counted = planned.request.counted_tokens
    return planned.tokens / counted if counted else 1.0


def _text_of(planned: Sequence[PlannedRequest]) -> str:
    from copilot_desktop.conversation.sent_text import sent_text  # for who wants to read it

    return "\n\n".join(sent_text(each.request) for each in planned)
