"""Finds symbols of the whole folder by a few letters: what the index knows, and what stands unsaved in tabs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.context.index import IndexController, IndexState
from copilot_desktop.bridge.documents.controller import DocumentsController, unsaved_texts
from copilot_desktop.errors import CopilotError
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import sqlite3

    from copilot_desktop.context.index.symbols import FoundSymbol

SHOWN: Final = 100
_AGAIN_MS: Final = 500


@dataclass(frozen=True, slots=True)
class FolderSymbolsFound:
    """The symbols that fit some letters, the best first; `problem` says why there are none. Where it is not complete,
    there are none because the index is still made."""

    letters: str
    symbols: tuple[FoundSymbol, ...]
    problem: str = ""
    is_complete: bool = True


class FolderSymbols(QObject):
    """Of one window. GUI thread; the index is asked on workers. `found` carries a `FolderSymbolsFound`, the last query
    again when the index has come further."""

    found = Signal(object)

    def __init__(self, index: IndexController, documents: DocumentsController) -> None:
        super().__init__(index)
        self._index, self._documents = index, documents
        self._letters = ""
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._ask)
        index.changed.connect(self._on_index_changed)

    def search(self, letters: str) -> None:
        """Find symbols whose names hold these letters."""
        if not self._letters:
            self._index.want()
        self._letters = letters
        state = self._index.state
        if state.error:
            self._tell(FolderSymbolsFound(letters, (), state.error))
        elif not state.is_settled:
            # Nobody answers before there is an index.
            self._tell(FolderSymbolsFound(letters, (), _progress(state), is_complete=False))
        self._ask()

    def end(self) -> None:
        """Nobody looks any more."""
        self._letters = ""
        self._again.stop()

    def _ask(self) -> None:
        if self._letters:
            live = unsaved_texts(self._documents)
            question = partial(symbols_as_seen, self._letters, live)
            # What it knows while it is being made is not all, also where it is done once the answer comes.
            found = partial(self._on_found, self._letters, self._index.state)
            self._index.ask(question, found, self._on_failed)

    def _on_found(self, letters: str, state: IndexState, symbols: tuple[FoundSymbol, ...]) -> None:
        none = _none(letters, state) if state.is_settled else _progress(state)
        is_complete = bool(symbols) or state.is_settled
        self._tell(FolderSymbolsFound(letters, symbols, "" if symbols else none, is_complete))

    def _on_failed(self, error: CopilotError) -> None:
        self._tell(FolderSymbolsFound(self._letters, (), error.message))

    def _tell(self, found: FolderSymbolsFound) -> None:
        if self._letters and found.letters == self._letters:
            self.found.emit(found)

    def _on_index_changed(self, state: IndexState) -> None:
        if not self._letters:
            return
        if state.error:
            self._tell(FolderSymbolsFound(self._letters, (), state.error))
        if state.is_settled:
            self._ask()  # what had been read before is there
        elif not self._again.isActive():
            self._again.start()


def _none(letters: str, state: IndexState) -> str:
    paused = " The index of the folder is paused." if state.is_paused else ""
    return f"No symbol of the folder matches “{letters}”.{paused} {state.error}".rstrip()


def _progress(state: IndexState) -> str:
    if not state.total:
        return "Reading the folder …"
    return f"Reading the files of the folder: {state.done:,} of {state.total:,} …"


def symbols_as_seen(letters: str, live: Mapping[str, str], database: sqlite3.Connection) -> tuple[FoundSymbol, ...]:
    """Those of the index, but for files whose `live` text counts. On a worker."""
    from copilot_desktop.context.index.symbols import find_symbols, symbols_in_texts

    found = find_symbols(database, letters, SHOWN, without=frozenset(live))
    typed = symbols_in_texts(live, letters)
    return tuple(sorted((*found, *typed), key=lambda each: -each.score)[:SHOWN])
