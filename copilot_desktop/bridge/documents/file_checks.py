"""Whether a model may see the files of context items, found out on workers while the items are shown already.

A prompt that is sent meanwhile waits here: it goes out with all of its items or, when one is denied, not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final, Protocol

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.workspace.model_border import ModelBorder

UNTITLED: Final = "Untitled"
"""The path of an item that is of no file: a document that was never saved."""


class ReadableFiles(Protocol):
    """Files of the workspace that a model may see. Called on workers."""

    def border(self) -> ModelBorder:
        """What tells of many files; raises UsageError where no folder is open."""

    def check(self, path: str) -> None:
        """Raise a CopilotError when the path is never given to a model or lies outside."""

    def read(self, path: str) -> str:
        """The file's text; raises like `check`, and when it is no readable text."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    item_ids: frozenset[str]
    done: Callable[[], None]
    denied: Callable[[BaseException], None]


class FileChecks:
    """Knows which items are still checked and which were denied. GUI thread."""

    def __init__(self, thread: AsyncThread, settled: Callable[[str, str | None, BaseException | None], None]) -> None:
        """`settled` is called with an item's id, the text that was read for it, if any, and why it was denied."""
        self._thread = thread
        self._settled = settled
        # Item id -> the check that counts; an item stays here when it was sent or taken away meanwhile.
        self._running: dict[str, object] = {}
        self._denied: dict[str, BaseException] = {}
        self._waiting: list[_Waiting] = []

    def is_running(self, item_id: str) -> bool:
        """Whether it is not known yet."""
        return item_id in self._running

    def is_denied(self, item_id: str) -> bool:
        """Whether no model may see it, or it could not be read."""
        return item_id in self._denied

    def begin(self, item_id: str, work: Callable[[], str | None]) -> None:
        """Check an item on a worker; where it is added again meanwhile, the later check says how it is."""
        check = self._running[item_id] = object()

        def settle(text: str | None, error: BaseException | None = None) -> None:
            if self._running.get(item_id) is not check:
                return
            del self._running[item_id]
            if error is not None:
                self._denied[item_id] = error
            self._settled(item_id, text, error)
            self._let_go()

        self._thread.run_in_worker(work, settle, lambda error: settle(None, error))

    def when_settled(
        self, item_ids: Collection[str], done: Callable[[], None], denied: Callable[[BaseException], None]
    ) -> None:
        """Call one of the two once all of these items are checked: now, where they are."""
        self._waiting.append(_Waiting(frozenset(item_ids), done, denied))
        self._let_go()

    def _let_go(self) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            error = next((self._denied[item_id] for item_id in each.item_ids if item_id in self._denied), None)
            if not each.item_ids.isdisjoint(self._running):
                self._waiting.append(each)
            elif error is not None:
                each.denied(error)
            else:
                each.done()
