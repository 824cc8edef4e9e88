"""An answer that still arrives, cut into blocks as soon as each can be read: line by line, none read twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from copilot_desktop.edits.formats.apply_patch import is_patch_begin, is_patch_end, is_patch_order, parse_patch
from copilot_desktop.edits.formats.diff_bodies import read_heading
from copilot_desktop.edits.formats.mixed import OPENING_SIGNS
from copilot_desktop.edits.formats.naming import NOTHING, Naming
from copilot_desktop.edits.formats.rewriting import KnownTexts
from copilot_desktop.edits.formats.search_replace import is_search_head, last_naming, mark_of, parse_search_replace
from copilot_desktop.edits.formats.unified_diff import (
    IMPLIED_HEADING,
    is_diff_fence,
    is_diff_start,
    is_fence,
    parse_unified_diff,
)
from copilot_desktop.edits.formats.whole_bodies import is_meant, is_said
from copilot_desktop.edits.formats.whole_file import (
    Fenced,
    closes_fence,
    fence_name,
    fenced_blocks,
    open_fence,
    whole_file,
)
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.paths import clean_path
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_State = Literal["", "pair", "patch", "diff", "file", "text"]
_ABOVE = 6
"""Lines above a block that may name its file."""
_KEPT_ABOVE = 100
"""Lines above that are kept until the next block begins: cutting them with each line would take longer."""
_TAIL = ">>>>>>> REPLACE\n"


@dataclass(frozen=True, slots=True)
class Growing:
    """A block that still arrives, as if it ended here. `is_old_whole`: no more of its old text comes."""

    intent: Intent
    is_old_whole: bool = True


class GrowingAnswer:
    """Takes the lines of an answer; gives the blocks that are whole with each."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._texts = KnownTexts(files)
        self._state: _State = ""
        self._above: list[str] = []
        self._lines: list[str] = []
        self._head: list[str] = []
        self._naming: Naming = NOTHING
        self._pair_so_far: Intent | None = None
        self._has_body = False
        self._depth = 0
        self._divider = 0
        self._is_in_diff_fence = False
        self._fence = self._info = ""
        self._file_naming = NOTHING
        self._in_fence: list[str] | None = None
        self._next_growth = 0
        self.blocks = 0
        """How many have begun."""

    def take(self, line: str) -> list[Intent | Growing]:
        """Read one whole line."""
        if not self._state:
            return self._outside(line)
        if self._state == "pair":
            return self._in_pair(line)
        if self._state == "patch":
            return self._in_patch(line)
        if self._state == "diff":
            return self._in_diff(line)
        if self._state == "file":
            return self._in_file(line)
        # The text of a file in whose fence a mark was no mark.
        if not closes_fence(line, self._fence):
            return []
        self._state = ""
        return self._outside(line)

    def growing(self) -> list[Growing]:
        """The blocks that are open now. Reading them takes time in proportion to what has come of them."""
        if self._state == "pair" and self._divider and not self._depth:
            return [Growing(each) for each in self._pair("".join([*self._lines, _TAIL])) if each.problem is None]
        if self._state == "patch" and self._head:
            read = parse_patch("".join([*self._head, *self._lines]), finished=True)
            return [Growing(each, is_old_whole=each.kind == "write") for each in read if each.kind != "rename"]
        if self._state == "diff" and any(each.startswith("@@") for each in self._lines):
            read = parse_unified_diff(self._diff(), self._files, finished=True, is_asked=True)
            return [Growing(each, is_old_whole=each.kind == "write") for each in read]
        if self._state == "file":
            blocks = fenced_blocks("".join([*self._above[:-1], *self._lines]), self._files)
            return [Growing(whole_file(block, block.path, finished=True)) for block in blocks[-1:]]
        return []

    def _outside(self, line: str) -> list[Intent | Growing]:
        if self._fence and closes_fence(line, self._fence):
            # What it was around is read: it does not open another one.
            self._fence, self._above, self._is_in_diff_fence = "", [], False
            return []
        if line.lstrip(" \t")[:1] not in OPENING_SIGNS:
            self._above.append(line)
            if len(self._above) > _KEPT_ABOVE:
                del self._above[:-_ABOVE]
            if self._in_fence is not None:
                self._pass_by(line)
            return []
        above = self._above[-_ABOVE:]
        self._above = [*above, line]
        if self._is_text(line):
            self._state = "text"
            return []
        last_two = self._above[-2:]
        if is_search_head(line):
            self._start("pair", [line])
        elif is_patch_begin(line) or is_patch_order(line):
            self._start("patch", [])
            return self._in_patch(line)
        elif len(last_two) == 2 and is_diff_start(last_two, 0, is_in_diff_fence=False):
            self._start("diff", [])
            self._head = last_two
        elif is_diff_start(self._above, len(self._above) - 1, is_in_diff_fence=self._is_in_diff_fence):
            self._start("diff", [])
            return self._in_diff(line)
        elif self._is_in_diff_fence and line[:1] in ("-", "+") and not line.startswith(("--- ", "+++ ")):
            self._start_bare_diff()
        else:
            self._is_in_diff_fence = is_diff_fence(line) if is_fence(line) else self._is_in_diff_fence
            self._open_file(line, above)
        return []

    def _start_bare_diff(self) -> None:
        """Lines come or go in a fence of diff that has no heading."""
        opening = next((at for at in range(len(self._above) - 1, -1, -1) if is_fence(self._above[at])), None)
        if opening is None:
            return  # far above
        self._start("diff", [f"{IMPLIED_HEADING}\n", *self._above[opening + 1 :]])
        self._above = self._above[: opening + 1]

    def _pass_by(self, line: str) -> None:
        if self._in_fence is not None and len(self._in_fence) < _ABOVE:
            self._in_fence.append(line)

    def _is_text(self, line: str) -> bool:
        """Whether a mark below code in a fence may be text of that code: only what the fence holds tells."""
        if not self._fence or self._in_fence is None:
            return False
        if not (is_search_head(line) or is_patch_begin(line) or is_patch_order(line)):
            self._pass_by(line)
            return False
        inside, self._in_fence = self._in_fence, None
        return not is_meant(inside, self._fence, self._files)

    def _start(self, state: _State, lines: list[str]) -> None:
        self.blocks += 1
        self._state, self._lines, self._head = state, lines, []
        self._depth = self._divider = self._next_growth = 0
        self._pair_so_far, self._has_body = None, False

    def _open_file(self, line: str, above: list[str]) -> None:
        """Follow the fences; one under the name of a file is that file."""
        opened = None if self._fence else open_fence(line)
        if opened is None:
            return
        self._fence, info = opened
        self._in_fence = []
        if self._is_in_diff_fence:
            return
        self._info, named = info, fence_name(above, info, self._files)
        if named.path and not named.is_in_prose:
            self._file_naming = named.naming
            self._start("file", [line])

    def _end(self, kept: str = "") -> None:
        self._state = ""
        self._above = [kept] if kept else []

    def _in_pair(self, line: str) -> list[Intent | Growing]:
        self._lines.append(line)
        mark = mark_of(line)
        if mark == "head":
            self._depth += 1
        elif mark == "tail":
            self._depth -= 1
            if self._depth < 0:
                found = self._pair("".join(self._lines))
                self._end()
                return [*found]
        elif mark == "divider" and not self._depth:
            if not self._divider:
                return self._first_growth()
            # Which of the lines divides it is not known before its end.
            self._pair_so_far = None
        if self._pair_so_far is None or self._depth or len(self._lines) - self._divider < self._next_growth:
            return []
        # Shown again when it is twice as long: showing it with each line would take quadratic time.
        self._next_growth = 2 * (len(self._lines) - self._divider) + 1
        return [Growing(replace(self._pair_so_far, new="".join(self._lines[self._divider :])))]

    def _first_growth(self) -> list[Intent | Growing]:
        self._divider, self._next_growth = len(self._lines), 1
        found = self._pair("".join([*self._lines, _TAIL]))
        if not found or not found[-1].old:
            return []
        self._pair_so_far = found[-1]
        return [Growing(found[-1])]

    def _pair(self, text: str) -> list[Intent]:
        found = parse_search_replace("".join(self._above[:-1]) + text, self._files, self._naming)
        self._naming = last_naming(found) or self._naming
        return found

    def _in_patch(self, line: str) -> list[Intent | Growing]:
        is_order = is_patch_order(line)
        if not (is_order or is_patch_begin(line) or is_patch_end(line) or line.startswith("@@")):
            self._has_body = self._has_body or line.startswith((" ", "+", "-"))
            self._lines.append(line)
            return []
        found: list[Intent | Growing] = []
        if self._head and (self._has_body or is_order or is_patch_end(line)):
            read = parse_patch("".join([*self._head, *self._lines]), finished=True)
            found += [each for each in read if each.kind != "rename" or is_order or is_patch_end(line)]
            self._lines, self._has_body = [], False
        if is_order:
            self._head, self._lines, self._has_body = [line], [], False
        elif line.startswith("@@"):
            self._lines.append(line)
        elif is_patch_end(line):
            self._end()
        return found

    def _in_diff(self, line: str) -> list[Intent | Growing]:
        is_header = line.startswith(("--- ", "diff --git "))
        if read_heading(line) is None and not is_header and not is_fence(line):
            self._lines.append(line)
            return []
        found: list[Intent | Growing] = []
        if any(each.startswith("@@") for each in self._lines):
            found += parse_unified_diff(self._diff(), self._files, finished=True, is_asked=True)
            self._lines = []
        if is_fence(line):
            self._is_in_diff_fence, self._fence = False, ""
            self._end()
        elif is_header:
            self._end(line)
        else:
            self._lines.append(line)
        return found

    def _diff(self) -> str:
        return "".join([*self._above[:-1], *self._head, *self._lines])

    def _in_file(self, line: str) -> list[Intent | Growing]:
        if self._in_fence is not None and (is_search_head(line) or is_patch_begin(line)):
            self._in_fence = None
            inside = self._lines[1:]
            if is_meant(inside, self._fence, self._files) or is_said(inside, self._file_naming.path):
                # The fence is around blocks with marks; below code they are lines of the file.
                self._state = ""
                return self._outside(line)
        self._lines.append(line)
        if not closes_fence(line, self._fence):
            return []
        content, raw = "".join(self._lines[1:-1]), "".join(self._lines)
        block = Fenced(self._file_naming, self._info, content, raw, True, False, LineRange(0, len(self._lines)))
        self._fence = ""
        self._end()
        return [whole_file(block, block.path, finished=True)] if self._is_whole(block.path, content) else []

    def _is_whole(self, path: str | None, content: str) -> bool:
        path = clean_path(path or "")
        return not self._files.get(path, "").strip() or self._texts.is_rewritten(path, content)
