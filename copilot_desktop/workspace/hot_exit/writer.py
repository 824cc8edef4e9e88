"""The thread that keeps unsaved texts on disk: it takes what the GUI thread hands it and writes it down in batches."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from copilot_desktop.errors import StoreError
from copilot_desktop.text.changes import ByteEdit, CopiedText
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.hot_exit.entry_file import LONG_BYTES, Beside, EntryFile
from copilot_desktop.workspace.hot_exit.place import SUFFIX
from copilot_desktop.workspace.hot_exit.records import DiskBase, UnsavedHeader

_log = logging.getLogger(__name__)

BATCH_S: Final = 0.3
"""Changes wait so long for others to be written down with them; with the disk's own time, well under a second."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A text, whole: the edits after it belong to it."""

    entry_id: str
    header: UnsavedHeader
    text: CopiedText


@dataclass(frozen=True, slots=True)
class BegunOnDisk:
    """A text that is the one in its file but for the edits after this: so a long one is safe until it is `Begun`."""

    entry_id: str
    header: UnsavedHeader
    base: DiskBase


@dataclass(frozen=True, slots=True)
class Edited:
    """A change of a text that was begun."""

    entry_id: str
    edit: ByteEdit


@dataclass(frozen=True, slots=True)
class Described:
    """What the text is of, now that this has changed."""

    entry_id: str
    header: UnsavedHeader


