"""Safe paths: what the program may touch below the opened folder, and nothing else.

A *path* between rooms is a POSIX string relative to the workspace, as git writes it. `Workspace` turns it into a real
path, or refuses with a sentence.
"""

from __future__ import annotations

import functools
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from copilot_desktop.errors import FolderGoneError, UnreadableFileError, UnsafePathError
from copilot_desktop.workspace.places import FoundPlace, look_at

_MAX_NAME_BYTES = 255
_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_NOT_PORTABLE = re.compile(r'[\x00-\x1f<>"|?*:]')
# HFS+ drops these from names, so that ".g\u200cit" is .git there (CVE-2014-9390).
_DROPPED_BY_HFS = dict.fromkeys([*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF])
_FOLDS_CASE = sys.platform in ("win32", "darwin")
_IS_WINDOWS = sys.platform == "win32"


class Workspace:
    """The opened folder. Raises UnreadableFileError when it is not a folder.

    `root` is its real path: symlinks on the way to it are followed once, here.
    """

    def __init__(self, root: Path) -> None:
        self._opened_as = Path(os.path.abspath(root))
        self.root = Path(os.path.realpath(root))
        if not self.root.is_dir():
            raise UnreadableFileError(f"{root} is not a folder that can be opened.")
        self._is_mount = os.path.ismount(self.root)

    @classmethod
    def at(cls, folder: Path) -> Workspace:
        """The workspace of a folder as a person writes it: `~` is their home."""
        return cls(folder.expanduser())

    def is_there(self) -> bool:
        """Whether the folder stands where it was opened. An unmounted disk leaves an empty folder that is not it."""
        return self.root.is_dir() and (not self._is_mount or os.path.ismount(self.root))

    def resolve(self, path: str, *, instead_of: str = "") -> Path:
        """The real place of a workspace path, which need not exist; a symlink at its end is kept.

        `instead_of`: the path that will be given this name; its own name in another case is no twin. Raises
        UnsafePathError for a path outside the workspace (also through a symlink), in `.git`, with a name some system
        cannot hold, or that only differs in case from an existing one; FolderGoneError while the workspace is gone.
        """
        parts = split_path(path)
        if not self.is_there():
            raise FolderGoneError(
                f"The opened folder {self.root.name} is gone: renamed, deleted or unmounted.",
                advice="Bring it back, or save what is open to another place.",
            )
        place = self.root.joinpath(*parts)
        exists = os.path.lexists(place)
        if _IS_WINDOWS or not exists:
            for name in parts:
                _refuse_unportable(path, name)
        self._refuse_outside(path, place)
        if not exists or _FOLDS_CASE:
            self._refuse_other_case(path, parts, instead_of)
        return place

    def relative(self, path: Path) -> str | None:
        """The workspace path of a place on disk ("" for the folder itself), None when it is outside."""
        return self.relative_of(look_at(path))

    def relative_of(self, place: FoundPlace) -> str | None:
        """The same of a place that was looked at; does not ask the disk again."""
        for candidate in (place.path, place.real_parent / place.path.name):
            for root in (self.root, self._opened_as):
                if candidate.is_relative_to(root):
                    inner = candidate.relative_to(root).as_posix()
                    return "" if inner == "." else inner
        return None

    def _refuse_outside(self, path: str, place: Path) -> None:
        """Follow every symlink of the place: the end must be in the workspace and outside its `.git`."""
        real = Path(os.path.realpath(place))
        if not real.is_relative_to(self.root):
            raise UnsafePathError(
                f"{path} leads out of the opened folder through a link, and is left alone.",
                advice="Open the folder the link points to, if you want to work on it.",
            )
        if any(is_git_folder(name) for name in real.relative_to(self.root).parts):
            raise UnsafePathError(f"{path} leads into git's own folder, which is never touched.")

    def _refuse_other_case(self, path: str, parts: tuple[str, ...], instead_of: str) -> None:
        folder = self.root
        for depth, name in enumerate(parts):
            names = _names_in(folder)
            if name not in names:
                wanted = fold_name(name)
                twin = next((other for other in names if fold_name(other) == wanted), None)
                if twin is not None and "/".join((*parts[:depth], twin)) == instead_of:
                    return
                if twin is not None:
                    raise UnsafePathError(
                        f"{path} only differs in upper and lower case from {twin}, which exists already.",
                        advice="Use the existing name: some systems cannot hold both.",
                    )
                return
            folder = folder / name


def split_path(path: str) -> tuple[str, ...]:
    """The names of a workspace path, checked without looking at the disk. Raises UnsafePathError."""
    if "\0" in path or not _is_encodable(path):
        raise UnsafePathError("A path holds characters that no file name can have.")
    if path.startswith(("/", "\\")) or (_DRIVE.match(path) and ("/" in path[2:3] or "\\" in path[2:3] or _IS_WINDOWS)):
        raise UnsafePathError(f"{path} is an absolute path; only paths inside the opened folder are used.")
    if "\\" in path:
        raise UnsafePathError(f"{path} holds a backslash; paths are written with / on every system.")
    parts = tuple(name for name in path.split("/") if name not in ("", "."))
    if not parts:
        raise UnsafePathError("A path is empty: it names no file.")
    for name in parts:
        if name.strip() == "..":
            raise UnsafePathError(f"{path} points upwards with .. and could leave the opened folder.")
        if is_git_folder(name):
            raise UnsafePathError(f"{path} is in git's own folder, which is never touched.")
        if len(os.fsencode(name)) > _MAX_NAME_BYTES:
            raise UnsafePathError(f"A name in {path[:80]}… is longer than {_MAX_NAME_BYTES} bytes.")
    return parts


def refuse_new_path(path: str) -> None:
    """Raise UnsafePathError for a path that no file or folder should get, without looking at the disk."""
    for name in split_path(path):
        _refuse_unportable(path, name)


@functools.lru_cache(maxsize=4096)
def is_git_folder(name: str) -> bool:
    """Whether a name is `.git` on any system: in any case, with trailing dots or blanks, as a stream or short name."""
    if name.isascii() and name[:1] not in (".", "g", "G"):
        return False  # asked of each name of a hundred thousand paths
    shown = name.translate(_DROPPED_BY_HFS).split(":", 1)[0].rstrip(". ").casefold()
    return shown in (".git", "git~1")


def fold_name(name: str) -> str:
    """A name as a system sees it that tells neither case nor composed characters apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _refuse_unportable(path: str, name: str) -> None:
    """Names that mean something else on Windows. Files that exist on a system that can hold them stay usable."""
    if ":" in name:
        raise UnsafePathError(f"{path} holds a colon: on Windows that is a drive or a hidden stream of a file.")
    if _NOT_PORTABLE.search(name):
        raise UnsafePathError(f"{path!r} holds a character that file names cannot have on every system.")
    if name != name.rstrip(". "):
        raise UnsafePathError(f"{path!r} has a name that ends in a dot or blank, which Windows drops.")
    if _RESERVED.fullmatch(name.split(".", 1)[0].rstrip(" ")):
        raise UnsafePathError(f"{path} uses the name of a Windows device, which no file can have there.")


def _is_encodable(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True


def _names_in(folder: Path) -> frozenset[str]:
    """Names in a folder; none when it is absent, no folder, or may not be read."""
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries)
    except OSError:
        return frozenset()


def parents_of(path: str) -> Iterator[str]:
    """The folders above a workspace path, the outermost first, without the workspace itself."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        yield "/".join(parts[:count])
