"""What others do to files under review: typing in a tab, other programs, closing a tab. Hunks move along."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.buffers import Buffer
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DiskChanged, PathMoved, RenamedAndChanged, TextChanged
from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.commands import with_paths
from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.file_texts import FileTexts
from copilot_desktop.edits.merge_weights import HEAVY, touched_by, weight_of
from copilot_desktop.edits.moved_paths import moving, path_moved
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.values import dataclass

_TYPING_PAUSE_MS = 40
_LARGE = 200_000
"""Characters of a text whose comparison could take 8 ms: it is made on a worker."""
_MANY_LINES = 3_000
"""Lines edited at once beyond which an edit is not followed line by line either."""

Said = str | None | tuple[LineEdit, ...]
"""What has become of a file: its whole text (None: it is gone), or what was typed since the review knew its text."""


@dataclass(frozen=True, slots=True)
class Synced:
    """A version of a tab's text, and the text of the review that says the same."""

    document_id: DocumentId
    version: int
    lined: LinedText | None


class FileFollower(QObject):
    """Keeps the texts of the review those of the open tabs, else those on disk. GUI thread only.

    Typing is followed by its edits, whatever the size of the file. Whole texts are compared where the review does not
    know which version of a tab it has: large ones on a worker, where also merges are made that could take over 8 ms. A
    result that comes when the review is another one already is dropped, and the comparison made anew.
    """

    def __init__(self, thread: AsyncThread, documents: DocumentsController, board: ReviewBoard) -> None:
        super().__init__(board)
        self._thread = thread
        self._documents = documents
        self._board = board
        self.files: ReviewFiles | None = None
        """Those of the opened folder."""
        self._stale: set[str] = set()
        self._outside: set[str] = set()
        self.taken_back: set[str] = set()
        """Files that say what they said before because the user wants it (see `TakingBack`)."""
        self._read: dict[str, str | None] = {}
        self._reading = 0
        self._read_last: dict[str, int] = {}
        self._synced: dict[str, Synced] = {}
        self._is_merging = False
        self._waiting: list[Callable[[], None]] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.catch_up)
        documents.text_changed.connect(self._on_text_changed)
        documents.disk_changed.connect(self._on_disk_changed)
        documents.taking_from_disk.connect(self._on_taking_from_disk)
        documents.moved.connect(self._on_path_moved)

    def set_files(self, files: ReviewFiles | None) -> None:
        """Follow the files of another folder."""
        self.files = files
        self._stale.clear()
        self._outside.clear()
        self.taken_back.clear()
        self._read.clear()
        self._read_last.clear()
        self._synced.clear()

    def catch_up(self) -> None:
        """Follow what was typed since; done by itself in a pause of typing and before every decision.

        A large text that was changed by others is compared on a worker, and what was typed into a large hunk is merged
        there: `when_settled` waits for that, too.
        """
        self._pause.stop()
        if self._is_merging:
            return
        busy = self._board.busy_paths
        self._hear_of_typing()
        ready, self._stale = self._stale - busy, self._stale & busy
        texts: dict[str, Said] = dict(self._read)
        self._read = {}
        state, synced = self._board.state, dict[str, Synced]()
        for path in ready:
            buffer = self._documents.find(path)
            if buffer is None or path not in state.texts:
                continue
            edits = None if path in self._outside else _edits(self._synced.get(path), state.texts.lined(path), buffer)
            if edits is None:
                texts[path] = buffer.snapshot().text
            elif weight_of(touched_by(state, path, edits)) > HEAVY:
                texts[path] = tuple(edits)
            else:
                state = state.lines_edited(path, edits)
            synced[path] = Synced(buffer.document_id, buffer.version, state.texts.lined(path))
        self._synced.update({path: each for path, each in synced.items() if path not in texts})
        self._board.put(state)
        self._compare(texts, {path: each for path, each in synced.items() if path in texts})

    def when_settled(self, call: Callable[[], None]) -> None:
        """Catch up, and call once that is done: now, or when a worker has compared what is large."""
        self.catch_up()
        if self._is_merging:
            self._waiting.append(call)
        else:
            call()

    def take(self, texts: Mapping[str, str | None]) -> None:
        """Follow files that were found to say something else; `when_settled` tells when that is done."""
        self._read.update(texts)
        self.catch_up()

    def known(self) -> Mapping[str, Synced]:
        """Which versions of tabs the texts of the review say: to `go_on_from` later."""
        return dict(self._synced)

    def go_on_from(self, state: ReviewState, known: Mapping[str, Synced]) -> None:
        """Take a state that was made elsewhere from one of before, with what was known of tabs then; what was typed
        since follows."""
        self._synced = dict(known)
        self._board.put(state)
        self._stale |= {path for path in state.texts if self._documents.find(path) is not None}
        self.catch_up()

    def is_settled(self, path: str) -> bool:
        """Whether the review's text of a path is that of its tab, as far as it has been told of it."""
        buffer, known = self._documents.find(path), self._synced.get(path)
        if buffer is None:
            return True
        lined = self._board.state.texts.lined(path)
        return known is not None and known.document_id == buffer.document_id and known.lined is lined

    def look_again(self, paths: Iterable[str], done: Callable[[], None] = lambda: None) -> None:
        """Compare files with what stands in their tab or on disk; `done` is called when that was followed."""
        every = set(paths)
        closed = {path for path in every if self._documents.find(path) is None}
        self._stale |= every - closed
        self._pause.start()
        files = self.files

        def fail(error: BaseException) -> None:
            self.when_settled(done)
            self._board.refuse(error)

        if closed and files is not None:
            self._reading += 1
            self._read_last.update(dict.fromkeys(closed, self._reading))
            self._thread.run_in_worker(
                partial(files.read, sorted(closed)),
                partial(self._on_read, files, self._reading, done),
                fail,
            )
        else:
            self.when_settled(done)

    def _hear_of_typing(self) -> None:
        """Tabs tell of typing when the event loop turns; a key that decides can come before, and must not undo it."""
        for path in self._board.state.texts:
            buffer = self._documents.find(path)
            if buffer is not None:
                buffer.tell_now()

    def _compare(self, texts: Mapping[str, Said], synced: Mapping[str, Synced]) -> None:
        """Follow whole texts, and edits of large hunks; `synced` are the versions of those that stand in tabs."""
        before = self._board.state
        # What a tab says was typed, unless it has taken it from disk.
        by = {path: self._changed_by(path, is_in_tab=path in synced) for path in texts}
        work = partial(_followed, before, texts, by)
        if any(_is_large(before, path, said) for path, said in texts.items()):
            self._is_merging = True
            self._board.begin_comparing(_compared(before, texts))
            self._thread.run_in_worker(work, partial(self._on_merged, before, texts, synced), self._on_failed)
        elif texts:
            self._finish(work(), synced)

    def _changed_by(self, path: str, *, is_in_tab: bool) -> ChangedBy:
        if path in self.taken_back:
            return ChangedBy.TAKEN_BACK
        return ChangedBy.TYPING if is_in_tab and path not in self._outside else ChangedBy.OUTSIDE

    def _finish(self, state: ReviewState, synced: Mapping[str, Synced]) -> None:
        self._outside -= set(synced)
        for path, each in synced.items():
            self._synced[path] = Synced(each.document_id, each.version, state.texts.lined(path))
        self._board.put(state)

    def _on_merged(
        self,
        before: ReviewState,
        texts: Mapping[str, Said],
        synced: Mapping[str, Synced],
        state: ReviewState,
    ) -> None:
        self._is_merging = False
        if self._board.state is before:
            self._finish(state, synced)
        else:
            left = {path: said for path, said in texts.items() if path not in synced and not isinstance(said, tuple)}
            self._read = {**left, **self._read}
        # What was typed meanwhile follows; for a dropped result all is compared again.
        self._stale |= set(synced)
        self._settle()

    def _on_failed(self, error: BaseException) -> None:
        self._is_merging = False
        self._settle()
        self._board.refuse(error)

    def _settle(self) -> None:
        self.catch_up()
        if not self._is_merging:
            self._board.end_comparing()
        while self._waiting and not self._is_merging:
            self._waiting.pop(0)()

    def _on_text_changed(self, event: TextChanged) -> None:
        if event.path is not None and event.path in self._board.state.texts:
            self._stale.add(event.path)
            self._pause.start()

    def _on_disk_changed(self, event: DiskChanged) -> None:
        known = set(self._board.state.texts)
        touched = known if event.is_overflow else known & set(event.paths)
        self.look_again({path for path in touched if self._documents.find(path) is None})

    def _on_taking_from_disk(self, path: str) -> None:
        if path in self._board.state.texts:
            self.catch_up()
            self._outside.add(path)

    def _on_path_moved(self, event: PathMoved) -> None:
        self.catch_up()
        before = self._board.state
        after = path_moved(before, event.old, event.new)
        if after is not before:
            self._board.put(after, with_paths(self._board.done, moving(event.old, event.new)))
            self._synced.clear()
            self._read.clear()
            self._outside.clear()
            self.look_again(set(self._board.state.texts) - set(before.texts))

    def _on_read(
        self, files: ReviewFiles, reading: int, done: Callable[[], None], texts: Mapping[str, str | None]
    ) -> None:
        if files is not self.files:
            return  # of another folder, which may have files of these names as well
        busy = self._board.busy_paths
        # Of two readings at once the earlier one may end last, and says what is no longer so.
        now = {path: text for path, text in texts.items() if self._read_last.get(path) == reading}
        self.take({path: text for path, text in now.items() if path not in busy and self._documents.find(path) is None})
        self.when_settled(done)


