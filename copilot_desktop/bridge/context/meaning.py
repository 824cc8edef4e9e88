"""Finding by meaning: the vectors of a window's folder, made by a profile's server once the user has agreed to it.

Nothing is sent before; what is sent passes the ledger under one name, and stops where it would be more than was agreed
to, or fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.context.index import IndexController, IndexState
from copilot_desktop.bridge.context.question_vectors import Meant, QuestionVectors, model_name, sentence
from copilot_desktop.bridge.documents.file_checks import ReadableFiles
from copilot_desktop.context.index.embedding import Amount, Embedding, embed_missing
from copilot_desktop.context.index.schema import read_index
from copilot_desktop.context.index.vectors import (
    forget_vectors,
    open_vectors,
    read_vectors,
    size_of_vectors,
    vectors_place,
)
from copilot_desktop.conversation.answering import ModelSource, shown_duration
from copilot_desktop.conversation.embedding import Agreed, Embedder
from copilot_desktop.conversation.events import RetryScheduled
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.values import dataclass

_SOON_MS: Final = 3_000
"""A file that is saved again and again is sent once."""
_QUESTION_CHARACTERS: Final = 3_000


@dataclass(frozen=True, slots=True)
class MeaningState:
    """How far the vectors of a folder are: files of so many. `problem`: why it has stopped; `note`: what the user may
    want to know while it goes on. Both are sentences, or empty."""

    is_on: bool = False
    is_running: bool = False
    is_paused: bool = False
    done: int = 0
    total: int = 0
    size_bytes: int = 0
    problem: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TokensSpent:
    """So many tokens were sent, under this name; or as many fewer than was thought, where it is negative."""

    group: str
    tokens: int


class MeaningParts(NamedTuple):
    """What it is made of: who asks models, who counts the tokens of a text for a profile, on workers, and who reads
    files as a model may see them."""

    client: ModelSource
    count_of: Callable[[Profile], Callable[[str], int]]
    files: ReadableFiles


class MeaningController(QObject):
    """GUI thread; files and vectors are read and written on workers, requests sent on the asyncio thread."""

    changed = Signal(object)
    """Carries one `MeaningState`."""
    spent = Signal(object)
    """Carries one `TokensSpent`."""

    def __init__(
        self, thread: AsyncThread, index: IndexController, parts: MeaningParts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thread, self._index, self._parts = thread, index, parts
        self.state = MeaningState()
        self._agreed: Agreed | None = None
        self._embedder: Embedder | None = None
        self._running: Future[None] | None = None
        self._questions = QuestionVectors(thread, self._on_asked)
        self._is_wanted_again = False
        self._timer = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._timer.timeout.connect(self._start)
        index.changed.connect(self._on_index_changed)

    def use(self, agreed: Agreed | None, problem: str = "") -> None:
        """Another folder, or the user has agreed to something: None, to nothing, or to what cannot be had any more for
        a `problem`. What runs is stopped."""
        self._stop()
        self._agreed = agreed
        self._embedder = None if agreed is None else self._make_embedder(agreed)
        self._questions.use(self._embedder, agreed)
        self._put(MeaningState(is_on=agreed is not None, problem=problem))
        self.measure()
        if agreed is not None and self._index.state.is_complete:
            self._start()

    def plan(self, profile: Profile, done: Callable[[Amount], None], failed: Callable[[CopilotError], None]) -> None:
        """How much would be sent to this model now; nothing is."""
        place = self._index.place()
        if place is None:
            return
        files, count_of, model = self._parts.files, self._parts.count_of, model_name(profile)

        def work() -> Amount:
            index = read_index(place)
            if index is None:
                return Amount()
            embedding = Embedding(index, read_vectors(vectors_place(place), model), files.read)
            try:
                return embedding.amount(count_of(profile))
            finally:
                embedding.close()

        self._thread.run_in_worker(work, done, partial(_tell_failed, failed))

    def pause(self) -> None:
        """Send nothing until `resume`; what has come is kept."""
        self._stop()
        self._put(replace(self.state, is_running=False, is_paused=True, note=""))

    def resume(self) -> None:
        """Go on, also after a problem."""
        self._put(replace(self.state, is_paused=False, problem="", note=""))
        self._index.want()
        if self._index.state.is_complete:
            self._start()

    def delete(self) -> None:
        """Delete the vectors; only what is agreed to anew makes others."""
        self.use(None)
        place = self._index.place()
        if place is not None:
            work = partial(forget_vectors, vectors_place(place))
            self._thread.run_in_worker(work, lambda _none: self.measure(), partial(_tell_failed, self._on_failed))

    def measure(self) -> None:
        """Look how many bytes the vectors have on disk."""
        place = self._index.place()
        if place is not None:
            self._thread.run_in_worker(partial(size_of_vectors, vectors_place(place)), self._on_measured)

    @property
    def is_asking(self) -> bool:
        """Whether the vector of a question is awaited; `changed` once it has come, or has not."""
        return self._questions.is_asking

    def ask(self, question: str, done: Callable[[Meant], None]) -> None:
        """The vector of a question, where there is anything to compare it with, and it comes in time. Only the last
        question is answered."""
        place = self._index.place()
        if place is not None and self.state.size_bytes and not (self.state.is_paused or self.state.problem):
            self._questions.ask(question[:_QUESTION_CHARACTERS], vectors_place(place), done)

    def _on_asked(self, note: str) -> None:
        self._put(replace(self.state, note=note))

    def _start(self) -> None:
        place, agreed, embedder = self._index.place(), self._agreed, self._embedder
        if agreed is None or embedder is None or place is None or self.state.is_paused or self.state.problem:
            return
        if self.state.is_running:
            self._is_wanted_again = True
            return
        self._is_wanted_again = False
        self._put(replace(self.state, is_running=True, done=0, total=0))
        self._running = self._thread.submit(self._run(place, agreed, embedder), self._on_ended, self._on_failed)

    async def _run(self, place: Path, agreed: Agreed, embedder: Embedder) -> None:
        """On the asyncio thread."""

        def tell(done: int, total: int) -> None:
            self._thread.post(partial(self._on_progress, agreed, done, total))

        embedding = await asyncio.to_thread(_opened, place, agreed, self._parts.files.read)
        if embedding is None:
            return
        try:
            await embed_missing(embedding, embedder.embed, tell)
        finally:
            await asyncio.shield(asyncio.to_thread(embedding.close))

    def _make_embedder(self, agreed: Agreed) -> Embedder:
        def spent(tokens: int) -> None:
            self._thread.post(lambda: self.spent.emit(TokensSpent(agreed.group, tokens)))

        def waits(wait: RetryScheduled) -> None:
            self._thread.post(partial(self._on_waits, agreed, wait))

        return Embedder(self._parts.client, agreed, self._parts.count_of, spent, waits)

    def _on_waits(self, agreed: Agreed, wait: RetryScheduled) -> None:
        if agreed is self._agreed:
            self._put(replace(self.state, note=f"{wait.reason} Trying again in {shown_duration(wait.delay_s)}."))

    def _on_progress(self, agreed: Agreed, done: int, total: int) -> None:
        if agreed is self._agreed and self.state.is_running:
            self._put(replace(self.state, done=done, total=total, note="" if done else self.state.note))
            self.measure()

    def _on_ended(self, _none: None) -> None:
        self._put(replace(self.state, is_running=False, note=""))
        self.measure()
        if self._is_wanted_again:
            self._timer.start()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self._put(replace(self.state, is_running=False, problem=sentence(error), note=""))
        self.measure()

    def _on_measured(self, size_bytes: int) -> None:
        if size_bytes != self.state.size_bytes:
            self._put(replace(self.state, size_bytes=size_bytes))

    def _on_index_changed(self, state: IndexState) -> None:
        if state.is_complete and self._agreed is not None:
            self._timer.start()

    def _stop(self) -> None:
        self._timer.stop()
        self._questions.stop()
        if self._running is not None:
            self._running.cancel()
        self._running = None
        self._is_wanted_again = False

    def _put(self, state: MeaningState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)


def _opened(place: Path, agreed: Agreed, read: Callable[[str], str]) -> Embedding | None:
    """On a worker: what is to be embedded; None where there is no index. Raises StoreError."""
    index = read_index(place)
    if index is None:
        return None
    try:
        return Embedding(index, open_vectors(vectors_place(place), model_name(agreed.profile)), read)
    except BaseException:
        index.close()
        raise


def _tell_failed(failed: Callable[[CopilotError], None], error: BaseException) -> None:
    if not isinstance(error, CopilotError):
        raise error
    failed(error)
