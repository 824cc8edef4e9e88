r"""Between the bytes on disk and those that git keeps: line ends, `$Id$` and encodings as .gitattributes and the
settings ask for. A program of the user's (`filter=…`, such as LFS) is never run here."""

from __future__ import annotations

import codecs
import hashlib
import os
from typing import Any, Final

from pygit2.enums import FilterMode

from copilot_desktop.errors import RepositoryError
from copilot_desktop.workspace.git.repository import GitRepository, refusals_as_sentences

_LFS_HEAD: Final = b"version https://git-lfs.github.com/spec/v1\n"
_LFS_LIMIT_BYTES: Final = 1024


def is_lfs_pointer(data: bytes) -> bool:
    """Whether a content is what git has in place of a file that LFS keeps."""
    return len(data) < _LFS_LIMIT_BYTES and data.startswith(_LFS_HEAD) and b"\noid sha256:" in data


def lfs_pointer(data: bytes) -> bytes:
    """What LFS puts into git in place of a file: the file itself where it is a pointer, or empty."""
    if not data or is_lfs_pointer(data):
        return data
    digest = hashlib.sha256(data).hexdigest()
    return _LFS_HEAD + f"oid sha256:{digest}\nsize {len(data)}\n".encode("ascii")


def is_marked_for_lfs(repository: GitRepository, path: str) -> bool:
    """Whether `.gitattributes` give a file to LFS, which may not be there: then its pointer is what is on disk."""
    with refusals_as_sentences(f"read the attributes of {path}"):
        return repository.attributes.of(path, "filter") == "lfs"


class Filters:
    """What happens to one file on its way into the repository and out of it."""

    def __init__(self, repository: GitRepository, path: str) -> None:
        self._git, self._attributes = repository.git, repository.attributes
        self._path = path
        with refusals_as_sentences(f"read the attributes of {path}"):
            self.program = self._external()
            """The name of the filter program that it passes through; "" for none."""
            self.encoding = self._encoding()
            """How it stands on disk, a Python codec; "" where git takes it as it is."""

    @property
    def is_lfs(self) -> bool:
        """Whether LFS keeps it."""
        return self.program == "lfs"

    @property
    def is_plain(self) -> bool:
        """Whether libgit2 sees it as git does."""
        return not (self.program or self.encoding)

    def to_git(self, data: bytes) -> bytes | None:
        """The bytes that git would keep for these on disk; None where only the filter program could tell."""
        if self.program:
            return lfs_pointer(data) if self.is_lfs else None
        if self.encoding:
            data = _recoded(data, self.encoding, "utf-8", self._path)
        return self._applied(data, FilterMode.TO_ODB)

    def to_disk(self, data: bytes) -> bytes | None:
        """The bytes that git would write to disk for these; None where only a program could tell."""
        if self.program:
            return None
        written = self._applied(data, FilterMode.TO_WORKTREE)
        if written is not None and self.encoding:
            return _recoded(written, "utf-8", self.encoding, self._path)
        return written

    def _applied(self, data: bytes, mode: FilterMode) -> bytes | None:
        with refusals_as_sentences(f"read {self._path} as git does"):
            # The library's types know no bytes, and its text must be UTF-8.
            name: Any = os.fsencode(self._path)
            filters = self._git.load_filter_list(name, mode)
            if filters is None:
                return data
            if b"\0" in data:
                # pygit2 gives back only what stands before the first NUL. Git takes such files for binary and leaves
                # them as they are, unless it is told that they are text.
                is_text = any(self._attributes.of(self._path, each) is True for each in ("text", "ident"))
                return None if is_text else data
            return filters.apply_to_buffer(data)

    def _external(self) -> str:
        name = self._attributes.of(self._path, "filter")
        if not isinstance(name, str):
            return ""
        config = self._git.config
        has_program = any(f"filter.{name}.{key}" in config for key in ("clean", "smudge", "process"))
        # Without LFS on this machine its files are pointers in both places.
        return name if has_program else ""

    def _encoding(self) -> str:
        name = self._attributes.of(self._path, "working-tree-encoding")
        if not isinstance(name, str):
            return ""
        upper = name.upper()
        if upper in ("UTF-8", "UTF8"):
            return ""
        if upper == "UTF-16LE-BOM":
            return "utf-16"
        try:
            return codecs.lookup(name).name
        except LookupError:
            raise RepositoryError(
                f"{self._path} is in the encoding {name} (working-tree-encoding), which this program does not know."
            ) from None


def _recoded(data: bytes, source: str, target: str, path: str) -> bytes:
    try:
        text = data.decode(source)
        if target == "utf-16":
            return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
        return text.encode(target)
    except UnicodeError as error:
        named = source if target == "utf-8" else target
        raise RepositoryError(f"{path} is not in the encoding that .gitattributes names for it ({named}).") from error