class RenameFollower(QObject):
    """Has the files of a window's review followed where others rename them: what they said tells which they are now.
    GUI thread only."""

    def __init__(
        self, thread: AsyncThread, documents: DocumentsController, board: ReviewBoard, follower: FileFollower
    ) -> None:
        super().__init__(board)
        self._thread, self._documents, self._board, self._follower = thread, documents, board, follower
        # Not a matter of each follower: answers that arrive have some of their own.
        documents.gone_texts = lambda deleted: _gone_texts(board.state.texts, deleted)
        documents.others_paths = lambda: tuple(board.state.texts)
        documents.renamed_and_changed.connect(self._on_renamed_and_changed)

    def _on_renamed_and_changed(self, event: RenamedAndChanged) -> None:
        files = self._follower.files
        if files is not None:
            known = sorted({*event.found.values(), *event.unsure} & set(self._board.state.texts))
            self._thread.run_in_worker(
                partial(files.read, known), partial(self._tell, event, files), self._board.refuse
            )

    def _tell(self, event: RenamedAndChanged, files: ReviewFiles, texts: Mapping[str, str | None]) -> None:
        if files is not self._follower.files:
            return  # another folder is open by now
        state = self._board.state
        for path, text in texts.items():
            # As it will stand once the tab has taken what is on disk; unsaved text stays, and what takes long is left.
            if not self._documents.has_own_text(path) and not _is_large(state, path, text):
                state = state.text_changed(path, text)
        # Hardly any start needs it.
        from copilot_desktop.bridge.review.renamed_files import told

        said, to_do = told(event, state)
        if said:
            self._board.say(said, to_do)


