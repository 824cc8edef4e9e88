"""Unified diffs as git and as models write them: without line numbers, with wrong counts, with or without headers."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from copilot_desktop.edits.formats.diff_bodies import DiffBody, Heading, read_heading
from copilot_desktop.edits.formats.naming import Naming, naming_of, naming_over
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.proposal import Reason
from copilot_desktop.text.lines import split_lines

# For lines without the blanks at their end: two parts that both take blanks would need quadratic time.
_OLD = re.compile(r"--- (?!-)([^\r\n]{1,1000})")
_NEW = re.compile(r"\+\+\+ (?!\+)([^\r\n]{1,1000})")
_GIT = re.compile(r"diff --git (.{1,2000})")
_RENAME = re.compile(r"rename (from|to) (.{1,1000})")
_HEADS = 20
"""Lines above the hunks of a file that are shown with each of them."""
_META = re.compile(r"(?:index [0-9a-f]|(?:old|new|deleted file|new file) mode |similarity index |dissimilarity index )")
_FENCE = re.compile(r"(?:`{3,}|~{3,})[\w+\-]*\s*")
_DIFF_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})(?:diff|patch|udiff)\s*")
_BODY_MARKS = (" ", "+", "-")
IMPLIED_HEADING: Final = "@@  "
"""Stands above the lines of a diff that the model gave no heading."""
HEADING_IN_DOUBT: Final = "@@   "
"""Above those of which it cannot be told where they go."""
_DOUBT = "Lines come below a gap, and nothing says where they go. Give a line of the file beside them."
_NULL = "/dev/null"
_OCTAL = re.compile(r"\\([0-7]{3})")


def has_unified_diff(answer: str) -> bool:
    """Whether an answer holds a diff: a header of two lines, git's own header, or a hunk in a fence of diff."""
    lines = split_lines(answer) if "@@" in answer or "\n+++ " in answer or "diff --git" in answer else []
    is_in_fence = False
    for index, line in enumerate(lines):
        if is_diff_start(lines, index, is_in_diff_fence=is_in_fence):
            return True
        is_in_fence = is_in_fence or is_diff_fence(line)
    return False


def is_fence(line: str) -> bool:
    """Whether a line opens or closes a fence."""
    if "```" not in line and "~~~" not in line:
        return False
    return bool(_FENCE.fullmatch(line) or _DIFF_FENCE.fullmatch(line))


def is_diff_fence(line: str) -> bool:
    """Whether a line opens a fence of a diff."""
    return bool(_DIFF_FENCE.fullmatch(line))


def is_diff_start(lines: Sequence[str], index: int, *, is_in_diff_fence: bool) -> bool:
    """Whether a diff begins at a line: its header, git's own, or a hunk in a fence of diff."""
    if _is_header(lines, index) or _is_git(lines[index]):
        return True
    if not lines[index].startswith("@@" if is_in_diff_fence else ("@@ -", "@@-")):
        return False
    heading = read_heading(lines[index])
    # Without a header the numbers of a hunk are plain enough, where lines of a diff follow.
    return heading is not None and (is_in_diff_fence or _is_bare_hunk(heading, lines, index))


def _is_bare_hunk(heading: Heading, lines: Sequence[str], index: int) -> bool:
    return heading.old_count is not None and index + 1 < len(lines) and lines[index + 1][:1] in (" ", "+", "-")


def parse_unified_diff(answer: str, known: Collection[str], *, finished: bool, is_asked: bool = False) -> list[Intent]:
    """Read every hunk of every diff in an answer. `known` are the paths of the files the model was shown.

    `is_asked`: the answer is known to be a diff, so that a hunk needs neither header nor fence nor numbers.
    """
    reader = _Reader(known, is_fenced=is_asked)
    lines = split_lines(answer)
    index = 0
    while index < len(lines):
        index += reader.take(lines, index)
    return reader.intents(is_cut=not finished)


def _is_header(lines: Sequence[str], index: int) -> bool:
    return (
        lines[index].startswith("--- ")
        and index + 1 < len(lines)
        and lines[index + 1].startswith("+++ ")
        and bool(_OLD.fullmatch(lines[index].rstrip()) and _NEW.fullmatch(lines[index + 1].rstrip()))
    )


