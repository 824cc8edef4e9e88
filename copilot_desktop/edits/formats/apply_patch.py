"""`apply_patch` (V4A): `*** Begin Patch` with files added, updated, moved and deleted, and bare bodies of one file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from copilot_desktop.edits.formats.diff_bodies import DiffBody, read_heading
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.proposal import Reason
from copilot_desktop.text.lines import split_lines, without_ending

_BEGIN, _END = "*** Begin Patch", "*** End Patch"
_END_OF_FILE = "*** End of File"
# For lines without the blanks at their end.
_FILE = re.compile(r"\*\*\* (Add|Update|Delete) File: ?(.{1,1000})")
_MOVE = re.compile(r"\*\*\* Move to: ?(.{1,1000})")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})[\w+\-]*\s*")


def has_patch(answer: str) -> bool:
    """Whether an answer has a patch in it: its first line, or a line that names a file to change."""
    if _BEGIN not in answer and " File:" not in answer:
        return False
    return any(is_patch_begin(line) or is_patch_order(line) for line in split_lines(answer))


def is_patch_begin(line: str) -> bool:
    """Whether a line opens a patch."""
    return line.startswith("***") and line.strip() == _BEGIN


def is_patch_end(line: str) -> bool:
    """Whether a line ends a patch."""
    return line.startswith("***") and line.strip() == _END


def is_patch_order(line: str) -> bool:
    """Whether a line names a file to change."""
    return line.startswith("*** ") and bool(_FILE.fullmatch(line.rstrip()))


def parse_patch(answer: str, *, finished: bool) -> list[Intent]:
    """Read every file of every patch in an answer."""
    reader = _Reader()
    for line in split_lines(answer):
        reader.take(line)
    return reader.intents(finished=finished)


def parse_bare_patch(answer: str, *, finished: bool) -> list[Intent]:
    """Read an answer that is the body of a patch for the only file, without any line that names one."""
    lines = [line for line in split_lines(answer) if not _FENCE.fullmatch(line)]
    if not any(line.startswith(("+", "-", "@@")) for line in lines):
        return []
    reader = _Reader("")
    for line in lines:
        reader.take(line)
    return [replace(intent, path=None) for intent in reader.intents(finished=finished)]


def parse_operation(operation: Mapping[str, object]) -> list[Intent] | None:
    """Read a single file's operation `{type, path, diff}`; None for other arguments."""
    kind, path, diff = (operation.get(name) for name in ("type", "path", "diff"))
    if kind not in ("create_file", "update_file", "delete_file") or not isinstance(path, str):
        return None
    if kind == "delete_file":
        return [Intent("delete", path, "", "", str(kind))]
    if not isinstance(diff, str):
        return [Intent("edit", path, "", "", str(kind), problem=("malformed", "The operation has no diff as text."))]
    if kind == "create_file":
        return [_created(path, split_lines(diff), diff, is_whole=False)]
    reader = _Reader(path)
    for line in split_lines(diff):
        reader.take(line)
    return reader.intents(finished=True)


