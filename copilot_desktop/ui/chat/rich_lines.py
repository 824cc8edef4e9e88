"""From Markdown tokens to the lines the transcript shows, as plain values: what is drawn can be compared and tested.

Comparing lines is also what makes streaming cheap: only from the first line that differs is anything drawn again.
Nothing here or later makes HTML; markup that a model writes stays text, and images are named, never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote

from copilot_desktop.ui.chat.raw_edits import RAW_FENCE
from copilot_desktop.ui.code_colours import CodeRun, highlight
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from markdown_it.token import Token


Colour = Callable[[str, str, str], Sequence[Sequence[CodeRun]]]
"""Gives the runs of every line of a code, from its text, its language and its path."""


class LineKind(StrEnum):
    """What a line of the transcript is."""

    TEXT = "text"
    HEADING = "heading"
    CODE = "code"
    RULE = "rule"
    TABLE = "table"


class Tone(StrEnum):
    """What a code line means inside a search/replace block or a diff."""

    PLAIN = "plain"
    REMOVED = "removed"
    ADDED = "added"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look. `role` is a token of look.md (`kw`, `st` …) or empty; `href` makes it a link."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    is_struck: bool = False
    is_code: bool = False
    role: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line or paragraph. `indent` counts list levels; `marker` is a list item's sign (empty: none).

    Code lines carry the number of their block in the answer; `rows` is filled for tables only, header row first, and
    `sides` says of their columns where the words stand: "left", "center", "right" or "" where nothing is said.
    """

    kind: LineKind
    runs: tuple[Run, ...] = ()
    level: int = 0
    indent: int = 0
    marker: str = ""
    is_quote: bool = False
    code_number: int = -1
    is_first: bool = False
    is_last: bool = False
    tone: Tone = Tone.PLAIN
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()
    sides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A code block of the answer: its text as the model wrote it, language and the path its fence names, if any."""

    number: int
    language: str
    path: str
    text: str

    @property
    def is_edit(self) -> bool:
        """Whether it says what to replace by what, between markers."""
        return _may_be_edit(self.text, self.language) and Tone.MARK in self._tones

    @property
    def new_text(self) -> str:
        """What is of use in a file: of edits and diffs the new lines only, without markers."""
        if not self.is_edit and not _is_diff(self.language):
            return self.text
        rows = zip(self.text.removesuffix("\n").split("\n"), self._tones, strict=True)
        if _is_diff(self.language):
            kept = [row[1:] for row, tone in rows if tone in (Tone.PLAIN, Tone.ADDED)]
        else:
            kept = [row for row, tone in rows if tone is Tone.ADDED]
        return "".join(f"{row}\n" for row in kept)

    @property
    def _tones(self) -> list[Tone]:
        return _tones(self.text.removesuffix("\n").split("\n"), self.language)


@dataclass(slots=True)
class _State:
    """Where in lists and quotes the walk is."""

    markers: list[str] = field(default_factory=list)
    counters: list[int | None] = field(default_factory=list)
    quotes: int = 0
    heading: int = 0


_BETWEEN = "⋯"
_SEARCH = re.compile(r"[ \t]*(<{5,20}|-{5,20}) ?(?i:SEARCH|ORIGINAL)>?(?:[ \t]+\S{1,60})?\s*")
_DIVIDER = re.compile(r"[ \t]*={5,9}\s*")
_REPLACE = re.compile(r"[ \t]*(>{5,20}|\+{5,20}) ?(?i:REPLACE|UPDATED)\s*")
_HINT = re.compile(r":(?:start|end)_line:\s*\d+\s*|-{5,9}\s*")
"""Below the head of a block: the line it begins in, and what parts that from the code."""
_PATCH_MARK = re.compile(r"\*\*\* (?:(?:Begin|End) Patch|(?:Add|Update|Delete) File:|Move to:|End of File)")
_FILE_OF_PATCH = re.compile(r"(?:\*\*\* (?:Add|Update|Delete) File: |\+\+\+ (?:b/)?(?!/dev/null))([^\t]+)")
_PATH = re.compile(r"[\w@.+\-]*[/\\][\w@.+\-/\\]+|[\w@+\-][\w@.+\-]*\.[A-Za-z][\w]{0,7}")


def fence_info(info: str) -> tuple[str, str]:
    """Language and path of a fence's info string: `python`, `src/a.py`, `python src/a.py`, `python:src/a.py`."""
    words = info.replace(":", " ", 1).split() if info and "://" not in info else info.split()
    path = next((word for word in words if _PATH.fullmatch(word)), "")
    language = next((word for word in words if word != path and "=" not in word), "")
    return language, path


