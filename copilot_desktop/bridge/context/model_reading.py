"""What a model may look at by itself, of a window: its folder, what stands in its tabs, and its index."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.context.folder_symbols import symbols_as_seen
from copilot_desktop.bridge.context.index import IndexController, IndexState
from copilot_desktop.bridge.documents.controller import DocumentsController, unsaved_texts
from copilot_desktop.context.reading.questions import Answer, Question, ReadLimits
from copilot_desktop.errors import NeverSendError
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # What reads and searches takes 40 ms to import: on a worker, with the first call.
    from copilot_desktop.context.index.symbols import FoundSymbol
    from copilot_desktop.context.reading.folder import FolderReader

T = TypeVar("T")
_LOOKS: Final = 50
_LOOK_S: Final = 0.1
"""So long it is waited for an index that is being made; then what it has is told."""


class TurnReader:
    """Fulfils `conversation.reading_rounds.Reader`; what it needs is made with the first question."""

    def __init__(self, make: Callable[[], FolderReader], limits: ReadLimits) -> None:
        self._make, self.limits = make, limits
        self._made: FolderReader | None = None

    async def answer(self, question: Question, limit_tokens: int) -> Answer:
        """What the model is told."""
        if self._made is None:
            self._made = await asyncio.to_thread(self._make)
        return await self._made.answer(question, limit_tokens)

    def shown(self, path: str) -> str | None:
        """The text of a file of which the model has read something."""
        return None if self._made is None else self._made.shown(path)


class ModelReading:
    """GUI thread; it is asked by readers on the asyncio thread, and fulfils `context.reading.folder.Looked`.

    `border_of`: the border of the open folder in a conversation; asked on workers.
    """

    def __init__(
        self,
        thread: AsyncThread,
        documents: DocumentsController,
        index: IndexController,
        count_tokens: Callable[[str], int],
        border_of: Callable[[Workspace, str], ModelBorder],
    ) -> None:
        self._thread, self._documents, self._index = thread, documents, index
        self._count, self._border_of = count_tokens, border_of
        self.refused: Callable[[NeverSendError], None] = lambda _error: None
        """Called on the GUI thread where the model has asked for what it may not see."""

    def reader(self, conversation_id: str, turn_tokens: int) -> TurnReader | None:
        """Answers the questions of one turn about the folder that is open now, in at most so many tokens; None where
        none is."""
        workspace = self._index.workspace
        if workspace is None:
            return None
        limits = ReadLimits(turn_tokens=turn_tokens)
        return TurnReader(partial(self._make, workspace, conversation_id), limits)

    def _make(self, workspace: Workspace, conversation_id: str) -> FolderReader:
        """On a worker."""
        from copilot_desktop.context.index import symbols  # noqa: F401 - for the first name that is looked up
        from copilot_desktop.context.reading.border import ReadingBorder
        from copilot_desktop.context.reading.folder import FolderReader

        border = ReadingBorder(self._border_of(workspace, conversation_id))
        return FolderReader(border, self, self._count, self._on_refused)

    def _on_refused(self, error: NeverSendError) -> None:
        self._thread.post(lambda: self.refused(error))

    async def texts(self, path: str | None) -> Mapping[str, str]:
        """What stands in the tab of a path, if there is one; None: in all tabs with unsaved changes."""
        return await self._of_window(partial(self._texts, path))

    async def symbols(self, name: str, limit: int) -> tuple[tuple[FoundSymbol, ...], bool]:
        """What the index has for a name; it is waited for a moment where it is being made."""
        for _ in range(_LOOKS):
            state = await self._of_window(self._index_state)
            if state.is_settled:
                break
            await asyncio.sleep(_LOOK_S)
        try:
            async with asyncio.timeout(_LOOKS * _LOOK_S):
                found = await self._of_window(partial(self._find, name, limit))
        except TimeoutError:  # there is no index
            return (), False
        return found, state.is_complete

    def _texts(self, path: str | None, tell: Callable[[Mapping[str, str]], None]) -> None:
        if path is None:
            tell(unsaved_texts(self._documents))
            return
        document, text = self._documents.documents.find(path), self._documents.text_of(path)
        is_read = document is not None and text is not None and not (document.is_large or document.is_loading)
        tell({path: text} if is_read and text is not None else {})

    def _index_state(self, tell: Callable[[IndexState], None]) -> None:
        self._index.want()
        tell(self._index.state)

    def _find(self, name: str, limit: int, tell: Callable[[tuple[FoundSymbol, ...]], None]) -> None:
        question = partial(symbols_as_seen, name, unsaved_texts(self._documents))
        self._index.ask(question, lambda found: tell(found[:limit]), lambda _error: tell(()))

    async def _of_window(self, ask: Callable[[Callable[[T], None]], None]) -> T:
        """What the thread of the window says."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def put(value: T) -> None:
            if not answer.done():
                answer.set_result(value)

        self._thread.post(lambda: ask(lambda value: _hand(loop, partial(put, value))))
        return await answer


def _hand(loop: asyncio.AbstractEventLoop, put: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(put)
