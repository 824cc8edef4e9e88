"""Keeps on the disk what is written in a chat and not sent, within a second of every change, and brings it back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.conversation.draft_store import DraftKey, DraftStore
from copilot_desktop.conversation.drafts import Draft, DraftPart, UnsentPrompt, changed_parts
from copilot_desktop.conversation.drafts_in_hand import DraftsInHand
from copilot_desktop.conversation.events import ErrorNotice, notice_of
from copilot_desktop.errors import CopilotError, StoreError
from copilot_desktop.values import dataclass

KEEP_MS: Final = 250
RETRY_MS: Final = 3_000
CLOSING_LIMIT_S: Final = 2.0
SETTLE_LIMIT_MS: Final = 5_000

_TOO_SLOW: Final = ErrorNotice("slow", "The disk does not answer.")
_Changes = dict[DraftKey, dict[DraftPart, str]]


@dataclass(frozen=True, slots=True)
class DraftsLoaded:
    """The drafts of a workspace that were kept are known."""

    workspace: str


@dataclass(frozen=True, slots=True)
class DraftsProtected:
    """Whether drafts are kept; `problem` says why not, None when they are."""

    problem: ErrorNotice | None = None


class DraftKeeper(QObject):
    """The drafts of one window. GUI thread; the writing is on workers."""

    loaded = Signal(object)
    """Carries one `DraftsLoaded`."""
    protection_changed = Signal(object)
    """Carries one `DraftsProtected`."""

    def __init__(
        self, thread: AsyncThread, store: DraftStore, in_hand: DraftsInHand, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._in_hand = store, in_hand
        self._thread, self._work = thread, WorkQueue(thread)
        self._drafts: dict[DraftKey, Draft] = {}
        self._kept: dict[DraftKey, Draft] = {}
        self._unkept: _Changes = {}
        self._put_since: set[DraftKey] = set()
        self._number = 0
        self._is_protected = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)

    def open_workspace(self, workspace: str) -> None:
        """Read what was kept for a workspace, by whichever window; `loaded` answers."""
        self._write()
        if workspace:
            self._in_hand.let_go(self)
        others = self._in_hand.held_by_others(self)
        self._put_since.clear()

        def done(found: dict[DraftKey, Draft]) -> None:
            for key in [key for key in self._drafts if key.workspace == workspace and key not in self._put_since]:
                del self._drafts[key]
                self._kept.pop(key, None)
            for key, draft in found.items():
                mine = self._drafts.get(key)
                self._kept[key] = draft
                self._drafts[key] = draft if mine is None else _joined(draft, mine)
            self._keep_soon()
            self.loaded.emit(DraftsLoaded(workspace))

        def failed(error: BaseException) -> None:
            self._on_failed(error)
            self.loaded.emit(DraftsLoaded(workspace))

        self._work.run(lambda: self._store.load(workspace, others), done, failed)

    def is_first(self) -> bool:
        """Whether of the windows without a folder this is the one that goes on with the draft that was kept."""
        return self._in_hand.is_first(self)

    def hold(self, conversation_id: str) -> None:
        """The draft of a conversation that is not made yet is written in this window alone."""
        self._in_hand.hold(self, conversation_id)

    def draft(self, key: DraftKey) -> Draft:
        """What is written there."""
        return self._drafts.get(key, Draft())

    def put(self, key: DraftKey, draft: Draft) -> None:
        """This is written there now."""
        if draft != self.draft(key):
            self._drafts[key] = draft
            self._put_since.add(key)
            self._keep_soon()

    def put_before(self, key: DraftKey, unsent: UnsentPrompt) -> None:
        """A prompt could not be sent, and something else is shown by now."""
        draft = self.draft(key)
        self.put(key, replace(draft, written=unsent.before(draft.written)))

    def show(self, key: DraftKey) -> None:
        """This conversation is in front."""
        self._unkept.setdefault(DraftKey(key.workspace), {})[DraftPart.SHOWN] = self._store.shown_value(
            key.conversation_id
        )
        self._keep_soon()

    def settle(self, answer: Callable[[ErrorNotice | None], None]) -> None:
        """Write down the rest before the window closes; the answer says why something written would be lost, None:
        nothing would."""
        self._gather()
        if not self._has_unkept_text():
            answer(None)
            return
        answered: list[bool] = []

        def tell(problem: ErrorNotice | None) -> None:
            if not answered:
                answered.append(True)
                answer(problem if self._has_unkept_text() else None)

        QTimer.singleShot(SETTLE_LIMIT_MS, self, lambda: tell(_TOO_SLOW))
        self._write_now(tell)

    def close(self) -> None:
        """The window closes: write down the rest. A disk that hangs keeps it no longer than two seconds."""
        self._timer.stop()
        self._in_hand.let_go(self)
        self._gather()
        changes, self._unkept = self._unkept, {}
        if changes:
            self._number += 1
            arguments = (changes, self._number)
            writing = threading.Thread(target=self._write_last, args=arguments, name="drafts-end", daemon=True)
            writing.start()
            writing.join(CLOSING_LIMIT_S)

    def _write_last(self, changes: _Changes, number: int) -> None:
        try:
            self._store.keep(changes, number)
        except StoreError:
            # Said before, while there was somebody to say it to.
            return

    def _keep_soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start(KEEP_MS)

    def _gather(self) -> None:
        """Find what differs from what is kept."""
        for key, draft in self._drafts.items():
            kept = self._kept.get(key, Draft())
            if draft is not kept:
                self._unkept.setdefault(key, {}).update(changed_parts(kept, draft))
                self._kept[key] = draft

    def _write(self) -> None:
        self._gather()
        changes = self._changes()
        if changes:
            number = self._number
            self._work.run(
                lambda: self._store.keep(changes, number), lambda _none: self._on_kept(changes), self._on_failed
            )

    def _write_now(self, then: Callable[[ErrorNotice | None], None]) -> None:
        """The same on a thread of its own, since the workers may have enough to do; `then` is told why it was refused,
        None where it was not."""
        changes, number = self._changes(), self._number

        def told(problem: StoreError | None) -> None:
            if problem is None:
                self._on_kept(changes)
            else:
                self._on_failed(problem)
            then(None if problem is None else notice_of(problem))

        def work() -> None:
            problem: StoreError | None = None
            try:
                self._store.keep(changes, number)
            except StoreError as error:
                problem = error
            self._thread.post(lambda: told(problem))

        threading.Thread(target=work, name="drafts-settle", daemon=True).start()

    def _changes(self) -> _Changes:
        """What is to be written, under the next number."""
        self._number += 1
        return {key: dict(parts) for key, parts in self._unkept.items() if parts}

    def _has_unkept_text(self) -> bool:
        """Which conversation is in front is no text."""
        return any(part is not DraftPart.SHOWN for parts in self._unkept.values() for part in parts)

    def _on_timer_timeout(self) -> None:
        self._write()

    def _on_kept(self, changes: _Changes) -> None:
        for key, parts in changes.items():
            left = self._unkept.get(key, {})
            self._unkept[key] = {part: value for part, value in left.items() if parts.get(part) != value}
        self._unkept = {key: parts for key, parts in self._unkept.items() if parts}
        self._protect(None)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self._protect(notice_of(error))
        self._timer.start(RETRY_MS)

    def _protect(self, problem: ErrorNotice | None) -> None:
        if self._is_protected is (problem is None):
            return
        self._is_protected = problem is None
        self.protection_changed.emit(DraftsProtected(problem))


def _joined(kept: Draft, mine: Draft) -> Draft:
    """What was written while the one that was kept was still being read stands behind it."""
    if kept == mine:
        return kept
    return replace(mine, written=kept.written.before(mine.written), queue=(*kept.queue, *mine.queue))
