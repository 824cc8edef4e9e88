"""The commits of the branch that is checked out: their titles, and what one of them has changed. On workers."""

from __future__ import annotations

from itertools import islice
from typing import Final

import pygit2
from pygit2.enums import SortMode

from copilot_desktop.errors import RepositoryError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.git.comparing import compared_trees
from copilot_desktop.workspace.git.repository import GitRepository, refusals_as_sentences
from copilot_desktop.workspace.git.values import GitChange

RECENT: Final = 500


@dataclass(frozen=True, slots=True)
class CommitTitle:
    """A commit as a list shows it; `committed_at` is a Unix time."""

    commit_id: str
    subject: str
    committed_at: float

    @property
    def short_id(self) -> str:
        """As one writes it."""
        return self.commit_id[:8]


@dataclass(frozen=True, slots=True)
class CommitRead:
    """A commit with its whole message, and the files that differ from its first parent."""

    title: CommitTitle
    message: str
    changes: tuple[GitChange, ...]
    is_merge: bool


def recent_commits(repository: GitRepository, most: int = RECENT) -> tuple[CommitTitle, ...]:
    """The last ones, the newest first; none before the first one. Raises RepositoryError."""
    with refusals_as_sentences("list the commits"):
        git = repository.git
        if git.head_is_unborn:
            return ()
        return tuple(_title_of(each) for each in islice(git.walk(git.head.target, SortMode.TIME), most))


def read_commit(repository: GitRepository, commit_id: str) -> CommitRead:
    """One commit. Raises RepositoryError."""
    with refusals_as_sentences("read the commit"):
        found: object = repository.git.get(commit_id)
        if not isinstance(found, pygit2.Commit):
            raise RepositoryError(f"There is no commit {commit_id[:8]} here any more.", advice="Choose another one.")
        parents = found.parents
        before = parents[0].tree if parents else None
        changes = tuple(sorted(compared_trees(repository, before, found.tree), key=lambda each: each.path))
        return CommitRead(_title_of(found), found.message.strip(), changes, len(parents) > 1)


def _title_of(commit: pygit2.Commit) -> CommitTitle:
    subject = next(iter(commit.message.strip().splitlines()), "")
    return CommitTitle(str(commit.id), subject or "(no message)", float(commit.commit_time))
