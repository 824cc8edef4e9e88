"""What `@` in a prompt may name: files, folders, symbols, what is selected. The work is done on workers."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.context.index import IndexController
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.text import fuzzy
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import sqlite3

    from copilot_desktop.context.index.symbols import FoundSymbol

SHOWN = 12
_FILES, _SYMBOLS = 8, 6
_MAP_NAMES = ("map", "repo", "repository map")


class MentionKind(StrEnum):
    """What a row of the list stands for."""

    SELECTION = "selection"
    OPEN_FILE = "open file"
    FILE = "file"
    FOLDER = "folder"
    SYMBOL = "symbol"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Mention:
    """One row. `title` is also what stays in the prompt; `positions`: the letters of it that were typed."""

    kind: MentionKind
    title: str
    path: str = ""
    lines: LineRange | None = None
    detail: str = ""
    hint: str = ""
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MentionsFound:
    """What the letters behind an `@` give; `problem` says why nothing."""

    query: str
    rows: tuple[Mention, ...]
    problem: str = ""


class MentionsController(QObject):
    """GUI thread; `found` carries the `MentionsFound` of the last query, once with files and again with symbols."""

    found = Signal(object)

    def __init__(
        self,
        thread: AsyncThread,
        workspace: WorkspaceController,
        documents: DocumentsController,
        index: IndexController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread, self._workspace, self._documents, self._index = thread, workspace, documents, index
        self._files: tuple[str, ...] = ()
        self._is_stale = True
        self._is_listing = False
        self._query: str | None = None
        self._own: tuple[Mention, ...] = ()
        self._rows: tuple[Mention, ...] = ()
        self._symbols: tuple[Mention, ...] = ()
        workspace.opened.connect(self._forget)
        workspace.changed.connect(self._on_folder_changed)
        index.changed.connect(self._on_index_changed)

    def search(self, query: str) -> None:
        """Find what these letters may name."""
        is_first = self._query is None
        self._query, self._symbols = query, ()
        if is_first:
            self._index.want()
            self._list()
        self._own = tuple(each for each in self._at_hand() if fuzzy.match(query, each.title) is not None)
        files = self._files
        self._thread.run_in_worker(lambda: _matching(query, files), partial(self._on_matched, query))
        self._ask_symbols(query)

    def files_in(self, folder: str) -> tuple[str, ...]:
        """The files below a folder, as far as a model may see them."""
        return tuple(path for path in self._files if path.startswith(f"{folder}/"))

    def end(self) -> None:
        """The list is closed; files may come and go until it is opened again."""
        self._query = None

    def _ask_symbols(self, query: str) -> None:
        if query.strip():
            self._index.ask(partial(_symbols, query), partial(self._on_symbols, query))

    def _at_hand(self) -> tuple[Mention, ...]:
        """What needs no search: the selection, and the file in front."""
        document, buffer = self._documents.current_document(), self._documents.current()
        if document is None or buffer is None:
            return ()
        name = (document.path or document.title).rpartition("/")[2]
        file = Mention(MentionKind.OPEN_FILE, name, document.path or "", detail="the file in front")
        if not buffer.selected_text():
            return (file,)
        lines = buffer.selection().lines
        return Mention(MentionKind.SELECTION, "selection", detail=f"{name}:{lines.shown()}"), file

    def _list(self) -> None:
        workspace, rules = self._workspace.workspace, self._workspace.rules
        if workspace is None or rules is None or not self._is_stale or self._is_listing:
            return
        self._is_listing, self._is_stale = True, False

        def work() -> tuple[str, ...]:
            from copilot_desktop.workspace.file_list import list_files
            from copilot_desktop.workspace.model_border import ModelBorder

            border = ModelBorder(workspace)
            return tuple(path for path in list_files(workspace, rules) if not border.hides(path))

        self._thread.run_in_worker(work, self._on_listed)

    def _on_listed(self, files: tuple[str, ...]) -> None:
        self._is_listing = False
        self._files = files
        if self._query is not None:
            self.search(self._query)

    def _on_matched(self, query: str, rows: tuple[Mention, ...]) -> None:
        if query != self._query:
            return
        known = {(row.kind, row.path) for row in self._own}
        self._rows = tuple(row for row in rows if (MentionKind.OPEN_FILE, row.path) not in known)
        self._tell()

    def _on_symbols(self, query: str, found: tuple[FoundSymbol, ...]) -> None:
        symbols = tuple(_of_symbol(each) for each in found)
        if query == self._query and symbols != self._symbols:
            self._symbols = symbols
            self._tell()

    def _tell(self) -> None:
        if self._query is None:
            return
        files = self._rows[: SHOWN - len(self._own) - min(len(self._symbols), _SYMBOLS)]
        maps = self._maps(self._query)
        rows = (*self._own, *files, *self._symbols, *maps)
        if maps and self._query in _MAP_NAMES:
            rows = (*maps, *rows[:-1])
        problem = ""
        if not rows:
            is_open = self._workspace.workspace is not None
            looked = (
                "Looking for the files of the folder …" if self._is_listing else f"Nothing is called “{self._query}”."
            )
            problem = looked if is_open else "No folder is open whose files could be named."
        self.found.emit(MentionsFound(self._query, rows, problem))

    def _maps(self, query: str) -> tuple[Mention, ...]:
        """The map of the folder, by the beginning of its name."""
        is_meant = any(name.startswith(query.casefold()) for name in _MAP_NAMES)
        if not is_meant or self._workspace.workspace is None:
            return ()
        return (Mention(MentionKind.MAP, _MAP_NAMES[-1], detail="the most important signatures of the folder"),)

    def _on_index_changed(self, _state: object) -> None:
        if self._query is not None:
            self._ask_symbols(self._query)

    def _on_folder_changed(self, _event: object) -> None:
        self._is_stale = True

    def _forget(self, _workspace: object) -> None:
        self._files, self._is_stale = (), True


def _matching(query: str, files: tuple[str, ...]) -> tuple[Mention, ...]:
    """Files and folders, the best first."""
    folders = {path.rpartition("/")[0] for path in files} - {""}
    names = [*files, *(f"{folder}/" for folder in sorted(folders))] if query.strip() else list(files)
    return tuple(_of_path(path, found.positions) for path, found in fuzzy.best(query, names, _FILES))


def _symbols(query: str, database: sqlite3.Connection) -> tuple[FoundSymbol, ...]:
    from copilot_desktop.context.index.symbols import find_symbols

    return find_symbols(database, query, _SYMBOLS)


def _of_path(path: str, positions: tuple[int, ...]) -> Mention:
    is_folder = path.endswith("/")
    bare = path.rstrip("/")
    folder, _slash, title = bare.rpartition("/")
    start = len(bare) - len(title)
    kind = MentionKind.FOLDER if is_folder else MentionKind.FILE
    shown = title + ("/" if is_folder else "")
    return Mention(kind, shown, bare, None, folder, "", tuple(at - start for at in positions if at >= start))


def _of_symbol(found: FoundSymbol) -> Mention:
    symbol = found.symbol
    where = f"{symbol.outer} · " if symbol.outer else ""
    return Mention(
        MentionKind.SYMBOL,
        symbol.name,
        found.path,
        symbol.lines,
        f"{where}{found.path}:{symbol.lines.start + 1}",
        symbol.kind,
        found.positions,
    )
