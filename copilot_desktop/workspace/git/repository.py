"""Git's repository of the opened folder, by libgit2: opened anew for each piece of work, since git may change it at any
time. Import this module on a worker: it loads pygit2 (100 ms, 9 MiB)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import pygit2
from pygit2.enums import RepositoryOpenFlag, RepositoryState

from copilot_desktop.errors import RepositoryError
from copilot_desktop.workspace.git.attributes import Attributes
from copilot_desktop.workspace.git.config import read_small
from copilot_desktop.workspace.paths import Workspace

_OPERATIONS = {
    RepositoryState.MERGE: "merge",
    RepositoryState.REVERT: "revert",
    RepositoryState.REVERT_SEQUENCE: "revert",
    RepositoryState.CHERRYPICK: "cherry-pick",
    RepositoryState.CHERRYPICK_SEQUENCE: "cherry-pick",
    RepositoryState.BISECT: "bisect",
    RepositoryState.REBASE: "rebase",
    RepositoryState.REBASE_INTERACTIVE: "rebase",
    RepositoryState.REBASE_MERGE: "rebase",
    RepositoryState.APPLY_MAILBOX: "am",
    RepositoryState.APPLY_MAILBOX_OR_REBASE: "am",
}
_LINK = os.O_NOFOLLOW if hasattr(os, "O_NOFOLLOW") else 0


def _never() -> bool:
    return False


class GitRepository:
    """The repository that the opened folder stands in. Raises RepositoryError with a sentence where there is none.

    Used by one thread, for one piece of work. `may_run`, asked at most once: the folder is trusted, so that hooks,
    filters and whatever else its settings name may be run.
    """

    def __init__(self, workspace: Workspace, may_run: Callable[[], bool] = _never) -> None:
        self._may_run = may_run
        with refusals_as_sentences("open git's repository"):
            found = pygit2.discover_repository(str(workspace.root))
            if found is None:
                raise RepositoryError(
                    f"{workspace.root.name} is not in a git repository, so there is nothing to compare with.",
                    advice="“git init” in a terminal makes one.",
                )
            self.git = pygit2.Repository(found, RepositoryOpenFlag.NO_SEARCH)
        if self.git.is_bare or not self.git.workdir:
            raise RepositoryError(
                f"{workspace.root.name} is a bare repository: it has no files beside git's own.",
                advice="Open a clone of it.",
            )
        self.folder = Path(os.path.realpath(self.git.workdir))
        try:
            inner = workspace.root.relative_to(self.folder).as_posix()
        except ValueError:
            # `core.worktree` may name any folder.
            raise RepositoryError(
                f"The repository of {workspace.root.name} keeps its files in another folder: {self.folder}.",
                advice="Open that folder.",
            ) from None
        self.prefix = "" if inner == "." else f"{inner}/"

    @cached_property
    def attributes(self) -> Attributes:
        """What `.gitattributes` say of its files."""
        git = Path(self.git.path)
        named = read_small(git / "commondir").strip()  # what all worktrees share
        return Attributes(self.git, git / named)

    @cached_property
    def runs_programs(self) -> bool:
        """Whether git may run what the repository names."""
        return self._may_run()

    @property
    def operation(self) -> str:
        """What is under way: "merge", "rebase", …; "" for nothing."""
        return _OPERATIONS.get(RepositoryState(self.git.state()), "")

    @property
    def head_tree(self) -> pygit2.Tree | None:
        """The files of the last commit; None before the first one."""
        return None if self.git.head_is_unborn else self.git.head.peel(pygit2.Tree)

    @property
    def head_id(self) -> str:
        """The last commit, "" before the first one."""
        return "" if self.git.head_is_unborn else str(self.git.head.peel(pygit2.Commit).id)

    @property
    def branch(self) -> str | None:
        """The branch that is checked out, also before its first commit; None on a detached head."""
        if self.git.head_is_detached:
            return None
        name = self.git.lookup_reference("HEAD").raw_target
        text = os.fsdecode(name) if isinstance(name, bytes) else str(name)
        return text.removeprefix("refs/heads/")

    def place(self, path: str) -> Path:
        """Where a file of the repository stands on disk."""
        return self.folder / path

    def blob(self, blob_id: str) -> bytes:
        """A content of the repository. Raises RepositoryError where it is not in this clone."""
        found = self.git.get(blob_id)
        if not isinstance(found, pygit2.Blob):
            raise RepositoryError(
                f"The content {blob_id[:8]} is not in this clone of the repository.",
                advice="“git fetch” in a terminal may bring it.",
            )
        return found.data

    def disk_bytes(self, path: str, mode: int) -> bytes | None:
        """What stands at a path: a file's bytes, where a link leads; None for nothing. Raises OSError."""
        place = self.place(path)
        try:
            if mode == 0o120000:
                return os.fsencode(os.readlink(place))
            handle = os.open(place, os.O_RDONLY | _LINK | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            return None
        with open(handle, "rb") as file:
            return file.read()


@contextmanager
def refusals_as_sentences(doing: str) -> Iterator[None]:
    """Turn what libgit2 and the disk refuse inside into a RepositoryError: it was not possible to `doing`."""
    try:
        yield
    except pygit2.GitError as error:
        raise _refusal(doing, str(error)) from error
    except (KeyError, ValueError, OSError) as error:
        detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _refusal(doing, detail) from error


def _refusal(doing: str, detail: str) -> RepositoryError:
    if "index is locked" in detail or "index.lock" in detail:
        return RepositoryError(
            "Another git program is changing what is staged (there is a file index.lock), so nothing was done.",
            advice="Wait until it is done. If none runs, one was cut off: delete .git/index.lock.",
            detail=detail,
        )
    if "not owned by" in detail:
        return RepositoryError(
            "This repository belongs to another user, and git does not trust it.",
            advice="If you do, “git config --global --add safe.directory” with its folder says so.",
            detail=detail,
        )
    if "extension" in detail or "version" in detail or "unsupported" in detail:
        return RepositoryError(
            "This repository is kept in a form that the program cannot read.",
            advice="Its files can be edited as any; use git in a terminal for what is about commits.",
            detail=detail,
        )
    return RepositoryError(f"It was not possible to {doing}: {detail}.", advice="Nothing was changed.", detail=detail)