def lines_of(
    tokens: Sequence[Token], next_code: int, colour: Colour = highlight
) -> tuple[tuple[Line, ...], tuple[CodeBlock, ...]]:
    """The lines of one top-level block; code blocks in it are numbered from `next_code`."""
    lines: list[Line] = []
    codes: list[CodeBlock] = []
    state = _State()
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.type == "table_open":
            end = next(i for i in range(position, len(tokens)) if tokens[i].type == "table_close")
            table = tokens[position:end]
            lines.append(_placed(Line(LineKind.TABLE, rows=_rows(table), sides=_sides(table)), state))
            position = end
        elif token.type in ("fence", "code_block"):
            code = _code_block(token, next_code + len(codes))
            codes.append(code)
            lines.extend(_placed(line, state) for line in code_lines(code, colour))
        elif token.type == "inline":
            kind = LineKind.HEADING if state.heading else LineKind.TEXT
            lines.append(_placed(Line(kind, _runs(token.children or ()), level=state.heading), state))
        elif token.type in ("hr", "html_block"):
            runs = (Run(token.content.rstrip("\n")),) if token.content else ()
            lines.append(_placed(Line(LineKind.RULE if token.type == "hr" else LineKind.TEXT, runs), state))
        else:
            _step(token, state)
        position += 1
    return tuple(lines), tuple(codes)


def code_lines(code: CodeBlock, colour: Colour = highlight) -> Iterator[Line]:
    """The highlighted lines of a code block; of edits what is old and what is new, without the markers."""
    written = code.text.removesuffix("\n").split("\n")
    shown = list(zip(written, _tones(written, code.language), strict=True))
    if not _is_diff(code.language):
        shown = _without_markers(shown)
    rows = colour("\n".join(row for row, _tone in shown), code.language, code.path)
    tones = [tone for _row, tone in shown]
    for at, (row, tone) in enumerate(zip(rows, tones, strict=True)):
        runs = tuple(_code_run(run, tone) for run in row)
        yield Line(
            LineKind.CODE,
            runs,
            code_number=code.number,
            is_first=at == 0,
            is_last=at == len(rows) - 1,
            tone=tone,
        )


def _without_markers(rows: Sequence[tuple[str, Tone]]) -> list[tuple[str, Tone]]:
    """Colours tell old from new; a sign stands between an edit and the next."""
    shown: list[tuple[str, Tone]] = []
    is_between = False
    for row, tone in rows:
        if tone is Tone.MARK:
            is_between = is_between or (bool(shown) and shown[-1][1] is Tone.ADDED)
            continue
        if is_between and tone is Tone.REMOVED:
            shown.append((_BETWEEN, Tone.MARK))
        is_between = False
        shown.append((row, tone))
    return shown or [("", Tone.PLAIN)]


def _code_run(run: CodeRun, tone: Tone) -> Run:
    return Run(run.text, is_code=True, role="muted" if tone is Tone.MARK else run.role)


def _code_block(token: Token, number: int) -> CodeBlock:
    info = token.info or ""
    if token.markup == RAW_FENCE:
        name = unquote(info)
        language, path = (name, "") if _is_diff(name) else ("", name)
    else:
        language, path = fence_info(info)
    rows = token.content.split("\n")
    if _PATCH_MARK.match(rows[0]):
        language = "diff"
    if not path and _is_diff(language):
        # A patch names its files itself; several have no one name.
        files = dict.fromkeys(match[1].strip() for row in rows if (match := _FILE_OF_PATCH.match(row)))
        return CodeBlock(number, language, next(iter(files)) if len(files) == 1 else "", token.content)
    return CodeBlock(number, language, path, token.content)


def _step(token: Token, state: _State) -> None:
    """Enter or leave a list, an item, a quote or a heading."""
    match token.type:
        case "bullet_list_open":
            state.counters.append(None)
        case "ordered_list_open":
            start = token.attrGet("start")
            state.counters.append(int(start) if start is not None else 1)
        case "bullet_list_close" | "ordered_list_close":
            state.counters.pop()
        case "list_item_open":
            count = state.counters[-1]
            state.markers.append("•" if count is None else f"{count}.")
            if count is not None:
                state.counters[-1] = count + 1
        case "list_item_close":
            # An item without text still shows its sign.
            state.markers.clear()
        case "blockquote_open":
            state.quotes += 1
        case "blockquote_close":
            state.quotes -= 1
        case "heading_open":
            state.heading = int(token.tag[1:])
        case "heading_close":
            state.heading = 0
        case _:
            pass


