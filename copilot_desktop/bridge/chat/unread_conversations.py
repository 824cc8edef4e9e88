"""Which conversations have an answer that nobody has seen, also one of an earlier start."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.conversation.events import notice_of
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.unread_answers import UnreadAnswers
from copilot_desktop.errors import CopilotError


class UnreadConversations(QObject):
    """GUI thread; the writing is on workers."""

    changed = Signal()
    failed = Signal(object)
    """Carries one `ErrorNotice`: the store cannot be used."""

    def __init__(self, thread: AsyncThread, store: ConversationStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kept = UnreadAnswers(store)
        self._work = WorkQueue(thread)
        self.ids: frozenset[str] = frozenset()

    def forget(self) -> None:
        """Other conversations are shown from now on; what is kept stays for the next time."""
        self.ids = frozenset()
        self.changed.emit()

    def bring_back(self, ids: frozenset[str]) -> None:
        """These were not seen before the program ended."""
        self.ids |= ids
        self.changed.emit()

    def add(self, place: ConversationPlace) -> None:
        """An answer has come while something else was shown."""
        self.ids |= {place.conversation_id}
        self._keep(place, is_unread=True)

    def see(self, place: ConversationPlace) -> None:
        """The answers there are seen, or are not worth seeing any more."""
        if place.conversation_id in self.ids:
            self.ids -= {place.conversation_id}
            self._keep(place, is_unread=False)

    def _keep(self, place: ConversationPlace, *, is_unread: bool) -> None:
        workspace, conversation_id = place.workspace, place.conversation_id
        self._work.run(
            lambda: self.kept.keep(workspace, conversation_id, is_unread=is_unread), None, self._on_store_failed
        )
        self.changed.emit()

    def _on_store_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.failed.emit(notice_of(error))
