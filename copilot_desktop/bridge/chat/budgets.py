"""What requests would cost: planned as they would be sent, history and instructions included, on a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.conversation.planning import PlannedRequest
from copilot_desktop.conversation.turns import TurnRequest
from copilot_desktop.errors import ContextLengthError, CopilotError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.tokens import CountingStoppedError
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Tokens the requests would have together; `refusal` is a sentence with the figures when one cannot be sent.

    `text` is all that would be sent, where that was asked for.
    """

    tokens: int | None
    omitted_turns: int = 0
    refusal: str = ""
    text: str = ""

    def price(self, profile: Profile) -> float | None:
        """In US dollars, of what is sent; None where nobody knows."""
        if profile.price is None or self.tokens is None:
            return None
        return self.tokens * profile.price.input_usd / 1_000_000


class BudgetController(QObject):
    """GUI thread. Only the newest question is answered: `planned` carries one `Budget`.

    `plan` is told whether the answer is still wanted: the older questions are planned no further.
    """

    planned = Signal(object)

    def __init__(
        self,
        thread: AsyncThread,
        plan: Callable[[TurnRequest, Callable[[], bool]], PlannedRequest],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._plan = plan
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
                return Budget(None)
            except ContextLengthError as error:
                return Budget(None, refusal=f"{error.message} {error.advice}".rstrip())
            except CopilotError:
                # The turn itself will say what is wrong.
                return Budget(None)
            text = _text_of(planned) if is_read else ""
            omitted = max((each.omitted_turns for each in planned), default=0)
            return Budget(sum(each.tokens for each in planned), omitted, text=text)

        def done(budget: Budget) -> None:
            if number == self._asked:
                self.planned.emit(budget)

        self._thread.run_in_worker(work, done)


def _text_of(planned: Sequence[PlannedRequest]) -> str:
    from copilot_desktop.conversation.sent_text import sent_text  # for who wants to read it

    return "\n\n".join(sent_text(each.request) for each in planned)
