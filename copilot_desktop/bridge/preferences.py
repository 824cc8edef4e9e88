"""Settings pages read and written on workers; who shows or follows one listens to `page_changed`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.conversation.events import notice_of
from copilot_desktop.errors import CopilotError
from copilot_desktop.settings.store import Loaded, Page, SettingsStore


class PreferencesController(QObject):
    """GUI thread. `page_changed` carries a page, `failed` an `ErrorNotice`."""

    page_changed = Signal(object)
    failed = Signal(object)

    def __init__(self, thread: AsyncThread, store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = WorkQueue(thread)
        self._store = store
        self._kept: dict[type[Page], Page] = {}
        """What was kept while a page was read: the answer to the reading is older."""

    def load(self, page_type: type[Page]) -> None:
        """Read a page; `page_changed` answers, with the defaults where it cannot be read, and then `failed` as well."""
        read: Callable[[], Loaded[Page]] = lambda: self._store.load_or_default(page_type)  # noqa: E731 - typed

        self._kept.pop(page_type, None)

        def done(loaded: Loaded[Page]) -> None:
            if page_type in self._kept:
                return
            self.page_changed.emit(loaded.page)
            if loaded.problem is not None:
                self.failed.emit(notice_of(loaded.problem))

        self._queue.run(read, done)

    def save(self, page: Page) -> None:
        """Keep a page; it holds at once, and `failed` says when it could not be kept."""
        self._kept[type(page)] = page
        self.page_changed.emit(page)
        self._queue.run(lambda: self._store.save(page), None, self._on_failed)

    def tell(self, page: Page) -> None:
        """A page was kept by somebody else: all windows are to follow it."""
        self.page_changed.emit(page)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.failed.emit(notice_of(error))
