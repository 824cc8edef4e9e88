"""The files while an answer's blocks are placed on them, one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.paths import clean_path, same_but_case, unsafe_because
from copilot_desktop.edits.placing.blocks import place
from copilot_desktop.edits.placing.lazy_blocks import place_lazy
from copilot_desktop.edits.placing.left_out import is_shortened
from copilot_desktop.edits.placing.levels import IndexedLines
from copilot_desktop.edits.placing.placeholders import leaves_out
from copilot_desktop.edits.placing.placement import Placement
from copilot_desktop.edits.placing.stacking import applied, insertions_joined, stacked
from copilot_desktop.edits.proposal import Candidate, Failure, Hunk, Proposal, Reason
from copilot_desktop.text.lines import dominant_ending, split_lines, without_ending

_MANY = 300
"""Places on other blocks' text beyond which a block is refused: each takes time in proportion to the file."""


class Desk:
    """Takes blocks in the order of the answer; `proposal` says what became of them."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._hunks: dict[str, list[Hunk]] = {}
        self._written: dict[str, str | None] = {}
        self._indexed: dict[str, IndexedLines] = {}
        self._below: dict[str, int] = {}
        self._failures: list[Failure] = []
        self._notes: list[str] = []

    def take(self, intent: Intent) -> None:
        """Place one block, or say why not."""
        if intent.note:
            self._notes.append(intent.note)
            return
        path = intent.path
        if path is None and len(self._files) == 1:
            path = next(iter(self._files))
        path = None if path is None else path if path in self._files else clean_path(path)
        if self._is_shortened(intent, path):
            intent = replace(intent, kind="lazy")
        refusal = self._refusal(intent, path)
        if refusal is not None:
            self._refuse(intent, path, *refusal)
        elif path is None:
            self._refuse(intent, None, "no_path", "The block names no file.")
        elif intent.kind == "write":
            self._write(intent, path, intent.new)
        elif intent.kind == "delete":
            self._delete(intent, path)
        elif intent.kind == "rename":
            self._rename(intent, path, intent.new_path or path)
        elif not intent.old.strip() and not intent.may_add and intent.kind == "edit":
            self._create(intent, path)
        elif path not in self._files:
            self._refuse(intent, path, "no_file", f"There is no file {path}.")
        elif path in self._written:
            self._refuse(intent, path, "overlap", f"Another block writes or deletes the whole of {path}.")
        else:
            self._edit(intent, path)

    def refuse_all(self, answer: str) -> None:
        """Note that an answer holds no edit in the format it was said to have."""
        self._failures.append(Failure(None, "no_edit_found", "The answer holds no edit in this format.", answer))

    def proposal(self) -> Proposal:
        """What became of all blocks."""
        files: dict[str, str | None] = dict(self._written)
        hunks: list[Hunk] = []
        for path, placed in self._hunks.items():
            hunks += placed
            if path not in files:
                files[path] = "".join(applied(split_lines(self._files[path]), placed))
        changed = {path: text for path, text in files.items() if text != self._files.get(path)}
        return Proposal(changed, tuple(hunks), tuple(self._failures), tuple(self._notes))

    def _refusal(self, intent: Intent, path: str | None) -> tuple[Reason, str] | None:
        """Why a block is refused before its text is looked at."""
        if intent.problem is not None:
            return intent.problem
        for each in (path, intent.new_path):
            because = None if each is None or each in self._files else unsafe_because(each)
            if because is not None:
                return "unsafe_path", f"{each} is not touched: {because}."
            twin = same_but_case(each, self._files) if each is not None and each not in self._files else None
            if twin is not None and twin != path:
                return "no_file", f"There is no {each}; {twin} differs only in case."
        if intent.kind != "lazy" and leaves_out(split_lines(intent.old), split_lines(intent.new)):
            message = "The new text leaves a part out (a placeholder stands for it), which would delete that part."
            return "placeholder", message
        return None

    def _refuse(
        self, intent: Intent, path: str | None, reason: Reason, message: str, at: tuple[Candidate, ...] = ()
    ) -> None:
        self._failures.append(Failure(path, reason, message, intent.block, at))

    def _write(self, intent: Intent, path: str, text: str) -> None:
        if path in self._hunks or path in self._written:
            self._refuse(intent, path, "overlap", f"Another block changes {path} as well.")
            return
        before = self._files.get(path)
        if before:
            ending = dominant_ending(before)
            text = "".join(without_ending(line) + ending for line in split_lines(text))
            if not before.endswith(("\n", "\r")):
                text = text.removesuffix(ending)
        lines = split_lines(before or "")
        loses = len(split_lines(text)) < 0.7 * len(lines) or (intent.is_new and bool(before))
        self._written[path] = text
        self._hunks[path] = [Hunk(path, 0, len(lines), text, intent.kind, 1.0, needs_look=loses)]

    def _delete(self, intent: Intent, path: str) -> None:
        if path not in self._files or self._written.get(path, "") is None:
            self._refuse(intent, path, "no_file", f"There is no file {path} to delete.")
        elif path in self._hunks:
            self._refuse(intent, path, "overlap", f"Another block changes {path} as well.")
        else:
            lines = split_lines(self._files[path])
            is_other = bool(intent.old) and [without_ending(line) for line in split_lines(intent.old)] != [
                without_ending(line) for line in lines
            ]
            self._written[path] = None
            self._hunks[path] = [Hunk(path, 0, len(lines), "", "delete", 1.0, needs_look=is_other)]

    def _rename(self, intent: Intent, path: str, new_path: str) -> None:
        """Give a file another name, after the blocks before this one changed it."""
        new_path = clean_path(new_path)
        if path not in self._files:
            self._refuse(intent, path, "no_file", f"There is no file {path}.")
        elif path in self._written or new_path in self._written or new_path in self._hunks or new_path == path:
            self._refuse(intent, path, "overlap", f"Another block writes {path} or {new_path} as well.")
        else:
            placed = self._hunks.pop(path, [])
            lines = split_lines(self._files[path])
            text = "".join(applied(lines, placed))
            confidence = min((hunk.confidence for hunk in placed), default=1.0)
            is_there = new_path in self._files
            end = len(split_lines(self._files.get(new_path, "")))
            is_amber = is_there or any(hunk.needs_look for hunk in placed)
            ignored = "; ".join(dict.fromkeys(hunk.ignored for hunk in placed if hunk.ignored))
            self._hunks[new_path] = [Hunk(new_path, 0, end, text, f"rename:{path}", confidence, is_amber, ignored)]
            if is_there:
                self._hunks[path] = [Hunk(path, 0, len(lines), "", "delete", 1.0, needs_look=True)]
            self._written[path], self._written[new_path] = None, text

    def _create(self, intent: Intent, path: str) -> None:
        if self._files.get(path):
            self._refuse(intent, path, "exists", f"The block has no old text, and {path} is not empty.")
        elif not intent.new:
            self._refuse(intent, path, "malformed", "The block's old and new text are both empty.")
        else:
            self._write(intent, path, intent.new)

    def _is_shortened(self, intent: Intent, path: str | None) -> bool:
        """Whether a whole file says that parts of it are left out."""
        if intent.kind != "write" or intent.is_new or path is None or not self._files.get(path):
            return False
        return is_shortened(split_lines(intent.new), {line.strip() for line in self._lines(path)})

    def _edit(self, intent: Intent, path: str) -> None:
        placed = self._hunks.get(path, [])
        if intent.kind == "lazy":
            found = place_lazy(intent, path, self._lines(path))
        else:
            found = place(intent, path, self._files[path], self._lines(path), self._below.get(path, 0))
        crossing = _crossing(found.hunks, placed)
        if placed and (crossing or not found.hunks) and found.reason != "ambiguous":
            if found.hunks and set(found.hunks) <= set(placed):
                self._notes.append(f"{path}: a block stands in the answer twice.")
                return
            if self._edit_what_was_written(intent, path, placed):
                return
        if found.note:
            self._notes.append(found.note)
        elif found.reason is not None:
            self._refuse(intent, path, found.reason, found.message, found.candidates)
        elif crossing:
            at = tuple((path, hunk.start, hunk.end, hunk.confidence) for hunk in crossing[:20])
            self._refuse(intent, path, "overlap", "Two blocks change the same lines.", at)
        else:
            self._put(path, [*placed, *found.hunks], found)

    def _edit_what_was_written(self, intent: Intent, path: str, placed: list[Hunk]) -> bool:
        """Place a block on the text as the blocks before it left it; False where it does not stand there either."""
        lines = self._lines(path)
        current = IndexedLines(applied(lines, placed))
        if intent.kind == "lazy":
            found = place_lazy(intent, path, current)
        else:
            found = place(intent, path, "".join(current), current)
        if not found.hunks or len(found.hunks) > _MANY:
            return False
        hunks = placed
        # From the bottom up, so that the places above keep their lines.
        for hunk in reversed(found.hunks):
            hunks = stacked(lines, hunks, hunk)
        self._put(path, hunks, found)
        return True

    def _lines(self, path: str) -> IndexedLines:
        if path not in self._indexed:
            self._indexed[path] = IndexedLines(split_lines(self._files[path]))
        return self._indexed[path]

    def _put(self, path: str, hunks: list[Hunk], found: Placement) -> None:
        self._hunks[path] = insertions_joined(sorted(hunks, key=lambda hunk: (hunk.start, hunk.end)))
        self._below[path] = max((hunk.end for hunk in found.hunks), default=0)


def _crossing(hunks: Sequence[Hunk], placed: list[Hunk]) -> list[Hunk]:
    """Return the hunks that cross one of those placed, which are sorted and apart."""
    ends = [each.end for each in placed]
    found = []
    for hunk in hunks:
        # The first placed hunk that ends below this one's start is the only one that may begin above its end.
        index = bisect_right(ends, hunk.start)
        if index < len(placed) and placed[index].start < hunk.end:
            found.append(hunk)
    return found
