"""What the next prompt would cost: planned as it would be sent, history and instructions included, on a worker."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.conversation.planning import PlannedRequest
from copilot_desktop.conversation.turns import TurnRequest
from copilot_desktop.errors import ContextLengthError, CopilotError
from copilot_desktop.llm.tokens import CountingStoppedError
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Tokens the request would have; `refusal` is a sentence with the figures when it cannot be sent."""

    tokens: int | None
    omitted_turns: int = 0
    refusal: str = ""


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

    def ask(self, request: TurnRequest) -> None:
        """Plan a request that is not sent."""
        self._asked += 1
        number = self._asked

        def work() -> Budget:
            try:
                planned = self._plan(request, lambda: number == self._asked and not self._thread.is_stopped)
            except CountingStoppedError:
                return Budget(None)
            except ContextLengthError as error:
                return Budget(None, refusal=f"{error.message} {error.advice}".rstrip())
            except CopilotError:
                # The turn itself will say what is wrong.
                return Budget(None)
            return Budget(planned.tokens, planned.omitted_turns)

        def done(budget: Budget) -> None:
            if number == self._asked:
                self.planned.emit(budget)

        self._thread.run_in_worker(work, done)
