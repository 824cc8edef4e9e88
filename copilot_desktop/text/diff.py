"""Differences of two texts: changed lines, changed words inside a line, and git's unified diff.

Lines are compared by libgit2 (linear in practice, with git's own choice among equal diffs); difflib is quadratic on
repeated lines.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import TypeVar

from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import count_lines, line_end, split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_WORD = re.compile(r"[^\W_]+|_+|[^\S\r\n]+|[\s\S]")
_WORDS_LIMIT = 4_000
"""Tokens in a line beyond which words are not compared: a minified file has lines of megabytes."""
_CONTEXT_LINES = 3
_BLOCK = 65_536
"""Characters compared at once."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """Lines `old` of the one text became lines `new` of the other; one of the two may be empty."""

    old: LineRange
    new: LineRange


L = TypeVar("L", bound=Hashable)
Spans = tuple[tuple[int, int], ...]


def diff_lines(old: str, new: str) -> tuple[LineChange, ...]:
    """Return the changed line ranges from `old` to `new`, from top to bottom; they neither touch nor overlap."""
    head, tail = common_ends(old, new)
    before = count_lines(old[:head])
    middle = diff_line_lists(split_lines(old[head : len(old) - tail]), split_lines(new[head : len(new) - tail]))
    return tuple(
        LineChange(
            LineRange(change.old.start + before, change.old.end + before),
            LineRange(change.new.start + before, change.new.end + before),
        )
        for change in middle
    )


def edits_between(old: str, new: str) -> list[LineEdit]:
    """What `diff_lines` finds as edits of whole lines that turn the one text into the other."""
    lines = split_lines(new)
    return [
        LineEdit(LineRange(change.old.start, change.old.end), "".join(lines[change.new.start : change.new.end]))
        for change in diff_lines(old, new)
    ]


def common_ends(old: str, new: str) -> tuple[int, int]:
    """Return how many characters of whole lines two texts have in common at their start and at their end.

    Found by comparing blocks: of two large texts that differ in one place only that place need be cut into lines.
    """
    head = _common(old, new, min(len(old), len(new)), 0)
    # A \r may be followed by \n in one of them: it ends a line for sure only where more is in common.
    head = max(old.rfind("\n", 0, head), old.rfind("\r", 0, max(0, head - 1))) + 1
    tail = _common(old, new, min(len(old), len(new)) - head, 1)
    at = line_end(old, len(old) - tail)
    return head, len(old) - at


def _common(old: str, new: str, limit: int, at_end: int) -> int:
    """Return how many characters are the same from the start, or from the end, of at most `limit`."""
    same, size = 0, _BLOCK
    while size and same < limit:
        step = min(size, limit - same)
        if at_end:
            first, second = len(old) - same - step, len(new) - same - step
        else:
            first = second = same
        if old[first : first + step] == new[second : second + step]:
            same += step
        else:
            size = step // 2
    return same


def diff_line_lists(old: Sequence[L], new: Sequence[L]) -> tuple[LineChange, ...]:
    """Like `diff_lines` for lines already cut."""
    head = 0
    shorter = min(len(old), len(new))
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old_end, new_end = len(old) - tail, len(new) - tail
    if head == old_end and head == new_end:
        return ()
    if head in (old_end, new_end) or (old_end - head == 1 and new_end - head == 1):
        return (LineChange(LineRange(head, old_end), LineRange(head, new_end)),)
    return _by_libgit2(old[head:old_end], new[head:new_end], head)


def _by_libgit2(old: Sequence[L], new: Sequence[L], offset: int) -> tuple[LineChange, ...]:
    texts = _as_git_sees(old), _as_git_sees(new)
    if texts[0] is not None and texts[1] is not None:
        found = git_changes(texts[0], texts[1])
    else:
        found = numbered_changes(old, new, NumberedLines())
    return tuple(
        LineChange(LineRange(offset + start, offset + end), LineRange(offset + new_start, offset + new_end))
        for start, end, new_start, new_end in found
    )


def _as_git_sees(lines: Sequence[L]) -> bytes | None:
    """Lines of text joined, where git cuts them as we do: numbering 100,000 lines takes twice as long as the rest."""
    try:
        text = "".join(lines)  # type: ignore[arg-type] # of other items it raises
    except TypeError:
        return None
    if "\r" in text or "\0" in text or count_lines(text) != len(lines):
        return None
    return text.encode("utf-8", "surrogatepass")


class NumberedLines(dict[L, str]):
    """A number for each line: give the same one again for texts that share lines."""

    def __missing__(self, line: L) -> str:
        found = self[line] = f"{len(self)}\n"
        return found

    def text_of(self, lines: Sequence[L]) -> bytes:
        r"""Lines as their numbers, so that ours (which may end at \r or hold NUL) are git's lines."""
        return "".join(map(self.__getitem__, lines)).encode("ascii")


def numbered_changes(old: Sequence[L], new: Sequence[L], numbers: NumberedLines[L]) -> list[tuple[int, int, int, int]]:
    """Return (start, end) of the old and (start, end) of the new lines of each change, as git finds them."""
    return git_changes(numbers.text_of(old), numbers.text_of(new))


def git_changes(old: bytes, new: bytes) -> list[tuple[int, int, int, int]]:
    r"""The same for two texts without NUL, cut at \n."""
    # Imported here: it takes 100 ms, and most calls (typing) end before.
    import pygit2

    patch = pygit2.Patch.create_from(old, new, context_lines=0)
    found = []
    for hunk in patch.hunks:
        start = hunk.old_start - (1 if hunk.old_lines else 0)
        new_start = hunk.new_start - (1 if hunk.new_lines else 0)
        found.append((start, start + hunk.old_lines, new_start, new_start + hunk.new_lines))
    return found


