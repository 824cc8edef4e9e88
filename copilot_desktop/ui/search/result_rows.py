"""The rows of the results: files in the order of their paths, below each its matches. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, overload

from copilot_desktop.syntax.occurrences import Role
from copilot_desktop.text.visible_signs import visible_text
from copilot_desktop.workspace.search.values import FileFound, FoundMatch


class Row(NamedTuple):
    """A file (`number` -1), or the match with this number in it."""

    path: str
    number: int = -1

    @property
    def is_file(self) -> bool:
        """Whether it is the head of a file."""
        return self.number < 0


class ShownRows(Sequence[Row]):
    """Rows that are made when they are asked for: there may be thousands, and others many times a second."""

    def __init__(self, order: Sequence[tuple[tuple[str, str], str]] = (), counts: Iterable[int] = ()) -> None:
        self._order = order
        self._starts = [0, *accumulate(counts)]

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        file = bisect_right(self._starts, at) - 1
        return Row(self._order[file][1], at - self._starts[file] - 1)

    def __contains__(self, row: object) -> bool:
        return isinstance(row, Row) and self.place_of(row) >= 0

    def place_of(self, row: Row) -> int:
        """Where a row is; -1: nowhere."""
        wanted = (_key(row.path), row.path)
        file = bisect_left(self._order, wanted)
        if file == len(self._order) or self._order[file] != wanted:
            return -1
        place = self._starts[file] + row.number + 1
        return place if place < self._starts[file + 1] else -1


class ResultRows:
    """What is shown. What was dismissed stays away until the next search."""

    def __init__(self) -> None:
        self.files: dict[str, FileFound] = {}
        self.collapsed: set[str] = set()
        self._order: list[tuple[tuple[str, str], str]] = []
        self._dismissed: dict[str, set[tuple[int, int]]] = {}
        self._roles: dict[str, Mapping[tuple[int, int], Role]] = {}
        self.match_count = 0

    def clear(self) -> None:
        """Show nothing, and forget what was dismissed."""
        for each in (self.files, self.collapsed, self._order, self._dismissed, self._roles):
            each.clear()
        self.match_count = 0

    def add(self, files: Iterable[FileFound]) -> None:
        """Take more files in; one that is known is replaced."""
        for found in files:
            dismissed = self._dismissed.get(found.path)
            if dismissed is not None:
                kept = tuple(each for each in found.matches if (each.line, each.column) not in dismissed)
                found = FileFound(found.path, kept if dismissed else ())
            before = self.files.get(found.path)
            if before is not None:
                self.match_count -= len(before.matches)
            if not found.matches:
                self._take_out(found.path)
                continue
            if before is None:
                insort(self._order, (_key(found.path), found.path))
            self.files[found.path] = found
            self.match_count += len(found.matches)

    def replace(self, paths: Iterable[str], files: Iterable[FileFound]) -> None:
        """These paths, and what is below them, were searched again."""
        new = {each.path: each for each in files}
        gone = [
            path
            for path in self.files
            if path not in new and any(path == each or path.startswith(f"{each}/") for each in paths)
        ]
        for path in gone:
            self.match_count -= len(self.files[path].matches)
            self._take_out(path)
        self.add(new.values())

    def dismiss(self, rows: Iterable[Row]) -> None:
        """Show these no longer."""
        for row in rows:
            found = self.files.get(row.path)
            if found is None:
                continue
            if row.is_file:
                # An empty set: nothing of it is shown again.
                self._dismissed[row.path] = set()
            elif row.number < len(found.matches):
                match = found.matches[row.number]
                self._dismissed.setdefault(row.path, set()).add((match.line, match.column))
        self.add([self.files[path] for path in {row.path for row in rows} if path in self.files])

    def rows(self) -> ShownRows:
        """All rows that are not folded away."""
        folded, files = self.collapsed, self.files
        counts = [1 if path in folded else 1 + len(files[path].matches) for _key_of, path in self._order]
        return ShownRows(tuple(self._order), counts)

    def all_files(self) -> tuple[FileFound, ...]:
        """Everything that was found and not dismissed, in the order in which it is shown."""
        return tuple(self.files[path] for _key_of, path in self._order)

    def match(self, row: Row) -> FoundMatch | None:
        """The match of a row; of a file its first."""
        found = self.files.get(row.path)
        at = max(0, row.number)
        return found.matches[at] if found is not None and at < len(found.matches) else None

    def take_roles(self, roles: Mapping[str, Mapping[tuple[int, int], Role]]) -> None:
        """What the matches of some files are, by line and column."""
        self._roles |= roles

    def role(self, row: Row) -> Role:
        """What a match is; USED where that is not known."""
        match = None if row.is_file else self.match(row)
        roles = self._roles.get(row.path)
        return Role.USED if match is None or roles is None else roles.get((match.line, match.column), Role.USED)

    def chosen(self, rows: Iterable[Row]) -> tuple[FileFound, ...]:
        """The matches of these rows; all of a file whose head is among them."""
        numbers: dict[str, set[int] | None] = {}
        for row in rows:
            if row.is_file:
                numbers[row.path] = None
            elif (known := numbers.setdefault(row.path, set())) is not None:
                known.add(row.number)
        return tuple(
            FileFound(path, tuple(m for at, m in enumerate(self.files[path].matches) if wanted is None or at in wanted))
            for path, wanted in numbers.items()
            if path in self.files
        )

    def _take_out(self, path: str) -> None:
        if self.files.pop(path, None) is not None:
            self._order.remove((_key(path), path))


def _key(path: str) -> tuple[str, str]:
    folder, _slash, name = path.rpartition("/")
    return folder.casefold(), name.casefold()


def shown_path(path: str) -> tuple[str, str]:
    """Name and folder of a path; what has no letter of its own is shown by a sign."""
    folder, _slash, name = path.rpartition("/")
    return _shown(name), _shown(folder)


def _shown(text: str) -> str:
    # Names that are not UTF-8 hold lone surrogates, which no text on the screen can.
    return visible_text(text.encode("utf-8", "replace").decode("utf-8")).text


def count_words(matches: int, files: int, is_limited: bool = False) -> str:
    """12 results in 3 files; 10,000+ results, where there are more that are not shown."""
    results = "1 result" if matches == 1 else f"{matches:,}{'+' if is_limited else ''} results"
    places = "1 file" if files == 1 else f"{files:,} files"
    return f"{results} in {places}"
