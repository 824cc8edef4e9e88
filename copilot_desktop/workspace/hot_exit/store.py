"""Whose unsaved texts are whose: each running program has a folder and a lock; a new one takes what the dead left.

unsaved/<workspace>/lock                  held while a program takes over what others left
unsaved/<workspace>/<owner>/lock          held by the program whose texts stand beside it, as long as it lives
unsaved/<workspace>/<owner>/<id>.unsaved  one text
unsaved/<workspace>/damaged/…             what could not be read, for a person to look at
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from copilot_desktop.errors import CopilotError, NewerStoreError, StoreError
from copilot_desktop.text.encodings import mark_of
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import bytes_hash, is_temporary, make_private, sync_folder, write_private
from copilot_desktop.workspace.file_lock import try_lock
from copilot_desktop.workspace.files import OPENED_BYTES, read_data
from copilot_desktop.workspace.folder_identity import FolderIdentity, identity_of, is_same_folder
from copilot_desktop.workspace.hot_exit.place import SUFFIX, UNSAVED_FOLDER, WITHOUT_FOLDER
from copilot_desktop.workspace.hot_exit.records import (
    VERSION,
    DiskBase,
    UnsavedHeader,
    UnsavedText,
    read_unsaved,
    renewed,
)
from copilot_desktop.workspace.paths import Workspace

LOCK_LIMIT_S: Final = 10.0
_DAMAGED: Final = "damaged"
_MOST_DAMAGED: Final = 1_000
_OF_FOLDER: Final = "folder.json"


@dataclass(frozen=True, slots=True)
class Taken:
    """An unsaved text of an earlier start, which is this program's now. `caret` counts code points."""

    entry_id: str
    header: UnsavedHeader
    text: str
    caret: int


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What was found, the oldest text first, and the sentences on what could not be brought back."""

    texts: tuple[Taken, ...]
    problems: tuple[StoreError, ...]


class _Found:
    """What is gathered from all the programs that have ended."""

    def __init__(self) -> None:
        self.texts: list[tuple[int, Taken]] = []
        """With the time of their last change, in nanoseconds."""
        self.problems: list[StoreError] = []

    def taken_over(self) -> TakenOver:
        """The oldest text first, whoever kept it: a later one of the same file is the newer."""
        texts = sorted(self.texts, key=lambda each: each[0])
        return TakenOver(tuple(taken for _changed, taken in texts), tuple(self.problems))


class HotExitStore:
    """The unsaved texts of one workspace for one running program, or those of windows without a folder.

    Raises OSError and StoreError.
    """

    def __init__(self, state_folder: Path, workspace: Workspace | None) -> None:
        self._workspace = workspace
        name = WITHOUT_FOLDER if workspace is None else bytes_hash(os.fsencode(workspace.root))[:16]
        self._root = state_folder / UNSAVED_FOLDER / name
        self.folder = self._root / os.urandom(8).hex()
        self._handle = -1
        self._identity: FolderIdentity | None = None
        self._is_released = False
        self._claiming = threading.Lock()

    def claim(self) -> None:
        """Make this program's folder and lock it, unless that is done."""
        with self._claiming:
            if self._handle < 0:
                with _locked(self._root):
                    self._make_own()

    def take_over(self) -> TakenOver:
        """Move the texts that no living program holds into this program's folder, also those from before a rename."""
        found = _Found()
        if self._workspace is not None:
            # Remembered: it may be renamed before anything is typed.
            self._identity = identity_of(self._workspace.root)
        roots = [root for root in (self._root, *self._roots_before_rename()) if any(_owners(root))]
        if not roots:
            return TakenOver((), ())
        with self._claiming, contextlib.ExitStack() as locks:
            for root in roots:
                try:
                    locks.enter_context(_locked(root))
                except StoreError as error:
                    found.problems.append(error)
                    continue
                for left in _owners(root):
                    if left != self.folder:
                        self._take_folder(left, found)
            if found.texts:
                # They are there, whether that lasts through a power cut or not.
                with contextlib.suppress(OSError):
                    sync_folder(self.folder)
            if self._is_released:
                self._unlock()
        return found.taken_over()

    def release(self) -> None:
        """Another program, or this one later, may take the texts that are left."""
        self._is_released = True
        # A window that closes while its folder is opened must not wait for the other thread: that one unlocks then.
        if self._claiming.acquire(blocking=False):
            try:
                self._unlock()
            finally:
                self._claiming.release()

    def _unlock(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
            with contextlib.suppress(OSError):
                _tidy(self.folder)

    def _roots_before_rename(self) -> Iterator[Path]:
        """Where the texts of this very folder are kept under a name that it has no more."""
        here = self._identity
        if self._workspace is None or here is None:
            return
        for place in self._root.parent.glob(f"*/{_OF_FOLDER}"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                known = json.loads(place.read_bytes())
                # Earlier versions did not note when it was made.
                was = FolderIdentity(known["device"], known["inode"], known.get("birth_ns"))
                has_same_name = Path(known["root"]).name == self._workspace.root.name
                is_same = is_same_folder(was, here, has_same_name=has_same_name)
                if is_same and place.parent != self._root and not os.path.isdir(known["root"]):
                    yield place.parent

    def _make_own(self) -> None:
        if self._handle >= 0:
            return
        make_private(self.folder)
        self._handle = _open_lock(self.folder)
        try_lock(self._handle)
        # Where the folder itself is gone its texts must be kept all the more, and on a full disk they must come back.
        if self._workspace is None:
            return
        known: dict[str, Any] = {"version": VERSION, "root": str(self._workspace.root)}
        with contextlib.suppress(OSError):
            known |= (self._identity or identity_of(self._workspace.root))._asdict()
        with contextlib.suppress(OSError):
            write_private(self._root / _OF_FOLDER, json.dumps(known).encode())

    def _take_folder(self, left: Path, found: _Found) -> None:
        """Take what stands in the folder of another program, unless that one lives."""
        try:
            handle = _open_lock(left)
        except OSError as error:
            found.problems.append(_left(left, error))
            return
        try:
            if try_lock(handle):
                self._make_own()
                for place in left.glob(f"*{SUFFIX}"):
                    # One that cannot be taken must not keep the others from coming back.
                    try:
                        self._take_text(place, found)
                    except OSError as error:
                        found.problems.append(_left(place, error))
                with contextlib.suppress(OSError):
                    _tidy(left)
        finally:
            os.close(handle)

    def _take_text(self, place: Path, found: _Found) -> None:
        changed_ns = place.stat().st_mtime_ns
        try:
            unsaved = read_unsaved(place.read_bytes(), self._base_on_disk)
        except NewerStoreError as error:
            found.problems.append(error)
            return
        except StoreError as error:
            found.problems.append(self._put_aside(place, error))
            return
        problem = self._copy_aside(place, unsaved) if unsaved.is_damaged else None
        if unsaved.is_on_disk:
            # Its file may be changed from now on: the copy must hold all of it.
            write_private(self.folder / place.name, *renewed(unsaved))
            place.unlink()
        else:
            os.replace(place, self.folder / place.name)
        found.texts.append((changed_ns, _taken(place.name.removesuffix(SUFFIX), unsaved)))
        if problem is not None:
            found.problems.append(problem)

    def _base_on_disk(self, header: UnsavedHeader, base: DiskBase) -> bytes:
        """The text of a file in which nothing was changed since."""
        if self._workspace is None or header.path is None:
            raise _gone(header, "no file")
        try:
            data = read_data(self._workspace.resolve(header.path), header.path, OPENED_BYTES)
        except CopilotError as error:
            raise _gone(header, error.message) from error
        if bytes_hash(data) != base.disk_hash:
            raise _gone(header, "another hash")
        data = data.removeprefix(mark_of(header.format))
        if header.format.encoding == "utf-8":
            return data
        return data.decode(header.format.encoding).encode("utf-8", "surrogatepass")

    def _put_aside(self, place: Path, error: StoreError) -> StoreError:
        target = self._damaged_place(place)
        os.replace(place, target)
        return StoreError(error.message, advice=f"It was kept in {target}.", detail=error.detail)

    def _copy_aside(self, place: Path, unsaved: UnsavedText) -> StoreError:
        import shutil

        target = self._damaged_place(place)
        try:
            shutil.copy2(place, target)
        except OSError:
            with contextlib.suppress(OSError):
                target.unlink(missing_ok=True)
            raise
        return StoreError(
            f"The copy of the unsaved text of {unsaved.header.title} is damaged: its last changes could not be read.",
            advice=f"What was readable was brought back; the copy is kept in {target}.",
        )

    def _damaged_place(self, place: Path) -> Path:
        """A place that no damaged copy has yet: each may hold what the others do not."""
        folder = self._root / _DAMAGED
        make_private(folder)
        names = (place.name, *(f"{place.stem}-{number}{SUFFIX}" for number in range(2, _MOST_DAMAGED)))
        return next((folder / name for name in names if not (folder / name).exists()), folder / place.name)


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    make_private(root)
    handle = _open_lock(root)
    try:
        end = time.monotonic() + LOCK_LIMIT_S
        while not try_lock(handle):
            if time.monotonic() > end:
                raise StoreError(
                    "Another program keeps the unsaved texts of this folder locked.",
                    advice="Close other windows of this program and open the folder again.",
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _owners(root: Path) -> Iterator[Path]:
    """The folders of the programs that keep texts of a workspace, living or not."""
    try:
        found = sorted(root.iterdir())
    except FileNotFoundError:
        return
    for place in found:
        if place.name != _DAMAGED and place.is_dir():
            yield place


def _gone(header: UnsavedHeader, detail: str) -> StoreError:
    return StoreError(
        f"The last unsaved changes of {header.title} could not be brought back: the program ended within a moment of "
        "them, and its file was changed since.",
        detail=detail,
    )


def _left(place: Path, error: OSError) -> StoreError:
    return StoreError(
        f"The copy of an unsaved text could not be brought back: {error.strerror}.",
        advice=f"It was left in {place} and is tried again when the folder is opened the next time.",
    )


def _taken(entry_id: str, unsaved: UnsavedText) -> Taken:
    caret = len(unsaved.text[: unsaved.caret].decode("utf-8", "replace"))
    return Taken(entry_id, unsaved.header, unsaved.text.decode("utf-8", "surrogatepass"), caret)


def _open_lock(folder: Path) -> int:
    return os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)


def _tidy(folder: Path) -> None:
    """Remove the folder of a program that has ended, unless a text stands in it still."""
    for place in folder.iterdir():
        if is_temporary(place.name):  # killed while it wrote
            place.unlink(missing_ok=True)
    if {each.name for each in folder.iterdir()} <= {"lock"}:
        (folder / "lock").unlink(missing_ok=True)
        folder.rmdir()
