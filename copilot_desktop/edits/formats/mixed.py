"""Answers that mix formats: which lines are whose, so that each block is read by the parser of its own format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal

from copilot_desktop.edits.formats.apply_patch import is_patch_begin, is_patch_end, is_patch_order, parse_patch
from copilot_desktop.edits.formats.naming import Naming
from copilot_desktop.edits.formats.rewriting import KnownTexts
from copilot_desktop.edits.formats.search_replace import (
    Block,
    blocks,
    is_search_head,
    last_naming,
    parse_search_replace,
)
from copilot_desktop.edits.formats.unified_diff import is_diff_fence, is_diff_start, is_fence, parse_unified_diff
from copilot_desktop.edits.formats.whole_bodies import WholeBodies
from copilot_desktop.edits.formats.whole_file import MASK, Fenced, fenced_blocks, whole_file
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.paths import clean_path
from copilot_desktop.text.lines import split_lines, without_ending
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

OPENING_SIGNS: Final = frozenset("<-*+@d`~")
"""What a line begins with that opens a block or a fence, blanks aside."""
_Kind = Literal["search_replace", "apply_patch", "unified_diff", "whole_file"]


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines of the answer that belong to blocks of one format; `block` is the fence of a whole file."""

    kind: _Kind
    lines: LineRange
    block: Fenced | None = None


class MarkedAnswer:
    """The blocks with marks of an answer, and the whole files in whose text there are such marks.

    `is_asked`: the answer was to hold whole files.
    """

    def __init__(self, answer: str, files: Mapping[str, str], *, is_asked: bool, finished: bool) -> None:
        self.lines = split_lines(answer)
        bodies = WholeBodies(self.lines, files, is_asked=is_asked, finished=finished)
        self.pairs = blocks(self.lines)
        self.regions = _marked_regions(self.lines, self.pairs, bodies)

    @property
    def holds_whole_files(self) -> bool:
        """Whether some marks are no marks but the text of a file that is written whole."""
        return any(region.block is not None for region in self.regions)

    @property
    def is_only_whole_files(self) -> bool:
        """Whether all marks are."""
        return bool(self.regions) and all(region.block is not None for region in self.regions)


def parse_mixed(marked_answer: MarkedAnswer, files: Mapping[str, str], *, finished: bool) -> list[Intent] | None:
    """Read an answer with blocks of several formats, in their order; None for an answer of one format."""
    lines, marked = marked_answer.lines, marked_answer.regions
    if not marked:
        return None
    regions = sorted((*marked, *_whole_files(lines, marked, files)), key=lambda region: region.lines.start)
    if len({region.kind for region in regions}) == 1:
        return None
    edited: set[str] = set()
    last = Naming()
    intents: list[Intent] = []
    at = 0
    for index, region in enumerate(regions):
        if region.block is not None:
            intents.append(whole_file(region.block, region.block.path, finished=finished))
            at = region.lines.end
        elif index + 1 == len(regions) or regions[index + 1].kind != region.kind:
            # Blocks of one format in a row are read together, with the names and the prose above them.
            is_last = index + 1 == len(regions)
            part = "".join(lines[at:] if is_last else lines[at : region.lines.end])
            read = _read(region.kind, part, files, finished or not is_last, last)
            last = last_naming(read) or last
            edited |= {clean_path(intent.path) for intent in read if intent.path is not None}
            intents += read
            at = region.lines.end
    texts = KnownTexts(files)
    return [_checked(intent, texts, edited) if intent.kind == "write" else intent for intent in intents]


def _marked_regions(lines: Sequence[str], pairs: Sequence[Block], bodies: WholeBodies) -> list[_Region]:
    """The blocks with marks. What opens first owns the lines up to its end, whatever marks its code holds."""
    found: list[_Region] = []
    index, is_in_diff_fence = 0, False
    ends = {pair.head: pair.end for pair in pairs}
    while index < len(lines):
        line = lines[index]
        if line.lstrip(" \t")[:1] not in OPENING_SIGNS:
            index += 1
            continue
        kind: _Kind | None = None
        if is_search_head(line):
            kind, end = "search_replace", ends.get(index, len(lines))
        elif is_patch_begin(line) or is_patch_order(line):
            kind, end = "apply_patch", _end_of_patch(lines, index)
        elif is_diff_start(lines, index, is_in_diff_fence=is_in_diff_fence):
            kind, end = "unified_diff", _end_of_diff(lines, index)
        elif is_fence(line):
            is_in_diff_fence = is_diff_fence(line)
        body = None if kind is None else bodies.around(index)
        if body is not None:
            found.append(_Region("whole_file", body.lines, body))
            index = body.lines.end
        elif kind is None:
            bodies.pass_by(index)
            index += 1
        else:
            found.append(_Region(kind, LineRange(index, end)))
            index = end
    return found


def _end_of_patch(lines: Sequence[str], start: int) -> int:
    is_open = is_patch_begin(lines[start])
    for at in range(start + 1, len(lines)):
        if is_patch_end(lines[at]):
            return at + 1
        if not is_open and (is_fence(lines[at]) or is_search_head(lines[at])):
            return at
    return len(lines)


def _end_of_diff(lines: Sequence[str], start: int) -> int:
    for at in range(start + 1, len(lines)):
        line = lines[at]
        if is_fence(line) or is_patch_begin(line) or (line.startswith("<") and is_search_head(line)):
            return at
    return len(lines)


def _whole_files(lines: Sequence[str], marked: Sequence[_Region], files: Mapping[str, str]) -> list[_Region]:
    """The fences without marks that stand right under the name of a file."""
    masked = list(lines)
    for region in marked:
        masked[region.lines.start : region.lines.end] = [MASK] * len(region.lines)
    text = "".join(masked)
    if "```" not in text and "~~~" not in text:
        return []
    return [
        _Region("whole_file", block.lines, block)
        for block in fenced_blocks(text, files)
        if block.path is not None
        and not block.is_named_in_prose
        and MASK not in block.content
        and block.content.strip()
    ]


def _read(kind: _Kind, part: str, files: Mapping[str, str], finished: bool, last: Naming) -> list[Intent]:
    if kind == "search_replace":
        return parse_search_replace(part, files, last)
    if kind == "apply_patch":
        return parse_patch(part, finished=finished)
    return parse_unified_diff(part, files, finished=finished)


def _checked(intent: Intent, texts: KnownTexts, edited: set[str]) -> Intent:
    """A fence under the name of a file that exists: it rewrites the file only where that is plain."""
    path, files = clean_path(intent.path or ""), texts.files
    if intent.is_new or path not in files or not files[path].strip():
        return intent
    if len(intent.new) * 2 > len(files[path]) and _bare(intent.new) == _bare(files[path]):
        return replace(intent, note=f"{path}: the answer shows the file as it is.")
    if path in edited:
        return replace(
            intent, note=f"{path}: the answer also shows a code block under this name; the edits were taken instead."
        )
    if not texts.is_rewritten(path, intent.new):
        return replace(
            intent,
            note=f"{path}: a code block under this name was taken for an example: most of the file is not in it.",
        )
    return intent


def _bare(text: str) -> list[str]:
    return [without_ending(line).rstrip() for line in split_lines(text.rstrip())]
