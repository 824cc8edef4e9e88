"""Commits of a window: the git program runs on the asyncio thread, and its output is told as it comes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import GitFailed

if TYPE_CHECKING:
    from copilot_desktop.workspace.git.committing import CommitDone, CommitPlan
    from copilot_desktop.workspace.git.repository import GitRepository


class Committing(QObject):
    """One commit at a time. GUI thread only."""

    running_changed = Signal(bool)
    output = Signal(str)
    """A piece of what git and the hooks say."""
    committed = Signal(object)
    """Carries one `CommitDone`."""
    refused = Signal(object)
    """Carries one `GitFailed`: there is no new commit."""
    restored = Signal(str)
    """Carries the id of a commit that is the last one again."""

    def __init__(self, git: GitController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._git = git
        self._running: Future[tuple[int, str]] | None = None
        self._is_asked = False

    @property
    def is_running(self) -> bool:
        """Whether a commit is being made."""
        return self._is_asked

    def commit(self, message: str, *, is_amended: bool = False) -> None:
        """Commit what is staged; `committed` or `refused` tells."""
        if self._is_asked:
            return
        self._set_running(True)

        def plan(repository: GitRepository) -> CommitPlan:
            from copilot_desktop.workspace.git.committing import plan_commit

            return plan_commit(repository, message, is_amended=is_amended)

        self._git.run(plan, self._run, self._on_refused)

    def cancel(self) -> None:
        """End git and its hooks; nothing is committed."""
        running, self._running = self._running, None
        if running is not None and running.cancel():
            self._on_refused(GitFailed("The commit was stopped.", "What is staged is still staged."))

    def restore(self, done: CommitDone) -> None:
        """Have the branch end at the commit that an amended one took the place of; `restored` tells."""

        def work(repository: GitRepository) -> str:
            from copilot_desktop.workspace.git.committing import restore_commit

            restore_commit(repository, done.old_id, done.commit_id)
            return done.old_id

        def tell(commit_id: str) -> None:
            self._git.refresh()
            self.restored.emit(commit_id)

        self._git.run(work, tell)

    def last_message(self, done: Callable[[str], None]) -> None:
        """Read the message of the last commit, for amending it."""

        def work(repository: GitRepository) -> str:
            from copilot_desktop.workspace.git.committing import last_message

            return last_message(repository)

        self._git.run(work, done)

    def _run(self, plan: CommitPlan) -> None:
        from copilot_desktop.workspace.git.committing import run_commit

        thread = self._git.async_thread

        def tell(text: str) -> None:
            thread.post(lambda: self.output.emit(text))

        self._running = thread.submit(
            run_commit(plan, tell), lambda ended: self._on_ended(plan, *ended), self._on_not_run
        )

    def _on_ended(self, plan: CommitPlan, code: int, output: str) -> None:
        self._running = None

        def work(repository: GitRepository) -> CommitDone:
            from copilot_desktop.workspace.git.committing import committed

            return committed(repository, plan, code, output)

        def tell(done: CommitDone) -> None:
            self._set_running(False)
            self._git.refresh()
            self.committed.emit(done)

        self._git.run(work, tell, self._on_refused)

    def _on_refused(self, failed: GitFailed) -> None:
        self._set_running(False)
        self._git.refresh()
        self.refused.emit(failed)

    def _on_not_run(self, error: BaseException) -> None:
        if not isinstance(error, OSError):
            self._set_running(False)
            raise error
        self._on_refused(GitFailed("The git program could not be started.", "Nothing was committed.", str(error)))

    def _set_running(self, is_running: bool) -> None:
        self._is_asked = is_running
        self.running_changed.emit(is_running)