def _is_git(line: str) -> bool:
    return line.startswith("diff --git ") and bool(_GIT.fullmatch(line.rstrip()))


class _Reader:
    """Reads the lines of an answer; `known` helps to tell names with and without git's `a/` and `b/`."""

    def __init__(self, known: Collection[str], *, is_fenced: bool) -> None:
        self._known = known
        self._found: list[Intent] = []
        self._before: list[str] = []
        self._is_fenced = is_fenced
        self._close_file()

    def _close_file(self) -> None:
        self._old_path: str | None = None
        self._new_path: str | None = None
        self._renamed: str | None = None
        self._is_in_file = False
        self._heads: list[str] = []
        self._heading: Heading | None = None
        self._is_in_doubt = False
        self._body = DiffBody()
        self._has_hunks = False

    def take(self, lines: list[str], index: int) -> int:
        """Read at one line; return how many lines were read."""
        line = lines[index]
        if self._heading is not None and line[:1] in _BODY_MARKS and not line.startswith("--- "):
            self._body.take(line)
            return 1
        if _is_header(lines, index) and not self._is_inside(lines, index):
            self._start_file(lines, index)
            return 2
        git = _GIT.fullmatch(line.rstrip()) if line.startswith("diff --git ") else None
        heading = read_heading(line)
        if git:
            self._end_file()
            self._is_in_file = True
            self._heads = [line]
            self._set_git_names(git[1])
        elif heading is not None and (self._is_in_file or self._is_fenced or _is_bare_hunk(heading, lines, index)):
            self._end_hunk()
            self._is_in_file = True
            self._heading = heading
            self._is_in_doubt = line.rstrip("\r\n") == HEADING_IN_DOUBT
            if line.rstrip("\r\n") not in (IMPLIED_HEADING, HEADING_IN_DOUBT):
                self._body.raw.append(line)
        elif self._heading is not None:
            self._take_body(line)
        elif self._is_in_file and (_META.match(line) or _RENAME.fullmatch(line.rstrip())):
            self._take_meta(line)
        else:
            self._take_other(line)
        return 1

    def intents(self, *, is_cut: bool) -> list[Intent]:
        """All blocks read; the last is cut off where the answer was."""
        self._end_file(is_cut=is_cut and self._heading is not None)
        return self._found

    def _is_inside(self, lines: list[str], index: int) -> bool:
        """Whether `--- x` and `+++ y` are lines of the hunk: its counts are not used up, or no hunk follows them."""
        if self._heading is None:
            return False
        if self._heading.old_count is not None and len(self._body.old) < self._heading.old_count:
            return True
        return index + 2 >= len(lines) or read_heading(lines[index + 2]) is None

    def _start_file(self, lines: list[str], index: int) -> None:
        if self._has_hunks or self._heading is not None or not self._heads:
            self._end_file()
        self._is_in_file = True
        self._heads += lines[index : index + 2] if len(self._heads) < _HEADS else []
        old, new = _OLD.fullmatch(lines[index].rstrip()), _NEW.fullmatch(lines[index + 1].rstrip())
        if old and new and self._renamed is None:
            self._old_path, self._new_path = _plain(old[1]), _plain(new[1])
        first = lines[index + 2] if index + 2 < len(lines) else ""
        if first[:1] in (" ", "+", "-") and first.strip():
            # A body without any line of @@ above it.
            self._heading = Heading()

    def _set_git_names(self, names: str) -> None:
        half = names.split(" b/", 1) if names.startswith("a/") else names.split(" ", 1)
        if len(half) == 2:
            self._old_path = _plain(half[0])
            self._new_path = _plain(("b/" if names.startswith("a/") else "") + half[1])

    def _take_meta(self, line: str) -> None:
        if len(self._heads) < _HEADS:
            self._heads.append(line)
        renamed = _RENAME.fullmatch(line.rstrip())
        if renamed and renamed[1] == "from":
            self._old_path = self._renamed = _plain(renamed[2])
        elif renamed:
            self._new_path = _plain(renamed[2])
        elif line.startswith("deleted file"):
            self._new_path = _NULL
        elif line.startswith("new file"):
            self._old_path = _NULL

    def _take_body(self, line: str) -> None:
        if self._body.take(line):
            return
        if _FENCE.fullmatch(line):
            self._end_file()
            self._is_fenced = False
            self._before = []
        elif self._is_fenced or ((self._wants_more() or not self._body.has_change) and not self._body.ends_blank):
            # The change is yet to come: ended here, the hunk would be lost.
            self._body.take_as_context(line)
        else:
            self._end_hunk()
            self._before = [line]

    def _wants_more(self) -> bool:
        count = self._heading.old_count if self._heading is not None else None
        return count is not None and len(self._body.old) < count

    def _take_other(self, line: str) -> None:
        if _DIFF_FENCE.fullmatch(line):
            self._end_file()
            self._is_fenced = True
        elif _FENCE.fullmatch(line):
            self._end_file()
            self._is_fenced = False
        elif line.strip():
            self._before = [*self._before[-2:], line]

    def _end_hunk(self, *, is_cut: bool = False) -> None:
        heading, body = self._heading, self._body
        self._heading, self._body = None, DiffBody()
        if heading is None or (body.is_empty and not is_cut):
            return
        self._has_hunks = True
        block = "".join([*self._heads, *body.raw])
        naming = self._naming(block)
        path, doubt = naming.path, naming.doubt
        problem: tuple[Reason, str] | None = naming.problem
        if self._is_in_doubt and problem is None:
            problem = ("not_found", _DOUBT)
        if is_cut:
            problem = ("cut_off", "The answer was cut inside this hunk.")
        old, new = "".join(body.old), "".join(body.new)
        if self._new_path == _NULL:
            self._found.append(Intent("delete", path, old, "", block, problem=problem))
        elif self._old_path == _NULL:
            text = new if body.has_new_end else new.rstrip("\r\n")
            self._found.append(Intent("write", path, "", text, block, is_new=True, problem=problem))
        else:
            self._found.append(
                Intent(
                    "edit",
                    path,
                    old,
                    new,
                    block,
                    line_hint=heading.line,
                    anchors=(heading.anchor,) if heading.anchor else (),
                    is_in_order=True,
                    may_add=bool(old or heading.anchor) or heading.old_count == 0,
                    final_newline=body.final_newline,
                    problem=problem,
                    doubt=doubt,
                )
            )

    def _end_file(self, *, is_cut: bool = False) -> None:
        self._end_hunk(is_cut=is_cut)
        head = "".join(self._heads)
        if self._is_in_file and not is_cut:
            if not self._has_hunks and self._new_path == _NULL:
                self._found.append(Intent("delete", self._naming().path, "", "", head))
            elif not self._has_hunks and self._old_path == _NULL:
                self._found.append(Intent("write", self._naming().path, "", "", head, is_new=True))
            if self._renamed is not None and self._new_path not in (None, self._renamed):
                self._found.append(Intent("rename", self._renamed, "", "", head, new_path=self._new_path))
        self._close_file()

    def _naming(self, block: str = "") -> Naming:
        """The file a hunk is about: the name that is known, with or without git's prefix; else a line above it."""
        if self._renamed is not None:
            return Naming(self._renamed)
        names = [name for name in (self._new_path, self._old_path) if name and name != _NULL]
        for name in names:
            for each in (name, _without_prefix(name)):
                if each in self._known:
                    return Naming(each)
        if names:
            return Naming(_without_prefix(names[0]))
        if self._before and (naming := naming_of(self._before[-1], self._known, block)):
            return naming
        over = (naming_over(line, self._known) for line in reversed(self._before[:-1]))
        return next(filter(None, over), Naming())


def _without_prefix(name: str) -> str:
    return name[2:] if name.startswith(("a/", "b/")) else name


def _plain(name: str) -> str:
    """A name without time stamp and git's quotes."""
    name = name.split("\t", 1)[0].strip()
    if len(name) > 2 and name[0] == name[-1] == '"':
        inner = name[1:-1].replace('\\"', '"').replace("\\t", "\t").replace("\\\\", "\\")
        raw = _OCTAL.sub(lambda found: chr(int(found[1], 8)), inner)
        if any("\x80" <= char <= "\xff" for char in raw):
            # Git writes bytes of UTF-8 as octal numbers.
            name = raw.encode("latin-1", "ignore").decode("utf-8", "replace")
        else:
            name = raw
    return name
