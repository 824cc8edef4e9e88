"""How a text is indented, found from its lines, and how people write it down: "tab", "2", "tab 8"."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

_LINE_START = re.compile(r"^([ \t]*)[^ \t\r\n]", re.MULTILINE)
_SAMPLE = 200_000
_WIDTHS = (2, 3, 4, 6, 8)
_WRITTEN = re.compile(r"(?P<tab>tabs?)?\s*(?P<columns>\d{1,2})?$", re.IGNORECASE)


class Indentation(NamedTuple):
    """By tabs or by spaces, and how many columns a level is; None: as elsewhere."""

    is_tabs: bool
    columns: int | None = None


def indentation_name(indentation: Indentation) -> str:
    """What the user reads of it."""
    return f"{'Tabs' if indentation.is_tabs else 'Spaces'}: {indentation.columns}"


def found_indentation(text: str) -> Indentation | None:
    """How most lines are indented; None where none is."""
    tabs = spaces = before = 0
    steps: Counter[int] = Counter()
    for found in _LINE_START.finditer(text[:_SAMPLE]):
        blanks = found[1]
        if blanks.startswith("\t"):
            tabs += 1
            continue
        width = len(blanks)
        if width >= min(_WIDTHS):
            spaces += 1
        # What a line is deeper than the one before is the step; lines put under a bracket are deeper by anything.
        if width > before and width - before in _WIDTHS:
            steps[width - before] += 1
        before = width
    if not tabs and not steps:
        return None
    if tabs > spaces:
        return Indentation(is_tabs=True)
    most = max(steps.values(), default=0)
    return Indentation(False, min((width for width, count in steps.items() if count == most), default=None))


def read_indentation(written: str) -> Indentation | None:
    """What people write: "tab", "tabs 8", "2"; None for anything else."""
    found = _WRITTEN.match(written.strip())
    if found is None or not found[0] or not (found["tab"] or found["columns"]):
        return None
    columns = int(found["columns"]) if found["columns"] else None
    if columns is not None and not 1 <= columns <= 16:
        return None
    return Indentation(bool(found["tab"]), columns)


def read_columns(written: str) -> tuple[int, ...]:
    """`80, 120` as numbers; what is none, or too large for a column, is passed over."""
    return tuple(int(part) for part in _parts(written) if _is_column(part))


def columns_problem(written: str) -> str:
    """Which part of the columns cannot be read; empty when all can."""
    wrong = next((part for part in _parts(written) if not _is_column(part)), "")
    return f"“{wrong}” is no column; write numbers from 1 to 9999, such as 80, 120." if wrong else ""


def language_indentation_problem(written: str) -> str:
    """Which part of the indentations by language cannot be read; empty when all can."""
    for part in _parts(written):
        name, _colon, how = part.partition(":")
        if not name.strip() or read_indentation(how) is None:
            return f"“{part}” cannot be read; write a language, a colon, and tab or 1 to 16, such as Go: tab, YAML: 2."
    return ""


def _parts(written: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;\n]", written) if part.strip()]


def _is_column(part: str) -> bool:
    return part.isascii() and part.isdigit() and 1 <= int(part) <= 9999


def read_language_indentations(written: str) -> dict[str, Indentation]:
    """`Go: tab, YAML: 2` by the languages' names in small letters; what cannot be read is passed over."""
    made: dict[str, Indentation] = {}
    for part in _parts(written):
        name, _colon, how = part.partition(":")
        indentation = read_indentation(how)
        if name.strip() and indentation is not None:
            made[name.strip().lower()] = indentation
    return made
