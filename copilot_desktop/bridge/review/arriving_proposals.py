"""What answers propose while they arrive: read in pieces on a worker, and followed as the files are typed in.

Nothing is decided here and nothing written: the proposal at an answer's end takes the place of what was shown.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.running_turn import ProposalMade, TurnToRun
from copilot_desktop.bridge.chat.running_turns import RunningTurns
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import PathMoved
from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.events import ReviewChanged
from copilot_desktop.bridge.review.following import FileFollower, Synced
from copilot_desktop.conversation.events import TextArrived, TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import TurnMode, title_of
from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange, HunkState
from copilot_desktop.edits.marks import EditMarks
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    # The engine is imported on a worker, with the first answer that holds edits.
    from copilot_desktop.conversation.arriving import ArrivingAnswer
    from copilot_desktop.edits.arriving import ArrivingChanges, ArrivingFile

_EVERY_S: Final = 0.25
_SWITCH_S: Final = 0.0005
_USUAL_S: Final = sys.getswitchinterval()
_SHARE: Final = 4
"""Reading an answer takes at most one part in so many of a processor: what is hard to place is looked at less often."""


@dataclass(frozen=True, slots=True)
class ArrivingChanged:
    """Something else is proposed by the answer of a turn, or nothing any more; `paths` are the files it touches."""

    turn_id: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArrivingHunks:
    """Hunks that answers propose for one file up to now, in its lines.

    `growing` are ids of those that go on, `decided` is what was decided about others and counts at the answer's end.
    `replaced` are hunks of the review in whose place some of them stand.
    """

    hunks: tuple[ChangeHunk, ...] = ()
    growing: frozenset[str] = field(default_factory=frozenset)
    decided: Mapping[str, Decision] = field(default_factory=dict)
    replaced: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class EarlyDecision:
    """What was decided about a hunk, as it was seen then."""

    decision: Decision
    hunk: ChangeHunk

    def is_about(self, hunk: ChangeHunk) -> bool:
        """Whether a hunk with this one's id still changes the same."""
        return (hunk.old_text, hunk.new_text) == (self.hunk.old_text, self.hunk.new_text)


class _Read(NamedTuple):
    """What a worker made of the answer, and the seconds of processor time it took."""

    changes: ArrivingChanges
    state: ReviewState
    used_s: float


