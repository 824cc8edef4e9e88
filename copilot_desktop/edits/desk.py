"""The files while an answer's blocks are placed on them, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from copilot_desktop.credentials.placeholders import strange_placeholder, unknown_secret
from copilot_desktop.edits.formats.rewriting import shares_most
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.last_checks import last_checked
from copilot_desktop.edits.paths import FoldedNames, clean_path, unsafe_because
from copilot_desktop.edits.placed_hunks import PlacedHunks, kept_apart
from copilot_desktop.edits.placing.blocks import place
from copilot_desktop.edits.placing.halves import with_halves_that_stand
from copilot_desktop.edits.placing.indexed_lines import AnswerWork, IndexedLines, reading_work
from copilot_desktop.edits.placing.lazy_blocks import place_lazy
from copilot_desktop.edits.placing.left_out import is_shortened
from copilot_desktop.edits.placing.nearest import nearest_candidates
from copilot_desktop.edits.placing.placeholders import leaves_out
from copilot_desktop.edits.placing.placement import Placement
from copilot_desktop.edits.placing.rewritten import on_written
from copilot_desktop.edits.placing.stacking import applied
from copilot_desktop.edits.previewing import whole_preview
from copilot_desktop.edits.proposal import DEPTH_UNCLEAR, Candidate, Failure, Hunk, Proposal, Reason
from copilot_desktop.syntax.grammars import is_code
from copilot_desktop.text.lines import count_lines, dominant_ending, split_lines, without_ending
from copilot_desktop.values import dataclass

_READ_LIMIT: Final = 20_000_000
"""Steps of 100 ns that go to reading changed files as code: half a million lines."""
_OTHER_TEXT: Final = "the file says something else than the model thought"
_SHOWN = 20
"""Lines of shortened code by which a refusal names the nearest place."""
_HOPELESS = 500
"""Refused blocks from which no more are looked for: no answer that is meant has as many."""
_NAMED = 50
"""Refusals that name the nearest place though the block was not looked for: more tell nobody more."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Where a block stands, and the work it was to find out."""

    placement: Placement
    work: int


class Seen:
    """What was found out about files that stay as they are: their lines, and where blocks stand in them.

    Another desk on the same files takes it over, and decides all the same: `restart` has it count its work anew. `used`
    is the share of the work that counts as done already.
    """

    def __init__(self, used: float = 0.0) -> None:
        self.used = used
        self.work = AnswerWork(used)
        self.lines: dict[str, IndexedLines] = {}
        self.placements: dict[tuple[object, ...], _Known] = {}

    def restart(self) -> None:
        """Nothing has been placed yet."""
        self.used = 0.0
        self.work.done = 0
        for lines in self.lines.values():
            lines.restart()


