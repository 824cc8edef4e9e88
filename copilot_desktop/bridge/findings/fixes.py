"""The fix of a finding as a proposal in the review: placed on what its file says now, and never by a guess.

What becomes of it there is kept with the finding: one whose fix was accepted is fixed, until that is taken back.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.documents.live_texts import LiveTexts, Texts
from copilot_desktop.bridge.findings.keeping import FindingsKeeper
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.writable_proposals import WritableProposals
from copilot_desktop.conversation.findings.values import Finding, ShownFix
from copilot_desktop.conversation.turns import new_id, title_of
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.values import dataclass

_NONE = "This finding has no fix. Ask in the chat for a change (Ctrl+L with its lines selected)."
_GONE = "The file of this finding is not there any more."
_NO_PLACE = "The fix has no place in the file as it is now:"
_THERE = "The file says already what the fix would make of it."


@dataclass(frozen=True, slots=True)
class FixParts:
    """What it uses."""

    git: GitController
    keeper: FindingsKeeper
    texts: LiveTexts
    review: ReviewController
    writable: WritableProposals


class FindingFixes(QObject):
    """Of one window. GUI thread; placing happens on a worker."""

    refused = Signal(str)
    """Carries a sentence on why there is no proposal."""

    def __init__(self, parts: FixParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        parts.review.changed.connect(self._follow)
        parts.review.keeper.loaded.connect(self._follow)
        parts.keeper.changed.connect(self._follow)
        self._follow()

    def open(self, finding: Finding, model: str) -> None:
        """Show the fix in the review; one that waits there already is shown again."""
        review = self._parts.review
        for fix in self._parts.keeper.kept.fixes:
            if fix.key == finding.key and Decision.PENDING in self._decisions(fix.change_set_id):
                review.show(fix.change_set_id)
                return
        status = self._parts.git.status
        path = status.inside(finding.path) if status is not None else None
        if not finding.fix or path is None:
            self.refused.emit(_NONE)
            return

        def place(texts: Texts) -> None:
            text = texts[path]
            if text is None:
                self.refused.emit(_GONE)
                return
            self._parts.git.async_thread.run_in_worker(lambda: _made(finding, path, text, model), check)

        def check(made: ProposalMade) -> None:
            self._parts.writable.check(made, lambda checked: self._take(finding, checked))

        self._parts.texts.read([path], place, self.refused.emit)

    def _take(self, finding: Finding, made: ProposalMade) -> None:
        proposal = made.proposal
        if proposal.failures:
            # Half a fix is none.
            self.refused.emit(f"{_NO_PLACE} {proposal.failures[0].message}")
            return
        review = self._parts.review
        change_set_id = review.add_proposal(
            proposal, made.files, made.turn_id, made.title, made.model, prompt=made.prompt
        )
        if change_set_id is None:
            self.refused.emit(_THERE)
            return
        keeper = self._parts.keeper
        keeper.keep(keeper.kept.with_fix(ShownFix(finding.finding_id, finding.key, change_set_id)))
        review.show(change_set_id)

    def _decisions(self, change_set_id: str) -> list[Decision]:
        """Those about a fix; none where the review has it no longer."""
        change_set = self._parts.review.change_set(change_set_id)
        return [] if change_set is None else [hunk.decision for change in change_set.files for hunk in change.hunks]

    def _follow(self, _changed: object = None) -> None:
        """Fixes are decided about in the review, and decisions are taken back there."""
        kept = before = self._parts.keeper.kept
        for fix in before.fixes:
            decisions = self._decisions(fix.change_set_id)
            is_accepted = all(each is Decision.ACCEPTED for each in decisions)
            if decisions and is_accepted is not fix.is_accepted:
                kept = kept.with_fix(replace(fix, is_accepted=is_accepted))
        if kept is not before:
            self._parts.keeper.keep(kept)


def _made(finding: Finding, path: str, text: str, model: str) -> ProposalMade:
    """On a worker: the proposal of a fix."""
    from copilot_desktop.conversation.findings.planning import fix_with_values
    from copilot_desktop.conversation.prompts import fenced
    from copilot_desktop.edits import propose

    files = {path: text}
    proposal = propose(f"{path}\n{fenced(fix_with_values(finding.fix, text), '')}\n", files, "search_replace")
    return ProposalMade(new_id(), proposal, files, f"Fix: {title_of(finding.reason)}", model, finding.reason)
