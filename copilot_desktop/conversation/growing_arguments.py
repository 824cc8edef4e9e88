"""The arguments of a call while they arrive: the texts of a JSON object's fields, decoded piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from copilot_desktop.values import dataclass

_PLAIN = re.compile(r'[^"\\]+')
_RAW = re.compile(r'[^"\\{}\[\],]+')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/"}
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


@dataclass(frozen=True, slots=True)
class FieldText:
    """More of a field that is text; `is_end`: it is whole now."""

    name: str
    text: str
    is_end: bool = False


class _State(Enum):
    START = auto()
    NAME = auto()
    COLON = auto()
    VALUE = auto()
    TEXT = auto()
    RAW = auto()
    DONE = auto()


class GrowingArguments:
    """Reads one object. What is no object, or no JSON, ends the reading with `is_broken`."""

    def __init__(self) -> None:
        self.is_broken = False
        self._state = _State.START
        self._rest = ""
        self._name: list[str] = []
        self._depth = 0
        self._is_in_string = False

    @property
    def is_whole(self) -> bool:
        """Whether the object has been closed."""
        return self._state is _State.DONE

    def feed(self, piece: str) -> Iterator[FieldText]:
        """What the next piece adds. Costs what the piece costs, however long the call is."""
        text, self._rest, at = self._rest + piece, "", 0
        while at < len(text) and not self.is_broken and not self.is_whole:
            if self._state in (_State.NAME, _State.TEXT):
                decoded, at, is_end, is_cut = _string_part(text, at)
                yield from self._took(decoded, is_end=is_end)
                if is_cut:
                    self._rest = text[at:]
                    return
            elif self._state is _State.RAW:
                at = self._skip(text, at)
            else:
                at += self._step(text[at])

    def _took(self, decoded: str, *, is_end: bool) -> Iterator[FieldText]:
        if self._state is _State.NAME:
            self._name.append(decoded)
        elif decoded or is_end:
            yield FieldText("".join(self._name), decoded, is_end)
        if is_end:
            self._state = _State.COLON if self._state is _State.NAME else _State.START

    def _step(self, character: str) -> int:
        """One character between names and values, or none of a value that is passed over; how many were taken.

        START also stands behind a value.
        """
        if character.isspace():
            return 1
        if self._state is _State.COLON and character == ":":
            self._state = _State.VALUE
        elif self._state is _State.VALUE and character != '"':
            self._state = _State.RAW
            return 0
        elif self._state is _State.VALUE:
            self._state = _State.TEXT
        elif self._state is _State.START and self._depth == 0 and character == "{":
            self._depth = 1
        elif self._state is _State.START and self._depth == 1 and character in ',"}':
            if character == '"':
                self._name = []
            self._state = {",": _State.START, '"': _State.NAME, "}": _State.DONE}[character]
        else:
            self.is_broken = True
        return 1

    def _skip(self, text: str, at: int) -> int:
        """Pass over a value that is no text, up to the comma or bracket behind it."""
        character = text[at]
        if self._is_in_string:
            found = _PLAIN.match(text, at)
            if found is not None:
                return found.end()
            self._is_in_string = character != '"'
            if character != "\\":
                return at + 1
            # An escaped character is none that could end the text.
            self._rest = text[at:] if at + 1 == len(text) else ""
            return at + 2
        found = _RAW.match(text, at)
        if found is not None:
            return found.end()
        if character == '"':
            self._is_in_string = True
        elif character in "{[":
            self._depth += 1
        elif self._depth == 1 and character in ",}":
            self._state = _State.START
            return at
        elif character in "}]":
            self._depth -= 1
        return at + 1


def _string_part(text: str, at: int) -> tuple[str, int, bool, bool]:
    """Decode from inside a string: what it says, where it goes on, whether it ends there, or in half an escape."""
    decoded: list[str] = []
    while at < len(text):
        found = _PLAIN.match(text, at)
        if found is not None:
            decoded.append(found[0])
            at = found.end()
        elif text[at] == '"':
            return "".join(decoded), at + 1, True, False
        else:
            character, length = _escape(text, at)
            if not length:
                return "".join(decoded), at, False, True
            decoded.append(character)
            at += length
    return "".join(decoded), at, False, False


def _escape(text: str, at: int) -> tuple[str, int]:
    """The character of an escape and how long that is; 0: more must come. Unknown ones stand for themselves."""
    letter = text[at + 1 : at + 2]
    if not letter:
        return "", 0
    if letter != "u":
        return _ESCAPES.get(letter, f"\\{letter}"), 2
    code = _code(text, at)
    if code is None:
        return ("", 0) if len(text) < at + 6 else ("\\u", 2)
    if code in _HIGH:
        behind = text[at + 6 : at + 12]
        if len(behind) < 6 and "\\u".startswith(behind[:2]):
            return "", 0
        low = _code(text, at + 6)
        if low is not None and low in _LOW:
            return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)), 12
    return ("\ufffd" if code in _HIGH or code in _LOW else chr(code)), 6


def _code(text: str, at: int) -> int | None:
    found = re.compile(r"\\u([0-9a-fA-F]{4})").match(text, at)
    return int(found[1], 16) if found else None
