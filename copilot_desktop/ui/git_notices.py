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
from copilot_desktop.ui.status_bar import StatusField
from copilot_desktop.ui.way_back import without_way_back
from copilot_desktop.workspace.paths import Workspace

_NOTICE, _COMMIT = "git", "git.commit"
_STILL_DISCARDED = "It is still being discarded. It is brought back right after that."


class _Discard:
    """One of a folder, from when it was asked for: `entry_id` is its step of the history, "" while it is on its way."""

    def __init__(self, workspace: Workspace | None) -> None:
        self.workspace = workspace
        self.entry_id = ""
        self.is_wanted_back = False


class GitNotices(QObject):
    """The notices of one window. `take_back(entry_id)` undoes a step of the history."""

    def __init__(self, window: MainWindow, git: GitController, writing: GitWriting, committing: Committing) -> None:
        super().__init__(window)
        self._window, self._git, self._committing = window, git, committing
        self._discards: list[_Discard] = []
        self._said = ""
        self.take_back: Callable[[str], object] = lambda _entry_id: None
        git.failed.connect(self._on_failed)
        writing.begun.connect(self._on_begun)
        writing.discarded.connect(self._on_discarded)
        writing.not_discarded.connect(self._on_not_discarded)
        committing.committed.connect(self._on_committed)
        committing.refused.connect(self._on_commit_refused)
        committing.restored.connect(self._on_restored)

    def undo_discard(self) -> bool:
        """Bring back what was discarded last in the folder that is open, once that is done; False where nothing is
        known of it."""
        here = self._git.workspace
        known = (each for each in reversed(self._discards) if each.workspace is here and not each.is_wanted_back)
        last = next(known, None)
        if last is None:
            return False
        if not last.entry_id:
            last.is_wanted_back = True
            self._window.status.show_done(_STILL_DISCARDED)
            return True
        self._bring_back(last)
        return True

    def _bring_back(self, discard: _Discard) -> None:
        self._window.notices.withdraw(_NOTICE)
        if discard in self._discards:
            self._discards.remove(discard)
            self.take_back(discard.entry_id)

    def _say(self, notice: Notice) -> None:
        self._window.notices.show_notice(notice)

    def _on_failed(self, failed: GitFailed) -> None:
        choices = without_way_back(self._window, failed.without_way_back, _NOTICE)
        self._say(Notice(failed.message, failed.advice, choices, key=_NOTICE))

    def _on_begun(self, paths: tuple[str, ...]) -> None:
        self._discards = [each for each in self._discards if each.workspace is self._git.workspace]
        self._discards.append(_Discard(self._git.workspace))
        self._said = f"Discarding {_named(paths)}…"
        self._window.status.show_done(self._said)

    def _say_no_longer(self) -> None:
        """What is done is not on its way."""
        if self._window.status.text_of(StatusField.MESSAGE) in (self._said, _STILL_DISCARDED):
            self._window.status.show_done("")

    def _on_not_discarded(self) -> None:
        self._say_no_longer()
        running = self._first_running()
        if running is not None:
            self._discards.remove(running)

    def _first_running(self) -> _Discard | None:
        """They are done one after the other."""
        return next((each for each in self._discards if not each.entry_id), None)

    def _on_discarded(self, event: Discarded) -> None:
        self._window.notices.withdraw(_NOTICE)
        self._say_no_longer()
        running = self._first_running()
        if running is None:
            return
        if not event.entry_id:
            self._discards.remove(running)
        if not event.paths:
            # Asked for twice: the row was still there. What U is to bring back is the first.
            if running.is_wanted_back:
                self.undo_discard()
            return
        changed = tuple(path for path in event.paths if path not in event.deleted)
        if not event.entry_id:
            self._window.status.show_done(f"Discarded what had changed of {_named(changed)}")
            return
        parts = [f"discarded changes of {_named(changed)}"] if changed else []
        parts += [f"deleted {_named(event.deleted)}"] if event.deleted else []
        done = " and ".join(parts)

        running.entry_id = event.entry_id
        if running.is_wanted_back:
            running.is_wanted_back = False
            self._bring_back(running)
            return
        undo: Choice = ("Undo", partial(self._bring_back, running))
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