@dataclass(frozen=True, slots=True)
class Removed:
    """The text is saved, or nobody wants it."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class Written:
    """A long text has been written down beside its file; the writer tells itself."""

    entry_id: str
    beside: Beside


@dataclass(frozen=True, slots=True)
class Held:
    """These copies are about to be written by somebody else: they are on disk as far as they can be, and let go of,
    when `ready` is called on the thread; it is told whether the folder they belong to is there. What comes for them
    waits until they are `Released`."""

    entry_ids: tuple[str, ...]
    ready: Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class Released:
    """The writer has the copies again. Their texts are to be begun anew: what was changed meanwhile is dropped."""

    entry_ids: tuple[str, ...]


Step = Begun | BegunOnDisk | Edited | Described | Removed | Written
Control = Held | Released


@dataclass(frozen=True, slots=True)
class WriteReport:
    """How writing went. `failed`: texts that are not on disk as they are now and must be begun again."""

    failed: tuple[str, ...]
    error: OSError | StoreError | None


class HotExitWriter:
    """Writes to one folder; `prepare` makes it, before each text that is begun. `report` is called on the thread, after
    a batch that failed and after the first one that did not. Calls return at once."""

    def __init__(self, folder: Path, prepare: Callable[[], None], report: Callable[[WriteReport], None]) -> None:
        self._folder = folder
        self._prepare = prepare
        self._report = report
        self._ready = threading.Condition()
        self._steps: list[Step | Control] = []
        self._flushes: list[Callable[[bool], None]] = []
        self._is_hurried = self._is_asleep = self._is_stopped = False
        self._thread: threading.Thread | None = None
        self._files: dict[str, EntryFile] = {}
        self._failed: set[str] = set()
        self._held: dict[str, list[Step]] = {}
        self._last_error: OSError | StoreError | None = None

    @property
    def folder(self) -> Path:
        """Where the copies stand."""
        return self._folder

    def put(self, step: Step | Control) -> None:
        """Hand over what has happened to a text."""
        with self._ready:
            self._steps.append(step)
            # What stands in its file must not come back from here after a kill: that is not waited with.
            # Nor with a text that takes its time to be written.
            is_long = isinstance(step, Begun) and step.text.size_bytes > LONG_BYTES
            is_urgent = is_long or isinstance(step, Removed | Written | Held | Released)
            self._is_hurried = self._is_hurried or is_urgent
            self._start()
            if self._is_asleep or self._is_hurried:
                self._ready.notify()

    def flush(self, done: Callable[[bool], None]) -> None:
        """Write down at once; `done(True)` on the thread when every text handed over is on disk as it is now."""
        with self._ready:
            self._flushes.append(done)
            self._start()
            self._ready.notify()

    def stop(self, limit_s: float | None = None) -> bool:
        """Write down what is left and end the thread; the files stay. Waits no longer than `limit_s`.

        Returns whether it has ended.
        """
        with self._ready:
            self._is_stopped = True
            self._ready.notify()
        if self._thread is None:
            return True
        self._thread.join(limit_s)
        return not self._thread.is_alive()

    def _start(self) -> None:
        if self._thread is None and not self._is_stopped:
            self._thread = threading.Thread(target=self._run, name="hot-exit", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        flushes: list[Callable[[bool], None]] = []
        while True:
            with self._ready:
                self._wait_for_batch()
                steps, self._steps = self._steps, []
                flushes += self._flushes
                self._flushes = []
                is_last = self._is_stopped
            self._write(steps)
            if all(file.is_open for file in self._files.values() if file.is_being_written):
                for done in flushes:
                    done(not self._failed)
                flushes.clear()
            if is_last and not self._steps and not self._is_writing:
                # Nobody comes to release them any more.
                self._write([Released(tuple(self._held))])
                break
        for file in self._files.values():
            file.close()

    @property
    def _is_writing(self) -> bool:
        """Whether a long text is on its way, of which `Written` will come."""
        return any(file.is_being_written for file in self._files.values())

    def _wait_for_batch(self) -> None:
        """Let a batch fill. Asleep only when nothing has come for a while: to wake it costs whoever types a moment."""
        if self._is_stopped and self._is_writing:
            self._ready.wait_for(lambda: self._steps)
        self._ready.wait_for(self._must_hurry, timeout=BATCH_S)
        if not (self._steps or self._must_hurry()):
            self._is_asleep = True
            self._ready.wait_for(lambda: self._steps or self._must_hurry())
            self._is_asleep = False
            self._ready.wait_for(self._must_hurry, timeout=BATCH_S)
        self._is_hurried = False

    def _must_hurry(self) -> bool:
        return bool(self._flushes) or self._is_stopped or self._is_hurried

    def _write(self, steps: Sequence[Step | Control]) -> None:
        """Each text gets what belongs to it in one go, since a sync costs more than the writing."""
        per_entry: dict[str, list[Step]] = {}
        error: OSError | StoreError | None = None
        for step in steps:
            if isinstance(step, Held):
                for entry_id in step.entry_ids:
                    before = per_entry.pop(entry_id, [])
                    error = self._tried(entry_id, partial(self._write_entry, entry_id, before)) or error
                self._hold(step)
            elif isinstance(step, Released):
                per_entry |= self._release(step)
            elif step.entry_id in self._held and not isinstance(step, Written):
                self._held[step.entry_id].append(step)
            elif isinstance(step, Written):
                # What came before it belongs to it.
                before = per_entry.pop(step.entry_id, [])
                error = self._tried(step.entry_id, partial(self._write_entry, step.entry_id, before)) or error
                error = self._tried(step.entry_id, partial(self._take, step)) or error
            else:
                per_entry.setdefault(step.entry_id, []).append(step)
        for entry_id, own in per_entry.items():
            error = self._tried(entry_id, partial(self._write_entry, entry_id, own)) or error
        if error is not None or (self._last_error is not None and not self._failed):
            self._last_error = error
            _log.info("unsaved text: %d not kept, %s", len(self._failed), error or "all well again")
            self._report(WriteReport(tuple(sorted(self._failed)), error))

    def _hold(self, held: Held) -> None:
        """What is being written beside a file is forgotten: the text is begun anew after this."""
        has_folder = True
        try:
            self._prepare()
        except (OSError, StoreError):
            has_folder = False
        for entry_id in held.entry_ids:
            file = self._files.pop(entry_id, None)
            if file is not None:
                file.let_go()
            self._held.setdefault(entry_id, [])
        held.ready(has_folder)

    def _release(self, released: Released) -> dict[str, list[Step]]:
        """What came meanwhile for each text and still holds: from where it was begun anew or removed."""
        kept: dict[str, list[Step]] = {}
        for entry_id in released.entry_ids:
            steps = self._held.pop(entry_id, [])
            starts = [at for at, step in enumerate(steps) if isinstance(step, Begun | Removed)]
            if starts:
                kept[entry_id] = steps[starts[-1] :]
        return kept

    def _tried(self, entry_id: str, write: Callable[[], None]) -> OSError | StoreError | None:
        try:
            write()
        except (OSError, StoreError) as refused:
            self._failed.add(entry_id)
            return refused
        return None

    def _take(self, written: Written) -> None:
        file = self._files.get(written.entry_id)
        if file is None:
            written.beside.forget()  # the text is saved
            return
        was_wanted = file.is_being_written
        file.take(written.beside)
        if was_wanted and not file.is_being_written:
            self._failed.discard(written.entry_id)

    def _write_entry(self, entry_id: str, steps: list[Step]) -> None:
        # What came before the last of these is overtaken by it.
        last = max((at for at, step in enumerate(steps) if isinstance(step, Begun | BegunOnDisk | Removed)), default=-1)
        if last >= 0:
            step = steps[last]
            if isinstance(step, Begun) and step.text.size_bytes > LONG_BYTES:
                # It takes its time: until then what came before is all there is.
                self._write_entry(entry_id, steps[:last])
            self._begin_or_remove(step)
        edits = [step.edit for step in steps[last + 1 :] if isinstance(step, Edited)]
        headers = [step.header for step in steps[last + 1 :] if isinstance(step, Described)]
        file = self._files.get(entry_id)
        if file is None or not (edits or headers):
            return
        # What has been told of waits to be begun again: where its file was closed these edits may not fit it.
        if file.is_open or file.is_being_written or entry_id not in self._failed:
            file.add(edits, replace(headers[-1], caret=0) if headers else None)

    def _begin_or_remove(self, step: Step) -> None:
        entry_id = step.entry_id
        if isinstance(step, Begun | BegunOnDisk):
            file = self._files.setdefault(entry_id, self._file(entry_id))
            try:
                self._prepare()
                if isinstance(step, Begun):
                    file.begin(replace(step.header, caret=step.text.caret), step.text)
                else:
                    file.begin_on_disk(step.header, step.base)
            except (OSError, StoreError):
                file.close()  # what stands there lacks what was overtaken
                raise
            if not file.is_being_written:
                self._failed.discard(entry_id)
        else:
            self._failed.discard(entry_id)
            # Also one that this start has not begun: it came back from an earlier one. A copy that cannot be removed
            # costs nobody a text: it would be shown once more.
            with contextlib.suppress(OSError):
                self._files.pop(entry_id, self._file(entry_id)).remove()

    def _file(self, entry_id: str) -> EntryFile:
        return EntryFile(
            self._folder / f"{entry_id}{SUFFIX}",
            lambda beside: self.put(Written(entry_id, beside)),
        )
