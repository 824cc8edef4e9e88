"""Whether a model may see what a prompt is about, and the texts of all of it at the moment of sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.file_checks import UNTITLED, ReadableFiles
from copilot_desktop.context.budget import refuse_oversized
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.errors import UsageError

Items = tuple[ContextItem, ...]


class Freezing:
    """Of one prompt. `open_text` gives what a tab shows of a file; `find_rules` its rule files, on workers."""

    def __init__(
        self,
        thread: AsyncThread,
        files: ReadableFiles,
        open_text: Callable[[str], str | None],
        find_rules: Callable[[], Items] | None,
    ) -> None:
        self._thread, self._files, self._open_text, self._find_rules = thread, files, open_text, find_rules

    def freeze(
        self,
        items: Items,
        done: Callable[[Items, Mapping[str, str]], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Give `done` the items with their rule files, and the whole texts of their files; those on disk are read."""
        texts: dict[str, str] = {}
        unread: list[str] = []
        for path in dict.fromkeys(item.path for item in items if item.path):
            text = self._open_text(path)
            if text is None:
                unread.append(path)
            else:
                texts[path] = text

        def finish(found: tuple[Mapping[str, str], Items]) -> None:
            read, rules = found
            fresh = tuple(
                replace(item, text=read[item.path]) if item.kind is ItemKind.FILE and item.path in read else item
                for item in items
            )
            done((*fresh, *rules), {**texts, **read})

        if items or self._find_rules is not None:
            self._thread.run_in_worker(partial(self._read, unread, items), finish, failed)
        else:
            done(items, texts)

    def _read(self, paths: Sequence[str], items: Items) -> tuple[Mapping[str, str], Items]:
        # Also what was allowed when it was added: files, links and rules may be others now.
        for each in items:
            check_item(self._files, each)
        texts = {path: self._files.read(path) for path in paths if path != UNTITLED}
        return texts, () if self._find_rules is None else self._find_rules()


def read_fitting(files: ReadableFiles, path: str, limit_tokens: int | None) -> str:
    """The text of a file, which may fit. On a worker; raises what `files` does, and ContextLengthError."""
    text = files.read(path)
    refuse_oversized(path, len(text), limit_tokens)
    return text


def check_item(files: ReadableFiles, item: ContextItem) -> None:
    """Raise what `files` does where a model may not see the item any more. On a worker."""
    paths = (item.path,) if item.path else () if item.origin is None else item.origin.named
    if item.kind is ItemKind.PAGE and not item.text:
        raise UsageError(
            f"The page {item.label} has not been fetched.", advice="Press its chip to fetch it, or remove it."
        )
    if item.kind is ItemKind.MAP:
        from copilot_desktop.context.index.repository_map import paths_in_map

        paths = tuple(paths_in_map(item.text))
    if len(paths) == 1:
        if paths[0] != UNTITLED:
            files.check(paths[0])
    elif paths:
        border = files.border()
        for path in paths:
            border.refuse(path)
