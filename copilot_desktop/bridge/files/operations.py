"""The explorer's operations in a window: one after the other on a worker, open tabs follow, the last ones undoable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.files.file_manager import FileManager
from copilot_desktop.bridge.files.outcomes import Operation, Outcome, Pair
from copilot_desktop.bridge.files.work import FileWork
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.errors import NotKeptError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.checkpoints.store import SizeLimit, usual_limit
from copilot_desktop.workspace.paths import Workspace

KEPT_STEPS: Final = 50


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """An operation was carried out. `is_undo`: it took the one before back."""

    operation: Operation
    is_undo: bool = False


@dataclass(frozen=True, slots=True)
class FilesRefused:
    """What kept an operation, or the rest of it, from being done.

    `without_way_back` does it all the same, where what it replaces does not fit into the undo store.
    """

    title: str
    message: str
    advice: str
    without_way_back: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class NoTrash:
    """These have no trash; `may_keep`: their bytes can be kept for undoing if they are deleted for good."""

    paths: tuple[str, ...]
    may_keep: bool


@dataclass(frozen=True, slots=True)
class NameClash:
    """Names that the folder holds already; what was asked for waits for the answer."""

    names: tuple[str, ...]
    folder: str
    replace: Callable[[], None]
    keep_both: Callable[[], None] | None


class FileOperations(QObject):
    """GUI thread. `changed` carries `FilesChanged`, `refused` `FilesRefused`, `no_trash` `NoTrash`, `clashed`
    `NameClash`."""

    changed = Signal(object)
    refused = Signal(object)
    no_trash = Signal(object)
    clashed = Signal(object)

    def __init__(
        self,
        thread: AsyncThread,
        workspace: WorkspaceController,
        documents: DocumentsController,
        state_folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue = WorkQueue(thread)
        self.file_manager = FileManager(thread)
        self._workspace, self._documents, self._state_folder = workspace, documents, state_folder
        self._work: FileWork | None = None
        self._done: list[Operation] = []
        self.size_limit: SizeLimit = usual_limit
        """How much of old contents may be kept; asked on workers."""
        self._kept: tuple[Operation, ...] = ()
        self._under_way = 0
        workspace.opened.connect(self._on_opened)
        if workspace.workspace is not None:
            self._on_opened(workspace.workspace)

    @property
    def last_title(self) -> str:
        """What undo would take back; "" for nothing."""
        return self._done[-1].title if self._done else ""

    @property
    def is_busy(self) -> bool:
        """Whether an operation is being carried out."""
        return self._under_way > 0

    def create(self, path: str, *, is_folder: bool) -> None:
        """Make an empty file or folder."""
        self._run(lambda work: work.create(path, is_folder))

    def rename(self, old: str, new: str) -> None:
        """Give a path another one."""
        self.move_pairs([(old, new)], f"Rename {old} to {new}")

    def move_pairs(self, pairs: Sequence[Pair], title: str) -> None:
        """Give paths other paths; open tabs follow once what is being saved stands on disk."""
        chosen = tuple(pairs)
        self._when_saved([old for old, _new in chosen], lambda: self._run(lambda work: work.move(chosen, title)))

    def bring_in(self, sources: Sequence[Path], folder: str, *, is_move: bool) -> None:
        """Move or copy files of this machine into a folder; `clashed` asks where a name is taken.

        Copies of what stands in the folder itself get another name.
        """
        workspace, work = self._workspace.workspace, self._work
        if workspace is None or work is None or not sources:
            return
        target = workspace.root.joinpath(*folder.split("/")) if folder else workspace.root
        chosen = tuple(each for each in sources if not (is_move and each.parent == target))
        beside = tuple(each for each in chosen if each.parent == target)
        others = tuple(each for each in chosen if each.parent != target)
        if beside:
            self._run(lambda work: work.copy(beside, folder, _title("Copy", beside, folder)))
        if others:
            names = [each.name for each in others]
            self._queue.run(
                lambda: work.taken(names, folder), lambda taken: self._on_looked(others, folder, is_move, taken)
            )

    def trash(self, paths: Sequence[str]) -> None:
        """Put paths into the trash; `no_trash` asks where there is none."""
        chosen = _outermost(paths)
        title = _title("Delete", chosen)
        self._when_saved(chosen, lambda: self._run(lambda work: work.trash(chosen, title)))

    def delete_for_good(self, paths: Sequence[str], *, is_kept: bool) -> None:
        """Delete what has no trash, after the user agreed."""
        chosen = tuple(paths)
        self._run(lambda work: work.delete(chosen, _title("Delete", chosen), is_kept=is_kept))

    def undo(self) -> None:
        """Take the last operation back."""
        if self._done and not self.is_busy:
            last = self._done.pop()
            again = [new for _old, new in last.moved]
            self._when_saved(again, lambda: self._run(lambda work: work.undoing.undo(last), undoes=last))

    def _on_opened(self, workspace: Workspace) -> None:
        self._work = FileWork(workspace, self._state_folder, lambda: self.size_limit())
        self._done.clear()
        self._kept = ()
        # Steps of an earlier start cannot be taken back here any more.
        self._queue.run(partial(self._work.keep_for_undo, ()))

    def _when_saved(self, paths: Sequence[str], go_on: Callable[[], None]) -> None:
        ids = [document.document_id for document in self._documents.documents if _is_in(document.path, paths)]
        self._documents.files.when_saved(ids, go_on)

    def _run(
        self,
        call: Callable[[FileWork], Outcome],
        undoes: Operation | None = None,
        without_way_back: Callable[[], None] | None = None,
    ) -> None:
        work = self._work
        if work is None:
            return
        self._under_way += 1
        self._queue.run(lambda: call(work), partial(self._on_done, work, undoes, without_way_back), self._on_failed)

    def _on_done(
        self,
        work: FileWork,
        undoes: Operation | None,
        without_way_back: Callable[[], None] | None,
        outcome: Outcome,
    ) -> None:
        self._under_way -= 1
        if work is not self._work:
            return
        operation = outcome.operation
        if not operation.is_empty or operation.shown:
            self._follow(operation)
            if undoes is None and operation.can_undo:
                self._done = [*self._done, operation][-KEPT_STEPS:]
            self.changed.emit(FilesChanged(operation, undoes is not None))
        if outcome.left is not None:
            self._done.append(outcome.left)
        self._keep_for_undo(work)
        if outcome.problem is not None:
            again = without_way_back if isinstance(outcome.problem, NotKeptError) else None
            self.refused.emit(FilesRefused(operation.title, outcome.problem.message, outcome.problem.advice, again))
        if outcome.without_trash:
            paths = outcome.without_trash
            self._queue.run(lambda: work.may_keep(paths), lambda may_keep: self.no_trash.emit(NoTrash(paths, may_keep)))

    def _keep_for_undo(self, work: FileWork) -> None:
        """Only what was deleted for good needs the store."""
        kept = tuple(each for each in self._done if each.deleted is not None and each.deleted.checkpoint_id)
        if kept != self._kept:
            self._kept = kept
            self._queue.run(partial(work.keep_for_undo, kept))

    def _on_failed(self, error: BaseException) -> None:
        self._under_way -= 1
        raise error

    def _on_looked(self, sources: tuple[Path, ...], folder: str, is_move: bool, taken: tuple[str, ...]) -> None:
        if not taken:
            self._bring(sources, folder, is_move=is_move)
            return
        both = None if is_move else partial(self._bring, sources, folder, is_move=False)
        self.clashed.emit(NameClash(taken, folder, partial(self._replace, sources, folder, is_move), both))

    def _bring(self, sources: tuple[Path, ...], folder: str, *, is_move: bool) -> None:
        workspace = self._workspace.workspace
        if workspace is None:
            return

        def look() -> dict[Path, str]:
            return {each: old for each in sources if is_move and (old := workspace.relative(each))}

        self._queue.run(look, partial(self._bring_found, workspace, sources, folder))

    def _bring_found(
        self, workspace: Workspace, sources: tuple[Path, ...], folder: str, inside: dict[Path, str]
    ) -> None:
        """`inside`: the paths of those that stand in the opened folder and are moved within it."""
        if workspace is not self._workspace.workspace:
            return
        pairs = [(old, f"{folder}/{each.name}" if folder else each.name) for each, old in inside.items()]
        if pairs:
            self.move_pairs(pairs, _title("Move", tuple(inside), folder))
        rest = tuple(each for each in sources if each not in inside)
        if rest:
            self._run(lambda work: work.copy(rest, folder, _title("Copy", rest, folder)))

    def _replace(self, sources: tuple[Path, ...], folder: str, is_move: bool, is_kept: bool = True) -> None:
        title = _title("Replace", sources, folder)
        self._run(
            lambda work: work.replace(sources, folder, is_move=is_move, title=title, is_kept=is_kept),
            without_way_back=partial(self._replace, sources, folder, is_move, is_kept=False),
        )

    def _follow(self, operation: Operation) -> None:
        """Open tabs go along with their files; those of deleted ones are closed, but for unsaved text."""
        for old, new in operation.moved:
            self._documents.follow(old, new)
        for document in self._documents.documents:
            if _is_in(document.path, operation.gone):
                if document.is_dirty:
                    self._documents.files.following.lose_file(document)
                else:
                    self._documents.close(document.document_id)
            elif _is_in(document.path, operation.shown):
                self._documents.files.following.recheck(document)


def _is_in(path: str | None, paths: Sequence[str]) -> bool:
    return path is not None and any(path == each or path.startswith(f"{each}/") for each in paths)


def _outermost(paths: Sequence[str]) -> tuple[str, ...]:
    """Without what stands in another one of them."""
    return tuple(path for path in paths if not any(path.startswith(f"{other}/") for other in paths))


def _title(verb: str, things: Sequence[str | Path], folder: str | None = None) -> str:
    name = str(things[0]).rsplit("/", 1)[-1] if len(things) == 1 else f"{len(things)} items"
    return f"{verb} {name}" if folder is None else f"{verb} {name} to {folder or 'the opened folder'}"
