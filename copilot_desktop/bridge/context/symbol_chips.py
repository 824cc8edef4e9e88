"""Adds what a file defines to a prompt: its lines as they stand now, wherever the index saw them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import partial
from typing import Final

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.chips import ChipsController
from copilot_desktop.bridge.documents.buffers import OpenBuffers
from copilot_desktop.bridge.documents.file_checks import ReadableFiles
from copilot_desktop.context.budget import refuse_oversized
from copilot_desktop.context.items import ContextItem, ItemKind, Origin
from copilot_desktop.errors import UsageError
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange

_ID_LETTERS: Final = 12
_BEING_READ: Final = "It is still being read; a prompt that is sent meanwhile waits for it."


class SymbolChips:
    """Of one window. GUI thread; files are read on workers."""

    def __init__(self, chips: ChipsController, buffers: OpenBuffers, files: ReadableFiles, thread: AsyncThread) -> None:
        self._chips, self._buffers, self._files, self._thread = chips, buffers, files, thread

    def add(self, path: str, name: str, lines: LineRange) -> None:
        """Add the lines that define a name, in the tab of the file or on disk; `lines` is where they stood when they
        were indexed. What refuses it is told as `ChipsController.refused`."""
        buffer = self._buffers.find(path)
        live, limit = None if buffer is None else buffer.snapshot().text, self._chips.limit_tokens()

        def work() -> tuple[LineRange, str]:
            self._files.check(path)
            text = self._files.read(path) if live is None else live
            found = lines_of_symbol(path, text, name, lines)
            shown = "".join(split_lines(text)[found.start : found.end])
            refuse_oversized(path, len(shown), limit)
            return found, shown

        made = ContextItem(uuid.uuid4().hex[:_ID_LETTERS], ItemKind.SELECTION, path, "", lines)
        pending = replace(made, origin=Origin(path, made.label, _BEING_READ))
        settle = self._chips.expect(pending, is_whole_lines=True)

        def take(found: tuple[LineRange, str]) -> None:
            stands, text = found
            is_unsaved = live is not None and self._buffers.is_dirty(path)
            settle(replace(made, text=text, lines=stands, is_unsaved=is_unsaved))

        self._thread.run_in_worker(work, take, partial(settle, None))


def lines_of_symbol(path: str, text: str, name: str, lines: LineRange) -> LineRange:
    """Where a text defines a name, nearest to where that stood; the same lines where it defines it no more. On a
    worker. Raises UsageError where these lines are gone, too."""
    from copilot_desktop.syntax.definitions import definitions

    found = [each.lines for each in definitions(path, text) if each.name == name]
    if found:
        return min(found, key=lambda each: abs(each.start - lines.start))
    if lines.end > len(split_lines(text)):
        raise UsageError(f"{name} is no longer in {path}.", advice="Look for it again: the file has changed.")
    return lines
