"""`ProposalStream`: the hunks of an answer while it arrives, and the proposal when it has."""

from __future__ import annotations

from collections.abc import Mapping

from copilot_desktop.edits.desk import Desk
from copilot_desktop.edits.formats.growing import Growing, GrowingAnswer
from copilot_desktop.edits.placing.levels import IndexedLines
from copilot_desktop.edits.proposal import FormatName, Hunk, Proposal
from copilot_desktop.edits.proposing import check_types, proposed
from copilot_desktop.text.lines import split_lines


class ProposalStream:
    """Feed it the answer in pieces of any length. What `finish` returns is what `propose` makes of all of it.

    `feed` returns the hunks that are new or have grown: that of a search/replace block as soon as its old text is
    whole and has a place, others when their block is.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        format: FormatName | None = None,  # noqa: A002 - as `propose` names it
    ) -> None:
        check_types("", files, format)
        self._files = files
        self._format = format
        self._lines: list[str] = []
        self._line: list[str] = []
        self._answer = GrowingAnswer(files)
        self._indexed: dict[str, IndexedLines] = {}
        self._desk = Desk(files, self._indexed)

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
        for line in lines:
            for block in self._answer.take(line):
                hunks = self._desk.preview(block.intent) if isinstance(block, Growing) else self._desk.take(block)
                found |= {(hunk.path, hunk.start): hunk for hunk in hunks}
        return list(found.values())

    def finish(self, finished: bool = True) -> Proposal:
        """The proposal; `finished` is False for an answer that was stopped or cut."""
        answer = "".join([*self._lines, *self._line])
        return proposed(answer, Desk(self._files, self._indexed), self._files, self._format, finished=finished)
