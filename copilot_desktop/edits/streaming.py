"""`ProposalStream`: the hunks of an answer while it arrives, and the proposal when it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from copilot_desktop.edits.desk import Desk, Seen
from copilot_desktop.edits.formats.growing import Growing, GrowingAnswer
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.paths import clean_path
from copilot_desktop.edits.previewing import as_far_as_it_came
from copilot_desktop.edits.proposal import FormatName, Hunk, Proposal
from copilot_desktop.edits.proposing import check_types, proposed
from copilot_desktop.text.lines import split_lines
from copilot_desktop.values import dataclass

_CERTAIN = 0.95
"""Confidence from which a place is believed though more of the old text may come."""

_BLOCKS_LIMIT = 4_000
"""Blocks that are shown while the answer arrives: no answer that is meant has as many."""
_REFUSED_LIMIT = 100
"""Refused blocks from which no more are shown while the answer arrives."""
_LEFT_FOR_END = 0.75
"""Share of the work that is left for the end, where all blocks are placed."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What an answer changes as far as it has come.

    `hunks` are those of whole blocks, `growing` those of the block that is open; lines that its new text has not
    reached yet stand in them as they are. `written`: the files that whole blocks write, None for those they delete.
    """

    hunks: tuple[Hunk, ...] = ()
    growing: tuple[Hunk, ...] = ()
    written: Mapping[str, str | None] = field(default_factory=dict)


class ProposalStream:
    """Feed it the answer in pieces of any length. What `finish` returns is what `propose` makes of all of it.

    `feed` returns the hunks that are new or have grown: that of a search/replace block as soon as its old text is
    whole and has a place, others when their block is. `arrived` tells all of them, and how far the open block is.
    `read` gives the text of a file that the answer names and `files` lacks, None where there is none; it is asked once
    for each, and raises nothing.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        format: FormatName | None = None,  # noqa: A002 - as `propose` names it
        *,
        read: Callable[[str], str | None] | None = None,
    ) -> None:
        check_types("", files, format)
        # Files that are read come to those that were given, for the parsers as well.
        self._files = dict(files) if read is not None else files
        self._read = read
        self._asked: set[str] = set()
        self._format = format
        self._lines: list[str] = []
        self._line: list[str] = []
        self._answer = GrowingAnswer(self._files)
        self._blocks = 0
        self._seen = Seen(_LEFT_FOR_END)
        self._desk = Desk(self._files, self._seen)

    def feed(self, text: str) -> list[Hunk]:
        """Take the next piece of the answer. Raises TypeError for one that is no text."""
        if not isinstance(text, str):
            raise TypeError("a piece of an answer must be a str")
        self._line.append(text)
        if "\n" not in text and "\r" not in text:
            return []
        lines = split_lines("".join(self._line))
        # A \r at the end may be half of a line ending, and a line without one goes on.
        rest = lines.pop() if lines and not lines[-1].endswith("\n") else ""
        self._line = [rest]
        self._lines += lines
        found: dict[tuple[str, int], Hunk] = {}
        answer, failures = self._answer, self._desk.failures
        for line in lines:
            if answer.blocks >= _BLOCKS_LIMIT or self._blocks >= _BLOCKS_LIMIT or len(failures) >= _REFUSED_LIMIT:
                break
            for block in answer.take(line):
                self._blocks += not isinstance(block, Growing)
                self._find(block.intent if isinstance(block, Growing) else block)
                hunks = self._desk.preview(block.intent) if isinstance(block, Growing) else self._desk.take(block)
                found |= {(hunk.path, hunk.start): hunk for hunk in hunks}
        return list(found.values())

    def arrived(self) -> Arrived:
        """What the answer changes as far as it has come, up to its last whole line."""
        hunks, written = self._desk.so_far()
        growing: list[Hunk] = []
        for block in self._answer.growing():
            if not block.is_old_whole and block.intent.old == block.intent.new:
                continue  # lines around a change that is yet to come
            self._find(block.intent)
            for hunk in self._desk.preview(block.intent):
                if not block.is_old_whole and (hunk.confidence < _CERTAIN or not block.intent.old.strip()):
                    continue
                is_edit = block.is_old_whole and block.intent.kind == "edit" and hunk.path in self._seen.lines
                growing.append(as_far_as_it_came(hunk, self._seen.lines[hunk.path]) if is_edit else hunk)
        return Arrived(hunks, tuple(growing), written)

    @property
    def files(self) -> Mapping[str, str]:
        """The files that were given, and those that were read."""
        return self._files

    def finish(self, finished: bool = True) -> Proposal:
        """The proposal; `finished` is False for an answer that was stopped or cut."""
        answer = "".join([*self._lines, *self._line])
        self._seen.restart()
        return proposed(answer, Desk(self._files, self._seen), self._files, self._format, finished=finished)

    def _find(self, intent: Intent) -> None:
        """Read the file a block is for, when the model was not shown it."""
        for path in (intent.path, intent.new_path):
            if self._read is None or path is None or path in self._files:
                continue
            path = clean_path(path)
            if path in self._files or path in self._asked:
                continue
            self._asked.add(path)
            text = self._read(path)
            if text is not None and isinstance(self._files, dict):
                self._files[path] = text
