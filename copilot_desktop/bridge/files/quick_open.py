"""Finds what quick open offers: files by name, lines and symbols of the active file, symbols of the whole folder. The
work is done on workers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentOpened
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.errors import CopilotError
from copilot_desktop.text import fuzzy
from copilot_desktop.text.ranges import LineColumn, LineRange
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.files import read_file
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # With the first symbol that is looked for.
    from copilot_desktop.bridge.context.folder_symbols import FolderSymbols, FolderSymbolsFound
    from copilot_desktop.bridge.folder.folder_files import FolderFiles
    from copilot_desktop.context.index.symbols import FoundSymbol
    from copilot_desktop.syntax.definitions import Definition

SHOWN: Final = 100
_RECENT: Final = 50
_RECENT_BONUS: Final = 300
_PLACE = re.compile(r"(?P<name>.*?):(?P<line>[0-9]*)(?::(?P<column>[0-9]*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """One row: where it leads (`path` None: the active file), and what is shown of it. `positions`: the letters of
    `title` that were typed; `kind`: what a symbol is, "" for what is none."""

    title: str
    path: str | None = None
    lines: LineRange | None = None
    detail: str = ""
    hint: str = ""
    positions: tuple[int, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class QuickOpenFound:
    """What a query gives; `problem` says why it gives nothing. Where it is not complete, more is on its way."""

    query: str
    rows: tuple[Found, ...]
    problem: str = ""
    is_complete: bool = True


class QuickOpenController(QObject):
    """GUI thread. `found` carries a `QuickOpenFound`; only that of the last query comes."""

    found = Signal(object)

    def __init__(
        self,
        thread: AsyncThread,
        workspace: WorkspaceController,
        documents: DocumentsController,
        make_symbols: Callable[[], FolderSymbols],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread, self._workspace, self._documents = thread, workspace, documents
        self.make_files: Callable[[], FolderFiles] = self._own_files
        """Gives the files of the folder; others may ask for the same ones."""
        self._make_symbols = make_symbols
        self._is_waiting = False
        self._recent: list[str] = []
        self._query = ""
        workspace.opened.connect(self._on_workspace_opened)
        documents.opened.connect(self._on_document_opened)

    @cached_property
    def files(self) -> FolderFiles:
        """Made with the first look for one."""
        made = self.make_files()
        made.listed.connect(self._on_listed)
        return made

    def _own_files(self) -> FolderFiles:
        from copilot_desktop.bridge.folder.folder_files import FolderFiles

        return FolderFiles(self._thread, self._workspace, self)

    @cached_property
    def _folder_symbols(self) -> FolderSymbols:
        """Made with the first `#`: a window in which nothing is looked for has no index."""
        made = self._make_symbols()
        made.found.connect(self._on_folder_symbols)
        return made

    def refresh(self) -> None:
        """List the files when something has changed; the last query is answered anew then."""
        self.files.refresh()
        self._is_waiting = self.files.is_listing

    def search(self, query: str) -> None:
        """Answer a query: letters of a path, `@` and letters of a symbol, `:` and a line; both after a path, too. `#`:
        letters of a symbol anywhere in the folder."""
        self._query = query
        if query.startswith("#"):
            self._search_folder_symbols(query)
            return
        if query.startswith("@"):
            self._search_symbols(query)
            return
        place = _PLACE.fullmatch(query)
        name = place["name"] if place is not None else query
        lines = _lines(place["line"], place["column"] or "") if place is not None else None
        if place is not None and not name:
            self._answer_line(query, lines)
            return
        workspace, files, recent = self._workspace.workspace, self.files.paths, tuple(self._recent)
        none = "No file of the folder"
        if workspace is None:
            self._tell(QuickOpenFound(query, (), "No folder is open whose files could be found here."))
            return
        if self._workspace.is_gone:
            # What was listed cannot be opened; what is open can be gone to.
            files = tuple(each.path for each in self._documents.documents if each.path is not None)
            none = f"The folder {workspace.root.name} is gone, and no open file"
        elif not files and self.files.is_listing:
            self._tell(QuickOpenFound(query, (), "Looking for the files of the folder …", is_complete=False))
            return
        self._thread.run_in_worker(
            lambda: _found_files(query, name, lines, files, recent, none), partial(self._on_files_found, query)
        )

    def _on_files_found(self, query: str, found: QuickOpenFound) -> None:
        """Where no file is called so, what stands before the last `@` may be a file and what is after it a symbol."""
        name, at, _symbol = query.rpartition("@")
        files, workspace = self.files.paths, self._workspace.workspace
        if found.rows or not at or workspace is None or query != self._query:
            self._tell(found)
            return

        def look(path: str) -> None:
            text = self._documents.text_of(path) if path else None
            self._thread.run_in_worker(
                lambda: _symbols_of(query, workspace, path, text) if path else found,
                self._tell,
                lambda error: self._on_unread(query, error),
            )

        self._thread.run_in_worker(lambda: next((path for path, _at in fuzzy.best(name, files, 1)), ""), look)

    def _on_unread(self, query: str, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self._tell(QuickOpenFound(query, (), error.message))

    def _search_symbols(self, query: str) -> None:
        document, buffer = self._documents.current_document(), self._documents.current()
        if document is None or buffer is None:
            self._tell(QuickOpenFound(query, (), "No file is open to look for symbols in."))
            return
        path, text = document.path or document.title, buffer.snapshot().text

        def work() -> QuickOpenFound:
            from copilot_desktop.syntax.definitions import definitions

            return _found_symbols(query, definitions(path, text), path)

        self._thread.run_in_worker(work, self._tell)

    def end(self) -> None:
        """Nobody looks any more."""
        if "_folder_symbols" in self.__dict__:
            self._folder_symbols.end()

    def _search_folder_symbols(self, query: str) -> None:
        letters = "".join(query[1:].split())
        if self._workspace.workspace is None:
            self._tell(QuickOpenFound(query, (), "No folder is open whose symbols could be found here."))
        elif self._workspace.is_gone:
            self._tell(QuickOpenFound(query, (), f"The folder {self._workspace.workspace.root.name} is gone."))
        elif not letters:
            self._tell(QuickOpenFound(query, (), "Type some letters of a function’s, class’s or method’s name."))
        else:
            self._folder_symbols.search(letters)

    def _on_folder_symbols(self, found: FolderSymbolsFound) -> None:
        if self._query.startswith("#") and "".join(self._query[1:].split()) == found.letters:
            rows = tuple(_folder_row(each) for each in found.symbols)
            self._tell(QuickOpenFound(self._query, rows, found.problem, found.is_complete))

    def _answer_line(self, query: str, lines: LineRange | None) -> None:
        document = self._documents.current_document()
        if document is None:
            self._tell(QuickOpenFound(query, (), "No file is open to go to a line of."))
        elif lines is None:
            self._tell(QuickOpenFound(query, (), "Type the number of a line."))
        else:
            column = f", column {lines.column + 1}" if isinstance(lines, LineColumn) else ""
            self._tell(QuickOpenFound(query, (Found(f"Go to line {lines.start + 1}{column}", None, lines),)))

    def _tell(self, found: QuickOpenFound) -> None:
        if found.query == self._query:
            self.found.emit(found)

    def _on_listed(self) -> None:
        if self._is_waiting:
            self._is_waiting = False
            self.search(self._query)

    def _on_workspace_opened(self, _workspace: object) -> None:
        self._recent = []

    def _on_document_opened(self, event: DocumentOpened) -> None:
        path = event.document.path
        if path is not None:
            self._recent = [path, *(other for other in self._recent if other != path)][:_RECENT]


def _lines(number: str, column: str) -> LineRange | None:
    line, at = (int(digits[:9]) if digits else 0 for digits in (number, column))
    if line <= 0:
        return None
    return LineColumn.at(line - 1, at - 1) if at > 0 else LineRange(line - 1, line)


def _found_files(
    query: str, name: str, lines: LineRange | None, files: Sequence[str], recent: Sequence[str], none: str
) -> QuickOpenFound:
    """Recent files first; the one that is open now comes last of them, since it needs no opening. `none` begins the
    sentence that none is called so."""
    known = set(files)
    first = [path for path in (*recent[1:], *recent[:1]) if path in known]
    ranks = {path: (len(first) - at) * _RECENT_BONUS // max(len(first), 1) for at, path in enumerate(first)}
    if name.strip():
        pairs = fuzzy.best(name, files, SHOWN, bonus=lambda path: ranks.get(path, 0))
    else:
        others = (path for path in files if path not in ranks)
        pairs = [(path, fuzzy.Match(0, ())) for path, _at in zip((*first, *others), range(SHOWN), strict=False)]
    rows = tuple(_file_row(path, found.positions, lines, path in ranks) for path, found in pairs)
    return QuickOpenFound(query, rows, "" if rows else f"{none} matches “{name.strip()}”.")


def _folder_row(found: FoundSymbol) -> Found:
    symbol = found.symbol
    return Found(
        symbol.name,
        found.path,
        symbol.lines,
        symbol.outer,
        f"{found.path}:{symbol.lines.start + 1}",
        found.positions,
        symbol.kind,
    )


def _file_row(path: str, positions: Sequence[int], lines: LineRange | None, is_recent: bool) -> Found:
    folder, _slash, title = path.rpartition("/")
    start = len(path) - len(title)
    in_title = tuple(at - start for at in positions if at >= start)
    return Found(title, path, lines, folder, "recent" if is_recent else "", in_title)


def _symbols_of(query: str, workspace: Workspace, path: str, text: str | None) -> QuickOpenFound:
    """Those of a file that is not the active one; `text` where it is open."""
    from copilot_desktop.syntax.definitions import definitions

    text = read_file(workspace, path).text if text is None else text
    found = _found_symbols(query, definitions(path, text), path)
    return replace(found, rows=tuple(replace(row, path=path) for row in found.rows))


def _found_symbols(query: str, found: Sequence[Definition], path: str) -> QuickOpenFound:
    wanted = query.rpartition("@")[2]
    rows = []
    for each in found:
        matched = fuzzy.match(wanted, each.name)
        if matched is not None:
            where = ".".join(each.outer)
            hint = f"{each.kind}  {each.lines.start + 1}"
            row = Found(each.name, None, each.lines, where, hint, matched.positions, each.kind)
            rows.append((matched.score if wanted.strip() else 0, row))
    rows.sort(key=lambda pair: -pair[0])
    if not found:
        problem = f"No symbols are known in {path.rsplit('/', 1)[-1]}."
    else:
        problem = "" if rows else f"No symbol matches “{wanted.strip()}”."
    return QuickOpenFound(query, tuple(row for _score, row in rows[: SHOWN * 5]), problem)
