"""How findings are named, placed among the rows of a diff, and said. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final, NamedTuple

from copilot_desktop.conversation.findings.following import TextNow
from copilot_desktop.conversation.findings.values import Finding, Severity
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.changes.change_words import shown_path
from copilot_desktop.ui.diff.values import DiffFile, DiffHunk, Remark, RowKind

ICONS: Final = {Severity.PROBLEM: "circle-x", Severity.DOUBT: "circle-help", Severity.REMARK: "message-square"}
TOKENS: Final = {Severity.PROBLEM: "remf", Severity.DOUBT: "amber", Severity.REMARK: "accent"}
_KINDS: Final = {
    Severity.PROBLEM: RowKind.PROBLEM,
    Severity.DOUBT: RowKind.DOUBT,
    Severity.REMARK: RowKind.REMARK,
}
_INDENT: Final = "    "
_NARROWEST: Final = 24


class Standing(StrEnum):
    """What became of a finding's lines, in words for the user."""

    HERE = ""
    FIXED = "fixed: its fix was accepted"
    CHANGED = "its lines have changed"
    ELSEWHERE = "its file is not in this comparison"
    NOT_SENT = "its place is not known"


class FindingRow(NamedTuple):
    """A finding as it stands in what is compared now; `lines` are 0-based lines of the new text of now."""

    finding: Finding
    lines: LineRange | None
    standing: Standing

    @property
    def place(self) -> str:
        """File and lines of now, as a person reads them."""
        path = shown_path(self.finding.path) or "no file named"
        return path if self.lines is None else f"{path}:{self.lines.shown()}"

    @property
    def spoken(self) -> str:
        """All of it, for a screen reader and the tip."""
        words = [f"{self.finding.severity.capitalize()}, {self.place}: {self.finding.reason}"]
        words += [said for said in (_sentence(self.standing), self.finding.note) if said]
        if self.finding.fix:
            words.append("It has a fix.")
        return " ".join(words)


def standing_of(
    finding: Finding, text: TextNow | None, before: FindingRow | None, *, is_fixed: bool = False
) -> FindingRow:
    """Where a finding stands in the new text of its file, None where that is not in the comparison.

    `is_fixed`: its fix was accepted.
    """
    if is_fixed:
        return FindingRow(finding, finding.lines if before is None else before.lines, Standing.FIXED)
    if finding.is_placeless:
        return FindingRow(finding, None, Standing.NOT_SENT)
    if text is None:
        return FindingRow(finding, finding.lines if before is None else before.lines, Standing.ELSEWHERE)
    if finding.lines is None:
        return FindingRow(finding, None, Standing.HERE)
    known = None if before is None or before.lines is None else before.lines.start
    found = text.where(finding, known)
    return FindingRow(finding, found, Standing.HERE if found is not None else Standing.CHANGED)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The heaviest first; those of the same weight as the model gave them."""
    return sorted(findings, key=lambda each: each.severity.rank)


def counts_words(findings: Sequence[Finding], fixed: Collection[str] = ()) -> str:
    """`2 problems, 1 doubt, 1 fixed`; "" without any. `fixed` are ids."""
    open_ones = [each for each in findings if each.finding_id not in fixed]
    counted = ((sum(each.severity is kind for each in open_ones), kind) for kind in Severity)
    words = [f"{count} {kind}{'' if count == 1 else 's'}" for count, kind in counted if count]
    done = len(findings) - len(open_ones)
    return ", ".join((*words, f"{done} fixed") if done else words)


def dressed(file: DiffFile, rows: Sequence[FindingRow], columns: int) -> DiffFile:
    """A file with what is said of its lines below them, in rows of so many letters."""
    said: dict[str, list[Remark]] = {}
    for row in rows:
        hunk = _hunk_for(file, row)
        if hunk is not None:
            said.setdefault(hunk.hunk_id, []).append(_remark(row, hunk, columns))
    if not said:
        return file
    hunks = tuple(replace(hunk, remarks=tuple(said.get(hunk.hunk_id, ()))) for hunk in file.hunks)
    return replace(file, hunks=hunks)


def hunk_of(file: DiffFile, row: FindingRow) -> str:
    """The hunk that a finding is shown with, "" for none."""
    hunk = _hunk_for(file, row)
    return "" if hunk is None else hunk.hunk_id


def _hunk_for(file: DiffFile, row: FindingRow) -> DiffHunk | None:
    """The change that the last of a finding's lines is in, else the nearest."""
    if not file.hunks or row.standing is not Standing.HERE:
        return None
    if row.lines is None:
        return file.hunks[0]
    last = row.lines.end - 1
    return min(file.hunks, key=lambda hunk: max(hunk.new.start - last, last - hunk.new.end + 1, 0))


def _remark(row: FindingRow, hunk: DiffHunk, columns: int) -> Remark:
    finding, at = row.finding, row.lines
    label, line = finding.severity.capitalize(), None
    if at is not None:
        line = at.end - 1 - hunk.new.start
        is_beside = not hunk.new.start <= at.end - 1 < hunk.new.end
        label = f"{label}, {at.named()}" if is_beside or len(at) > 1 else label
    rows = textwrap.wrap(f"{label}: {finding.reason}", max(_NARROWEST, columns), subsequent_indent=_INDENT)
    if finding.fix:
        rows.append(f"{_INDENT}T shows its fix.")
    spoken = f"{label}: {finding.reason}" + (" It has a fix: T shows it." if finding.fix else "")
    return Remark(finding.finding_id, tuple(rows), line, kind=_KINDS[finding.severity], spoken=spoken)


def _sentence(standing: Standing) -> str:
    return f"{standing[0].upper()}{standing[1:]}." if standing else ""
