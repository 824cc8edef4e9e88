"""What a screen reader says of an answer that arrives: each block once it is finished, never letter by letter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from copilot_desktop.ui.chat.rich_lines import Line, LineKind


def spoken(lines: Sequence[Line]) -> str:
    """Finished lines in words: code is counted, not read out, since it is read in the answer line by line."""
    said: list[str] = []
    for (kind, _number), group in groupby(lines, key=lambda line: (line.kind, line.code_number)):
        some = list(group)
        if kind is LineKind.CODE:
            said.append(f"Code block, {_count(len(some), 'line')}.")
        elif kind is LineKind.TABLE:
            said += [f"Table, {_count(len(line.rows), 'row')}." for line in some]
        elif kind is not LineKind.RULE:
            said += ["".join(run.text for run in line.runs) for line in some]
    return "\n".join(text for text in said if text.strip())


def _count(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
