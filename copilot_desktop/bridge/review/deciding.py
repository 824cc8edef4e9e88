"""Carrying decisions out, one command after the other: disk first, all or nothing, then state and tabs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.held_copies import HeldCopies, hold_copies
from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.commands import (
    Command,
    Step,
    carried_out,
    named,
    renames,
    sentence,
    taken,
    title_of_step,
    with_step,
)
from copilot_desktop.bridge.review.events import DecisionUndone
from copilot_desktop.bridge.review.files import Outdated, ReviewFiles, Written
from copilot_desktop.bridge.review.following import FileFollower
from copilot_desktop.bridge.review.step_about import step_about, still_wanted
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.following_renames import renamed
from copilot_desktop.edits.plan import PlannedFile, plan
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.errors import NotKeptError, UsageError
from copilot_desktop.text.diff import edits_between
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.checkpoints.entries import About
from copilot_desktop.workspace.file_writes import FileWrite

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_Work = Callable[[Sequence[FileWrite]], Written | Outdated]
"""Writes a command's files, together with these hot-exit copies."""
MakeCommand = Callable[[], Command | None]
"""Makes a command when its turn comes, for one that depends on how those before it ended; None: nothing to do."""


class Decider(QObject):
    """Runs one command at a time; others wait. GUI thread only."""

    def __init__(
        self, thread: AsyncThread, documents: DocumentsController, board: ReviewBoard, follower: FileFollower
    ) -> None:
        super().__init__(board)
        self._thread = thread
        self._documents = documents
        self._board = board
        self._follower = follower
        self._files: ReviewFiles | None = None
        self._waiting: deque[Command | MakeCommand] = deque()
        self._running: Command | None = None
        self._at_rest: Callable[[], None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a decision is being written or waits for its turn."""
        return self._running is not None or bool(self._waiting)

    def when_idle(self, call: Callable[[], None]) -> None:
        """Call once everything decided is written, or now. The last one to wait counts; a failed write ends it."""
        if self.is_busy:
            self._at_rest = call
        else:
            call()

    def under_way(self) -> dict[str, Decision]:
        """Decisions that were made and are not in the state yet: keys must not act on their hunks a second time."""
        found: dict[str, Decision] = {}
        for command in (self._running, *self._waiting):
            if isinstance(command, Command):
                found.update(command.targets)
        return found

    def set_files(self, files: ReviewFiles | None) -> None:
        """Write into another folder from now on; what waits is dropped."""
        self._files = files
        self._waiting.clear()

    def submit(self, command: Command | MakeCommand) -> None:
        """Carry a command out when its turn comes; refusals and results reach the board."""
        self._waiting.append(command)
        self._next()

    def _next(self) -> None:
        while self._running is None and self._waiting:
            waiting = self._waiting.popleft()
            command = waiting if isinstance(waiting, Command) else waiting()
            if command is not None:
                self._start(command)
                return
        if not self.is_busy and self._at_rest is not None:
            call, self._at_rest = self._at_rest, None
            call()

    def _start(self, command: Command) -> None:
        self._running = command
        self._follower.when_settled(partial(self._begin, command))

    def _begin(self, command: Command) -> None:
        """The texts are those of now: find out what is to be written."""
        self._running = None
        state = self._board.state
        try:
            if command.undoes is None:
                command = command.after(state)
            files = plan(state, carried_out(state, command)).files
            buffered = [planned for planned in files if self._documents.has_own_text(planned.path)]
            _refuse_lost_text(buffered, _replaced_by(state, command))
            on_disk = [planned for planned in files if planned not in buffered]
            if on_disk and self._files is None:
                raise UsageError("No folder is open, so the change cannot be written.")
        except UsageError as error:
            self._board.refuse(error)
            self._next()
            return
        # One tab alone has one copy, which is old or new by itself.
        if self._files is None or not (on_disk or len(buffered) > 1):
            self._finish(command, buffered, None)
            return
        self._running = command
        self._board.busy_paths = frozenset(planned.path for planned in on_disk)
        told = _Told(
            renames(state),
            self._chosen_encodings(on_disk),
            step_about(state, command),
            title_of_step(command, state, {planned.path for planned in buffered}),
        )
        work = partial(_carry_out, self._files, command, on_disk, told)
        tabs = {planned.path for planned in buffered}
        hold_copies(self._documents.unsaved, tabs, partial(self._write, command, buffered, work))

    def _write(self, command: Command, buffered: list[PlannedFile], work: _Work, held: HeldCopies) -> None:
        """Files and the hot-exit copies of tabs in one step; the tabs themselves when it is written."""
        copies = held.written({planned.path: planned.after for planned in buffered})
        self._thread.run_in_worker(
            partial(work, copies),
            partial(self._on_carried_out, command, buffered, held),
            partial(self._on_failed, command, held),
        )

    def _chosen_encodings(self, on_disk: Sequence[PlannedFile]) -> dict[str, str]:
        """Of files in tabs: what their bytes mean is what the user has said."""
        chosen = {planned.path: self._documents.documents.chosen_encoding(planned.path) for planned in on_disk}
        return {path: encoding for path, encoding in chosen.items() if encoding is not None}

    def _on_carried_out(
        self, command: Command, buffered: list[PlannedFile], held: HeldCopies, result: Written | Outdated
    ) -> None:
        held.release()
        self._rest()
        if isinstance(result, Written):
            self._finish(command, buffered, result if result.hashes else None)
            return
        self._follower.take(result.texts)
        names = named(sorted(result.texts))
        if command.is_retry:
            advice = "Try again when the other program has finished."
            self._board.say(f"{names} keeps changing on disk, so nothing was written.", advice, True)
        else:
            self._board.say(f"{names} had changed on disk; the changes were fitted to what it says now.")
            self._waiting.appendleft(command.again())
        self._next()

    def _on_failed(self, command: Command, held: HeldCopies, error: BaseException) -> None:
        held.release()
        paths = self._board.busy_paths
        # Whoever wanted to leave would not read why.
        self._at_rest = None
        self._rest()
        self._follower.look_again(paths)
        if isinstance(error, NotKeptError):
            self._board.ask_without_way_back(error, partial(self.submit, command.without_way_back()))
        else:
            self._board.refuse(error)
        self._next()

    def _rest(self) -> None:
        self._running = None
        self._board.busy_paths = frozenset()

    def _finish(self, command: Command, buffered: list[PlannedFile], written: Written | None) -> None:
        """The disk is as decided; now the state, and the tabs."""
        texts = written.texts if written is not None else {}
        command, buffered = self._without_closed(command, buffered)
        self._follow_tabs(buffered)
        try:
            before, state, warning = self._outcome(command, texts)
        except UsageError as error:
            self._follower.look_again(texts)
            self._board.refuse(error)
            self._next()
            return
        if written is not None:
            self._follow_renames(state, written.texts)
        self._show_in_tabs(state, [planned.path for planned in buffered], written)
        if written is not None:
            self._board.last_entry = written.checkpoint_id
        done = self._board.done
        if command.undoes is None:
            done = with_step(done, Step(command, written) if warning else taken(command, written, before, state))
        else:
            done = tuple(step for step in done if step is not command.undoes)
        self._board.put(state, done)
        # Tabs have taken the write from disk: what is typed next, an undo of it as well, is the user's own.
        self._follower.catch_up()
        if command.undoes is not None:
            self._board.undone.emit(DecisionUndone(command.left_ids))
        if written is not None and self._files is not None:
            self._thread.run_in_worker(partial(self._files.keep_for_undo, still_wanted(done)))
        said = sentence(command, buffered)
        if warning:
            # Counts of what was accepted would take its place.
            self._board.say(
                warning, "Save the tab to keep your text, or close it without saving to keep the change.", True
            )
        elif said:
            self._board.say(said)
        elif command.said:
            self._board.mention(command.said)
        if written is not None and written.linked:
            has = "has other names" if len(written.linked) == 1 else "have other names"
            self._board.mention(f"{named(written.linked)} {has} (hard links), with the same text.")
        self._next()

    def _follow_tabs(self, buffered: Sequence[PlannedFile]) -> None:
        """Take what was typed into tabs while files were written: what they get next must not undo it."""
        state = self._board.state
        for planned in buffered:
            live = self._documents.text_of(planned.path)
            if live is not None and live != state.texts.get(planned.path):
                state = state.text_changed(planned.path, live, by=ChangedBy.TYPING)
        self._board.put(state)

    def _without_closed(self, command: Command, buffered: list[PlannedFile]) -> tuple[Command, list[PlannedFile]]:
        """Leave out what was for a tab that has closed since: its text is gone, and the file on disk decides."""
        closed = {planned.path for planned in buffered if self._documents.find(planned.path) is None}
        if not closed:
            return command, buffered
        self._follower.look_again(closed)
        names = named(sorted(closed))
        left = f"The tab of {names} was closed before the change reached it, so the change there is still undecided."
        gone = {hunk_id for hunk_id in command.hunk_ids if self._board.state.hunk(hunk_id)[1].path in closed}
        return command.without(gone, left), [planned for planned in buffered if planned.path not in closed]

    def _outcome(self, command: Command, written: Mapping[str, str | None]) -> tuple[ReviewState, ReviewState, str]:
        """The states before and after a command and a warning, or "". Raises UsageError when it cannot be carried
        out."""
        try:
            before = self._typed_meanwhile(self._board.state, written)
            return before, carried_out(before, command), ""
        except UsageError:
            if not written:
                raise
        # Typed into the very lines while they were written: the decision stands on disk, and the typing came after it.
        after = carried_out(self._board.state, command)
        came_from = {new: old for _, old, new in renamed(self._board.state, after)}
        state = self._typed_meanwhile(after, written, came_from)
        names = named([path for path, text in written.items() if state.texts[path] != text] or sorted(written))
        return (
            self._board.state,
            state,
            (f"You typed into a change while it was being written. {names} on disk has the change, the tab your text."),
        )

    def _typed_meanwhile(
        self, state: ReviewState, written: Mapping[str, str | None], came_from: Mapping[str, str] = _NOTHING
    ) -> ReviewState:
        """A state with what was typed while the command ran; a tab that already took our own write says nothing.

        `came_from`: files that the command has renamed, by their new paths: what was typed stands under the old one.
        """
        for path, text in written.items():
            live = self._documents.text_of(path)
            if live is None and self._documents.is_dirty(came_from.get(path, "")):
                live = self._documents.text_of(came_from[path])
            if live is not None and live != text and state.texts.get(path) is not None:
                state = state.text_changed(path, live, by=ChangedBy.TYPING)
        return state

    def _follow_renames(self, after: ReviewState, written: Mapping[str, str | None]) -> None:
        """The tabs of files that have other names now go along; what they show is still that of before."""
        for _, old, new in renamed(self._board.state, after):
            if old in written and written[old] is None:
                # Nothing is compared meanwhile: the state that knows the new name comes after this.
                self._board.busy_paths = frozenset((old, new))
                self._documents.follow(old, new)
                self._board.busy_paths = frozenset()

    def _show_in_tabs(self, state: ReviewState, buffered: list[str], written: Written | None) -> None:
        texts = written.texts if written is not None else {}
        typed = [path for path, text in texts.items() if text is not None and state.texts.get(path) != text]
        for path in (*buffered, *typed):
            buffer, text = self._documents.find(path), state.texts.get(path)
            if buffer is not None and text is not None:
                buffer.edit_lines(edits_between(buffer.snapshot().text, text))
        if written is not None:
            for path, disk_hash in written.hashes.items():
                self._documents.written(path, texts.get(path), disk_hash)


def _replaced_by(state: ReviewState, command: Command) -> set[str]:
    """Files whose place a renamed one takes, or gives back: its text must not wait in a tab while it is removed."""
    changes = (state.hunk(hunk_id)[1] for hunk_id in command.targets)
    return {change.path for change in changes if change.replaced is not None}


def _refuse_lost_text(buffered: Sequence[PlannedFile], replaced: set[str]) -> None:
    for planned in buffered:
        if planned.path in replaced:
            raise UsageError(
                f"{planned.path} has unsaved changes in its tab and would be replaced, so nothing was done.",
                advice="Save or close the tab first.",
            )
        if planned.after is None:
            raise UsageError(
                f"{planned.path} has unsaved changes in its tab and would be removed, so nothing was done.",
                advice="Save or close the tab first.",
            )


@dataclass(frozen=True, slots=True)
class _Told:
    """What the writing side is told of a command: what is renamed, what the user said of encodings, what the history
    is to know."""

    renamed: Mapping[str, str]
    encodings: Mapping[str, str]
    about: About
    title: str


def _carry_out(
    files: ReviewFiles, command: Command, on_disk: Sequence[PlannedFile], told: _Told, copies: Sequence[FileWrite]
) -> Written | Outdated:
    """On a worker: give back the exact bytes where the files are still as we left them, else write the texts."""
    earlier = command.undoes.written if command.undoes is not None else None
    if earlier is not None and set(earlier.hashes) == {planned.path for planned in on_disk}:
        restored = files.restore(
            earlier.checkpoint_id, on_disk, told.encodings, told.about, is_kept=command.is_kept, copies=copies
        )
        if restored is not None:
            return restored
    formats = earlier.formats if earlier is not None else {}
    return files.write(
        on_disk,
        told.title,
        told.renamed,
        formats,
        told.encodings,
        told.about,
        is_kept=command.is_kept,
        copies=copies,
    )
