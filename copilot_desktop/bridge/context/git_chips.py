"""Adds what git knows to a prompt: what has changed and is not committed, or a commit. Made on workers."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from copilot_desktop.bridge.chat.chips import ChipsController, Refused
from copilot_desktop.bridge.documents.file_checks import ReadableFiles
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import GitFailed
from copilot_desktop.context.items import ContextItem, ItemKind, Origin
from copilot_desktop.errors import UsageError
from copilot_desktop.workspace.git.values import INDEX, Comparison, ComparisonKind

if TYPE_CHECKING:
    from copilot_desktop.workspace.git.repository import GitRepository
    from copilot_desktop.workspace.git.values import GitChange
    from copilot_desktop.workspace.model_border import ModelBorder

WORKING_TREE: Final = "working tree"
STAGED: Final = "staged"
_TITLES: Final = {WORKING_TREE: "git diff", STAGED: "staged changes"}
_MOST_CHARACTERS: Final = 120_000
_LONGEST_MESSAGE: Final = 4_000
_BEING_MADE: Final = "It is still being read from git; a prompt that is sent meanwhile waits for it."
_SHORT_ID: Final = 8
_NAMED: Final = 6
_LAST_COMMIT: Final = Comparison(ComparisonKind.BRANCH, "HEAD")


class GitChips:
    """Of one window. GUI thread. What refuses it is told as `ChipsController.refused`."""

    def __init__(self, chips: ChipsController, git: GitController, files: ReadableFiles) -> None:
        self._chips, self._git, self._files = chips, git, files

    def add_diff(self, source: str) -> None:
        """Add what differs from the last commit: in the `WORKING_TREE`, or what is `STAGED`."""
        pending = _item(ItemKind.DIFF, "", Origin(source, _TITLES[source], _BEING_MADE))
        self._make(pending, lambda repository, border, most: diff_item(repository, border, source, most))

    def add_commit(self, commit_id: str) -> None:
        """Add the message and the changes of a commit."""
        title = f"commit {commit_id[:_SHORT_ID]}"
        pending = _item(ItemKind.COMMIT, "", Origin(commit_id, title, _BEING_MADE))
        self._make(pending, lambda repository, border, most: commit_item(repository, border, commit_id, most))

    def remake(self, item: ContextItem) -> Callable[[], ContextItem]:
        """Makes a diff anew, on a worker."""
        most, source, files = self._most(), "" if item.origin is None else item.origin.source, self._files

        def make() -> ContextItem:
            from copilot_desktop.workspace.git.repository import GitRepository

            border = files.border()
            return diff_item(GitRepository(border.workspace), border, source, most)

        return make

    def _make(self, pending: ContextItem, make: Callable[[GitRepository, ModelBorder, int], ContextItem]) -> None:
        most, files = self._most(), self._files
        if self._git.workspace is None:
            self._chips.refused.emit(Refused("No folder is open whose changes could be told."))
            return
        settle = self._chips.expect(pending)

        def refuse(failed: GitFailed) -> None:
            settle(None, UsageError(failed.message, advice=failed.advice))

        self._git.run(lambda repository: make(repository, files.border(), most), settle, refuse)

    def _most(self) -> int:
        limit = self._chips.limit_tokens()
        return _MOST_CHARACTERS if limit is None else min(_MOST_CHARACTERS, 2 * limit)


def diff_item(repository: GitRepository, border: ModelBorder, source: str, most: int) -> ContextItem:
    """What differs from the last commit now, as an item. Raises CopilotError, also where nothing differs."""
    from copilot_desktop.workspace.git.comparing import changes_of

    comparison = INDEX if source == STAGED or not repository.head_id else _LAST_COMMIT
    changes = changes_of(repository, comparison)
    if not changes:
        raise UsageError(
            "Nothing is staged." if source == STAGED else "Nothing differs from the last commit.",
            advice="There is no diff to add.",
        )
    text, note, named = _told(repository, border, changes, most)
    if source == WORKING_TREE:
        note += " It is what is saved: unsaved text is not in it."
    return _item(ItemKind.DIFF, text, Origin(source, _TITLES[source], note, named))


def commit_item(repository: GitRepository, border: ModelBorder, commit_id: str, most: int) -> ContextItem:
    """A commit as an item. Raises CopilotError."""
    from copilot_desktop.workspace.git.commits import read_commit

    read = read_commit(repository, commit_id)
    text, note, named = _told(repository, border, read.changes, most)
    if read.is_merge:
        note += " It joins branches: what differs from the first one is shown."
    message = read.message
    if len(message) > _LONGEST_MESSAGE:
        message = f"{message[:_LONGEST_MESSAGE].rstrip()} …"
    head = f"commit {read.title.commit_id}\n\n{message}\n"
    title = f"commit {read.title.short_id}"
    told = f"{read.title.subject}\n{note}"
    return _item(ItemKind.COMMIT, f"{head}\n{text}", Origin(read.title.commit_id, title, told, named))


def _item(kind: ItemKind, text: str, origin: Origin) -> ContextItem:
    return ContextItem(uuid.uuid4().hex[:12], kind, "", text, origin=origin)


def _told(
    repository: GitRepository, border: ModelBorder, changes: Iterable[GitChange], most: int
) -> tuple[str, str, tuple[str, ...]]:
    """The diff, what to say of it, and its files."""
    from copilot_desktop.conversation.changes_text import read_for_model
    from copilot_desktop.credentials.secret_text import without_long_keys
    from copilot_desktop.workspace.git.diff_text import diff_text

    sides, kept_back = read_for_model(repository, border, changes)
    made = diff_text(sides, repository.prefix, most, without_long_keys)
    said = [f"{_files(len(sides))}, +{made.added:,} −{made.removed:,}."]
    if kept_back:
        names = [f"{each.path.removeprefix(repository.prefix)} ({each.reason})" for each in kept_back]
        said.append(f"Left out: {_listed(names)}.")
    if made.left_out:
        said.append(
            f"Cut to about {most:,} characters; of these nothing or not all is in it: {_listed(made.left_out)}."
        )
    out = len(kept_back) + len(made.left_out)
    ending = f"\n(Of {_files(out)} nothing or not all is shown.)\n" if out else ""
    return made.text + ending, " ".join(said), made.paths


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = len(every) - _NAMED
    return ", ".join(every[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
