"""What other programs did to the opened folder, many events folded into one change."""

from __future__ import annotations

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class FolderChanged:
    """What has happened since the last one; workspace-relative POSIX paths of files and folders, sorted.

    `created` may name a file that was there: one replaced by a rename, which `put_in_place` names as well.
    `is_overflow`: events were lost or the ignore rules changed, everything must be looked at again. `.git/HEAD` in
    `modified`: another branch, `.git/index`: something was staged. A moved folder is named, and what is in it as well.
    """

    created: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    is_overflow: bool = False
    put_in_place: tuple[str, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        """Every path named."""
        pairs = {path for pair in self.moved for path in pair}
        return frozenset(self.created) | frozenset(self.modified) | frozenset(self.deleted) | pairs


class PendingChanges:
    """Events on their way to one change: what came and went again is nothing."""

    def __init__(self) -> None:
        self._is_overflow = False
        self._kinds: dict[str, str] = {}
        self._sources: dict[str, str] = {}  # of each move, by where it ended
        self._targets: dict[str, str] = {}  # the other way round
        self._put_in_place: set[str] = set()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to report."""
        return not (self._kinds or self._sources or self._is_overflow)

    def lost(self) -> None:
        """Events are missing."""
        self._is_overflow = True

    def created(self, path: str) -> None:
        """A file or folder has appeared."""
        backup = self._targets.pop(path, None)
        if backup is not None:
            # The file that was here has another name, and a new one has its own: how programs save that leave a
            # backup. What is opened by its name stays with it.
            del self._sources[backup]
            self._kinds[backup] = "created"
            self._kinds[path] = "modified"
            return
        # Deleted and made again is how many programs save.
        was = self._kinds.get(path)
        self._kinds[path] = "modified" if was in ("deleted", "modified") else "created"

    def modified(self, path: str) -> None:
        """A file's content has changed."""
        if self._kinds.get(path) != "created":
            self._kinds[path] = "modified"

    def deleted(self, path: str) -> None:
        """A file or folder is gone."""
        source = self._sources.pop(path, None)
        was = self._kinds.pop(path, None)
        if source is not None:
            del self._targets[source]
            self._kinds[source] = "deleted"
        elif was != "created":
            self._kinds[path] = "deleted"

    def moved(self, source: str, target: str) -> None:
        """A file or folder has another path."""
        was = self._kinds.pop(source, None)
        if was == "created":
            # A temporary file renamed over its target: how careful programs save. Whether the target was there before
            # is not known, and a reader of "created" looks at the folder and at the file.
            self.created(target)
            self._put_in_place.add(target)
            return
        first = self._sources.pop(source, source)
        if first == target:
            self._targets.pop(first, None)
            self._kinds[target] = "modified"
            return
        self._kinds.pop(target, None)
        replaced = self._sources.pop(target, None)
        if replaced is not None:
            del self._targets[replaced]
            self._kinds[replaced] = "deleted"
        self._sources[target], self._targets[first] = first, target
        if was == "modified":
            self._kinds[target] = "modified"

    def change(self) -> FolderChanged:
        """Everything as one event."""
        by_kind: dict[str, list[str]] = {"created": [], "modified": [], "deleted": []}
        for path, kind in self._kinds.items():
            by_kind[kind].append(path)
        return FolderChanged(
            tuple(sorted(by_kind["created"])),
            tuple(sorted(by_kind["modified"])),
            tuple(sorted(by_kind["deleted"])),
            tuple(sorted((source, target) for target, source in self._sources.items())),
            self._is_overflow,
            tuple(sorted(self._put_in_place.intersection(by_kind["created"]))),
        )
