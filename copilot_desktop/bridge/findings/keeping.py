"""The findings of a folder, written down on workers as they change; dismissing one, and taking that back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.conversation.findings.store import FindingsStore, KeptFindings
from copilot_desktop.conversation.findings.values import Finding
from copilot_desktop.errors import CopilotError, StoreError


class FindingsKeeper(QObject):
    """GUI thread only."""

    changed = Signal(object)
    """Carries one `KeptFindings`."""
    failed = Signal(str)
    """Carries a sentence: they cannot be kept."""

    def __init__(self, thread: AsyncThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = WorkQueue(thread)
        self._store: FindingsStore | None = None
        self._unwritten: KeptFindings | None = None
        self._ahead: KeptFindings | None = None
        self._is_writing_ahead = False
        self._undo: list[tuple[Finding, int]] = []
        self.kept = KeptFindings()

    @property
    def can_undo(self) -> bool:
        """Whether a dismissal can be taken back."""
        return bool(self._undo)

    def open(self, place: Path | None) -> None:
        """Those of another folder from now on, read from a file; None: nothing is kept."""
        self.close()
        self.kept, self._undo = KeptFindings(), []
        store = self._store = None if place is None else FindingsStore(place)
        self.changed.emit(self.kept)
        if store is None:
            return

        def done(kept: KeptFindings) -> None:
            if self._store is not store:
                return
            mine = self.kept
            if mine == KeptFindings():
                self.keep(kept, is_written=False)
                return
            # What was found and dismissed before it was read comes after it.
            self.keep(replace(mine, dismissed=(*kept.dismissed, *mine.dismissed)))

        def fail(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            if self._store is store:
                self._store = None  # it must not be written over
                self.failed.emit(f"{error.message} {error.advice}".strip())

        self._queue.run(store.load, done, fail)

    def keep(self, kept: KeptFindings, *, is_written: bool = True) -> None:
        """Have these from now on."""
        self.kept, self._ahead = kept, None
        if is_written:
            self._write()
        self.changed.emit(kept)

    def write_ahead(self, kept: KeptFindings) -> None:
        """Write down what still arrives: a killed program has it at its next start. Nothing else is other than before.

        Of several that come quickly only the last one is written.
        """
        store, self._ahead = self._store, kept
        if store is None or self._is_writing_ahead:
            return
        self._is_writing_ahead = True

        def go_on() -> None:
            self._is_writing_ahead = False
            newer = self._ahead
            if newer is not None and newer is not kept and self._store is store:
                self.write_ahead(newer)

        def fail(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            # What is kept at the end says so.
            self._is_writing_ahead = False

        self._queue.run(lambda: store.save(kept), lambda _none: go_on(), fail)

    def dismiss(self, finding_id: str) -> Finding | None:
        """Let a finding not come again, until that is taken back. Returns it."""
        places = [place for place, each in enumerate(self.kept.findings) if each.finding_id == finding_id]
        if not places:
            return None
        finding = self.kept.findings[places[0]]
        self._undo.append((finding, places[0]))
        self.keep(self.kept.without(finding))
        return finding

    def undo(self) -> Finding | None:
        """Take the last dismissal back. Returns the finding, which is there again."""
        if not self._undo:
            return None
        finding, place = self._undo.pop()
        self.keep(self.kept.with_back(finding, place))
        return finding

    def close(self) -> None:
        """The window closes: what is not on disk yet is written now, a few kilobytes."""
        store, kept, self._unwritten, self._ahead = self._store, self._unwritten, None, None
        if store is not None and kept is not None:
            try:
                store.save(kept)
            except StoreError as error:
                self.failed.emit(f"{error.message} {error.advice}".strip())

    def _write(self) -> None:
        store, kept = self._store, self.kept
        if store is None:
            return
        self._unwritten = kept

        def done(_none: None) -> None:
            if self._unwritten is kept:
                self._unwritten = None

        def fail(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            self.failed.emit(f"{error.message} {error.advice}".strip())

        self._queue.run(lambda: store.save(kept), done, fail)
