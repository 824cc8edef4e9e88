"""The command line of the window: places to open, and how to start."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import NamedTuple

from copilot_desktop.errors import UsageError
from copilot_desktop.instance import HandOver
from copilot_desktop.text.ranges import LineColumn, LineRange

_LINE = r"(?s)(?P<file>.+?):(?P<line>[1-9][0-9]{0,8})(?::(?P<column>[0-9]{1,9}))?:?"
_LOOK_LIMIT_S = 1.0
_FLAGS = ("--debug", "--safe-mode", "--new-window")


class Place(NamedTuple):
    """A folder or file, absolute; `lines` of a file is where its caret goes."""

    path: Path
    lines: LineRange | None = None


class WindowCommand(NamedTuple):
    """What the window program is asked for. Safe mode: nothing of the last session comes back."""

    places: tuple[Place, ...] = ()
    is_safe: bool = False
    is_new_window: bool = False
    is_debug: bool = False


def parse(argv: Sequence[str]) -> WindowCommand:
    """Read the arguments: `[FOLDER | FILE | FILE:LINE[:COLUMN]]…` and flags. Raises UsageError."""
    flags = {argument for argument in argv if argument.startswith("-") and argument != "--"}
    unknown = sorted(flags - set(_FLAGS))
    if unknown:
        raise UsageError(f"Not understood: {' '.join(unknown)}.", advice="See copilot-desktop --help.")
    places = tuple(place_of(argument) for argument in argv if not argument.startswith("-"))
    return WindowCommand(places, "--safe-mode" in flags, "--new-window" in flags, "--debug" in flags)


def handed_over(command: WindowCommand, environ: Mapping[str, str]) -> HandOver:
    """What the process that runs already is asked for."""
    places = tuple((str(place.path), None if place.lines is None else astuple(place.lines)) for place in command.places)
    return HandOver(places, command.is_new_window, environ.get("XDG_ACTIVATION_TOKEN", ""))


def places_of(request: HandOver) -> tuple[Place, ...]:
    """The places another process has handed over."""
    return tuple(Place(Path(path), None if lines is None else _lines_of(lines)) for path, lines in request.places)


def place_of(argument: str) -> Place:
    """A place as a person or compiler writes it: `src/app.py:12` or `src/app.py:12:5`, unless a file is called so."""
    path = _absolute(argument)
    found = re.fullmatch(_LINE, argument) if ":" in argument else None
    if found is None or _is_there(path):
        return Place(path)
    line, column = int(found["line"]), int(found["column"] or 0)
    lines = LineColumn.at(line - 1, column - 1) if column else LineRange(line - 1, line)
    return Place(_absolute(found["file"]), lines)


def _lines_of(values: tuple[int, ...]) -> LineRange:
    return LineRange(*values) if len(values) == 2 else LineColumn(*values)


def _is_there(path: Path) -> bool:
    """A disk that does not answer is not waited for: a window comes, and says so."""
    from copilot_desktop.credentials.waiting import within

    try:
        return within(_LOOK_LIMIT_S, path.exists)
    except (OSError, TimeoutError):
        return False


def _absolute(text: str) -> Path:
    return Path(text).expanduser().absolute()
