"""Keeps what is typed in the settings and not saved, within a second of every change, and brings it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.conversation.events import ErrorNotice, notice_of
from copilot_desktop.credentials.secret_text import looks_like_secret, masked_with_names
from copilot_desktop.credentials.waiting import within
from copilot_desktop.errors import CopilotError, StoreError
from copilot_desktop.settings.models_page import HeaderSetting
from copilot_desktop.settings.store import Loaded, SettingsStore
from copilot_desktop.settings.unsaved_page import ProfileDraft, TextDraft, UnsavedPage
from copilot_desktop.values import dataclass

KEEP_MS: Final = 250
RETRY_MS: Final = 3_000
CLOSING_LIMIT_S: Final = 2.0
SETTLE_LIMIT_MS: Final = 5_000
_KEY_PLACE: Final = "{key}"
_SECRET: Final = ErrorNotice(
    "secret",
    "What is typed in Settings and not saved seems to hold a key, and keys are written to no file.",
    "Take it out or save the settings. If you close now, that piece of the text is lost.",
)
_TOO_SLOW: Final = ErrorNotice(
    "slow",
    "What is typed in Settings and not saved could not be written down: the disk does not answer.",
    "Save the settings, or it is lost.",
)

Draft = ProfileDraft | TextDraft
D = TypeVar("D", ProfileDraft, TextDraft)


@dataclass(frozen=True, slots=True)
class UnsavedLoaded:
    """So many drafts are there again; `problem`: they could not be read."""

    count: int
    problem: ErrorNotice | None = None


@dataclass(slots=True)
class _Held:
    """A draft, and who has it in hand."""

    draft: Draft
    holder: object | None = None


class UnsavedSettings(QObject):
    """The drafts of all windows. GUI thread; the writing is on workers.

    Who shows a draft holds it, and holds one at most. The others are free, to be taken by whoever comes first.
    """

    loaded = Signal(object)
    """Carries one `UnsavedLoaded`."""
    emptied = Signal()
    """Nothing is left that is not saved."""
    settling = Signal()
    """What was typed and not noted yet is to be noted now."""

    def __init__(self, thread: AsyncThread, store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._work = store, WorkQueue(thread)
        self._drafts: list[_Held] = []
        self._written = UnsavedPage()
        self._problem: ErrorNotice | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._on_timeout)

    def load(self) -> None:
        """Read what an earlier start has left; `loaded` answers."""
        self._work.run(lambda: self._store.load_or_default(UnsavedPage), self._on_loaded)

    def free(self, kind: type[D]) -> tuple[D, ...]:
        """The drafts that nobody holds, the oldest first."""
        return tuple(each.draft for each in self._drafts if each.holder is None and isinstance(each.draft, kind))

    def take(self, holder: object, draft: Draft) -> None:
        """Hold a draft that is free."""
        self.let_go(holder)
        for each in self._drafts:
            if each.draft is draft:
                each.holder = holder

    def note(self, holder: object, draft: Draft | None) -> None:
        """This is what the holder has typed by now; None: nothing that is not saved."""
        at = next((at for at, each in enumerate(self._drafts) if each.holder is holder), None)
        if at is None and draft is not None:
            self._drafts.append(_Held(draft, holder))
        elif at is not None:
            self._drafts[at : at + 1] = [] if draft is None else [_Held(draft, holder)]
        self._write_soon()

    def let_go(self, holder: object) -> None:
        """The holder shows something else now."""
        for each in self._drafts:
            each.holder = None if each.holder is holder else each.holder

    def drop(self, draft: Draft) -> None:
        """A draft is saved, or what it was about is gone."""
        self._drafts = [each for each in self._drafts if each.draft is not draft]
        self._write_soon()

    def write(self, then: Callable[[], object]) -> None:
        """Write down what differs; `then` is called when that was tried."""
        self._timer.stop()
        page = self._page()
        if page == self._written:
            self._problem = None
            then()
            return

        def done(_none: object) -> None:
            self._written, self._problem = page, None
            then()

        def failed(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            self._problem = notice_of(error)
            self._timer.start(RETRY_MS)
            then()

        self._work.run(lambda: self._store.save(page), done, failed)

    def settle(self, answer: Callable[[ErrorNotice | None], None]) -> None:
        """Write it down before the program ends; the answer says why something would be lost, None: nothing would."""
        self.settling.emit()
        answered: list[bool] = []

        def tell() -> None:
            if not answered:
                answered.append(True)
                refusal = self._problem or _TOO_SLOW
                answer(refusal if self._page() != self._written else _SECRET if self._has_secret() else None)

        if self._drafts or self._page() != self._written:
            QTimer.singleShot(SETTLE_LIMIT_MS, self, tell)
            self.write(tell)
        else:
            answer(None)

    def close(self) -> None:
        """The program ends: write down the rest. A disk that hangs keeps it no longer than two seconds."""
        self._timer.stop()
        page = self._page()
        if page == self._written:
            return
        try:
            within(CLOSING_LIMIT_S, lambda: self._store.save(page))
        except (StoreError, TimeoutError):
            return  # the user was asked

    def _write_soon(self) -> None:
        if not self._drafts:
            self.emptied.emit()
        if not self._timer.isActive():
            self._timer.start(KEEP_MS)

    def _page(self) -> UnsavedPage:
        drafts = [each.draft for each in self._drafts]
        return UnsavedPage(
            tuple(_without_secrets(each) for each in drafts if isinstance(each, ProfileDraft)),
            tuple(each for each in drafts if isinstance(each, TextDraft) and not _holds_secret(each.text)),
        )

    def _has_secret(self) -> bool:
        drafts = [each.draft for each in self._drafts]
        return any(
            _holds_secret(each.text) if isinstance(each, TextDraft) else _without_secrets(each) is not each
            for each in drafts
        )

    def _on_timeout(self) -> None:
        self.write(lambda: None)

    def _on_loaded(self, found: Loaded[UnsavedPage]) -> None:
        self._written = found.page
        drafts: tuple[Draft, ...] = (*found.page.profiles, *found.page.texts)
        left = [_Held(each) for each in drafts]
        self._drafts[:0] = left
        self.loaded.emit(UnsavedLoaded(len(left), None if found.problem is None else notice_of(found.problem)))


def _without_secrets(draft: ProfileDraft) -> ProfileDraft:
    """The draft as it may be written: what looks like a key, in whichever field, is left out."""
    setting = draft.setting
    values = {name: getattr(setting, name) for name in setting.__dataclass_fields__}
    changes: dict[str, Any] = {
        name: "" for name, value in values.items() if isinstance(value, str) and _holds_secret(value)
    }
    headers = tuple(each for each in setting.headers if not _is_secret_header(each))
    if headers != setting.headers:
        changes["headers"] = headers
    return replace(draft, setting=replace(setting, **changes)) if changes else draft


def _holds_secret(text: str) -> bool:
    return masked_with_names(text) != text


def _is_secret_header(header: HeaderSetting) -> bool:
    value = header.value.replace(_KEY_PLACE, "")
    return looks_like_secret(value) or _holds_secret(f"{header.name}: {value}")
