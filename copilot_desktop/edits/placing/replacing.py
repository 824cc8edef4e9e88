"""What matched lines become: the file's own text for lines the model kept, the model's for those it changed."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_desktop.edits.placing.indentation import Frame, Indents, Shift, indent_of
from copilot_desktop.edits.placing.indexed_lines import IndexedLines
from copilot_desktop.edits.placing.levels import Match
from copilot_desktop.edits.placing.look_alikes import proved
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import dominant_ending, line_ending_of, without_ending

_PLAIN_LINES = 50
"""Old lines up to which it is looked at whether a block can be put in as it is: most are short."""


def replacement(
    match: Match,
    old: Sequence[str],
    new: Sequence[str],
    lines: IndexedLines,
    final_newline: bool | None = None,
    *,
    is_code: bool = True,
    frame: Frame = "old",
) -> str:
    """Return the text of the matched lines with only the model's changes put onto them.

    The file's last line stays with or without an ending as it is; `final_newline` says otherwise. In code all new lines
    are indented by what the whole file is; a text such as Markdown holds code of several kinds. `frame` says whose
    indentation the new lines have.
    """
    if final_newline is None and _is_plain(match, old, new, lines):
        return "".join(new)
    pairs = indents(match, old, lines)
    shift = Shift(pairs, new, lambda: lines.style(is_only=is_code and not any(file for _, _, file in pairs)), frame)
    plain = proved((line, lines[there]) for line, there in zip(old, match.pairs, strict=True) if there is not None)
    # Blanks at line ends that the file has not are the model's, also on new lines; in a text they may say something.
    has_extra = is_code and any(
        _ends_blank(line) and not _ends_blank(lines[there])
        for line, there in zip(old, match.pairs, strict=True)
        if there is not None
    )
    out: list[str] = []
    at = match.start
    as_new = list(old)
    for index, model, file in pairs if frame == "file" else ():
        as_new[index] = file + old[index][len(model) :]
    changes = diff_line_lists([without_ending(line) for line in as_new], [without_ending(line) for line in new])
    for change in changes:
        removed = [there for there in match.pairs[change.old.start : change.old.end] if there is not None]
        after = next((there for there in match.pairs[change.old.end :] if there is not None), match.end)
        start = removed[0] if removed else after
        out += lines[at:start]
        near = list(lines[start : removed[-1] + 1]) if removed else []
        fallback = ending_near(lines, start)
        for index, line in enumerate(new[change.new.start : change.new.end]):
            own = line_ending_of(near[index]) if index < len(near) else ""
            at_new, at_old = change.new.start + index, change.old.start + index
            written = without_ending(line) if plain is None else plain(without_ending(line))
            written = written.rstrip(" \t") if has_extra and written.strip() else written
            out.append(shift.carried_over(written, at_new, at_old) + (own or fallback))
        at = removed[-1] + 1 if removed else start
    out += lines[at : match.end]
    return with_whole_lines(out, match, lines, final_newline)


def indents(match: Match, old: Sequence[str], lines: Sequence[str]) -> Indents:
    """How the old lines that stand in the file are indented, there and in the block."""
    return [
        (index, indent_of(line), indent_of(lines[there]))
        for index, (line, there) in enumerate(zip(old, match.pairs, strict=True))
        if there is not None and line.strip()
    ]


def _ends_blank(line: str) -> bool:
    return without_ending(line)[-1:] in (" ", "\t") and not line.isspace()


def _is_plain(match: Match, old: Sequence[str], new: Sequence[str], lines: IndexedLines) -> bool:
    r"""Whether nothing is carried over: the old lines stand there as they are, all end at \n, and each new one is
    indented as an old one is."""
    count = len(old)
    if not 0 < count <= _PLAIN_LINES or match.end - match.start != count or lines[match.start : match.end] != list(old):
        return False
    # The lines next to them: endings are taken from them, too.
    around = "".join(lines[max(0, match.start - 1) : match.end + 1])
    if "\r" in around or not all(line.endswith("\n") for line in (old[-1], *new)) or "\r" in "".join(new):
        return False
    depths = {indent_of(line) for line in old if not line.isspace()}
    return all(line.isspace() or indent_of(line) in depths for line in new)


def in_units_of_file(old: Sequence[str], new: Sequence[str], lines: IndexedLines) -> Sequence[str]:
    """New lines indented as the file is, where no old line is and they use the other of tabs and blanks."""
    shift = Shift([(0, "", "")], new, lambda: lines.style(is_only=True))
    if not shift.has_units or any(indent_of(line) for line in old):
        return new
    return [shift.carried_over(line, index, 0) for index, line in enumerate(new)]


def with_whole_lines(out: list[str], match: Match, lines: Sequence[str], final_newline: bool | None = None) -> str:
    """Join lines that replace matched ones: each ends as its neighbours do, the file's last one as it did."""
    ending = ending_near(lines, match.start)
    whole = [line if line_ending_of(line) else line + ending for line in out]
    if whole and match.end == len(lines):
        stays = bool(lines and line_ending_of(lines[-1]))
        if not (stays if final_newline is None else final_newline):
            whole[-1] = without_ending(whole[-1])
    return "".join(_apart(whole, match, lines))


def _apart(whole: list[str], match: Match, lines: Sequence[str]) -> list[str]:
    r"""Keep a lone \r and an empty line of \n from becoming the one line end \r\n."""
    before = lines[match.start - 1] if match.start else ""
    after = lines[match.end] if match.end < len(lines) else ""
    for index, line in enumerate(whole):
        if line == "\n" and (whole[index - 1] if index else before).endswith("\r"):
            whole[index] = "\r\n"
    if whole and whole[-1].endswith("\r") and after == "\n":
        whole[-1] += "\n"
    return whole


def ending_near(lines: Sequence[str], at: int) -> str:
    """Return the line ending a new line gets at a place: its neighbours'."""
    for index in (at, at - 1, at + 1):
        if 0 <= index < len(lines) and line_ending_of(lines[index]):
            return line_ending_of(lines[index])
    return dominant_ending("".join(lines))


def added(path: str, spot: int, new: Sequence[str], lines: Sequence[str]) -> Hunk:
    """Return the hunk that puts new lines before line `spot`; a last line without an ending goes along."""
    ending = ending_near(lines, spot - 1) if lines else dominant_ending("".join(new))
    out = [without_ending(line) + ending for line in new]
    start = spot
    if spot == len(lines) and lines and not line_ending_of(lines[-1]):
        start = spot - 1
        out = [lines[-1] + ending, *out[:-1], *(without_ending(line) for line in out[-1:])]
    return Hunk(path, start, spot, "".join(_apart(out, Match(start, spot, ()), lines)), "added", 1.0)
