"""Random texts, and random edits of them written as a model writes them."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from copilot_desktop.text.lines import split_lines, without_ending

_WORDS = st.sampled_from(
    ["return value", "naïve café", "漢字 kanji", "😀 smile", "\tif ready:", "    x\f = 1", "a\u2028b $1 \\n"]
)
_COMMON = st.sampled_from(["", "}", "    ", "pass", "end"])
_ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])


@dataclass(frozen=True, slots=True)
class RandomEdit:
    """A text, the answer that edits it, and what must come of it.

    `ranges` are the lines [start, end) the blocks search for, `contents` the lines expected without their endings.
    """

    text: str
    answer: str
    ranges: tuple[tuple[int, int], ...]
    replacements: tuple[tuple[str, ...], ...]
    contents: tuple[str, ...]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text of 4–25 lines: line endings mixed or not, lines repeated or not, the last one ended or not."""
    count = draw(st.integers(4, 25))
    one_ending = draw(st.none() | _ENDINGS)
    lines: list[str] = []
    for index in range(count):
        content = draw(_COMMON) if draw(st.integers(0, 2)) == 0 else f"{draw(_WORDS)} of line {index}"
        ending = draw(_ENDINGS) if one_ending is None else one_ending
        if not content and one_ending is None:
            # Without the line between them a lone \r and an empty line of \n would be one \r\n.
            ending = "\r\n"
        lines.append(content + ending)
    if draw(st.booleans()):
        lines[-1] = f"the last line {count}"
    return "".join(lines)


@st.composite
def edits(draw: st.DrawFn) -> RandomEdit:
    """A text with one to four blocks that each hold a line found nowhere else."""
    text = draw(texts())
    lines = split_lines(text)
    contents = [without_ending(line) for line in lines]
    ranges: list[tuple[int, int]] = []
    replacements: list[tuple[str, ...]] = []
    at = 0
    for _ in range(draw(st.integers(1, 4))):
        start = at + draw(st.integers(0, 3))
        end = start + draw(st.integers(1, 4))
        if end > len(lines):
            break
        at = end
        unique = [content for content in contents[start:end] if len(content) > 12 and contents.count(content) == 1]
        if not unique:
            continue
        kept = contents[start:end]
        for _ in range(draw(st.integers(1, 3))):
            spot = draw(st.integers(0, len(kept)))
            drop = draw(st.integers(0, 2))
            kept[spot : spot + drop] = [f"new {draw(_WORDS)} {spot}"] * draw(st.integers(0, 2))
        if end == len(lines) and not lines[-1].endswith(("\n", "\r")) and kept and not kept[-1]:
            # A last line that is blank and has no ending is none.
            continue
        ranges.append((start, end))
        replacements.append(tuple(kept))
    return RandomEdit(
        text,
        _answer(contents, ranges, replacements),
        tuple(ranges),
        tuple(replacements),
        _expected(contents, ranges, replacements),
    )


def _answer(contents: list[str], ranges: list[tuple[int, int]], replacements: list[tuple[str, ...]]) -> str:
    out = ["a.txt\n"]
    for (start, end), new in zip(ranges, replacements, strict=True):
        searched = "".join(content + "\n" for content in contents[start:end])
        out.append(f"<<<<<<< SEARCH\n{searched}=======\n{''.join(line + chr(10) for line in new)}>>>>>>> REPLACE\n")
    return "".join(out)


def _expected(
    contents: list[str], ranges: list[tuple[int, int]], replacements: list[tuple[str, ...]]
) -> tuple[str, ...]:
    out: list[str] = []
    at = 0
    for (start, end), new in zip(ranges, replacements, strict=True):
        out += [*contents[at:start], *new]
        at = end
    return tuple(out + contents[at:])
