"""Shortened code: fenced blocks, or the answer itself, of which parts are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from copilot_desktop.edits.formats.whole_file import fenced_blocks, whole_file
from copilot_desktop.edits.intents import Intent


def parse_lazy(answer: str, files: Mapping[str, str], *, finished: bool) -> list[Intent]:
    """Read every block of an answer that is known to hold shortened code."""
    blocks = fenced_blocks(answer, files)
    if not blocks:
        return [Intent("lazy", None, "", answer, answer)] if answer.strip() else []
    named = [block for block in blocks if block.path is not None]
    return [replace(whole_file(block, block.path, finished=finished), kind="lazy") for block in named or blocks]
