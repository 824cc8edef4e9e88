"""Search/replace blocks: the `<<<<<<< SEARCH` and `------- SEARCH` dialects, with or without fences and names."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from copilot_desktop.edits.formats.names import name_in_line
from copilot_desktop.edits.intents import Intent
from copilot_desktop.text.lines import split_lines

_HEAD = re.compile(r"[ \t]*(?:<{5,20}|-{5,20}) ?SEARCH>?\s*")
_DIVIDER = re.compile(r"[ \t]*={5,9}\s*")
_TAIL = re.compile(r"[ \t]*(?:>{5,20}|\+{5,20}) ?REPLACE\s*")
_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,}|</?(?:source|code|pre|codeblock|sourcecode)>)[\w+#.\-]*\s*")
_FENCE_WITH_NAME = re.compile(r"[ \t]*(?:`{3,}|<source>)(?:[\w+#\-]+[: ])?([^\s`]+)\s*")
_START_LINE = re.compile(r"[ \t]*:(start_line|end_line):[ \t]*(\d{1,9})\s*")
_HINT_RULE = re.compile(r"-{5,9}\s*")
_ESCAPED = re.compile(r"\\((?:<{5,9}|-{5,9}) ?SEARCH|={5,9}|(?:>{5,9}|\+{5,9}) ?REPLACE)(\s*)")


@dataclass(slots=True)
class _Block:
    """The block being read."""

    path: str | None
    raw: list[str]
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    line_hint: int | None = None
    is_in_new: bool = False
    is_head_over: bool = False


def has_search_replace(answer: str) -> bool:
    """Whether a search marker stands alone on a line of the answer."""
    return "SEARCH" in answer and any(is_search_head(line) for line in split_lines(answer))


def is_search_head(line: str) -> bool:
    """Whether a line opens a block."""
    return len(line) < 80 and "SEARCH" in line and bool(_HEAD.fullmatch(line))


def is_search_tail(line: str) -> bool:
    """Whether a line ends a block."""
    return len(line) < 80 and "REPLACE" in line and bool(_TAIL.fullmatch(line))


def parse_search_replace(answer: str, known: Collection[str], path: str | None = None) -> list[Intent]:
    """Read every block of an answer. `known` are the paths of the files the model was shown.

    `path` is the file of blocks that stand above any name.
    """
    intents: list[Intent] = []
    before: list[str] = []
    block: _Block | None = None
    for line in split_lines(answer):
        is_short = len(line) < 80
        if block is None:
            if is_short and _HEAD.fullmatch(line):
                path = _name_above(before, known) or path
                block = _Block(path, [line])
            else:
                before = [*before[-5:], line]
            continue
        block.raw.append(line)
        if is_short and _HEAD.fullmatch(line) and block.is_in_new:
            # The end of the block before is missing; its text cannot be told from what follows.
            intents.append(_cut(block))
            block = _Block(path, [line])
        elif is_short and _TAIL.fullmatch(line):
            intents.append(_finished(block))
            block, before = None, []
        elif is_short and _DIVIDER.fullmatch(line) and not block.is_in_new:
            block.is_in_new = True
        else:
            _take(block, line)
    if block is not None:
        intents.append(_cut(block))
    return intents


def _take(block: _Block, line: str) -> None:
    escaped = _ESCAPED.fullmatch(line) if len(line) < 80 else None
    if escaped:
        line = escaped[1] + escaped[2]
    if block.is_in_new:
        block.new.append(line)
        return
    hint = _START_LINE.fullmatch(line) if not block.old and len(line) < 80 else None
    if hint:
        if hint[1] == "start_line":
            block.line_hint = int(hint[2]) or None
        block.is_head_over = True
        return
    if block.is_head_over and not block.old and _HINT_RULE.fullmatch(line):
        block.is_head_over = False
        return
    block.old.append(line)


def _finished(block: _Block) -> Intent:
    raw = "".join(block.raw)
    if not block.is_in_new:
        return Intent("edit", block.path, "", "", raw, problem=("malformed", "The block has no line of ======= in it."))
    inner = [line for line in block.new if len(line) < 80 and _DIVIDER.fullmatch(line)]
    if inner and not any(_DIVIDER.fullmatch(line) for line in block.old):
        return Intent(
            "edit",
            block.path,
            "",
            "",
            raw,
            problem=("malformed", "The block has more than one line of =======, so its halves cannot be told apart."),
        )
    return Intent("edit", block.path, "".join(block.old), "".join(block.new), raw, line_hint=block.line_hint)


def _cut(block: _Block) -> Intent:
    return Intent(
        "edit",
        block.path,
        "",
        "",
        "".join(block.raw),
        problem=("cut_off", "The block has no end: the answer was cut, or a marker is missing."),
    )


def _name_above(before: list[str], known: Collection[str]) -> str | None:
    """The name right above a block: inside its fence, on the fence, or up to three lines above it."""
    seen = 0
    for line in reversed(before):
        if not line.strip():
            continue
        if len(line) < 400 and (_FENCE.fullmatch(line) or _FENCE_WITH_NAME.fullmatch(line)):
            named = _FENCE_WITH_NAME.fullmatch(line)
            if named and (name := name_in_line(named[1], known)):
                return name
            continue
        seen += 1
        name = name_in_line(line, known, in_prose=True)
        if name is not None:
            return name
        if seen == 2:
            break
    return None
