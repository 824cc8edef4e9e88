"""What rule files import: `@path` in their text, as Claude Code reads it. None of it leads out of the folder."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from copilot_desktop.values import dataclass
from copilot_desktop.workspace.trust.values import Guarded

MOST_HOPS: Final = 5
"""From a rule file; what is farther is not read."""
_MOST: Final = 100
"""So many files belong to one rule file."""
_MOST_SAID: Final = 500
"""So many words with an `@` of one text are looked at: a hostile folder would keep the worker for minutes."""
_SAID: Final = re.compile(r"(?:^|(?<=\s))@((?:[^\s\\]|\\ )+)")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_SPAN: Final = re.compile(r"(?<!`)(`+)(?!`)(.{0,2000}?)(?<!`)\1(?!`)", re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LISTED: Final = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]")
_AROUND: Final = ".,;:!?)]}'\"*_"
"""What stands behind a path in a sentence."""

Read = Callable[[str], Guarded | None]
"""Gives a file of the folder as it stands; None where there is none that may be read."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that a rule file imports. `by`: the file whose text names it; `found` is None where it is not there."""

    path: str
    by: str
    found: Guarded | None


def imports_of(path: str, text: str, read: Read) -> Iterator[Imported]:
    """What a rule file imports, and what that imports, each once and in the order of the text; loops end by that.

    A path that leads out of the folder has `..` in front still, `/` or `~`, and is not read.
    """
    known = {path}
    yield from _below(path, text, read, known, MOST_HOPS)


def is_outside(path: str) -> bool:
    """Whether what is imported lies out of the folder."""
    return path.startswith(("/", "~", "../")) or path == ".." or bool(os.path.splitdrive(path)[0])


def said_in(text: str) -> Iterator[str]:
    """The paths that a text imports, as they are written; none in code and in comments."""
    for found in _SAID.finditer(_without_code(text)):
        yield found[1].replace("\\ ", " ")


def _below(path: str, text: str, read: Read, known: set[str], hops: int) -> Iterator[Imported]:
    if not hops:
        return
    for said in islice(dict.fromkeys(said_in(text)), _MOST_SAID):
        if len(known) > _MOST:
            return
        imported = _found(path, said, read)
        if imported is None or imported.path in known:
            continue
        known.add(imported.path)
        yield imported
        if imported.found is not None and imported.found.text is not None:
            yield from _below(imported.path, imported.found.text, read, known, hops - 1)


def _found(by: str, said: str, read: Read) -> Imported | None:
    """None for what only looks like an import, such as a person's name."""
    said = said.partition("#")[0]
    for each in dict.fromkeys((said, said.rstrip(_AROUND))):
        path = _joined(by, each)
        if not path or is_outside(path):
            continue
        found = read(path)
        if found is not None:
            return Imported(path, by, found)
    path = _joined(by, said.rstrip(_AROUND))
    is_meant = path.endswith(".md") or (is_outside(path) and "/" in path[1:])
    return Imported(path, by, None) if is_meant else None


def _joined(by: str, said: str) -> str:
    """The path from the top of the folder; the same as written where it is absolute."""
    if not said or said.startswith(("/", "~")):
        return said
    names: list[str] = by.split("/")[:-1]
    for name in said.replace(os.sep, "/").split("/"):
        if name == ".." and names and names[-1] != "..":
            names.pop()
        elif name not in ("", "."):
            names.append(name)
    return "/".join(names)


def _without_code(text: str) -> str:
    """The text without code blocks, code in a line, and comments."""
    kept: list[str] = []
    fence, is_code, is_listed, was_blank = "", False, False, True
    for line in text.replace("\r\n", "\n").split("\n"):
        if fence:
            closing = _FENCE.match(line)
            if closing is not None and closing[1].startswith(fence) and not line[closing.end() :].strip():
                fence = ""
            continue
        opening = _FENCE.match(line)
        if opening is not None and not (opening[1][0] == "`" and "`" in line[opening.end() :]):
            fence = opening[1]
            continue
        is_blank = not line.strip()
        is_indented = line.startswith(("    ", "\t")) and not is_blank
        if not is_blank and not is_indented:
            # What is indented below an item of a list belongs to it.
            is_listed = _LISTED.match(line) is not None or (is_listed and line.startswith(" "))
        is_code = is_indented and not is_listed and (was_blank or is_code)
        was_blank = is_blank
        if not is_code:
            kept.append(line)
    return _COMMENT.sub(" ", _SPAN.sub(" ", "\n".join(kept)))