class _Reader:
    """Reads a patch line by line. With a path it is a bare body of that file."""

    def __init__(self, path: str | None = None) -> None:
        self._found: list[Intent] = []
        self._is_open = False
        self._kind = "Update" if path is not None else ""
        self._path = path or ""
        self._new_path: str | None = None
        self._head: list[str] = []
        self._added: list[str] = []
        self._restart()

    def _restart(self) -> None:
        self._body = DiffBody()
        self._anchors: list[str] = []
        self._line: int | None = None
        self._is_at_end = False
        self._stray: str | None = None

    def take(self, line: str) -> None:
        """Read one line of the answer."""
        bare = line.strip()
        if line.startswith("*** ") and self._take_order(bare):
            return
        if self._kind == "Add":
            if not (_FENCE.fullmatch(line) and not self._is_open):
                self._added.append(line)
            else:
                self._close_file()
        elif self._kind == "Update":
            self._take_body(line)

    def intents(self, *, finished: bool) -> list[Intent]:
        """All blocks; the last one is cut off where a patch was opened and not closed, or the answer was cut."""
        was_in_file = bool(self._kind)
        self._close_file(is_cut=self._is_open or (was_in_file and not finished))
        return self._found

    def _take_order(self, bare: str) -> bool:
        named, moved = _FILE.fullmatch(bare), _MOVE.fullmatch(bare)
        if bare == _BEGIN:
            self._close_file()
            self._is_open = True
        elif bare == _END:
            self._close_file()
            self._is_open = False
        elif named:
            self._close_file()
            self._kind, self._path, self._head = named[1], named[2], [bare + "\n"]
        elif moved and self._kind == "Update":
            self._new_path = moved[1]
            self._head[1:] = [bare + "\n"]
        elif bare == _END_OF_FILE and self._kind:
            self._is_at_end = True
        elif self._is_open and not self._kind:
            self._problem(bare, "malformed", f"The patch has a line that orders nothing known: {bare[:200]}")
        else:
            return False
        return True

    def _take_body(self, line: str) -> None:
        heading = read_heading(line)
        if heading is not None:
            if not self._body.is_empty or self._is_at_end:
                self._close_chunk()
            if heading.anchor:
                self._anchors.append(heading.anchor)
            self._line = heading.line or self._line
            self._body.raw.append(line)
        elif not self._body.take(line):
            if _FENCE.fullmatch(line):
                if not self._is_open:
                    self._close_file()
            elif self._stray is None:
                self._stray = without_ending(line)

    def _close_chunk(self, *, is_cut: bool = False) -> None:
        body = self._body
        block = "".join([*self._head, *body.raw])
        problem: tuple[Reason, str] | None = None
        if is_cut:
            problem = ("cut_off", "The patch has no end: the answer was cut, or its last line is missing.")
        elif self._stray is not None:
            said = "A line of the patch does not say whether it stays, comes or goes (it begins with no blank, + or -)"
            problem = ("malformed", f"{said}: {self._stray[:200]}")
        elif body.is_empty and not self._anchors:
            self._restart()
            return
        self._found.append(
            Intent(
                "edit",
                self._path,
                "".join(body.old),
                "".join(body.new),
                block,
                line_hint=self._line,
                anchors=tuple(self._anchors),
                is_at_end=self._is_at_end and bool(body.old),
                is_in_order=True,
                may_add=True,
                problem=problem,
            )
        )
        self._restart()

    def _close_file(self, *, is_cut: bool = False) -> None:
        kind, self._kind = self._kind, ""
        head = "".join(self._head)
        if kind == "Update":
            self._close_chunk(is_cut=is_cut)
            if self._new_path is not None and not is_cut:
                self._found.append(Intent("rename", self._path, "", "", head, new_path=self._new_path))
        elif kind == "Add":
            made = _created(self._path, self._added, head + "".join(self._added), is_whole=True)
            self._found.append(_cut(made) if is_cut else made)
        elif kind == "Delete":
            self._found.append(Intent("delete", self._path, "", "", head))
        elif is_cut and not self._found:
            self._problem(_BEGIN, "cut_off", "The patch has no end: the answer was cut, or its last line is missing.")
        self._added, self._new_path, self._head = [], None, []
        self._restart()

    def _problem(self, block: str, reason: Reason, message: str) -> None:
        self._found.append(Intent("edit", None, "", "", block, problem=(reason, message)))


def _cut(intent: Intent) -> Intent:
    return replace(
        intent, problem=("cut_off", "The patch has no end: the answer was cut, or its last line is missing.")
    )


def _created(path: str, lines: list[str], block: str, *, is_whole: bool) -> Intent:
    """A file to add. `is_whole`: it ends with a newline, and blank lines below its text are the answer's."""
    if is_whole:
        while lines and not lines[-1].strip():
            lines = lines[:-1]
    marked = [line for line in lines if line.startswith("+")]
    problem: tuple[Reason, str] | None = None
    if marked and any(line.strip() and not line.startswith("+") for line in lines):
        problem = ("malformed", "Some lines of the new file start with + and some do not.")
    text = "".join(line.removeprefix("+") if marked else line for line in lines)
    if is_whole and text and not text.endswith(("\n", "\r")):
        text += "\n"
    return Intent("write", path, "", text, block, is_new=True, problem=problem)