class Desk:
    """Takes blocks in the order of the answer; `proposal` says what became of them.

    `waiting`: lines [start, end) of files that changes of another proposal have, on which no block is placed.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        seen: Seen | None = None,
        *,
        waiting: Mapping[str, Sequence[tuple[int, int]]] | None = None,
    ) -> None:
        self._files = files
        self._placed: dict[str, PlacedHunks] = {}
        self._waiting = {path: kept_apart(path, places) for path, places in (waiting or {}).items() if places}
        self._whole: dict[str, list[Hunk]] = {}
        self._written: dict[str, str | None] = {}
        self._seen = Seen() if seen is None else seen
        self._names = FoldedNames(files)
        self._unplaced: set[tuple[str, str]] = set()
        self._last: Sequence[Hunk] = ()
        self._order: dict[str, int] = {}
        self.failures: list[Failure] = []
        """Of the blocks taken up to now those that were refused."""
        self._notes: list[str] = []

    def take(self, intent: Intent) -> Sequence[Hunk]:
        """Place one block, or say why not. Returns the hunks that came of it."""
        self._last = ()
        if intent.note:
            self._notes.append(intent.note)
        elif len(self.failures) >= _HOPELESS and intent.problem is None:
            said = f"The block was not looked for: {_HOPELESS:,} blocks before it were refused."
            self.failures.append(Failure(intent.path, "not_found", said, intent.block, (), intent.old, intent.new))
        else:
            self._take(*self._ready(intent))
        for each in list[Hunk](self._last):
            self._order.setdefault(each.path, len(self._order))
        return self._last

    def take_again(self, intent: Intent) -> Failure | None:
        """Take a block that is given once more; why it is refused is returned, and no failure of this desk."""
        before = len(self.failures)
        self.take(intent)
        return self.failures.pop() if len(self.failures) > before else None

    def preview(self, intent: Intent) -> Sequence[Hunk]:
        """The hunks that would come of a block as far as it has come, without taking it."""
        intent, path = self._ready(intent)
        if path is None or path in self._written or self._refusal(intent, path) is not None:
            return ()
        if intent.kind in ("write", "delete") or (intent.kind == "edit" and not intent.old.strip()):
            before = self._files.get(path)
            if self._is_changed(path) or (intent.kind == "edit" and (intent.may_add or before)):
                return ()
            return whole_preview(intent, path, before, None if before is None else self._lines(path))
        if intent.kind != "edit" or path not in self._files or (path, intent.old) in self._unplaced:
            return ()
        if intent.old == intent.new:
            # It changes nothing as yet; its place is known all the same.
            intent = replace(intent, new="")
        placed = self._placed.get(path, PlacedHunks())
        found = self._found(intent, path, placed.below)
        # More of the new text may yet say how deep it goes.
        if found.reason is not None and not found.message.startswith(DEPTH_UNCLEAR):
            self._unplaced.add((path, intent.old))
        return () if placed.crossing(found.hunks) else found.hunks

    def _ready(self, intent: Intent) -> tuple[Intent, str | None]:
        """The block with what the files say about it, and its path."""
        path = intent.path
        if path is None and len(self._files) == 1:
            path = next(iter(self._files))
        path = None if path is None else path if path in self._files else clean_path(path)
        if intent.new_path is not None:
            intent = replace(intent, new_path=clean_path(intent.new_path))
        if intent.kind == "delete" and path is not None:
            # A folder is not a file, which says more than that its name is no file's.
            path = path.rstrip("/") or path
        if intent.halves and path is not None and path in self._files:
            intent = with_halves_that_stand(intent, self._lines(path))
        is_rewritten = intent.kind == "write" and not intent.is_new and bool(self._files.get(path or ""))
        if is_rewritten and is_shortened(split_lines(intent.new), self._lines(path or "").stripped):
            intent = replace(intent, kind="lazy")
        return intent, path

    def _take(self, intent: Intent, path: str | None) -> None:
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
        elif intent.kind == "edit" and not intent.may_add and _is_creation(intent, self._files.get(path)):
            self._create(intent, path)
        elif path not in self._files:
            self._refuse(intent, path, "no_file", f"There is no file {path}.")
        elif path in self._written:
            self._refuse(intent, path, "overlap", f"Another block writes or deletes the whole of {path}.")
        else:
            self._edit(intent, path)

    def refuse_all(self, answer: str) -> None:
        """Note that an answer holds no edit in the format it was said to have."""
        self.failures.append(Failure(None, "no_edit_found", "The answer holds no edit in this format.", answer))

    def so_far(self) -> tuple[tuple[Hunk, ...], Mapping[str, str | None]]:
        """The hunks of the blocks taken up to now, and the files that were written whole, without the last checks."""
        return tuple(hunk for hunks in self._every().values() for hunk in hunks), dict(self._written)

    def _every(self) -> dict[str, list[Hunk]]:
        """The hunks of each file, the files in the order in which the answer came to them."""
        every = {path: list(placed) for path, placed in self._placed.items() if len(placed)} | self._whole
        return {path: every[path] for path in sorted(every, key=_by_rank(self._order))}

    def proposal(self) -> Proposal:
        """What became of all blocks."""
        files: dict[str, str | None] = dict(self._written)
        hunks: list[Hunk] = []
        read = 0
        for path, placed in self._every().items():
            if path not in files:
                files[path] = "".join(applied(split_lines(self._files[path]), placed))
            after = files[path]
            if after is None:
                hunks += placed
                continue
            read += reading_work(count_lines(after), len(after)) * is_code(path)
            hunks += last_checked(path, self._files.get(path), after, placed, is_read=read <= _READ_LIMIT)
        changed = {
            path: files[path]
            for path in sorted(files, key=_by_rank(self._order))
            if files[path] != self._files.get(path)
        }
        return Proposal(changed, tuple(hunks), tuple(self.failures), tuple(self._notes))

    def _refusal(self, intent: Intent, path: str | None) -> tuple[Reason, str] | None:
        """Why a block is refused before its text is looked at."""
        if intent.problem is not None:
            return intent.problem
        for each in (path, intent.new_path):
            because = None if each is None or each in self._files else unsafe_because(each)
            if because is not None:
                return "unsafe_path", f"{each} is not touched: {because}."
            twin = self._names.twin(each) if each is not None and each not in self._files else None
            if twin is not None and twin != path:
                return "no_file", f"There is no {each}; {twin} differs only in case."
        if "\0" in intent.new and "\0" not in intent.old and "\0" not in self._files.get(path or "", ""):
            # As a text such a file could not be opened again.
            return (
                "malformed",
                "The new text holds a NUL character (U+0000), and the file has none: it is no text then.",
            )
        strange = strange_placeholder(intent.new, intent.old, self._files.get(path or "", ""))
        if strange:
            return "placeholder", unknown_secret(strange)
        if intent.kind != "lazy" and leaves_out(split_lines(intent.old), split_lines(intent.new)):
            message = "The new text leaves a part out (a placeholder stands for it), which would delete that part."
            return "placeholder", message
        return None

    def _refuse(
        self, intent: Intent, path: str | None, reason: Reason, message: str, at: tuple[Candidate, ...] = ()
    ) -> None:
        if not at and path in self._files and path is not None and len(self.failures) < _NAMED:
            old = intent.old or "".join(split_lines(intent.new)[:_SHOWN]) * (intent.kind == "lazy")
            at = nearest_candidates(old, path, self._lines(path))
        self.failures.append(Failure(path, reason, message, intent.block, at, intent.old, intent.new))

    def _write(self, intent: Intent, path: str, text: str) -> None:
        if self._is_changed(path):
            self._refuse(intent, path, "overlap", f"Another block changes {path} as well.")
            return
        before = self._files.get(path)
        if before:
            ending = dominant_ending(before)
            text = "".join(without_ending(line) + ending for line in split_lines(text))
            if not before.endswith(("\n", "\r")):
                text = text.removesuffix(ending)
        lines = split_lines(before or "")
        is_replaced = before is not None and (intent.is_new or (bool(before) and not shares_most(text, before)))
        self._written[path] = text
        said = f"replaces {path}, which exists" if is_replaced else ""
        self._whole[path] = [Hunk(path, 0, len(lines), text, intent.kind, 1.0, is_replaced, said)]
        self._last = self._whole[path]

    def _delete(self, intent: Intent, path: str) -> None:
        if path not in self._files or self._written.get(path, "") is None:
            self._refuse(intent, path, "no_file", f"There is no file {path} to delete.")
        elif self._is_changed(path):
            self._refuse(intent, path, "overlap", f"Another block changes {path} as well.")
        else:
            lines = split_lines(self._files[path])
            is_other = bool(intent.old) and [without_ending(line) for line in split_lines(intent.old)] != [
                without_ending(line) for line in lines
            ]
            self._written[path] = None
            said = _OTHER_TEXT if is_other else ""
            self._whole[path] = [Hunk(path, 0, len(lines), "", "delete", 1.0, is_other, said)]
            self._last = self._whole[path]

    def _rename(self, intent: Intent, path: str, new_path: str) -> None:
        """Give a file another name, after the blocks before this one changed it."""
        new_path = clean_path(new_path)
        if path not in self._files:
            self._refuse(intent, path, "no_file", f"There is no file {path}.")
        elif {path} & {*self._written, *self._waiting, new_path} or self._is_changed(new_path):
            self._refuse(intent, path, "overlap", f"Another block writes {path} or {new_path} as well.")
        else:
            placed = list(self._placed.pop(path, ()))
            lines = split_lines(self._files[path])
            text = "".join(applied(lines, placed))
            confidence = min((hunk.confidence for hunk in placed), default=1.0)
            is_there = new_path in self._files
            end = len(split_lines(self._files.get(new_path, "")))
            is_amber = is_there or any(hunk.needs_look for hunk in placed)
            said = [f"replaces {new_path}, which exists"] if is_there else []
            ignored = "; ".join(dict.fromkeys([*said, *(hunk.ignored for hunk in placed if hunk.ignored)]))
            self._whole[new_path] = [Hunk(new_path, 0, end, text, f"rename:{path}", confidence, is_amber, ignored)]
            self._last = self._whole[new_path]
            if is_there:
                self._whole[path] = [Hunk(path, 0, len(lines), "", "delete", 1.0, needs_look=True)]
                self._last = self._whole[path]
            self._written[path], self._written[new_path] = None, text

    def _create(self, intent: Intent, path: str) -> None:
        if self._files.get(path):
            self._refuse(
                intent, path, "exists", f"The block has no old text, and {path} is not empty: where does it go?"
            )
        elif not intent.new:
            self._refuse(intent, path, "malformed", "The block's old and new text are both empty.")
        else:
            self._write(intent, path, intent.new)

    def _is_changed(self, path: str) -> bool:
        return path in self._written or path in self._waiting or len(self._placed.get(path, ())) > 0

    def _edit(self, intent: Intent, path: str) -> None:
        placed = self._placed.setdefault(path, PlacedHunks(len(self._lines(path))))
        found = self._found(intent, path, placed.below)
        crossing = self._waiting.get(path, PlacedHunks()).crossing(found.hunks)
        if crossing:
            at = tuple((path, hunk.start, hunk.end, hunk.confidence) for hunk in crossing[:20])
            self._refuse(intent, path, "overlap", "A change that waits in the review is on the same lines.", at)
            return
        crossing = placed.crossing(found.hunks)
        if len(placed) and (crossing or not found.hunks) and found.reason != "ambiguous":
            if found.hunks and placed.has(found.hunks):
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
            placed.add(found.hunks)
            self._last = found.hunks

    def _edit_what_was_written(self, intent: Intent, path: str, placed: PlacedHunks) -> bool:
        """Place a block on the text as the blocks before it left it; False where it does not stand there either."""
        if not placed.may_be_written(intent.old or intent.new):
            return False
        written = on_written(intent, self._lines(path), list(placed), lambda each, lines: _placed(each, path, lines))
        placed.spend(written.lines)
        if written.found is None:
            return False
        before = set(placed)
        placed.become(written.hunks, written.found.hunks)
        self._last = [hunk for hunk in placed if hunk not in before]
        return True

    def _found(self, intent: Intent, path: str, below: int) -> Placement:
        """Where a block stands on the file as it was; found once for blocks that say the same."""
        below = below if intent.is_in_order else 0
        lines, key = self._lines(path), (path, below, *intent.place_key())
        if intent.kind == "lazy":
            lines.count_reading()
        known = self._seen.placements.get(key)
        if known is not None and lines.may_spend(known.work):
            lines.spend(known.work)
            return known.placement
        before = lines.work
        found = _placed(intent, path, lines, below)
        if lines.may_spend(0):
            self._seen.placements[key] = _Known(found, lines.work - before)
        return found

    def _lines(self, path: str) -> IndexedLines:
        if path not in self._seen.lines:
            self._seen.lines[path] = IndexedLines(split_lines(self._files[path]), self._seen.used, self._seen.work)
        return self._seen.lines[path]


def _by_rank(order: Mapping[str, int]) -> Callable[[str], int]:
    """The place of a path among those in order; others come after them."""
    return lambda path: order.get(path, len(order))


def _is_creation(intent: Intent, text: str | None) -> bool:
    """Whether there is nothing to look for. Blanks alone may be meant where a tool gives exact characters."""
    if intent.is_by_characters and text:
        return not intent.old
    return not intent.old.strip()


def _placed(intent: Intent, path: str, lines: IndexedLines, after: int = 0) -> Placement:
    return place_lazy(intent, path, lines) if intent.kind == "lazy" else place(intent, path, lines, after)
