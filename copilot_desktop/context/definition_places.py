"""Where a name in a text is defined: by what stands around it, what the text imports, and what the folder defines.

No language's own rules are followed to their end. A place is certain where the text itself says so: a variable or
parameter of the function around, a function of the file, a name that is imported from a file of the folder, a method of
the class around behind `self`. Everything else of that name is possible, nearer ones first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Final

from copilot_desktop.context.index.imports import imported
from copilot_desktop.context.index.symbols import FoundSymbol
from copilot_desktop.syntax.definitions import CLASSES, Definition, definitions
from copilot_desktop.syntax.occurrences import Occurrence, Role, occurrences
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_SELVES: Final = frozenset({"self", "cls", "this", "Self", "super"})
_MEMBER: Final = re.compile(r"([^\W\d]\w*)?(?:\(\))?\s*(?:\?\.|\.|->|::)\s*$")
_READ: Final = 20
"""So many imported files are read for a name that the index does not know: a constant, say."""
_TESTS: Final = re.compile(r"(?:^|/)(?:tests?|specs?|__tests__)/|(?:^|/)test_|[._]test\.|\.spec\.")
_WHOLE_FOLDERS: Final = frozenset({"__init__", "index", "mod"})


class Nearness(IntEnum):
    """How sure a place is, the surest first."""

    CERTAIN = 0
    SAME_FILE = 1
    IMPORTED = 2
    ELSEWHERE = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A name at a 0-based line and column (code points) of a text as it stands now."""

    path: str
    text: str
    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class DefinitionPlace:
    """Lines that define a name; `kind` is a word like function or variable, `outer` what it stands in."""

    path: str
    name: str
    kind: str
    outer: str
    lines: LineRange
    nearness: Nearness


@dataclass(frozen=True, slots=True)
class KnownFolder:
    """What is known of the folder: symbols of the name, files that the text imports, unsaved texts by path; `read`
    gives the text of a file, None where it cannot."""

    named: Sequence[FoundSymbol]
    imports: Sequence[str]
    live: Mapping[str, str]
    read: Callable[[str], str | None]


def definition_places(asked: Asked, folder: KnownFolder) -> tuple[DefinitionPlace, ...]:
    """The places, the best first; where some are certain only those."""
    text = _AskedText(asked)
    found = [*text.own_places(), *_others(asked, text, folder)]
    if not any(each.nearness <= Nearness.IMPORTED for each in found):
        if text.is_member:
            found += _in_imported_classes(asked, folder)
        elif text.is_imported:
            found += _in_imported_files(asked, folder)
    distinct = {(each.path, each.lines.start): each for each in sorted(found, key=lambda each: -each.nearness)}
    certain = [each for each in distinct.values() if each.nearness is Nearness.CERTAIN]
    return tuple(sorted(certain or distinct.values(), key=lambda each: _order(asked.path, each)))


