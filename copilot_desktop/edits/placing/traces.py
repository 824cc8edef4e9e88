"""Traces a model leaves in the text it quotes, undone one at a time; a match afterwards is the proof."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence

from copilot_desktop.text.lines import split_lines
from copilot_desktop.values import dataclass

_NUMBERED = re.compile(r"[ \t]*(\d{1,7})(?:[ \t]?[|:│→][ \t]?|\t)")
_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})[\w+#.\-]*[ \t]*(?:\r\n|\r|\n)?")
_ESCAPE = re.compile(r"""\\([ntr"'`\\/$])""")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|#39|#x27|#34);")


@dataclass(frozen=True, slots=True)
class Undone:
    """Old and new lines without one kind of trace; `line_number` is 1-based where the trace was one."""

    ignored: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    line_number: int | None = None


def without_traces(old: Sequence[str], new: Sequence[str]) -> Iterator[Undone]:
    """Yield the block's lines with each kind of trace undone that its old lines show."""
    numbered = _without_numbers(old, new)
    if numbered is not None:
        yield numbered
    for ignored, undo in (("one level of escaping", _unescaped), ("HTML entities", _without_entities)):
        undone = _as_text(old, new, ignored, undo)
        if undone is not None:
            yield undone
    for ignored, is_stray in (("fence lines", _is_fence), ("blank first or last lines", _is_blank)):
        shorter = _without_ends(old, is_stray)
        if shorter and len(shorter) < len(old):
            yield Undone(ignored, tuple(shorter), tuple(_without_ends(new, is_stray)))


def _without_numbers(old: Sequence[str], new: Sequence[str]) -> Undone | None:
    found = [_NUMBERED.match(line) for line in old]
    numbers = [int(each[1]) for each in found if each]
    # Numbers that do not count up by one are text, such as the keys of a table.
    if len(numbers) != len(old) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return None
    return Undone(
        "line numbers",
        tuple(line[each.end() :] for line, each in zip(old, found, strict=True) if each),
        tuple(_NUMBERED.sub("", line, count=1) if _NUMBERED.match(line) else line for line in new),
        numbers[0],
    )


def _as_text(old: Sequence[str], new: Sequence[str], ignored: str, undo: Callable[[str], str]) -> Undone | None:
    before = "".join(old)
    after = undo(before)
    if after == before:
        return None
    return Undone(ignored, tuple(split_lines(after)), tuple(split_lines(undo("".join(new)))))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)


def _without_entities(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _is_fence(line: str) -> bool:
    return len(line) < 80 and bool(_FENCE.fullmatch(line))


def _is_blank(line: str) -> bool:
    return not line.strip()


def _without_ends(lines: Sequence[str], is_stray: Callable[[str], bool]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and is_stray(lines[start]):
        start += 1
    while end > start and is_stray(lines[end - 1]):
        end -= 1
    return list(lines[start:end])