def _gone_texts(texts: FileTexts, deleted: Collection[str]) -> dict[str, str]:
    """What files under review said before they went."""
    gone = {path: lined.text for path, lined in texts.all_gone().items() if texts.lined(path) is None}
    for path in deleted:
        lined = texts.lined(path)
        if lined is not None:
            gone[path] = lined.text
    return gone


def _followed(state: ReviewState, texts: Mapping[str, Said], by: Mapping[str, ChangedBy]) -> ReviewState:
    for path, said in texts.items():
        # A file may have got another path since its text was read.
        if path not in state.texts:
            continue
        if isinstance(said, tuple):
            state = state.lines_edited(path, said)
        else:
            state = state.text_changed(path, said, by=by[path])
    return state


def _is_large(state: ReviewState, path: str, said: Said) -> bool:
    if isinstance(said, tuple):
        return True
    before = state.texts.lined(path)
    length = max(0 if before is None else before.length, 0 if said is None else len(said))
    return length > _LARGE or weight_of(state.hunks(path)) > HEAVY


def _compared(state: ReviewState, texts: Mapping[str, Said]) -> frozenset[str]:
    """The undecided hunks that wait for a worker."""
    return frozenset(
        hunk.hunk_id
        for path, said in texts.items()
        for hunk in (touched_by(state, path, said) if isinstance(said, tuple) else state.hunks(path))
        if hunk.decision is Decision.PENDING
    )


def _edits(known: Synced | None, lined: LinedText | None, buffer: Buffer) -> Sequence[LineEdit] | None:
    """What was typed since the review last knew a tab's text; None where only comparing can tell."""
    if known is None or known.document_id != buffer.document_id or known.lined is not lined:
        return None
    edits = buffer.edits_since(known.version)
    if edits is None or sum(len(edit.lines) for edit in edits) > _MANY_LINES:
        return None
    return edits
