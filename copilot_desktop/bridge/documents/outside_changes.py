"""Joins what the watcher sees to the open documents: renames are followed, touched files are compared.

A file that git or another program deletes and writes anew under another name is followed as well: where what is new
holds the very same, or is plainly like it and came at about the time at which the other one went.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DiskChanged, RenamedAndChanged
from copilot_desktop.bridge.folder.workspace import WorkspaceController

if TYPE_CHECKING:
    from copilot_desktop.workspace.paths import Workspace
    from copilot_desktop.workspace.watching import FolderChanged


_TOGETHER_S: Final = 30.0
"""What comes and goes within this time may be one change: a large checkout takes seconds, and is told in parts."""


class _Gone(NamedTuple):
    """What is known of files that are gone: hashes of those in tabs, what others said; and of those that went just now
    what both said, to find out what is like it."""

    hashes: Mapping[str, str]
    texts: Mapping[str, str]
    just_now: Mapping[str, str]


class _Found(NamedTuple):
    """Old → new path of files that hold the same, and of those that are changed; old → those that it could be."""

    same: Mapping[str, str]
    changed: Mapping[str, str]
    unsure: Mapping[str, tuple[str, ...]]


class OutsideChanges(QObject):
    """Tells the documents of one window what other programs did to their files. One change after the other."""

    def __init__(self, thread: AsyncThread, workspace: WorkspaceController, documents: DocumentsController) -> None:
        super().__init__(documents)
        self._thread, self._documents, self._workspace = thread, documents, workspace
        self._waiting: deque[FolderChanged] = deque()
        self._is_searching = False
        self._came: dict[str, float] = {}
        self._went: dict[str, float] = {}
        workspace.changed.connect(self._on_folder_changed)

    def _on_folder_changed(self, event: FolderChanged) -> None:
        self._waiting.append(event)
        self._next()

    def _next(self) -> None:
        while self._waiting and not self._is_searching:
            events = [self._waiting.popleft()]
            # A large checkout is told in many parts: what is new is looked at once for all that have come by now.
            while self._waiting and not self._waiting[0].moved:
                events.append(self._waiting.popleft())
            if self._workspace.is_gone:
                continue
            for old, new in events[0].moved:
                self._documents.follow(old, new)
            if not self._searches_renamed(events):
                self._tell(events)

    def _searches_renamed(self, events: Sequence[FolderChanged]) -> bool:
        """Whether a worker looks at what is new: it may be what is gone, under another name."""
        folder = self._documents.files.workspace
        for event in events:
            self._note_times(event)
        # What went with an earlier part is looked for among what comes with the later ones.
        gone, new = self._gone({*self._went, *(path for event in events for path in event.deleted)}), set(self._came)
        new.update(path for event in events for path in event.created)
        if folder is None or not new or not (gone.hashes or gone.texts):
            return False
        self._is_searching = True
        likely = sorted(self._came.keys() - self._known())

        def done(found: _Found) -> None:
            self._is_searching = False
            if self._documents.files.workspace is folder:
                self._follow(found)
                self._tell(events)
            self._next()

        def fail(error: BaseException) -> None:
            done(_Found({}, {}, {}))
            raise error

        self._thread.run_in_worker(lambda: _search(folder, sorted(new), likely, gone), done, fail)
        return True

    def _follow(self, found: _Found) -> None:
        for old, path in {**found.same, **found.changed}.items():
            self._came.pop(path, None)
            self._went.pop(old, None)
            self._documents.follow(old, path)
        if found.changed or found.unsure:
            self._documents.renamed_and_changed.emit(RenamedAndChanged(found.changed, found.unsure))

    def _known(self) -> frozenset[str]:
        """Files that were there before, so that none of them is another one under a new name."""
        tabs = (each.path for each in self._documents.documents if each.disk_hash is not None and each.path is not None)
        return frozenset((*self._documents.others_paths(), *tabs))

    def _note_times(self, event: FolderChanged) -> None:
        now = time.monotonic()
        # What a careful program saves may have been there before.
        new = set(event.created).difference(event.put_in_place)
        for times, more, less in (
            (self._came, new, event.deleted),
            (self._went, event.deleted, event.created),
        ):
            times.update(dict.fromkeys(more, now))
            for path in [path for path in times if path in less or times[path] < now - _TOGETHER_S]:
                del times[path]

    def _gone(self, deleted: Collection[str]) -> _Gone:
        touched, hashes, said = set(deleted), dict[str, str](), dict[str, str]()
        for document in self._documents.documents:
            if document.path is not None:
                is_deleted = _is_touched(document.path, touched)
                held = document.hash_when_lost() or (document.disk_hash if is_deleted else None)
                if held is not None:
                    hashes[document.path] = held
                    if not document.is_large and _is_touched(document.path, self._went):
                        said[document.path] = self._documents.text_of(document.path) or ""
        texts = self._documents.gone_texts(deleted)
        texts = {path: text for path, text in texts.items() if self._documents.documents.find(path) is None}
        said |= {path: text for path, text in texts.items() if _is_touched(path, self._went)}
        return _Gone(hashes, texts, said)

    def _tell(self, events: Iterable[FolderChanged]) -> None:
        for event in events:
            self._tell_one(event)

    def _tell_one(self, event: FolderChanged) -> None:
        touched = {*event.created, *event.modified, *event.deleted, *(path for pair in event.moved for path in pair)}
        for document in self._documents.documents:
            if document.path is not None and (event.is_overflow or _is_touched(document.path, touched)):
                self._documents.files.following.recheck(document)
        self._documents.disk_changed.emit(DiskChanged(tuple(sorted(touched)), event.is_overflow))


def _search(workspace: Workspace, created: Collection[str], likely: Collection[str], gone: _Gone) -> _Found:
    """On a worker: first what says the very same among all that is new, then what is like it."""
    # Hardly any start needs it.
    from copilot_desktop.workspace.finding_again import found_by_content, found_by_likeness

    same = found_by_content(workspace, created, gone.hashes, gone.texts)
    left = {path: text for path, text in gone.just_now.items() if path not in same}
    changed, unsure = found_by_likeness(workspace, [path for path in likely if path not in same.values()], left)
    return _Found(same, changed, unsure)


def _is_touched(path: str, touched: Collection[str]) -> bool:
    """Whether the file or one of its folders is among the paths."""
    parts = path.split("/")
    return any("/".join(parts[:end]) in touched for end in range(1, len(parts) + 1))
