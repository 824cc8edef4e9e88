"""What `@` in a prompt may name: files, folders, symbols, what is selected and open, and what `named_things` knows. The
work is done on workers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.context.index import IndexController, IndexState
from copilot_desktop.bridge.context.mention import Mention, MentionKind, MentionsFound
from copilot_desktop.bridge.context.named_things import NamedThings
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.folder_files import FolderFiles
from copilot_desktop.text import fuzzy

if TYPE_CHECKING:
    import sqlite3

    from copilot_desktop.context.index.symbols import FoundSymbol

SHOWN = 12
_FILES, _SYMBOLS, _OPEN_SHOWN = 8, 6, 4
_AGAIN_MS = 1_000
_MAP_NAMES = ("map", "repo", "repository map")
_OPEN_FILES = "open files"
_LEAST_OPEN = 2
_OUTER = re.compile(r"\w+(?:\.|::|#)\w*$")


class MentionsController(QObject):
    """GUI thread; `found` carries the `MentionsFound` of the last query, once with files and again with symbols."""

    found = Signal(object)

    def __init__(
        self,
        thread: AsyncThread,
        folder_files: FolderFiles,
        documents: DocumentsController,
        index: IndexController,
        named: NamedThings,
    ) -> None:
        super().__init__(index)
        self._thread, self._documents, self._index = thread, documents, index
        self._folder_files, self._workspace = folder_files, folder_files.workspace
        self._named = named
        named.changed = self.tell
        self.tab_paths: Callable[[], tuple[str, ...]] = tuple
        """The files of all tabs, as they stand from left to right."""
        self._files: tuple[str, ...] = ()
        self._names: tuple[str, ...] = ()
        """The files, and their folders with a slash behind: of 100,000 they take as long to tell as to search."""
        self._seen_of: tuple[str, ...] | None = None
        """Of which list of files these are what a model may see."""
        self._is_sifting = False
        self._query: str | None = None
        self._own: tuple[Mention, ...] = ()
        self._rows: tuple[Mention, ...] = ()
        self._matched: str | None = None
        """The letters that the rows are those of."""
        self._is_index_done = False
        """Whether the index has said all it ever will of the last letters."""
        self._symbols: tuple[Mention, ...] = ()
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._ask_again)
        self._workspace.opened.connect(self._forget)
        folder_files.listed.connect(self._on_listed)
        index.changed.connect(self._on_index_changed)

    def search(self, query: str) -> None:
        """Find what these letters may name."""
        is_first = self._query is None
        if query != self._query:
            self._matched = None
        self._query, self._symbols, self._is_index_done = query, (), not query.strip()
        if is_first:
            self._index.want()
            self._named.begin()
            self._list()
        self._own = tuple(each for each in self._at_hand() if fuzzy.match(query, each.title) is not None)
        names = self._names if query.strip() else self._files
        self._thread.run_in_worker(lambda: _matching(query, names), partial(self._on_matched, query))
        self._ask_symbols(query)

    def files_in(self, folder: str) -> tuple[str, ...]:
        """The files below a folder, as far as a model may see them."""
        return tuple(path for path in self._files if path.startswith(f"{folder}/"))

    def end(self) -> None:
        """The list is closed; files may come and go until it is opened again."""
        self._query = None

    def _ask_symbols(self, query: str) -> None:
        if query.strip():
            # What it knows while it is being made is not all.
            answered = partial(self._on_symbols, query, self._index.state.is_settled)
            self._index.ask_anyway(partial(_symbols, query), answered, lambda _error: answered(()))

    def _at_hand(self) -> tuple[Mention, ...]:
        """What needs no search: the selection, and the file in front."""
        document, buffer = self._documents.current_document(), self._documents.current()
        if document is None or buffer is None:
            return self._open_files()
        name = (document.path or document.title).rpartition("/")[2]
        file = Mention(MentionKind.OPEN_FILE, name, document.path or "", detail="the file in front")
        if not buffer.selected_text():
            return file, *self._open_files(document.path)
        lines = buffer.selection().lines
        selection = Mention(MentionKind.SELECTION, "selection", detail=f"{name}:{lines.shown()}")
        return selection, file, *self._open_files(document.path)

    def _open_files(self, front: str | None = None) -> tuple[Mention, ...]:
        """All of them as one, where there are several; behind the one in front each is a file that ranks first."""
        paths = tuple(dict.fromkeys(self.tab_paths()))
        if len(paths) < _LEAST_OPEN:
            return ()
        names = ", ".join(path.rpartition("/")[2] for path in paths)
        others = (_of_open(path) for path in paths if path != front)
        return Mention(
            MentionKind.OPEN_FILES, _OPEN_FILES, detail=names, hint=f"{len(paths)} files", paths=paths
        ), *others

    @property
    def is_listing(self) -> bool:
        """Whether more files may be found soon."""
        return self._folder_files.is_listing or self._is_sifting

    def _list(self) -> None:
        self._folder_files.refresh()
        if not self._folder_files.is_listing:
            self._sift()

    def _on_listed(self) -> None:
        if self._query is not None:
            self._sift()

    def _sift(self) -> None:
        """Find out which of the files that were listed a model may see."""
        workspace, rules, listed = self._workspace.workspace, self._workspace.rules, self._folder_files.paths
        if workspace is None or rules is None or self._is_sifting or listed is self._seen_of:
            return
        self._is_sifting = True

        def work() -> tuple[tuple[str, ...], tuple[str, ...]]:
            from copilot_desktop.workspace.model_border import ModelBorder

            border = ModelBorder(workspace, rules)
            files = tuple(path for path in listed if not border.hides_listed(path))
            folders = {path.rpartition("/")[0] for path in files} - {""}
            # Where all may be seen, as in most folders, there is one tuple of them.
            return listed if len(files) == len(listed) else files, (*files, *(f"{each}/" for each in sorted(folders)))

        self._thread.run_in_worker(work, partial(self._on_sifted, listed))

    def _on_sifted(self, listed: tuple[str, ...], seen: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        self._is_sifting = False
        if listed is not self._folder_files.paths:
            if self._query is not None:
                self._sift()
            return
        self._seen_of = listed
        self._files, self._names = seen
        if self._query is not None:
            self.search(self._query)

    def _on_matched(self, query: str, rows: tuple[Mention, ...]) -> None:
        if query != self._query:
            return
        self._matched = query
        known = {row.path for row in self._own}
        self._rows = tuple(row for row in rows if row.kind is not MentionKind.FILE or row.path not in known)
        self.tell()

    def _on_symbols(self, query: str, is_all: bool, found: tuple[FoundSymbol, ...]) -> None:
        symbols = tuple(_of_symbol(each, query) for each in found)
        if query == self._query and (symbols != self._symbols or is_all > self._is_index_done):
            self._symbols, self._is_index_done = symbols, is_all
            self.tell()

    def tell(self) -> None:
        """What is offered: more may be known now."""
        if self._query is None or self._matched != self._query:
            # The rows of other letters are no answer.
            return
        named = self._named.rows(self._query)
        own = self._own if self._query else self._own[:_OPEN_SHOWN]
        room = max(0, SHOWN - len(own) - len(named))
        files = self._rows[: max(0, room - min(len(self._symbols), _SYMBOLS))]
        maps = self._maps(self._query)
        rows = (*named, *own, *files, *self._symbols[:room], *maps)
        if self._symbols and _names_outer(self._query):
            # That is hardly the name of a file, unless a file is called exactly so.
            first = tuple(row for row in files if row.title.casefold().startswith(self._query.casefold()))
            others = tuple(row for row in files if row not in first)
            rows = (*named, *own, *first, *self._symbols[:room], *others, *maps)
        if maps and self._query in _MAP_NAMES:
            rows = (*maps, *rows[:-1])
        elif not self._query:
            # What is at hand is meant most often; that there is the rest has to be seen somewhere.
            rows = (*own, *files[: SHOWN - len(own) - len(named) - len(maps)], *named, *maps)
        problem = ""
        if not rows:
            problem = self._named.problem or self._why_none()
        is_looking = not rows and (self._named.is_looking or self._is_looking)
        self.found.emit(MentionsFound(self._query, rows, problem, is_looking))

    @property
    def _is_looking(self) -> bool:
        """Whether files or symbols may still be found for the last letters."""
        is_there = self._workspace.workspace is not None and not self._workspace.is_gone
        return is_there and (self.is_listing or not self._is_index_done)

    def _why_none(self) -> str:
        if self._workspace.workspace is None:
            return "No folder is open whose files could be named."
        if not self._is_looking:
            paused = (
                " Symbols are as old as the index of the folder, which is paused."
                if self._index.state.is_paused
                else ""
            )
            return f"Nothing that a model may see is called “{self._query}”.{paused}"
        what = f"“{self._query}”" if self._query else "the files of the folder"
        return f"Looking for {what} … Enter waits for it, Esc closes this."

    def _maps(self, query: str) -> tuple[Mention, ...]:
        """The map of the folder, by the beginning of its name."""
        is_meant = any(name.startswith(query.casefold()) for name in _MAP_NAMES)
        if not is_meant or self._workspace.workspace is None:
            return ()
        return (Mention(MentionKind.MAP, _MAP_NAMES[-1], detail="the most important signatures of the folder"),)

    def _on_index_changed(self, state: IndexState) -> None:
        # A portion comes twenty times a second while the index is made: answers once a second are enough.
        if self._query is not None and state.is_settled:
            self._ask_again()
        elif self._query is not None and not self._again.isActive():
            self._again.start()

    def _ask_again(self) -> None:
        self._again.stop()
        if self._query is not None:
            self._ask_symbols(self._query)

    def _forget(self, _workspace: object) -> None:
        self._files = self._names = ()
        self._seen_of = None


def _matching(query: str, names: tuple[str, ...]) -> tuple[Mention, ...]:
    """Files and folders, the best first."""
    return tuple(_of_path(path, found.positions) for path, found in fuzzy.best(query, names, _FILES))


def _symbols(query: str, database: sqlite3.Connection | None) -> tuple[FoundSymbol, ...]:
    if database is None:
        return ()
    from copilot_desktop.context.index.symbols import find_symbols

    return find_symbols(database, query, _SYMBOLS)


def _of_open(path: str) -> Mention:
    folder, _slash, name = path.rpartition("/")
    return Mention(MentionKind.FILE, name, path, detail=folder, hint="open file")


def _of_path(path: str, positions: tuple[int, ...]) -> Mention:
    is_folder = path.endswith("/")
    bare = path.rstrip("/")
    folder, _slash, title = bare.rpartition("/")
    start = len(bare) - len(title)
    kind = MentionKind.FOLDER if is_folder else MentionKind.FILE
    shown = title + ("/" if is_folder else "")
    return Mention(kind, shown, bare, None, folder, "", tuple(at - start for at in positions if at >= start))


def _of_symbol(found: FoundSymbol, query: str) -> Mention:
    symbol = found.symbol
    # Named with what it stands in, it stays so in the prompt.
    is_qualified = bool(symbol.outer) and _names_outer(query)
    where = f"{symbol.outer} · " if symbol.outer else ""
    return Mention(
        MentionKind.SYMBOL,
        symbol.name,
        found.path,
        symbol.lines,
        f"{where}{found.path}:{symbol.lines.start + 1}",
        symbol.kind,
        found.positions,
        written=f"{symbol.outer}.{symbol.name}" if is_qualified else "",
    )


def _names_outer(query: str) -> bool:
    """Whether a class or the like is named, with or without something of it."""
    return _OUTER.match(query) is not None