def _placed(line: Line, state: _State) -> Line:
    """The line with its place in lists and quotes; the first line of an item takes the item's sign."""
    if not (state.markers or state.counters or state.quotes):
        return line  # as most are: `replace` takes longer than all else here
    marker = state.markers.pop() if state.markers else ""
    state.markers.clear()
    return replace(line, indent=len(state.counters), marker=marker, is_quote=state.quotes > 0)


def _rows(tokens: Sequence[Token]) -> tuple[tuple[tuple[Run, ...], ...], ...]:
    rows: list[tuple[tuple[Run, ...], ...]] = []
    cells: list[tuple[Run, ...]] = []
    is_head = False
    for token in tokens:
        if token.type in ("th_open", "td_open"):
            is_head = token.type == "th_open"
        elif token.type == "inline":
            runs = _runs(token.children or ())
            cells.append(tuple(replace(run, is_bold=True) for run in runs) if is_head else runs)
        elif token.type == "tr_close":
            rows.append(tuple(cells))
            cells = []
    return tuple(rows)


def _sides(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Where the words of each column stand, as the row of dashes below the header says."""
    heads = (str(token.attrGet("style") or "") for token in tokens if token.type == "th_open")
    return tuple(style.rpartition("text-align:")[2] for style in heads)


def _runs(children: Iterable[Token]) -> tuple[Run, ...]:
    """Inline tokens as runs; neighbours of one look are joined."""
    runs: list[Run] = []
    look = Run("")
    for child in children:
        look, text = _inline(child, look)
        if not text:
            continue
        run = replace(look, text=text, is_code=child.type == "code_inline")
        if runs and replace(runs[-1], text="") == replace(run, text=""):
            runs[-1] = replace(run, text=runs[-1].text + text)
        else:
            runs.append(run)
    return tuple(runs)


_MARKS: dict[str, Callable[[Run], Run]] = {
    "strong_open": lambda run: replace(run, is_bold=True),
    "strong_close": lambda run: replace(run, is_bold=False),
    "em_open": lambda run: replace(run, is_italic=True),
    "em_close": lambda run: replace(run, is_italic=False),
    "s_open": lambda run: replace(run, is_struck=True),
    "s_close": lambda run: replace(run, is_struck=False),
    "link_close": lambda run: replace(run, href=""),
}


def _inline(child: Token, look: Run) -> tuple[Run, str]:
    """The look after a token and the text it shows."""
    if child.type in _MARKS:
        return _MARKS[child.type](look), ""
    match child.type:
        case "link_open":
            return replace(look, href=str(child.attrGet("href") or "")), ""
        case "softbreak":
            return look, " "
        case "hardbreak":
            return look, "\u2028"
        case "image":
            return look, f"[image: {child.content or child.attrGet('src') or ''}]"
        case _:
            return look, child.content


def _is_diff(language: str) -> bool:
    return language in ("diff", "patch", "udiff")


def _may_be_edit(text: str, language: str) -> bool:
    """Whether a mark may stand in a code: it is asked of each block for each line of it that arrives."""
    return _is_diff(language) or any(sign in text for sign in ("<<<<<", ">>>>>", "SEARCH", "REPLACE"))


def _tones(rows: Sequence[str], language: str) -> list[Tone]:
    """Marks the old and new parts of search/replace blocks, and the lines of a diff."""
    if _is_diff(language):
        return [_diff_tone(row) for row in rows]
    tones: list[Tone] = []
    part = Tone.PLAIN
    for row in rows:
        tone = part
        if ("<<<<<" in row or "SEARCH" in row) and _SEARCH.fullmatch(row):
            tone, part = Tone.MARK, Tone.REMOVED
        elif part is Tone.REMOVED and "=====" in row and _DIVIDER.fullmatch(row):
            tone, part = Tone.MARK, Tone.ADDED
        elif (">>>>>" in row or "REPLACE" in row) and _REPLACE.fullmatch(row):
            tone, part = Tone.MARK, Tone.PLAIN
        elif tones and tones[-1] is Tone.MARK and part is Tone.REMOVED and _HINT.fullmatch(row):
            tone = Tone.MARK
        tones.append(tone)
    return tones


def _diff_tone(row: str) -> Tone:
    if row.startswith(("+++", "---", "@@", "diff ")) or _PATCH_MARK.match(row):
        return Tone.MARK
    if row.startswith("+"):
        return Tone.ADDED
    return Tone.REMOVED if row.startswith("-") else Tone.PLAIN
