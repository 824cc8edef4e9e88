"""Staging, unstaging and discarding, of files and of lines; a discard is a step of the history."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import Discarded, GitFailed
from copilot_desktop.errors import CopilotError, NotKeptError, UndecodableError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.checkpoints.store import SizeLimit, usual_limit
from copilot_desktop.workspace.git.values import FileSides, GitChange, PickedLines

if TYPE_CHECKING:
    from copilot_desktop.workspace.git.discarding import Discard
    from copilot_desktop.workspace.git.repository import GitRepository

    Plan = Callable[[GitRepository], Discard]


@dataclass(frozen=True, slots=True)
class _Written:
    """What stands on disk after a discard: hashes by path, and the texts of files that are open."""

    discarded: Discarded
    hashes: dict[str, str | None]
    texts: dict[str, str | None]


class GitWriting(QObject):
    """GUI thread only. The status is read again after each; what fails is told by the controller's `failed`."""

    discarded = Signal(object)
    """Carries one `Discarded`."""
    begun = Signal(object)
    """A discard is on its way: carries the paths, those of the repository. What is before it in the queue may take
    seconds."""
    not_discarded = Signal()
    """The first that was begun has come to nothing."""
    discarding_changed = Signal()
    """`discarding` says another thing than before."""

    def __init__(
        self, git: GitController, documents: DocumentsController, state_folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._git, self._documents, self._state_folder = git, documents, state_folder
        self.size_limit: SizeLimit = usual_limit
        """How much of old contents may be kept; asked on workers."""
        self._running: list[tuple[str, ...]] = []
        self._done: set[str] = set()
        git.was_read.connect(self._on_was_read)

    @property
    def discarding(self) -> frozenset[str]:
        """Paths of the repository that are being taken back, or were so since git was asked last."""
        return frozenset(self._done).union(*self._running)

    def stage(self, changes: tuple[GitChange, ...]) -> None:
        """Put files into the index as they are on disk."""

        def work(repository: GitRepository) -> None:
            from copilot_desktop.workspace.git.staging import stage_files

            stage_files(repository, changes)

        self._change_index(work)

    def unstage(self, changes: tuple[GitChange, ...]) -> None:
        """Have the index say of files what the last commit says."""

        def work(repository: GitRepository) -> None:
            from copilot_desktop.workspace.git.staging import unstage_files

            unstage_files(repository, changes)

        self._change_index(work)

    def stage_lines(self, seen: FileSides, picked: PickedLines) -> None:
        """Put lines into the index: `seen` compares it with the disk."""

        def work(repository: GitRepository) -> None:
            from copilot_desktop.workspace.git.staging import stage_lines

            stage_lines(repository, seen, picked)

        self._change_index(work)

    def unstage_lines(self, seen: FileSides, picked: PickedLines) -> None:
        """Take lines out of the index: `seen` compares the last commit with it."""

        def work(repository: GitRepository) -> None:
            from copilot_desktop.workspace.git.staging import unstage_lines

            unstage_lines(repository, seen, picked)

        self._change_index(work)

    def discard(self, changes: tuple[GitChange, ...]) -> None:
        """Take files on disk back to what is staged; `discarded` tells."""

        def plan(repository: GitRepository) -> Discard:
            from copilot_desktop.workspace.git.discarding import discard_files

            return discard_files(repository, changes)

        self._discard(plan, tuple(change.path for change in changes))

    def discard_lines(self, seen: FileSides, picked: PickedLines) -> None:
        """Take lines on disk back to what is staged; `discarded` tells."""

        def plan(repository: GitRepository) -> Discard:
            from copilot_desktop.workspace.git.discarding import discard_lines

            return discard_lines(repository, seen, picked)

        self._discard(plan, (seen.change.path,))

    def _change_index(self, work: Callable[[GitRepository], None]) -> None:
        def fail(failed: GitFailed) -> None:
            self._git.failed.emit(failed)
            self._git.refresh()

        self._git.run(work, lambda _none: self._git.refresh(), fail)

    def _discard(self, plan: Plan, paths: tuple[str, ...], *, is_kept: bool = True) -> None:
        """`paths` are those of the repository."""
        status = self._git.status
        inner = {path: status.inside(path) if status is not None else path for path in paths}
        held = [path for path in inner.values() if path is not None and self._documents.has_own_text(path)]
        if held:
            named = f"{held[0]} has" if len(held) == 1 else f"{held[0]} and {len(held) - 1} more files have"
            self._git.failed.emit(
                GitFailed(f"{named} unsaved changes in a tab, so nothing was discarded.", "Save or undo them first.")
            )
            return
        opened = {
            path: document.format.encoding
            for path in inner.values()
            if path is not None and (document := self._documents.documents.find(path)) is not None
        }
        work = partial(self._carry_out, plan, opened, is_kept=is_kept)

        def otherwise(error: CopilotError) -> bool:
            if not isinstance(error, NotKeptError):
                return False
            again = partial(self._discard, plan, paths, is_kept=False)
            self._git.failed.emit(GitFailed(error.message, error.advice, without_way_back=again))
            return True

        workspace = self._git.workspace

        def end(is_done: bool) -> None:
            self._running.pop(0)
            if workspace is not self._git.workspace:
                return
            if is_done:
                self._done.update(paths)
            else:
                self.not_discarded.emit()
                self.discarding_changed.emit()

        self._running.append(paths)
        self.begun.emit(paths)
        self.discarding_changed.emit()
        self._git.run(work, self._on_written, otherwise=otherwise, ended=end)

    def _carry_out(self, plan: Plan, opened: dict[str, str], repository: GitRepository, *, is_kept: bool) -> _Written:
        from copilot_desktop.workspace.applying import Applier
        from copilot_desktop.workspace.checkpoints.entries import About, EntryKind
        from copilot_desktop.workspace.git.discarding import set_executable

        workspace = self._git.workspace
        found = plan(repository)
        if workspace is None:
            return _Written(Discarded((), ""), {}, {})
        paths = tuple(dict.fromkeys([write.path for write in found.writes] + [path for path, _is in found.executable]))
        deleted = tuple(write.path for write in found.writes if write.data is None)
        entry_id, hashes = "", dict[str, str | None]()
        if found.writes:
            named = paths[0] if len(paths) == 1 else f"{len(paths)} files"
            is_all = len(deleted) == len(paths)
            title = f"Delete {named}" if is_all else f"Discard changes of {named}"
            kind = EntryKind.DELETE if is_all else EntryKind.REPLACE
            applier = Applier(workspace, self._state_folder, lambda: self.size_limit())
            result = applier.apply(found.writes, title, About(kind=kind), is_kept=is_kept)
            entry_id, hashes = result.checkpoint_id, dict(result.hashes)
        for path, is_executable in found.executable:
            set_executable(str(workspace.resolve(path)), is_executable=is_executable)
        texts = {write.path: _text(write.data, opened[write.path]) for write in found.writes if write.path in opened}
        return _Written(Discarded(paths, entry_id, deleted), hashes, texts)

    def _on_written(self, written: _Written) -> None:
        for path, text in written.texts.items():
            self._documents.written(path, text, written.hashes.get(path))
        self._git.refresh()
        self.discarded.emit(written.discarded)

    def _on_was_read(self) -> None:
        if self._done:
            self._done.clear()
            self.discarding_changed.emit()


def _text(data: bytes | None, encoding: str) -> str | None:
    """What an open tab shows now; None where the file is gone, or is no text any more."""
    from copilot_desktop.text.encodings import decode_preferring

    try:
        return None if data is None else decode_preferring(data, encoding)
    except UndecodableError:
        return None
