"""Whole files: fenced blocks under a file name, or one block that rewrites the only file asked about."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from copilot_desktop.edits.formats.names import name_in_line
from copilot_desktop.edits.formats.naming import NOTHING, Naming, naming_of, naming_on_fence
from copilot_desktop.edits.formats.rewriting import KnownTexts
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.proposal import Reason
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

MASK = "\0\n"
"""A line that stands for one of a block with marks: a fence around it is no file, and may lack its end."""

ABOVE_FENCE = 5
"""Lines above a fence that may name its file."""
_OPEN = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*([^`\r\n]{0,300})")


@dataclass(frozen=True, slots=True)
class Fenced:
    """A fenced block: the name it stands under, its content, and whether its fence was closed.

    `lines` are those of the answer that it takes up, fences included.
    """

    naming: Naming
    info: str
    content: str
    raw: str
    is_closed: bool
    is_named_in_prose: bool
    lines: LineRange

    @property
    def path(self) -> str | None:
        """The name it stands under; None for none, or for a line of which the name cannot be told."""
        return self.naming.path


@dataclass(frozen=True, slots=True)
class FenceName:
    """What names the file of a fence, and whether that is a sentence."""

    naming: Naming
    is_in_prose: bool = False

    @property
    def path(self) -> str | None:
        """The name; None for none."""
        return self.naming.path


_NO_NAME = FenceName(NOTHING)


def open_fence(line: str) -> tuple[str, str] | None:
    """The signs and the words of a line that opens a fence; None for another line."""
    if len(line) >= 400 or line.lstrip(" \t")[:3] not in ("```", "~~~"):
        return None
    opened = _OPEN.fullmatch(line.rstrip())
    return None if opened is None else (opened[1], opened[2])


def closes_fence(line: str, fence: str) -> bool:
    """Whether a line closes a fence of these signs."""
    bare = line.strip()
    return bare.startswith(fence) and not bare.strip(fence[0])


def fenced_blocks(answer: str, known: Collection[str]) -> list[Fenced]:
    """Return the fenced blocks of an answer with the names they stand under."""
    found: list[Fenced] = []
    before: list[str] = []
    content: list[str] = []
    fence, info, opening, start, is_masked, top = "", "", "", 0, False, 0
    lines = split_lines(answer)
    for index, line in enumerate(lines):
        if "`" not in line and "~" not in line:
            if fence:
                content.append(line)
                is_masked = is_masked or line == MASK
            continue
        opened = open_fence(line)
        if fence and is_masked and opened and opened[1]:
            # The fence around the marks before has no end.
            fence, top = "", start + 1
        if not fence:
            if opened:
                fence, info, opening, start, content = *opened, line, index, []
                is_masked, before = False, lines[max(top, index - ABOVE_FENCE) : index]
            continue
        if closes_fence(line, fence):
            raw = opening + "".join(content) + line
            found.append(_block(before, info, content, raw, True, LineRange(start, index + 1), known))
            fence, top = "", index + 1
        else:
            content.append(line)
    if fence:
        raw = opening + "".join(content)
        found.append(_block(before, info, content, raw, False, LineRange(start, len(lines)), known))
    return found


def fenced(lines: Sequence[str], at: LineRange, known: Collection[str]) -> Fenced:
    """The fenced block that takes up these lines of an answer, the last one its end or, without one, a line of it."""
    opening, *content = lines[at.start : at.end]
    fence, info = open_fence(opening) or ("", "")
    raw = opening + "".join(content)
    is_closed = bool(content) and closes_fence(content[-1], fence)
    inner = content[:-1] if is_closed else content
    return _block(list(lines[max(0, at.start - ABOVE_FENCE) : at.start]), info, inner, raw, is_closed, at, known)


def _block(
    before: list[str],
    info: str,
    content: list[str],
    raw: str,
    is_closed: bool,
    lines: LineRange,
    known: Collection[str],
) -> Fenced:
    named = fence_name(before, info, known, "".join(content))
    return Fenced(named.naming, info, "".join(content), raw, is_closed, named.is_in_prose, lines)


def fence_name(before: Sequence[str], info: str, known: Collection[str], content: str = "") -> FenceName:
    """The name a fence stands under or has on it; `before` are the lines above, `content` those below."""
    if not info and not before:
        return _NO_NAME
    tail = info.split(":", 1)[1] if ":" in info else info.split(" ", 1)[1] if " " in info else info
    named = naming_on_fence(tail, known)
    if named.doubt or (named.path and ("." in named.path or "/" in named.path or named.path in known)):
        return FenceName(named)
    at = next((at for at in range(len(before) - 1, -1, -1) if before[at].strip()), None)
    if at is None:
        return _NO_NAME
    name = name_in_line(before[at], known)
    if name is not None:
        return FenceName(Naming(name))
    said = naming_of(before[at], known, content, is_alone=at == 0 or not before[at - 1].strip())
    # Only a known file is one that prose tells of: code below a sentence about another one is an example.
    return FenceName(said if said.doubt or said.path in known else Naming(), is_in_prose=bool(said))


def parse_whole_files(answer: str, files: Mapping[str, str], *, is_asked: bool, finished: bool) -> list[Intent]:
    """Read whole files. `is_asked`: this format was named, so that a block without a name may be the only file."""
    blocks = fenced_blocks(answer, files)
    parts: set[LineRange] = set()
    if not is_asked:
        texts = KnownTexts(files)
        whole = [block for block in blocks if _rewrites(block, blocks, texts)]
        written = {block.path for block in whole}
        parts = {block.lines for block in blocks if block.path not in written and _is_changed_part(block, texts)}
        blocks = sorted([*whole, *(block for block in blocks if block.lines in parts)], key=_top)
    intents = []
    is_any_named = any(block.path for block in blocks)
    for block in blocks:
        path = block.path
        if path is None and len(blocks) > 1 and is_any_named:
            continue
        if path is None and len(files) == 1 and len(blocks) == 1:
            path = next(iter(files))
        intent = whole_file(block, path, finished=finished)
        is_part = block.lines in parts and intent.problem is None
        intents.append(replace(intent, problem=_of_part(path)) if is_part else intent)
    return intents


def _top(block: Fenced) -> int:
    return block.lines.start


def whole_file(block: Fenced, path: str | None, *, finished: bool) -> Intent:
    """The block as the new text of a file."""
    problem: tuple[Reason, str] | None = block.naming.problem
    if not block.is_closed and not finished:
        problem = ("cut_off", "The file's block has no end: the answer was cut.")
    return Intent("write", path, "", block.content, block.raw, problem=problem, doubt=block.naming.doubt)


def _is_changed_part(block: Fenced, texts: KnownTexts) -> bool:
    """Whether a block that does not rewrite its file stands under its name and holds some of it changed."""
    if block.path is None or block.is_named_in_prose or block.path not in texts.files:
        return False
    return texts.is_changed_part(block.path, block.content)


def _of_part(path: str | None) -> tuple[Reason, str]:
    """Why such a block is refused: as the whole file it would delete the rest."""
    return "placeholder", (
        f"Most of {path} is not in the code under its name, and nothing says that it stays. Nothing was changed. "
        "Give the whole file, or only the lines that change with those they replace."
    )


def _rewrites(block: Fenced, blocks: list[Fenced], texts: KnownTexts) -> bool:
    """Whether a block plainly is a file: named on its own line, or most of the named or only file stands in it."""
    if block.path is not None and not block.is_named_in_prose:
        return block.path not in texts.files or texts.is_rewritten(block.path, block.content)
    if block.path is not None:
        return block.path in texts.files and texts.shares_most(block.path, block.content)
    return len(texts.files) == 1 and len(blocks) == 1 and texts.shares_most(next(iter(texts.files)), block.content)
