"""What a diff view is given: files with both their texts, hunks with their ids, and how each stands.

A feature makes these values of what it knows (a change set, a step of the history, a commit) and gets ids back.
"""

from __future__ import annotations

from enum import StrEnum

from copilot_desktop.text.diff import Spans
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass


class RowKind(StrEnum):
    """What a row of the diff is, in the words of a screen reader."""

    FILE = "file"
    HUNK = "hunk"
    CONTEXT = "unchanged"
    REMOVED = "removed"
    ADDED = "added"
    YOURS = "yours now"
    QUOTED = "the model's text"
    GAP = "hidden lines"
    NOTE = "note"
    REMARK = "remark"
    PROBLEM = "problem"
    DOUBT = "doubt"
    PAIR = "both sides"


SAID = (RowKind.REMARK, RowKind.PROBLEM, RowKind.DOUBT)
"""Rows in which something is said of lines."""


@dataclass(frozen=True, slots=True)
class HunkLabel:
    """How a hunk stands, in a word, an icon and a colour token; never by colour alone. `doubt`: what is uncertain."""

    word: str
    icon: str
    token: str
    doubt: str = ""

    @property
    def sentence(self) -> str:
        """The word, and what is uncertain."""
        return f"{self.word}. {self.doubt}" if self.doubt else self.word


@dataclass(frozen=True, slots=True)
class ExtraLine:
    """A line shown with a hunk that is of neither text: a note, or a line of a comparison. `number` is 1-based."""

    kind: RowKind
    text: str
    number: int | None = None
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody says of lines of a hunk, in rows below the last of them.

    `line` is the number of that, 0-based within the hunk, on the new side or the old one; None for the hunk as a whole.
    `kind` is one of SAID; `spoken` is all of it for a screen reader, where `lines` are pieces of a sentence.
    """

    remark_id: str
    lines: tuple[str, ...]
    line: int | None = None
    is_new: bool = True
    kind: RowKind = RowKind.REMARK
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class DiffHunk:
    """Lines `old` of the old text that became lines `new` of the new one; unchanged lines between are allowed.

    `extra` is shown above the lines. `against` makes it a conflict: the lines are then the same on both sides and are
    those of now; below them stand what the other side was made from and what it says, under the words `against_title`.
    `is_quiet`: painted without colours, since it was turned down. `place` are the words for its lines and `counts` its
    added and removed lines where they are not those of the two texts.
    """

    hunk_id: str
    old: LineRange
    new: LineRange
    label: HunkLabel
    place: str = ""
    counts: tuple[int, int] | None = None
    extra: tuple[ExtraLine, ...] = ()
    against: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    against_title: str = ""
    is_quiet: bool = False
    remarks: tuple[Remark, ...] = ()

    @property
    def place_words(self) -> str:
        """The lines a hunk is about: `Line 3`, `Lines 3–9`."""
        if self.place:
            return self.place
        lines = self.new if len(self.new) else self.old
        words = LineRange(lines.start, max(lines.end, lines.start + 1)).named()
        return words[0].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class DiffFile:
    """One file with both its texts, cut into lines with their endings, and its hunks from top to bottom.

    Between hunks the lines are the same on both sides. `title` is what its head says ("" for the path), `labels` are
    short words beside it ("mode 644 → 755", "renamed"), and `notes` whole sentences below it.
    """

    path: str
    old_lines: tuple[str, ...] = ()
    new_lines: tuple[str, ...] = ()
    hunks: tuple[DiffHunk, ...] = ()
    old_path: str | None = None
    title: str = ""
    labels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def title_words(self) -> str:
        """The path, and where a renamed file comes from."""
        if self.title:
            return self.title
        return self.path if self.old_path is None else f"{self.old_path} → {self.path}"

    def hunk(self, hunk_id: str) -> DiffHunk | None:
        """The hunk of an id."""
        return next((hunk for hunk in self.hunks if hunk.hunk_id == hunk_id), None)
