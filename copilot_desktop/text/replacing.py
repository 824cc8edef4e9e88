r"""What a regular expression's match is replaced by: `$1`, `${name}`, `$&`, `$$`, `\1`, `\n`, `\t`, `\\`, and `\U` `\L`
`\E` `\u` `\l` for capitals and small letters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from copilot_desktop.errors import UsageError

_PART = re.compile(r"\$(?:(\$)|(&)|(\d{1,2})|\{(\w+)\})|\\(?:(\d{1,2})|(.))", re.DOTALL)
_CHARACTERS = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
_CASES: dict[str, Callable[[str], str]] = {"U": str.upper, "L": str.lower}


class Template:
    """A replacement, read once."""

    def __init__(self, source: str) -> None:
        self._parts: list[tuple[str, str | int]] = []
        place = 0
        for part in _PART.finditer(source):
            self._add("text", source[place : part.start()])
            place = part.end()
            dollar, whole, number, name, backslashed, character = part.groups()
            if dollar:
                self._add("text", "$")
            elif whole:
                self._parts.append(("group", 0))
            elif number or backslashed:
                self._parts.append(("group", int(number or backslashed)))
            elif name:
                self._parts.append(("group", int(name) if name.isdigit() else name))
            elif character in "ULEul":
                self._parts.append(("case", character))
            else:
                self._add("text", _CHARACTERS.get(character, f"\\{character}"))
        self._add("text", source[place:])

    @property
    def names_groups(self) -> bool:
        """Whether what it makes depends on what was matched."""
        return any(kind == "group" for kind, _value in self._parts)

    def check(self, pattern: Any) -> None:
        """Raise UsageError for a group that the expression does not have."""
        for kind, value in self._parts:
            is_known = value in pattern.groupindex if isinstance(value, str) else value <= pattern.groups
            if kind == "group" and not is_known:
                raise UsageError(
                    f"This replacement cannot be used: the expression has no group {value}.", advice="Correct it."
                )

    def expand(self, match: Any) -> str:
        """The text that a match becomes; a group that took no part is empty."""
        made: list[str] = []
        change: Callable[[str], str] | None = None
        first: Callable[[str], str] | None = None
        for kind, value in self._parts:
            if kind == "case":
                if value in ("u", "l"):
                    first = str.upper if value == "u" else str.lower
                else:
                    change = _CASES.get(str(value))
                continue
            text = str(value) if kind == "text" else match.group(value) or ""
            text = change(text) if change is not None else text
            if first is not None and text:
                text, first = first(text[0]) + text[1:], None
            made.append(text)
        return "".join(made)

    def _add(self, kind: str, text: str) -> None:
        if text:
            self._parts.append((kind, text))
