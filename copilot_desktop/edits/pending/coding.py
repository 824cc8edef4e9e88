"""Frozen values to JSON and back, field by field, so that a field more or less breaks nothing.

Long texts stand apart, cut into pieces that are named by their content: one that many values share is kept once, and of
a large file an edit makes one or two pieces anew.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
import typing
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, NamedTuple, get_args, get_origin

from copilot_desktop.text.lined_text import LinedText

INLINE: Final = 1_000
"""Characters of a text that stands in the JSON itself."""

KEPT: Final = "kept"
"""In the metadata of a field: False for one that is only good as long as the program runs."""

ReadPieces = Callable[[str], str]
"""Returns a piece by its name; raises KeyError for one that is not there."""
_Read = Callable[[Any, ReadPieces], Any]


class Encoded(NamedTuple):
    """A value as JSON, and the names of the pieces it needs; `fresh` are those of them that are not kept yet."""

    json: str
    needed: frozenset[str]
    fresh: Mapping[str, str]


class Encoder:
    """Encodes one value again and again as it changes: what its long texts are called is found out once."""

    def __init__(self) -> None:
        # By identity; holding the text keeps its identity from being given to another one.
        self._names: dict[int, tuple[str, tuple[str, ...]]] = {}

    def encode(self, value: object, kept: Collection[str]) -> Encoded:
        """The value as JSON; `kept` are the pieces that need not be given again."""
        run = _Run(self._names, kept)
        text = json.dumps(run.plain(value), separators=(",", ":"))
        self._names = run.names
        return Encoded(text, frozenset(run.needed), run.fresh)


class _Run:
    """One encoding."""

    def __init__(self, before: Mapping[int, tuple[str, tuple[str, ...]]], kept: Collection[str]) -> None:
        self._before, self._kept = before, kept
        self.names: dict[int, tuple[str, tuple[str, ...]]] = {}
        self.needed: set[str] = set()
        self.fresh: dict[str, str] = {}

    def plain(self, value: Any) -> Any:
        """What `json` can write."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, str):
            return value if len(value) <= INLINE else self._named(value)
        if isinstance(value, LinedText):
            return [name for piece in value.pieces for name in self._named(piece, is_piece=True)]
        if isinstance(value, datetime):
            return value.isoformat()
        if dataclasses.is_dataclass(value):
            time.sleep(0)  # typing waits for the lock of the interpreter no longer than for one value
            kept = (each.name for each in dataclasses.fields(value) if each.metadata.get(KEPT, True))
            return {name: self.plain(getattr(value, name)) for name in kept}
        if isinstance(value, Mapping):
            return {str(key): self.plain(each) for key, each in value.items()}
        if isinstance(value, tuple | frozenset):
            return [self.plain(each) for each in value]
        raise TypeError(f"no JSON for {type(value).__name__}")

    def _named(self, text: str, *, is_piece: bool = False) -> list[str]:
        found = self.names.get(id(text)) or self._before.get(id(text))
        if found is None or not all(name in self._kept or name in self.fresh for name in found[1]):
            pieces = (text,) if is_piece else LinedText(text).pieces
            found = (text, tuple(self._take(piece) for piece in pieces))
        self.names[id(text)] = found
        self.needed.update(found[1])
        return list(found[1])

    def _take(self, piece: str) -> str:
        name = hashlib.sha256(piece_bytes(piece)).hexdigest()
        if name not in self._kept:
            self.fresh[name] = piece
        return name


def piece_bytes(piece: str) -> bytes:
    """A piece as it is kept; a text may hold halves of surrogate pairs."""
    return piece.encode("utf-8", "surrogatepass")


def decode(kind: Any, text: str, read: ReadPieces) -> Any:
    """The value of this type that JSON says. Raises ValueError, KeyError and TypeError where it says none.

    Fields that the type does not have are passed over; one that is missing is what the type has for it.
    """
    return _reader(kind)(json.loads(text), read)


@cache
def _reader(kind: Any) -> _Read:
    if kind in (str, int, float, bool, Any):
        return _read_text if kind is str else _read_plain
    if kind is LinedText:
        return lambda data, read: LinedText("".join([read(name) for name in data]))
    if kind is datetime:
        return lambda data, _read: datetime.fromisoformat(data)
    if kind is NoneType or get_origin(kind) is Literal:
        return _read_plain
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda data, _read: kind(data)
    if dataclasses.is_dataclass(kind):
        return _fields_reader(kind)
    return _generic_reader(get_origin(kind), get_args(kind))


def _generic_reader(origin: Any, inner: tuple[Any, ...]) -> _Read:
    if origin in (typing.Union, UnionType):
        # `X | None` is the only union that a kept value has.
        (only,) = [each for each in inner if each is not NoneType]
        return lambda data, read: None if data is None else _reader(only)(data, read)
    if origin is tuple and inner[1:] == (...,):
        return lambda data, read: tuple([_reader(inner[0])(each, read) for each in data])
    if origin is tuple:
        return lambda data, read: tuple([_reader(each)(value, read) for each, value in zip(inner, data, strict=True)])
    if origin is frozenset:
        return lambda data, read: frozenset([_reader(inner[0])(each, read) for each in data])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return lambda data, read: {
            _reader(inner[0])(key, read): _reader(inner[1])(value, read) for key, value in data.items()
        }
    raise TypeError(f"no values of {origin} are kept")


def _fields_reader(kind: Any) -> _Read:
    hints = typing.get_type_hints(kind)
    names = [each.name for each in dataclasses.fields(kind) if each.init and each.metadata.get(KEPT, True)]

    def read_fields(data: Any, read: ReadPieces) -> Any:
        return kind(**{name: _reader(hints[name])(data[name], read) for name in names if name in data})

    return read_fields


def _read_plain(data: Any, _read: ReadPieces) -> Any:
    return data


def _read_text(data: Any, read: ReadPieces) -> Any:
    return "".join([read(name) for name in data]) if isinstance(data, list) else data
