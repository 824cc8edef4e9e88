"""What would be sent about one's own changes, found out on a worker before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import GitFailed
from copilot_desktop.errors import CopilotError, NeverSendError, NothingToSendError
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    # Loads pygit2: on a worker.
    from copilot_desktop.conversation.findings.planning import PlannedReview
    from copilot_desktop.workspace.git.repository import GitRepository

    Plan = Callable[[GitRepository], PlannedReview]


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotPlanned:
    """Why there is nothing to send, in sentences. `hidden`: the files that the user can allow."""

    said: str
    hidden: tuple[NeverSendError, ...] = ()


class Planning:
    """GUI thread only. What is asked last counts: an answer to what was asked before it is not told."""

    def __init__(self, git: GitController) -> None:
        self._git = git
        self._ticket = 0

    def begin(
        self, plan: Plan, planned: Callable[[PlannedReview], None], refused: Callable[[NotPlanned], None]
    ) -> None:
        """Plan on a worker; one of the two is called, unless something else is asked or it is dropped before."""
        self.drop()
        told = partial(self._tell, self._ticket)

        def fail(failed: GitFailed) -> None:
            told(refused, NotPlanned(f"{failed.message} {failed.advice}".strip()))

        def refuse(error: CopilotError) -> bool:
            if not isinstance(error, NothingToSendError):
                return False
            told(refused, NotPlanned(f"{error.message} {error.advice}".strip(), error.hidden))
            return True

        self._git.run(plan, partial(told, planned), fail, refuse)

    def drop(self) -> None:
        """Nobody waits for it any more."""
        self._ticket += 1

    def _tell(self, ticket: int, call: Callable[[T], None], value: T) -> None:
        if ticket == self._ticket:
            call(value)