class ArrivingProposals(QObject):
    """Those of a window. GUI thread only."""

    changed = Signal(object)
    """Carries one `ArrivingChanged`."""
    stopped = Signal(object)
    """Carries one `ProposalMade` of the whole blocks of an answer that was stopped."""

    def __init__(self, thread: AsyncThread, documents: DocumentsController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._documents = documents
        self._turns: dict[str, _ArrivingTurn] = {}

    def follow(self, running: RunningTurns) -> None:
        """Look at the answers of these turns."""
        running.begun.connect(self._on_begun)
        running.turn_event.connect(self._on_turn_event)

    def forget(self) -> None:
        """Another folder is opened: what comes for the files of this one is dropped."""
        for turn_id in tuple(self._turns):
            self._end(turn_id)

    def end(self, turn_id: str) -> None:
        """The proposal of an answer is in the review, or was refused: what had arrived goes, with its decisions.

        Not earlier: it is checked on the way there, on a worker where a file is in no tab. Nothing happens while the
        answer still runs: then one block of it was proposed by itself.
        """
        turn = self._turns.get(turn_id)
        if turn is not None and turn.is_stopped:
            self._end(turn_id)

    def files(self, turn_id: str) -> tuple[ArrivingFile, ...]:
        """The files that the answer of a turn changes so far; empty also when it has ended."""
        turn = self._turns.get(turn_id)
        return () if turn is None or turn.changes is None else turn.changes.files

    def change_set(self, turn_id: str) -> ChangeSet | None:
        """What the answer of a turn proposes so far, in the lines of the texts it was placed on."""
        turn = self._turns.get(turn_id)
        return None if turn is None or turn.changes is None else turn.changes.change_set

    def hunks(self, path: str, turn_id: str = "") -> ArrivingHunks:
        """What is proposed for a file that exists, where it stands in its tab now; `turn_id`: by this turn alone."""
        hunks: list[ChangeHunk] = []
        growing: frozenset[str] = frozenset()
        decided: dict[str, Decision] = {}
        replaced: frozenset[str] = frozenset()
        for turn in self._turns.values():
            is_there = turn.board.state.texts.lined(path) is not None and turn_id in ("", turn.turn_id)
            if turn.changes is not None and is_there and turn.follower.is_settled(path):
                here = turn.board.state.hunks(path)
                hunks += here
                replaced |= turn.replaces if here else frozenset()
                growing |= turn.changes.growing
                for hunk in here if turn.decided else ():
                    early = turn.decided.get(hunk.hunk_id)
                    # A later block may have changed what was decided about.
                    if early is not None and early.is_about(hunk):
                        decided[hunk.hunk_id] = early.decision
        return ArrivingHunks(tuple(hunks), growing, decided, replaced)

    def decide(self, hunk_id: str, decision: Decision) -> bool:
        """Note what is decided about a hunk whose block is whole, for the end of its answer; the same again takes that
        back. False for one that still grows."""
        return any(turn.decide(hunk_id, decision) for turn in self._turns.values())

    def decided(self, turn_id: str) -> tuple[EarlyDecision, ...]:
        """What was decided about hunks of a turn before its answer ended."""
        turn = self._turns.get(turn_id)
        return () if turn is None else tuple(turn.decided.values())

    def paths(self, turn_id: str = "") -> tuple[str, ...]:
        """The files for which something is proposed; `turn_id`: by this turn alone."""
        turns = (turn for turn in self._turns.values() if turn_id in ("", turn.turn_id))
        return tuple(dict.fromkeys(path for turn in turns for path in turn.paths()))

    def catch_up(self, path: str | None = None) -> None:
        """Follow what was typed up to this moment; `path`: a file that was just opened."""
        for turn in self._turns.values():
            if path is not None and path in turn.board.state.texts:
                turn.follower.look_again([path])
            turn.follower.catch_up()

    def _on_begun(self, turn: TurnToRun) -> None:
        request = turn.request
        is_looked_at = not request.profile.is_weak or request.mode is TurnMode.EDIT
        if request.repair is not None or not is_looked_at:
            return
        made = self._turns[request.turn_id] = _ArrivingTurn(self._thread, self._documents, turn, self)
        made.changed.connect(self.changed)

    def _on_turn_event(self, event: object) -> None:
        if isinstance(event, TextArrived):
            turn = self._turns.get(event.turn_id)
            if turn is not None:
                turn.take(event.text)
        elif isinstance(event, TurnFinished):
            ended = self._turns.get(event.turn_id)
            if ended is not None and event.proposal is not None:
                ended.stop()
            elif ended is not None and (ended.decided or (event.status is TurnStatus.STOPPED and ended.is_chat)):
                # What was decided about whole blocks holds, and what was not waits in the review.
                ended.end(partial(self._on_ended, ended))
            else:
                self._end(event.turn_id)

    def _on_ended(self, turn: _ArrivingTurn, made: ProposalMade | None) -> None:
        if self._turns.get(turn.turn_id) is turn:
            if made is not None:
                self.stopped.emit(made)
            else:
                self._end(turn.turn_id)

    def _end(self, turn_id: str) -> None:
        turn = self._turns.pop(turn_id, None)
        if turn is None:
            return
        turn.stop()
        paths = turn.paths()
        turn.deleteLater()
        if paths:
            self.changed.emit(ArrivingChanged(turn_id, paths))


class _ArrivingTurn(QObject):
    """The answer of one turn."""

    changed = Signal(object)
    """Carries one `ArrivingChanged`."""

    def __init__(self, thread: AsyncThread, documents: DocumentsController, turn: TurnToRun, parent: QObject) -> None:
        super().__init__(parent)
        self.turn_id = turn.request.turn_id
        self.changes: ArrivingChanges | None = None
        self.decided: dict[str, EarlyDecision] = {}
        self.board = ReviewBoard(self)
        self.follower = FileFollower(thread, documents, self.board)
        self._thread = thread
        self._turn = turn
        self._answer: ArrivingAnswer | None = None
        self._marks = EditMarks(turn.request.files, any_fence=turn.request.mode is TurnMode.EDIT)
        self._pieces: list[str] = []
        self._text = ""
        self._ended: Callable[[ProposalMade | None], None] | None = None
        self.is_stopped = self._is_reading = False
        self._taken: set[str] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._read)
        self._wait_s, self._began_at = 0.0, 0.0
        self.board.changed.connect(self._on_board_changed)
        documents.moved.connect(self._on_path_moved)

    @property
    def is_chat(self) -> bool:
        """Whether it was asked in the chat: Esc in the prompt in the text puts everything back."""
        return self._turn.request.mode is TurnMode.CHAT

    @property
    def replaces(self) -> frozenset[str]:
        """Hunks of the review of which it is another version."""
        refine = self._turn.request.refine
        return frozenset() if refine is None else frozenset(refine.hunk_ids)

    def paths(self) -> tuple[str, ...]:
        """The files it touches."""
        return tuple(change.path for change in self._changes())

    def decide(self, hunk_id: str, decision: Decision) -> bool:
        """Note what is decided about a hunk; False where it is none of this turn's, or still grows."""
        found = next((hunk for hunk in self.board.state.hunks() if hunk.hunk_id == hunk_id), None)
        if found is None or self.changes is None or hunk_id in self.changes.growing:
            return False
        if found.state is HunkState.CONFLICT and decision is Decision.ACCEPTED:
            return False
        before = self.decided.pop(hunk_id, None)
        if before is None or before.decision is not decision or not before.is_about(found):
            self.decided[hunk_id] = EarlyDecision(decision, found)
        self.changed.emit(ArrivingChanged(self.turn_id, self.paths()))
        return True

    def take(self, text: str) -> None:
        """A piece of the answer has come."""
        if self.is_stopped:
            return
        self._pieces.append(text)
        if self._marks.take(text):
            self._go_on()

    def end(self, done: Callable[[ProposalMade | None], None]) -> None:
        """Nothing more comes: make the proposal of the blocks that are whole; None where none is."""
        self.stop()
        if not self._marks.is_seen:
            done(None)
            return
        self._ended = done
        if not self._is_reading:
            self._make(done)

    def _make(self, done: Callable[[ProposalMade | None], None]) -> None:
        request, answer = self._turn.request, self._text + "".join(self._pieces)

        def make() -> ProposalMade | None:
            from copilot_desktop.conversation.arriving import ArrivingAnswer

            with _giving_way():
                made = (self._answer or ArrivingAnswer(request, self._turn.read_file)).end(answer)
            if made is None:
                return None
            title, model = title_of(request.prompt), request.profile.model
            proposed = (request.turn_id, made.proposal, made.files, title, model, request.prompt)
            return ProposalMade(*proposed, is_stopped=True)

        self._thread.run_in_worker(make, done, self._on_failed)

    def stop(self) -> None:
        """Look at nothing more; what is shown stays until the turn is taken away."""
        self.is_stopped = True
        self._timer.stop()

    def _go_on(self) -> None:
        if self._pieces and not (self._is_reading or self.is_stopped or self._timer.isActive()):
            left_s = self._began_at + self._wait_s - time.monotonic()
            self._timer.start(round(max(left_s, 0.0) * 1000))

    def _read(self) -> None:
        self.follower.catch_up()
        text, known, state = "".join(self._pieces), self.follower.known(), self.board.state
        self._pieces.clear()
        self._text += text
        self._is_reading, self._began_at = True, time.monotonic()

        def read() -> _Read:
            from copilot_desktop.conversation.arriving import ArrivingAnswer
            from copilot_desktop.text.diff import diff_words

            used_s = time.thread_time()
            if self._answer is None:
                self._answer = ArrivingAnswer(self._turn.request, self._turn.read_file)
                # What compares the words of hunks is imported here: the window would wait for it with the first one.
                diff_words("a", "b")
            with _giving_way():
                changes = self._answer.feed(text)
                placed = self._answer.place(state, changes)
            return _Read(changes, placed, time.thread_time() - used_s)

        self._thread.run_in_worker(read, partial(self._on_read, known), self._on_failed)

    def _on_read(self, known: Mapping[str, Synced], read: _Read) -> None:
        self._is_reading = False
        if self._ended is not None:
            self._make(self._ended)
        self._wait_s = max(_EVERY_S, _SHARE * read.used_s)
        if self.is_stopped:
            return
        before, self.changes = self.changes, read.changes
        with self._taking() as paths:
            self.follower.go_on_from(read.state, known)
        turned = self.changes.growing ^ (frozenset() if before is None else before.growing)
        paths |= {change.path for change in self._changes() if not turned.isdisjoint(_ids(change))}
        if paths or before is None or before.files != self.changes.files:
            self.changed.emit(ArrivingChanged(self.turn_id, tuple(paths)))
        self._go_on()

    def _on_failed(self, error: BaseException) -> None:
        # The proposal is made from all of the answer all the same.
        self._is_reading = False
        self._give_up()
        if self._ended is not None:
            self._ended(None)
        raise error

    def _give_up(self) -> None:
        self.stop()
        self.changes = None
        with self._taking() as paths:
            self.board.put(ReviewState())
        self.changed.emit(ArrivingChanged(self.turn_id, tuple(paths)))

    @contextmanager
    def _taking(self) -> Iterator[set[str]]:
        """Gathers the paths of what changes meanwhile, to be told once."""
        self._taken = set()
        try:
            yield self._taken
        finally:
            self._taken = None

    def _changes(self) -> Iterator[FileChange]:
        return (change for each in self.board.state.change_sets for change in each.files)

    def _on_board_changed(self, changed: ReviewChanged) -> None:
        if self._taken is not None:
            self._taken.update(changed.paths)
        else:
            self.changed.emit(ArrivingChanged(self.turn_id, changed.paths))

    def _on_path_moved(self, moved: PathMoved) -> None:
        # The answer goes on to name the file as it was: its proposal says then what became of it.
        if any(moved.follow(path) != path for path in self.paths()):
            self._give_up()


@contextmanager
def _giving_way() -> Iterator[None]:
    """Let the GUI thread have the interpreter sooner: the lines of a 10 MB file take a worker some hundred ms, and each
    time that Qt calls into Python it would wait for 5 ms."""
    sys.setswitchinterval(_SWITCH_S)
    try:
        yield
    finally:
        # Of two that read at a time the first to end gives the other one its usual turns: no more than slower.
        sys.setswitchinterval(_USUAL_S)


def _ids(change: FileChange) -> set[str]:
    return {hunk.hunk_id for hunk in change.hunks}
