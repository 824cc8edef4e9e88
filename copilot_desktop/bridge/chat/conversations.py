"""The conversations of a folder: found by words, renamed, pinned, deleted with a way back, exported. All on workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.conversation.events import ErrorNotice, notice_of
from copilot_desktop.conversation.searching import ConversationFound
from copilot_desktop.conversation.store import ConversationStore, conversation_of
from copilot_desktop.conversation.turns import Conversation
from copilot_desktop.errors import CopilotError
from copilot_desktop.values import dataclass

T = TypeVar("T")
_TOGETHER_S = 60.0
"""Deleted one soon after the other, conversations come back together."""


@dataclass(frozen=True, slots=True)
class ConversationsFound:
    """What a query found, as the list shows it."""

    query: str
    found: tuple[ConversationFound, ...]


@dataclass(frozen=True, slots=True)
class ConversationRenamed:
    """A conversation has another title."""

    conversation_id: str
    title: str


@dataclass(frozen=True, slots=True)
class ConversationsDeleted:
    """These are deleted and can be brought back; empty: they are back, or there are none any more."""

    conversations: tuple[Conversation, ...]


@dataclass(frozen=True, slots=True)
class ConversationsRestored:
    """These are back in the list."""

    conversations: tuple[Conversation, ...]


@dataclass(frozen=True, slots=True)
class ConversationExported:
    """A conversation was written to a file."""

    place: Path


class ConversationsController(QObject):
    """One folder's list at a time. GUI thread."""

    found = Signal(object)
    """Carries one `ConversationsFound`, for the newest query alone."""
    renamed = Signal(object)
    deleted = Signal(object)
    restored = Signal(object)
    exported = Signal(object)
    failed = Signal(object)
    """Carries one `ErrorNotice`."""
    refused = Signal()
    """Nothing was changed: what shows the list shows it as it was."""

    def __init__(self, thread: AsyncThread, store: ConversationStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._work = WorkQueue(thread)
        self._workspace = ""
        self._query = ""
        self._asked = 0
        self._deleted: tuple[Conversation, ...] = ()
        self._deleted_at = 0.0

    def open_workspace(self, folder: str) -> None:
        """Work with the conversations of this absolute folder; what was deleted long ago is deleted for good."""
        self._workspace, self._query = folder, ""
        self._tell_deleted(())
        self._run(self._store.forget_deleted, lambda _none: None)

    def search(self, query: str) -> None:
        """Look for conversations; an empty query lists all. `found` answers."""
        self._query = query
        self._asked += 1
        asked, folder = self._asked, self._workspace

        def done(found: tuple[ConversationFound, ...]) -> None:
            if asked == self._asked:
                self.found.emit(ConversationsFound(query, found))

        def find() -> tuple[ConversationFound, ...]:
            # Of letters typed quickly only the last ones are looked for.
            return self._store.search(folder, query) if asked == self._asked else ()

        self._run(find, done)

    def find_turn(
        self,
        turn_id: str,
        found: Callable[[Conversation | None], object],
        failed: Callable[[], object] = lambda: None,
    ) -> None:
        """Look for the conversation that a turn was asked in; `failed`: the store cannot be read, which is told."""
        folder = self._workspace
        self._run(lambda: conversation_of(self._store, folder, turn_id), found, failed)

    def rename(self, conversation: Conversation, title: str) -> None:
        """Give a conversation another title; one without a letter is not taken."""
        title = " ".join(title.split())
        if not title or title == conversation.title:
            self.search(self._query)
            return

        def done(_none: None) -> None:
            self.renamed.emit(ConversationRenamed(conversation.conversation_id, title))
            self.search(self._query)

        self._run(lambda: self._store.rename(conversation.conversation_id, title), done)

    def set_pinned(self, conversation: Conversation, is_pinned: bool) -> None:
        """Keep a conversation at the top of the list, or no longer."""
        self._run(
            lambda: self._store.set_pinned(conversation.conversation_id, is_pinned),
            lambda _none: self.search(self._query),
        )

    def delete(self, conversation: Conversation) -> None:
        """Take a conversation out of the list; `restore_deleted` brings it back."""

        def done(_none: None) -> None:
            now = time.monotonic()
            before = self._deleted if now - self._deleted_at < _TOGETHER_S else ()
            self._deleted_at = now
            self._tell_deleted((*before, conversation))
            self.search(self._query)

        self._run(lambda: self._store.delete(conversation.conversation_id), done)

    @property
    def has_deleted(self) -> bool:
        """Whether there is something to bring back."""
        return bool(self._deleted)

    def restore_deleted(self) -> None:
        """Bring back what was deleted since the notice of it was put aside."""
        chosen = self._deleted

        def restore() -> None:
            for conversation in chosen:
                self._store.restore(conversation.conversation_id)

        def done(_none: None) -> None:
            self._tell_deleted(())
            self.restored.emit(ConversationsRestored(chosen))
            self.search(self._query)

        # Where it fails the way back stays.
        self._run(restore, done)

    def export(self, conversation: Conversation, place: Path, arriving: Mapping[str, str]) -> None:
        """Write the branch of a conversation that is shown as Markdown.

        `arriving`: of the turns that run, by id, what has come of their answers.
        """

        def write() -> None:
            from copilot_desktop.conversation.exporting import markdown_of, pictures_in_markdown, write_markdown
            from copilot_desktop.conversation.summaries import SummaryStore

            leaf_id = self._store.leaf_id(conversation.conversation_id)
            turns = self._store.branch(conversation.conversation_id, leaf_id)
            summaries = SummaryStore(self._store).of_conversation(conversation.conversation_id)
            write_markdown(place, markdown_of(conversation, turns, arriving, summaries) + pictures_in_markdown(turns))

        self._run(write, lambda _none: self.exported.emit(ConversationExported(place)))

    def _tell_deleted(self, conversations: tuple[Conversation, ...]) -> None:
        if conversations != self._deleted:
            self._deleted = conversations
            self.deleted.emit(ConversationsDeleted(conversations))

    def _run(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[], object] = lambda: None
    ) -> None:
        def finish(result: T) -> None:
            done(result)

        def fail(error: BaseException) -> None:
            self._on_failed(error)
            failed()

        self._work.run(work, finish, fail)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        notice: ErrorNotice = notice_of(error)
        self.failed.emit(notice)
        # A list that shows what was wanted and not what is would say it was done.
        self.refused.emit()
