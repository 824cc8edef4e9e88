"""The worker side of the explorer's operations: does them and says how each is taken back."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from pathlib import Path
from typing import Final, TypeVar

from copilot_desktop.bridge.trash import move_to_trash, take_from_trash
from copilot_desktop.errors import CopilotError, FileChangedError, MissingFileError, UnsafePathError, WriteError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.applying import Applier, FileWrite
from copilot_desktop.workspace.atomic_write import as_write_error, write_error
from copilot_desktop.workspace.file_operations import copy, create, exists, free_path, move, remove_place
from copilot_desktop.workspace.files import ANY_CONTENT
from copilot_desktop.workspace.paths import Workspace

KEPT_BYTES: Final = 200 * 1024 * 1024
"""Of files deleted for good, where there is no trash: more than this is not kept for undoing."""
Pair = tuple[str, str]
_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Trashed:
    """A path and where it stands in the trash."""

    path: str
    place: Path


@dataclass(frozen=True, slots=True)
class Deleted:
    """Paths deleted for good; `checkpoint_id` brings the files back, "" when none was kept. Links by path and aim."""

    paths: tuple[str, ...]
    checkpoint_id: str = ""
    folders: tuple[str, ...] = ()
    links: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """What was done, all of it, and so what undoing has to take back. Folders of `made` are the outermost first."""

    title: str
    made: tuple[str, ...] = ()
    moved: tuple[Pair, ...] = ()
    trashed: tuple[Trashed, ...] = ()
    deleted: Deleted | None = None
    shown: tuple[str, ...] = ()
    """What the tree selects afterwards."""

    @property
    def gone(self) -> tuple[str, ...]:
        """Paths that are no longer there."""
        return (*(each.path for each in self.trashed), *(self.deleted.paths if self.deleted is not None else ()))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done."""
        return not (self.made or self.moved or self.trashed or self.deleted)

    @property
    def can_undo(self) -> bool:
        """Whether it can be taken back."""
        return self.deleted is None or bool(self.deleted.checkpoint_id or self.deleted.folders or self.deleted.links)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, and what kept the rest from being done. `without_trash`: paths whose place has no trash.

    `left`: of an operation that was taken back only in part, what may be tried once more.
    """

    operation: Operation
    problem: CopilotError | None = None
    without_trash: tuple[str, ...] = ()
    left: Operation | None = None


@dataclass(slots=True)
class _Progress:
    """Gathers what is done of several things, so that a failure in between leaves a true account."""

    made: list[str] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    trashed: list[Trashed] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    without_trash: list[str] = field(default_factory=list)

    def outcome(self, title: str, problem: CopilotError | None) -> Outcome:
        operation = Operation(title, tuple(self.made), tuple(self.moved), tuple(self.trashed), None, tuple(self.shown))
        return Outcome(operation, problem, tuple(self.without_trash))


@dataclass(slots=True)
class _Undoing:
    """Gathers what is taken back, and what could not be and may be tried once more, the last first."""

    progress: _Progress = field(default_factory=_Progress)
    moved: list[Pair] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    trashed: list[Trashed] = field(default_factory=list)
    deleted: list[Deleted] = field(default_factory=list)
    problems: list[CopilotError] = field(default_factory=list)

    @contextmanager
    def trying(self, left: list[_Thing], thing: _Thing) -> Iterator[None]:
        """One thing is taken back inside; it is left where that is refused. What is gone is not tried again."""
        try:
            yield
        except MissingFileError as error:
            self.problems.append(error)
        except CopilotError as error:
            self.problems.append(error)
            left.append(thing)

    def outcome(self, done: Operation) -> Outcome:
        deleted = self.deleted[0] if self.deleted else None
        left = Operation(done.title, _back(self.made), _back(self.moved), _back(self.trashed), deleted)
        made = self.progress.outcome(f"Undo: {done.title}", self._problem())
        return replace(made, left=None if left.is_empty else left)

    def _problem(self) -> CopilotError | None:
        if len(self.problems) < 2:
            return self.problems[0] if self.problems else None
        first = self.problems[0]
        others = f"{len(self.problems) - 1} more could not be taken back either."
        return WriteError(f"{first.message} {others}", advice=first.advice, detail=first.detail)


@dataclass(slots=True)
class _Found:
    """What stands in the places that are to be deleted, folders before what they hold."""

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    links: list[Pair] = field(default_factory=list)

    @property
    def every(self) -> tuple[str, ...]:
        return (*self.files, *self.folders, *(path for path, _aim in self.links))

    def add(self, root: Path, outermost: Path) -> None:
        """Raises OSError."""
        for place in _inside(outermost):
            inner = place.relative_to(root).as_posix()
            mode = place.lstat().st_mode
            if stat.S_ISLNK(mode):
                self.links.append((inner, os.readlink(place)))
            elif stat.S_ISDIR(mode):
                self.folders.append(inner)
            elif stat.S_ISREG(mode):
                self.files.append(inner)

    def gone(self, workspace: Workspace) -> _Found:
        """Those that are no longer there."""
        return _Found(
            [path for path in self.files if not exists(workspace, path)],
            [path for path in self.folders if not exists(workspace, path)],
            [(path, aim) for path, aim in self.links if not exists(workspace, path)],
        )


class FileWork:
    """Operations on the files of one workspace; each call waits for the disk."""

    def __init__(self, workspace: Workspace, state_folder: Path) -> None:
        self._workspace = workspace
        self._applier = Applier(workspace, state_folder)

    def create(self, path: str, is_folder: bool) -> Outcome:
        """Make an empty file or a folder."""

        def work(progress: _Progress) -> None:
            progress.made += create(self._workspace, path, is_folder=is_folder)
            progress.shown.append(path)

        return _done(f"Create {path}", work)

    def move(self, pairs: Sequence[Pair], title: str) -> Outcome:
        """Give paths other paths."""

        def work(progress: _Progress) -> None:
            for old, new in pairs:
                progress.made += move(self._workspace, old, new)
                progress.moved.append((old, new))
                progress.shown.append(new)

        return _done(title, work)

    def copy(self, sources: Iterable[Path], folder: str, title: str) -> Outcome:
        """Copy places into a folder of the workspace; names that are taken get "copy" put to them."""

        def work(progress: _Progress) -> None:
            for source in sources:
                wanted = f"{folder}/{source.name}" if folder else source.name
                is_folder = source.is_dir() and not source.is_symlink()
                path = free_path(lambda each: exists(self._workspace, each), wanted, is_folder=is_folder)
                progress.made += (*copy(self._workspace, source, path), path)
                progress.shown.append(path)

        return _done(title, work)

    def replace(self, sources: Sequence[Path], folder: str, *, is_move: bool, title: str) -> Outcome:
        """Move or copy places into a folder after the user agreed: what has their names there goes to the trash."""

        def work(progress: _Progress) -> None:
            for source in sources:
                _refuse_replacing_itself(source, self._workspace.root / folder / source.name)
            for source in sources:
                target = f"{folder}/{source.name}" if folder else source.name
                old = self._workspace.relative(source)
                if exists(self._workspace, target):
                    self._trash(target, progress)
                    if target in progress.without_trash:
                        raise WriteError(f"{target} cannot be put into the trash, so it was not replaced.")
                if is_move and old is not None:
                    progress.made += move(self._workspace, old, target)
                    progress.moved.append((old, target))
                else:
                    progress.made += (*copy(self._workspace, source, target), target)
                progress.shown.append(target)

        return _done(title, work)

    def taken(self, names: Iterable[str], folder: str) -> tuple[str, ...]:
        """Which of the names a folder holds already."""
        return tuple(name for name in names if exists(self._workspace, f"{folder}/{name}" if folder else name))

    def trash(self, paths: Sequence[str], title: str) -> Outcome:
        """Put paths into the trash; those that have none are named."""

        def work(progress: _Progress) -> None:
            for path in paths:
                self._trash(path, progress)

        return _done(title, work)

    def may_keep(self, paths: Sequence[str]) -> bool:
        """Whether the bytes of paths can be kept for undoing, were they deleted for good."""
        total = 0
        for path in paths:
            for place in _inside(self._workspace.root / path):
                try:
                    total += place.lstat().st_size
                except OSError:
                    return False
                if total > KEPT_BYTES:
                    return False
        return True

    def delete(self, paths: Sequence[str], title: str, *, is_kept: bool) -> Outcome:
        """Delete for good, after the files' bytes went into the undo store; what stops half-way tells what is gone."""
        found = _Found()
        checkpoint_id = ""
        try:
            for path in paths:
                found.add(self._workspace.root, self._workspace.resolve(path))
            if is_kept and found.files:
                writes = [FileWrite(path, ANY_CONTENT, None) for path in found.files]
                checkpoint_id = self._applier.apply(writes, title).checkpoint_id
        except CopilotError as error:
            return Outcome(Operation(title), error)
        except OSError as error:
            return Outcome(Operation(title), write_error(paths[0], error))
        for path in paths:
            remove_place(self._workspace.root / path)
        left = tuple(path for path in paths if exists(self._workspace, path))
        gone = found.gone(self._workspace)
        shown = (*(path for path in paths if path not in left), *(each for each in gone.every if _is_below(each, left)))
        deleted = None
        if shown:
            deleted = (
                Deleted(shown, checkpoint_id, tuple(gone.folders), tuple(gone.links)) if is_kept else Deleted(shown)
            )
        problem = None
        if left:
            names = left[0] if len(left) == 1 else f"{left[0]} and {len(left) - 1} more"
            problem = WriteError(f"{names} could not be deleted as a whole.", advice="Check the permissions.")
        return Outcome(Operation(title, deleted=deleted), problem)

    def undo(self, done: Operation) -> Outcome:
        """Take an operation back as far as that is possible; what is left may be tried once more."""
        undoing = _Undoing()
        progress = undoing.progress
        for pair in reversed(done.moved):
            with undoing.trying(undoing.moved, pair):
                move(self._workspace, pair[1], pair[0])
                progress.moved.append((pair[1], pair[0]))
                progress.shown.append(pair[0])
        moved_back = [old for _new, old in progress.moved]
        standing = [pair for pair in done.moved if pair[0] not in moved_back]
        for path in reversed(done.made):
            if any(new.startswith(f"{path}/") for _old, new in standing):
                # Made for what could not be moved back, and holds it.
                undoing.made += [path] if any(new.startswith(f"{path}/") for _old, new in undoing.moved) else []
                continue
            with undoing.trying(undoing.made, path):
                self._unmake(path, progress)
        for each in reversed(done.trashed):
            with undoing.trying(undoing.trashed, each):
                self._untrash(each)
                progress.shown.append(each.path)
        if done.deleted is not None:
            self._undelete(done.deleted, undoing)
        return undoing.outcome(done)

    def _trash(self, path: str, progress: _Progress) -> None:
        place = self._workspace.resolve(path)
        if not os.path.lexists(place):
            raise MissingFileError(f"{path} is gone: another program has moved or deleted it.")
        if not os.access(place.parent, os.W_OK | os.X_OK):
            raise WriteError(
                f"This account may not delete {path}; nothing was changed.",
                advice="Check the permissions of its folder.",
            )
        put = move_to_trash(place)
        if put is None:
            progress.without_trash.append(path)
        else:
            progress.trashed.append(Trashed(path, put))

    def _unmake(self, path: str, progress: _Progress) -> None:
        """Take back what was made: an empty folder or file goes, anything else into the trash."""
        place = self._workspace.resolve(path)
        with as_write_error(path):
            if not os.path.lexists(place):
                return
            if place.is_dir() and not place.is_symlink():
                if not any(place.iterdir()):
                    place.rmdir()
                    return
            elif not place.is_symlink() and place.stat().st_size == 0:
                place.unlink()
                return
        self._trash(path, progress)
        if path in progress.without_trash:
            raise WriteError(f"{path} has a content by now, and there is no trash for it.", advice="Delete it by hand.")

    def _untrash(self, each: Trashed) -> None:
        target = self._workspace.resolve(each.path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            take_from_trash(each.place, target)
        except FileExistsError as error:
            raise FileChangedError(
                f"{each.path} is there already, so the deleted one stays in the trash.", advice="Rename it first."
            ) from error
        except FileNotFoundError as error:
            raise MissingFileError(f"{each.path} is no longer in the trash.") from error
        except OSError as error:
            raise write_error(each.path, error) from error

    def _undelete(self, deleted: Deleted, undoing: _Undoing) -> None:
        with undoing.trying(undoing.deleted, deleted), as_write_error(deleted.paths[0]):
            for folder in deleted.folders:
                (self._workspace.root / folder).mkdir(parents=True, exist_ok=True)
            if deleted.checkpoint_id:
                self._applier.restore(deleted.checkpoint_id)
            undoing.progress.shown += deleted.paths
        if undoing.deleted:
            return
        links: list[Pair] = []
        for path, aim in deleted.links:
            with undoing.trying(links, (path, aim)), as_write_error(path):
                os.symlink(aim, self._workspace.root / path)
        if links:
            undoing.deleted.append(Deleted(tuple(path for path, _aim in links), links=tuple(links)))


def _back(things: Sequence[_Thing]) -> tuple[_Thing, ...]:
    return tuple(reversed(things))


def _done(title: str, work: Callable[[_Progress], None]) -> Outcome:
    progress = _Progress()
    try:
        work(progress)
    except CopilotError as error:
        return progress.outcome(title, error)
    return progress.outcome(title, None)


def _refuse_replacing_itself(source: Path, target: Path) -> None:
    """What is replaced goes first: it must not hold what takes its place, nor stand in it. Raises UnsafePathError."""
    places = (source, *source.parents), (target, *target.parents)
    if _holds(places[0], target) or _holds(places[1], source):
        raise UnsafePathError(
            f"{source.name} cannot replace {target.name}, since one is inside the other. Nothing was changed.",
            advice="Rename one of them first.",
        )


def _holds(folders: Iterable[Path], place: Path) -> bool:
    """Whether one of these is the place, also where the disk does not tell capital letters from small ones."""
    try:
        status = place.lstat()
        return any(os.path.samestat(status, folder.lstat()) for folder in folders)
    except OSError:
        return False


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(path.startswith(f"{folder}/") for folder in folders)


def _inside(place: Path) -> Iterable[Path]:
    """A place and everything in it, folders before what they hold; links are not followed."""
    yield place
    if place.is_dir() and not place.is_symlink():
        for name in sorted(os.listdir(place)):
            yield from _inside(place / name)
