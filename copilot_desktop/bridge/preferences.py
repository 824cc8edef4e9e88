"""Settings pages read and written on workers; who shows or follows one listens to `page_changed`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.unexpected import raise_unexpected
from copilot_desktop.bridge.unsaved_settings import UnsavedSettings
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.conversation.events import ErrorNotice, notice_of
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.profiles import profile_from_setting
from copilot_desktop.settings.models_page import ModelsPage
from copilot_desktop.settings.page_texts import ReadText
from copilot_desktop.settings.store import Loaded, Page, SettingsStore
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class PageText:
    """The file of a page as it is; `note`: what in it is passed over."""

    page_type: type[Page]
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class TextRefused:
    """The text of a page was not kept, and why."""

    page_type: type[Page]
    notice: ErrorNotice


class PreferencesController(QObject):
    """GUI thread. `page_changed` carries a page, `failed` an `ErrorNotice`."""

    page_changed = Signal(object)
    failed = Signal(object)
    text_read = Signal(object)
    """Carries one `PageText`."""
    text_saved = Signal(object)
    """Carries one `PageText`, after `page_changed`."""
    text_refused = Signal(object)
    """Carries one `TextRefused`."""
    file_refused = Signal(object)
    """Carries one `TextRefused`: a file that another program has changed cannot be used."""

    def __init__(
        self, thread: AsyncThread, store: SettingsStore, unsaved: UnsavedSettings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.unsaved = unsaved
        self._queue = WorkQueue(thread)
        self._store = store
        self._known: dict[type[Page], Page] = {}
        self._saves: dict[type[Page], int] = {}
        """How often each was kept: what was read before that is older."""

    def load(self, page_type: type[Page]) -> None:
        """Read a page; `page_changed` answers, with the defaults where it cannot be read, and then `failed` as well."""
        read: Callable[[], Loaded[Page]] = lambda: self._store.load_or_default(page_type)  # noqa: E731 - typed
        saves = self._saves.get(page_type)

        def done(loaded: Loaded[Page]) -> None:
            if saves != self._saves.get(page_type):
                return
            self.tell(loaded.page)
            if loaded.problem is not None:
                self.failed.emit(notice_of(loaded.problem))

        self._queue.run(read, done)

    def save(self, page: Page) -> None:
        """Keep a page; it holds at once, and `failed` says when it could not be kept."""
        self._count(type(page))
        # Who reads the file when it is told does so after this.
        self._queue.run(lambda: self._store.save(page), None, self._on_failed)
        self.tell(page)

    def tell(self, page: Page) -> None:
        """A page is kept: all windows are to follow it."""
        self._known[type(page)] = page
        self.page_changed.emit(page)

    def read_text(self, page_type: type[Page]) -> None:
        """Read the file of a page; `text_read` answers, or `text_refused`."""

        def done(text: str) -> None:
            self.text_read.emit(PageText(page_type, text))

        self._queue.run(lambda: self._store.text(page_type), done, lambda error: self._refuse(page_type, error))

    def save_text(self, page_type: type[Page], text: str) -> None:
        """Keep the file of a page as it is written; `text_saved`, or `text_refused` and nothing has changed."""

        def done(read: ReadText[Page]) -> None:
            self._count(page_type)
            self.tell(read.page)
            self.text_saved.emit(PageText(page_type, text, read.note))

        self._queue.run(
            lambda: self._store.save_text(page_type, text, _check),
            done,
            lambda error: self._refuse(page_type, error),
        )

    def read_again(self, page_types: tuple[type[Page], ...]) -> None:
        """Files may have been changed by another program: tell what is in them where it is something else."""
        for page_type in page_types:
            self._queue.run(
                lambda page_type=page_type: self._store.read_again(page_type),  # type: ignore[misc]
                partial(self._on_read_again, self._saves.get(page_type)),
                partial(self._on_file_refused, page_type),
            )

    def _count(self, page_type: type[Page]) -> None:
        self._saves[page_type] = self._saves.get(page_type, 0) + 1

    def _on_read_again(self, saves: int | None, page: Any) -> None:
        if saves != self._saves.get(type(page)):
            return
        # What is read first is what holds already.
        if self._known.setdefault(type(page), page) != page:
            self.tell(page)

    def _on_file_refused(self, page_type: type[Page], error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        # At a start that is the defaults; without them what the file says once it is correct would not be told.
        self._known.setdefault(page_type, page_type())
        self.file_refused.emit(TextRefused(page_type, notice_of(error)))

    def _refuse(self, page_type: type[Page], error: BaseException) -> None:
        if isinstance(error, CopilotError):
            self.text_refused.emit(TextRefused(page_type, notice_of(error)))
        raise_unexpected(error)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.failed.emit(notice_of(error))


def _check(page: Page) -> None:
    """Raise UsageError for a profile that could not be used, for instance since it holds a key."""
    if isinstance(page, ModelsPage):
        for profile in page.profiles:
            profile_from_setting(profile)
