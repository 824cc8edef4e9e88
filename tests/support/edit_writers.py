"""Blocks of old and new lines written in each format a model may answer in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import split_lines
from tests.support.edit_histories import OldNew

Answer = Any
"""A str, or tool arguments."""
Writer = Callable[[str, str, Sequence[OldNew]], Answer]
_HEADING = re.compile(r"\s*(?:async def|def|class|func|fn|impl|function|public|private|export)\b")
_COMMENTS = {".py": "#", ".rb": "#", ".sh": "#", ".toml": "#", ".yml": "#", ".yaml": "#", ".md": "<!--"}


def search_replace(path: str, before: str, blocks: Sequence[OldNew]) -> str:
    """Pairs of markers in one fence, the name above it."""
    pairs = "".join(
        f"<<<<<<< SEARCH\n{_joined(block.old)}=======\n{_joined(block.new)}>>>>>>> REPLACE\n" for block in blocks
    )
    return f"{path}\n```\n{pairs}```\n"


def multi_search_replace(path: str, before: str, blocks: Sequence[OldNew]) -> str:
    """Pairs with the line each starts at."""
    return f"{path}\n" + "".join(
        f"<<<<<<< SEARCH\n:start_line:{block.start + 1}\n-------\n{_joined(block.old)}=======\n{_joined(block.new)}"
        ">>>>>>> REPLACE\n"
        for block in blocks
    )


def unified_diff(path: str, before: str, blocks: Sequence[OldNew]) -> str:
    """A diff with headers and numbers."""
    out = [f"--- a/{path}\n+++ b/{path}\n"]
    delta = 0
    for block in blocks:
        body = _diff_lines(block)
        old, new = len(block.old), len(block.new)
        out.append(f"@@ -{block.start + 1},{old} +{block.start + 1 + delta},{new} @@\n{''.join(body)}")
        delta += new - old
    return "```diff\n" + "".join(out) + "```\n"


def apply_patch(path: str, before: str, blocks: Sequence[OldNew]) -> str:
    """A V4A patch; each chunk below the heading it stands under."""
    lines = split_lines(before)
    out = []
    for block in blocks:
        above = [line for line in lines[: block.start] if _HEADING.match(line)]
        anchor = f"@@ {above[-1].strip()}\n" if above else "@@\n"
        out.append(anchor + "".join(_diff_lines(block)))
    return f"*** Begin Patch\n*** Update File: {path}\n{''.join(out)}*** End Patch\n"


def old_new_string(path: str, before: str, blocks: Sequence[OldNew]) -> Answer:
    """Tool arguments, one per block."""
    return [{"path": path, "old_string": "".join(block.old), "new_string": "".join(block.new)} for block in blocks]


def lazy_edit(path: str, before: str, blocks: Sequence[OldNew]) -> str:
    """The file with what is far from the changes left out."""
    suffix = path[path.rfind(".") :]
    sign = _COMMENTS.get(suffix, "//")
    end = " -->" if sign == "<!--" else ""
    lines = split_lines(before)

    def mark(first: str) -> str:
        return f"{first[: len(first) - len(first.lstrip())]}{sign} ... existing code ...{end}\n"

    out: list[str] = []
    at = 0
    for block in blocks:
        if block.start > at:
            out.append(mark(lines[at]))
        out += block.new
        at = block.start + len(block.old)
    if at < len(lines):
        out.append(mark(lines[at]))
    return f"{path}\n````\n{_joined(out)}````\n"


def whole_file(path: str, before: str, blocks: Sequence[OldNew]) -> str:
    """The whole text in a fence under the name."""
    lines = split_lines(before)
    for block in reversed(blocks):
        lines[block.start : block.start + len(block.old)] = block.new
    return f"{path}\n`````\n{_joined(lines)}`````\n"


WRITERS: dict[str, Writer] = {
    "search_replace": search_replace,
    "multi_search_replace": multi_search_replace,
    "unified_diff": unified_diff,
    "apply_patch": apply_patch,
    "old_new_string": old_new_string,
    "lazy_edit": lazy_edit,
    "whole_file": whole_file,
}
BLOCK_FORMATS = ("search_replace", "multi_search_replace", "unified_diff", "apply_patch", "old_new_string")


def _joined(lines: Sequence[str]) -> str:
    text = "".join(lines)
    return text if not text or text.endswith("\n") else text + "\n"


def _diff_lines(block: OldNew) -> list[str]:
    out: list[str] = []
    at = 0
    for change in diff_line_lists(block.old, block.new):
        out += [f" {line}" for line in block.old[at : change.old.start]]
        out += [f"-{line}" for line in block.old[change.old.start : change.old.end]]
        out += [f"+{line}" for line in block.new[change.new.start : change.new.end]]
        at = change.old.end
    out += [f" {line}" for line in block.old[at:]]
    return [line if line.endswith("\n") else line + "\n" for line in out]
