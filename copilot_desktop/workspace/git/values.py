"""What git says has changed, as frozen values. Paths are those of the repository: relative to its top folder, `/`
between names; bytes that are no UTF-8 stand in them as Python's surrogates (`os.fsencode` gives the bytes back)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from copilot_desktop.text.diff import LineChange
from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.values import dataclass

LINK_MODE: Final = 0o120000
SUBMODULE_MODE: Final = 0o160000
FOLDER_MODE: Final = 0o040000
EXECUTABLE_MODE: Final = 0o100755


class ChangeKind(StrEnum):
    """What became of a file."""

    MODIFIED = "modified"
    ADDED = "added"
    DELETED = "deleted"
    RENAMED = "renamed"
    RETYPED = "type changed"
    """A file became a link, or the other way round."""
    UNTRACKED = "untracked"
    CONFLICT = "conflict"

    @property
    def letter(self) -> str:
        """The letter that git's short status has for it."""
        return _LETTERS[self]


_LETTERS: Final = {
    ChangeKind.MODIFIED: "M",
    ChangeKind.ADDED: "A",
    ChangeKind.DELETED: "D",
    ChangeKind.RENAMED: "R",
    ChangeKind.RETYPED: "T",
    ChangeKind.UNTRACKED: "U",
    ChangeKind.CONFLICT: "!",
}


class Nature(StrEnum):
    """What a changed file is, as far as its lines go."""

    TEXT = "text"
    BINARY = "binary"
    LINK = "link"
    """A symbolic link; its text is where it leads."""
    SUBMODULE = "submodule"
    """A repository in the repository; its text names the commit."""
    LFS = "LFS pointer"
    """Kept by git LFS: git has a pointer of three lines in its place."""
    FILTERED = "filtered"
    """It passes through a program of the user's (`filter=…`), which is never run in order to look at a file."""
    TOO_LARGE = "too large"


class ComparisonKind(StrEnum):
    """The two sides that are compared."""

    WORKING = "working tree"
    """What is staged, and the files on disk."""
    INDEX = "index"
    """The last commit, and what is staged."""
    BRANCH = "branch"
    """Where the branch left its base, and the files on disk or the last commit."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides. For a `BRANCH` alone: `base` names a branch or commit, `with_disk` adds what is uncommitted."""

    kind: ComparisonKind
    base: str = ""
    with_disk: bool = True


WORKING: Final = Comparison(ComparisonKind.WORKING)
INDEX: Final = Comparison(ComparisonKind.INDEX)


@dataclass(frozen=True, slots=True)
class GitChange:
    """One file that differs. Modes are git's (0: no such file); ids name contents in the repository, "" for what is on
    disk or is not there.

    `added` and `removed` are lines as `git diff --numstat` counts them, None where it counts none. `note` is a sentence
    on what cannot be shown.
    """

    path: str
    kind: ChangeKind
    old_path: str | None = None
    old_mode: int = 0
    new_mode: int = 0
    old_id: str = ""
    new_id: str = ""
    nature: Nature = Nature.TEXT
    added: int | None = None
    removed: int | None = None
    note: str = ""

    @property
    def has_new_mode(self) -> bool:
        """Whether a file that is there on both sides may be run on one of them alone."""
        both = self.old_mode and self.new_mode
        return bool(both) and self.kind is not ChangeKind.RETYPED and self.old_mode != self.new_mode

    @property
    def mode_words(self) -> str:
        """The change of the mode in words, "" where there is none."""
        return f"mode {self.old_mode & 0o777:o} → {self.new_mode & 0o777:o}" if self.has_new_mode else ""


@dataclass(frozen=True, slots=True)
class GitStatus:
    """All that differs between last commit, index and disk, and where the repository stands.

    `folder` is the repository's top folder, `prefix` the opened folder in it ("src/", "" for the top itself), and
    `git_folder` where git keeps index and HEAD, which is elsewhere for worktrees and submodules. `branch` is None on a
    detached head, `commit_id` "" before the first commit. `operation` names what is under way: "merge", "rebase", …;
    `message` is what git has prepared for its commit.
    """

    folder: str
    prefix: str
    branch: str | None
    commit_id: str
    staged: tuple[GitChange, ...] = ()
    unstaged: tuple[GitChange, ...] = ()
    untracked: tuple[GitChange, ...] = ()
    conflicts: tuple[GitChange, ...] = ()
    git_folder: str = ""
    operation: str = ""
    message: str = ""

    @property
    def count(self) -> int:
        """How many files differ; one that is staged in part counts once."""
        groups = (self.staged, self.unstaged, self.untracked, self.conflicts)
        return len({change.path for group in groups for change in group})

    @property
    def head_words(self) -> str:
        """Where the next commit goes, in words."""
        if self.branch is None:
            return f"detached at {self.commit_id[:8]}"
        return self.branch if self.commit_id else f"{self.branch}, no commit yet"

    def inside(self, path: str) -> str | None:
        """The path in the opened folder of a path of the repository; None for one outside of it."""
        return path[len(self.prefix) :] if path.startswith(self.prefix) else None


@dataclass(frozen=True, slots=True)
class SideText:
    """One side of a file as git keeps it: a text, and how it stands in bytes. None stands for no file.

    `fingerprint` is the SHA-256 (hex) of the bytes that were read; "" where there is no file.
    """

    text: str | None
    format: TextFormat | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class FileSides:
    """A changed file with both its texts. Lines can only be taken where both are text: `problem` says why not."""

    change: GitChange
    old: SideText
    new: SideText
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PickedLines:
    """Lines of both sides (0-based, as `split_lines` cuts them) that something is done with.

    `changes`: which lines of the one side stand for which of the other where they were looked at; none: as git says.
    """

    old: frozenset[int] = frozenset()
    new: frozenset[int] = frozenset()
    changes: tuple[LineChange, ...] = ()
