"""Looks whether what the chips hold has changed where it comes from, after each change of the folder; on workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.chips import ChipsController
from copilot_desktop.bridge.documents.buffers import OpenBuffers
from copilot_desktop.bridge.documents.file_checks import ReadableFiles
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.errors import CopilotError
from copilot_desktop.text.lines import split_lines

Remake = Callable[[ContextItem], Callable[[], ContextItem]]
"""Called on the GUI thread; what it gives makes the item anew on a worker, and may raise CopilotError."""
_QUIET_MS: Final = 500
_REST: Final = 4
"""So many times as long as a look has taken nothing is looked at again."""


class Freshness(QObject):
    """Of one window. GUI thread. `remakes` says how items of a kind are made anew."""

    def __init__(
        self,
        thread: AsyncThread,
        chips: ChipsController,
        buffers: OpenBuffers,
        files: ReadableFiles,
        remakes: Mapping[ItemKind, Remake],
    ) -> None:
        super().__init__(chips)
        self._thread, self._chips, self._buffers, self._files = thread, chips, buffers, files
        self._remakes = remakes
        self._is_looking = self._is_asked = False
        self._later = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._later.timeout.connect(self._look)

    def look_soon(self, _changed: object = None) -> None:
        """Something may have changed."""
        if self._is_looking:
            self._is_asked = True
        elif self._chips.items and not self._later.isActive():
            self._later.start()

    def renew(self, item_id: str) -> None:
        """Put what it says now in the place of an item."""
        for item in self._chips.items:
            newer = self._chips.newer.newer(item) if item.item_id == item_id else None
            if newer is not None:
                self._chips.take(newer)

    def _look(self) -> None:
        items = {item.item_id: item for item in self._chips.items}
        works = {item_id: work for item_id, item in items.items() if (work := self._work_for(item)) is not None}
        if not works:
            return
        self._is_looking, self._is_asked = True, False
        begun = time.monotonic()

        def make() -> dict[str, ContextItem | None]:
            return {item_id: _made(each) for item_id, each in works.items()}

        def take(made: dict[str, ContextItem | None]) -> None:
            self._is_looking = False
            self._later.setInterval(max(_QUIET_MS, round(_REST * 1000 * (time.monotonic() - begun))))
            self._take(items, made)
            if self._is_asked:
                self.look_soon()

        self._thread.run_in_worker(make, take)

    def _take(self, items: Mapping[str, ContextItem], made: Mapping[str, ContextItem | None]) -> None:
        newer: dict[str, ContextItem | None] = {}
        for item_id, fresh in made.items():
            item = items[item_id]
            held = next((each for each in self._chips.items if each.item_id == item_id), None)
            if held is None or held.text != item.text:
                continue
            if item.kind is ItemKind.FILE and fresh is not None:
                # It follows its file.
                if fresh.text != item.text:
                    self._chips.take(fresh)
            elif fresh is None or fresh.text != item.text:
                newer[item_id] = fresh if fresh is None else replace(fresh, item_id=item_id)
        self._chips.newer.put(newer)

    def _work_for(self, item: ContextItem) -> Callable[[], ContextItem | None] | None:
        remake = self._remakes.get(item.kind)
        if remake is not None:
            return remake(item)
        if item.kind not in (ItemKind.FILE, ItemKind.SELECTION):
            return None
        buffer = self._buffers.find(item.path)
        if buffer is not None:
            # The chips follow what is open by themselves.
            return None if item.kind is ItemKind.FILE else partial(_of_lines, item, buffer.snapshot().text)
        if item.is_unsaved:
            return None
        return partial(_of_file, item, self._files)


def _made(work: Callable[[], ContextItem | None]) -> ContextItem | None:
    try:
        return work()
    except CopilotError:
        # It is gone, or no model may see it any more.
        return None


def _of_file(item: ContextItem, files: ReadableFiles) -> ContextItem | None:
    text = files.read(item.path)
    return replace(item, text=text) if item.kind is ItemKind.FILE else _of_lines(item, text)


def _of_lines(item: ContextItem, text: str) -> ContextItem | None:
    """The same lines as they are now; the item itself while its text stands somewhere."""
    if item.text.rstrip("\r\n") in text:
        return item
    lines = split_lines(text)
    if item.lines is None or item.lines.end > len(lines):
        return None
    return replace(item, text="".join(lines[item.lines.start : item.lines.end]))
