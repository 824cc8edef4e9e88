"""What is said of what was done with git, or was not, and the ways back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from copilot_desktop.bridge.git.committing import Committing
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import Discarded, GitFailed
from copilot_desktop.bridge.git.writing import GitWriting
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Choice, Notice
from copilot_desktop.ui.way_back import without_way_back
from copilot_desktop.workspace.paths import Workspace

_NOTICE, _COMMIT = "git", "git.commit"


class GitNotices(QObject):
    """The notices of one window. `take_back(entry_id)` undoes a step of the history."""

    def __init__(self, window: MainWindow, git: GitController, writing: GitWriting, committing: Committing) -> None:
        super().__init__(window)
        self._window, self._git, self._committing = window, git, committing
        self._discards: list[tuple[Workspace | None, str]] = []
        self.take_back: Callable[[str], object] = lambda _entry_id: None
        git.failed.connect(self._on_failed)
        writing.discarded.connect(self._on_discarded)
        committing.committed.connect(self._on_committed)
        committing.refused.connect(self._on_commit_refused)
        committing.restored.connect(self._on_restored)

    def undo_discard(self) -> bool:
        """Bring back what was discarded last in the folder that is open; False where nothing is known of it."""
        self._discards = [each for each in self._discards if each[0] is self._git.workspace]
        if not self._discards:
            return False
        self._window.notices.withdraw(_NOTICE)
        self.take_back(self._discards.pop()[1])
        return True

    def _say(self, notice: Notice) -> None:
        self._window.notices.show_notice(notice)

    def _on_failed(self, failed: GitFailed) -> None:
        choices = without_way_back(self._window, failed.without_way_back, _NOTICE)
        self._say(Notice(failed.message, failed.advice, choices, key=_NOTICE))

    def _on_discarded(self, event: Discarded) -> None:
        self._window.notices.withdraw(_NOTICE)
        changed = tuple(path for path in event.paths if path not in event.deleted)
        if not event.entry_id:
            self._window.status.show_done(f"Discarded what had changed of {_named(changed)}")
            return
        parts = [f"discarded changes of {_named(changed)}"] if changed else []
        parts += [f"deleted {_named(event.deleted)}"] if event.deleted else []
        done = " and ".join(parts)

        self._discards.append((self._git.workspace, event.entry_id))
        undo: Choice = ("Undo", self.undo_discard)
        self._say(Notice(f"{done[0].upper()}{done[1:]}.", choices=(undo,), key=_NOTICE, is_amber=False))

    def _on_committed(self, done: object) -> None:
        from copilot_desktop.workspace.git.committing import CommitDone

        self._window.notices.withdraw(_NOTICE)
        if not isinstance(done, CommitDone):
            return
        if not done.old_id:
            self._window.notices.withdraw(_COMMIT)
            self._window.status.show_done(f"Committed {done.commit_id[:8]}: {done.title}")
            return
        restore: Choice = ("Restore the previous commit", partial(self._restore, done))
        said = f"Amended: the last commit is {done.commit_id[:8]} now. It was {done.old_id[:12]}."
        self._say(Notice(said, choices=(restore,), key=_COMMIT, is_amber=False))

    def _restore(self, done: object) -> None:
        from copilot_desktop.workspace.git.committing import CommitDone

        self._window.notices.withdraw(_COMMIT)
        if isinstance(done, CommitDone):
            self._committing.restore(done)

    def _on_restored(self, commit_id: str) -> None:
        self._window.status.show_done(f"The last commit is {commit_id[:8]} again; what was amended is staged")

    def _on_commit_refused(self, failed: GitFailed) -> None:
        self._say(Notice(failed.message, failed.advice, key=_NOTICE))


def _named(paths: tuple[str, ...]) -> str:
    return paths[0] if len(paths) == 1 else f"{len(paths)} files"
