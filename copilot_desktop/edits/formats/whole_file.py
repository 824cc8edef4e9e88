"""Whole files: fenced blocks under a file name, or one block that rewrites the only file asked about."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from copilot_desktop.edits.formats.names import name_in_line
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.placing.left_out import is_shortened
from copilot_desktop.edits.proposal import Reason
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange

MASK = "\0\n"
"""A line that stands for one of a block with marks: a fence around it is no file, and may lack its end."""

_OPEN = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*([^`\r\n]{0,300})\s*")


@dataclass(frozen=True, slots=True)
class Fenced:
    """A fenced block: the name it stands under (None: none), its content, and whether its fence was closed.

    `lines` are those of the answer that it takes up, fences included.
    """

    path: str | None
    info: str
    content: str
    raw: str
    is_closed: bool
    is_named_in_prose: bool
    lines: LineRange


def fenced_blocks(answer: str, known: Collection[str]) -> list[Fenced]:
    """Return the fenced blocks of an answer with the names they stand under."""
    found: list[Fenced] = []
    before: list[str] = []
    content: list[str] = []
    fence, info, opening, start, is_masked = "", "", "", 0, False
    lines = split_lines(answer)
    for index, line in enumerate(lines):
        opened = _OPEN.fullmatch(line) if len(line) < 400 else None
        if fence and is_masked and opened and opened[2].strip():
            # The fence around the marks before has no end.
            fence, before = "", content[-5:]
        if not fence:
            if opened:
                fence, info, opening, start, content = opened[1], opened[2].strip(), line, index, []
                is_masked = False
            else:
                before = [*before[-4:], line]
            continue
        bare = line.strip()
        if bare.startswith(fence) and not bare.strip(fence[0]):
            raw = opening + "".join(content) + line
            found.append(_block(before, info, content, raw, True, LineRange(start, index + 1), known))
            fence, before = "", []
        else:
            content.append(line)
            is_masked = is_masked or line == MASK
    if fence:
        raw = opening + "".join(content)
        found.append(_block(before, info, content, raw, False, LineRange(start, len(lines)), known))
    return found


def _block(
    before: list[str],
    info: str,
    content: list[str],
    raw: str,
    is_closed: bool,
    lines: LineRange,
    known: Collection[str],
) -> Fenced:
    name, in_prose = _name(before, info, known)
    return Fenced(name, info, "".join(content), raw, is_closed, in_prose, lines)


def _name(before: list[str], info: str, known: Collection[str]) -> tuple[str | None, bool]:
    tail = info.split(":", 1)[1] if ":" in info else info.split(" ", 1)[1] if " " in info else info
    if tail and (name := name_in_line(tail, known)) and ("." in name or "/" in name or name in known):
        return name, False
    above = next((line for line in reversed(before) if line.strip()), "")
    name = name_in_line(above, known)
    if name is not None:
        return name, False
    named = name_in_line(above, known, in_prose=True)
    return named, named is not None


def parse_whole_files(answer: str, files: Mapping[str, str], *, is_asked: bool, finished: bool) -> list[Intent]:
    """Read whole files. `is_asked`: this format was named, so that a block without a name may be the only file."""
    blocks = fenced_blocks(answer, files)
    if not is_asked:
        blocks = [block for block in blocks if _rewrites(block, blocks, files)]
    intents = []
    for block in blocks:
        path = block.path
        if path is None and len(blocks) > 1 and any(each.path for each in blocks):
            continue
        if path is None and len(files) == 1 and len(blocks) == 1:
            path = next(iter(files))
        intents.append(whole_file(block, path, finished=finished))
    return intents


def whole_file(block: Fenced, path: str | None, *, finished: bool) -> Intent:
    """The block as the new text of a file."""
    problem: tuple[Reason, str] | None = None
    if not block.is_closed and not finished:
        problem = ("cut_off", "The file's block has no end: the answer was cut.")
    return Intent("write", path, "", block.content, block.raw, problem=problem)


def _rewrites(block: Fenced, blocks: list[Fenced], files: Mapping[str, str]) -> bool:
    """Whether a block plainly is a file: named on its own line, or most of the named or only file stands in it."""
    if block.path is not None and not block.is_named_in_prose:
        return block.path not in files or is_rewritten(block.content, files[block.path])
    if block.path is not None:
        return block.path in files and shares_most(block.content, files[block.path])
    return len(files) == 1 and len(blocks) == 1 and shares_most(block.content, next(iter(files.values())))


def is_rewritten(new: str, old: str) -> bool:
    """Whether a text under a file's name is meant for it: the file rewritten, or shortened and saying so."""
    return (
        shares_most(new, old)
        or _is_as_long(new, old)
        or is_shortened(split_lines(new), {line.strip() for line in split_lines(old)})
    )


def _is_as_long(new: str, old: str) -> bool:
    """Whether a text is long enough to be another one rewritten: a short one of its own lines is an excerpt."""
    lines = [bare for line in split_lines(old) if (bare := line.strip())]
    there = [bare for line in split_lines(new) if (bare := line.strip())]
    known = set(lines)
    is_excerpt = sum(line in known for line in there) >= 0.5 * len(there)
    is_rewrite = len(there) >= 5 and not is_excerpt
    return len(there) >= (0.3 if is_rewrite else 0.6) * len(lines)


def shares_most(new: str, old: str) -> bool:
    """Whether most lines of a text stand in another one."""
    lines = [line.strip() for line in split_lines(old) if line.strip()]
    there = {line.strip() for line in split_lines(new)}
    return len(lines) >= 2 and sum(line in there for line in lines) >= 0.6 * len(lines)
