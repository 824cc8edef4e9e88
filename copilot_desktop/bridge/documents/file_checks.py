"""Whether a model may see the files of context items, found out on workers while the items are shown already; also
items that are still being made elsewhere.

A prompt that is sent meanwhile waits here: it goes out with all of its items or, when one is denied, not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.context.items import ContextItem
from copilot_desktop.errors import UsageError
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


class Settle(Protocol):
    """Told once how an item is; called again, or after a later check has begun, it does nothing."""

    def __call__(self, found: str | ContextItem | None, error: BaseException | None = None) -> None:
        """`found`: the text that was read for it, or the item that was made; `error`: why it is denied."""


class FileChecks:
    """Knows which items are still checked and which were denied. GUI thread."""

    def __init__(
        self,
        thread: AsyncThread,
        settled: Callable[[str, str | ContextItem | None, BaseException | None], None],
    ) -> None:
        """`settled` is called with an item's id, the text that was read for it, or the item that was made, if any, and
        why it was denied."""
        self._thread = thread
        self._settled = settled
        # Item id -> the check that counts; an item stays here when it was sent or taken away meanwhile.
        self._running: dict[str, object] = {}
        self._denied: dict[str, BaseException] = {}
        self._expected: dict[str, Settle] = {}
        """What tells how those are that are made elsewhere."""
        self.made: dict[str, ContextItem] = {}
        """By their ids, items that were made."""
        self._waiting: list[_Waiting] = []

    def is_running(self, item_id: str) -> bool:
        """Whether it is not known yet."""
        return item_id in self._running

    def as_made(self, items: tuple[ContextItem, ...]) -> tuple[ContextItem, ...]:
        """The same, with those that have been made since."""
        return tuple(self.made.get(item.item_id, item) if item.is_unmade else item for item in items)

    def denial(self, item: ContextItem) -> BaseException | None:
        """Why it goes with no prompt: no model may see it, or it was not read or made."""
        if item.is_unmade and not self.is_running(item.item_id):
            gone = UsageError(f"{item.label} was not ready when the prompt was put aside.", advice="Name it again.")
            return self._denied.get(item.item_id, gone)
        return self._denied.get(item.item_id)

    def begin(self, item_id: str, work: Callable[[], str | None]) -> None:
        """Check an item on a worker; where it is added again meanwhile, the later check says how it is."""
        settle = self._settle_of(item_id)
        self._thread.run_in_worker(work, settle, lambda error: settle(None, error))

    def expect(self, item_id: str) -> Settle:
        """An item is made elsewhere, which calls what is returned."""
        settle = self._expected[item_id] = self._settle_of(item_id)
        return settle

    def stop_expecting(self, sentence: str) -> None:
        """Nothing comes any more of what is made elsewhere; the sentence says why."""
        for settle in tuple(self._expected.values()):
            settle(None, UsageError(sentence, advice="Name it again."))

    def _settle_of(self, item_id: str) -> Settle:
        check = self._running[item_id] = object()

        def settle(found: str | ContextItem | None, error: BaseException | None = None) -> None:
            if self._running.get(item_id) is not check:
                return
            del self._running[item_id]
            self._expected.pop(item_id, None)
            if error is not None:
                self._denied[item_id] = error
            if isinstance(found, ContextItem):
                found = self.made[item_id] = replace(found, item_id=item_id)
            self._settled(item_id, found, error)
            self._let_go()

        return settle

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