class _AskedText:
    """The text with the name, and what it says of it."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._definitions = definitions(asked.path, asked.text)
        self._occurrences = occurrences(asked.path, asked.text, asked.name)
        line = next(iter(split_lines(asked.text)[asked.line : asked.line + 1]), "")
        found = _MEMBER.search(line[: asked.column])
        self.is_member = found is not None
        self.qualifier = (found[1] or "") if found is not None else ""
        self.targets = imported(asked.path, asked.text)
        self.is_imported = any(each.role is Role.IMPORTED for each in self._occurrences)

    def own_places(self) -> Iterator[DefinitionPlace]:
        """Those in the text itself."""
        around = self._around()
        local = None if self.is_member else self._local(around)
        if local is not None:
            yield self._variable(local, Nearness.CERTAIN)
            return
        own_class = next((each for each in reversed(around) if each.kind in CLASSES), None)
        for each in self._definitions:
            if each.name == self._asked.name:
                yield self._place(each, own_class)
        yield from self._attributes(own_class)

    def _place(self, found: Definition, own_class: Definition | None) -> DefinitionPlace:
        is_method = found.kind == "method"
        in_class = own_class is not None and found.outer[-1:] == (own_class.name,)
        if self.is_member:
            is_certain = is_method and (
                in_class if self.qualifier in _SELVES else found.outer[-1:] == (self.qualifier,)
            )
        else:
            is_certain = not is_method or (in_class and not self._asked.path.endswith(".py"))
        nearness = Nearness.CERTAIN if is_certain else Nearness.SAME_FILE
        outer = ".".join(found.outer)
        return DefinitionPlace(self._asked.path, found.name, found.kind, outer, found.lines, nearness)

    def _attributes(self, own_class: Definition | None) -> Iterator[DefinitionPlace]:
        """The first value that an attribute of the class around is given, or else a variable of the file."""
        if not self.is_member:
            return
        stored = [each for each in self._occurrences if each.role in (Role.STORED, Role.BOUND)]
        is_own = self.qualifier in _SELVES and own_class is not None
        if is_own and own_class is not None:
            inside = [each for each in stored if own_class.lines.start <= each.line < own_class.lines.end]
            fields = [each for each in inside if each.role is Role.STORED or self._is_field(each, own_class)]
            if fields:
                yield self._variable(fields[0], Nearness.CERTAIN)
        elif first := next((each for each in stored if each.role is Role.STORED), None):
            yield self._variable(first, Nearness.SAME_FILE)

    def _is_field(self, found: Occurrence, own_class: Definition) -> bool:
        """Whether a variable stands in the body of a class, and in no method of it."""
        around = [each for each in self._definitions if each.lines.start <= found.line < each.lines.end]
        return bool(around) and around[-1] is own_class

    def _around(self) -> list[Definition]:
        """What the name stands in, outermost first; not what it is the name of."""
        asked = self._asked
        around = [each for each in self._definitions if each.lines.start <= asked.line < each.lines.end]
        here = next(
            (each for each in self._occurrences if (each.line, each.column) == (asked.line, asked.column)), None
        )
        is_own_name = here is not None and here.role is Role.DEFINED
        return [each for each in around if not (is_own_name and each.name == asked.name)]

    def _local(self, around: list[Definition]) -> Occurrence | None:
        """The first value that a variable is given in the innermost function around that gives it one; else at the
        top of the file, unless something is defined by that name."""
        bound = [each for each in self._occurrences if each.role is Role.BOUND]
        for outer in reversed(around):
            inside = [each for each in bound if outer.lines.start <= each.line < outer.lines.end]
            if inside and outer.kind not in CLASSES:
                return inside[0]
        if any(each.name == self._asked.name and each.kind != "method" for each in self._definitions):
            return None
        if self.is_imported:
            return None
        top = [each for each in bound if not self._is_inside(each)]
        return top[0] if top else None

    def _is_inside(self, found: Occurrence) -> bool:
        return any(each.lines.start <= found.line < each.lines.end for each in self._definitions)

    def _variable(self, found: Occurrence, nearness: Nearness) -> DefinitionPlace:
        lines = LineRange(found.line, found.line + 1)
        return DefinitionPlace(self._asked.path, self._asked.name, "variable", "", lines, nearness)


def _others(asked: Asked, text: _AskedText, folder: KnownFolder) -> Iterator[DefinitionPlace]:
    """Those that other files define, in tabs as they stand there."""
    known = [each for each in folder.named if each.path not in folder.live and each.path != asked.path]
    for each in known:
        symbol = each.symbol
        yield DefinitionPlace(
            each.path, symbol.name, symbol.kind, symbol.outer, symbol.lines,
            _nearness(asked, text, folder, each.path, symbol.kind),
        )  # fmt: skip
    for path, live in folder.live.items():
        if path != asked.path and asked.name in live:
            for found in definitions(path, live):
                if found.name == asked.name and found.kind != "heading":
                    nearness = _nearness(asked, text, folder, path, found.kind)
                    yield DefinitionPlace(path, found.name, found.kind, ".".join(found.outer), found.lines, nearness)


def _nearness(asked: Asked, text: _AskedText, folder: KnownFolder, path: str, kind: str) -> Nearness:
    is_method = kind == "method"
    named = f"/{asked.name}"
    explicit = [each.removesuffix(named) for each in text.targets if each.endswith(named)]
    if not text.is_member and not is_method and _is_one_of(path, explicit):
        return Nearness.CERTAIN
    if text.is_member and not is_method and text.qualifier and _is_called(path, text.qualifier, text.targets):
        return Nearness.CERTAIN
    is_near = path in folder.imports or _is_one_of(path, text.targets)
    # Only Python's imports tell here which names they bring.
    if is_near and text.is_imported and not text.is_member and not is_method and not explicit:
        return Nearness.CERTAIN
    return Nearness.IMPORTED if is_near else Nearness.ELSEWHERE


def _is_one_of(path: str, targets: Iterable[str]) -> bool:
    """Whether an import names a file: its path ends as the import does, or the import as its path does."""
    bare = _bare(path)
    return any(f"/{bare}".endswith(f"/{each}") or f"/{each}".endswith(f"/{bare}") for each in targets if each)


def _is_called(path: str, name: str, targets: Iterable[str]) -> bool:
    """Whether a file is the module that is imported by this name."""
    return _bare(path).rpartition("/")[2] == name and _is_one_of(
        path, [each for each in targets if each.endswith(name)]
    )


def _bare(path: str) -> str:
    """A path as an import names it."""
    bare = path.rpartition(".")[0] or path
    folder, _slash, name = bare.rpartition("/")
    return folder if name in _WHOLE_FOLDERS and folder else bare


def _in_imported_files(asked: Asked, folder: KnownFolder) -> Iterator[DefinitionPlace]:
    """A name that is imported and that no index knows: a constant of an imported file, or the file itself."""
    for path in folder.imports[:_READ]:
        if _bare(path).rpartition("/")[2] == asked.name:
            yield DefinitionPlace(path, asked.name, "module", "", LineRange(0, 1), Nearness.CERTAIN)
            return
    for path, occurrence, around in _given_values(asked, folder):
        if occurrence.role is Role.BOUND and not around:
            lines = LineRange(occurrence.line, occurrence.line + 1)
            yield DefinitionPlace(path, asked.name, "variable", "", lines, Nearness.CERTAIN)
            return


def _in_imported_classes(asked: Asked, folder: KnownFolder) -> Iterator[DefinitionPlace]:
    """An attribute that classes of imported files have: the first value it is given in each."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for path, occurrence, around in _given_values(asked, folder):
        classes = tuple(each.name for each in around if each.kind in CLASSES)
        is_field = occurrence.role is Role.STORED or (bool(around) and around[-1].kind in CLASSES)
        if classes and is_field and (path, classes) not in seen:
            seen.add((path, classes))
            lines = LineRange(occurrence.line, occurrence.line + 1)
            yield DefinitionPlace(path, asked.name, "variable", ".".join(classes), lines, Nearness.IMPORTED)


def _given_values(asked: Asked, folder: KnownFolder) -> Iterator[tuple[str, Occurrence, list[Definition]]]:
    """Where imported files give the name a value, with what that stands in, outermost first."""
    for path in folder.imports[:_READ]:
        text = folder.live.get(path)
        text = folder.read(path) if text is None else text
        if text is None or asked.name not in text:
            continue
        inner = definitions(path, text)
        for each in occurrences(path, text, asked.name):
            if each.role in (Role.BOUND, Role.STORED):
                around = [other for other in inner if other.lines.start <= each.line < other.lines.end]
                yield path, each, around


def _order(path: str, place: DefinitionPlace) -> tuple[object, ...]:
    mine, others = path.split("/")[:-1], place.path.split("/")[:-1]
    shared = next((at for at, (one, other) in enumerate(zip(mine, others, strict=False)) if one != other),
                  min(len(mine), len(others)))  # fmt: skip
    is_test = bool(_TESTS.search(place.path)) and not _TESTS.search(path)
    return place.nearness, is_test, -shared, place.path, place.lines.start
