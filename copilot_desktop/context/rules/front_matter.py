"""The lines between two of dashes at the top of a rule file, as people write them: hardly ever YAML to the letter.

Cursor writes globs as they are (`globs: *.py,src/**`), which is no YAML. Lists of both forms, quotes, comments and text
over several lines are read as well; what cannot be read is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from copilot_desktop.workspace.search.globs import split_globs

_KEY: Final = re.compile(r"([A-Za-z_-]+)[ \t]*:[ \t]*(.*)")
_COMMENT: Final = re.compile(r"(?:^|[ \t])#.*")
_QUOTED: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*(?:#.*)?""")
_BLOCK: Final = re.compile(r"[|>][+-]?\d?")
_DASHES: Final = "---"


def front_matter(text: str) -> tuple[dict[str, list[str]], str]:
    """The values by their keys in lower case, and the text below; where there is no front matter, no values and the
    text as it is."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != _DASHES:
        return {}, text
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in (_DASHES, "...")), None)
    if end is None:
        return {}, text
    return _values(lines[1:end]), "\n".join(lines[end + 1 :]).lstrip("\n")


def _values(lines: list[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    key, opened, is_block = "", "", False
    for line in lines:
        is_inner = line.startswith((" ", "\t")) or line.lstrip().startswith("- ")
        if opened:
            # A list in brackets that goes on.
            opened += f" {_bare(line)}"
            if opened.rstrip().endswith("]"):
                values[key] += _said(opened)
                opened = ""
            continue
        if is_block and (is_inner or not line.strip()):
            values[key] += [line.strip()] if line.strip() else []
            continue
        named = None if is_inner else _KEY.fullmatch(line.rstrip())
        if named is not None:
            key, said = named[1].lower(), named[2].strip()
            values[key], is_block = [], _BLOCK.fullmatch(_bare(said)) is not None
            if said.startswith("[") and "]" not in said:
                opened = _bare(said)
            elif not is_block:
                values[key] += _said(said)
        elif key and line.strip().startswith("- "):
            values[key] += _said(line.strip()[2:])
        elif key and is_inner and line.strip():
            # Text that goes on in the next line.
            values[key] += _said(line)
    return values


def _said(value: str) -> Iterator[str]:
    value = _bare(value)
    parts = split_globs(value[1:-1]) if value.startswith("[") and value.endswith("]") else (value,)
    for part in parts:
        bare = _unquoted(part.strip())
        if bare:
            yield bare


def _bare(value: str) -> str:
    """Without a comment behind it."""
    value = value.strip()
    quoted = _QUOTED.fullmatch(value)
    return quoted[1] if quoted is not None else _COMMENT.sub("", value).strip()


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != value[-1] or value[0] not in "\"'":
        return value
    if value[0] == "'":
        return value[1:-1].replace("''", "'")
    return re.sub(r"\\(.)", r"\1", value[1:-1])
