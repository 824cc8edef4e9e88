"""Search/replace blocks: the `<<<<<<< SEARCH` (or ORIGINAL) and `------- SEARCH` dialects, with or without fences and
names."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from copilot_desktop.edits.formats.names import name_in_line
from copilot_desktop.edits.formats.naming import Naming, naming_of, naming_on_fence, naming_over
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.proposal import Reason
from copilot_desktop.text.lines import split_lines
from copilot_desktop.values import dataclass

_HEAD = re.compile(r"[ \t]*(?:<{5,20} ?(?i:SEARCH|ORIGINAL)>?(?:[ \t]+([^\s<>]{1,60}))?|-{5,20} ?SEARCH>?)\s*")
_DIVIDER = re.compile(r"[ \t]*={5,9}\s*")
_TAIL = re.compile(r"[ \t]*(?:>{5,20} ?(?i:REPLACE|UPDATED)|\+{5,20} ?REPLACE)\s*")
_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,}|</?(?:source|code|pre|codeblock|sourcecode)>)[\w+#.\-]*\s*")
_FENCE_WITH_NAME = re.compile(r"[ \t]*(?:`{3,}|~{3,}|<source>)[ \t]*(?:[\w+#\-]+[: ])?([^\s`][^`\r\n]{0,300})\s*")
_TAG = re.compile(r"[ \t]*<([A-Za-z][\w\-]{0,30})>\s*")
_START_LINE = re.compile(r"[ \t]*:(start_line|end_line):[ \t]*(\d{1,9})\s*")
_HINT_RULE = re.compile(r"-{5,9}\s*")
_ESCAPED = re.compile(r"\\((?:<{5,9}|-{5,9}) ?SEARCH|={5,9}|(?:>{5,9}|\+{5,9}) ?REPLACE)(\s*)")


def has_search_replace(answer: str) -> bool:
    """Whether a search marker stands alone on a line of the answer."""
    return ("<<<<<" in answer or "SEARCH" in answer) and any(is_search_head(line) for line in split_lines(answer))


def is_search_head(line: str) -> bool:
    """Whether a line opens a block."""
    return len(line) < 80 and ("<<<<<" in line or "SEARCH" in line) and bool(_HEAD.fullmatch(line))


def is_search_tail(line: str) -> bool:
    """Whether a line ends a block."""
    return len(line) < 80 and (">>>>>" in line or "REPLACE" in line) and bool(_TAIL.fullmatch(line))


_SIGNS = frozenset("<>=-+")
_FIRST = _SIGNS | frozenset(" \t")
_MARK_LENGTH = 80
_HALVES_SIZE = 4_000_000
"""Characters of all the ways in which a block with many dividers could be cut in two."""
_PLAIN_DIVIDER = "=" * 7
_NESTED = 20
"""Blocks inside the code of one block beyond which they are taken for blocks of their own."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block by the lines of its marks: its head, its dividers (more than one where code holds some), its end.

    `tail` is None for a block without an end; it then goes up to `end`.
    """

    head: int
    dividers: tuple[int, ...]
    tail: int | None
    end: int


def parse_search_replace(
    answer: str, known: Collection[str], before: Naming | None = None, found: Sequence[Block] | None = None
) -> list[Intent]:
    """Read every block of an answer. `known` are the paths of the files the model was shown.

    `before` is what names the file of blocks that stand above any name; `found` are its blocks where they are known.
    """
    lines = split_lines(answer)
    intents: list[Intent] = []
    above = 0
    naming = before or Naming()
    closed = frozenset(line.strip() for line in lines if line.lstrip(" \t").startswith("</")) if "</" in answer else ()
    for block in blocks(lines) if found is None else found:
        text = "".join(lines[block.head : block.end])
        named = _HEAD.fullmatch(lines[block.head])
        on_head = naming_on_fence(named[1], known) if named and named[1] else Naming()
        naming = on_head or _naming_above(lines[max(above, block.head - 6) : block.head], known, text, closed) or naming
        intents.append(_intent(lines, block, text, naming))
        above = block.end
    return intents


def last_naming(intents: Sequence[Intent]) -> Naming:
    """What named the file of the last block, which one without a name is for as well."""
    named = (Naming(each.path, each.doubt) for each in reversed(intents) if each.kind == "edit")
    return next(filter(None, named), Naming())


def is_divider(line: str) -> bool:
    """Whether a line stands between the old and the new text of a block."""
    return "=====" in line and len(line) < 80 and bool(_DIVIDER.fullmatch(line))


def blocks(lines: Sequence[str]) -> list[Block]:
    """The blocks from top to bottom. A block inside the code of another one belongs to that code."""
    marks = [
        (index, kind)
        for index, line in enumerate(lines)
        if line[:1] in _FIRST and len(line) < _MARK_LENGTH and (kind := mark_of(line))
    ]
    ends = _ends(marks)
    found: list[Block] = []
    at = 0
    while at < len(marks):
        index, kind = marks[at]
        if kind != "head":
            at += 1
            continue
        tail, dividers = ends[at]
        if tail is not None:
            found.append(Block(index, tuple(marks[each][0] for each in dividers), marks[tail][0], marks[tail][0] + 1))
            at = tail + 1
            continue
        # Its end is missing; what its text is cannot be told from what follows.
        following = next((each for each in range(at + 1, len(marks)) if marks[each][1] == "head"), None)
        end = len(lines) if following is None else marks[following][0]
        inner = [mark for mark, kind in marks[at + 1 : following] if kind == "divider"]
        found.append(Block(index, tuple(inner[:1]), None, end))
        at = len(marks) if following is None else following
    return found


def mark_of(line: str) -> str:
    """Which mark of a block a line is: `head`, `divider` or `tail`; empty for another line."""
    sign = line[:1] if line[:1] not in " \t" else line.lstrip(" \t")[:1]
    if sign not in _SIGNS or len(line) >= _MARK_LENGTH:
        return ""
    if sign == "=":
        return "divider" if is_divider(line) else ""
    if sign in "<-":
        return "head" if is_search_head(line) else ""
    return "tail" if is_search_tail(line) else ""


def _ends(marks: Sequence[tuple[int, str]]) -> list[tuple[int | None, list[int]]]:
    """For each head the mark that ends its block (None: it has no end) and its dividers, from the last head up."""
    ends: list[tuple[int | None, list[int]]] = [(None, [])] * len(marks)
    for start in range(len(marks) - 1, -1, -1):
        if marks[start][1] != "head":
            continue
        at, inner, dividers = start + 1, 0, []
        while at < len(marks) and marks[at][1] != "tail":
            if marks[at][1] == "divider":
                dividers.append(at)
            elif ends[at][0] is None or not ends[at][1] or inner >= _NESTED:
                at = len(marks)
                break
            else:
                at, inner = ends[at][0] or at, inner + 1
            at += 1
        ends[start] = (at if at < len(marks) else None, dividers)
    return ends


def _intent(lines: Sequence[str], block: Block, raw: str, naming: Naming) -> Intent:
    split = block.dividers[0] if block.dividers else block.end
    old, hint = _without_hints(lines[block.head + 1 : split])
    problem: tuple[Reason, str] | None = None
    if block.tail is None:
        problem = ("cut_off", "The block has no end: the answer was cut, or a marker is missing.")
    elif not block.dividers:
        problem = ("malformed", "The block has no line of ======= in it.")
    elif len(raw) * len(block.dividers) > max(_HALVES_SIZE, len(raw)):
        problem = ("malformed", "The block has so many lines of ======= that its halves cannot be told apart.")
    if problem is not None or block.tail is None:
        return Intent("edit", naming.path, "".join(old), "", raw, line_hint=hint, problem=problem, doubt=naming.doubt)
    halves = []
    for divider in block.dividers:
        old, _ = _without_hints(lines[block.head + 1 : divider])
        halves.append(("".join(old), "".join(_unescaped(line) for line in lines[divider + 1 : block.tail])))
    plain = [at for at, divider in enumerate(block.dividers) if lines[divider].strip() == _PLAIN_DIVIDER]
    return Intent(
        "edit",
        naming.path,
        *halves[0],
        raw,
        line_hint=hint,
        halves=tuple(halves[1:]),
        plain_half=plain[0] if len(plain) == 1 else None,
        problem=naming.problem,
        doubt=naming.doubt,
    )


def _without_hints(lines: Sequence[str]) -> tuple[list[str], int | None]:
    """The old lines below the hints that may stand above them, and the line the block is said to start at."""
    hint: int | None = None
    at, has_hints = 0, False
    for line in lines:
        found = _START_LINE.fullmatch(line) if len(line) < 80 else None
        if found and found[1] == "start_line":
            hint = int(found[2]) or None
        elif not found:
            at += bool(has_hints and _HINT_RULE.fullmatch(line))
            break
        at, has_hints = at + 1, True
    return [_unescaped(line) if line[:1] == "\\" else line for line in lines[at:]], hint


def _unescaped(line: str) -> str:
    if not line.startswith("\\"):
        return line
    escaped = _ESCAPED.fullmatch(line) if len(line) < 80 else None
    return escaped[1] + escaped[2] if escaped else line


def _naming_above(before: Sequence[str], known: Collection[str], block: str, closed: Collection[str]) -> Naming:
    """What stands right above a block: inside its fence, on the fence, or up to two lines above it.

    `closed` are the lines that end a tag: what opens it is no name, but a sign around blocks like a fence.
    """
    seen = fences = 0
    for index in range(len(before) - 1, -1, -1):
        line = before[index]
        if not line.strip() or _is_tag_around(line, closed):
            continue
        if len(line) < 400 and (_FENCE.fullmatch(line) or _FENCE_WITH_NAME.fullmatch(line)):
            fences += 1
            named = _FENCE_WITH_NAME.fullmatch(line)
            if named and (naming := naming_on_fence(named[1], known)):
                return naming
            continue
        seen += 1
        if fences > 1:
            # Inside the block above there may be a name, and any code.
            naming = Naming(name_in_line(line, known))
        elif seen == 1:
            is_alone = index == 0 or not before[index - 1].strip() or bool(_FENCE.fullmatch(before[index - 1]))
            naming = naming_of(line, known, block, is_alone=is_alone)
        else:
            naming = naming_over(line, known)
        if naming or seen == 2:
            return naming
    return Naming()


def _is_tag_around(line: str, closed: Collection[str]) -> bool:
    tag = _TAG.fullmatch(line)
    return tag is not None and f"</{tag[1]}>" in closed