def warm() -> None:
    """Import what finds differences and use it once. For a worker."""
    git_changes(b"a\n", b"b\n")
    diff_words("a", "b")


def diff_words(old_line: str, new_line: str) -> tuple[Spans, Spans]:
    """Return the changed code-point spans of each line: words, runs of blanks and single signs are the units."""
    from rapidfuzz.distance import LCSseq

    old, new = _WORD.findall(old_line), _WORD.findall(new_line)
    if len(old) > _WORDS_LIMIT or len(new) > _WORDS_LIMIT:
        whole_old: Spans = ((0, len(old_line)),) if old_line else ()
        return whole_old, ((0, len(new_line)),) if new_line else ()
    old_spans: list[tuple[int, int]] = []
    new_spans: list[tuple[int, int]] = []
    old_at, new_at = _offsets(old), _offsets(new)
    for code in LCSseq.opcodes(old, new):
        if code.tag == "equal":
            continue
        _add_span(old_spans, old_at[code.src_start], old_at[code.src_end])
        _add_span(new_spans, new_at[code.dest_start], new_at[code.dest_end])
    return tuple(old_spans), tuple(new_spans)


@dataclass(frozen=True, slots=True)
class WordChange:
    """Code points [start, end) of an old line that became `new`; `old` is what they say."""

    old: str
    new: str
    old_start: int
    old_end: int


def word_changes(old_line: str, new_line: str) -> tuple[WordChange, ...]:
    """Return what makes the new line of the old one, from left to right and apart; none for very long lines."""
    from rapidfuzz.distance import LCSseq

    old, new = _WORD.findall(old_line), _WORD.findall(new_line)
    if len(old) > _WORDS_LIMIT or len(new) > _WORDS_LIMIT:
        return ()
    old_at = _offsets(old)
    found: list[WordChange] = []
    for code in LCSseq.opcodes(old, new):
        if code.tag == "equal":
            continue
        start, end = old_at[code.src_start], old_at[code.src_end]
        text = "".join(new[code.dest_start : code.dest_end])
        if found and found[-1].old_end == start:
            last = found.pop()
            start, text = last.old_start, last.new + text
        found.append(WordChange(old_line[start:end], text, start, end))
    return tuple(found)


def _offsets(tokens: Sequence[str]) -> list[int]:
    at, found = 0, [0]
    for token in tokens:
        at += len(token)
        found.append(at)
    return found


def _add_span(spans: list[tuple[int, int]], start: int, end: int) -> None:
    if start == end:
        return
    if spans and spans[-1][1] == start:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))


def unified_diff(path: str, old: str | None, new: str | None, old_path: str | None = None) -> str:
    r"""Return git's unified diff of one file, fit for `git apply`; empty where nothing differs.

    None stands for a file that does not exist; `old_path` names the file a renamed one was. Lines are git's (cut at \n
    only).
    """
    before = path if old_path is None else old_path
    is_renamed = before != path
    if old == new and not is_renamed:
        return ""
    head = [f"diff --git {_quoted('a/' + before)} {_quoted('b/' + path)}\n"]
    if old is None:
        head.append("new file mode 100644\n")
    elif new is None:
        head.append("deleted file mode 100644\n")
    elif is_renamed:
        head += [f"rename from {_quoted(before)}\n", f"rename to {_quoted(path)}\n"]
    body = _hunks(git_lines(old or ""), git_lines(new or ""))
    if body:
        head.append(f"--- {'/dev/null' if old is None else _named('a/' + before)}\n")
        head.append(f"+++ {'/dev/null' if new is None else _named('b/' + path)}\n")
    return "".join(head + body)


def git_lines(text: str) -> list[str]:
    r"""Cut a text at \n only; each line keeps its ending."""
    if "\r" not in text:
        return split_lines(text)
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _quoted(path: str) -> str:
    if not re.search(r'["\\\x00-\x1f\x7f]', path):
        return path
    named = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(named.get(c) or (f"\\{ord(c):03o}" if c < " " or c == "\x7f" else c) for c in path) + '"'


def _named(path: str) -> str:
    # Git ends a name with blanks by a tab, so that nothing after it is read as a time stamp.
    return _quoted(path) + ("\t" if " " in path else "")


def _hunks(old: list[str], new: list[str]) -> list[str]:
    out: list[str] = []
    group: list[LineChange] = []
    for change in diff_line_lists(old, new):
        if group and change.old.start - group[-1].old.end > 2 * _CONTEXT_LINES:
            out += _hunk(old, new, group)
            group = []
        group.append(change)
    return out + (_hunk(old, new, group) if group else [])


def _hunk(old: list[str], new: list[str], group: list[LineChange]) -> list[str]:
    lead = min(_CONTEXT_LINES, group[0].old.start)
    trail = min(_CONTEXT_LINES, len(old) - group[-1].old.end)
    old_start, old_end = group[0].old.start - lead, group[-1].old.end + trail
    new_start, new_end = group[0].new.start - lead, group[-1].new.end + trail
    out = [f"@@ -{_span(old_start, old_end)} +{_span(new_start, new_end)} @@\n"]
    at = old_start
    for change in group:
        out += [_marked(" ", line) for line in old[at : change.old.start]]
        out += [_marked("-", line) for line in old[change.old.start : change.old.end]]
        out += [_marked("+", line) for line in new[change.new.start : change.new.end]]
        at = change.old.end
    return out + [_marked(" ", line) for line in old[at:old_end]]


def _span(start: int, end: int) -> str:
    length = end - start
    first = start + 1 if length else start
    return f"{first}" if length == 1 else f"{first},{length}"


def _marked(mark: str, line: str) -> str:
    return mark + line if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"
