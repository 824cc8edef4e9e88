"""Adds the repository map to a prompt: made from the index on a worker, for what is open and chosen now. Once the index
has other files it is made again, for the same: where it differs, its chip is old."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

from copilot_desktop.bridge.chat.chips import ChipsController, Refused
from copilot_desktop.bridge.context.index import IndexController, IndexState
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.file_checks import ReadableFiles, Settle
from copilot_desktop.context.items import ContextItem, ItemKind, Origin
from copilot_desktop.errors import CopilotError, UsageError

if TYPE_CHECKING:
    import sqlite3

    from copilot_desktop.workspace.model_border import ModelBorder

_ID_LETTERS: Final = 12
_NAME: Final = "repository map"
_NOTE: Final = "The signatures of the most important functions and classes, for what is open and chosen."
_WAITS: Final = (
    "It is made once the folder has been read, and the same goes for a prompt that is sent meanwhile: it waits for it."
)
_NOTHING: Final = "No functions or classes are known in this folder, so there is nothing to map."
_QUIET_MS: Final = 500
_REST: Final = 4
"""So many times as long as the map has taken it is not made again."""


class MapChip:
    """Of one window. GUI thread. What refuses it is told as `ChipsController.refused`."""

    def __init__(
        self, chips: ChipsController, index: IndexController, documents: DocumentsController, files: ReadableFiles
    ) -> None:
        self._chips, self._index, self._documents, self._files = chips, index, documents, files
        self._expected: Settle | None = None
        """Called with the map that waits for the index."""
        self._later = QTimer(chips, singleShot=True, interval=_QUIET_MS)
        self._later.timeout.connect(self._look)
        index.changed.connect(self._on_index_changed)

    def add(self) -> None:
        """Add the map, or make it anew; while the folder is still being read it comes once that is done."""
        self._index.want()
        state = self._index.state
        if state.error and not state.done:
            self._chips.refused.emit(Refused(state.error))
            return
        pending = ContextItem(_new_id(), ItemKind.MAP, "", "", origin=Origin(_NAME, _NAME, _WAITS))
        settle = self._chips.expect(pending)
        if state.is_settled:
            self._make(settle)
        else:
            self._expected = settle

    def look_soon(self) -> None:
        """Something may have changed: a map that came back with its prompt needs the index as well."""
        if self._has_one:
            self._index.want()
            self._on_index_changed(self._index.state)

    def _make(self, settle: Settle) -> None:
        self._expected = None
        chosen = [item.path for item in self._chips.items if item.path]
        opened = [document.path for document in self._documents.documents if document.path is not None]
        focus = tuple(dict.fromkeys((*chosen, *opened)))

        def take(drawn: str) -> None:
            if drawn:
                origin = Origin(_NAME, _NAME, _NOTE, focus)
                settle(ContextItem(_new_id(), ItemKind.MAP, "", drawn, origin=origin))
            else:
                settle(None, UsageError(_NOTHING))

        self._draw(focus, take, partial(settle, None))

    def _look(self) -> None:
        """Make those of the prompt again."""
        begun = time.monotonic()

        def take(item: ContextItem, drawn: str) -> None:
            self._later.setInterval(max(_QUIET_MS, round(_REST * 1000 * (time.monotonic() - begun))))
            if any(each.item_id == item.item_id and each.text == item.text for each in self._chips.items):
                newer = {} if drawn == item.text else {item.item_id: replace(item, text=drawn) if drawn else None}
                self._chips.newer.put(newer, _NAME)

        for item in self._chips.items:
            if item.kind is ItemKind.MAP and item.origin is not None:
                self._draw(item.origin.named, partial(take, item), lambda _error: None)

    def _draw(
        self, focus: tuple[str, ...], done: Callable[[str], None], failed: Callable[[CopilotError], None]
    ) -> None:
        is_shown, count_tokens = _shown_by(self._files), self._chips.count_tokens

        def draw(database: sqlite3.Connection | None) -> str:
            if database is None:
                return ""
            from copilot_desktop.context.index.repository_map import repository_map

            return repository_map(database, focus, is_shown, lambda text: count_tokens(text, lambda: True))

        self._index.ask_anyway(draw, done, failed)

    def _on_index_changed(self, state: IndexState) -> None:
        if self._expected is not None and state.is_settled:
            self._make(self._expected)
        elif state.is_settled and self._has_one and not self._later.isActive():
            self._later.start()

    @property
    def _has_one(self) -> bool:
        return any(item.kind is ItemKind.MAP for item in self._chips.items)


def _new_id() -> str:
    return uuid.uuid4().hex[:_ID_LETTERS]


def _shown_by(files: ReadableFiles) -> Callable[[str], bool]:
    """Whether a model may see a file; asked on workers."""

    # Made with the first question, which comes on a worker.
    borders: list[ModelBorder] = []

    def is_shown(path: str) -> bool:
        try:
            if not borders:
                borders.append(files.border())
        except CopilotError:
            return False
        return not borders[0].hides(path)

    return is_shown
