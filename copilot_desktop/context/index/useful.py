"""Which of the lines that were found are worth their tokens: of many small pieces of a small file, one that holds them.

The ranking says what a question is about; here it is only said what goes along with a prompt by itself.
"""

from __future__ import annotations

import re
from typing import Final

from copilot_desktop.context.index.ranking import Snippet
from copilot_desktop.syntax.grammars import is_code
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.trust.guarded import is_guarded

_SMALL_LINES, _SMALL_CHARACTERS = 60, 2_400
"""A file with no more than both (some 600 tokens) goes as one piece, where several of its pieces were found."""
_FEW_CHARACTERS: Final = 300
"""Imports and comments alone that are no longer say nothing by themselves; a long comment may be what is asked for."""
_LEAST, _LEAST_OF_JOINED = 0.25, 0.04
"""What has a smaller part of the score of the best is left out; the latter holds for what has no word of the question,
and comes along since what was found calls or uses it."""
_COMMENT: Final = re.compile(r"#(?!include|\[)|//|/\*|\*|--|;|%|<!--|\"\"\"[^\"]*\"\"\"$|'''[^']*'''$")
_IMPORT: Final = re.compile(
    r"(?:import|from|use|using|package|require|require_relative|include|#include|#import|mod|extern crate|namespace)\b"
    r"|#!?\[|@import\b|['\"]use strict|export\s+(?:\*|\{[^}]*\})\s+from\b"
    r"|(?:const|let|var)\s+[\w{},\s]+=\s*require\("
)


@dataclass(frozen=True, slots=True)
class Found:
    """Lines of a file that are to go, and why."""

    lines: LineRange
    why: str


def is_applied_otherwise(path: str) -> bool:
    """Whether a file is one of rules or of this program's settings: they are applied where they hold."""
    return is_guarded(path) or path.startswith((".copilot/", ".git/"))


def is_far_behind(snippet: Snippet, best: float) -> bool:
    """Whether a piece says so much less about the question than the best one that it only costs tokens."""
    is_about = snippet.why.startswith(("matches", "similar"))
    return snippet.score < (_LEAST if is_about else _LEAST_OF_JOINED) * best


def says_nothing(path: str, lines: list[str]) -> bool:
    """Whether these lines of code are a few imports and comments, or blank."""
    if sum(len(line.strip()) for line in lines) > _FEW_CHARACTERS or not is_code(path):
        return not any(line.strip() for line in lines)
    is_open = False
    for line in map(str.strip, lines):
        if is_open:
            is_open = not re.search(r"[)}]", line)
        elif _IMPORT.match(line):
            is_open = bool(re.search(r"[({][^)}]*$", line))
        elif line and not _COMMENT.match(line):
            return False
    return True


def is_small(lines: list[str]) -> bool:
    """Whether a file is so short that pieces of it are one."""
    return len(lines) <= _SMALL_LINES and sum(map(len, lines)) <= _SMALL_CHARACTERS


def joined(one: Found, other: Found) -> Found:
    """One piece from the first line of both to the last; what the better one, `one`, was found for comes first."""
    whys = [one.why] if other.why in one.why else [one.why, other.why]
    return Found(
        LineRange(min(one.lines.start, other.lines.start), max(one.lines.end, other.lines.end)), "; ".join(whys[:2])
    )
