"""Tells moves where a folder is polled: what is gone in one place and new in another is the same file or folder.

The two places are not looked at in the same moment: what is gone is told of only when the next look at everything has
not found it elsewhere.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Protocol

UNKNOWN: Final = 1
"""The version of what could not be asked for it."""


class ChangeSink(Protocol):
    """Takes workspace paths."""

    def created(self, path: str, /) -> None:
        """Something new."""

    def modified(self, path: str, /) -> None:
        """Something that was written."""

    def deleted(self, path: str, /) -> None:
        """Something that is gone."""

    def moved(self, source: str, target: str, /) -> None:
        """Something that has another path."""


@dataclass(slots=True)
class _Seen:
    """By version: paths of one look at everything."""

    gone: dict[int, str]
    new: dict[int, str]


class PolledMoves:
    """Takes what a poller finds different and tells the sink what happened."""

    def __init__(self, sink: ChangeSink) -> None:
        self._sink = sink
        self._last, self._now = _Seen({}, {}), _Seen({}, {})

    def created(self, path: str, version: int) -> None:
        """A name that was not there."""
        source = self._taken_from_gone(version)
        if source is None:
            self._now.new[version] = path
            self._sink.created(path)
        elif source == path:
            self._sink.modified(path)
        else:
            self._sink.moved(source, path)

    def modified(self, path: str, version: int) -> None:
        """Another version of a file; it may be one that was moved onto it."""
        source = self._taken_from_gone(version)
        if source is None or source == path:
            self._now.new[version] = path
            self._sink.modified(path)
        else:
            self._sink.moved(source, path)

    def deleted(self, path: str, version: int) -> None:
        """A name that is not there any more."""
        target = self._now.new.pop(version, None) or self._last.new.pop(version, None)
        if target is not None and target != path and version != UNKNOWN:
            self._sink.moved(path, target)
        elif version == UNKNOWN or version in self._now.gone:
            self._sink.deleted(path)
        else:
            self._now.gone[version] = path

    def end_cycle(self) -> None:
        """Everything was looked at once more."""
        for path in self._last.gone.values():
            self._sink.deleted(path)
        self._last, self._now = self._now, _Seen({}, {})

    def _taken_from_gone(self, version: int) -> str | None:
        if version == UNKNOWN:
            return None
        found = self._now.gone.pop(version, None)
        return self._last.gone.pop(version, None) if found is None else found


def version_of(entry: os.DirEntry[str], *, is_folder: bool) -> int:
    """A number that goes along with what is moved: of a file another one once it was written, negative of a folder."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:  # Gone since the folder was read.
        return UNKNOWN
    if is_folder:
        return -status.st_ino or UNKNOWN
    return abs(hash((status.st_mtime_ns, status.st_size, status.st_ino))) + 2
